"""The distance along each parameter, the others fitted again: how sharply the moments tell it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.calibration.fit import Fit
from simulator.calibration.search import IMPOSSIBLE, SECOND_STEP, Distance, nelder_mead
from simulator.calibration.simulated import Progress, Simulator, Vector, theta_of
from simulator.sweeps.cells import Driver, EngineDriver

STEPS = 6
TRIES = 25


@dataclass(frozen=True, slots=True)
class Profile:
    """The least distance at values of one parameter.

    Parameters
    ----------
    path : str
        The parameter.
    values : float array, shape (n,)
        Its values, from one bound to the other; the estimate is one of them.
    distance : float array, shape (n,)
        The least weighted squared distance at each; NaN where nothing can be simulated.
    """

    path: str
    values: Vector
    distance: Vector


def profiles(
    fit: Fit,
    *,
    jobs: int = 1,
    driver: Driver | None = None,
    progress: Progress | None = None,
    steps: int = STEPS,
) -> tuple[Profile, ...]:
    """Return the profile of the distance along every parameter.

    From the estimate outwards, `steps` values to each bound; at each the other parameters are searched for again, from
    where they were best at the value before, with at most TRIES vectors for each of them.

    Parameters
    ----------
    fit : Fit
        A finished calibration.
    jobs : int
        Sides of parameters side by side; it never changes a number.
    driver, progress : optional
        As in `estimate`.
    steps : int
        Values between the estimate and each bound, the bound included, at least 1.
    """
    calibration = fit.calibration
    simulator = Simulator(calibration, EngineDriver() if driver is None else driver, progress)
    observed = np.array([each.value for each in calibration.moments])

    def side(item: tuple[int, float]) -> list[tuple[float, float]]:
        axis, end = item
        found, others = [], np.delete(fit.point, axis)
        for place in np.linspace(fit.point[axis], end, steps + 1)[1:]:
            distance = Distance(simulator, observed, fit.weights)

            def at(rest: Vector, place: float = float(place), distance: Distance = distance) -> float:
                return distance(np.insert(rest, axis, place))

            if others.size:
                search = nelder_mead(at, others, SECOND_STEP, TRIES * others.size)
                others, least = search.point, search.objective
            else:
                least = at(others)
            found.append((float(place), least if least < IMPOSSIBLE else np.nan))
        return found

    axes = range(len(calibration.parameters))
    sides = simulator.side_by_side(side, [(axis, end) for axis in axes for end in (0.0, 1.0)], jobs)
    result = []
    for axis in axes:
        below, above = sides[2 * axis], sides[2 * axis + 1]
        line = [*reversed(below), (float(fit.point[axis]), fit.objective), *above]
        points = np.tile(fit.point, (len(line), 1))
        points[:, axis] = [place for place, _ in line]
        values = np.array([theta_of(calibration.parameters, point)[axis] for point in points])
        kept = np.flatnonzero(np.diff(values, prepend=-np.inf) > 0.0)
        distances = np.array([distance for _, distance in line])
        result.append(Profile(calibration.parameters[axis].path, values[kept], distances[kept]))
    return tuple(result)
