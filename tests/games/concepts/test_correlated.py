"""Correlated equilibria against vertices of the polytope, Nash equilibria and a learner without regret."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.concepts.correlated import (
    best_correlated,
    correlated_equilibrium,
    correlated_regret,
    incentive_constraints,
)
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame

seeds = st.integers(0, 2**32 - 1)
small_games = st.lists(st.integers(-3, 3), min_size=8, max_size=8).map(
    lambda v: NormalFormGame([v[0:2], v[2:4]], [v[4:6], v[6:8]])
)
weights = st.sampled_from([(1, 0), (0, 1), (1, 1), (2, -1), (-1, -1), (0, 0)])


def vertices(game: NormalFormGame) -> np.ndarray:
    """Return the vertices of the set of correlated equilibria of a 2 x 2 game of integers, by trying all bases."""
    (a, b), (c, d) = game.small.tolist()
    (e, f), (g, h) = game.big.tolist()
    rows = [[c - a, d - b, 0, 0], [0, 0, a - c, b - d], [f - e, 0, h - g, 0], [0, e - f, 0, g - h]]
    inequalities = np.vstack((rows, -np.eye(4)))
    found = []
    for three in combinations(inequalities, 3):
        system = np.vstack((three, np.ones(4)))
        if abs(np.linalg.det(system)) > 0.5:  # the determinant of integers is one
            p = np.linalg.solve(system, [0, 0, 0, 1])
            if np.all(inequalities @ p <= 1e-9):
                found.append(p)
    return np.array(found)


@settings(max_examples=150, deadline=None)
@given(small_games, weights)
def test_the_best_one_is_the_best_vertex(game: NormalFormGame, weight: tuple[int, int]) -> None:
    corners = vertices(game)
    goal = (weight[0] * game.small + weight[1] * game.big).ravel()
    found = correlated_equilibrium(game, *weight)
    assert float(goal @ np.ravel(found.probabilities)) == pytest.approx(float(np.max(corners @ goal)), abs=1e-8)
    assert found.regret < 1e-8


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 4), st.integers(1, 4))
def test_no_nash_equilibrium_does_better_and_all_are_correlated(seed: int, m: int, n: int) -> None:
    game = NormalFormGame(*np.random.default_rng(seed).normal(size=(2, m, n)))
    best = best_correlated(game)
    for nash in all_equilibria(game).equilibria:
        assert correlated_regret(game, np.outer(nash.small, nash.big)) < 1e-8
        assert best.small.payoffs[0] >= nash.payoffs[0] - 1e-7
        assert best.big.payoffs[1] >= nash.payoffs[1] - 1e-7
        assert sum(best.surplus.payoffs) >= sum(nash.payoffs) - 1e-7
    scaled = best_correlated(NormalFormGame(1e3 * game.small + 7, 1e-3 * game.big - 5))
    assert scaled.small.payoffs[0] == pytest.approx(1e3 * best.small.payoffs[0] + 7, abs=1e-4)
    assert scaled.big.payoffs[1] == pytest.approx(1e-3 * best.big.payoffs[1] - 5, abs=1e-6)
    swapped = best_correlated(game.swapped())
    assert swapped.small.payoffs[0] == pytest.approx(best.big.payoffs[1], abs=1e-7)


def test_regret_matching_ends_inside_the_polytope() -> None:
    game = NormalFormGame([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    rng = np.random.default_rng(8)
    counts, sums = np.zeros((2, 2)), [np.zeros((2, 2)), np.zeros((2, 2))]
    plays = [0, 0]
    for t in range(1, 30_001):  # Hart and Mas-Colell (2000)
        i, j = plays
        counts[i, j] += 1
        sums[0][i] += game.small[:, j] - game.small[i, j]
        sums[1][j] += game.big[i] - game.big[i, j]
        for player in range(2):
            now = plays[player]
            if rng.random() < max(sums[player][now, 1 - now], 0.0) / (t * 20.0):
                plays[player] = 1 - now
    empirical = counts / counts.sum()
    assert correlated_regret(game, empirical) < 0.1
    payoff = float(np.sum(empirical * (game.small + game.big)))
    worst = correlated_equilibrium(game, -1, -1)
    assert sum(worst.payoffs) - 0.2 <= payoff <= sum(best_correlated(game).surplus.payoffs) + 0.2


def test_the_constraints_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(9)
    game = NormalFormGame(*rng.normal(size=(2, 3, 2)))
    p = rng.dirichlet(np.ones(6)).reshape(3, 2)
    rules = [
        sum(p[told, j] * (game.small[played, j] - game.small[told, j]) for j in range(2))
        for told in range(3)
        for played in range(3)
        if told != played
    ] + [
        sum(p[i, told] * (game.big[i, played] - game.big[i, told]) for i in range(3))
        for told in range(2)
        for played in range(2)
        if told != played
    ]
    np.testing.assert_allclose(incentive_constraints(game.small, game.big) @ p.ravel(), rules, atol=1e-14)
    assert correlated_regret(game, p) == pytest.approx(max(*rules, 0.0))


def test_bad_arguments_are_refused() -> None:
    game = NormalFormGame([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    with pytest.raises(ParameterError, match=r"correlated_equilibrium\.small_weight and big_weight must be finite"):
        correlated_equilibrium(game, np.inf, 0)
    with pytest.raises(
        ParameterError, match=r"correlated_regret\.probabilities must be a distribution of shape \(2, 2\)"
    ):
        correlated_regret(game, [[1, 1], [0, 0]])


def test_the_regret_is_the_largest_violated_constraint() -> None:
    rng = np.random.default_rng(44)
    game = NormalFormGame(*rng.normal(size=(2, 3, 4)))
    p = rng.dirichlet(np.ones(12)).reshape(3, 4)
    violations = incentive_constraints(game.small, game.big) @ p.ravel()
    assert correlated_regret(game, p) == pytest.approx(max(violations.max(), 0.0))
