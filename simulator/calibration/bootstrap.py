"""The parametric bootstrap: data drawn at the estimate, fitted again under other luck.

Where every moment comes with a count and none with a standard error, and all from one sample, data sets of that many
histories are simulated at the estimate (a moment of fewer observations is that of the first so many). Otherwise moments
are drawn from the normal distribution around the fitted ones with covariance S. Each refit has simulations of its own,
so that the spread of the estimates holds the noise of simulation as well.

References
----------
Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 6.5.
"""

from __future__ import annotations

import numpy as np

from simulator.calibration.fit import Bootstrap
from simulator.calibration.inference import Matrix, Overidentification, overidentification
from simulator.calibration.search import IMPOSSIBLE, Distance, nelder_mead
from simulator.calibration.simulated import Simulator, Vector, theta_of
from simulator.foundation.errors import AllianceError

STEP = 0.1
DATA, SIMULATION = 1, 2


def seed_of(seed: int, draw: int, purpose: int) -> int:
    """Return the seed of one draw's data or simulations: a function of these three and of nothing else."""
    return int(np.random.SeedSequence([seed, draw, purpose]).generate_state(1, np.uint64)[0] >> np.uint64(1))


def bootstrapped(
    simulator: Simulator,
    point: Vector,
    fitted: Vector,
    W: Matrix,
    S: Matrix,
    V: Matrix,
    D: Matrix | None,
    test: Overidentification | None,
    draws: int,
    jobs: int,
) -> Bootstrap:
    """Return the refits of data drawn at the estimate, with the weights as they are.

    Parameters
    ----------
    simulator : Simulator
        Simulates the moments.
    point : float array, shape (p,)
        The estimate, in the unit cube.
    fitted : float array, shape (k,)
        The moments there.
    W, S, V, D : float arrays
        Weights, covariances of the observed moments and of the difference, and the Jacobian.
    test : Overidentification or None
        The observed J.
    draws, jobs : int
        Refits, and how many side by side.
    """
    calibration = simulator.calibration
    resampled = calibration.samples == "one" and all(
        each.count is not None and each.standard_error is None for each in calibration.moments
    )
    values, vectors = np.linalg.eigh(S)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))

    def drawn(draw: int) -> Vector:
        if not resampled:
            luck = np.random.default_rng(seed_of(calibration.seed, draw, DATA)).standard_normal(len(fitted))
            return np.asarray(fitted + root @ luck)
        sizes = [each.count or 0 for each in calibration.moments]
        columns = simulator.columns(point, seed_of(calibration.seed, draw, DATA), runs=max(sizes))
        return simulator.values_of(columns, sizes)

    def refit(draw: int) -> tuple[Vector, float] | None:
        try:
            target = drawn(draw)
        except AllianceError:
            return None
        if np.isnan(target).any():
            return None
        seed = seed_of(calibration.seed, draw, SIMULATION)
        distance = Distance(simulator, target, W, seed)
        search = nelder_mead(distance, point, STEP, calibration.evaluations)
        moments = simulator.values(search.point, seed)
        if search.objective >= IMPOSSIBLE or moments is None:
            return None
        again = None if D is None else overidentification(target - moments, D, V)
        return search.point, np.nan if again is None else again.statistic

    found = [each for each in simulator.side_by_side(refit, range(draws), jobs) if each is not None]
    estimates = np.array([theta_of(calibration.parameters, place) for place, _ in found])
    p_value = None
    if test is not None and found:
        p_value = float(np.mean([statistic >= test.statistic for _, statistic in found]))
    return Bootstrap(draws, draws - len(found), resampled, estimates.reshape(len(found), -1), p_value)
