"""The rules of a month against hand calculations, closed forms and known distributions."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from simulation.worlds import BUSY, NOTHING, SHARE

from simulator.economy.contract import contract_of
from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.economy.scenario import Bargaining, CommitmentSpace, Horizon, Market, PayoffTable, Scenario, Trust
from simulator.economy.terms import EquityStake, Exclusivity, PlanOfRecord, RevenueShare, UpfrontFee
from simulator.economy.venture import LinearRevenue, Lognormal, Sum, Venture
from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.milestones import MilestoneRace
from simulator.games.dynamics.ruin import BrownianCash
from simulator.simulation.engine import simulate
from simulator.simulation.history import history
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES
from simulator.simulation.rules.valuation import prospects
from simulator.sweeps.measures import MEASURES

ALL_IN = StrategyChoice("all_in_pig")
IDLE = StrategyChoice("hedging_chicken", (("budget", 0.0),))
FULL = Scenario(
    "full",
    small=SmallFirm(cash=1000.0, burn=1.0, discount_rate=0.02, strategy=ALL_IN),
    big=BigFirm(discount_rate=0.01, strategy=ALL_IN),
    venture=Venture(technology=Sum(), revenue=LinearRevenue(4.0), milestones=0),
    trust=Trust(small_threshold=0.0, big_threshold=0.0),
    commitment=CommitmentSpace(2),
    horizon=Horizon(24),
)
STANDARD_ERRORS = 4.0


def run(scenario, contract=SHARE, seed=0, runs=1):
    """Return outcomes by name, each of shape (runs,)."""
    return dict(zip(OUTCOMES, simulate(prepare(scenario, contract), seed, np.arange(runs)).T, strict=True))


def test_values_of_a_deterministic_alliance_by_hand():
    """Both all in: Y = 8, SmallCo gets 35 % less half a unit of cost, each discounted at its own rate."""
    out = run(FULL)
    small = (0.35 * 8.0 - 0.5) * sum(math.exp(-0.02 * t) for t in range(24))
    big = (0.65 * 8.0 - 0.5) * sum(math.exp(-0.01 * t) for t in range(24))
    assert out["small_value"][0] == pytest.approx(small, rel=1e-13)
    assert out["big_value"][0] == pytest.approx(big, rel=1e-13)
    assert out["alliance_months"][0] == out["selling_months"][0] == 24
    assert out["sunk"][0] == pytest.approx(24 * 0.5)
    assert out["revenue"][0] == pytest.approx(24 * 8.0)


def test_fee_and_equity_by_hand():
    """A fee of 10 at signing and an equity stake of 25 % in everything SmallCo gets."""
    out = run(FULL, contract_of("fee", [RevenueShare(0.35), UpfrontFee(10.0), EquityStake(0.25)]))
    small = 0.75 * (10.0 + 2.3 * sum(math.exp(-0.02 * t) for t in range(24)))
    big = -10.0 + 2.5 + sum((4.7 + 0.25 * 2.3) * math.exp(-0.01 * t) for t in range(24))
    assert out["small_value"][0] == pytest.approx(small, rel=1e-13)
    assert out["big_value"][0] == pytest.approx(big, rel=1e-13)


def test_bargaining_follows_the_runway_by_hand():
    """Nothing signed, fully specific: each month x_S = beta Y (1 - b_B e^(-r T)) with T whole months of cash."""
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=30.0, discount_rate=0.0),
        big=dataclasses.replace(FULL.big, specificity=1.0, discount_rate=0.05),
        bargaining=Bargaining(0.5, ruin_share=0.5),
        horizon=Horizon(5),
    )
    cash, value = 30.0, 0.0
    for _ in range(5):
        received = 0.5 * 8.0 * (1.0 - 0.5 * math.exp(-0.05 * math.floor(cash)))
        value += received - 0.5
        cash += received - 0.5 - 1.0
    assert run(scenario, NOTHING)["small_value"][0] == pytest.approx(value, rel=1e-13)


def test_a_history_too_long_to_tell_is_refused():
    endless = dataclasses.replace(
        FULL, small=dataclasses.replace(FULL.small, count=1_000_000), horizon=Horizon(100_000)
    )
    with pytest.raises(ParameterError, match="at most 20,000,000 firm-months; got 100,000,100,000"):
        history(endless, SHARE)


def test_ruin_comes_when_the_cash_is_gone():
    """Without revenue, cash 5 and a monthly loss of 1.5 and a fee of 0.5 last three months."""
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=5.0),
        venture=dataclasses.replace(FULL.venture, delay=10),
        horizon=Horizon(60),
    )
    story = history(scenario, contract_of("fee", [RevenueShare(0.35), UpfrontFee(0.5)]), seed=0)
    assert [event.month for event in story.events if event.kind == "ruined"] == [3]
    assert story.outcomes["small_survivors"] == 0.0


def test_big_co_takes_its_share_of_a_selling_project_at_ruin():
    """b_B Y for every month left, discounted at BigCo's rate from the month of ruin."""
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=5.0, burn=5.0),
        bargaining=Bargaining(ruin_share=0.5),
        horizon=Horizon(12),
    )
    out = run(scenario)
    months = math.floor(5.0 / (5.0 - 2.3)) + 1
    earned = sum(4.7 * math.exp(-0.01 * t) for t in range(months))
    ruin = months - 1
    taken = math.exp(-0.01 * ruin) * 0.5 * 8.0 * sum(math.exp(-0.01 * t) for t in range(12 - 1 - ruin))
    assert out["big_value"][0] == pytest.approx(earned + taken, rel=1e-12)
    assert out["ruined_small"][0] == 1.0


