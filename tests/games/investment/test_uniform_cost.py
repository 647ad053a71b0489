"""Trade with uniform cost against integrals and bisection."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from simulator.foundation.errors import ParameterError
from simulator.games.investment.uniform_cost import expected_gain, expected_saving, trade_probability, trade_threshold


@settings(deadline=None)
@given(st.floats(-1.0, 2.0))
def test_gain_and_saving_are_integrals(threshold: float) -> None:
    at = [min(max(threshold, 0.0), 1.0)]
    gain = quad(lambda omega: max(threshold - omega, 0.0), 0.0, 1.0, points=at)[0]
    saving = quad(lambda omega: max(omega - threshold, 0.0), 0.0, 1.0, points=at)[0]
    assert expected_gain(threshold) == pytest.approx(gain, abs=1e-12)
    assert expected_saving(threshold) == pytest.approx(saving, abs=1e-12)


@settings(deadline=None)
@given(st.floats(-1.0, 2.0), st.floats(0.0, 0.95))
def test_the_threshold_solves_its_equation(base: float, response: float) -> None:
    root = brentq(lambda z: z - base - response * trade_probability(z), -3.0, 5.0, xtol=1e-14)
    assert trade_threshold(base, response) == pytest.approx(root, abs=1e-10)


@pytest.mark.parametrize("response", [-0.1, 1.0, float("nan")])
def test_investment_that_feeds_on_itself_is_refused(response: float) -> None:
    with pytest.raises(ParameterError, match=r"trade_threshold.response"):
        trade_threshold(0.5, response)
