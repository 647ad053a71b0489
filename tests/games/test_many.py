"""Batches of games: the same as one by one, whatever the threads, with every bound reported."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.foundation.errors import ParameterError
from simulator.games.enumeration.outcomes import OVER_BUDGET, TOO_MANY
from simulator.games.equilibrium import all_equilibria
from simulator.games.exact import exact_equilibria
from simulator.games.many import _alike, many_equilibria
from simulator.games.normal_form import NormalFormGame

CERTIFIED = 1e-9


def test_a_batch_holds_what_each_game_holds_alone() -> None:
    rng = np.random.default_rng(11)
    A, B = rng.integers(0, 5, size=(2, 60, 4, 3)).astype(float)
    found = many_equilibria(A, B)
    assert found.complete.all()
    for g in range(60):
        alone = all_equilibria(NormalFormGame(A[g], B[g])).equilibria
        mine = slice(found.first[g], found.first[g + 1])
        assert found.small[mine].tolist() == [list(e.small) for e in alone]
        assert found.big[mine].tolist() == [list(e.big) for e in alone]
        assert found.payoffs[mine].tolist() == [list(e.payoffs) for e in alone]
        assert set(found.game[mine].tolist()) == {g}


def test_payoffs_and_regrets_are_those_of_the_profiles() -> None:
    rng = np.random.default_rng(12)
    A, B = rng.normal(size=(2, 40, 5, 4))
    found = many_equilibria(A, B)
    for k, g in enumerate(found.game):
        game, x, y = NormalFormGame(A[g], B[g]), found.small[k], found.big[k]
        assert found.payoffs[k] == pytest.approx(game.payoffs(x, y), abs=1e-12)
        assert found.regrets[k] == pytest.approx(game.regrets(x, y), abs=1e-12)
        assert found.regrets[k].max() <= CERTIFIED * max(game.payoff_range)
        assert x.sum() == pytest.approx(1.0, abs=1e-14)
        assert y.sum() == pytest.approx(1.0, abs=1e-14)


def test_the_number_of_threads_changes_nothing() -> None:
    rng = np.random.default_rng(13)
    A, B = rng.integers(0, 4, size=(2, 101, 3, 3)).astype(float)
    one, three = many_equilibria(A, B), many_equilibria(A, B, threads=3)
    for name in ("small", "big", "payoffs", "regrets", "game", "first", "outcome", "kept", "pivots"):
        np.testing.assert_array_equal(getattr(one, name), getattr(three, name))


def test_two_by_two_games_in_closed_form_are_those_of_the_indifference_conditions() -> None:
    rng = np.random.default_rng(14)
    A, B = rng.normal(size=(2, 500, 2, 2))
    found = many_equilibria(A, B)
    for g in range(500):
        a, b = A[g], B[g]
        profiles = [
            (float(i == 0), float(j == 0))
            for i in (1, 0)
            for j in (1, 0)
            if a[i, j] >= a[1 - i, j] and b[i, j] >= b[i, 1 - j]
        ]
        p = (b[1, 1] - b[1, 0]) / (b[0, 0] - b[0, 1] - b[1, 0] + b[1, 1])
        q = (a[1, 1] - a[0, 1]) / (a[0, 0] - a[1, 0] - a[0, 1] + a[1, 1])
        if 0.0 < p < 1.0 and 0.0 < q < 1.0:
            profiles.append((p, q))
        mine = slice(found.first[g], found.first[g + 1])
        firsts = np.column_stack((found.small[mine, 0], found.big[mine, 0]))
        np.testing.assert_allclose(firsts, sorted(profiles), atol=1e-12)


def test_a_batch_goes_on_behind_a_game_that_is_too_costly_or_has_too_much() -> None:
    rng = np.random.default_rng(15)
    A, B = rng.normal(size=(2, 3, 12, 12))
    A[1] = B[1] = np.eye(12)  # 4095 equilibria: one for each set of actions
    found = many_equilibria(A, B, most=1000)
    assert found.outcome.tolist() == [0, TOO_MANY, 0]
    assert np.diff(found.first)[1] == 0
    assert np.diff(many_equilibria(A, B).first)[1] == 4095
    poor = many_equilibria(A, B, budget=1000)
    assert OVER_BUDGET in poor.outcome
    full = many_equilibria(A, B)
    for k, g in enumerate(poor.game):
        mine = slice(full.first[g], full.first[g + 1])
        away = np.abs(full.small[mine] - poor.small[k]).max(axis=1) + np.abs(full.big[mine] - poor.big[k]).max(axis=1)
        assert away.min() < CERTIFIED


@pytest.mark.parametrize("most", [1, 2, 5, 20])
@pytest.mark.parametrize("size", [2, 3, 6])
def test_a_small_bound_holds_game_by_game_and_for_any_number_of_threads(size: int, most: int) -> None:
    rng = np.random.default_rng(16)
    A, B = rng.normal(size=(2, 150, size, size))
    full = np.diff(many_equilibria(A, B).first)
    for threads in (1, 3):
        found = many_equilibria(A, B, most=most, threads=threads)
        np.testing.assert_array_equal(found.outcome == TOO_MANY, full > most)
        np.testing.assert_array_equal(np.diff(found.first), np.where(full > most, 0, full))


@pytest.mark.parametrize("shape", [(1, 150), (150, 1), (60, 60), (5, 200)])
def test_wide_games_of_ties_have_every_pair_of_actions(shape: tuple[int, int]) -> None:
    found = many_equilibria(np.zeros((1, *shape)), np.zeros((1, *shape)))
    assert found.complete.all()
    assert len(found.game) == shape[0] * shape[1]
    assert found.kept.tolist() == [list(shape)]


@pytest.mark.parametrize("decimals", [3, 4, 5])
def test_payoffs_that_nearly_tie_are_told_apart_or_called_doubtful(decimals: int) -> None:
    rng = np.random.default_rng(decimals)
    for m, n in [(2, 4), (3, 3), (3, 4), (4, 4)]:
        coarse = rng.integers(0, 3, size=(2, 40, m, n)) * 10**decimals
        A, B = coarse + (rng.random(coarse.shape) < 0.25)
        found = many_equilibria(A * 10.0**-decimals, B * 10.0**-decimals)
        for g in np.flatnonzero(found.complete):
            exact = exact_equilibria(A[g].tolist(), B[g].tolist())
            theirs = np.array([[float(p) for p in e.small + e.big] for e in exact])
            mine = slice(found.first[g], found.first[g + 1])
            ours = np.hstack((found.small[mine], found.big[mine]))
            near = np.max(np.abs(ours[:, None] - theirs[None]), axis=2) < 1e-7
            assert near.any(axis=0).all()
            assert near.any(axis=1).all()
        spread = np.ptp(A, axis=(1, 2))[found.game] * 10.0**-decimals
        assert np.all(found.regrets[:, 0] <= CERTIFIED * spread)


@pytest.mark.parametrize("loss", [1e4, 1e6, 1e8])
def test_a_large_loss_that_nobody_takes_decides_nothing(loss: float) -> None:
    battle = np.full((1, 3, 3), -loss)
    A, B = battle.copy(), battle.copy()
    A[0, :2, :2], B[0, :2, :2] = [[3, 0], [0, 2]], [[2, 0], [0, 3]]
    A[0, :2, 2] = B[0, 2, :2] = 0.0
    found = many_equilibria(A, B)
    assert found.complete.all()
    assert found.kept.tolist() == [[2, 2]]
    assert found.small[:, 0].tolist() == pytest.approx([0.0, 0.6, 1.0], abs=1e-12)


@pytest.mark.parametrize(
    ("small", "big", "options", "message"),
    [
        ([[1, 2]], [[1, 2]], {}, r"many_equilibria\.small must be a non-empty list of matrices; got shape \(1, 2\)"),
        ([[[1, 2]]], [[[1], [2]]], {}, r"many_equilibria\.big must be of the shape of many_equilibria\.small"),
        ([[[1, np.inf]]], [[[1, 2]]], {}, r"many_equilibria\.small must be finite; got inf at row 0, column 1"),
        ([[[1, 1e200]]], [[[1, 2]]], {}, r"many_equilibria\.small must lie between -1e\+150 and 1e\+150; got 1e\+200"),
        ([], [], {}, r"many_equilibria\.small must be a non-empty list of matrices; got shape \(0,\)"),
        ([[[1]]], [[[1]]], {"threads": 0}, r"many_equilibria\.threads must be a whole number of at least 1; got 0"),
        ([[[1]]], [[[1]]], {"budget": -1}, r"many_equilibria\.budget must be a whole number of at least 0; got -1"),
        ([[[1]]], [[[1]]], {"most": 0}, r"many_equilibria\.most must be a whole number of at least 1; got 0"),
        ([[[1]]], [[[1]]], {"most": 2.5}, r"many_equilibria\.most must be a whole number of at least 1; got 2\.5"),
        ([[[1]]], [[[1]]], {"budget": "x"}, r"many_equilibria\.budget must be a whole number of at least 0; got 'x'"),
    ],
)
def test_bad_batches_are_refused(small: object, big: object, options: dict[str, int], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        many_equilibria(small, big, **options)


def test_lists_are_alike_in_any_order_but_long_ones_only_in_the_same() -> None:
    short, long = np.eye(4), np.eye(600)
    assert _alike(short, short[::-1])
    assert not _alike(short, short[[0, 0, 1, 2]])
    assert not _alike(short, short[:3])
    assert _alike(long, long.copy())
    assert not _alike(long, long[::-1])