@pytest.mark.statistical
@pytest.mark.parametrize("milestones", [1, 3])
def test_survival_against_the_negative_binomial(milestones):
    """SmallCo lives if its milestones come before the cash runs out (F6 in discrete time: a negative binomial)."""
    runs, hazard, cash, delay = 40_000, 0.3, 20.0, 2
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=cash),
        venture=dataclasses.replace(FULL.venture, milestones=milestones, hazard=hazard, delay=delay),
        horizon=Horizon(60),
    )
    # 1.5 lost a month before revenue, 1.3 gained after it: alive if revenue starts within floor(20 / 1.5) months.
    last = math.floor(cash / 1.5) - delay
    chance = stats.nbinom.cdf(last - milestones, milestones, 1.0 - math.exp(-hazard))
    survived = run(scenario, runs=runs)["small_survivors"].mean()
    assert abs(survived - chance) < STANDARD_ERRORS * math.sqrt(chance * (1.0 - chance) / runs)


@pytest.mark.statistical
@pytest.mark.slow
@pytest.mark.parametrize("stages", [1, 3])
def test_survival_against_the_gamma_function_as_months_get_short(stages):
    """F6: with short months P(survive) = P(k, h (T - delay)), one milestone's 1 - exp(-h (x / b - delay))."""
    runs, hazard, cash, delay = 10_000, 0.003, 1500.0, 90
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=cash, discount_rate=0.0),
        big=dataclasses.replace(FULL.big, discount_rate=0.0),
        venture=dataclasses.replace(
            FULL.venture, revenue=LinearRevenue(400.0), milestones=stages, hazard=hazard, delay=delay
        ),
        horizon=Horizon(2000),
    )
    # as above 1.5 a month is lost; a month rounds the time of each milestone up by half of it on average
    race = MilestoneRace(stages, hazard, runway=cash / 1.5, delay=delay + 0.5 * stages)
    survived = run(scenario, runs=runs)["small_survivors"].mean()
    assert abs(survived - race.survival) < STANDARD_ERRORS * math.sqrt(race.survival * (1.0 - race.survival) / runs)


@pytest.mark.statistical
@pytest.mark.parametrize("drift", [-0.01, 0.0, 0.01])
def test_ruin_of_noisy_cash_against_the_first_passage_of_brownian_motion(drift):
    """F6: cash looked at once a month falls below 0 as Brownian motion falls below -0.5826 sigma (Siegmund 1979)."""
    runs, months, cash, noise = 20_000, 200, 2.0, 0.2
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=cash, burn=1.0, income=1.0 + drift, cash_noise=noise),
        market=Market(meeting_rate=0.0),
        horizon=Horizon(months),
    )
    ruin = BrownianCash(cash + 0.5826 * noise, drift, noise).ruin_by(months)
    ruined = run(scenario, runs=runs)["small_ruins"].mean()
    assert abs(ruined - ruin) < STANDARD_ERRORS * math.sqrt(ruin * (1.0 - ruin) / runs)


@pytest.mark.statistical
def test_noisy_cash_races_the_first_milestone():
    """F6: ruin comes before an event at rate h with e^(-gamma x), gamma = (mu + sqrt(mu^2 + 2 h sigma^2)) / sigma^2."""
    runs, cash, noise, hazard = 10_000, 2.0, 0.2, 0.002
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, cash=cash, income=1.5, cash_noise=noise, discount_rate=0.0),
        venture=dataclasses.replace(FULL.venture, revenue=LinearRevenue(40.0), milestones=1, hazard=hazard),
        big=dataclasses.replace(FULL.big, discount_rate=0.0),
        horizon=Horizon(4000),
    )
    ruin = BrownianCash(cash + 0.5826 * noise, 0.0, noise).ruin_before_event(hazard)
    ruined = run(scenario, runs=runs)["small_ruins"].mean()
    assert abs(ruined - ruin) < STANDARD_ERRORS * math.sqrt(ruin * (1.0 - ruin) / runs)


