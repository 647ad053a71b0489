"""Potentials against their definitions, sums around cycles, and walks of improvements."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.games.concepts.potential import (
    exact_potential,
    generalised_ordinal_potential,
    ordinal_potential,
    weighted_potential,
)
from simulator.games.normal_form import NormalFormGame

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 4)


def moves(game: NormalFormGame):
    """Yield (profile, other profile, gain of who moves)."""
    m, n = game.shape
    for i, j in product(range(m), range(n)):
        yield from (((i, j), (k, j), game.small[k, j] - game.small[i, j]) for k in range(m) if k != i)
        yield from (((i, j), (i, k), game.big[i, k] - game.big[i, j]) for k in range(n) if k != j)


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, sizes, st.floats(0.1, 10.0))
def test_games_made_from_a_potential_give_it_back(seed: int, m: int, n: int, weight: float) -> None:
    rng = np.random.default_rng(seed)
    P = rng.normal(size=(m, n))
    game = NormalFormGame(P + rng.normal(size=n), P + rng.normal(size=(m, 1)))
    np.testing.assert_allclose(exact_potential(game), P - P[0, 0], atol=1e-9)
    heavy = NormalFormGame(game.small, weight * game.big)
    found = weighted_potential(heavy)
    assert found is not None
    if m > 1 and n > 1:
        assert found.weights[1] == pytest.approx(weight, rel=1e-6)
        np.testing.assert_allclose(found.potential, P - P[0, 0], atol=1e-6)
    for potential in (ordinal_potential(heavy), generalised_ordinal_potential(heavy)):
        assert potential is not None


@settings(max_examples=80, deadline=None)
@given(seeds, sizes, sizes, st.integers(2, 4))
def test_every_kind_against_its_definition(seed: int, m: int, n: int, values: int) -> None:
    game = NormalFormGame(*np.random.default_rng(seed).integers(0, values, size=(2, m, n)).astype(float))
    exact = exact_potential(game)
    around = [
        game.small[k, j] - game.small[i, j] + game.big[k, o] - game.big[k, j]
        + game.small[i, o] - game.small[k, o] + game.big[i, j] - game.big[i, o]
        for i, k in combinations(range(m), 2)
        for j, o in combinations(range(n), 2)
    ]  # fmt: skip
    assert (exact is not None) == (not any(around))
    weighted, ordinal, loose = weighted_potential(game), ordinal_potential(game), generalised_ordinal_potential(game)
    for here, there, gain in moves(game):
        mover = 0 if here[1] == there[1] else 1
        if exact is not None:
            assert exact[there] - exact[here] == pytest.approx(gain)
        if weighted is not None:
            assert weighted.weights[mover] * (weighted.potential[there] - weighted.potential[here]) == pytest.approx(
                gain
            )
        if ordinal is not None:
            assert np.sign(ordinal[there] - ordinal[here]) == np.sign(gain)
        if loose is not None and gain > 0:
            assert loose[there] > loose[here]
    kinds = [exact is not None, weighted is not None, ordinal is not None, loose is not None]
    assert kinds == sorted(kinds)  # each kind is a case of the next


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, sizes)
def test_without_a_potential_improvements_do_cycle(seed: int, m: int, n: int) -> None:
    game = NormalFormGame(*np.random.default_rng(seed).integers(0, 3, size=(2, m, n)).astype(float))
    for kind, least in ((generalised_ordinal_potential, 0.5), (ordinal_potential, -0.5)):
        reach = np.eye(m * n, dtype=bool)
        strict = []
        for here, there, gain in moves(game):
            if gain > least:
                reach[here[0] * n + here[1], there[0] * n + there[1]] = True
            if gain > 0.5:
                strict.append((here[0] * n + here[1], there[0] * n + there[1]))
        for k in range(m * n):  # Warshall
            reach |= np.outer(reach[:, k], reach[k])
        assert (kind(game) is None) == any(reach[there, here] for here, there in strict)


def test_units_of_money_and_noise_change_nothing() -> None:
    game = NormalFormGame([[0.1 + 0.2, 0.0], [0.0, 0.3]], [[0.3, 0.0], [0.0, 0.1 + 0.2]])
    assert exact_potential(game) is not None
    assert exact_potential(NormalFormGame(1e6 * game.small + 3, 1e6 * game.big)) is not None
    assert weighted_potential(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])) is None
    assert weighted_potential(NormalFormGame([[1, 0], [0, 0]], [[0, 0], [0, 0]])) is None
