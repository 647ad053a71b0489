"""Fictitious play against recounts, values of zero-sum games, logit equilibria and potentials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.games.adaptation.fictitious_play import best_reply_path, fictitious_play, smooth_fictitious_play
from simulator.games.batch import pure_equilibria
from simulator.games.concepts.quantal import logit_equilibrium
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import TIE, NormalFormGame

seeds = st.integers(0, 2**32 - 1)
PENNIES = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def test_beliefs_are_the_frequencies_of_what_was_played() -> None:
    rng = np.random.default_rng(1)
    game = NormalFormGame(*rng.normal(size=(2, 3, 4)))
    beliefs = fictitious_play(game, 200, [1, 0, 0], [0, 1, 0, 0])
    rows, columns = np.array([1.0, 0, 0]), np.array([0, 1.0, 0, 0])
    for t in range(200):
        row, column = np.argmax(game.small @ columns), np.argmax(rows @ game.big)
        rows[row] += 1
        columns[column] += 1
        np.testing.assert_allclose(beliefs.small[t + 1], rows / rows.sum(), atol=1e-12)
        np.testing.assert_allclose(beliefs.big[t + 1], columns / columns.sum(), atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_zero_sum_beliefs_approach_the_value(seed: int) -> None:
    A = np.random.default_rng(seed).normal(size=(3, 3))
    game = NormalFormGame(A, -A)
    value = all_equilibria(game).equilibria[0].payoffs[0]
    beliefs = fictitious_play(game, 4000, np.full(3, 1 / 3), np.full(3, 1 / 3))
    assert np.max(A @ beliefs.big[-1]) == pytest.approx(value, abs=0.1)
    assert np.min(beliefs.small[-1] @ A) == pytest.approx(value, abs=0.1)


def test_smooth_play_settles_at_the_logit_equilibrium() -> None:
    game = NormalFormGame([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    beliefs = smooth_fictitious_play(game, 0.5, 6000, [0.9, 0.1], [0.9, 0.1])
    logit = logit_equilibrium(game, 0.5)
    assert beliefs.small[-1] == pytest.approx(logit.small, abs=5e-3)
    assert beliefs.big[-1] == pytest.approx(logit.big, abs=5e-3)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 4), st.integers(1, 4), st.sampled_from(Role))
def test_reply_paths_end_at_equilibria_or_never(seed: int, m: int, n: int, first: Role) -> None:
    rng = np.random.default_rng(seed)
    game = NormalFormGame(*rng.integers(0, 4, size=(2, m, n)).astype(float))
    row, column = int(rng.integers(m)), int(rng.integers(n))
    path = best_reply_path(game, row, column, first)
    assert path.profiles[0] == (row, column)
    pure = {tuple(p) for p in pure_equilibria(game.small, game.big, TIE).tolist()}
    assert (path.profiles[-1] in pure) == path.settled
    for (i, j), (k, other) in zip(path.profiles, path.profiles[1:], strict=False):
        assert (i == k) != (j == other)
        better = game.small[k, j] > game.small[i, j] if j == other else game.big[i, other] > game.big[i, j]
        assert better
    common = NormalFormGame(game.small, game.small)  # a common interest has a potential: every path settles
    assert best_reply_path(common, row, column, first).settled


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fictitious_play(PENNIES, 0, [1, 0], [1, 0]), r"fictitious_play\.rounds must be at least 1"),
        (lambda: fictitious_play(PENNIES, 5, [1, 1], [1, 0]), r"fictitious_play\.x must be 2 shares"),
        (lambda: smooth_fictitious_play(PENNIES, -1, 5, [1, 0], [1, 0]), r"smooth_fictitious_play\.precision"),
        (lambda: best_reply_path(PENNIES, 2, 0, Role.BIG), r"best_reply_path\.row and column"),
    ],
)
def test_bad_arguments_are_refused(call, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        call()
