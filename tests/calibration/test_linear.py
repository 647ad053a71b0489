"""The estimator, its standard errors and the J test where all three are known: a linear model with Gaussian luck."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from calibration.linear import MEASURES, ROOT, TRUE, A, LinearDriver, luck, problem
from scipy import stats

from simulator.calibration.estimate import estimate
from simulator.calibration.inference import Overidentification
from simulator.calibration.notes import on_test
from simulator.calibration.problem import Moment, Parameter
from simulator.foundation.errors import ParameterError, UnknownNameError

PLACED = 1e-3
"""How near a search comes, as a share of the width of the bounds (the searches stop at 1e-5)."""

OBSERVED = A @ TRUE + np.array([0.1, -0.2, 0.15, -0.05])
WIDTH = np.array([20.0, 50.0])


def simulated(calibration):
    """Return mean and covariance of the luck in the calibration's own runs."""
    draws = luck(calibration.seed, range(calibration.replicates)) @ ROOT.T
    return draws.mean(axis=0), np.cov(draws.T)


def assert_placed(fit, theta):
    found = np.array([each.value for each in fit.estimates])
    np.testing.assert_allclose(found / WIDTH, theta / WIDTH, atol=PLACED)


def closed_form(calibration, W, S):
    """Return estimate, covariance and J of least squares: m - mean luck = A theta + error."""
    mean, sigma = simulated(calibration)
    V = S + sigma / calibration.replicates
    H = np.linalg.solve(A.T @ W @ A, A.T @ W)
    theta = H @ (OBSERVED - mean)
    gap = OBSERVED - mean - A @ np.linalg.solve(A.T @ np.linalg.solve(V, A), A.T @ np.linalg.solve(V, OBSERVED - mean))
    return theta, H @ V @ H.T, gap @ np.linalg.solve(V, gap)


@pytest.mark.parametrize("optimiser", ["nelder_mead", "powell", "differential_evolution"])
@pytest.mark.parametrize("weighting", ["diagonal", "optimal"])
def test_estimate_errors_and_j_are_those_of_least_squares(weighting, optimiser):
    asked = problem(OBSERVED, weighting=weighting, optimiser=optimiser, starts=2)
    fit = estimate(asked, driver=LinearDriver())
    _, sigma = simulated(asked)
    S = sigma / 400
    V = S * (1.0 + 400 / 1000)
    W = np.linalg.inv(V) if weighting == "optimal" else np.diag(1.0 / np.diag(S))
    theta, covariance, J = closed_form(asked, W, S)
    assert_placed(fit, theta)
    errors = [each.standard_error for each in fit.estimates]
    np.testing.assert_allclose(errors, np.sqrt(np.diag(covariance)), rtol=1e-6)
    assert fit.test.statistic == pytest.approx(J, rel=1e-3)
    assert fit.test.degrees == 2
    assert fit.test.p_value == pytest.approx(stats.chi2.sf(fit.test.statistic, 2))
    assert [each.noise for each in fit.moments] == pytest.approx([1.4] * 4)
    if weighting == "optimal":
        assert fit.objective == pytest.approx(fit.test.statistic, rel=1e-3)


def test_given_standard_errors_of_separate_samples():
    errors = np.array([0.1, 0.2, 0.3, 0.05])
    moments = tuple(
        Moment(name, "mean", v, standard_error=e)
        for name, v, e in zip(("first", "second", "third", "fourth"), OBSERVED, errors, strict=True)
    )
    asked = problem(OBSERVED, moments=moments, samples="separate")
    fit = estimate(asked, driver=LinearDriver())
    theta, covariance, J = closed_form(asked, np.diag(errors**-2), np.diag(errors**2))
    assert_placed(fit, theta)
    np.testing.assert_allclose([each.standard_error for each in fit.estimates], np.sqrt(np.diag(covariance)), rtol=1e-6)
    assert fit.test.statistic == pytest.approx(J, rel=1e-3)
    for each, error in zip(fit.estimates, np.sqrt(np.diag(covariance)), strict=True):
        half = stats.norm.ppf(0.975) * error
        assert each.interval == pytest.approx((each.value - half, each.value + half))


