"""Contracts that a design must find: each known in closed form, or by hand."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import CommitmentSpace, PayoffTable, Scenario
from simulator.economy.terms import QuantityFlexibility, RevenueShare, SalesRebate, WholesalePrice
from simulator.economy.venture import CobbDouglas, LinearDemand, Newsvendor, Sum, Uniform, Venture, WeakestLink
from simulator.foundation.errors import AllianceError, ParameterError, SolverError
from simulator.games.design.design import design
from simulator.games.design.replies import Replies
from simulator.games.design.search import Effort
from simulator.games.solution import solve
from simulator.interfaces.files import read_scenario, shipped

PAYOFF = 1e-6
"""Share of the payoffs within which a design finds them; flat optima leave the terms less precise."""
TERM = 2e-3
QUICK = Effort(128, 10, 4)
CONTRACT = Contract("new")


def chain(revenue: LinearDemand | Newsvendor, cost: float, top: float, levels: int, **venture: object) -> Scenario:
    """SmallCo can deliver anything, BigCo orders one of equally spaced quantities."""
    orders = tuple(np.linspace(0.0, top, levels).tolist())
    return Scenario(
        "chain",
        small=SmallFirm(cost=0.0, burn=0.0),
        big=BigFirm(cost=0.0, specificity=1.0),
        venture=Venture(WeakestLink(), revenue, unit_cost=cost, **venture),  # type: ignore[arg-type]
        commitment=CommitmentSpace(orders, small_levels=(top,)),
    )


def newsvendor(levels: int = 201) -> Scenario:
    """p = 10, c = 4, demand U[0, 100]: the integrated order is 60, the profit 180."""
    return chain(Newsvendor(price=10.0), 4.0, 100.0, levels, shock=Uniform(0.0, 100.0))


SLOW = {"alliance_market"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in sorted(shipped("scenarios"))]
)
def test_the_fast_reply_is_what_solve_plays(name: str) -> None:
    scenario = read_scenario(name)
    if scenario.payoffs is not None:
        pytest.skip("gives its payoffs outright")
    for lead in ("simultaneous", "small", "big"):
        world = replace(scenario, lead=lead)
        replies = Replies(world, world.contract())
        for contract in world.contracts:
            reply, solution = replies.to(contract), solve(world, contract)
            assert reply.profiles[reply.selected].payoffs == solution.outcome.payoffs
            options = tuple(solution.participation[side].outside for side in ("small", "big"))
            assert reply.profiles[reply.selected].options == options


def test_d1_small_names_the_price_of_double_marginalisation() -> None:
    # P = 100 - 2 Q, c = 20: w = 60, q = 10; on orders in steps of h, w = 60 + 2 h, where q and q - h tie
    step = 0.25
    found = design(chain(LinearDemand(100.0, 2.0), 20.0, 25.0, 101), "wholesale_price.price=0:100", "small", CONTRACT)
    assert found.terms["wholesale_price.price"] == pytest.approx(60.0 + 2.0 * step, rel=PAYOFF)
    assert found.commitments[1] == pytest.approx(10.0)
    assert found.efficiency == pytest.approx(0.75)
    assert found.binding == ("incentive of BigCo (as well off with 9.75 as with 10)",)
    assert found.certificate.checked
    assert found.certificate.sampled <= found.value * (1.0 + PAYOFF)


@pytest.mark.parametrize(("aim", "payoffs"), [("small", (800.0, 0.0)), ("big", (0.0, 800.0))])
def test_d1_a_two_part_tariff_sells_the_first_best(aim: str, payoffs: tuple[float, float]) -> None:
    world = chain(LinearDemand(100.0, 2.0), 20.0, 25.0, 501)
    terms = "two_part_tariff.price=0:100, two_part_tariff.fee=-1000:1000"
    found = design(world, terms, aim, CONTRACT, effort=QUICK)
    assert found.payoffs == pytest.approx(payoffs, abs=800.0 * PAYOFF)
    # w = c, up to the prices at which the same order stays best
    assert found.terms["two_part_tariff.price"] == pytest.approx(20.0, abs=4.0 * 0.05)
    (price,) = found.shadow
    assert price.price == pytest.approx(-1.0, abs=1e-6)
    assert price.envelope == -1.0


def test_d3_a_buy_back_on_the_coordinating_line() -> None:
    # b = (1 - lambda) p, w = (1 - lambda) p + lambda c: at p = 10, c = 4 the line is w = 4 + 0.6 b
    found = design(newsvendor(), "wholesale_price.price=0:10, buy_back.price=0:10", "nash", CONTRACT)
    assert found.payoffs == pytest.approx((90.0, 90.0), rel=1e-3)
    assert found.commitments[1] == pytest.approx(60.0)
    price, credit = (found.terms[f"{name}.price"] for name in ("wholesale_price", "buy_back"))
    assert credit == pytest.approx(5.0, rel=0.02)
    assert price == pytest.approx(4.0 + 0.6 * float(credit), rel=0.01)


def test_d4_a_revenue_share_with_the_price_that_coordinates() -> None:
    # BigCo keeps phi = 1 / 2 at w = phi c
    terms = "wholesale_price.price=0:10, revenue_share.share=0:1"
    found = design(newsvendor(), terms, "nash", CONTRACT)
    assert found.payoffs == pytest.approx((90.0, 90.0), rel=1e-3)
    assert found.terms["wholesale_price.price"] == pytest.approx(2.0, rel=0.02)
    assert found.terms["revenue_share.share"] == pytest.approx(0.5, rel=0.02)


def test_d5_quantity_flexibility_with_the_price_that_coordinates() -> None:
    # w = p (1 - F(q)) / (1 - F(q) + (1 - delta) F((1 - delta) q)) = 4 / (0.4 + 0.8 x 0.48) at delta = 0.2
    contract = Contract("flexible", (WholesalePrice(price=5.0), QuantityFlexibility(share=0.2)))
    found = design(newsvendor(401), "wholesale_price.price=4:10", "surplus", contract)
    assert found.efficiency == pytest.approx(1.0, abs=PAYOFF)
    assert found.terms["wholesale_price.price"] == pytest.approx(4.0 / (0.4 + 0.8 * 0.48), rel=0.01)


def test_d6_a_sales_rebate_with_the_price_that_coordinates() -> None:
    # Taylor (2002): w = c (p + r) / p = 4 x 12 / 10 at r = 2
    contract = Contract("rebate", (WholesalePrice(price=5.0), SalesRebate(rebate=2.0, threshold=30.0)))
    found = design(newsvendor(401), "wholesale_price.price=4:10", "surplus", contract)
    assert found.efficiency == pytest.approx(1.0, abs=PAYOFF)
    assert found.commitments[1] == pytest.approx(60.0)
    assert found.terms["wholesale_price.price"] == pytest.approx(4.8, rel=0.01)


def test_d6_a_price_and_a_rebate_that_coordinate_and_share_equally() -> None:
    # S(60) = 42 and S(30) = 25.5 leave BigCo 420 - 60 w + 16.5 r: at w = 4 (10 + r) / 10 half of 180 for r = 12
    contract = Contract("rebate", (WholesalePrice(price=5.0), SalesRebate(rebate=1.0, threshold=30.0)))
    found = design(newsvendor(), "wholesale_price.price=0:20, sales_rebate.rebate=0:20", "nash", contract)
    assert found.payoffs == pytest.approx((90.0, 90.0), rel=1e-3)
    assert found.commitments[1] == pytest.approx(60.0)
    price, rebate = (float(found.terms[key]) for key in ("wholesale_price.price", "sales_rebate.rebate"))
    assert rebate == pytest.approx(12.0, rel=0.02)
    assert price == pytest.approx(4.0 + 0.4 * rebate, rel=0.01)


def test_d7_a_minimum_order_sells_the_first_best_and_takes_it_all() -> None:
    # BigCo orders max(q_min, F^-1(1 - w / p)): q_min = 60 at w = (180 + 240) / 60 leaves it nothing
    found = design(newsvendor(101), "wholesale_price.price=0:10, take_or_pay.minimum=0:100", "small", CONTRACT)
    assert found.payoffs == pytest.approx((180.0, 0.0), abs=180.0 * 1e-4)
    assert found.terms["wholesale_price.price"] == pytest.approx(7.0, rel=0.02)
    assert "participation of BigCo" in found.binding
    assert found.shadow[0].price == pytest.approx(-1.0, abs=0.05)


def test_c2_teams_on_levels() -> None:
    # y = 3 e_S + 2 e_B: s = 9 / 13, up to the levels' width
    world = Scenario(
        "team",
        big=BigFirm(cost=1.0),
        venture=Venture(Sum(small_weight=3.0, big_weight=2.0)),
        commitment=CommitmentSpace(201, small_upper=4.0, big_upper=4.0),
    )
    found = design(world, "revenue_share.share=0:1", "surplus", CONTRACT, effort=QUICK)
    assert found.terms["revenue_share.share"] == pytest.approx(9.0 / 13.0, abs=0.02)
    assert found.efficiency == pytest.approx(1.0 - 36.0 / 13.0**2, abs=5e-3)


@pytest.mark.slow
def test_c1_the_optimal_share_of_continuous_commitments() -> None:
    p, q = 0.4, 0.3
    world = Scenario(
        "team",
        big=BigFirm(cost=2.0),
        venture=Venture(CobbDouglas(small_weight=p, big_weight=q, productivity=3.0)),
        commitment=CommitmentSpace("continuous"),
    )
    found = design(world, "revenue_share.share=0:1", "surplus", CONTRACT, effort=QUICK)
    a, b = p / 2.0, q / 2.0
    odds = math.sqrt(a * (1.0 - b)), math.sqrt(b * (1.0 - a))
    assert found.terms["revenue_share.share"] == pytest.approx(odds[0] / sum(odds), abs=TERM)
    assert found.certificate.surrogate
    assert found.certificate.checked


def test_an_interior_share_binds_nothing_and_costs_nothing() -> None:
    world = Scenario("pair", commitment=CommitmentSpace((0.0, 0.25, 0.5, 0.75, 1.0)))
    found = design(world, "revenue_share.share=0:1", "surplus", Contract("share", (RevenueShare(share=0.5),)))
    assert all(price.price == 0.0 for price in found.shadow)
    assert found.certificate.ranges["revenue_share.share"][0] >= 0.0


def test_the_frontier_of_a_transfer_is_a_line_and_nothing_on_it_is_dominated() -> None:
    world = read_scenario("double_marginalisation")
    terms = "two_part_tariff.price=0:100, two_part_tariff.fee=-1000:1000"
    found = design(world, terms, "nash", world.contract("two-part tariff"), frontier=True, effort=QUICK)
    points = [point.payoffs for point in found.frontier]
    assert points[0] == pytest.approx((0.0, 800.0), abs=1e-4)
    assert points[-1] == pytest.approx((800.0, 0.0), abs=1e-4)
    assert [sum(point) for point in points] == pytest.approx([800.0] * len(points))
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in itertools.pairwise(points))
    assert [each.price for each in found.shadow] == pytest.approx([-400.0, -400.0], rel=1e-3)


def test_whole_numbers_and_choices_are_designed_together() -> None:
    world = read_scenario("hold_up")
    terms = "revenue_share.share=0:1, exclusivity.small=true|false, pilot.length=1:3"
    found = design(world, terms, "surplus", world.contract("revenue share"), effort=QUICK)
    assert found.efficiency == pytest.approx(1.0)
    assert isinstance(found.terms["exclusivity.small"], bool)
    assert found.terms["pilot.length"] in {1, 2, 3}


def test_optimistic_and_pessimistic_replies_bracket_the_selected_one() -> None:
    world = read_scenario("ham_and_egg")
    values = {
        rule: design(world, "revenue_share.share=0.1:0.9", "surplus", rule=rule, effort=QUICK).value
        for rule in ("pessimistic", "selected", "optimistic")
    }
    assert values["pessimistic"] <= values["selected"] + 1e-9
    assert values["selected"] <= values["optimistic"] + 1e-9
    assert values["pessimistic"] == pytest.approx(0.0, abs=1e-9)  # nobody commits if the other does not


def test_a_design_is_the_same_every_time() -> None:
    world = read_scenario("ham_and_egg")
    terms = "revenue_share.share=0:1, upfront_fee.fee=-5:5"
    first, second = (design(world, terms, "big", effort=QUICK).to_dict() for _ in range(2))
    assert first == second


def test_who_refuses_and_by_how_much() -> None:
    world = read_scenario("double_marginalisation")
    with pytest.raises(SolverError, match=r"at best \(wholesale_price.price = 10\) SmallCo gets -225, 225 less"):
        design(world, "wholesale_price.price=0:10", "big", effort=QUICK)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("revenue_share.shar=0:1", r"Unknown contract term .* Did you mean 'revenue_share.share'\?"),
        ("revenue_share.share=0:2", r"must stay in \[0, 1\]; got the bound 2"),
        ("revenue_share.share=0.5:0.5", "LOW below HIGH"),
        ("revenue_share.share=0.5", "must have a range or choices"),
        ("revenue_share.share", "must be KEY=LOW:HIGH"),
        ("revenue_share.share=a:b", "must be LOW:HIGH"),
        ("revenue_share.share=0:1,contract.revenue_share.share=0:1", "twice"),
        ("pilot.length=1:2.5", "whole numbers as bounds"),
        ("pilot.length=1:3", "Nothing to design"),
        ("dispute_resolution.forum=court|arbiter", "Unknown dispute_resolution.forum 'arbiter'"),
        ("exclusivity.small=true|true", "two different choices"),
        ("specific_performance.price=0:1", "needs specific_performance.quantity too"),
        ("", "got nothing"),
    ],
)
def test_bad_input_is_told_in_one_line(terms: str, message: str) -> None:
    with pytest.raises(AllianceError, match=message) as refused:
        design(read_scenario("hold_up"), terms, "small", effort=QUICK)
    assert "\n" not in str(refused.value)


def test_payoffs_given_outright_leave_nothing_to_design() -> None:
    table = PayoffTable(small=((1.0, 0.0), (0.0, 1.0)), big=((1.0, 0.0), (0.0, 1.0)))
    with pytest.raises(ParameterError, match="nothing to design"):
        design(Scenario("table", payoffs=table), "revenue_share.share=0:1", "small")


def test_an_interruption_keeps_the_best_so_far() -> None:
    world = read_scenario("ham_and_egg")

    def stop(done: int, total: int) -> None:
        assert 0 < done <= total
        if done == 2:
            raise KeyboardInterrupt

    found = design(world, "revenue_share.share=0:1", "surplus", effort=QUICK, progress=stop)
    assert found.interrupted
    assert found.value == pytest.approx(0.785909, abs=1e-4)
    assert math.isnan(found.certificate.sampled)
