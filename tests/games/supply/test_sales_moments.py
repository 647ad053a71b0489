"""Moments of sales against the sorted demands of a fine stratified sample."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.economy.venture import Certain, Exponential, Lognormal, Normal, Shock, Uniform
from simulator.foundation.errors import ParameterError
from simulator.games.supply.sales_moments import expected_sales, sales_variance

STRATA = (np.arange(400_000) + 0.5) / 400_000
DEMANDS: list[tuple[Shock, np.ndarray]] = [
    (Uniform(0.0, 100.0), 100.0 * STRATA),
    (Uniform(40.0, 60.0), 40.0 + 20.0 * STRATA),
    (Exponential(50.0), stats.expon.ppf(STRATA, scale=50.0)),
    (Normal(50.0, 30.0), stats.norm.ppf(STRATA, 50.0, 30.0)),
    (Normal(50.0, 0.01), stats.norm.ppf(STRATA, 50.0, 0.01)),
    (Lognormal(0.5, 50.0), stats.lognorm.ppf(STRATA, 0.5, scale=50.0 * math.exp(-0.125))),
    (Certain(50.0), np.full(len(STRATA), 50.0)),
]


@settings(deadline=None, max_examples=12)
@given(st.floats(0.0, 150.0))
def test_moments_of_a_stratified_sample(quantity: float) -> None:
    for demand, sample in DEMANDS:
        sold = np.minimum(quantity, np.maximum(sample, 0.0))
        assert expected_sales(demand, quantity) == pytest.approx(sold.mean(), abs=2e-3)
        assert sales_variance(demand, quantity) == pytest.approx(sold.var(), rel=1e-3, abs=1e-3)


@settings(deadline=None)
@given(st.floats(0.0, 100.0))
def test_uniform_closed_form(quantity: float) -> None:
    q = quantity / 100.0
    mean, square = q - q * q / 2.0, q * q - 2.0 * q**3 / 3.0
    assert sales_variance(Uniform(0.0, 100.0), quantity) == pytest.approx(1e4 * (square - mean**2), abs=1e-8)


def test_no_such_stock() -> None:
    for quantity in (-1.0, math.nan, math.inf):
        with pytest.raises(ParameterError, match=r"sales_variance.quantity must be at least 0"):
            sales_variance(Uniform(0.0, 1.0), quantity)