def test_given_weights_stand_for_inverse_variances():
    weights = np.array([1.0, 3.0, 0.5, 10.0])
    moments = tuple(
        Moment(name, "mean", v, count=400, weight=w)
        for name, v, w in zip(("first", "second", "third", "fourth"), OBSERVED, weights, strict=True)
    )
    asked = problem(OBSERVED, moments=moments)
    fit = estimate(asked, driver=LinearDriver())
    theta, covariance, _ = closed_form(asked, np.diag(weights), simulated(asked)[1] / 400)
    assert_placed(fit, theta)
    np.testing.assert_allclose([each.standard_error for each in fit.estimates], np.sqrt(np.diag(covariance)), rtol=1e-6)


def test_exactly_identified_moments_are_met_and_leave_nothing_to_test():
    asked = problem(OBSERVED[:2], ("first", "second"))
    fit = estimate(asked, driver=LinearDriver())
    mean, _ = simulated(asked)
    assert_placed(fit, OBSERVED[:2] - mean[:2])
    assert fit.test is None
    assert fit.agreement == asked.starts


def test_singular_values_are_those_of_the_scaled_matrix():
    fit = estimate(problem(OBSERVED), driver=LinearDriver())
    V = simulated(fit.calibration)[1] * (1 / 400 + 1 / 1000)
    scaled = A * WIDTH / np.sqrt(np.diag(V))[:, None]
    np.testing.assert_allclose(fit.identified.singular_values, np.linalg.svd(scaled)[1], rtol=1e-6)
    assert fit.identified.condition == pytest.approx(np.linalg.cond(scaled), rel=1e-6)
    assert not fit.notes


def test_jobs_and_the_order_of_moments_and_parameters_change_nothing():
    asked = problem(OBSERVED)
    fit = estimate(asked, driver=LinearDriver(), bootstrap=4)
    again = estimate(asked, driver=LinearDriver(), bootstrap=4, jobs=3)
    assert again.estimates == fit.estimates
    assert (again.test, again.moments, again.evaluations) == (fit.test, fit.moments, fit.evaluations)
    turned = dataclasses.replace(asked, moments=asked.moments[::-1], parameters=asked.parameters[::-1])
    other = estimate(turned, driver=LinearDriver())
    for each, twin in zip(fit.estimates, other.estimates[::-1], strict=True):
        assert each.path == twin.path
        assert each.value == pytest.approx(twin.value, abs=PLACED * 20.0)
        assert each.standard_error == pytest.approx(twin.standard_error, rel=1e-6)
    assert other.test.statistic == pytest.approx(fit.test.statistic, rel=1e-3)


@pytest.mark.statistical
@pytest.mark.parametrize("moment", [{"count": 400}, {"standard_error": 0.1}])
def test_bootstrap_agrees_with_the_asymptotic_errors(moment):
    draws = 120
    fit = estimate(problem(OBSERVED, moment=moment), driver=LinearDriver(), bootstrap=draws)
    assert fit.bootstrap.resampled is ("count" in moment)
    for each in fit.estimates:
        # the standard deviation of a standard deviation of normal draws is 1 / sqrt(2 n) of it
        assert abs(each.bootstrap_error / each.standard_error - 1.0) < 4.0 / math.sqrt(2.0 * draws)
        assert each.bootstrap_interval[0] < each.value < each.bootstrap_interval[1]
    share = fit.bootstrap.p_value
    assert abs(share - fit.test.p_value) < 4.0 * math.sqrt(0.25 / draws)


def test_an_estimate_at_a_bound_has_no_error_and_the_others_hold_it_there():
    parameters = (Parameter("small.cash", 0.0, 7.0), Parameter("big.cash", 0.0, 50.0))
    asked = problem(OBSERVED, parameters=parameters)
    fit = estimate(asked, driver=LinearDriver())
    cash, big = fit.estimates
    assert (cash.value, cash.bound, cash.standard_error) == (pytest.approx(7.0, abs=1e-3), "high", None)
    _, sigma = simulated(asked)
    S = sigma / 400
    W, a = np.diag(1.0 / np.diag(S)), A[:, 1]
    H = a @ W / (a @ W @ a)
    assert big.standard_error == pytest.approx(math.sqrt(H @ S @ H * 1.4), rel=1e-6)
    assert fit.test.degrees == 3
    assert "small.cash is at its high bound" in fit.notes[0]


