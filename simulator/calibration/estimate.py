"""The method of simulated moments, from the first look around to the report.

The distance between observed and simulated moments is looked at over the whole space of parameters, what no moment
tells is refused, and searches begin where it is smallest. Weights that depend on the model come in two steps: first
from the variances of the look around, then from those at the first step's estimate. See `inference` for the sources.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.calibration.bootstrap import bootstrapped
from simulator.calibration.fit import CONFIDENCE, Bootstrap, Estimate, Fit, FittedMoment, Interrupted
from simulator.calibration.inference import (
    Matrix,
    identification,
    observed_covariance,
    overidentification,
    settled_jacobian,
    weights_of,
)
from simulator.calibration.notes import notes_on
from simulator.calibration.problem import Calibration
from simulator.calibration.search import FIRST_STEP, SEARCHES, Distance, Search, again, places
from simulator.calibration.simulated import Progress, Sample, Simulator, Vector, point_of, theta_of
from simulator.foundation.errors import ParameterError
from simulator.sweeps.cells import Driver, EngineDriver

AT_BOUND = 1e-4
AGREE = 0.01
NORMAL = 1.959963984540054


def estimate(
    calibration: Calibration,
    *,
    jobs: int = 1,
    bootstrap: int = 0,
    driver: Driver | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Return the parameters whose simulated moments are nearest to the observed ones.

    Parameters
    ----------
    calibration : Calibration
        What is to meet what.
    jobs : int
        Searches and refits side by side; it never changes a number.
    bootstrap : int
        Refits of data drawn at the estimate; 0 for none, otherwise at least 2.
    driver : Driver, optional
        Where histories come from; by default the compiled engine.
    progress : callable, optional
        Called with the number of vectors simulated so far, and 0, because nobody knows how many it will be.

    Raises
    ------
    ParameterError, UnknownNameError
        If nothing can be simulated, a moment is constant, or a parameter moves no moment.
    Interrupted
        On Ctrl-C, with the best parameters so far.
    """
    if bootstrap and bootstrap < 2:
        raise ParameterError(f"estimate.bootstrap must be 0 or at least 2; got {bootstrap!r}. Write, say, 200.")
    simulator = Simulator(calibration, EngineDriver() if driver is None else driver, progress)
    observed = np.array([each.value for each in calibration.moments])
    tried: list[Distance] = []
    try:
        return _estimate(simulator, observed, tried, jobs, bootstrap)
    except KeyboardInterrupt:
        simulator.stop.set()
        best = tried[-1].best if tried and tried[-1].best is not None else None
        theta = {} if best is None else _named(calibration, best[1])
        objective = float("nan") if best is None else best[0]
        raise Interrupted(theta, objective, simulator.evaluations) from None


def _named(calibration: Calibration, point: Vector) -> dict[str, float]:
    """Return the parameters of a point by path."""
    return dict(
        zip(
            (each.path for each in calibration.parameters),
            map(float, theta_of(calibration.parameters, point)),
            strict=True,
        )
    )


def _estimate(simulator: Simulator, observed: Vector, tried: list[Distance], jobs: int, bootstrap: int) -> Fit:
    """Return the fit; every distance that is searched is kept in `tried`, the last one counts."""
    calibration = simulator.calibration
    start = point_of(calibration.parameters, (each.start for each in calibration.parameters))
    points = [start, *places(len(calibration.parameters))]
    samples = simulator.side_by_side(simulator.sample, points, jobs)
    known = [sample for sample in samples if sample is not None]
    if not known:
        ((message, _),) = simulator.failures.most_common(1)
        raise ParameterError(
            f"Calibration {calibration.name!r}: nothing can be simulated between the bounds: {message}"
        )
    _refuse_constant(calibration, known)
    usual = np.mean([sample.covariance for sample in known], axis=0)
    _refuse_certain(calibration, usual)
    W = weights_of(calibration, usual, optimal=False)
    first = Distance(simulator, observed, W)
    tried.append(first)
    order = sorted(
        range(len(points)),
        key=lambda index: first.of(None if samples[index] is None else samples[index].values),  # type: ignore[union-attr]
    )
    _refuse_idle(simulator, [start, points[order[0]]], jobs)
    method = SEARCHES[calibration.optimiser]
    begun = [start, *(points[index] for index in order if index > 0)][: calibration.starts]
    searches = simulator.side_by_side(
        lambda begin: method(first, begin, FIRST_STEP, calibration.evaluations), begun, jobs
    )
    best = min(searches, key=lambda search: search.objective)
    sample = _sampled(simulator, best)
    if calibration.weighting == "optimal" or any(
        each.weight is None and each.standard_error is None for each in calibration.moments
    ):
        W = weights_of(calibration, _filled(sample.covariance, usual), optimal=calibration.weighting == "optimal")
        second = Distance(simulator, observed, W)
        tried.append(second)
        searches = again(simulator, second, searches, calibration.evaluations, jobs)
        best = min(searches, key=lambda search: search.objective)
        sample = _sampled(simulator, best)
    return _inferred(simulator, observed, W, usual, sample, searches, jobs, bootstrap)


def _sampled(simulator: Simulator, search: Search) -> Sample:
    """Return the moments where a search ended."""
    sample = simulator.sample(search.point)
    if sample is None:
        message = simulator.failures.most_common(1)[0][0]
        raise ParameterError(f"Calibration {simulator.calibration.name!r}: no search came to a scenario: {message}")
    return sample


def _filled(covariance: Matrix, usual: Matrix) -> Matrix:
    """Return a covariance in which a moment that does not vary here has its usual variance."""
    filled = covariance.copy()
    idle = np.diag(covariance) <= 0.0
    filled[idle, idle] = np.diag(usual)[idle]
    return filled


