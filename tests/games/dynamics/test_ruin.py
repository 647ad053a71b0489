"""Ruin against linear equations, exact fractions and integrals over first-passage densities."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import solve_banded

from simulator.foundation.errors import ParameterError
from simulator.games.dynamics.ruin import BrownianCash, GamblersRuin


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 0.98), st.integers(2, 60), st.data())
def test_the_gambler_by_linear_equations(win: float, total: int, data: st.DataObject) -> None:
    stake = data.draw(st.integers(1, total - 1))
    inner = total - 1
    bands = np.zeros((3, inner))
    bands[0, 1:], bands[1], bands[2, :-1] = -win, 1.0, -(1.0 - win)
    ruined = np.zeros(inner)
    ruined[0] = 1.0 - win
    game = GamblersRuin(win, stake, total)
    assert game.probability == pytest.approx(solve_banded((1, 1), bands, ruined)[stake - 1], rel=1e-7, abs=1e-13)
    assert game.duration == pytest.approx(solve_banded((1, 1), bands, np.ones(inner))[stake - 1], rel=1e-7)


@pytest.mark.parametrize("power", [2, 4, 7, 10, 14])
@pytest.mark.parametrize("sign", [-1, 1])
def test_nearly_fair_games_lose_no_digits(power: int, sign: int) -> None:
    win = 0.5 + sign * 10.0**-power
    for stake, total in ((1, 10), (30, 100), (999, 1000)):
        p = Fraction(win)
        ratio = (1 - p) / p
        lost = (ratio**stake - ratio**total) / (1 - ratio**total)
        rounds = (stake - total * (1 - lost)) / (1 - 2 * p)
        game = GamblersRuin(win, stake, total)
        assert game.probability == pytest.approx(float(lost), rel=1e-11)
        assert game.duration == pytest.approx(float(rounds), rel=1e-11)


def test_ends_and_limits_of_the_gambler() -> None:
    assert GamblersRuin(0.3, 0, 9).probability == 1.0
    assert GamblersRuin(0.3, 9, 9).probability == 0.0
    assert GamblersRuin(0.3, 9, 9).duration == 0.0
    assert (GamblersRuin(0.0, 4, 9).probability, GamblersRuin(0.0, 4, 9).duration) == (1.0, 4.0)
    assert (GamblersRuin(1.0, 4, 9).probability, GamblersRuin(1.0, 4, 9).duration) == (0.0, 5.0)
    assert GamblersRuin(0.4, 4).duration == pytest.approx(20.0)
    assert GamblersRuin(0.5, 4).duration == math.inf
    assert GamblersRuin(0.6, 4).duration == math.inf
    assert GamblersRuin(0.4, 4).probability == GamblersRuin(0.5, 4).probability == 1.0
    assert GamblersRuin(0.6, 4).probability == pytest.approx(GamblersRuin(0.6, 4, 500).probability)
    assert GamblersRuin(0.5, 4, 10**9).probability == pytest.approx(1.0)
    assert GamblersRuin(0.49, 10, 100_000).probability == 1.0


def first_passage(cash: BrownianCash, time: float) -> float:
    """Return the inverse Gaussian density of the time of ruin."""
    x, mu, s = cash.cash, cash.drift, cash.volatility
    return x / (s * math.sqrt(2.0 * math.pi * time**3)) * math.exp(-((x + mu * time) ** 2) / (2.0 * s * s * time))


@pytest.mark.parametrize(("x", "mu", "s"), [(1.0, 0.1, 0.5), (1.0, -0.3, 0.5), (5.0, -1.0, 0.6), (0.5, 0.0, 1.0)])
def test_brownian_ruin_by_integration(x: float, mu: float, s: float) -> None:
    cash = BrownianCash(x, mu, s)
    for horizon in (0.5, 3.0, 12.0):
        by_density = quad(lambda t: first_passage(cash, t), 0.0, horizon, epsabs=1e-11, limit=200)[0]
        assert cash.ruin_by(horizon) == pytest.approx(by_density, abs=1e-8)
    for hazard in (0.05, 1.0):
        transform = quad(lambda t, h=hazard: math.exp(-h * t) * first_passage(cash, t), 0.0, math.inf, limit=200)[0]
        assert cash.ruin_before_event(hazard) == pytest.approx(transform, abs=1e-7)
    assert cash.ruin_before_event(0.0) == pytest.approx(cash.ruin_by(math.inf))
    assert cash.ruin_by(1e8) == pytest.approx(cash.ruin_by(math.inf), abs=1e-4)


def test_a_random_walk_with_small_stakes_is_brownian() -> None:
    step, win = 0.01, 0.5005
    per_time = 1.0 / step**2
    cash = BrownianCash(1.0, (2.0 * win - 1.0) * step * per_time, 1.0)
    assert GamblersRuin(win, 100).probability == pytest.approx(cash.ruin_by(math.inf), rel=1e-3)


def test_without_luck_and_without_cash() -> None:
    burning = BrownianCash(6.0, -2.0, 0.0)
    assert (burning.ruin_by(2.9), burning.ruin_by(3.1)) == (0.0, 1.0)
    assert burning.ruin_before_event(0.2) == pytest.approx(math.exp(-0.6))
    assert BrownianCash(6.0, -2.0, 1e-9).ruin_before_event(0.2) == pytest.approx(math.exp(-0.6))
    assert BrownianCash(6.0, 1.0, 0.0).ruin_by(math.inf) == BrownianCash(6.0, 1.0, 0.0).ruin_before_event(1.0) == 0.0
    assert BrownianCash(0.0, 1.0, 1.0).ruin_by(0.0) == BrownianCash(0.0, 1.0, 1.0).ruin_before_event(1.0) == 1.0
    assert BrownianCash(1.0, 1.0, 1.0).ruin_by(0.0) == 0.0
    assert BrownianCash(500.0, -100.0, 0.5).ruin_by(6.0) == 1.0


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 5.0), st.floats(-2.0, 2.0), st.floats(0.1, 2.0), st.floats(0.1, 10.0))
def test_more_cash_lives_longer(x: float, mu: float, s: float, horizon: float) -> None:
    poor, rich = BrownianCash(x, mu, s), BrownianCash(1.2 * x, mu, s)
    assert rich.ruin_by(horizon) <= poor.ruin_by(horizon) + 1e-12
    assert poor.ruin_by(horizon) <= poor.ruin_by(2.0 * horizon) + 1e-12 <= 1.0 + 1e-12
    assert rich.ruin_before_event(0.3) <= poor.ruin_before_event(0.3)


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="stake must be a whole number"):
        GamblersRuin(0.5, 1.5, 3)
    with pytest.raises(ParameterError, match="total must be at least the stake"):
        GamblersRuin(0.5, 5, 3)
    with pytest.raises(ParameterError, match="win must be in"):
        GamblersRuin(1.5, 1, 3)
    with pytest.raises(ParameterError, match="horizon must be at least 0"):
        BrownianCash(1.0, 0.0, 1.0).ruin_by(math.nan)
    with pytest.raises(ParameterError, match="hazard must be at least 0"):
        BrownianCash(1.0, 0.0, 1.0).ruin_before_event(-1.0)
