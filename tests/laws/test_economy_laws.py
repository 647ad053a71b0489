"""Laws of the stage game, over scenarios and contracts of every kind."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.economy import luck
from simulator.economy.alliance import commitment_costs, divide_or_buy, expected_split, joint_value, produce
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract, Term, contract_of
from simulator.economy.disagreement import waiting
from simulator.economy.firm import BigFirm, Firm, SmallFirm
from simulator.economy.market import market, mean_market
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.split import RULES
from simulator.economy.terms import (
    AcquisitionOption,
    Audit,
    BuyBack,
    CostShare,
    Damages,
    EquityStake,
    Exclusivity,
    IntellectualProperty,
    OutputTarget,
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
from simulator.economy.venture import (
    BestOfTwo,
    Certain,
    CobbDouglas,
    ConstantElasticity,
    Exponential,
    LinearDemand,
    LinearRevenue,
    Lognormal,
    Newsvendor,
    Normal,
    Sum,
    Uniform,
    Venture,
    WeakestLink,
)
from simulator.foundation.parameters import limits_of
from simulator.games.commitment_game import StageGame, stage_game

pytestmark = pytest.mark.kernels
LAW = settings(deadline=None, max_examples=150)


def between(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of two decimals: what people write, and no denormal oddities."""
    return st.integers(round(100 * low), round(100 * high)).map(lambda n: n / 100.0)


UNIT = between(0.0, 1.0)
COMMITMENT = between(0.0, 2.0)
TECHNOLOGY = st.one_of(
    st.builds(
        ConstantElasticity,
        substitution=st.sampled_from([-3.0, -1.5, -1.0, -0.5, 0.0, 0.3, 0.7, 1.0]),
        small_weight=between(0.1, 2.0),
        returns=between(0.3, 1.0),
    ),
    *(st.builds(kind, small_weight=between(0.1, 1.0)) for kind in (Sum, CobbDouglas, WeakestLink, BestOfTwo)),
)
REVENUE = st.one_of(
    st.builds(LinearRevenue, price=between(0.5, 5.0)),
    st.builds(LinearDemand, price=between(0.5, 5.0), slope=between(0.1, 1.0)),
    st.builds(Newsvendor, price=between(1.0, 5.0), salvage=between(0.0, 0.5)),
)
SHOCK = st.one_of(
    st.just(Certain()),
    st.builds(Lognormal, sigma=between(0.1, 0.5)),
    st.builds(Uniform, low=between(0.0, 1.0), high=between(1.5, 3.0)),
    st.builds(Exponential, mean=between(0.5, 2.0)),
    st.builds(Normal, mean=between(1.0, 2.0), deviation=between(0.1, 0.4)),
)
PRICED: st.SearchStrategy[tuple[Term, ...]] = st.one_of(
    st.builds(RevenueShare, share=UNIT).map(lambda term: (term,)),
    st.tuples(st.builds(WholesalePrice, price=between(0.5, 3.0)), st.builds(BuyBack, price=between(0.0, 0.5))),
    st.tuples(st.builds(WholesalePrice, price=between(0.5, 3.0)), st.builds(QuantityFlexibility, share=UNIT)),
    st.tuples(
        st.builds(TwoPartTariff, price=between(0.0, 3.0), fee=between(-2.0, 2.0)),
        st.builds(TakeOrPay, minimum=COMMITMENT),
    ),
    st.tuples(st.builds(WholesalePrice, price=between(0.0, 3.0)), st.builds(RevenueShare, share=UNIT)),
    st.tuples(
        st.builds(WholesalePrice, price=between(0.5, 3.0)),
        st.builds(SalesRebate, rebate=between(0.0, 0.5), threshold=COMMITMENT),
    ),
)
REMEDY: st.SearchStrategy[tuple[Term, ...]] = st.one_of(
    st.builds(SpecificPerformance, quantity=COMMITMENT, price=between(0.0, 3.0)).map(lambda term: (term,)),
    st.builds(Damages, small=between(-1.0, 2.0)).map(lambda term: (term,)),
    st.builds(Damages, big=between(-1.0, 2.0)).map(lambda term: (term,)),
)
EXTRAS = (
    st.builds(UpfrontFee, fee=between(-3.0, 3.0)),
    st.builds(CostShare, small_reimbursed=UNIT, big_reimbursed=UNIT),
    st.builds(EquityStake, share=between(0.0, 0.9)),
    st.builds(Exclusivity, small=st.booleans(), big=st.booleans()),
    st.builds(OutputTarget, quantity=COMMITMENT, forfeit=UNIT),
    st.builds(PlanOfRecord, small_floor=COMMITMENT, big_floor=COMMITMENT, bond=UNIT, detection=UNIT, to_partner=UNIT),
    st.builds(Audit, rate=UNIT, cost=UNIT, fine=UNIT),
    st.builds(AcquisitionOption, strike=between(0.0, 4.0)),
    st.builds(Termination, notice=st.integers(0, 6), kill_fee=UNIT),
    st.builds(IntellectualProperty, small_share=UNIT),
)  # fmt: skip


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    terms = [*draw(st.one_of(st.just(()), PRICED, REMEDY)), *(draw(term) for term in EXTRAS if draw(st.booleans()))]
    return contract_of("drawn", terms)