def test_undefined_runs_are_left_out_and_their_share_is_in_the_error():
    """Of n runs half have a meaning: the mean of these has variance sigma^2 / (n / 2), luck below 0 being left out."""
    asked = problem([9.0], ("sometimes",), parameters=(Parameter("small.cash", 0.0, 20.0),))
    fit = estimate(asked, driver=LinearDriver())
    draws = luck(3, range(1000))[:, 0]
    kept = draws[draws > 0.0]
    assert fit.estimates[0].value == pytest.approx(9.0 - kept.mean(), abs=PLACED * 20.0)
    variance = kept.var() / (kept.size / 1000)
    assert fit.estimates[0].standard_error == pytest.approx(math.sqrt(variance * (1 / 400 + 1 / 1000)), rel=2e-3)


def test_places_that_cannot_be_simulated_are_avoided_and_counted():
    fit = estimate(problem(OBSERVED), driver=LinearDriver(refuses_above=15.0))
    assert fit.estimates[0].value == pytest.approx(
        estimate(problem(OBSERVED), driver=LinearDriver()).estimates[0].value, abs=0.02
    )
    assert "could not be simulated and were avoided" in fit.notes[-1]
    with pytest.raises(ParameterError, match="nothing can be simulated between the bounds: this cash cannot be prep"):
        estimate(problem(OBSERVED), driver=LinearDriver(refuses_above=-1.0))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"names": ("first", "luck", "third", "fourth")}, "got the mean of luck, which is .* at all 17 places tried"),
        (
            {
                "parameters": (Parameter("small.cash", 1.0, 9.0), Parameter("big.burn", 0.0, 2.0)),
                "values": (8.0, 9.0),
                "names": ("first", "sometimes"),
            },
            "got 'big.burn', which moves none",
        ),
        ({"weighting": "optimal", "names": ("first", "second", "third", "first")}, "must name each once"),
        ({"values": (1.0,), "names": ("first",)}, "at least as many as the parameters; got 1 for 2 parameters"),
        ({"replicates": 1}, "Calibration.replicates must be a whole number, 2 or more"),
        ({"parameters": ()}, "must name at least one"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_one_line(changes, says):
    given = {"values": OBSERVED} | changes
    with pytest.raises(ParameterError, match=says) as error:
        estimate(problem(**given), driver=LinearDriver())
    assert "\n" not in str(error.value)


def test_moments_that_say_the_same_cannot_be_weighted_optimally_but_can_be_fitted():
    moments = (
        Moment("first", "share_above", 0.4, level=8.0, count=400),
        Moment("first", "share_below", 0.6, level=8.0, count=400),
        Moment("second", "mean", 30.0, count=400),
    )
    with pytest.raises(ParameterError, match="share of first above 8 and the share of first below 8 say the same"):
        estimate(problem((), (), moments=moments, weighting="optimal"), driver=LinearDriver())
    fit = estimate(problem((), (), moments=moments), driver=LinearDriver())
    assert fit.test is None


def test_unknown_names_come_with_the_nearest_one():
    with pytest.raises(UnknownNameError, match=r"Unknown measure 'frst'. Did you mean 'first'\?"):
        estimate(problem(OBSERVED, ("frst", "second", "third", "fourth")), driver=LinearDriver())
    with pytest.raises(UnknownNameError, match=r"Unknown statistic 'man'. Did you mean 'mean'\?"):
        Moment("first", "man", 1.0)
    with pytest.raises(UnknownNameError, match=r"Unknown optimiser 'nelder'. Did you mean 'nelder_mead'\?"):
        problem(OBSERVED, optimiser="nelder")
    assert "first" in MEASURES


def test_the_verdict_of_the_j_test_is_in_words() -> None:
    small, large = Overidentification(0.5, 2, 0.78), Overidentification(9.0, 1, 0.0027)
    assert "J = 0.5, 2 degrees of freedom, p = 0.780.\nNot refuted at 5 %" in on_test(small)
    assert "p = 0.003.\nRefuted at 5 %: if the model is right, 0.27 % of samples" in on_test(large)
    assert "p = 0.003 (bootstrap 0.200).\nNot refuted at 5 %: if the model is right, 20 % of" in on_test(large, 0.2)
    assert "if the model is right, less than 0.01 % of" in on_test(Overidentification(99.0, 1, 1e-20))
    assert "if the model is right, 100 % of" in on_test(Overidentification(0.0, 1, 1.0))
    assert on_test(None).startswith("J: no test")
