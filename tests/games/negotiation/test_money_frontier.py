"""Utility of money against integrals of marginal utility, and its frontier."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.money_frontier import crra, money_frontier


@settings(deadline=None)
@given(st.floats(0.0, 4.0), st.floats(0.1, 9.0), st.floats(0.1, 9.0))
def test_utility_is_the_integral_of_marginal_utility(aversion: float, low: float, high: float) -> None:
    area = quad(lambda x: x**-aversion, low, high, epsabs=0.0, epsrel=1e-10)[0]
    assert crra(high, aversion) - crra(low, aversion) == pytest.approx(area, rel=1e-7, abs=1e-9)


def test_nothing_is_worth_nothing_or_is_unbearable() -> None:
    assert crra(0.0, 0.5) == crra(0.0, 0.5, scaled=False) == 0.0
    assert crra(0.0, 1.0) == crra(0.0, 2.0) == -math.inf
    assert crra(-3.0, 0.0) == -3.0


def test_big_gets_what_small_leaves() -> None:
    frontier = money_frontier(5.0, lambda x: crra(x, 0.5, scaled=False), lambda x: 3.0 * x)
    assert frontier.payoffs(4.0) == (2.0, 3.0)
    assert (frontier.low, frontier.high) == (0.0, 5.0)


@pytest.mark.parametrize(
    ("money", "aversion", "scaled"), [(-1.0, 0.5, True), (1.0, -0.1, True), (1.0, math.nan, True), (1.0, 1.5, False)]
)
def test_what_has_no_utility_is_refused(money: float, aversion: float, scaled: bool) -> None:
    with pytest.raises(ParameterError, match="crra"):
        crra(money, aversion, scaled=scaled)


@pytest.mark.parametrize("pie", [-1.0, math.nan, math.inf])
def test_no_such_pie(pie: float) -> None:
    with pytest.raises(ParameterError, match=r"money_frontier\.pie"):
        money_frontier(pie, lambda x: x, lambda x: x)
