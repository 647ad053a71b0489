"""The state omega against SciPy's distributions, numerical integration and Monte Carlo."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from simulator.economy import luck
from simulator.economy.venture import SHOCKS, Certain, Exponential, Lognormal, Normal, Shock, Uniform

pytestmark = pytest.mark.kernels

SIGMA = 0.4
PAIRS = {
    "lognormal": (Lognormal(sigma=SIGMA, mean=2.0), stats.lognorm(s=SIGMA, scale=2.0 * math.exp(-0.5 * SIGMA**2))),
    "uniform": (Uniform(low=-1.0, high=3.0), stats.uniform(-1.0, 4.0)),
    "exponential": (Exponential(mean=1.5), stats.expon(scale=1.5)),
    "normal": (Normal(mean=1.0, deviation=0.6), stats.norm(1.0, 0.6)),
}
STOCKS = [-0.5, 0.0, 0.3, 1.0, 2.2, 7.0]


def test_every_shock_is_covered() -> None:
    assert {*PAIRS, "none"} == set(SHOCKS)


@pytest.mark.parametrize(("shock", "truth"), PAIRS.values(), ids=PAIRS)
def test_quantiles_and_mean(shock: Shock, truth: stats.distributions.rv_frozen) -> None:
    for p in (1e-9, 1e-3, 0.2, 0.5, 0.77, 1.0 - 1e-6):
        assert luck.quantile(*shock.code, p) == pytest.approx(truth.ppf(p), rel=1e-9)
    assert luck.mean(*shock.code) == pytest.approx(truth.mean(), rel=1e-14)


@pytest.mark.parametrize("stock", STOCKS)
@pytest.mark.parametrize(("shock", "truth"), PAIRS.values(), ids=PAIRS)
def test_expected_excess_is_the_integral_of_the_distribution(
    shock: Shock, truth: stats.distributions.rv_frozen, stock: float
) -> None:
    low, _ = truth.support()
    start = max(low, truth.ppf(1e-16))
    inside = (quad(truth.cdf, start, stock, epsabs=1e-13, epsrel=1e-12, limit=200)[0]) if stock > start else 0.0
    assert luck.expected_excess(*shock.code, stock) == pytest.approx(inside, abs=1e-10)


@pytest.mark.statistical
@pytest.mark.parametrize(("shock", "truth"), PAIRS.values(), ids=PAIRS)
def test_expected_excess_is_the_mean_of_draws(shock: Shock, truth: stats.distributions.rv_frozen) -> None:
    # four standard errors: one false alarm in 16,000 per shock, and the seed is fixed
    left_over = np.maximum(1.4 - truth.rvs(size=200_000, random_state=20260101), 0.0)
    error = left_over.std() / math.sqrt(left_over.size)
    assert abs(luck.expected_excess(*shock.code, 1.4) - left_over.mean()) < 4.0 * error


def test_a_certain_state() -> None:
    code = Certain(mean=2.0).code
    assert [luck.quantile(*code, p) for p in (0.1, 0.9)] == [2.0, 2.0]
    assert [luck.expected_excess(*code, stock) for stock in (1.0, 2.0, 3.5)] == [0.0, 0.0, 1.5]


@pytest.mark.parametrize(
    ("shock", "tolerance"),
    [
        (Lognormal(0.3), 1e-9),
        (Lognormal(1.0), 1e-8),
        (Uniform(0.0, 100.0), 1e-12),
        (Exponential(5.0), 1e-9),
        (Normal(), 1e-9),
    ],
)
def test_the_quantile_table_agrees_with_the_quantile_and_increases(shock: Shock, tolerance: float) -> None:
    table = luck.quantile_table(*shock.code)
    edges = [luck.TAIL / luck.CELLS, 1.0 - luck.TAIL / luck.CELLS]
    p = np.sort(np.concatenate([np.random.default_rng(1).random(2000), np.linspace(*edges, 2001), edges]))
    tabled = np.array([luck.tabled_quantile(table, *shock.code, value) for value in p])
    exact = np.array([luck.quantile(*shock.code, value) for value in p])
    np.testing.assert_allclose(tabled, exact, rtol=tolerance, atol=tolerance * float(np.std(exact)))
    assert np.all(np.diff(tabled) >= 0.0)


def test_a_stock_too_small_for_a_quotient_leaves_nothing() -> None:
    assert luck.expected_excess(*Lognormal(0.7, 50.0).code, 5e-324) == 0.0