@pytest.mark.statistical
def test_forfeited_bonds_against_their_detection_probability():
    """A firm that never keeps its floor loses detection x bond in each review, half of it to the partner."""
    runs = 4_000
    scenario = dataclasses.replace(FULL, big=dataclasses.replace(FULL.big, strategy=IDLE))
    plan = PlanOfRecord(big_floor=0.5, bond=3.0, detection=0.4, to_partner=0.5, review=3)
    out = run(scenario, contract_of("plan", [RevenueShare(0.5), plan]), runs=runs)
    reviews = 24 // 3
    expected = reviews * 0.4 * 3.0 * 0.5
    spread = 3.0 * 0.5 * math.sqrt(reviews * 0.4 * 0.6 / runs)
    assert abs(out["burnt"].mean() - expected) < STANDARD_ERRORS * spread


@pytest.mark.statistical
def test_revenue_shocks_have_their_mean_and_spread():
    """Mean-one lognormal shocks with sigma 0.3."""
    scenario = dataclasses.replace(
        FULL, venture=dataclasses.replace(FULL.venture, shock=Lognormal(0.3)), horizon=Horizon(1)
    )
    revenue = run(scenario, runs=40_000)["revenue"] / 8.0
    assert stats.kstest((np.log(revenue) + 0.045) / 0.3, "norm").pvalue > 1e-4


def test_trust_counts_kept_and_broken_promises():
    """BigCo commits nothing against a promised floor: SmallCo's trust is 9 / (10 + n) until it falls below 0.8."""
    scenario = dataclasses.replace(
        FULL,
        big=dataclasses.replace(FULL.big, strategy=IDLE),
        trust=Trust(9.0, 1.0, small_threshold=0.8, big_threshold=0.0),
    )
    story = history(scenario, contract_of("plan", [RevenueShare(0.5), PlanOfRecord(big_floor=0.5)]))
    assert story.months["small_trust"][:2].tolist() == [9.0 / 11.0, 9.0 / 12.0]
    ended = next(event for event in story.events if event.kind == "ended")
    assert (ended.month, "SmallCo walked away" in ended.text) == (1, True)
    assert story.months["big_trust"][1] == 11.0 / 12.0


def test_a_doubtful_project_is_abandoned_when_belief_is_too_low():
    """Belief falls by Bayes' rule without a milestone; a firm stops when p h V < c (Keller, Rady, Cripps)."""
    prior, hazard, months = 0.5, 0.4, 24
    scenario = dataclasses.replace(
        FULL,
        small=dataclasses.replace(FULL.small, strategy=StrategyChoice("nash"), discount_rate=0.0),
        big=dataclasses.replace(FULL.big, strategy=StrategyChoice("nash")),
        venture=dataclasses.replace(FULL.venture, milestones=1, hazard=hazard, prior=prior),
        horizon=Horizon(months),
    )
    prepared = prepare(scenario, SHARE)
    row = prepared.rows[0, 0]
    pace = prepared.cells[0, row.small_play, row.big_play].progress
    rate = prepared.cells[0, row.small_play, row.big_play].hazard
    belief, stop = prior, None
    for month in range(months):
        belief = belief * math.exp(-rate) / (belief * math.exp(-rate) + 1.0 - belief)
        values = (
            (months - 1 - month) * row.small_selling,
            prospects(row.big_selling, row.big_waiting, 0.01, -math.expm1(-0.01), 0.0, float(months - 1 - month)),
        )
        if belief * pace * values[0] < -row.small_waiting or belief * pace * values[1] < -row.big_waiting:
            stop = month
            break
    assert stop is not None
    barren = next(
        story
        for story in (history(scenario, SHARE, seed=0, replicate=number) for number in range(200))
        if not any(event.kind == "milestone" for event in story.events)
    )
    assert [event.month for event in barren.events if event.kind == "ended"] == [stop]


