"""Learning races against integrals and step-by-step simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.learning_race import DeterministicRace, PoissonRace, learning_rate


@pytest.mark.parametrize(("small", "big"), [(0.5, 2.0), (2.0, 0.5), (1.0, 1.0), (0.1, 0.3)])
def test_the_poisson_race_by_integration(small: float, big: float) -> None:
    race = PoissonRace(small, big)
    first = quad(lambda t: small * math.exp(-small * t) * math.exp(-big * t), 0.0, math.inf)[0]
    assert race.first(Role.SMALL) == pytest.approx(first, abs=1e-8)
    assert race.first(Role.SMALL) + race.first(Role.BIG) == pytest.approx(1.0)
    assert race.duration == pytest.approx(quad(lambda t: math.exp(-(small + big) * t), 0.0, math.inf)[0])
    end = 40.0 / min(small, big)
    lag = sum(
        dblquad(
            lambda gap, t, one=one, two=two: gap * one * math.exp(-one * t) * two * math.exp(-two * (t + gap)),
            0.0,
            end,
            0.0,
            end,
        )[0]
        for one, two in ((small, big), (big, small))
    )
    assert race.expected_lag == pytest.approx(lag, rel=1e-5)


def test_who_never_learns() -> None:
    race = PoissonRace(1.0, 0.0)
    assert (race.first(Role.SMALL), race.lag(Role.SMALL), race.expected_lag) == (1.0, math.inf, math.inf)
    with pytest.raises(ParameterError, match="small_rate must be above 0"):
        PoissonRace(0.0, 0.0)


def stepped(race: DeterministicRace, step: float, months: float) -> tuple[float | None, float, float]:
    """Return end and knowledge by adding up small steps."""
    known = np.zeros(2)
    rates = np.array([race.small_rate, race.big_rate])
    losing = np.array([race.small_common < race.small_cost, race.big_common < race.big_cost])
    for k in range(round(months / step)):
        known = np.minimum(1.0, known + step * rates)
        if np.any((known >= 1.0 - 1e-9) & losing):
            return (k + 1) * step, float(known[0]), float(known[1])
    return None, float(known[0]), float(known[1])


flows = st.integers(0, 3).map(float)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.0]), st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.0]), flows, flows, flows, flows
)
def test_the_steady_race_step_by_step(
    small: float, big: float, small_common: float, small_cost: float, big_common: float, big_cost: float
) -> None:
    race = DeterministicRace(small, big, small_common, small_cost, big_common, big_cost)
    outcome = race.outcome()
    end, small_known, big_known = stepped(race, 1.0 / 64.0, 4.0)
    assert outcome.end == (None if end is None else pytest.approx(end, abs=0.02))
    assert (outcome.small_knowledge, outcome.big_knowledge) == pytest.approx((small_known, big_known), abs=0.07)
    assert (outcome.leaver is None) == (outcome.end is None)


def test_the_indifferent_stay_and_the_fast_learner_may_wait_for_nobody() -> None:
    stays = DeterministicRace(2.0, 1.0, small_common=0.2, small_cost=0.2, big_common=1.0, big_cost=0.0)
    assert stays.outcome().end is None
    second = DeterministicRace(1.0, 2.0, small_common=0.1, small_cost=0.2, big_common=1.0, big_cost=0.0).outcome()
    assert (second.end, second.leaver, second.small_knowledge, second.big_knowledge) == (1.0, Role.SMALL, 1.0, 1.0)


def test_protection_slows_learning() -> None:
    assert learning_rate(0.2, 0.5) == pytest.approx(0.1)
    assert learning_rate(0.2, 0.5, 1.0) == 0.0
    with pytest.raises(ParameterError, match="protection must be in"):
        learning_rate(0.2, 0.5, 1.1)
    with pytest.raises(ParameterError, match="absorption must be in"):
        learning_rate(math.nan, 0.5)
