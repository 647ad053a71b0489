"""Every term: no effect at its neutral value, money moved but not made, and the sign of what it does to SmallCo.

The tables state, for each registered term, a contract it can be added to. That they cover the registry is tested too.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from economy.worlds import PLAIN, STOCKED, stage

from simulator.economy.alliance import commitment_costs, produce
from simulator.economy.contract import TERMS, Contract, Term
from simulator.economy.market import mean_market
from simulator.economy.scenario import Scenario
from simulator.economy.terms import (
    AcquisitionOption,
    Audit,
    BuyBack,
    CostShare,
    Damages,
    DisputeResolution,
    EquityStake,
    Escrow,
    Exclusivity,
    IntellectualProperty,
    LateDelivery,
    MilestonePayment,
    OutputTarget,
    Pilot,
    PlanOfRecord,
    QuantityFlexibility,
    RevenueShare,
    SalesRebate,
    SpecificPerformance,
    TakeOrPay,
    Termination,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.economy.venture import Certain, LinearDemand, Sum, Uniform, Venture, WeakestLink
from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.foundation.parameters import limits_of
from simulator.games.supply import sales_rebate as rebates

pytestmark = pytest.mark.kernels

SMALL, BIG = 0.6, 0.8
SHARE, PRICE = (RevenueShare(share=0.4),), (WholesalePrice(price=5.0),)
SALVAGE = 1.0
TEMPTED = replace(PLAIN, small=replace(PLAIN.small, temptation=0.4, honest=0.25))
OWNED = replace(PLAIN, venture=replace(PLAIN.venture, asset=2.0))
FREE = replace(
    PLAIN,
    small=replace(PLAIN.small, outside_option=8.0, discount_rate=0.1),
    big=replace(PLAIN.big, outside_option=0.5, discount_rate=0.1),
)
FEW = replace(STOCKED, venture=replace(STOCKED.venture, shock=Certain(3.0)))
# with nothing agreed PLAIN's SmallCo gets D_S = 0 and BigCo D_B = 0.5 * 0.8 = 0.4 if they disagree
NEUTRAL: dict[str, tuple[Scenario, tuple[Term, ...], Term]] = {
    "upfront_fee": (PLAIN, (), UpfrontFee(fee=0.0)),
    "revenue_share": (STOCKED, PRICE, RevenueShare(share=0.0)),
    "cost_share": (PLAIN, (), CostShare()),
    "wholesale_price": (PLAIN, SHARE, WholesalePrice(price=0.0)),
    "two_part_tariff": (PLAIN, SHARE, TwoPartTariff(price=0.0)),
    "buy_back": (STOCKED, PRICE, BuyBack(price=SALVAGE)),
    "quantity_flexibility": (STOCKED, PRICE, QuantityFlexibility(share=0.0)),
    "take_or_pay": (STOCKED, PRICE, TakeOrPay(minimum=0.0)),
    "plan_of_record": (PLAIN, (), PlanOfRecord()),
    "equity_stake": (PLAIN, (), EquityStake(share=0.0)),
    "exclusivity": (PLAIN, (), Exclusivity(small=False, big=False)),
    "output_target": (PLAIN, (), OutputTarget(quantity=0.0)),
    "milestone_payment": (PLAIN, (), MilestonePayment(payment=0.0)),
    "sales_rebate": (STOCKED, PRICE, SalesRebate(rebate=0.0)),
    "audit": (TEMPTED, (), Audit(rate=0.0)),
    "late_delivery": (PLAIN, (), LateDelivery(penalty=0.0)),
    "specific_performance": (
        replace(PLAIN, big=replace(PLAIN.big, specificity=1.0)),
        (),
        SpecificPerformance(0.0, 0.0),
    ),
    "damages": (replace(PLAIN, big=replace(PLAIN.big, specificity=1.0)), (), Damages(small=0.0)),
    "acquisition_option": (PLAIN, SHARE, AcquisitionOption(strike=1e9)),
    "termination": (FREE, (), Termination()),
    "intellectual_property": (OWNED, (), IntellectualProperty()),
    "pilot": (PLAIN, SHARE, Pilot(length=0)),
    "escrow": (PLAIN, SHARE, Escrow()),
    "dispute_resolution": (PLAIN, SHARE, DisputeResolution()),
}
PLAN = PlanOfRecord(small_floor=SMALL + 0.1, big_floor=BIG + 0.1, bond=1.0, detection=0.5, to_partner=0.25)
# every field: (scenario, other terms, the term, the field, a larger value, sign of the effect on SmallCo)
EFFECTS: list[tuple[Scenario, tuple[Term, ...], Term, str, float | bool, int]] = [
    (PLAIN, (), UpfrontFee(fee=-1.0), "fee", 2.0, +1),
    (PLAIN, (), RevenueShare(share=0.2), "share", 0.6, +1),
    (PLAIN, SHARE, CostShare(), "small_reimbursed", 0.5, +1),
    (PLAIN, SHARE, CostShare(), "big_reimbursed", 0.5, -1),
    (STOCKED, (), WholesalePrice(price=1.0), "price", 2.0, +1),
    (STOCKED, (), TwoPartTariff(price=1.0), "price", 2.0, +1),
    (STOCKED, (), TwoPartTariff(price=1.0), "fee", 2.0, +1),
    (STOCKED, PRICE, BuyBack(price=2.0), "price", 4.0, -1),
    (STOCKED, PRICE, QuantityFlexibility(share=0.1), "share", 0.4, -1),
    (STOCKED, PRICE, TakeOrPay(minimum=0.0), "minimum", 90.0, +1),
    (PLAIN, SHARE, replace(PLAN, small_floor=0.0), "small_floor", 0.9, -1),
    (PLAIN, SHARE, replace(PLAN, small_floor=0.0), "small_people", 0.9, -1),
    (PLAIN, SHARE, replace(PLAN, small_floor=0.0), "small_money", 0.9, -1),
    (PLAIN, SHARE, replace(PLAN, small_floor=0.0), "small_time", 0.9, -1),
    (PLAIN, SHARE, replace(PLAN, big_floor=0.0), "big_floor", 0.9, +1),
    (PLAIN, SHARE, replace(PLAN, big_floor=0.0), "big_people", 0.9, +1),
    (PLAIN, SHARE, replace(PLAN, big_floor=0.0), "big_money", 0.9, +1),
    (PLAIN, SHARE, replace(PLAN, big_floor=0.0), "big_time", 0.9, +1),
    (PLAIN, SHARE, replace(PLAN, big_floor=0.0), "bond", 2.0, -1),
    (PLAIN, SHARE, PLAN, "small_bond", 2.0, -1),
    (PLAIN, SHARE, PLAN, "big_bond", 2.0, +1),
    (PLAIN, SHARE, replace(PLAN, big_floor=0.0), "detection", 0.9, -1),
    (PLAIN, SHARE, replace(PLAN, small_floor=0.0), "to_partner", 0.5, +1),
    (PLAIN, SHARE, PLAN, "review", 3, 0),
    (PLAIN, SHARE, EquityStake(share=0.1), "share", 0.4, -1),
    (PLAIN, (), Exclusivity(small=False), "small", True, -1),
    (PLAIN, (), Exclusivity(small=False), "big", True, +1),
    (PLAIN, SHARE, OutputTarget(quantity=0.0), "quantity", 50.0, -1),
    (PLAIN, SHARE, OutputTarget(quantity=50.0, forfeit=0.2), "forfeit", 0.6, -1),
    (STOCKED, PRICE, SalesRebate(rebate=0.5, threshold=2.0), "rebate", 2.0, -1),
    (STOCKED, PRICE, SalesRebate(rebate=0.5, threshold=2.0), "threshold", 5.0, +1),
    (TEMPTED, SHARE, Audit(rate=0.2, cost=0.3, fine=0.2), "rate", 0.4, -1),
    (TEMPTED, SHARE, Audit(rate=0.2, cost=0.3, fine=0.2), "cost", 0.9, 0),
    (TEMPTED, SHARE, Audit(rate=0.2, cost=0.3, fine=0.2), "fine", 0.5, -1),
    (PLAIN, (), SpecificPerformance(quantity=1.0, price=1.0), "quantity", 2.0, -1),
    (PLAIN, (), SpecificPerformance(quantity=1.0, price=1.0), "price", 2.0, +1),
    (PLAIN, (), Damages(small=0.5), "small", 1.0, +1),
    (PLAIN, (), Damages(big=0.5), "big", 1.0, -1),
    (PLAIN, SHARE, AcquisitionOption(strike=1.5), "strike", 2.0, +1),
    (PLAIN, SHARE, AcquisitionOption(strike=1.5), "expiry", 3, 0),
    (FREE, (), Termination(notice=1), "notice", 6, -1),
    (FREE, (), Termination(), "kill_fee", 0.3, -1),
    (OWNED, (), IntellectualProperty(), "small_share", 0.9, +1),
    (OWNED, (), IntellectualProperty(), "small_protection", 0.9, 0),
    (OWNED, (), IntellectualProperty(), "big_protection", 0.9, 0),
    # what only acts over time has no effect on one stage game; tests/simulation/test_terms_over_time.py has its effects
    (PLAIN, SHARE, MilestonePayment(payment=1.0), "payment", 2.0, 0),
    (PLAIN, SHARE, LateDelivery(penalty=1.0), "penalty", 2.0, 0),
    (PLAIN, SHARE, LateDelivery(penalty=1.0), "due", 2, 0),
    (PLAIN, SHARE, LateDelivery(penalty=1.0), "grace", 2, 0),
    (PLAIN, SHARE, LateDelivery(penalty=1.0), "cap", 2.0, 0),
    (PLAIN, SHARE, Pilot(), "scale", 0.1, 0),
    (PLAIN, SHARE, Pilot(), "length", 6, 0),
    (PLAIN, SHARE, Pilot(), "detection", 0.9, 0),
    (PLAIN, SHARE, Escrow(), "small", 1.0, 0),
    (PLAIN, SHARE, Escrow(), "big", 1.0, 0),
    (PLAIN, SHARE, DisputeResolution(), "forum", "court", 0),
    (PLAIN, SHARE, DisputeResolution(), "cost", 3.0, 0),
    (PLAIN, SHARE, DisputeResolution(), "delay", 3, 0),
    (PLAIN, SHARE, DisputeResolution(), "accuracy", 0.95, 0),
    (PLAIN, SHARE, DisputeResolution(), "award", 2.0, 0),
]


def name_of(term: Term) -> str:
    return next(name for name, entry in TERMS.items() if entry is type(term))


IDS = [f"{name_of(term)}.{field}" for _, _, term, field, _, _ in EFFECTS]


def test_the_tables_cover_every_term_and_field() -> None:
    assert set(NEUTRAL) == set(TERMS)
    assert set(IDS) == {f"{name}.{field.name}" for name, entry in TERMS.items() for field, _ in limits_of(entry)}


@pytest.mark.parametrize("name", TERMS)
def test_the_neutral_value_has_no_effect(name: str) -> None:
    scenario, others, term = NEUTRAL[name]
    without, with_it = stage(scenario, *others), stage(scenario, *others, term)
    for small, big in ((0.0, 0.0), (SMALL, BIG), (1.0, 0.2)):
        assert with_it.payoffs(small, big) == pytest.approx(without.payoffs(small, big), rel=1e-14, abs=1e-14)
    assert with_it.runway == without.runway


@pytest.mark.parametrize(("scenario", "others", "term", "field", "value", "sign"), EFFECTS, ids=IDS)
def test_the_sign_of_the_effect_on_small(scenario, others, term, field, value, sign) -> None:
    # SmallCo owns redeployable assets here, so that exclusivity has something to bind
    world = replace(scenario, small=replace(scenario.small, specificity=0.5, redeployment=1.0))
    before = stage(world, *others, term).payoffs(SMALL, BIG)
    after = stage(world, *others, replace(term, **{field: value})).payoffs(SMALL, BIG)
    change = after[0] - before[0]
    assert (change > 1e-6) - (change < -1e-6) == sign


@pytest.mark.parametrize(("scenario", "others", "term", "field", "value", "sign"), EFFECTS, ids=IDS)
def test_money_is_moved_and_not_made(scenario, others, term, field, value, sign) -> None:
    game = stage(scenario, *others, replace(term, **{field: value}))
    w, g = game.world, game.clauses
    quantity = produce(w, SMALL, BIG)
    revenue = mean_market(w, g, quantity).revenue
    burnt = (1.0 - g.bond_to_partner) * g.detection * (g.small_bond * (g.small_floor > SMALL))
    burnt += (1.0 - g.bond_to_partner) * g.detection * (g.big_bond * (g.big_floor > BIG))
    burnt += g.audit_rate * g.audit_cost
    pie = revenue - w.unit_cost * quantity - sum(commitment_costs(w, g, SMALL, BIG)) - burnt
    assert sum(game.payoffs(SMALL, BIG)) == pytest.approx(pie, rel=1e-12)


def test_missing_the_target_burns_its_share_of_revenue() -> None:
    kept, missed = (
        stage(PLAIN, *SHARE, OutputTarget(quantity=quantity, forfeit=0.3)).payoffs(SMALL, BIG)
        for quantity in (0.0, 50.0)
    )
    w = stage(PLAIN).world
    revenue = w.price * produce(w, SMALL, BIG)
    assert kept[0] - missed[0] == pytest.approx(0.4 * 0.3 * revenue)
    assert kept[1] - missed[1] == pytest.approx(0.6 * 0.3 * revenue)


def test_a_loss_is_not_forfeited() -> None:
    # (1 - Q) Q is negative at Q > 1: burning a part of a loss would make money
    glut = replace(PLAIN, venture=Venture(Sum(), LinearDemand(price=1.0, slope=1.0)))
    kept, missed = (stage(glut, *SHARE, OutputTarget(quantity=quantity)).payoffs(1.0, 1.0) for quantity in (0.0, 5.0))
    assert missed == kept


def test_cost_share_moves_the_cost_and_nothing_else() -> None:
    bare = stage(PLAIN, *SHARE).payoffs(SMALL, BIG)
    shared = stage(PLAIN, *SHARE, CostShare(small_reimbursed=0.5, big_reimbursed=0.25)).payoffs(SMALL, BIG)
    moved = 0.5 * (1.0 * SMALL**2 / 2.0) - 0.25 * (2.0 * BIG**2 / 2.0)
    assert shared[0] - bare[0] == pytest.approx(moved)
    assert shared[1] - bare[1] == pytest.approx(-moved)


def test_equity_owns_a_part_of_the_payoff() -> None:
    bare = stage(PLAIN, *SHARE).payoffs(SMALL, BIG)
    owned = stage(PLAIN, *SHARE, EquityStake(share=0.3)).payoffs(SMALL, BIG)
    assert owned == pytest.approx((0.7 * bare[0], bare[1] + 0.3 * bare[0]))


def test_bonds_bind_below_the_floor_only() -> None:
    plan = PlanOfRecord(small_people=0.2, small_money=0.1, small_time=0.3, bond=5.0, detection=0.5, to_partner=0.4)
    bare, signed = stage(PLAIN, *SHARE), stage(PLAIN, *SHARE, plan)
    assert signed.clauses.small_floor == pytest.approx(0.6)
    assert signed.payoffs(0.6, BIG) == bare.payoffs(0.6, BIG)
    short, free = signed.payoffs(0.59, BIG), bare.payoffs(0.59, BIG)
    assert short[0] - free[0] == pytest.approx(-2.5)
    assert short[1] - free[1] == pytest.approx(1.0)


def test_exclusivity_gives_up_the_outside_use() -> None:
    # BigCo keeps 0.5 * 1.0 * c_B outside; bound, SmallCo bargains against nothing
    free = stage(PLAIN).payoffs(SMALL, BIG)
    bound = stage(PLAIN, Exclusivity(small=False, big=True)).payoffs(SMALL, BIG)
    assert bound[0] - free[0] == pytest.approx(PLAIN.bargaining.power * 0.5 * BIG)


def test_the_fee_buys_runway() -> None:
    assert stage(PLAIN).runway == 12.0
    assert stage(PLAIN, UpfrontFee(fee=6.0)).runway == 18.0
    assert stage(PLAIN, UpfrontFee(fee=-20.0)).runway == 0.0


def test_terms_that_contradict_each_other_are_refused() -> None:
    for terms, words in (
        ((RevenueShare(share=0.1), RevenueShare(share=0.2)), "twice"),
        ((WholesalePrice(price=1.0), TwoPartTariff(price=1.0)), "one price"),
        ((TakeOrPay(minimum=1.0),), "no price per unit"),
        ((*PRICE, BuyBack(price=6.0)), "at most the wholesale price"),
        ((*PRICE, BuyBack(price=1.0), QuantityFlexibility(share=0.1)), "one rule for unsold units"),
        ((SalesRebate(rebate=1.0),), "no price per unit"),
        ((*PRICE, Damages(small=1.0)), "nothing to perform"),
        ((SpecificPerformance(1.0, 1.0), Damages(small=1.0)), "one remedy"),
    ):
        with pytest.raises(ParameterError, match=words):
            Contract("contradiction", terms)


def test_a_rebate_is_paid_on_expected_sales_beyond_the_threshold() -> None:
    # demand uniform on [0, 100]: S(q) = q - q^2 / 200
    quantity = produce(stage(STOCKED).world, SMALL, BIG)
    bare, signed = stage(STOCKED, *PRICE), stage(STOCKED, *PRICE, SalesRebate(rebate=2.0, threshold=5.0))
    expected = 2.0 * ((quantity - quantity**2 / 200.0) - (5.0 - 25.0 / 200.0))
    assert quantity > 5.0
    assert bare.payoffs(SMALL, BIG)[0] - signed.payoffs(SMALL, BIG)[0] == pytest.approx(expected)
    assert signed.payoffs(SMALL, BIG)[1] - bare.payoffs(SMALL, BIG)[1] == pytest.approx(expected)
    assert signed.payoffs(0.01, 0.01) == bare.payoffs(0.01, 0.01)


def test_the_coordinating_price_under_a_rebate_makes_the_integrated_order_a_local_best() -> None:
    # Taylor (2002), the closed form of games.supply.sales_rebate, against this term on BigCo's profit
    chain = rebates.SalesRebate(Uniform(0.0, 100.0), price=10.0, unit_cost=3.0, salvage=1.0, rebate=2.0, threshold=30.0)
    best = chain.integrated_order
    orders = Scenario(
        "orders",
        small=replace(STOCKED.small, cost=0.0),
        big=replace(STOCKED.big, cost=0.0),
        venture=replace(STOCKED.venture, technology=WeakestLink(productivity=1.0)),
    )
    game = stage(orders, WholesalePrice(chain.coordinating_price), SalesRebate(rebate=2.0, threshold=30.0))
    at, below, above = (game.payoffs(q, q)[1] for q in (best, best - 0.5, best + 0.5))
    assert at > below
    assert at > above


@pytest.mark.parametrize(("rate", "fine"), [(0.2, 0.2), (0.5, 0.2), (0.5, 0.5), (0.9, 0.0)])
def test_an_audit_deters_from_the_known_rate_on(rate: float, fine: float) -> None:
    # a >= g / (g + f), the inspection game; below it each of the 3 in 4 who would gains (1 - a) g - a f
    bare = stage(PLAIN, *SHARE).payoffs(SMALL, BIG)
    signed = stage(TEMPTED, *SHARE, Audit(rate=rate, cost=0.1, fine=fine)).payoffs(SMALL, BIG)
    gain = 0.0 if rate >= 0.4 / (0.4 + fine) else 0.75 * ((1.0 - rate) * 0.4 - rate * fine)
    assert signed[0] - bare[0] == pytest.approx(gain)
    assert signed[1] - bare[1] == pytest.approx(-gain - rate * 0.1)


def test_performance_sets_what_each_gets_if_they_disagree() -> None:
    # one unit at price 1.5 costs 0.25 and sells for 4; the rest of Y is split with beta = 0.4
    game = stage(PLAIN, SpecificPerformance(quantity=1.0, price=1.5))
    w = game.world
    quantity = produce(w, SMALL, BIG)
    value = 3.75 * quantity
    small, big = 1.5 - 0.25, 4.0 - 1.5
    costs = commitment_costs(w, game.clauses, SMALL, BIG)
    expected = small + 0.4 * (value - small - big) - costs[0]
    assert quantity > 1.0
    assert game.payoffs(SMALL, BIG)[0] == pytest.approx(expected)


def test_a_missed_target_burns_its_part_of_what_is_performed() -> None:
    # demand of 3 units at 10: a court has 2 of them traded at 4; of 20 that they sell for 0.75 are burnt
    kept = stage(FEW, SpecificPerformance(quantity=2.0, price=4.0))
    missed = stage(FEW, SpecificPerformance(quantity=2.0, price=4.0), OutputTarget(quantity=100.0, forfeit=0.75))
    quantity = produce(kept.world, SMALL, BIG)
    assert quantity > 3.0
    revenue = 10.0 * 3.0 + 1.0 * (quantity - 3.0)
    stocked = 3.0 * quantity
    for game, left in ((kept, 1.0), (missed, 0.25)):
        small, big = 2.0 * 4.0 - stocked, left * 20.0 - 2.0 * 4.0
        value = max(left * revenue - stocked, small + big)
        got = game.payoffs(SMALL, BIG)[0] + commitment_costs(game.world, game.clauses, SMALL, BIG)[0]
        assert got == pytest.approx(small + 0.5 * (value - small - big))


def test_what_is_performed_sells_for_itself_where_the_whole_output_sells_for_nothing() -> None:
    # (1 - Q) Q is 0 at Q = 1, of which half a unit alone sells for 0.25; no jump there
    falling = replace(PLAIN, venture=Venture(Sum(), LinearDemand(price=1.0, slope=1.0)))
    game = stage(falling, SpecificPerformance(quantity=0.5, price=0.0))
    before, at, after = (game.payoffs(small, 0.5)[1] for small in (0.5 - 1e-9, 0.5, 0.5 + 1e-9))
    assert at == pytest.approx(0.25 - 2.0 * 0.125)
    assert before == pytest.approx(at, abs=1e-8)
    assert after == pytest.approx(at, abs=1e-8)


@pytest.mark.parametrize("terms", [SHARE, PRICE, (*PRICE, SalesRebate(rebate=0.5, threshold=2.0)), ()])
def test_an_option_that_is_never_exercised_changes_nothing_under_risk(terms: tuple[Term, ...]) -> None:
    free, optional = stage(STOCKED, *terms), stage(STOCKED, *terms, AcquisitionOption(strike=1e6))
    assert optional.payoffs(SMALL, BIG) == free.payoffs(SMALL, BIG)


def test_an_option_that_is_always_exercised_pays_the_strike_and_the_mean_of_the_rest() -> None:
    # demand uniform on [0, 100]: S(q) = q - q^2 / 200, and the rest is salvaged for 1
    game = stage(STOCKED, *PRICE, AcquisitionOption(strike=0.0))
    w = game.world
    quantity = produce(w, SMALL, BIG)
    sold = quantity - quantity**2 / 200.0
    costs = commitment_costs(w, game.clauses, SMALL, BIG)
    expected = w.price * sold + w.salvage * (quantity - sold) - w.unit_cost * quantity
    assert game.payoffs(SMALL, BIG) == pytest.approx((-costs[0], expected - costs[1]), rel=1e-12)


def test_who_owns_both_firms_may_part_what_they_own() -> None:
    # outside the venture the commitments are worth more than in it: D_S + D_B > Y
    world = replace(
        PLAIN,
        small=replace(PLAIN.small, specificity=0.0, redeployment=20.0),
        big=replace(PLAIN.big, specificity=0.0, redeployment=20.0),
    )
    game = stage(world, AcquisitionOption(strike=1.0))
    costs = commitment_costs(game.world, game.clauses, SMALL, BIG)
    assert game.payoffs(SMALL, BIG) == pytest.approx((1.0 - costs[0], 20.0 * (SMALL + BIG) - 1.0 - costs[1]))


@pytest.mark.parametrize("kind", [Pilot, Termination, LateDelivery, AcquisitionOption])
def test_months_are_whole_numbers(kind: Any) -> None:
    name = {Pilot: "length", Termination: "notice", LateDelivery: "due", AcquisitionOption: "expiry"}[kind]
    given = {"strike": 1.0} if kind is AcquisitionOption else {"penalty": 1.0} if kind is LateDelivery else {}
    with pytest.raises(ParameterError, match=f"{kind.__name__}.{name} must be a whole number; got 2.5"):
        kind(**given, **{name: 2.5})


def test_performance_of_the_efficient_quantity_protects_both_investments() -> None:
    # Edlin and Reichelstein (1996): where the efficient quantity is performed, each firm bears the marginal effect of
    # its own investment on what it performs
    game = stage(PLAIN, SpecificPerformance(quantity=1e9, price=2.0))
    w = game.world
    for small in (0.3, SMALL):
        quantity = produce(w, small, BIG)
        expected = (2.0 - 0.25) * quantity - commitment_costs(w, game.clauses, small, BIG)[0]
        assert game.payoffs(small, BIG)[0] == pytest.approx(expected)


def test_damages_fix_the_payoff_of_the_victim() -> None:
    # D_S + D_B stays 0.4, so SmallCo's share changes by (1 - beta) of what the damages add to D_S, and by beta of it
    free, signed = stage(PLAIN).payoffs(SMALL, BIG), stage(PLAIN, Damages(small=0.7)).payoffs(SMALL, BIG)
    assert signed[0] - free[0] == pytest.approx(0.7)
    against = stage(PLAIN, Damages(big=1.0)).payoffs(SMALL, BIG)
    assert against[0] - free[0] == pytest.approx(-0.6)


def test_an_option_is_exercised_where_the_strike_is_below_what_small_gets() -> None:
    free = stage(PLAIN, *SHARE)
    receipts = free.payoffs(SMALL, BIG)[0] + commitment_costs(free.world, free.clauses, SMALL, BIG)[0]
    cheap, dear = (stage(PLAIN, *SHARE, AcquisitionOption(strike=receipts + d)) for d in (-0.1, 0.1))
    assert cheap.payoffs(SMALL, BIG)[0] == pytest.approx(free.payoffs(SMALL, BIG)[0] - 0.1)
    assert dear.payoffs(SMALL, BIG) == free.payoffs(SMALL, BIG)


def test_notice_and_kill_fee_weaken_an_outside_option() -> None:
    # SmallCo's option of 8 binds; six months at 10 % and a fee of 0.2 leave 8 e^{-0.6} - 0.2 of it
    w = stage(FREE).world
    cost = commitment_costs(w, Contract().clauses, SMALL, BIG)[0]
    bound = stage(FREE, Termination(notice=6, kill_fee=0.2)).payoffs(SMALL, BIG)[0]
    bargained = stage(PLAIN).payoffs(SMALL, BIG)[0]
    assert stage(FREE).payoffs(SMALL, BIG)[0] == pytest.approx(8.0 - cost)
    assert bound == pytest.approx(8.0 * math.exp(-0.6) - 0.2 - cost)
    assert bound > bargained


def test_firms_that_are_worth_more_apart_part_without_the_fee() -> None:
    # 8 + 9 is more than they make; SmallCo threatens with 8 - 0.2, BigCo with 9 - 0.2, and beta of 17 is less
    world = replace(FREE, big=replace(FREE.big, outside_option=9.0))
    game = stage(world, Termination(kill_fee=0.2))
    costs = commitment_costs(game.world, game.clauses, SMALL, BIG)
    assert game.payoffs(SMALL, BIG) == pytest.approx((8.0 - 0.2 - costs[0], 9.0 + 0.2 - costs[1]))
    assert stage(world).payoffs(SMALL, BIG) == pytest.approx((8.0 - costs[0], 9.0 - costs[1]))


def test_ownership_of_the_joint_asset_is_a_threat() -> None:
    # moving 0.4 * 2 of the asset to SmallCo raises D_S and lowers D_B by 0.8
    half = stage(OWNED).payoffs(SMALL, BIG)[0]
    more = stage(OWNED, IntellectualProperty(small_share=0.9)).payoffs(SMALL, BIG)[0]
    assert more - half == pytest.approx(0.8)


def test_show_costs_and_produces_nothing() -> None:
    showy = replace(PLAIN, small=replace(PLAIN.small, showmanship=0.5))
    w = stage(showy).world
    assert produce(w, SMALL, BIG) == produce(stage(PLAIN).world, 0.5 * SMALL, BIG)
    assert commitment_costs(w, Contract().clauses, SMALL, BIG) == commitment_costs(
        stage(PLAIN).world, Contract().clauses, SMALL, BIG
    )


@pytest.mark.parametrize("given", [{}, {"small": 1.0, "big": 1.0}])
def test_damages_have_one_victim(given: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="if and only if big is not"):
        Damages(**given)


def test_an_unknown_forum_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'arbitration'"):
        DisputeResolution(forum="arbitraton")  # type: ignore[arg-type]
