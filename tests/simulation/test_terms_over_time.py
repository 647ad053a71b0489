"""Terms that act over time, by hand in an alliance without luck: both all in, so Y = 8 and K = 0.5 each, a month."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from simulator.economy.contract import contract_of
from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.economy.relations import Culture
from simulator.economy.scenario import CommitmentSpace, Horizon, Scenario, Trust
from simulator.economy.terms import (
    AcquisitionOption,
    Audit,
    DisputeResolution,
    Escrow,
    IntellectualProperty,
    LateDelivery,
    MilestonePayment,
    Pilot,
    PlanOfRecord,
    RevenueShare,
    Termination,
)
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.simulation.engine import simulate
from simulator.simulation.history import history
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES

ALL_IN = StrategyChoice("all_in_pig")
IDLE = StrategyChoice("hedging_chicken", (("budget", 0.0),))
FULL = Scenario(
    "full",
    small=SmallFirm(cash=1000.0, burn=0.0, discount_rate=0.0, strategy=ALL_IN),
    big=BigFirm(cash=1000.0, discount_rate=0.0, strategy=ALL_IN),
    venture=Venture(technology=Sum(), revenue=LinearRevenue(4.0)),
    trust=Trust(small_threshold=0.0, big_threshold=0.0),
    commitment=CommitmentSpace(2),
    horizon=Horizon(12),
)
SHARE = RevenueShare(0.35)
STANDARD_ERRORS = 4.0


def run(scenario, *terms, runs=1):
    """Return outcomes by name, each of shape (runs,)."""
    out = simulate(prepare(scenario, contract_of("terms", [SHARE, *terms])), 0, np.arange(runs))
    assert np.all(np.abs(out[:, OUTCOMES.index("imbalance")]) < 1e-8)
    return dict(zip(OUTCOMES, out.T, strict=True))


def venture(**changes):
    """Return FULL with another venture."""
    return dataclasses.replace(FULL, venture=dataclasses.replace(FULL.venture, **changes))


PLAIN = run(FULL)
# a project that both think easy, that is impossible, and that neither ever gives up
HOPELESS = dataclasses.replace(
    FULL,
    small=dataclasses.replace(FULL.small, sunk_cost_bias=1.0),
    big=dataclasses.replace(FULL.big, sunk_cost_bias=1.0),
    venture=dataclasses.replace(FULL.venture, milestones=1, hazard=1e3, prior=1e-12),
)


def moved(out, bare=PLAIN):
    """Return what SmallCo and BigCo got more than without the term."""
    return out["small_value"][0] - bare["small_value"][0], out["big_value"][0] - bare["big_value"][0]


def test_a_payment_for_every_milestone():
    """Three milestones, each reached at once: 3 x 2 from BigCo to SmallCo."""
    world = venture(milestones=3, hazard=1e3)
    assert moved(run(world, MilestonePayment(2.0)), run(world)) == pytest.approx((6.0, -6.0))


@pytest.mark.parametrize(("cap", "paid"), [(None, 8.0), (3.0, 3.0), (0.0, 0.0)])
def test_late_delivery_costs_from_the_day_after_the_grace(cap, paid):
    """Never delivered in 12 months, due after 3 and 1 of grace: 8 months at 1 each, up to the cap."""
    late = LateDelivery(1.0, due=3, grace=1, cap=cap)
    assert moved(run(HOPELESS, late), run(HOPELESS)) == pytest.approx((-paid, paid))


def test_a_penalty_never_takes_more_than_the_cash():
    """SmallCo has 3 and works for 0.5 a month; in the third month it has 2, and a penalty of 10 takes it."""
    world = dataclasses.replace(HOPELESS, small=dataclasses.replace(HOPELESS.small, cash=3.0), horizon=Horizon(3))
    assert moved(run(world, LateDelivery(10.0, due=2)), run(world)) == pytest.approx((-2.0, 2.0))


def test_deposits_are_lost_by_the_one_who_leaves():
    """BigCo breaks its promise, SmallCo leaves and loses its deposit of 5; without a quarrel both get theirs back."""
    world = dataclasses.replace(
        FULL,
        big=dataclasses.replace(FULL.big, strategy=IDLE),
        trust=Trust(1.0, 1.0, small_threshold=0.5, big_threshold=0.0),
    )
    plan = PlanOfRecord(big_floor=0.5)
    bare, signed = run(world, plan), run(world, plan, Escrow(5.0, 7.0))
    assert bare["walked_small"][0] == signed["walked_small"][0] == 1.0
    assert moved(signed, bare) == pytest.approx((-5.0, 5.0))
    assert moved(run(FULL, Escrow(5.0, 7.0))) == pytest.approx((0.0, 0.0))


def test_notice_and_kill_fee():
    """Trust is lost in the first month; two months of notice make three, and the leaver pays 4."""
    world = dataclasses.replace(
        FULL,
        big=dataclasses.replace(FULL.big, strategy=IDLE),
        trust=Trust(1.0, 1.0, small_threshold=0.5, big_threshold=0.0),
    )
    told = history(world, contract_of("t", [SHARE, PlanOfRecord(big_floor=0.5), Termination(2, 4.0)]))
    ended = next(event for event in told.events if event.kind == "ended")
    assert ended.month == 2
    assert told.alliances["months"][0] == 3
    bare = history(world, contract_of("t", [SHARE, PlanOfRecord(big_floor=0.5)]))
    monthly = 0.35 * 4.0 - 0.5  # SmallCo alone produces 1, at 4
    assert told.alliances["small_value"][0] == pytest.approx(3 * monthly - 4.0)
    assert bare.alliances["small_value"][0] == pytest.approx(monthly)


def test_an_option_is_exercised_when_the_stream_is_worth_more_than_the_strike():
    """After the first of 12 months SmallCo's stream is 11 x 2.3; BigCo pays 20 for it and takes the project, 11 x 7."""
    world = dataclasses.replace(
        FULL, small=dataclasses.replace(FULL.small, strategy=StrategyChoice("nash")),
        big=dataclasses.replace(FULL.big, strategy=StrategyChoice("nash")),
    )  # fmt: skip
    out = run(world, AcquisitionOption(20.0))
    assert (out["acquired"][0], out["bought"][0], out["small_ruins"][0]) == (1.0, 1.0, 0.0)
    assert out["small_value"][0] == pytest.approx(2.3 + 20.0)
    assert out["big_value"][0] == pytest.approx(4.7 + 11 * 7.0 - 20.0)
    assert run(world, AcquisitionOption(26.0))["acquired"][0] == 0.0


