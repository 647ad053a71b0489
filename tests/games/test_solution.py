"""The whole solution of worked examples, and its JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, PayoffTable, Scenario
from simulator.economy.terms import PlanOfRecord, RevenueShare, WholesalePrice
from simulator.economy.venture import CobbDouglas, LinearDemand, LinearRevenue, Sum, Venture, WeakestLink
from simulator.foundation.errors import AllianceError, UnknownNameError
from simulator.games import solution as solving
from simulator.games.solution import Solution, solve

CONTINUOUS = CommitmentSpace(levels="continuous")
HOLD_UP = Scenario(
    "hold_up",
    small=SmallFirm(burn=0.0),
    venture=Venture(Sum(big_weight=0.0), LinearRevenue(price=1.0)),
    bargaining=Bargaining(power=0.5),
    commitment=CommitmentSpace(levels=21),
)
TEAM = Scenario(
    "team",
    small=SmallFirm(curvature=3.0),
    big=BigFirm(curvature=3.0, specificity=1.0),
    venture=Venture(CobbDouglas(1.0, 1.0)),
    commitment=CONTINUOUS,
    contracts=(Contract("half", (RevenueShare(share=0.5),)),),
)
# Spengler (1950) on a grid that holds the answers: q = 10, u = (400, 200), integrated 20 and 800
CHAIN = Scenario(
    "chain",
    small=SmallFirm(cost=0.0),
    big=BigFirm(cost=0.0, specificity=1.0),
    venture=Venture(WeakestLink(), LinearDemand(100.0, 2.0), unit_cost=20.0),
    commitment=CommitmentSpace(levels=(0.0, 5.0, 10.0, 15.0, 20.0, 25.0)),
    contracts=(Contract("wholesale", (WholesalePrice(price=60.0),)),),
)
BABSON = Scenario(
    "babson",
    payoffs=PayoffTable(
        ((20.0, 0.0, -5.0), (10.0, 0.0, -10.0), (5.0, -10.0, -20.0)),
        ((20.0, 10.0, 5.0), (0.0, 0.0, -5.0), (-5.0, -10.0, -20.0)),
        ("cooperate", "not cooperate", "opportunism"),
        ("cooperate", "not cooperate", "opportunism"),
    ),
)
SCENARIOS = [HOLD_UP, replace(HOLD_UP, commitment=CONTINUOUS), TEAM, CHAIN, BABSON, Scenario("default")]


def test_hold_up_on_levels() -> None:
    solution = solve(HOLD_UP)
    assert (solution.outcome.small, solution.outcome.big) == (0.5, 0.0)
    assert solution.outcome.payoffs == pytest.approx((0.125, 0.25))
    assert (solution.first_best.small, solution.first_best.surplus) == (1.0, 0.5)
    assert solution.efficiency == pytest.approx(0.75)
    assert solution.runway == math.inf
    assert solution.equilibria.complete
    assert solution.continuous == ()


def test_hold_up_on_the_interval_is_the_same() -> None:
    solution = solve(replace(HOLD_UP, commitment=CONTINUOUS))
    assert solution.outcome.small == pytest.approx(0.5, rel=1e-12)
    assert solution.efficiency == pytest.approx(0.75, rel=1e-12)
    (one,) = solution.continuous
    assert one.small in solution.small_levels
    assert solution.first_best.small in solution.small_levels
    assert not solution.equilibria.complete


def test_a_team_on_the_interval() -> None:
    # two equilibria, (0, 0) and (1/2, 1/2); Bhattacharyya and Lafontaine (1995)
    solution = solve(TEAM)
    assert solution.contract.name == "half"
    assert solution.outcome.small == pytest.approx(0.5, rel=1e-10)
    assert solution.efficiency == pytest.approx(0.5, rel=1e-10)
    assert solution.equilibria.components == ((0,), (1,))
    chosen = solution.equilibria.equilibria[solution.selected or 0]
    assert chosen.regret <= 1e-12
    assert np.array(chosen.small) @ solution.small_levels == pytest.approx(0.5, rel=1e-10)
    assert all(each.value > 0.0 for each in solution.leadership)


def test_grids_agree_with_the_interval() -> None:
    fine = solve(replace(TEAM, commitment=CommitmentSpace(levels=21, small_upper=1.0, big_upper=1.0)))
    assert fine.outcome.small == pytest.approx(0.5)
    assert fine.first_best.surplus == pytest.approx(1.0 / 3.0)


def test_double_marginalisation() -> None:
    solution = solve(CHAIN)
    assert solution.outcome.payoffs == pytest.approx((400.0, 200.0))
    assert (solution.first_best.small, solution.first_best.big, solution.first_best.surplus) == (20.0, 20.0, 800.0)
    assert solution.efficiency == pytest.approx(0.75)


def test_published_table() -> None:
    # Babson entrepreneurship research conference 1997: both cooperate, worth 40
    solution = solve(BABSON)
    assert solution.outcome.payoffs == (20.0, 20.0)
    assert solution.first_best.surplus == 40.0
    assert solution.efficiency == 1.0
    assert solution.small_actions[0] == "cooperate"
    assert sum(each.pure for each in solution.equilibria.equilibria) == 2


def test_the_leader_takes_its_commitment_into_account() -> None:
    battle = PayoffTable(((2.0, 0.0), (0.0, 1.0)), ((1.0, 0.0), (0.0, 2.0)))
    scenario = Scenario("battle", payoffs=battle, selection="best_for_big")
    together, small, big = (solve(scenario, lead=lead) for lead in ("simultaneous", "small", "big"))
    assert together.outcome.payoffs == big.outcome.payoffs == (1.0, 2.0)
    assert small.outcome.payoffs == (2.0, 1.0)
    assert [each.value for each in together.leadership] == [1.0, 0.0]
    assert small.lead == "small"
    with pytest.raises(UnknownNameError, match="order of moves"):
        solve(scenario, lead="both")


def test_participation_is_against_the_outside_option() -> None:
    tempted = replace(HOLD_UP, small=SmallFirm(outside_option=0.05), big=BigFirm(outside_option=0.4))
    solution = solve(tempted, Contract("share", (RevenueShare(share=0.5),)))
    small, big = solution.participation["small"], solution.participation["big"]
    assert (small.outside, big.outside) == (0.05, 0.4)
    assert small.accepts
    assert big.gain == pytest.approx(solution.outcome.payoffs[1] - 0.4)
    assert big.accepts == (big.gain >= 0.0)
    assert solve(HOLD_UP).participation["small"].outside == 0.0


def test_an_unprofitable_venture_has_no_efficiency() -> None:
    hopeless = replace(HOLD_UP, venture=Venture(Sum(), LinearRevenue(price=0.0)))
    assert solve(hopeless, Contract("share", (RevenueShare(share=0.5),))).efficiency is None


def test_mixed_outcomes_report_expected_commitments() -> None:
    # matching pennies: both mix half and half over the actions 0 and 1
    pennies = PayoffTable(((1.0, -1.0), (-1.0, 1.0)), ((-1.0, 1.0), (1.0, -1.0)))
    outcome = solve(Scenario("pennies", payoffs=pennies)).outcome
    assert (outcome.small, outcome.big) == pytest.approx((0.5, 0.5))


def test_a_floor_is_on_the_grid_and_kept() -> None:
    plan = Contract("plan", (RevenueShare(share=0.5), PlanOfRecord(small_floor=0.8, big_floor=0.7, bond=2.0)))
    solution = solve(TEAM, plan)
    assert 0.8 in solution.small_levels
    assert 0.7 in solution.big_levels
    assert any((each.small, each.big) == (0.8, 0.7) for each in solution.continuous)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("lead", ["simultaneous", "small", "big"])
def test_json_says_what_the_solution_says(scenario: Scenario, lead: str) -> None:
    solution: Solution = solve(scenario, lead=lead)
    document = json.loads(json.dumps(solution.to_dict(), allow_nan=False))
    m, n = len(document["levels"]["small"]), len(document["levels"]["big"])
    for role in ("small", "big"):
        assert np.array(document["payoffs"][role]).shape == (m, n)
        assert len(document["actions"][role]) == len(document["levels"][role])
    assert sum(each["selected"] for each in document["equilibria"]) == 1
    for each in document["equilibria"]:
        assert {"small", "big", "payoffs", "regret", "selected", "pure"} <= set(each)
        assert sum(each["small"]) == pytest.approx(1.0)
        weights = np.outer(each["small"], each["big"])
        assert np.sum(weights * document["payoffs"]["small"]) == pytest.approx(each["payoffs"][0], abs=1e-9)
    assert document["outcome"]["payoffs"] == list(solution.outcome.payoffs)
    if document["efficiency"] is not None:
        assert document["efficiency"] <= 1.0 + 1e-9
    assert {each["leader"] for each in document["leadership"]} == {"small", "big"}


def test_without_a_pure_equilibrium_the_grid_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "continuous_equilibria", lambda *_, **__: ())
    solution = solve(TEAM)
    assert solution.continuous == ()
    assert not solution.equilibria.complete
    assert solution.equilibria.method.startswith("no pure equilibrium of the intervals was found; on a grid")
    assert solution.outcome.small == pytest.approx(0.5, abs=0.1)


def test_errors_are_the_users_to_put_right() -> None:
    with pytest.raises(AllianceError):
        solve(replace(HOLD_UP, commitment=CONTINUOUS, small=SmallFirm(cost=0.0)))
