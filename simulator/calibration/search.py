"""The search for the parameters whose moments are nearest: from several places, without derivatives, inside bounds.

The distance is a step function where a measure takes few values, so no search here differentiates. All of it happens
in the unit cube, and nothing is random: the places are those of a Sobol sequence.

References
----------
Nelder and Mead (1965), A simplex method for function minimization, The Computer Journal 7; in bounds, by projection.
Powell (1964), An efficient method for finding the minimum of a function of several variables, The Computer Journal 7.
Storn and Price (1997), Differential evolution, Journal of Global Optimization 11.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution, minimize
from scipy.stats import qmc

from simulator.calibration.simulated import Simulator, Vector

IMPOSSIBLE = 1e12
"""The distance where nothing can be simulated: finite, so that a simplex can be compared and can leave the place."""

FIRST_STEP = 0.15
SECOND_STEP = 0.03
AGAIN = 0.06
MET = 0.01
PLACE = 1e-4
VALUE = 1e-7
POPULATION = 8


@dataclass(frozen=True, slots=True)
class Search:
    """Where one search began and ended.

    Parameters
    ----------
    start, point : float array, shape (p,)
        Points of the unit cube.
    objective : float
        The distance at its end.
    evaluations : int
        Vectors of parameters it tried.
    """

    start: Vector
    point: Vector
    objective: float
    evaluations: int


class Distance:
    """The weighted squared distance g' W g of simulated moments to observed ones; remembers the best point so far."""

    def __init__(
        self, simulator: Simulator, observed: Vector, weights: NDArray[np.float64], seed: int | None = None
    ) -> None:
        """Fix what is compared, by which weights, under which luck (by default the calibration's)."""
        self.simulator, self.observed, self.weights, self.seed = simulator, observed, weights, seed
        self.best: tuple[float, Vector] | None = None
        self._lock = threading.Lock()

    def of(self, values: Vector | None) -> float:
        """Return the distance of simulated moments; IMPOSSIBLE if there are none."""
        if values is None:
            return IMPOSSIBLE
        gap = self.observed - values
        return min(float(gap @ self.weights @ gap), IMPOSSIBLE)

    def __call__(self, point: Vector) -> float:
        """Return the distance at a point of the unit cube."""
        inside = np.clip(point, 0.0, 1.0)
        found = self.of(self.simulator.values(inside, self.seed))
        with self._lock:
            if self.best is None or found < self.best[0]:
                self.best = found, inside.copy()
        return found


def places(dimensions: int) -> NDArray[np.float64]:
    """Return points that cover the unit cube evenly: a Sobol sequence, moved off the walls.

    Examples
    --------
    >>> places(1).ravel().tolist()
    [0.0625, 0.5625, 0.8125, 0.3125, 0.4375, 0.9375, 0.6875, 0.1875]
    """
    power = max(3, math.ceil(math.log2(8 * dimensions)))
    points: NDArray[np.float64] = qmc.Sobol(dimensions, scramble=False).random_base2(power)
    return points + 0.5 / len(points)


def simplex(start: Vector, step: float) -> NDArray[np.float64]:
    """Return a simplex around a point, each corner a step along one axis towards the inside of the cube.

    Examples
    --------
    >>> simplex(np.array([0.5, 1.0]), 0.25).tolist()
    [[0.5, 1.0], [0.75, 1.0], [0.5, 0.75]]
    """
    corners = np.tile(start, (start.size + 1, 1))
    for axis in range(start.size):
        corners[axis + 1, axis] += step if start[axis] + step <= 1.0 else -step
    return corners


def nelder_mead(distance: Callable[[Vector], float], start: Vector, step: float, evaluations: int) -> Search:
    """Return the end of a simplex search, begun a second time, smaller, where the first one ended."""
    bounds = [(0.0, 1.0)] * start.size
    used, point = 0, start
    for size in (step, min(step, SECOND_STEP)):
        found = minimize(
            distance,
            point,
            method="Nelder-Mead",
            bounds=bounds,
            options={
                "initial_simplex": simplex(point, size),
                "xatol": PLACE,
                "fatol": VALUE,
                "maxfev": max(evaluations - used, start.size + 2),
            },
        )
        point, objective = np.clip(found.x, 0.0, 1.0), float(found.fun)
        used += int(found.nfev)
    return Search(start, point, objective, used)


def powell(distance: Callable[[Vector], float], start: Vector, step: float, evaluations: int) -> Search:
    """Return the end of Powell's search along conjugate directions, which a small simplex finishes."""
    found = minimize(
        distance,
        start,
        method="Powell",
        bounds=[(0.0, 1.0)] * start.size,
        options={"xtol": PLACE, "ftol": VALUE, "maxfev": max(evaluations // 2, 1), "direc": step * np.eye(start.size)},
    )
    end = nelder_mead(distance, np.clip(found.x, 0.0, 1.0), SECOND_STEP, max(evaluations - int(found.nfev), 1))
    return Search(start, end.point, end.objective, int(found.nfev) + end.evaluations)


def evolution(distance: Callable[[Vector], float], start: Vector, step: float, evaluations: int) -> Search:
    """Return the end of differential evolution over the whole cube, which a simplex finishes; `step` plays no part."""
    crowd = POPULATION * start.size
    found = differential_evolution(
        distance,
        [(0.0, 1.0)] * start.size,
        x0=start,
        popsize=POPULATION,
        init="sobol",
        maxiter=max(evaluations // (2 * crowd) - 1, 1),
        polish=False,
        tol=PLACE,
        seed=0,
    )
    end = nelder_mead(distance, np.clip(found.x, 0.0, 1.0), SECOND_STEP, max(evaluations - int(found.nfev), 1))
    return Search(start, end.point, end.objective, int(found.nfev) + end.evaluations)


def again(
    simulator: Simulator, distance: Distance, searches: list[Search], evaluations: int, jobs: int
) -> list[Search]:
    """Return searches of a second distance from where those of a first one ended; those that met go on as one."""
    ends: list[Vector] = []
    groups = []
    for search in searches:
        near = [index for index, end in enumerate(ends) if np.max(np.abs(end - search.point)) < MET]
        groups.append(near[0] if near else len(ends))
        if not near:
            ends.append(search.point)
    found = simulator.side_by_side(lambda end: nelder_mead(distance, end, AGAIN, evaluations), ends, jobs)
    return [
        Search(search.start, found[group].point, found[group].objective, search.evaluations + found[group].evaluations)
        for search, group in zip(searches, groups, strict=True)
    ]


SEARCHES: dict[str, Callable[[Callable[[Vector], float], Vector, float, int], Search]] = {
    "nelder_mead": nelder_mead,
    "powell": powell,
    "differential_evolution": evolution,
}
