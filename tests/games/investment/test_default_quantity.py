"""A contract quantity as default against payoffs integrated over the cost shock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from simulator.foundation.errors import ParameterError
from simulator.games.investment.default_quantity import DefaultQuantity

MARGINS = (0.3, 0.8)  # v - theta in two equally likely states


def payoff(i: float, quantity: float, supply: DefaultQuantity) -> float:
    """Return SmallCo's payoff: default profit (price 0) and its share of what moving to the best quantity adds."""
    total = 0.0
    for margin in MARGINS:
        value = 1.0
        cost_slope = value - margin - i
        default = -cost_slope * quantity - quantity**2 / 2.0
        joint_default = value * quantity + default
        best = margin + i
        joint_best = (value - cost_slope) * best - best**2 / 2.0
        total += 0.5 * (default + supply.power * (joint_best - joint_default))
    return total - i**2 / (2.0 * supply.response)


@settings(deadline=None)
@given(st.floats(0.05, 0.8), st.floats(0.0, 1.0), st.floats(0.0, 2.0))
def test_investment_is_small_s_best(response: float, power: float, quantity: float) -> None:
    supply = DefaultQuantity(margin=sum(MARGINS) / 2.0, response=response, power=power)
    found = supply.investment(quantity)
    searched = minimize_scalar(
        lambda i: -payoff(i, quantity, supply), bounds=(0.0, 20.0), method="bounded", options={"xatol": 1e-9}
    )
    assert found == pytest.approx(searched.x, abs=1e-5)


@settings(deadline=None)
@given(st.floats(0.0, 3.0), st.just(0.0) | st.floats(0.01, 0.9), st.floats(0.0, 1.0))
def test_the_expected_efficient_quantity_restores_the_first_best(margin: float, response: float, power: float) -> None:
    supply = DefaultQuantity(margin, response, power)
    assert supply.investment(supply.best_quantity) == pytest.approx(supply.first_best, abs=1e-12)
    searched = minimize_scalar(
        lambda i: i**2 / (2.0 * response) - (margin + i) ** 2 / 2.0 if response > 0.0 else i,
        bounds=(0.0, 100.0),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert supply.first_best == pytest.approx(searched.x, abs=1e-4)


def test_ranges() -> None:
    with pytest.raises(ParameterError, match=r"DefaultQuantity.response must be in \[0, 1\)"):
        DefaultQuantity(0.5, 1.0)
    with pytest.raises(ParameterError, match=r"investment\.quantity"):
        DefaultQuantity(0.5, 0.5).investment(-1.0)
