"""Logit equilibria against closed forms, bisection, published numbers and their Nash limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.foundation.errors import ParameterError
from simulator.games.concepts.quantal import RESIDUAL, logit_equilibrium, logit_path, symmetric_logit
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame

PENNIES = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


@pytest.mark.parametrize("precision", [0.0, 0.5, 3.0, 1e3, 1e6])
def test_matching_pennies_is_even_at_every_precision(precision: float) -> None:
    equilibrium = logit_equilibrium(PENNIES, precision)
    assert equilibrium.small == pytest.approx((0.5, 0.5), abs=1e-12)
    assert equilibrium.big == pytest.approx((0.5, 0.5), abs=1e-12)


@pytest.mark.parametrize(
    ("top_left", "precision", "p_top", "q_left"),
    [
        (0.8, 3.0, 0.5, 0.5),
        (3.2, 3.0, 0.8468449445713699, 0.303131955337969),
        (0.44, 1.0, 0.45607963752161956, 0.5087831689026762),
        (0.44, 10.0, 0.350051440624541, 0.768451567400297),
    ],
)
def test_asymmetric_matching_pennies_of_the_oracle(
    top_left: float, precision: float, p_top: float, q_left: float
) -> None:
    game = NormalFormGame([[top_left, 0.4], [0.4, 0.8]], [[0.4, 0.8], [0.8, 0.4]])
    equilibrium = logit_equilibrium(game, precision)
    assert equilibrium.small[0] == pytest.approx(p_top, abs=1e-9)
    assert equilibrium.big[0] == pytest.approx(q_left, abs=1e-9)


@pytest.mark.parametrize("precision", [0.3, 2.0, 15.0])
def test_generalised_pennies_against_bisection(precision: float) -> None:
    # in pennies with (9, 0; 0, 1) against (0, 1; 1, 0) the fixed point in p is unique and the response monotone
    def gap(p: float) -> float:
        q = 1.0 / (1.0 + math.exp(-precision * (1.0 - 2.0 * p)))
        return p - 1.0 / (1.0 + math.exp(-precision * (9.0 * q - (1.0 - q))))

    low, high = 0.0, 1.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(middle) < 0.0 else (low, middle)
    equilibrium = logit_equilibrium(NormalFormGame([[9, 0], [0, 1]], [[0, 1], [1, 0]]), precision)
    assert equilibrium.small[0] == pytest.approx(low, abs=1e-10)


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (8, 8)])
@pytest.mark.parametrize("precision", [1.0, 30.0, 1e4])
def test_every_fixed_point_holds_and_its_regret_is_that_of_logit(size: tuple[int, int], precision: float) -> None:
    rng = np.random.default_rng(15)
    for _ in range(8):
        game = NormalFormGame(*rng.normal(size=(2, *size)))
        found = logit_equilibrium(game, precision)
        x, y = np.array(found.small), np.array(found.big)
        for own, payoffs in ((x, game.small @ y), (y, x @ game.big)):
            odds = np.exp(precision * (payoffs - payoffs.max()))
            np.testing.assert_allclose(own, odds / odds.sum(), atol=RESIDUAL)
        # the entropy bound: a logit responder forgoes at most log(actions) / precision
        small, big = game.regrets(x, y)
        assert small <= math.log(size[0]) / precision + 1e-9
        assert big <= math.log(size[1]) / precision + 1e-9


def test_units_of_money_only_rescale_the_precision() -> None:
    A, B = np.random.default_rng(16).normal(size=(2, 4, 3))
    plain = logit_equilibrium(NormalFormGame(A, B), 5.0)
    cents = logit_equilibrium(NormalFormGame(100.0 * A + 7.0, 100.0 * B - 3.0), 0.05)
    np.testing.assert_allclose(plain.small + plain.big, cents.small + cents.big, atol=1e-9)


def test_roles_can_be_swapped() -> None:
    game = NormalFormGame(*np.random.default_rng(17).normal(size=(2, 4, 3)))
    here, there = logit_equilibrium(game, 8.0), logit_equilibrium(game.swapped(), 8.0)
    np.testing.assert_allclose(here.small + here.big, there.big + there.small, atol=1e-9)


def test_the_branch_of_a_stag_hunt_ends_at_the_risk_dominant_equilibrium() -> None:
    found = logit_equilibrium(NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]]), 1e5)
    assert found.small == pytest.approx((1.0, 0.0), abs=1e-9)


def test_large_precision_approaches_a_nash_equilibrium() -> None:
    rng = np.random.default_rng(18)
    for _ in range(15):
        game = NormalFormGame(*rng.normal(size=(2, 4, 4)))
        found = logit_equilibrium(game, 1e6)
        nash = np.array([e.small + e.big for e in all_equilibria(game).equilibria])
        assert np.min(np.max(np.abs(nash - (found.small + found.big)), axis=1)) < 1e-3


def _minimum_effort(n: int, c: float, mu: float, low: float, high: float, levels: int = 121) -> float:
    effort = np.linspace(low, high, levels)
    payoffs = np.minimum.outer(effort, effort) - c * effort[:, None]
    return float(effort @ symmetric_logit(payoffs, 1.0 / mu, n - 1))


@pytest.mark.parametrize(
    ("n", "c", "mu", "low", "high", "mean", "tolerance"),
    [
        (2, 0.5, 7.4, 110.0, 170.0, 140.0, 0.3),  # oracle E3.3 to E3.5, Anderson, Goeree and Holt (2001)
        (3, 0.25, 7.4, 110.0, 170.0, 144.96238037358142, 0.3),
        (2, 0.5, 2.0, 0.0, 1.0, 0.5, 0.005),
        (2, 0.25, 0.2, 110.0, 170.0, 170.0, 2.5),  # E3.limit: the top if n c < 1, else the bottom
        (2, 0.75, 0.2, 110.0, 170.0, 110.0, 2.5),
        (3, 0.25, 0.2, 110.0, 170.0, 170.0, 2.5),
    ],
)
def test_minimum_effort_means(
    n: int, c: float, mu: float, low: float, high: float, mean: float, tolerance: float
) -> None:
    assert _minimum_effort(n, c, mu, low, high) == pytest.approx(mean, abs=tolerance)


@pytest.mark.parametrize(
    ("precision", "half"),
    [
        (5.0, [0.08945940081024158, 0.1348719081262254, 0.17768177872753463, 0.19597382467199673]),
        (20.0, [0.00384980204427378, 0.028011706770116978, 0.18221302806557238, 0.5718509262400724]),
    ],
)
def test_seven_efforts_of_van_huyck_battalio_and_beil(precision: float, half: list[float]) -> None:
    effort = np.arange(1.0, 8.0)
    payoffs = 0.2 * np.minimum.outer(effort, effort) - 0.1 * effort[:, None] + 0.6
    found = symmetric_logit(payoffs, precision, 1)
    np.testing.assert_allclose(found, half + half[2::-1], atol=1e-9)
    both = logit_equilibrium(NormalFormGame(payoffs, payoffs.T), precision)
    np.testing.assert_allclose(both.small, found, atol=1e-9)


def test_two_opponents_against_the_explicit_sum() -> None:
    payoffs = np.random.default_rng(19).normal(size=(4, 4))
    p = symmetric_logit(payoffs, 2.0, 2)
    utility = np.array([sum(p[a] * p[b] * row[min(a, b)] for a in range(4) for b in range(4)) for row in payoffs])
    np.testing.assert_allclose(p, np.exp(2.0 * utility) / np.exp(2.0 * utility).sum(), atol=1e-10)


def test_bifurcation_point_of_a_symmetric_game_is_crossed() -> None:
    # two levels, own 2 pays the other's level less 1/2: the branch p = 1/2 is singular at precision 4
    for precision in (3.9, 4.0, 4.1, 50.0):
        assert symmetric_logit([[0.5, 0.5], [0.0, 1.0]], precision, 1) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("precision", [-1.0, math.inf, math.nan])
def test_bad_precision_is_refused(precision: float) -> None:
    with pytest.raises(ParameterError, match=r"logit_equilibrium\.precision must be finite and at least 0"):
        logit_equilibrium(PENNIES, precision)


def test_bad_symmetric_games_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"symmetric_logit\.payoffs must be square; got shape \(1, 2\)"):
        symmetric_logit([[1, 2]], 1.0, 1)
    with pytest.raises(ParameterError, match=r"symmetric_logit\.opponents must be an integer of at least 1; got 0"):
        symmetric_logit([[1]], 1.0, 0)


@pytest.mark.parametrize("seed", [5, 9, 13])
def test_bifurcations_of_large_symmetric_games_are_crossed(seed: int) -> None:
    # near a bifurcation Newton no longer settles at tiny steps; the branch of a symmetric game stays symmetric
    payoffs = np.random.default_rng(seed).integers(0, 10, (21, 21)).astype(float)
    game = NormalFormGame(payoffs, payoffs.T)
    found = logit_equilibrium(game, 1e3)
    np.testing.assert_allclose(found.small, found.big, atol=1e-8)
    assert max(game.regrets(found.small, found.big)) <= math.log(21) / 1e3


def test_a_path_starts_at_uniform_play_moves_in_small_steps_and_ends_at_the_equilibrium() -> None:
    game = NormalFormGame(*np.random.default_rng(20).normal(size=(2, 4, 3)))
    path = logit_path(game, 40.0)
    np.testing.assert_allclose(path.small[0], 0.25)
    np.testing.assert_allclose(path.big[0], 1.0 / 3.0)
    assert np.max(np.abs(np.diff(np.hstack((path.small, path.big)), axis=0))) < 0.1
    end = logit_equilibrium(game, 40.0)
    np.testing.assert_allclose(path.small[-1], end.small, atol=1e-9)
    assert (path.precisions[0], path.precisions[-1]) == (0.0, pytest.approx(40.0))
    assert path.residual <= RESIDUAL


def test_every_point_of_a_path_is_the_logit_response_of_one_dominant_action() -> None:
    # SmallCo's gain of 2 does not depend on BigCo, so its odds are exp(2 lambda)
    path = logit_path(NormalFormGame([[3, 5], [1, 3]], [[0, 0], [0, 0]]), 6.0)
    np.testing.assert_allclose(path.small[:, 0], 1.0 / (1.0 + np.exp(-2.0 * path.precisions)), atol=1e-12)
    np.testing.assert_allclose(path.big, 0.5)
