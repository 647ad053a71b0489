"""Fitted precisions against those that made the data, scans of the likelihood, and the published fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.games.behaviour.fitting import (
    LARGEST,
    ObservedPlay,
    distance,
    least_squares_precision,
    likeliest_precision,
    log_likelihood,
    logit_distance,
    logit_peak,
    nash_distance,
)
from simulator.games.concepts.quantal import logit_equilibrium
from simulator.games.normal_form import NormalFormGame

PENNIES = NormalFormGame([[9, 0], [0, 1]], [[0, 1], [1, 0]])
ROTATED = NormalFormGame([[5, 0], [0, 1]], [[0, 2], [1, 0]])


@settings(max_examples=4, deadline=None)
@given(st.floats(0.1, 6.0), st.sampled_from([0.01, 1.0, 100.0]))
def test_both_fits_recover_the_precision_that_made_the_data(precision: float, unit: float) -> None:
    plays = []
    for game in (PENNIES, ROTATED):
        in_money = NormalFormGame(unit * game.small, unit * game.big)
        made = logit_equilibrium(in_money, precision / unit)
        plays.append(ObservedPlay(in_money, made.small, made.big, 40.0))
    for fit in (least_squares_precision(plays), likeliest_precision(plays)):
        assert fit.precision * unit == pytest.approx(precision, rel=1e-4)
        assert fit.distance < 1e-10
        assert not fit.at_limit


def test_the_best_of_a_scan_is_no_better() -> None:
    rng = np.random.default_rng(2)
    plays = [
        ObservedPlay(game, tuple(rng.dirichlet([8, 4])), tuple(rng.dirichlet([4, 8])), 30.0)
        for game in (PENNIES, ROTATED)
    ]
    squares, likely = least_squares_precision(plays), likeliest_precision(plays)
    scan = np.append(0.0, np.geomspace(0.01, 50.0, 60))
    assert squares.distance <= min(logit_distance(plays, each) for each in scan) + 1e-12
    assert likely.log_likelihood >= max(log_likelihood(plays, each) for each in scan) - 1e-10


def test_the_likelihood_counts_choices() -> None:
    play = ObservedPlay(PENNIES, (0.75, 0.25), (0.5, 0.5), 8.0)
    p, q = (np.array(side) for side in (logit_equilibrium(PENNIES, 1.0).small, logit_equilibrium(PENNIES, 1.0).big))
    by_hand = math.log(p[0] ** 6 * p[1] ** 2 * q[0] ** 4 * q[1] ** 4)
    assert log_likelihood([play], 1.0) == pytest.approx(by_hand)
    assert logit_distance([play], 1.0) == pytest.approx((p[0] - 0.75) ** 2 + (q[0] - 0.5) ** 2)


def test_weights_count_like_copies() -> None:
    a = ObservedPlay(PENNIES, (0.7, 0.3), (0.3, 0.7))
    b = ObservedPlay(ROTATED, (0.5, 0.5), (0.6, 0.4))
    heavy = ObservedPlay(PENNIES, (0.7, 0.3), (0.3, 0.7), 3.0)
    assert logit_distance([heavy, b], 0.8) == pytest.approx(logit_distance([a, a, a, b], 0.8))


def test_nash_play_has_no_finite_best_precision_and_uniform_play_has_zero() -> None:
    dominant = NormalFormGame([[1, 1], [0, 0]], [[1, 0], [1, 0]])
    perfect = least_squares_precision([ObservedPlay(dominant, (1.0, 0.0), (1.0, 0.0))])
    assert perfect.distance < 1e-10
    assert perfect.precision <= LARGEST
    assert nash_distance([ObservedPlay(dominant, (1.0, 0.0), (1.0, 0.0))]) == 0.0
    assert least_squares_precision([ObservedPlay(dominant, (0.5, 0.5), (0.5, 0.5))]).precision == pytest.approx(
        0, abs=1e-4
    )


def test_the_nearest_nash_equilibrium_counts() -> None:
    hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    play = ObservedPlay(hunt, (0.9, 0.1), (1.0, 0.0))
    assert nash_distance([play]) == pytest.approx(0.01)
    assert distance(play, logit_equilibrium(hunt, 0.0)) == pytest.approx(0.4**2 + 0.5**2)


def test_the_published_fit_of_games_played_by_people() -> None:
    # Selten and Chmura (2008), games 3, 5 and 12: the logit fit is nearer than Nash
    tables = [
        ([[8, 0], [7, 10]], [[6, 14], [7, 4]], 0.163, 0.7928),
        ([[7, 0], [4, 8]], [[2, 9], [5, 1]], 0.3274, 0.6637),
        ([[7, 3], [3, 10]], [[3, 9], [5, 0]], 0.4392, 0.6043),
    ]
    plays = [ObservedPlay(NormalFormGame(r, c), (u, 1 - u), (v, 1 - v)) for r, c, u, v in tables]
    fit = least_squares_precision(plays)
    assert 0.9 < fit.precision < 1.4
    assert fit.distance < nash_distance(plays)


@pytest.mark.parametrize("top_left", [3.2, 0.44])
def test_the_peak_against_a_scan(top_left: float) -> None:
    game = NormalFormGame([[top_left, 0.4], [0.4, 0.8]], [[0.4, 0.8], [0.8, 0.4]])
    scan = np.append(0.0, np.geomspace(0.01, 300, 100))
    for role, action in ((Role.SMALL, 0), (Role.BIG, 1)):
        peak = logit_peak(game, role, action)
        found = [logit_equilibrium(game, each) for each in scan]
        values = [(each.small if role is Role.SMALL else each.big)[action] for each in found]
        assert peak.probability >= max(values) - 1e-9
        assert peak.probability == pytest.approx(max(values), abs=5e-3)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"ObservedPlay\.small must be 2 frequencies that sum to 1"):
        ObservedPlay(PENNIES, (0.5, 0.6), (0.5, 0.5))
    with pytest.raises(ParameterError, match=r"ObservedPlay\.weight"):
        ObservedPlay(PENNIES, (0.5, 0.5), (0.5, 0.5), 0.0)
    with pytest.raises(ParameterError, match="must hold at least one game; got none"):
        least_squares_precision([])
    with pytest.raises(ParameterError, match=r"logit_peak\.action must lie between 0 and 1; got 2"):
        logit_peak(PENNIES, Role.BIG, 2)
