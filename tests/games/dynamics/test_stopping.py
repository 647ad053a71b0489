"""Walking away: stopping times against a search over all of them, values against integrals and first passages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.ruin import BrownianCash
from simulator.games.dynamics.stopping import Abandonment, ExponentialProject

projects = st.builds(
    ExponentialProject,
    prior=st.floats(0.05, 0.95),
    hazard=st.floats(0.1, 2.0),
    value=st.floats(1.0, 20.0),
    cost=st.floats(0.1, 3.0),
    rate=st.sampled_from([0.0, 0.05, 0.3]),
    runway=st.sampled_from([0.5, 2.0, math.inf]),
)


@settings(max_examples=40, deadline=None)
@given(projects)
def test_no_other_end_is_better(project: ExponentialProject) -> None:
    longest = min(project.runway, 2.0 * project.quitting_time + 5.0)
    best = minimize_scalar(lambda end: -project.worth_until(end), bounds=(0.0, longest), method="bounded")
    tried = max([-best.fun, project.worth_until(0.0), project.worth_until(longest)])
    assert project.worth >= tried - 1e-9
    assert project.worth == pytest.approx(tried, abs=1e-6)
    if project.quitting_time > 0.0:
        assert project.belief(project.quitting_time) == pytest.approx(project.threshold)


@settings(max_examples=25, deadline=None)
@given(projects, st.floats(0.1, 8.0))
def test_the_value_by_integration(project: ExponentialProject, end: float) -> None:
    def flow(time: float) -> float:
        no_success = 1.0 - project.prior + project.prior * math.exp(-project.hazard * time)
        gain = project.belief(time) * project.hazard * project.value - project.cost
        return math.exp(-project.rate * time) * no_success * gain

    assert project.worth_until(end) == pytest.approx(quad(flow, 0.0, end)[0], abs=1e-8)


def test_success_and_ends_of_a_project() -> None:
    project = ExponentialProject(0.6, 0.5, 10.0, 1.0, runway=2.0)
    assert project.success == pytest.approx(0.6 * (1.0 - math.exp(-1.0)))
    assert ExponentialProject(0.2, 0.5, 10.0, 2.0).worth == 0.0
    assert ExponentialProject(0.2, 0.5, 10.0, 2.0).quitting_time == 0.0
    sure = ExponentialProject(1.0, 0.5, 10.0, 1.0)
    assert (sure.quitting_time, sure.success, sure.belief(9.0)) == (math.inf, 1.0, 1.0)
    assert sure.worth == pytest.approx(10.0 - 1.0 / 0.5)
    free = ExponentialProject(0.3, 0.5, 10.0, 0.0)
    assert (free.quitting_time, free.worth) == (math.inf, pytest.approx(3.0))


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 0.2), st.floats(-0.1, 0.5), st.floats(0.2, 0.6), st.floats(0.2, 5.0), st.floats(0.0, 5.0))
def test_no_other_exit_is_better(rate: float, drift: float, volatility: float, cost: float, scrap: float) -> None:
    firm = Abandonment(rate, drift * rate, volatility, cost, scrap)
    income = 1.5 * firm.trigger

    def leaving_at(trigger: float) -> float:
        """Return the value of leaving once income has fallen to a level, by the law of the first passage."""
        distance = BrownianCash(math.log(income / trigger), drift * rate - 0.5 * volatility**2, volatility)
        forgone = trigger / (rate - drift * rate) - cost / rate
        staying = income / (rate - drift * rate) - cost / rate
        return staying + distance.ruin_before_event(rate) * (scrap - forgone)

    assert firm.worth(income) == pytest.approx(leaving_at(firm.trigger), rel=1e-9)
    for factor in (0.2, 0.5, 0.8, 0.95, 1.05, 1.2, 1.4):
        assert firm.worth(income) > leaving_at(factor * firm.trigger)
    assert firm.worth(firm.trigger) == pytest.approx(scrap, abs=1e-9)


def test_leaving_without_luck() -> None:
    falling = Abandonment(0.05, -0.1, 0.0, 2.0)
    assert falling.trigger == pytest.approx(2.0)
    assert Abandonment(0.05, 0.01, 0.0, 2.0).trigger == pytest.approx((0.05 - 0.01) / 0.05 * 2.0)
    assert Abandonment(0.05, -0.1, 0.0, 2.0).trigger == pytest.approx(Abandonment(0.05, -0.1, 1e-6, 2.0).trigger)
    stuck = Abandonment(0.05, 0.0, 0.2, 1.0, scrap=-30.0)
    assert stuck.trigger == 0.0
    assert stuck.worth(0.5) == pytest.approx((0.5 - 1.0) / 0.05)
    assert stuck.worth(0.0) == pytest.approx(-20.0)
    assert Abandonment(0.05, 0.01, 0.0, 2.0).worth(3.0) == pytest.approx(3.0 / 0.04 - 40.0)


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="prior must be in"):
        ExponentialProject(1.2, 0.5, 10.0, 1.0)
    project = ExponentialProject(0.5, 0.5, 10.0, 1.0)
    with pytest.raises(ParameterError, match="time must be at least 0"):
        project.belief(-1.0)
    with pytest.raises(ParameterError, match="end must be at least 0"):
        project.worth_until(math.nan)
    with pytest.raises(ParameterError, match="drift must be below the rate"):
        Abandonment(0.05, 0.05, 0.2, 1.0)
    with pytest.raises(ParameterError, match="income must be at least 0"):
        Abandonment(0.05, 0.0, 0.2, 1.0).worth(math.inf)