def firm(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        cash=between(0.0, 20.0),
        burn=between(0.0, 2.0),
        cost=between(0.1, 3.0),
        curvature=between(1.0, 3.0),
        specificity=UNIT,
        redeployment=st.one_of(st.none(), between(0.0, 2.0)),
        stand_alone=between(-0.5, 0.5),
        outside_option=st.one_of(st.just(-math.inf), between(-1.0, 3.0)),
        outside_share=st.one_of(st.just(0.0), between(0.0, 0.4)),
        discount_rate=between(0.0, 0.2),
        disagreement_burn=st.one_of(st.just(0.0), between(0.0, 0.3)),
        showmanship=st.one_of(st.just(0.0), between(0.0, 0.9)),
    )


def scenarios(shock: st.SearchStrategy[Any] = SHOCK, revenue: st.SearchStrategy[Any] = REVENUE) -> Any:
    return st.builds(
        Scenario,
        st.just("drawn"),
        small=firm(SmallFirm),
        big=firm(BigFirm).filter(lambda big: big.discount_rate > 0.0 or big.disagreement_burn == 0.0),
        venture=st.builds(
            Venture,
            technology=TECHNOLOGY,
            revenue=revenue,
            shock=shock,
            unit_cost=st.one_of(st.just(0.0), between(0.0, 1.0)),
            asset=st.one_of(st.just(0.0), between(0.0, 1.0)),
        ),
        bargaining=st.builds(Bargaining, power=UNIT, rule=st.sampled_from(sorted(RULES)), ruin_share=UNIT),
    )


def finite(game: StageGame) -> bool:
    """Return whether waiting is bounded: a wear that lasts for ever without discounting is not."""
    return all(math.isfinite(wear) for wear in waiting(game.world, game.runway))


def states_split(game: StageGame, small: float, big: float, clauses: Clauses, points: int) -> tuple[float, float]:
    """Return the mean split over the midpoints of equally likely cells of the state: no closed form, no kink lost."""
    w = game.world
    wear = waiting(w, game.runway)
    quantity = produce(w, small, big)
    sums = np.zeros(2)
    for k in range(points):
        omega = luck.quantile(int(w.shock_kind), float(w.shock_first), float(w.shock_second), (k + 0.5) / points)
        sums += divide_or_buy(w, clauses, small, big, quantity, market(w, clauses, quantity, omega), *wear)
    return float(sums[0] / points), float(sums[1] / points)


