"""Scenarios and contracts for tests: a busy market that exercises every step, and Hypothesis strategies."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from simulator.economy.contract import Contract, Term, contract_of
from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.economy.meeting import Complete, Edges, ScaleFree, SmallWorld
from simulator.economy.relations import Culture, Learning, Legitimacy, Vetting
from simulator.economy.scenario import Bargaining, CommitmentSpace, Horizon, Market, Scenario, Trust
from simulator.economy.terms import (
    AcquisitionOption,
    Audit,
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
    RevenueShare,
    SalesRebate,
    SpecificPerformance,
    Termination,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.economy.venture import ConstantElasticity, LinearRevenue, Lognormal, Newsvendor, Uniform, Venture
from simulator.simulation.strategies import STRATEGIES

NOTHING = Contract()
SHARE = contract_of("share", [RevenueShare(0.35)])
PLAN = contract_of(
    "plan",
    [
        RevenueShare(0.35),
        UpfrontFee(3.0),
        EquityStake(0.2),
        PlanOfRecord(small_floor=0.6, big_floor=0.5, bond=0.4, detection=0.8, to_partner=0.5, review=2),
    ],
)

BUSY = Scenario(
    "busy",
    small=SmallFirm(count=7, cash=15.0, cash_noise=0.5, cost=5.0),
    big=BigFirm(count=3, slots=2, cash=60.0, burn=1.0, cash_noise=1.0, cost=5.0),
    venture=Venture(
        technology=ConstantElasticity(-1.0),
        revenue=LinearRevenue(20.0),
        shock=Lognormal(0.3),
        milestones=2,
        hazard=0.8,
        delay=1,
        prior=0.8,
    ),
    bargaining=Bargaining(ruin_share=0.5),
    trust=Trust(prior_kept=9.0, prior_broken=1.0),
    market=Market(0.7, True),
    commitment=CommitmentSpace(5),
    horizon=Horizon(40),
)

FULL_CONTRACT = contract_of(
    "everything",
    [
        RevenueShare(0.35),
        UpfrontFee(1.0),
        EquityStake(0.1),
        PlanOfRecord(small_floor=0.5, big_floor=0.5, bond=0.4, detection=0.8, to_partner=0.5, review=2),
        MilestonePayment(0.5),
        Audit(0.3, cost=0.05, fine=0.2),
        LateDelivery(0.2, due=4, grace=1, cap=1.0),
        AcquisitionOption(60.0, expiry=24),
        Termination(notice=2, kill_fee=0.5),
        IntellectualProperty(0.6, 0.5, 0.2),
        Pilot(0.6, 3, 0.5),
        Escrow(0.5, 1.0),
        DisputeResolution("arbitration", award=0.5),
    ],
)

RICH = dataclasses.replace(
    BUSY,
    name="rich",
    small=dataclasses.replace(
        BUSY.small, slots=2, quality_spread=0.4, honest=0.5, embellishment=0.3, temptation=0.2, outside_option=0.1
    ),
    big=dataclasses.replace(
        BUSY.big, suitors=0.7, mimicry=5, cut_rate=0.03, shark_cut_rate=0.1, cut_months=3, review=10, keeps=1
    ),
    venture=dataclasses.replace(BUSY.venture, life=15, asset=2.0),
    vetting=Vetting(0.1, 0.2, 0.8, 0.6),
    learning=Learning(0.08, 0.05, 1.0, 2.0),
    legitimacy=Legitimacy(0.05, 0.1),
    culture=Culture(0.5, 0.3, 0.2, 1),
    market=Market(0.7, True, matching="deferred_acceptance", candidates=2),
)


def optional(term: st.SearchStrategy[Term]) -> st.SearchStrategy[tuple[Term, ...]]:
    """Return a term that is there or not."""
    return st.one_of(st.just(()), term.map(lambda one: (one,)))


def money(low: float, high: float) -> st.SearchStrategy[float]:
    """Return amounts of two decimals: what people write."""
    return st.integers(round(100 * low), round(100 * high)).map(lambda n: n / 100.0)


SHARES = money(0.0, 1.0)
TERMS = (
    st.one_of(
        st.sampled_from([NOTHING.terms, (RevenueShare(0.4),), (WholesalePrice(2.0),), (TwoPartTariff(1.5, 2.0),)]),
        st.builds(SpecificPerformance, money(0.0, 1.0), money(0.0, 9.0)).map(lambda term: (term,)),
        st.builds(Damages, small=money(-1.0, 3.0)).map(lambda term: (term,)),
        st.builds(SalesRebate, money(0.0, 1.0), money(0.0, 1.0)).map(lambda term: (WholesalePrice(2.0), term)),
    ),
    optional(st.builds(UpfrontFee, money(-2.0, 4.0))),
    st.sampled_from([(), (CostShare(0.5, 0.1),)]),
    st.sampled_from([(), (EquityStake(0.3),)]),
    optional(st.builds(Exclusivity, st.booleans(), st.booleans())),
    st.sampled_from([(), (OutputTarget(0.3, 0.5),)]),
    st.sampled_from([(), (PlanOfRecord(0.5, big_people=0.2, big_time=0.2, bond=1.0, detection=0.7, to_partner=0.4),)]),
    optional(st.builds(MilestonePayment, money(0.0, 5.0))),
    optional(st.builds(Audit, SHARES, money(0.0, 1.0), money(0.0, 2.0))),
    optional(
        st.builds(
            LateDelivery, money(0.0, 3.0), st.integers(0, 4), st.integers(0, 2), st.sampled_from([None, 0.0, 2.0])
        )
    ),
    optional(st.builds(AcquisitionOption, money(0.0, 50.0), st.integers(0, 20))),
    optional(st.builds(Termination, st.integers(0, 4), money(0.0, 3.0))),
    optional(st.builds(IntellectualProperty, SHARES, SHARES, SHARES)),
    optional(st.builds(Pilot, SHARES, st.integers(0, 4), SHARES)),
    optional(st.builds(Escrow, money(0.0, 3.0), money(0.0, 3.0))),
    optional(
        st.builds(
            DisputeResolution,
            st.sampled_from(["court", "arbitration", "mediation"]),
            st.sampled_from([None, 0.0, 1.5]),
            st.sampled_from([None, 0, 2]),
            award=money(0.0, 3.0),
        )
    ),
)
CONTRACTS = st.tuples(*TERMS).map(lambda groups: contract_of("drawn", [term for group in groups for term in group]))


def choices(draw: st.DrawFn) -> StrategyChoice:
    """Return any strategy, its parameters at their defaults or at the ends of their ranges."""
    strategy = STRATEGIES[draw(st.sampled_from(list(STRATEGIES)))]
    given = {
        each.name: float(draw(st.sampled_from([each.limits.low, min(each.limits.high, 20.0)])))
        for each in strategy.parameters
        if draw(st.booleans())
    }
    return StrategyChoice(strategy.name, tuple(given.items()))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Return a small random market with any strategies, technology, luck, types, culture and network."""
    number, some = st.floats, st.sampled_from
    smalls, bigs = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    networks = [Complete(), Complete(), Edges(((0, 0), (smalls - 1, bigs - 1)))]
    if smalls + bigs > 2:
        networks += [SmallWorld(2, 0.3), ScaleFree(1)]
    menu = tuple(
        dataclasses.replace(contract, name=f"menu {place}")
        for place, contract in enumerate(draw(st.lists(CONTRACTS, max_size=2)))
    )
    return Scenario(
        "drawn",
        lead=draw(some(["simultaneous", "small", "big"])),
        selection=draw(some(["payoff_dominance", "risk_dominance", "best_for_small"])),
        small=SmallFirm(
            count=smalls,
            cash=draw(number(1.0, 30.0)),
            burn=draw(some([0.0, 0.5, 1.0])),
            cash_noise=draw(some([0.0, 0.7])),
            cost=draw(number(0.5, 6.0)),
            specificity=draw(some([0.0, 0.6, 1.0])),
            outside_option=draw(some([-float("inf"), 0.0, 0.5])),
            discount_rate=draw(some([0.0, 0.02])),
            showmanship=draw(some([0.0, 0.3])),
            sunk_cost_bias=draw(some([0.0, 0.5])),
            slots=draw(st.integers(1, 2)),
            quality_spread=draw(some([0.0, 0.5])),
            honest=draw(some([1.0, 0.4])),
            embellishment=draw(some([0.0, 0.5])),
            temptation=draw(some([0.0, 0.4])),
            strategy=choices(draw),
        ),
        big=BigFirm(
            count=bigs,
            slots=draw(st.integers(1, 3)),
            cash=draw(number(5.0, 100.0)),
            burn=draw(some([0.0, 2.0])),
            cost=draw(number(0.5, 6.0)),
            suitors=draw(some([1.0, 0.5])),
            mimicry=draw(st.integers(0, 6)),
            cut_rate=draw(some([0.0, 0.2])),
            shark_cut_rate=draw(some([None, 0.0, 0.5])),
            cut_months=draw(st.integers(1, 3)),
            review=draw(some([0, 0, 3])),
            keeps=draw(st.integers(1, 2)),
            strategy=choices(draw),
        ),
        venture=Venture(
            technology=ConstantElasticity(draw(some([1.0, 0.5, 0.0, -1.0, -float("inf"), float("inf")]))),
            revenue=draw(some([LinearRevenue, Newsvendor]))(draw(number(2.0, 25.0))),
            shock=draw(some([Lognormal(0.4), Uniform(0.5, 1.5)])),
            milestones=draw(st.integers(0, 3)),
            delay=draw(st.integers(0, 2)),
            prior=draw(some([1.0, 0.6])),
            hazard=draw(number(0.1, 1.0)),
            life=draw(some([0, 0, 4])),
            asset=draw(some([0.0, 1.0])),
        ),
        bargaining=Bargaining(draw(number(0.1, 0.9)), ruin_share=draw(some([0.0, 0.5]))),
        trust=Trust(draw(number(1.0, 9.0)), draw(number(0.5, 3.0))),
        vetting=Vetting(0.1, 0.2, draw(some([0.5, 0.8, 1.0])), draw(some([0.0, 0.5, 1.0]))),
        learning=Learning(draw(some([0.0, 0.3])), draw(some([0.0, 0.3])), 1.0, 2.0),
        legitimacy=Legitimacy(draw(some([0.0, 0.2])), 0.2),
        culture=Culture(draw(some([0.0, 1.0])), 0.3, draw(some([0.0, 0.5])), draw(st.integers(0, 2))),
        market=Market(
            draw(some([1.0, 0.5])),
            draw(st.booleans()),
            matching=draw(some(["random", "deferred_acceptance", "network"])),
            candidates=draw(st.integers(1, 3)),
            network=draw(some(networks)),
            signing=draw(some(["given", "menu", "bargained"])),
        ),
        commitment=CommitmentSpace(draw(st.integers(2, 4))),
        horizon=Horizon(draw(st.integers(1, 15))),
        contracts=menu,
    )
