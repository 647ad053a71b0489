"""Constant hazards against simulated lives, numerical integration and a least-squares routine."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.hazard import (
    common_hazard,
    hazard_of_median,
    hazard_of_survival,
    mean_remaining_life,
    survival,
)

shares = st.floats(0.01, 1.0)
times = st.floats(0.1, 50.0)


@given(shares, times)
def test_survival_inverts_the_hazard(share: float, time: float) -> None:
    assert survival(hazard_of_survival(share, time), time) == pytest.approx(share)


@given(st.floats(0.01, 3.0), times, times)
def test_no_memory(hazard: float, one: float, two: float) -> None:
    assert survival(hazard, one + two) == pytest.approx(survival(hazard, one) * survival(hazard, two))


def test_median_and_mean_of_simulated_lives() -> None:
    hazard = hazard_of_median(7.0)
    lives = np.random.default_rng(1).exponential(1.0 / hazard, 200_000)
    assert np.mean(lives > 7.0) == pytest.approx(0.5, abs=0.005)
    later = lives[lives > 5.0] - 5.0
    assert later.mean() == pytest.approx(mean_remaining_life(hazard), rel=0.02)


def test_mean_life_by_integration() -> None:
    assert quad(lambda t: survival(0.2, t), 0.0, np.inf)[0] == pytest.approx(mean_remaining_life(0.2))


@given(st.lists(st.tuples(times, shares), min_size=1, max_size=5))
def test_common_hazard_by_least_squares(points: list[tuple[float, float]]) -> None:
    t, share = np.array([point[0] for point in points]), np.array([point[1] for point in points])
    expected = np.linalg.lstsq(t[:, None], -np.log(share), rcond=None)[0][0]
    assert common_hazard(t.tolist(), share.tolist()) == pytest.approx(float(expected), abs=1e-9)


def test_nothing_ends_without_a_hazard() -> None:
    assert hazard_of_survival(1.0, 5.0) == 0.0
    assert survival(0.0, math.inf) == 1.0
    assert survival(0.1, math.inf) == 0.0
    assert mean_remaining_life(0.0) == math.inf


@pytest.mark.parametrize(
    "make",
    [
        lambda: hazard_of_survival(0.0, 1.0),
        lambda: hazard_of_survival(1.1, 1.0),
        lambda: hazard_of_survival(math.nan, 1.0),
        lambda: hazard_of_survival(0.5, 0.0),
        lambda: hazard_of_median(-1.0),
        lambda: survival(-0.1, 1.0),
        lambda: survival(0.1, -1.0),
        lambda: mean_remaining_life(math.nan),
        lambda: common_hazard([], []),
        lambda: common_hazard([1.0], [0.5, 0.4]),
    ],
)
def test_bad_input(make: object) -> None:
    with pytest.raises(ParameterError, match=r"must"):
        make()  # type: ignore[operator]
