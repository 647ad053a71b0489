"""Suitor or shark against all Nash equilibria of the strategic form."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.equilibrium import all_equilibria
from simulator.games.information.courtship import Courtship, courtship_equilibria
from simulator.games.information.extensive_form import assess
from simulator.games.normal_form import NormalFormGame

money = st.floats(0.5, 20.0)
courtships = st.builds(Courtship, st.floats(0.05, 0.95), money, money, money, money, money, money)
SETS = ("posted", "nothing posted", "suitor", "shark")


def strategic_form(game: Courtship, commitment: float) -> NormalFormGame:
    """Return the 4 x 4 game of contingent plans: rows replies to (posted, nothing), columns posts of the types."""
    tree = game.tree(commitment)
    plans = list(product((1.0, 0.0), repeat=2))
    cells = [
        [
            assess(tree, {name: (p, 1 - p) for name, p in zip(SETS, row + column, strict=True)}).payoffs
            for column in plans
        ]
        for row in plans
    ]
    table = np.array(cells)
    return NormalFormGame(table[:, :, 0], table[:, :, 1])


@settings(max_examples=60, deadline=None)
@given(courtships, st.floats(0.05, 5.0))
def test_kinds_are_certified_and_are_all_nash_outcomes(game: Courtship, commitment: float) -> None:
    ratios = game.suitor_cost * commitment / game.suitor_value, game.shark_cost * commitment / game.shark_value
    assume(abs(game.prior - game.accepting_belief) > 1e-3)
    assume(all(abs(r - 1.0) > 1e-3 for r in ratios) and abs(ratios[0] - ratios[1]) > 1e-3)
    found = courtship_equilibria(game, commitment)
    assert all(each.assessment.regret < 1e-9 for each in found)
    strategic = strategic_form(game, commitment)
    plans = np.array(list(product((1.0, 0.0), repeat=2)))
    outcomes = set()
    for nash in all_equilibria(strategic).equilibria:
        posts = np.array(nash.big) @ plans
        outcomes.add(tuple(np.round(posts, 5)))
    assert outcomes == {tuple(np.round((each.suitor_posts, each.shark_posts), 5)) for each in found}
    for each in found:
        plan = [each.accept_posted, each.accept_nothing], [each.suitor_posts, each.shark_posts]
        x, y = (np.outer([p, 1 - p], [q, 1 - q]).ravel() for p, q in plan)
        assert strategic.payoffs(x, y) == pytest.approx(each.assessment.payoffs)
        assert max(strategic.regrets(x, y)) < 1e-9


@settings(max_examples=60, deadline=None)
@given(courtships)
def test_the_least_separating_commitment(game: Courtship) -> None:
    assume(abs(game.suitor_value / game.suitor_cost / game.separating_commitment - 1.0) > 1e-3)
    separates = {
        factor: "separating" in [e.kind for e in courtship_equilibria(game, factor * game.separating_commitment)]
        for factor in (0.999, 1.0)
    }
    assert not separates[0.999]
    assert separates[1.0] == game.separating_exists


def test_the_oracle_s_mimicry_against_the_posterior() -> None:
    game = Courtship(0.3, 10, 10)
    assert game.mimicry == pytest.approx(3 / 7)
    assert game.posterior(game.mimicry) == pytest.approx(game.accepting_belief)
    rng = np.random.default_rng(4)
    suitor = rng.random(400_000) < 0.3
    posts = suitor | (rng.random(400_000) < game.mimicry)
    assert suitor[posts].mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(posts.sum()))
    assert Courtship(0.8, 10, 10).mimicry == 1.0


def test_the_intuitive_criterion_strikes_pooling_where_only_a_suitor_could_gain() -> None:
    game = Courtship(0.3, 10, 10, 20, 12, 0.5, 1.0)
    pooling, separating = courtship_equilibria(game, 13.0)
    assert (pooling.kind, pooling.intuitive) == ("pooling on nothing", False)
    assert (separating.kind, separating.intuitive) == ("separating", True)
    assert courtship_equilibria(game, 6.0)[0].intuitive


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Courtship(1.0, 1, 1), r"Courtship\.prior must lie between 0 and 1; got 1"),
        (lambda: Courtship(0.5, 0, 1), r"Courtship\.gain must be finite and above 0; got 0"),
        (lambda: Courtship(0.5, 1, 1).tree(0.0), r"Courtship\.tree\.commitment"),
    ],
)
def test_bad_numbers_are_refused(make, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        make()
