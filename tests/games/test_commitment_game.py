"""The bimatrix of a scenario against payoffs computed cell by cell and by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, PayoffTable, Scenario
from simulator.economy.terms import RevenueShare, UpfrontFee
from simulator.economy.venture import LinearRevenue, Sum, Venture, WeakestLink
from simulator.foundation.errors import ParameterError
from simulator.games.commitment_game import commitment_game, first_best_of, joint_values, runway, stage_game

HALF = Contract("half", (RevenueShare(share=0.5),))
LINK = Scenario(
    "link",
    small=SmallFirm(cost=1.0),
    big=BigFirm(cost=0.5, specificity=1.0),
    venture=Venture(technology=WeakestLink(), revenue=LinearRevenue(price=2.0)),
    commitment=CommitmentSpace(levels=5),
)


@pytest.mark.kernels
def test_cells_are_those_computed_by_hand() -> None:
    game = commitment_game(LINK, HALF)
    levels = np.linspace(0.0, 1.0, 5)
    for i, small in enumerate(levels):
        for j, big in enumerate(levels):
            assert game.game.small[i, j] == pytest.approx(min(small, big) - small**2 / 2.0, abs=1e-15)
            assert game.game.big[i, j] == pytest.approx(min(small, big) - big**2 / 4.0, abs=1e-15)
    assert game.small_actions == ("0", "0.25", "0.5", "0.75", "1")


def test_levels_of_each_firm_may_differ() -> None:
    space = CommitmentSpace(levels=3, big_levels=(0.0, 0.4, 2.0, 5.0), small_upper=2.0)
    game = commitment_game(replace(LINK, commitment=space), HALF)
    assert game.small_levels.tolist() == [0.0, 1.0, 2.0]
    assert game.big_levels.tolist() == [0.0, 0.4, 2.0, 5.0]
    assert game.game.shape == (3, 4)


def test_the_first_best_is_the_best_cell() -> None:
    # 2 min - s^2/2 - b^2/4 on the diagonal is 2 x - 3 x^2 / 4, best at 4/3: the top level
    best = first_best_of(commitment_game(LINK, HALF))
    assert (best.small, best.big, best.surplus) == (1.0, 1.0, pytest.approx(1.25))


def test_of_tied_first_bests_the_smallest_commitments() -> None:
    free = replace(LINK, small=SmallFirm(cost=0.0), big=BigFirm(cost=3.0, specificity=1.0))
    best = first_best_of(commitment_game(free, HALF))
    assert (best.small, best.big) == (0.75, 0.75)


@pytest.mark.kernels
def test_joint_values_include_parting() -> None:
    # BigCo's commitment is worth 3 a unit elsewhere and 1 a unit here
    apart = replace(
        LINK,
        big=BigFirm(cost=1.0, specificity=0.0, redeployment=3.0),
        venture=Venture(technology=Sum(small_weight=0.0), revenue=LinearRevenue(price=1.0)),
    )
    stage = stage_game(apart, HALF)
    values = joint_values(stage.world, Contract().clauses, np.array([0.0]), np.array([1.0]))
    assert values.tolist() == [[2.5]]


@pytest.mark.parametrize(("cash", "fee", "burn", "months"), [(12, 6, 1.5, 12), (12, -20, 1, 0), (12, 0, 0, math.inf)])
def test_runway(cash: float, fee: float, burn: float, months: float) -> None:
    scenario = replace(LINK, small=SmallFirm(cash=cash, burn=burn))
    contract = Contract("fee", (UpfrontFee(fee=fee),))
    assert runway(scenario, contract.clauses) == stage_game(scenario, contract).runway == months


def test_the_fee_moves_money_and_time() -> None:
    # Proposition 1 with r = 0: BigCo's threat is worth b_B Y at once, b_B e^{-rT} Y after T months
    scenario = replace(
        LINK,
        big=BigFirm(cost=0.0, specificity=1.0, discount_rate=0.1),
        bargaining=Bargaining(power=0.5, ruin_share=0.8),
        commitment=CommitmentSpace(levels=(1.0,)),
    )
    for fee in (0.0, 6.0):
        game = commitment_game(scenario, Contract("fee", (UpfrontFee(fee=fee),))).game
        months = 12.0 + fee
        assert game.small[0, 0] == pytest.approx(0.5 * 2.0 * (1.0 - 0.8 * math.exp(-0.1 * months)) + fee - 0.5)


def test_a_table_of_payoffs_bypasses_the_venture() -> None:
    table = PayoffTable(((1.0, 2.0),), ((3.0, 4.0),), small_actions=("wait",))
    game = commitment_game(Scenario("table", payoffs=table), Contract())
    assert game.game.small.tolist() == [[1.0, 2.0]]
    assert game.small_actions == ("wait",)
    assert game.big_actions == ("0", "1")
    assert game.big_levels.tolist() == [0.0, 1.0]
    assert first_best_of(game).surplus == 6.0
    with pytest.raises(ParameterError, match="outright"):
        commitment_game(Scenario("table", payoffs=table), HALF)


def test_a_continuum_needs_levels() -> None:
    scenario = replace(LINK, commitment=CommitmentSpace(levels="continuous"))
    with pytest.raises(ParameterError, match="needs levels"):
        commitment_game(scenario, HALF)
    levels = np.array([0.1, 0.2])
    assert commitment_game(scenario, HALF, small_levels=levels, big_levels=levels).game.shape == (2, 2)
