"""The compensating fee against hand-worked bargains and against the indifference it promises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.terms import EquityStake, Exclusivity, UpfrontFee
from simulator.economy.venture import Sum, Venture
from simulator.games.investment.compensation import compensating_fee
from simulator.games.solution import solve

EXCLUSIVE = Contract("exclusive", (Exclusivity(),))


def pie(power: float, option: float, rule: str) -> Scenario:
    return Scenario(
        "pie",
        small=SmallFirm(cost=0.0, outside_option=option),
        big=BigFirm(cost=0.0, specificity=1.0),
        venture=Venture(technology=Sum(big_weight=0.0)),
        bargaining=Bargaining(power=power, rule=rule),  # type: ignore[arg-type]
        commitment=CommitmentSpace(levels=(1.0,)),
    )


@settings(max_examples=15, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.0, 0.99))
def test_both_bargaining_rules(power: float, option: float) -> None:
    constraint = compensating_fee(pie(power, option, "deal_me_out"), Contract(), EXCLUSIVE)
    threat = compensating_fee(pie(power, option, "split_the_difference"), Contract(), EXCLUSIVE)
    assert constraint == pytest.approx(max(0.0, option - power), abs=1e-12)
    assert threat == pytest.approx((1.0 - power) * option, abs=1e-12)
    assert constraint <= threat + 1e-12


def test_a_fee_also_buys_time_and_equity_takes_its_part() -> None:
    scenario = Scenario(
        "runway",
        small=SmallFirm(cash=6.0, burn=1.0, outside_option=0.4),
        big=BigFirm(discount_rate=0.1),
        bargaining=Bargaining(ruin_share=0.8),
        commitment=CommitmentSpace(levels=(0.0, 1.0)),
    )
    signed = Contract("both", (UpfrontFee(fee=0.01), EquityStake(share=0.3), Exclusivity()))
    fee = compensating_fee(scenario, Contract(), signed)
    assert fee > 0.0
    paid = Contract("paid", (UpfrontFee(fee=0.01 + fee), EquityStake(share=0.3), Exclusivity()))
    wanted = solve(scenario, Contract()).outcome.payoffs[0]
    assert solve(scenario, paid).outcome.payoffs[0] == pytest.approx(wanted, abs=1e-9)


def test_a_better_contract_needs_no_fee() -> None:
    gift = Contract("gift", (UpfrontFee(fee=0.5),))
    assert compensating_fee(pie(0.5, 0.2, "deal_me_out"), Contract(), gift) == 0.0
