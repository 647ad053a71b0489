"""The sales rebate against profits summed over demand and a search over all orders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.economy.venture import Exponential, Normal, Shock, Uniform
from simulator.foundation.errors import ParameterError
from simulator.games.supply.sales_rebate import SalesRebate

STRATA = (np.arange(20_000) + 0.5) / 20_000
DEMANDS: list[tuple[Shock, np.ndarray]] = [
    (Uniform(0.0, 100.0), 100.0 * STRATA),
    (Exponential(50.0), stats.expon.ppf(STRATA, scale=50.0)),
    (Normal(60.0, 20.0), stats.norm.ppf(STRATA, 60.0, 20.0)),
]


def profits(chain: SalesRebate, sample: np.ndarray, quantity: float, wholesale: float) -> tuple[float, float]:
    sold = np.minimum(quantity, np.maximum(sample, 0.0))
    bonus = chain.rebate * np.maximum(sold - chain.threshold, 0.0)
    revenue = chain.price * sold + chain.salvage * (quantity - sold)
    paid = wholesale * quantity - bonus
    return float(np.mean(paid)) - chain.unit_cost * quantity, float(np.mean(revenue - paid))


@settings(deadline=None, max_examples=25)
@given(
    *(st.sampled_from(range(len(DEMANDS))), st.floats(0.0, 5.0), st.floats(0.0, 120.0)),
    *(st.floats(0.0, 2.0), st.floats(2.5, 9.0)),
)
def test_no_other_order_is_better(which: int, rebate: float, threshold: float, salvage: float, price: float) -> None:
    demand, sample = DEMANDS[which]
    chain = SalesRebate(demand, 10.0, 3.0, rebate, threshold, salvage)
    found = chain.order(price)
    small, big = profits(chain, sample, found.quantity, price)
    assert (found.small, found.big) == pytest.approx((small, big), abs=0.05)
    for quantity in np.linspace(0.0, 250.0, 101):
        assert chain.profits(float(quantity), price).big <= found.big + 1e-9


@settings(deadline=None)
@given(st.sampled_from(range(len(DEMANDS))), st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.floats(0.0, 2.0))
def test_the_coordinating_price_makes_the_integrated_order_a_local_best(
    which: int, rebate: float, fraction: float, salvage: float
) -> None:
    demand, sample = DEMANDS[which]
    plain = SalesRebate(demand, 10.0, 3.0, salvage=salvage)
    best = plain.integrated_order
    chain = SalesRebate(demand, 10.0, 3.0, rebate, 0.98 * fraction * best, salvage)
    price = chain.coordinating_price
    peak = chain.profits(best, price).big
    for quantity in (0.99 * best, 1.01 * best):
        assert chain.profits(quantity, price).big <= peak + 1e-9
    joint = [sum(profits(plain, sample, q, 3.0)) for q in (0.9 * best, best, 1.1 * best)]
    assert joint[1] >= max(joint) - 1e-3
    if salvage == 0.0:
        assert price == pytest.approx(3.0 * (10.0 + rebate) / 10.0)


def test_a_high_threshold_makes_the_low_order_better() -> None:
    chain = SalesRebate(Uniform(0.0, 100.0), 10.0, 3.0, rebate=2.0, threshold=68.0)
    assert chain.order(chain.coordinating_price).quantity == pytest.approx(64.0)
    assert SalesRebate(Uniform(0.0, 100.0), 10.0, 3.0).order(11.0).quantity == 0.0


@settings(deadline=None)
@given(st.floats(0.0, 5.0), st.floats(0.0, 100.0), st.floats(0.0, 150.0), st.floats(0.0, 12.0))
def test_money_is_only_moved(rebate: float, threshold: float, quantity: float, price: float) -> None:
    assume(threshold >= 0.0)
    with_it = SalesRebate(Uniform(0.0, 100.0), 10.0, 3.0, rebate, threshold).profits(quantity, price)
    without = SalesRebate(Uniform(0.0, 100.0), 10.0, 3.0).profits(quantity, 0.0)
    assert with_it.small + with_it.big == pytest.approx(without.small + without.big, abs=1e-9)


def test_ranges() -> None:
    with pytest.raises(ParameterError, match="must lie between salvage and price"):
        SalesRebate(Uniform(0.0, 1.0), 3.0, 3.0)
    with pytest.raises(ParameterError, match="order without bound"):
        SalesRebate(Uniform(0.0, 1.0), 10.0, 3.0).order(0.0)
    with pytest.raises(ParameterError, match=r"SalesRebate.rebate"):
        SalesRebate(Uniform(0.0, 1.0), 10.0, 3.0, rebate=-1.0)
