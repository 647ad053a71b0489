"""Iterated dominance against beliefs that justify what is left, Nash supports, and pure dominance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from simulator.economy.firm import Role
from simulator.games.batch import strictly_dominated
from simulator.games.concepts.rationalisable import best_mixture, rationalisable
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import TIE, NormalFormGame


@st.composite
def games(draw: st.DrawFn) -> NormalFormGame:
    m, n = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        return NormalFormGame(*rng.normal(size=(2, m, n)))
    return NormalFormGame(*rng.integers(0, 5, size=(2, m, n)).astype(float))


def justified(payoffs: np.ndarray, action: int) -> bool:
    """Return whether some belief makes the action a best reply: the other side of the theorem of the alternative."""
    above = payoffs - payoffs[action]
    n = payoffs.shape[1]
    return linprog(np.zeros(n), above, np.full(len(payoffs), 1e-12), np.ones((1, n)), [1.0], method="highs").status == 0


@settings(max_examples=60, deadline=None)
@given(games())
def test_what_is_left_is_exactly_what_beliefs_over_it_justify(game: NormalFormGame) -> None:
    found = rationalisable(game)
    small = game.small[np.ix_(found.small, found.big)]
    big = game.big[np.ix_(found.small, found.big)].T
    assert all(justified(small, k) for k in range(len(small)))
    assert all(justified(big, k) for k in range(len(big)))
    rows, columns = set(range(game.shape[0])), set(range(game.shape[1]))
    for number in sorted({step.round for step in found.eliminations}):
        struck = [step for step in found.eliminations if step.round == number]
        for step in struck:
            own, other = (rows, columns) if step.role is Role.SMALL else (columns, rows)
            payoffs = game.small if step.role is Role.SMALL else game.big.T
            mixture = np.array(step.dominated_by)
            assert set(np.flatnonzero(mixture)) <= own
            gaps = (mixture @ payoffs - payoffs[step.action])[sorted(other)]
            assert gaps.min() == pytest.approx(step.margin, abs=1e-9)
            assert step.margin > 0
        rows -= {step.action for step in struck if step.role is Role.SMALL}
        columns -= {step.action for step in struck if step.role is Role.BIG}
    assert (tuple(sorted(rows)), tuple(sorted(columns))) == (found.small, found.big)


@settings(max_examples=40, deadline=None)
@given(games())
def test_equilibria_are_rationalisable_and_pure_dominance_strikes_no_more(game: NormalFormGame) -> None:
    found = rationalisable(game)
    for nash in all_equilibria(game).equilibria:
        assert set(np.flatnonzero(np.array(nash.small) > 1e-9)) <= set(found.small)
        assert set(np.flatnonzero(np.array(nash.big) > 1e-9)) <= set(found.big)
    rows, columns = strictly_dominated(game.small, game.big, TIE)
    assert set(found.small) <= set(np.flatnonzero(rows))
    assert set(found.big) <= set(np.flatnonzero(columns))
    swapped = rationalisable(game.swapped())
    assert (swapped.small, swapped.big) == (found.big, found.small)


def test_a_prisoners_dilemma_is_solved_in_one_round_and_ties_are_kept() -> None:
    found = rationalisable(NormalFormGame([[1, -2], [3, 0]], [[1, 3], [-2, 0]]))
    assert (found.small, found.big, found.solves) == ((1,), (1,), True)
    assert [step.round for step in found.eliminations] == [1, 1]
    noisy = NormalFormGame([[0.1 + 0.2, 1.0], [0.3, 1.0]], [[0, 0], [0, 0]])
    assert rationalisable(noisy).small == (0, 1)


def test_a_cournot_grid_shrinks_round_by_round_to_the_equilibrium() -> None:
    quantity = np.arange(0.0, 13.0)  # price 12 - q_S - q_B, no cost: the Cournot quantity is 4
    profit = quantity[:, None] * (12.0 - quantity[:, None] - quantity[None, :])
    found = rationalisable(NormalFormGame(profit, profit.T))
    assert 4 in found.small
    assert max(step.round for step in found.eliminations) > 1
    assert len(found.small) <= 3


def test_the_mixture_is_the_best_one_on_a_grid() -> None:
    payoffs = np.random.default_rng(7).normal(size=(3, 4))
    _, margin = best_mixture(payoffs, 0)
    grid = np.array([(i, j, 100 - i - j) for i in range(101) for j in range(101 - i)]) / 100
    coarse = np.max(np.min(grid @ (payoffs - payoffs[0]), axis=1))
    assert coarse <= margin + 1e-9
    assert margin == pytest.approx(coarse, abs=0.05)
    assert best_mixture(np.ones((2, 2)), 1)[1] == 0.0