@LAW
@given(scenarios(st.just(Certain())), contracts(), COMMITMENT, COMMITMENT)
def test_the_books_balance(scenario: Scenario, contract: Contract, small: float, big: float) -> None:
    game = stage_game(scenario, contract)
    assume(finite(game))
    w, g = game.world, game.clauses
    quantity = produce(w, small, big)
    revenue = mean_market(w, g, quantity).revenue
    wear = waiting(w, game.runway)
    x_small, x_big = expected_split(w, g, small, big, *wear)
    burnt = (
        (1.0 - g.bond_to_partner)
        * g.detection
        * (g.small_bond * (small < g.small_floor - 1e-9) + g.big_bond * (big < g.big_floor - 1e-9))
    )
    burnt += g.audit_rate * g.audit_cost
    costs = sum(commitment_costs(w, g, small, big))
    total = sum(game.payoffs(small, big))
    assert total == pytest.approx(x_small + x_big - costs - burnt, rel=1e-9, abs=1e-9)
    value = revenue - w.unit_cost * quantity
    bound_together = w.small_option == w.big_option == -math.inf
    if g.priced > 0.0 and bound_together:
        assert x_small + x_big == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert x_small + x_big >= value - 1e-9


@LAW
@given(scenarios(st.just(Certain())), contracts(), COMMITMENT, COMMITMENT)
def test_no_contract_beats_the_first_best(scenario: Scenario, contract: Contract, small: float, big: float) -> None:
    game = stage_game(scenario, contract)
    assume(finite(game))
    assert sum(game.payoffs(small, big)) <= joint_value(game.world, Clauses(), small, big) + 1e-9


@LAW
@given(scenarios(), contracts(), COMMITMENT, COMMITMENT)
def test_no_contract_beats_the_first_best_under_risk(
    scenario: Scenario, contract: Contract, small: float, big: float
) -> None:
    # the joint value may be a quadrature (32 points) where parting pays in some states
    game = stage_game(scenario, contract)
    assume(finite(game))
    slack = 0.01 * (1.0 + scenario.venture.revenue.price * produce(game.world, small, big))
    assert sum(game.payoffs(small, big)) <= joint_value(game.world, Clauses(), small, big) + slack


@settings(deadline=None, max_examples=60)
@given(scenarios(), contracts(), COMMITMENT, COMMITMENT)
def test_expectations_are_means_over_the_states(
    scenario: Scenario, contract: Contract, small: float, big: float
) -> None:
    game = stage_game(scenario, contract)
    assume(finite(game))
    wear = waiting(game.world, game.runway)
    expected = expected_split(game.world, game.clauses, small, big, *wear)
    by_states = states_split(game, small, big, game.clauses, 4000)
    slack = 0.01 * (1.0 + scenario.venture.revenue.price * produce(game.world, small, big))
    assert expected == pytest.approx(by_states, abs=slack)


@LAW
@given(
    scenarios(revenue=st.builds(LinearRevenue, price=between(0.5, 5.0))), st.booleans(), UNIT, COMMITMENT, COMMITMENT
)
def test_exchanging_the_roles_exchanges_the_payoffs(
    scenario: Scenario, share_costs: bool, reimbursed: float, small: float, big: float
) -> None:
    # with nothing signed that names a firm, and no ruin that only SmallCo can suffer
    scenario = replace(scenario, bargaining=replace(scenario.bargaining, ruin_share=0.0))
    terms = (CostShare(small_reimbursed=reimbursed),) if share_costs else ()
    mirrored = (CostShare(big_reimbursed=reimbursed),) if share_costs else ()
    technology = scenario.venture.technology
    swapped = replace(
        scenario,
        small=SmallFirm(**common_fields(scenario.big)),
        big=BigFirm(**common_fields(scenario.small)),
        venture=replace(
            scenario.venture,
            technology=replace(technology, small_weight=technology.big_weight, big_weight=technology.small_weight),  # type: ignore[type-var]
        ),
        bargaining=replace(scenario.bargaining, power=1.0 - scenario.bargaining.power),
    )
    one = replace_runway(stage_game(scenario, Contract("one", terms)))
    other = replace_runway(stage_game(swapped, Contract("other", mirrored)))
    assert other.payoffs(big, small)[::-1] == pytest.approx(one.payoffs(small, big), rel=1e-9, abs=1e-9)


