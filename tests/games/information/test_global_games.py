"""Global games against iterated dominance, risk dominance, quadrature and scans."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import norm

from simulator.foundation.errors import ParameterError
from simulator.games.equilibrium import all_equilibria
from simulator.games.information.global_games import investment_cutoffs, regime_equilibria
from simulator.games.normal_form import NormalFormGame
from simulator.games.selection import risk_defeats

losses = st.floats(0.05, 20.0)


@pytest.mark.parametrize(("small", "big", "limit"), [(1, 1, 0.5), (1, 3, 0.75), (2, 0.5, 0.4), (0, 2, 0), (0, 0, 0)])
def test_the_limits_of_the_oracle(small: float, big: float, limit: float) -> None:
    cutoffs = investment_cutoffs(small, big)
    assert (cutoffs.small, cutoffs.big) == pytest.approx((limit, limit), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(losses, losses, st.floats(0.02, 2.0))
def test_iterated_dominance_closes_in_on_the_cutoffs_from_both_sides(small: float, big: float, noise: float) -> None:
    spread = math.sqrt(2.0) * noise
    found = investment_cutoffs(small, big, noise)

    def reply(loss: float, other: float) -> float:  # where x = loss Pr(other stays out | x), by bisection
        low, high = 0.0, loss
        for _ in range(50):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if middle < loss * ndtr((other - middle) / spread) else (low, middle)
        return low

    for start in (0.0, big):  # the other invests whenever that could be right, or only when it must be
        b = start
        for _ in range(60):
            s = reply(small, b)
            b = reply(big, s)
        ahead = (s < found.small + 1e-6) if start == 0.0 else (s > found.small - 1e-6)
        assert ahead
    assert found.small == pytest.approx(small * norm.cdf((found.big - found.small) / spread), abs=1e-9)
    assert found.big == pytest.approx(big * norm.cdf((found.small - found.big) / spread), abs=1e-9)


@given(losses, losses)
@settings(max_examples=30, deadline=None)
def test_vanishing_noise_selects_the_risk_dominant_equilibrium(small: float, big: float) -> None:
    threshold = investment_cutoffs(small, big).small
    close = investment_cutoffs(small, big, 1e-6 * threshold)
    assert close.small == pytest.approx(threshold, rel=1e-4)
    for factor, invests in ((1.01, True), (0.99, False)):
        theta = factor * threshold
        game = NormalFormGame([[0, 0], [theta - small, theta]], [[0, theta - big], [0, theta]])
        pure = [e for e in all_equilibria(game).equilibria if e.pure]
        best = pure[int(np.argmin(risk_defeats(game, pure)))]
        assert (best.small[1] == 1.0) is invests


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.5, 3.0])
@pytest.mark.parametrize("cost", [0.05, 0.3, 0.5, 0.9])
def test_many_partners_and_a_flat_prior_against_quadrature(cost: float, noise: float) -> None:
    (found,) = regime_equilibria(cost, noise)
    assert found.threshold == pytest.approx(1.0 - cost, abs=1e-12)
    if noise > 0.0:
        joining = norm.cdf((found.cutoff - found.threshold) / noise)
        assert joining == pytest.approx(found.threshold, abs=1e-9)
        theta = np.linspace(found.cutoff - 9.0 * noise, found.cutoff + 9.0 * noise, 200_001)
        density = norm.pdf(found.cutoff, theta, noise)
        success = np.sum(density[norm.cdf((found.cutoff - theta) / noise) >= theta]) / np.sum(density)
        assert success == pytest.approx(cost, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.05, 2.0), st.floats(-0.5, 1.5), st.floats(0.1, 2.0))
def test_public_information_against_a_scan_over_cutoffs(
    cost: float, noise: float, mean: float, deviation: float
) -> None:
    alpha, beta = deviation**-2, noise**-2
    q = np.linspace(-9.0, 9.0, 200_001)  # the scan runs over Phi^-1 of the threshold
    theta = ndtr(q)
    posterior = (alpha * mean + beta * (theta + noise * q)) / (alpha + beta)
    gain = (theta - posterior) * math.sqrt(alpha + beta) - norm.ppf(cost)
    positive = gain > 0.0
    crossings = q[:-1][positive[:-1] != positive[1:]]
    found = regime_equilibria(cost, noise, prior_mean=mean, prior_deviation=deviation)
    scanned = [(e.cutoff - e.threshold) / noise for e in found]
    inside = [each for each in scanned if abs(each) < 8.99]
    if len(inside) == len(crossings):
        assert inside == pytest.approx(crossings.tolist(), abs=1e-3)
    else:  # two roots closer than the scan can tell apart
        assert min(np.diff(inside)) < 0.02
    assert len(found) in (1, 2, 3)
    if math.sqrt(beta) >= alpha / math.sqrt(2.0 * math.pi):
        assert len(found) == 1


def test_only_the_ratio_of_cost_to_benefit_counts() -> None:
    assert regime_equilibria(3.0, 0.2, benefit=10.0) == regime_equilibria(0.3, 0.2)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"investment_cutoffs\.small_loss must be finite and at least 0; got -1"):
        investment_cutoffs(-1, 1)
    with pytest.raises(ParameterError, match=r"investment_cutoffs\.noise"):
        investment_cutoffs(1, 1, math.nan)
    with pytest.raises(ParameterError, match=r"regime_equilibria\.cost must lie between 0 and the benefit 1"):
        regime_equilibria(1.0)
    with pytest.raises(ParameterError, match=r"regime_equilibria\.noise"):
        regime_equilibria(0.5, -1.0)
    with pytest.raises(ParameterError, match=r"regime_equilibria\.prior_deviation"):
        regime_equilibria(0.5, 1.0, prior_deviation=0.0)
