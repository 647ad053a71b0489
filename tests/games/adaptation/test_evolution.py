"""Replicator dynamics against closed forms, direct integration, mixed equilibria and finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from simulator.foundation.errors import ParameterError
from simulator.games.adaptation.evolution import (
    closed_orbit,
    constant_of_motion,
    growth_rates,
    replicator,
    replicator_one,
    rest_point,
    settled_profile,
)
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame

INSPECTION = NormalFormGame([[75, -5], [-20, 0]], [[-80, 0], [20, 0]])
seeds = st.integers(0, 2**32 - 1)


def direct(game: NormalFormGame, x: np.ndarray, y: np.ndarray, duration: float):
    """Integrate the shares themselves, by another method."""
    m = len(x)

    def flow(_: float, state: np.ndarray) -> np.ndarray:
        p, q = state[:m], state[m:]
        to_small, to_big = game.small @ q, p @ game.big
        return np.concatenate((p * (to_small - p @ to_small), q * (to_big - q @ to_big)))

    return solve_ivp(flow, (0.0, duration), np.concatenate((x, y)), method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(2, 4), st.integers(2, 4))
def test_paths_against_direct_integration(seed: int, m: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    game = NormalFormGame(*rng.normal(size=(2, m, n)))
    x, y = rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(n))
    path = replicator(game, x, y, 3.0, 31)
    end = direct(game, x, y, 3.0)
    np.testing.assert_allclose(np.concatenate((path.small[-1], path.big[-1])), end, atol=1e-7)
    np.testing.assert_allclose(path.small.sum(axis=1), 1.0, atol=1e-12)
    fine = replicator(game, x, y, 3.0, 3001)
    np.testing.assert_allclose(np.trapezoid(fine.small, fine.times, axis=0) / 3.0, path.average_small, atol=1e-6)
    np.testing.assert_allclose(np.trapezoid(fine.big, fine.times, axis=0) / 3.0, path.average_big, atol=1e-6)


def test_a_dominant_action_wins_at_its_advantage_and_absent_ones_never_appear() -> None:
    game = NormalFormGame([[2, 2, 2], [1.5, 1.5, 1.5], [9, 9, 9]], np.zeros((3, 3)))
    path = replicator(game, [0.2, 0.8, 0.0], [0.1, 0.9, 0.0], 40.0, 5)
    np.testing.assert_allclose(path.small[:, 0] / path.small[:, 1], 0.25 * np.exp(0.5 * path.times), rtol=1e-8)
    assert np.all(path.small[:, 2] == 0.0)
    np.testing.assert_allclose(path.big, np.tile([0.1, 0.9, 0.0], (5, 1)), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_constant_of_motion_is_constant_in_every_game_of_two_actions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = NormalFormGame(*rng.normal(size=(2, 2, 2)))
    x, y = rng.uniform(0.1, 0.9, 2)
    path = replicator(game, [x, 1 - x], [y, 1 - y], 2.0, 9)
    values = [constant_of_motion(game, p[0], q[0]) for p, q in zip(path.small, path.big, strict=True)]
    assert values == pytest.approx([values[0]] * 9, abs=1e-7)


def test_the_oracle_s_inspection_orbit_returns() -> None:
    orbit = closed_orbit(INSPECTION, 0.3, 0.1)
    assert orbit.constant == pytest.approx(-74.13562605408103, abs=1e-9)
    assert abs(orbit.drift) < 1e-8
    assert (orbit.average_small, orbit.average_big) == pytest.approx((0.2, 0.05), abs=1e-9)
    back = direct(INSPECTION, np.array([0.3, 0.7]), np.array([0.1, 0.9]), orbit.period)
    assert back == pytest.approx([0.3, 0.7, 0.1, 0.9], abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(seeds, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_time_averages_are_the_mixed_equilibrium(seed: int, x: float, y: float) -> None:
    a, b, c, d = np.random.default_rng(seed).uniform(0.2, 5.0, 4)
    for sign in (1.0, -1.0):  # both senses of rotation
        game = NormalFormGame(sign * np.array([[a, -b], [0, 0]]), sign * np.array([[-c, 0], [d, 0]]))
        (nash,) = all_equilibria(game).equilibria
        orbit = closed_orbit(game, x, y)
        assert (orbit.average_small, orbit.average_big) == pytest.approx((nash.small[0], nash.big[0]), abs=1e-7)
        assert abs(orbit.drift) < 1e-7
        assert rest_point(game) == pytest.approx((nash.small[0], nash.big[0]), abs=1e-12)


def test_small_orbits_take_the_period_of_the_linearisation() -> None:
    period = 2.0 * math.pi / math.sqrt(0.2 * 0.8 * 100 * 0.05 * 0.95 * 100)
    assert closed_orbit(INSPECTION, 0.2, 0.05).period == pytest.approx(period, abs=1e-9)
    assert closed_orbit(INSPECTION, 0.2001, 0.05).period == pytest.approx(period, rel=1e-5)
    assert 2 * math.pi / growth_rates(INSPECTION, [0.2, 0.8], [0.05, 0.95]).imag.max() == pytest.approx(period)


def test_the_period_of_pennies_against_an_elliptic_quadrature() -> None:
    # with u = logit x: u' = 2 tanh(v/2), v' = -2 tanh(u/2) and cosh(u/2) cosh(v/2) constant
    start = 2.0
    game = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    orbit = closed_orbit(game, 1 / (1 + math.exp(-start)), 0.5)
    edge = math.cosh(start / 2)

    def speed(angle: float) -> float:  # u = start sin(angle) takes the pole out of du / u'
        u = start * math.sin(angle)
        v = 2.0 * math.acosh(max(edge / math.cosh(u / 2), 1.0))
        return start * math.cos(angle) / (2.0 * math.tanh(v / 2)) if v > 0 else 0.0

    quarter, _ = quad(speed, 0.0, math.pi / 2 - 1e-6, epsabs=1e-10, limit=200)
    assert orbit.period == pytest.approx(4 * quarter, rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(2, 3), st.integers(2, 3))
def test_growth_rates_against_finite_differences(seed: int, m: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    game = NormalFormGame(*rng.normal(size=(2, m, n)))
    equilibrium = all_equilibria(game).equilibria[-1]
    x, y = np.array(equilibrium.small), np.array(equilibrium.big)

    def flow(free: np.ndarray) -> np.ndarray:
        p, q = np.append(free[: m - 1], 1 - free[: m - 1].sum()), np.append(free[m - 1 :], 1 - free[m - 1 :].sum())
        to_small, to_big = game.small @ q, p @ game.big
        return np.concatenate(((p * (to_small - p @ to_small))[:-1], (q * (to_big - q @ to_big))[:-1]))

    free = np.concatenate((x[:-1], y[:-1]))
    steps = np.eye(len(free)) * 1e-6
    jacobian = np.array([(flow(free + step) - flow(free - step)) / 2e-6 for step in steps]).T
    rates = np.linalg.eigvals(jacobian)
    found = growth_rates(game, x, y)
    assert np.sort_complex(np.round(found, 5)) == pytest.approx(np.sort_complex(np.round(rates, 5)), abs=2e-4)


@pytest.mark.parametrize(("a_small", "l_small", "a_big", "l_big"), [(3, 1, 8, 4), (1, 5, 2, 2), (0.5, 0.1, 7, 30)])
def test_the_mixed_equilibrium_of_assurance_is_a_saddle(
    a_small: float, l_small: float, a_big: float, l_big: float
) -> None:
    game = NormalFormGame([[a_small, -l_small], [0, 0]], [[a_big, 0], [-l_big, 0]])
    x, y = rest_point(game)
    assert (x, y) == pytest.approx((l_big / (a_big + l_big), l_small / (a_small + l_small)))
    rates = growth_rates(game, [x, 1 - x], [y, 1 - y]).real
    assert rates[0] > 0 > rates[1]
    step = 0.3 * min(x, 1 - x, y, 1 - y)
    for sign, end in ((1, (0, 0)), (-1, (1, 1))):
        assert (
            settled_profile(game, [x + sign * step, 1 - x - sign * step], [y + sign * step, 1 - y - sign * step]) == end
        )
    with pytest.raises(ParameterError, match=r"closed_orbit\.game must have a mixed equilibrium that is a centre"):
        closed_orbit(game, 0.5, 0.5)


def test_cycles_settle_nowhere() -> None:
    assert settled_profile(INSPECTION, [0.3, 0.7], [0.1, 0.9]) is None
    assert rest_point(NormalFormGame([[3, 3], [0, 0]], [[1, 0], [1, 0]])) is None


def test_one_population_rock_paper_scissors_conserves_the_product_and_hawks_settle() -> None:
    zero_sum = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    _, shares = replicator_one(zero_sum, [0.5, 0.3, 0.2], 30.0)
    np.testing.assert_allclose(shares.prod(axis=1), 0.03, rtol=1e-7)
    value, cost = 2.0, 5.0
    _, shares = replicator_one([[(value - cost) / 2, value], [0, value / 2]], [0.9, 0.1], 60.0)
    assert shares[-1, 0] == pytest.approx(value / cost, abs=1e-8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: replicator(INSPECTION, [0.5, 0.6], [0.5, 0.5], 1.0), r"replicator\.x must be 2 shares that sum to 1"),
        (lambda: replicator(INSPECTION, [0.5, 0.5], [1.0], 1.0), r"replicator\.y must be 2 shares"),
        (lambda: replicator(INSPECTION, [0.5, 0.5], [0.5, 0.5], 0.0), r"replicator\.duration"),
        (lambda: replicator(INSPECTION, [0.5, 0.5], [0.5, 0.5], 1.0, 1), r"replicator\.samples"),
        (lambda: replicator_one([[1, 2]], [1.0], 1.0), r"replicator_one\.payoffs must be square; got shape \(1, 2\)"),
        (lambda: constant_of_motion(INSPECTION, 0.0, 0.5), r"constant_of_motion\.x_1 must lie between 0 and 1"),
        (lambda: rest_point(NormalFormGame([[1]], [[1]])), r"must have two actions each; got shape \(1, 1\)"),
    ],
)
def test_bad_arguments_are_refused(call, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        call()
