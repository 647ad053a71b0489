"""Every family of demand against scipy's distributions and quadrature, and against its own definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from simulator.economy.venture import Certain, Exponential, Lognormal, Normal, Shock, Uniform
from simulator.foundation.errors import ParameterError
from simulator.games.supply.demand import Demand, EmpiricalDemand, GammaDemand, as_demand

FAMILIES: list[tuple[Demand | Shock, object]] = [
    (Uniform(20.0, 100.0), stats.uniform(20.0, 80.0)),
    (Uniform(-40.0, 60.0), stats.uniform(-40.0, 100.0)),
    (Exponential(50.0), stats.expon(scale=50.0)),
    (Normal(60.0, 20.0), stats.norm(60.0, 20.0)),
    (Normal(10.0, 30.0), stats.norm(10.0, 30.0)),
    (Lognormal(0.7, 50.0), stats.lognorm(0.7, scale=50.0 * math.exp(-0.245))),
    (GammaDemand(0.4, 80.0), stats.gamma(0.4, scale=80.0)),
    (GammaDemand(9.0, 7.0), stats.gamma(9.0, scale=7.0)),
]
STOCKS = st.floats(0.0, 300.0)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(FAMILIES), STOCKS)
def test_families_against_quadrature_of_scipy_s_distribution(family: tuple, stock: float) -> None:
    demand, truth = as_demand(family[0]), family[1]
    cuts = [x for x in truth.ppf([0.0, 0.001, 0.1, 0.5, 0.9, 0.999, 1.0]) if 0.0 < x < stock]
    left = quad(truth.cdf, 0.0, stock, points=cuts or None, limit=200)[0]
    square = quad(lambda x: 2.0 * (stock - x) * truth.cdf(x), 0.0, stock, points=cuts or None, limit=200)[0]
    assert demand.expected_excess(stock) == pytest.approx(left, rel=1e-7, abs=1e-9)
    assert demand.squared_excess(stock) == pytest.approx(square, rel=1e-7, abs=1e-7)
    assert demand.distribution(stock) == pytest.approx(truth.cdf(stock), abs=1e-12)
    assert demand.mean == pytest.approx(quad(truth.sf, 0.0, np.inf, limit=200)[0], rel=1e-6)


@settings(deadline=None)
@given(st.sampled_from(FAMILIES), st.floats(1e-6, 1.0 - 1e-6))
def test_quantiles_of_families(family: tuple, probability: float) -> None:
    demand, truth = as_demand(family[0]), family[1]
    assert demand.quantile(probability) == pytest.approx(max(float(truth.ppf(probability)), 0.0), rel=1e-8, abs=1e-7)


def test_a_gamma_of_shape_one_is_exponential_and_sums_of_it_are_gamma() -> None:
    one, exponential = GammaDemand(1.0, 50.0), as_demand(Exponential(50.0))
    for stock in (0.0, 1e-9, 1.0, 70.0, 4000.0):
        assert one.expected_excess(stock) == pytest.approx(exponential.expected_excess(stock), rel=1e-9, abs=1e-18)
        assert one.squared_excess(stock) == pytest.approx(exponential.squared_excess(stock), rel=1e-7, abs=1e-18)
    draws = np.random.default_rng(3).exponential(7.0, (100_000, 4)).sum(axis=1)
    left = np.maximum(25.0 - draws, 0.0)
    assert GammaDemand(4.0, 7.0).expected_excess(25.0) == pytest.approx(left.mean(), abs=4.0 * left.std() / 316.0)


observed = st.lists(st.floats(-20.0, 100.0), min_size=1, max_size=9)


@given(observed, STOCKS, st.data())
def test_observations_are_what_they_are(seen: list[float], stock: float, data: st.DataObject) -> None:
    often = data.draw(st.lists(st.integers(1, 4), min_size=len(seen), max_size=len(seen)))
    spelt = np.maximum(np.repeat(seen, often), 0.0)
    demand = EmpiricalDemand(seen, often)
    assert demand.mean == pytest.approx(spelt.mean())
    assert demand.expected_excess(stock) == pytest.approx(np.maximum(stock - spelt, 0.0).mean(), abs=1e-9)
    assert demand.squared_excess(stock) == pytest.approx((np.maximum(stock - spelt, 0.0) ** 2).mean(), abs=1e-7)
    assert demand.distribution(stock) == pytest.approx((spelt <= stock).mean())
    for k, q in enumerate(np.sort(spelt)):  # the largest quantile at k/n is the (k + 1)-th smallest
        assert demand.quantile(k / len(spelt)) == q
    assert demand.quantile(1.0) == spelt.max()


def test_many_draws_become_their_family() -> None:
    draws = stats.gamma(2.0, scale=30.0).ppf((np.arange(20_000) + 0.5) / 20_000)
    seen, family = EmpiricalDemand(draws), GammaDemand(2.0, 30.0)
    for stock in (5.0, 60.0, 200.0):
        assert seen.expected_excess(stock) == pytest.approx(family.expected_excess(stock), abs=5e-3)
        assert seen.quantile(0.3) == pytest.approx(family.quantile(0.3), abs=1e-2)


def test_ends() -> None:
    assert as_demand(Certain(8.0)).quantile(0.0) == as_demand(Certain(8.0)).quantile(1.0) == 8.0
    assert (as_demand(Certain(8.0)).distribution(7.9), as_demand(Certain(8.0)).distribution(8.0)) == (0.0, 1.0)
    assert (as_demand(Uniform(40.0, 60.0)).quantile(0.0), as_demand(Uniform(40.0, 60.0)).quantile(1.0)) == (40.0, 60.0)
    for demand in (Exponential(5.0), Normal(5.0, 1.0), Lognormal(0.5, 5.0), GammaDemand(2.0, 1.0)):
        assert (as_demand(demand).quantile(0.0), as_demand(demand).quantile(1.0)) == (0.0, math.inf)
        assert as_demand(demand).distribution(-1.0) == as_demand(demand).expected_excess(0.0) == 0.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: EmpiricalDemand([]), r"EmpiricalDemand\.observations must be a list of at least one number"),
        (lambda: EmpiricalDemand([1.0, math.nan]), r"EmpiricalDemand\.observations must be finite; got nan"),
        (lambda: EmpiricalDemand([[1.0]]), r"EmpiricalDemand\.observations must be a list of at least one number"),
        (lambda: EmpiricalDemand(["a"]), r"EmpiricalDemand\.observations must be numbers; got"),
        (lambda: EmpiricalDemand([1.0, 2.0], [1.0]), r"EmpiricalDemand\.frequencies must be 2 numbers"),
        (lambda: EmpiricalDemand([1.0, 2.0], [0.0, 0.0]), r"EmpiricalDemand\.frequencies must be 2 numbers"),
        (lambda: EmpiricalDemand([1.0, 2.0], [1.0, -1.0]), r"EmpiricalDemand\.frequencies must be 2 numbers"),
        (lambda: GammaDemand(0.0, 1.0), r"GammaDemand\.shape must be in \(0, inf\); got 0\.0"),
        (lambda: as_demand(3.0), r"demand must be a shock such as"),
    ],
)
def test_bad_demand_is_refused(make, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        make()
