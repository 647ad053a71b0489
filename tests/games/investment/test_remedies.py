"""Reliance under remedies against payoffs summed over the cost of performing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from simulator.foundation.errors import ParameterError
from simulator.games.investment.remedies import Reliance

COSTS = (np.arange(20_000) + 0.5) / 20_000
PROMISES = st.builds(Reliance, base_value=st.floats(0.0, 1.2), slope=st.floats(0.0, 0.9), power=st.floats(0.0, 1.0))
Receipts = Callable[[float, float], np.ndarray]
"""What the relying firm gets at each cost, given V and its share."""

REMEDIES: dict[str, Receipts] = {
    "first_best": lambda value, _: np.maximum(value - COSTS, 0.0),
    "expectation_damages": lambda value, _: np.full(len(COSTS), value),
    "specific_performance": lambda value, share: value + share * np.maximum(COSTS - value, 0.0),
    "no_contract": lambda value, share: share * np.maximum(value - COSTS, 0.0),
}


@settings(deadline=None, max_examples=30)
@given(PROMISES, st.sampled_from(sorted(REMEDIES)))
def test_reliance_is_the_relying_firm_s_best(promise: Reliance, name: str) -> None:
    def payoff(r: float) -> float:
        received = REMEDIES[name](promise.base_value + promise.slope * r, promise.power)
        return float(np.mean(received)) - 0.5 * r * r

    best = minimize_scalar(lambda r: -payoff(r), bounds=(0.0, 2.0), method="bounded", options={"xatol": 1e-7})
    assert payoff(getattr(promise, name)) >= -best.fun - 1e-7


@settings(deadline=None, max_examples=20)
@given(PROMISES, st.floats(0.0, 1.3))
def test_liquidated_damages(promise: Reliance, amount: float) -> None:
    def payoff(r: float) -> float:
        value = promise.base_value + promise.slope * r
        return float(np.mean(np.where(amount >= COSTS, value, amount))) - 0.5 * r * r

    best = minimize_scalar(lambda r: -payoff(r), bounds=(0.0, 2.0), method="bounded", options={"xatol": 1e-7})
    assert promise.liquidated_damages(amount) == pytest.approx(best.x, abs=1e-4)


@settings(deadline=None)
@given(PROMISES)
def test_the_order_of_remedies(promise: Reliance) -> None:
    order = [promise.no_contract, promise.first_best, promise.specific_performance, promise.expectation_damages]
    for less, more in pairwise(order):
        assert less <= more + 1e-9
    value = promise.base_value + promise.slope * promise.first_best
    assert promise.liquidated_damages(value) == pytest.approx(promise.first_best, abs=1e-9)
    for reliance in order:
        assert promise.surplus(reliance) <= promise.surplus(promise.first_best) + 1e-12


@settings(deadline=None)
@given(st.floats(0.0, 0.3), st.floats(0.0, 0.5))
def test_closed_forms_inside(v: float, b: float) -> None:
    promise = Reliance(v, b)
    assert promise.first_best == pytest.approx(b * v / (1.0 - b * b))
    assert promise.specific_performance == pytest.approx(b * (1.0 + v) / (2.0 - b * b))
    assert promise.no_contract == pytest.approx(b * v / (2.0 - b * b))


def test_ranges() -> None:
    with pytest.raises(ParameterError, match=r"Reliance.slope must be in \[0, 1\)"):
        Reliance(0.5, 1.0)
