"""Milestones under a runway against Poisson sums, convolutions and finite differences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma, poisson

from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.milestones import MilestoneRace, completion

races = st.builds(
    MilestoneRace,
    stages=st.integers(1, 6),
    hazard=st.floats(0.05, 1.0),
    runway=st.floats(1.0, 40.0),
    delay=st.floats(0.0, 8.0),
    attention=st.floats(0.1, 1.0),
)


def density(race: MilestoneRace, time: float) -> float:
    """Return the density of the time the milestones take once work has started."""
    return float(gamma.pdf(time, race.stages, scale=1.0 / (race.attention * race.hazard)))


@settings(max_examples=40, deadline=None)
@given(races)
def test_survival_counts_poisson_events(race: MilestoneRace) -> None:
    work = max(race.runway - race.delay, 0.0)
    events = race.attention * race.hazard * work
    assert race.survival == pytest.approx(float(poisson.sf(race.stages - 1, events)), abs=1e-12)
    assert completion(work, [race.attention * race.hazard] * race.stages) == pytest.approx(race.survival, abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(races, st.floats(0.02, 2.0))
def test_a_random_start_by_convolution(race: MilestoneRace, start_rate: float) -> None:
    work = max(race.runway - race.delay, 0.0)
    late = quad(
        lambda u: (
            start_rate
            * math.exp(-start_rate * u)
            * MilestoneRace(race.stages, race.hazard, work - u, attention=race.attention).survival
        ),
        0.0,
        work,
    )[0]
    assert race.survival_after_random_start(start_rate) == pytest.approx(late, abs=1e-7)
    assert race.survival_after_random_start(start_rate) <= race.survival + 1e-12


def test_equal_rates_are_no_trouble() -> None:
    race = MilestoneRace(1, 0.25, 12.0)
    assert race.survival_after_random_start(0.25) == pytest.approx(MilestoneRace(2, 0.25, 12.0).survival, abs=1e-12)
    nearby = race.survival_after_random_start(0.25 + 1e-9)
    assert nearby == pytest.approx(race.survival_after_random_start(0.25), abs=1e-8)
    assert race.survival_after_random_start(math.inf) == race.survival
    assert MilestoneRace(1, 0.25).survival_after_random_start(0.1) == 1.0


@settings(max_examples=25, deadline=None)
@given(races, st.floats(0.0, 0.2))
def test_a_payment_by_integration(race: MilestoneRace, rate: float) -> None:
    work = max(race.runway - race.delay, 0.0)
    value = quad(lambda t: 100.0 * math.exp(-rate * (race.delay + t)) * density(race, t), 0.0, work)[0]
    assert race.payment_value(100.0, rate) == pytest.approx(value, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(races, st.floats(0.2, 4.0))
def test_cash_buys_survival(race: MilestoneRace, burn: float) -> None:
    def longer(cash: float) -> float:
        return MilestoneRace(race.stages, race.hazard, race.runway + cash / burn, race.delay, race.attention).survival

    if abs(race.runway - race.delay) < 1e-3:
        return
    slope = 100.0 * (longer(1e-5) - longer(-1e-5)) / 2e-5
    assert race.value_of_cash(100.0, burn) == pytest.approx(slope, abs=1e-4)


def test_ends() -> None:
    idle = MilestoneRace(2, 0.5, 10.0, attention=0.0)
    assert idle.survival == idle.payment_value(1.0, 0.1) == idle.value_of_cash(1.0, 1.0) == 0.0
    assert idle.survival_after_random_start(1.0) == 0.0
    late = MilestoneRace(2, 0.5, 3.0, delay=5.0)
    assert late.survival == late.payment_value(1.0, 0.1) == late.value_of_cash(1.0, 1.0) == 0.0
    assert MilestoneRace(1, 0.5, 0.0).value_of_cash(10.0, 2.0) == pytest.approx(2.5)
    assert MilestoneRace(2, 0.5, 0.0).value_of_cash(10.0, 2.0) == 0.0
    for_ever = MilestoneRace(3, 0.25)
    assert (for_ever.survival, for_ever.value_of_cash(100.0, 1.0)) == (1.0, 0.0)
    assert for_ever.payment_value(100.0, 0.0) == pytest.approx(100.0)


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="stages must be a whole number"):
        MilestoneRace(1.5, 0.5)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="attention must be in"):
        MilestoneRace(1, 0.5, attention=1.5)
    race = MilestoneRace(1, 0.5, 3.0)
    with pytest.raises(ParameterError, match="start_rate must be above 0"):
        race.survival_after_random_start(0.0)
    with pytest.raises(ParameterError, match="rate must be at least 0"):
        race.payment_value(1.0, -0.1)
    with pytest.raises(ParameterError, match="burn must be above 0"):
        race.value_of_cash(1.0, 0.0)
    with pytest.raises(ParameterError, match=r"completion\.rates must be at least 0"):
        completion(1.0, [1.0, math.nan])
