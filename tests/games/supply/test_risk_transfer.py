"""Risk in a revenue share against a stratified sample of demand and expected exponential utility."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.economy.venture import Normal, Uniform
from simulator.foundation.errors import ParameterError
from simulator.games.supply.risk_transfer import RiskyReceipts, SharedRevenue, receipts_linear_in_sales

STRATA = (np.arange(200_000) + 0.5) / 200_000


@settings(deadline=None, max_examples=20)
@given(st.floats(0.0, 1.0), st.floats(0.0, 130.0))
def test_both_firms_against_a_sample(share: float, quantity: float) -> None:
    for demand, sample in (
        (Uniform(0.0, 100.0), 100.0 * STRATA),
        (Normal(60.0, 20.0), np.maximum(stats.norm.ppf(STRATA, 60.0, 20.0), 0.0)),
    ):
        shared = SharedRevenue(demand, 10.0, 3.0, share)
        revenue = 10.0 * np.minimum(quantity, sample)
        small = (1.0 - share) * revenue + (share * 3.0 - 3.0) * quantity
        big = share * revenue - share * 3.0 * quantity
        for receipts, truth in ((shared.small(quantity), small), (shared.big(quantity), big)):
            assert receipts.mean == pytest.approx(truth.mean(), abs=0.02)
            assert receipts.variance == pytest.approx(truth.var(), rel=1e-3, abs=0.05)


@settings(deadline=None)
@given(st.floats(0.05, 0.95))
def test_the_share_coordinates_and_divides(share: float) -> None:
    shared = SharedRevenue(Uniform(0.0, 100.0), 10.0, 3.0, share)
    at = shared.integrated_order
    assert at == pytest.approx(70.0)
    total = shared.small(at).mean + shared.big(at).mean
    assert shared.big(at).mean == pytest.approx(share * total)
    assert shared.big(at).mean >= max(shared.big(at + step).mean for step in (-5.0, -1.0, 1.0, 5.0))


def test_the_certainty_equivalent_is_exact_for_normal_receipts() -> None:
    mean, deviation, aversion = 5.0, 2.0, 0.3
    draws = stats.norm.ppf(STRATA, mean, deviation)
    exact = -math.log(np.mean(np.exp(-aversion * draws))) / aversion
    assert RiskyReceipts(mean, deviation**2).certainty_equivalent(aversion) == pytest.approx(exact, abs=1e-3)


def test_sure_receipts_bear_no_risk() -> None:
    assert receipts_linear_in_sales(Uniform(0.0, 1.0), 1.0, 7.0, 0.0) == RiskyReceipts(7.0, 0.0)


def test_ranges() -> None:
    with pytest.raises(ParameterError, match="risk_aversion must be at least 0"):
        RiskyReceipts(1.0, 1.0).certainty_equivalent(-1.0)
    with pytest.raises(ParameterError, match="unit_cost must be below price"):
        SharedRevenue(Uniform(0.0, 1.0), 3.0, 3.0, 0.5)
    with pytest.raises(ParameterError, match=r"SharedRevenue.big_share"):
        SharedRevenue(Uniform(0.0, 1.0), 10.0, 3.0, 1.5)