@pytest.mark.parametrize(("terms", "slots"), [((), 2), ((Exclusivity(big=True),), 1)])
def test_slots_exclusivity_and_matching(terms, slots):
    """Never more alliances than slots; an exclusive BigCo has one; no SmallCo goes straight back to a firm it left."""
    scenario = dataclasses.replace(BUSY, market=Market(0.7, entry=False))
    for replicate in range(10):
        story = history(scenario, contract_of("share", [RevenueShare(0.35), *terms]), seed=3, replicate=replicate)
        active: dict[int, int] = {}
        former: dict[int, int] = {}
        for event in story.events:
            if event.kind == "signed":
                active[event.big] = active.get(event.big, 0) + 1
                assert active[event.big] <= slots
                assert former.get(event.small) != event.big
            elif event.kind == "ended":
                active[event.big] -= 1
                former[event.small] = event.big
        assert active


def test_same_luck_under_every_contract_and_strategy():
    """The month of the first milestone depends on luck and pace only, so a higher pace is never later."""
    runs = 500
    slow = dataclasses.replace(
        BUSY, small=dataclasses.replace(BUSY.small, count=1, cash=500.0), big=dataclasses.replace(BUSY.big, cash=5000.0)
    )
    slow = dataclasses.replace(slow, venture=dataclasses.replace(slow.venture, prior=1.0), horizon=Horizon(60))
    fast = dataclasses.replace(slow, small=dataclasses.replace(slow.small, strategy=ALL_IN))
    first, second = (run(scenario, runs=runs) for scenario in (slow, fast))
    assert np.all(second["launch_months"][first["launches"] == 1] <= first["launch_months"][first["launches"] == 1])
    assert np.any(second["launch_months"] < first["launch_months"])


def test_matrix_scenarios_pay_their_tables():
    """The equilibrium cell (2, 1) is paid every month, undiscounted."""
    table = PayoffTable(((1.0, 2.0), (0.0, 1.5)), ((0.0, 1.0), (0.0, -1.0)))
    scenario = Scenario(
        "table",
        payoffs=table,
        small=SmallFirm(burn=0.0, discount_rate=0.0),
        big=BigFirm(discount_rate=0.0),
        horizon=Horizon(10),
    )
    out = run(scenario, NOTHING)
    assert (out["small_value"][0], out["big_value"][0]) == (20.0, 10.0)


def test_the_direction_of_a_table_decides_who_commits_most():
    """All in on a table that lists its most committed action first plays that action; on any other, the last one."""
    small, big = ((3.0, 1.0), (2.0, 0.0)), ((3.0, 1.0), (2.0, 0.0))
    for first, paid in ((True, 3.0), (False, 0.0)):
        scenario = Scenario(
            "table",
            payoffs=PayoffTable(small, big, most_committed_first=first),
            small=SmallFirm(burn=0.0, discount_rate=0.0, strategy=ALL_IN),
            big=BigFirm(discount_rate=0.0, strategy=ALL_IN),
            trust=Trust(small_threshold=0.0, big_threshold=0.0),
            horizon=Horizon(1),
        )
        assert run(scenario, NOTHING)["small_value"][0] == paid


@pytest.mark.parametrize(("alternative", "signs"), [(2.29, 1.0), (2.31, 0.0)])
def test_participation_is_refused_when_the_alternative_is_better(alternative, signs):
    """BigCo commits all, SmallCo its best reply 1: it expects 2.3 a month, and leaves for anything better."""
    scenario = dataclasses.replace(FULL, payoffs=PayoffTable(((2.3,),), ((4.7,),)))
    scenario = dataclasses.replace(scenario, small=dataclasses.replace(FULL.small, outside_option=alternative))
    assert run(scenario, NOTHING)["alliances"][0] == signs


def test_nobody_signs_a_ruinous_fee():
    """A fee above everything the alliance can bring is refused."""
    assert run(FULL, contract_of("pay", [RevenueShare(0.35), UpfrontFee(-1000.0)]))["alliances"][0] == 0.0
    assert run(FULL, contract_of("pay", [RevenueShare(0.35), UpfrontFee(1000.0)]))["alliances"][0] == 0.0


def test_measures_are_defined_and_consistent():
    """Surplus is the sum of values; measures keep to their limits; only measures that say so are undefined."""
    outcomes = simulate(prepare(BUSY, SHARE), 0, np.arange(200))
    values = {name: measure.of(outcomes) for name, measure in MEASURES.items()}
    np.testing.assert_array_equal(values["surplus"], values["small_value"] + values["big_value"])
    for name, measure in MEASURES.items():
        column = values[name]
        assert column.shape == (200,)
        assert measure.undefined_ok or np.all(np.isfinite(column))
        low, high = measure.limits
        assert np.nanmin(column) >= low
        assert np.nanmax(column) <= high
    assert np.abs(values["imbalance"]).max() < 1e-8
