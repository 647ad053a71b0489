"""Scenarios and contracts for tests: a busy market that exercises every step, and Hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from simulator.economy.contract import Contract, contract_of
from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.economy.scenario import Bargaining, CommitmentSpace, Horizon, Market, Scenario, Trust
from simulator.economy.terms import (
    CostShare,
    EquityStake,
    Exclusivity,
    OutputTarget,
    PlanOfRecord,
    RevenueShare,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.economy.venture import ConstantElasticity, LinearRevenue, Lognormal, Uniform, Venture
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

TERMS = (
    st.sampled_from([NOTHING.terms, (RevenueShare(0.4),), (WholesalePrice(2.0),), (TwoPartTariff(1.5, 2.0),)]),
    st.sampled_from([(), (UpfrontFee(4.0),), (UpfrontFee(-2.0),)]),
    st.sampled_from([(), (CostShare(0.5, 0.1),)]),
    st.sampled_from([(), (EquityStake(0.3),)]),
    st.sampled_from([(), (Exclusivity(True, True),)]),
    st.sampled_from([(), (OutputTarget(0.3, 0.5),)]),
    st.sampled_from([(), (PlanOfRecord(0.5, big_people=0.2, big_time=0.2, bond=1.0, detection=0.7, to_partner=0.4),)]),
)
CONTRACTS = st.tuples(*TERMS).map(lambda groups: contract_of("drawn", [term for group in groups for term in group]))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Return a small random market with any strategies, technology, bargaining rule and luck."""
    names = st.sampled_from(list(STRATEGIES))
    number = st.floats
    return Scenario(
        "drawn",
        lead=draw(st.sampled_from(["simultaneous", "small", "big"])),
        selection=draw(st.sampled_from(["payoff_dominance", "risk_dominance", "best_for_small"])),
        small=SmallFirm(
            count=draw(st.integers(1, 4)),
            cash=draw(number(1.0, 30.0)),
            burn=draw(st.sampled_from([0.0, 0.5, 1.0])),
            cash_noise=draw(st.sampled_from([0.0, 0.7])),
            cost=draw(number(0.5, 6.0)),
            specificity=draw(st.sampled_from([0.0, 0.6, 1.0])),
            outside_option=draw(st.sampled_from([-float("inf"), 0.0, 0.5])),
            discount_rate=draw(st.sampled_from([0.0, 0.02])),
            strategy=StrategyChoice(draw(names)),
        ),
        big=BigFirm(
            count=draw(st.integers(1, 3)),
            slots=draw(st.integers(1, 3)),
            cash=draw(number(5.0, 100.0)),
            burn=draw(st.sampled_from([0.0, 2.0])),
            cost=draw(number(0.5, 6.0)),
            strategy=StrategyChoice(draw(names)),
        ),
        venture=Venture(
            technology=ConstantElasticity(draw(st.sampled_from([1.0, 0.5, 0.0, -1.0, -float("inf"), float("inf")]))),
            revenue=LinearRevenue(draw(number(2.0, 25.0))),
            shock=draw(st.sampled_from([Lognormal(0.4), Uniform(0.5, 1.5)])),
            milestones=draw(st.integers(0, 3)),
            delay=draw(st.integers(0, 2)),
            prior=draw(st.sampled_from([1.0, 0.6])),
            hazard=draw(number(0.1, 1.0)),
        ),
        bargaining=Bargaining(draw(number(0.1, 0.9)), ruin_share=draw(st.sampled_from([0.0, 0.5]))),
        trust=Trust(draw(number(1.0, 9.0)), draw(number(0.5, 3.0))),
        market=Market(draw(st.sampled_from([1.0, 0.5])), draw(st.booleans())),
        commitment=CommitmentSpace(draw(st.integers(2, 4))),
        horizon=Horizon(draw(st.integers(1, 15))),
    )