def common_fields(owner: Any) -> dict[str, Any]:
    names = {each.name for each in dataclasses.fields(Firm)}
    return {each.name: getattr(owner, each.name) for each in dataclasses.fields(owner) if each.name in names}


def replace_runway(game: StageGame) -> StageGame:
    """Return the game with one runway for both worlds: it is SmallCo's, whoever that is."""
    return replace(game, runway=6.0)


def in_other_money(owner: Any, factor: float) -> Any:
    """Return a copy of a dataclass tree in which every amount of money is multiplied."""
    changes: dict[str, Any] = {}
    for field, limits in limits_of(owner):
        value = getattr(owner, field.name)
        if limits.unit.startswith("money") and value is not None:
            changes[field.name] = value * factor
    for field in dataclasses.fields(owner):
        value = getattr(owner, field.name)
        if dataclasses.is_dataclass(value):
            changes[field.name] = in_other_money(value, factor)
    return replace(owner, **changes)


@LAW
@given(scenarios(), contracts(), COMMITMENT, COMMITMENT, st.sampled_from([0.001, 0.5, 1000.0]))
def test_the_unit_of_money_does_not_matter(
    scenario: Scenario, contract: Contract, small: float, big: float, factor: float
) -> None:
    game = stage_game(scenario, contract)
    assume(finite(game))
    terms = tuple(in_other_money(term, factor) for term in contract.terms)
    scaled = stage_game(in_other_money(scenario, factor), Contract("scaled", terms))
    assert scaled.runway == pytest.approx(game.runway)
    expected = np.array(game.payoffs(small, big)) * factor
    assert scaled.payoffs(small, big) == pytest.approx(expected, rel=1e-9, abs=1e-9 * factor)


@LAW
@given(SHOCK, between(-1.0, 4.0), between(-1.0, 4.0))
def test_expected_excess_is_increasing_and_convex(shock: Any, low: float, high: float) -> None:
    code = shock.code
    middle = 0.5 * (low + high)
    a, b, c = (luck.expected_excess(*code, stock) for stock in (min(low, high), middle, max(low, high)))
    assert a <= b + 1e-12
    assert b <= c + 1e-12
    assert b <= 0.5 * (a + c) + 1e-12


@LAW
@given(SHOCK.filter(lambda shock: not isinstance(shock, Certain)), between(0.02, 0.98))
def test_the_slope_of_the_excess_is_the_distribution_function(shock: Any, p: float) -> None:
    at = luck.quantile(*shock.code, p)
    step = 1e-5 * max(abs(at), 0.1)
    slope = (luck.expected_excess(*shock.code, at + step) - luck.expected_excess(*shock.code, at - step)) / (2.0 * step)
    assert slope == pytest.approx(p, abs=1e-5)


@LAW
@given(scenarios(), COMMITMENT, COMMITMENT, between(0.0, 30.0))
def test_a_longer_runway_never_hurts_small(scenario: Scenario, small: float, big: float, months: float) -> None:
    # without wear the runway matters only through what BigCo takes at ruin
    small_firm, big_firm = (replace(each, disagreement_burn=0.0) for each in (scenario.small, scenario.big))
    game = stage_game(replace(scenario, small=small_firm, big=big_firm), Contract())
    sooner, later = (replace(game, runway=runway).payoffs(small, big)[0] for runway in (months, months + 6.0))
    slack = 0.01 * (1.0 + scenario.venture.revenue.price * produce(game.world, small, big))
    assert later >= sooner - (slack if not isinstance(scenario.venture.shock, Certain) else 1e-9)