def _refuse_constant(calibration: Calibration, known: Sequence[Sample]) -> None:
    """Raise ParameterError for a moment that is the same wherever one looks."""
    values = np.array([sample.values for sample in known])
    for j, moment in enumerate(calibration.moments):
        if np.ptp(values[:, j]) == 0.0:
            raise ParameterError(
                f"Calibration.moments must depend on the parameters; got the {moment.label}, which is "
                f"{values[0, j]:g} at all {len(known)} places tried. Leave it out, or widen the bounds."
            )


def _refuse_certain(calibration: Calibration, usual: Matrix) -> None:
    """Raise ParameterError for a moment without luck whose standard error is not known otherwise."""
    for j, moment in enumerate(calibration.moments):
        if usual[j, j] <= 0.0 and moment.standard_error is None:
            raise ParameterError(
                f"Calibration.moments must have a standard_error where histories do not differ; got none for the "
                f"{moment.label}. Write its standard_error."
            )


def _refuse_idle(simulator: Simulator, bases: Sequence[Vector], jobs: int) -> None:
    """Raise ParameterError for a parameter that moves no moment, to the last bit, from any of the base points."""
    parameters = simulator.calibration.parameters
    todo = [(base, axis, end) for base in bases for axis in range(len(parameters)) for end in (None, 0.0, 0.5, 1.0)]

    def moved(item: tuple[Vector, int, float | None]) -> Vector | None:
        base, axis, end = item
        point = base.copy()
        if end is not None:
            point[axis] = end
        return simulator.values(point)

    found = simulator.side_by_side(moved, todo, jobs)
    for axis, parameter in enumerate(parameters):
        groups = [found[4 * (b * len(parameters) + axis) :][:4] for b in range(len(bases))]
        compared = [(values, group[0]) for group in groups for values in group[1:] if values is not None]
        if compared and all(before is not None and np.array_equal(values, before) for values, before in compared):
            raise ParameterError(
                f"Calibration.parameters must move a moment; got {parameter.path!r}, which moves none between "
                f"{parameter.low:g} and {parameter.high:g}. Observe what depends on it, or fix it in the scenario."
            )


def _inferred(
    simulator: Simulator,
    observed: Vector,
    W: Matrix,
    usual: Matrix,
    sample: Sample,
    searches: list[Search],
    jobs: int,
    bootstrap: int,
) -> Fit:
    """Return the fit at the best search's end, with what is known of its errors."""
    calibration = simulator.calibration
    best = min(searches, key=lambda search: search.objective)
    R = calibration.replicates
    S = observed_covariance(calibration, _filled(sample.covariance, usual))
    V = S + sample.covariance / R
    bounds = ["low" if x < AT_BOUND else "high" if x > 1.0 - AT_BOUND else "" for x in best.point]
    free = [axis for axis, bound in enumerate(bounds) if not bound]
    D, covariance = settled_jacobian(simulator, best.point, free, W, V)
    gap = observed - sample.values
    test = None if D is None else overidentification(gap, D, V)
    identified = None if D is None else identification(D, V)
    drawn = None
    if bootstrap:
        drawn = bootstrapped(simulator, best.point, sample.values, W, S, V, D, test, bootstrap, jobs)
    errors = np.sqrt(np.diag(V))
    moments = tuple(
        FittedMoment(
            moment,
            float(sample.values[j]),
            float(np.sqrt(S[j, j])),
            float(gap[j] / errors[j]) if errors[j] > 0.0 else None,
            float(V[j, j] / S[j, j]) if S[j, j] > 0.0 else None,
            float(W[j, j]),
        )
        for j, moment in enumerate(calibration.moments)
    )
    agreement = sum(search.objective <= best.objective + AGREE * max(1.0, best.objective) for search in searches)
    return Fit(
        calibration=calibration,
        estimates=_estimates(calibration, best.point, bounds, free, covariance, drawn),
        moments=moments,
        point=best.point,
        free=tuple(free),
        objective=best.objective,
        weights=W,
        covariance=V,
        jacobian=D,
        test=test,
        identified=identified,
        searches=tuple(searches),
        agreement=agreement,
        evaluations=simulator.evaluations,
        notes=notes_on(
            calibration, simulator, bounds, free, D, covariance, identified, agreement, drawn, sample.jumping
        ),
        bootstrap=drawn,
    )


def _estimates(
    calibration: Calibration,
    point: Vector,
    bounds: list[str],
    free: list[int],
    covariance: Matrix | None,
    drawn: Bootstrap | None,
) -> tuple[Estimate, ...]:
    """Return the estimate of every parameter."""
    theta = theta_of(calibration.parameters, point)
    found = []
    for axis, parameter in enumerate(calibration.parameters):
        error = interval = None
        value, width = float(theta[axis]), parameter.high - parameter.low
        if covariance is not None and axis in free:
            place = free.index(axis)
            error = float(np.sqrt(covariance[place, place])) * width
            interval = max(value - NORMAL * error, parameter.low), min(value + NORMAL * error, parameter.high)
        drawn_error = drawn_interval = None
        if drawn is not None and len(drawn.estimates) > 1:
            column = drawn.estimates[:, axis]
            drawn_error = float(np.std(column, ddof=1))
            low, high = np.quantile(column, [0.5 - CONFIDENCE / 2.0, 0.5 + CONFIDENCE / 2.0])
            drawn_interval = float(low), float(high)
        found.append(Estimate(parameter.path, value, error, interval, bounds[axis], drawn_error, drawn_interval))
    return tuple(found)
