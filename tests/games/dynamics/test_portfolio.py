"""A portfolio of alliances against the binomial distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.portfolio import Portfolio


@given(st.integers(1, 60), st.one_of(st.just(0.0), st.floats(1e-9, 1.0)))
def test_moments_of_the_number_of_successes(n: int, p: float) -> None:
    portfolio = Portfolio(n, p)
    counts = np.arange(n + 1)
    chances = binom.pmf(counts, n, p)
    assert portfolio.any_success == pytest.approx(float(chances[1:].sum()), abs=1e-12)
    variance = float(chances @ (counts / n) ** 2 - (chances @ (counts / n)) ** 2)
    assert portfolio.big_deviation == pytest.approx(math.sqrt(max(variance, 0.0)), abs=1e-6)
    assert portfolio.small_deviation == pytest.approx(Portfolio(1, p).big_deviation)


def test_rare_successes_lose_no_digits() -> None:
    assert Portfolio(3, 1e-18).any_success == pytest.approx(3e-18, rel=1e-12)


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="alliances must be a whole number"):
        Portfolio(1.5, 0.2)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="success must be in"):
        Portfolio(2, -0.2)
