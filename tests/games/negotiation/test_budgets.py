"""Budget wars against the normal form over plans of how long to stay, and indifference worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.budgets import BudgetWar
from simulator.games.normal_form import NormalFormGame

prizes = st.sampled_from([0.5, 2.0, 3.5, 10.0])


def plans(war: BudgetWar) -> NormalFormGame:
    """Return the game in which each firm says how many periods it will stay before it concedes."""
    shape = war.small_budget + 1, war.big_budget + 1
    small, big = np.zeros(shape), np.zeros(shape)
    for i in range(shape[0]):
        for j in range(shape[1]):
            fought = min(i, j)
            small[i, j] = (war.small_prize if i > j else 0.0) - war.small_cost * fought
            big[i, j] = (war.big_prize if j > i else 0.0) - war.big_cost * fought
    return NormalFormGame(small, big)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), prizes, prizes)
def test_the_richer_firm_wins_at_once(poor: int, more: int, small_prize: float, big_prize: float) -> None:
    assume(big_prize > 1.0)
    war = BudgetWar(poor, poor + 1 + more, small_prize, big_prize, 1.0, 1.0)
    (outcome,) = war.outcomes()
    assert (outcome.small_stays, outcome.big_stays) == (0.0, 1.0)
    assert outcome.payoffs == (0.0, big_prize)
    game = plans(war)
    row, column = np.eye(poor + 1)[0], np.eye(war.big_budget + 1)[-1]
    assert game.regrets(row, column) == (0.0, 0.0)
    (mirrored,) = BudgetWar(poor + 1 + more, poor, big_prize, small_prize, 1.0, 1.0).outcomes()
    assert mirrored.payoffs == (big_prize, 0.0)


def test_equal_budgets_leave_three_outcomes() -> None:
    for periods in (1, 2, 7):
        outcomes = BudgetWar(periods, periods, 2.0, 3.0, 1.0, 0.5).outcomes()
        payoffs = np.array(
            sorted((outcome.payoffs for outcome in outcomes), key=lambda pair: np.round(pair, 9).tolist())
        )
        assert payoffs == pytest.approx(np.array([(0.0, 0.0), (0.0, 3.0), (2.0, 0.0)]), abs=1e-12)
        mixed = next(outcome for outcome in outcomes if 0.0 < outcome.small_stays < 1.0)
        # SmallCo is indifferent: (1 - q) 2 - q 1 = 0; BigCo: (1 - p) 3 - p 0.5 = 0.
        assert (mixed.small_stays, mixed.big_stays) == pytest.approx((3.0 / 3.5, 2.0 / 3.0))
    assert BudgetWar(0, 0, 2.0, 3.0, 1.0, 0.5).outcomes()[0].payoffs == (0.0, 0.0)


def test_a_prize_below_the_cost_of_a_period_is_not_worth_a_fight() -> None:
    outcomes = BudgetWar(3, 8, 100.0, 0.5, 1.0, 1.0).outcomes()
    assert len(outcomes) > 1
    assert {outcome.payoffs for outcome in outcomes} >= {(0.0, 0.5), (100.0, 0.0)}


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="small_budget must be a whole number"):
        BudgetWar(1.5, 2, 1.0, 1.0, 1.0, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="big_cost must be in"):
        BudgetWar(1, 2, 1.0, 1.0, 1.0, 0.0)
