"""Every term: no effect at its neutral value, money moved but not made, and the sign of what it does to SmallCo.

The tables state, for each registered term, a contract it can be added to. That they cover the registry is tested too.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from economy.worlds import PLAIN, STOCKED, stage

from simulator.economy.alliance import commitment_costs, mean_market, produce
from simulator.economy.contract import TERMS, Contract, Term
from simulator.economy.scenario import Scenario
from simulator.economy.terms import (
    BuyBack,
    CostShare,
    EquityStake,
    Exclusivity,
    OutputTarget,
    PlanOfRecord,
    QuantityFlexibility,
    RevenueShare,
    TakeOrPay,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.economy.venture import LinearDemand, Sum, Venture
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import limits_of

pytestmark = pytest.mark.kernels

SMALL, BIG = 0.6, 0.8
SHARE, PRICE = (RevenueShare(share=0.4),), (WholesalePrice(price=5.0),)
SALVAGE = 1.0
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
    revenue = mean_market(w, g, quantity)[0]
    burnt = (1.0 - g.bond_to_partner) * g.detection * (g.small_bond * (g.small_floor > SMALL))
    burnt += (1.0 - g.bond_to_partner) * g.detection * (g.big_bond * (g.big_floor > BIG))
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
    ):
        with pytest.raises(ParameterError, match=words):
            Contract("contradiction", terms)