def test_the_joint_asset_goes_to_its_owners_at_the_end():
    """An asset of 10, of which SmallCo owns 0.7."""
    world = venture(asset=10.0)
    assert moved(run(world, IntellectualProperty(0.7))) == pytest.approx((7.0, 3.0))


def test_a_pilot_limits_both_commitments_for_its_length():
    """Levels 0 and 1 and a scale of 0.5: nothing for 3 months, then everything for 9."""
    out = run(FULL, Pilot(0.5, 3, 0.5))
    assert out["small_commitment"][0] == out["big_commitment"][0] == 9.0
    assert out["small_value"][0] == pytest.approx(9 * 2.3)


@pytest.mark.statistical
@pytest.mark.parametrize(("rate", "fine"), [(0.2, 0.5), (0.6, 0.5)])
def test_audits_against_the_inspection_game(rate, fine):
    """An opportunist gains (1 - a) g - a f a month if a < g / (g + f), and otherwise reports truthfully (E5)."""
    runs, gain = 4000, 0.4
    world = dataclasses.replace(FULL, small=dataclasses.replace(FULL.small, temptation=gain, honest=0.0))
    out = run(world, Audit(rate, cost=0.1, fine=fine), runs=runs)
    cheats = rate < gain / (gain + fine)
    monthly = (1.0 - rate) * gain - rate * fine if cheats else 0.0
    spread = (gain + fine) * math.sqrt(12 * rate * (1.0 - rate) / runs) if cheats else 1e-9
    extra = out["small_value"].mean() - PLAIN["small_value"][0]
    assert abs(extra - 12 * monthly) <= STANDARD_ERRORS * spread
    audits = out["audit_spending"].mean() / 0.1
    assert abs(audits - 12 * rate) <= STANDARD_ERRORS * math.sqrt(12 * rate * (1.0 - rate) / runs)


@pytest.mark.statistical
def test_disputes_block_the_project_and_the_better_firm_is_mostly_right():
    """BigCo broke every promise: it pays the award with the forum's accuracy, SmallCo otherwise; costs are halved."""
    runs = 3000
    world = dataclasses.replace(
        FULL,
        big=dataclasses.replace(FULL.big, strategy=IDLE),
        culture=Culture(misfit=1.0, output_loss=0.0, dispute_rate=1.0),
        horizon=Horizon(1),
    )
    plan = PlanOfRecord(big_floor=0.5)
    court = DisputeResolution("court", cost=0.2, delay=3, accuracy=0.8, award=1.0)
    bare, out = run(dataclasses.replace(world, culture=Culture()), plan), run(world, plan, court, runs=runs)
    # each pair has its own misfit, uniform on [0, 1], which is the chance of a dispute: one half on average; in its
    # first month nobody has broken a promise yet, so luck says who is right
    chance = 0.5
    won = out["small_value"] - bare["small_value"][0]
    assert abs(won.mean() + chance * 0.1) < STANDARD_ERRORS * math.sqrt(chance / runs)
    assert abs(out["burnt"].mean() - chance * 0.2) < STANDARD_ERRORS * 0.2 * 0.5 / math.sqrt(runs)
