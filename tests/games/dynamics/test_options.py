"""Option values against integrals over the lognormal law, binomial sums and optimal triggers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import binom, norm

from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.options import (
    AcquisitionOption,
    PerpetualOption,
    negative_root,
    one_period_option,
    positive_root,
)

options = st.builds(
    AcquisitionOption,
    value=st.floats(20.0, 200.0),
    strike=st.floats(20.0, 200.0),
    rate=st.floats(-0.02, 0.15),
    volatility=st.floats(0.1, 0.9),
    expiry=st.floats(0.1, 5.0),
    payout=st.floats(0.0, 0.1),
    sells=st.booleans(),
)


@settings(max_examples=30, deadline=None)
@given(options)
def test_black_scholes_by_integration(option: AcquisitionOption) -> None:
    spread = option.volatility * math.sqrt(option.expiry)
    mean = math.log(option.value) + (option.rate - option.payout) * option.expiry - 0.5 * spread**2
    kink = (math.log(option.strike) - mean) / spread
    parts = [
        quad(lambda z: option.exercised(math.exp(mean + spread * z)) * norm.pdf(z), low, high)[0]
        for low, high in ((-12.0, max(kink, -12.0)), (max(kink, -12.0), 12.0 + spread))
    ]
    assert option.black_scholes() == pytest.approx(math.exp(-option.rate * option.expiry) * sum(parts), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(options, st.integers(50, 200))
def test_the_tree_is_a_binomial_sum(option: AcquisitionOption, steps: int) -> None:
    up = math.exp(option.volatility * math.sqrt(option.expiry / steps))
    chance = (math.exp((option.rate - option.payout) * option.expiry / steps) - 1.0 / up) / (up - 1.0 / up)
    ups = np.arange(steps + 1)
    paid = np.array([option.exercised(option.value * up ** (2.0 * k - steps)) for k in ups])
    expected = math.exp(-option.rate * option.expiry) * float(binom.pmf(ups, steps, chance) @ paid)
    assert option.binomial(steps) == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert option.binomial(steps, american=True) >= max(option.binomial(steps), option.exercised(option.value)) - 1e-9


@settings(max_examples=30, deadline=None)
@given(options)
def test_put_call_parity(option: AcquisitionOption) -> None:
    terms = (option.value, option.strike, option.rate, option.volatility, option.expiry, option.payout)
    gap = AcquisitionOption(*terms).black_scholes() - AcquisitionOption(*terms, sells=True).black_scholes()
    forward = option.value * math.exp(-option.payout * option.expiry)
    assert gap == pytest.approx(forward - option.strike * math.exp(-option.rate * option.expiry), abs=1e-9)


def test_trees_converge_and_without_payout_waiting_is_free() -> None:
    option = AcquisitionOption(100.0, 120.0, 0.05, 0.6, 3.0)
    assert option.binomial(4000) == pytest.approx(option.black_scholes(), abs=5e-3)
    assert option.binomial(300, american=True) == pytest.approx(option.binomial(300), rel=1e-12)


def test_without_luck_or_time() -> None:
    sure = AcquisitionOption(100.0, 90.0, 0.1, 0.0, 2.0)
    assert sure.black_scholes() == pytest.approx(100.0 - 90.0 * math.exp(-0.2))
    assert sure.binomial(10) == pytest.approx(sure.black_scholes())
    paying = AcquisitionOption(100.0, 90.0, 0.0, 0.0, 2.0, payout=0.2)
    assert paying.binomial(10) == 0.0
    assert paying.binomial(10, american=True) == pytest.approx(10.0)
    assert AcquisitionOption(100.0, 90.0, 0.1, 0.5, 0.0).black_scholes() == 10.0
    assert AcquisitionOption(0.0, 90.0, 0.1, 0.5, 1.0).black_scholes() == 0.0
    assert AcquisitionOption(70.0, 0.0, 0.1, 0.5, 1.0).black_scholes() == pytest.approx(70.0)


def test_one_period_is_a_replicating_portfolio() -> None:
    up, down, gross = 2.0, 0.5, 1.1
    for value, strike in ((80.0, 90.0), (80.0, 20.0), (80.0, 300.0)):
        payoffs = np.array([max(up * value - strike, 0.0), max(down * value - strike, 0.0)])
        holding, loan = np.linalg.solve(np.array([[up * value, gross], [down * value, gross]]), payoffs)
        assert one_period_option(value, up, down, strike, gross) == pytest.approx(holding * value + loan)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.2), st.floats(0.01, 0.2), st.floats(0.05, 0.8), st.floats(0.5, 50.0))
def test_no_other_trigger_is_better(rate: float, payout: float, volatility: float, investment: float) -> None:
    option = PerpetualOption(rate, payout, volatility, investment)
    half = 0.5 * volatility**2
    root = max(np.roots([half, rate - payout - half, -rate]))
    assert option.elasticity == pytest.approx(root, rel=1e-9)
    best = minimize_scalar(
        lambda trigger: -(trigger - investment) * trigger**-root,
        bounds=(investment, 4.0 * option.trigger),
        method="bounded",
        options={"xatol": 1e-9 * option.trigger},
    )
    assert option.trigger == pytest.approx(best.x, rel=1e-4)


def test_a_long_american_option_is_worth_the_perpetual_one() -> None:
    perpetual = PerpetualOption(0.05, 0.04, 0.3, 100.0)
    long = AcquisitionOption(100.0, 100.0, 0.05, 0.3, 120.0, payout=0.04)
    assert perpetual.worth(100.0) == pytest.approx(long.binomial(2000, american=True), rel=5e-3)
    at = perpetual.trigger
    assert perpetual.worth(at * 1.5) == pytest.approx(at * 1.5 - 100.0)
    slope = (perpetual.worth(at) - perpetual.worth(at - 1e-4)) / 1e-4
    assert slope == pytest.approx(1.0, abs=1e-4)
    assert perpetual.worth(0.0) == 0.0


def test_roots_without_luck_are_limits() -> None:
    assert positive_root(0.02, 0.0, 0.04) == pytest.approx(positive_root(0.02, 1e-6, 0.04))
    assert negative_root(-0.02, 0.0, 0.04) == pytest.approx(negative_root(-0.02, 1e-6, 0.04))
    assert positive_root(-0.02, 0.0, 0.04) == math.inf
    assert negative_root(0.02, 0.0, 0.04) == -math.inf
    sure = PerpetualOption(0.05, 0.02, 0.0, 1.0)
    assert sure.trigger == pytest.approx(0.05 / 0.02)
    assert PerpetualOption(0.02, 0.05, 0.0, 1.0).trigger == 1.0
    assert PerpetualOption(0.02, 0.05, 0.0, 1.0).worth(0.5) == 0.0


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="gross_rate must lie between"):
        one_period_option(1.0, 1.2, 1.1, 1.0, 1.0)
    with pytest.raises(ParameterError, match="at least 0 and finite"):
        one_period_option(math.nan, 2.0, 0.5, 1.0, 1.1)
    with pytest.raises(ParameterError, match="steps must be a whole number"):
        AcquisitionOption(1.0, 1.0, 0.1, 0.2, 1.0).binomial(0)
    with pytest.raises(ParameterError, match=r"Write more than 4\b"):
        AcquisitionOption(1.0, 1.0, 0.2, 0.1, 1.0).binomial(2)
    with pytest.raises(ParameterError, match="payout must be in"):
        PerpetualOption(0.04, 0.0, 0.2, 1.0)
