"""The moments of a scenario at a vector of parameters, simulated under the same luck at every vector.

Vectors are points x of the unit cube: theta = low + x (high - low). The runs of every vector have the same seed and the
same replicate numbers, so a difference between two vectors is a difference of parameters and not of luck, and the
distance to the observed moments is as smooth in theta as the measures allow (McFadden 1989; Pakes and Pollard 1989).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.calibration.problem import Calibration, Parameter
from simulator.calibration.statistics import STATISTICS, influence_of, value_of
from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, ParameterError
from simulator.sweeps.cells import Driver
from simulator.sweeps.factors import with_values

Vector = NDArray[np.float64]
Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]

TIED = 0.1


def theta_of(parameters: tuple[Parameter, ...], point: Vector) -> Vector:
    """Return the parameters' values at a point of the unit cube.

    Examples
    --------
    >>> theta_of((Parameter("small.cash", 2.0, 6.0),), np.array([0.25])).tolist()
    [3.0]
    """
    low = np.array([each.low for each in parameters])
    high = np.array([each.high for each in parameters])
    return np.asarray(np.clip(low + np.asarray(point) * (high - low), low, high))


def point_of(parameters: tuple[Parameter, ...], theta: Iterable[float]) -> Vector:
    """Return the point of the unit cube at which the parameters have these values."""
    return np.array([(v - each.low) / (each.high - each.low) for v, each in zip(theta, parameters, strict=True)])


class Stopped(Exception):  # noqa: N818 - not an error: the user has pressed Ctrl-C
    """Raised in the threads of a search that has been interrupted."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The moments of a vector of parameters.

    Parameters
    ----------
    values : float array, shape (k,)
        The moments.
    covariance : float array, shape (k, k)
        n times their covariance in samples of n runs, n large.
    jumping : tuple of str
        Quantiles at a value that TIED of the runs or more have: between such values a quantile jumps.
    """

    values: Vector
    covariance: NDArray[np.float64]
    jumping: tuple[str, ...] = ()


class Simulator:
    """Simulates moments, counts how often, and stops when it is told to."""

    def __init__(self, calibration: Calibration, driver: Driver, progress: Progress | None = None) -> None:
        """Hold the measures to those the driver has."""
        for moment in calibration.moments:
            driver.measures[moment.measure]
        self.calibration = calibration
        self.driver = driver
        self.contract = calibration.scenario.contract(calibration.contract)
        self.names = list(dict.fromkeys(moment.measure for moment in calibration.moments))
        self.evaluations = 0
        self.failures: Counter[str] = Counter()
        self.stop = threading.Event()
        self._progress = progress
        self._lock = threading.Lock()

    def at(self, point: Vector) -> tuple[Scenario, Contract]:
        """Return the scenario and the contract with the parameters of a point."""
        theta = theta_of(self.calibration.parameters, point)
        paths = (each.path for each in self.calibration.parameters)
        return with_values(self.calibration.scenario, self.contract, dict(zip(paths, map(float, theta), strict=True)))

    def columns(
        self, point: Vector, seed: int | None = None, first: int = 0, runs: int | None = None
    ) -> dict[str, Vector]:
        """Return every measure that is needed, over the runs of a point.

        Raises
        ------
        AllianceError
            If the point is no scenario, or a run gives a number that is none.
        Stopped
            If the search has been interrupted.
        """
        if self.stop.is_set():
            raise Stopped
        with self._lock:
            self.evaluations += 1
            if self._progress is not None:
                self._progress(self.evaluations, 0)
        prepared: Any = self.driver.prepare(*self.at(point))
        runs = self.calibration.replicates if runs is None else runs
        replicates = np.arange(first, first + runs, dtype=np.int64)
        outcomes = self.driver.simulate(prepared, self.calibration.seed if seed is None else seed, replicates)
        found = {}
        for name in self.names:
            measure = self.driver.measures[name]
            column = np.asarray(measure.of(outcomes), dtype=np.float64)
            fine = np.isfinite(column) | (np.isnan(column) & measure.undefined_ok)
            if not fine.all():
                raise ParameterError(f"{name} must be a finite number; got {column[~fine][0]}.")
            found[name] = column
        return found

    def values_of(self, columns: dict[str, Vector], sizes: Iterable[int] | None = None) -> Vector:
        """Return the moments of simulated measures, of the first `sizes` runs each if given; NaN where undefined."""
        moments = self.calibration.moments
        most = [None] * len(moments) if sizes is None else list(sizes)
        return np.array(
            [
                value_of(STATISTICS[each.statistic], each.level, columns[each.measure][:size])
                for each, size in zip(moments, most, strict=True)
            ]
        )

    def values(self, point: Vector, seed: int | None = None) -> Vector | None:
        """Return the moments at a point; None, and the reason noted, where it has none."""
        found = self._moments(point, seed)
        return None if found is None else found[1]

    def sample(self, point: Vector, seed: int | None = None) -> Sample | None:
        """Return the moments at a point with their covariance; None, and the reason noted, where it has none."""
        found = self._moments(point, seed)
        if found is None:
            return None
        columns, values = found
        influences = np.array(
            [
                influence_of(STATISTICS[each.statistic], each.level, columns[each.measure], value)
                for each, value in zip(self.calibration.moments, values, strict=True)
            ]
        )
        centred = influences - influences.mean(axis=1, keepdims=True)
        jumping = tuple(
            each.label
            for each, value in zip(self.calibration.moments, values, strict=True)
            if each.statistic == "quantile" and np.mean(columns[each.measure] == value) >= TIED
        )
        return Sample(values, centred @ centred.T / (influences.shape[1] - 1), jumping)

    def _moments(self, point: Vector, seed: int | None) -> tuple[dict[str, Vector], Vector] | None:
        """Return the measures and the moments at a point; None, and the reason noted, where it has none."""
        try:
            columns = self.columns(point, seed)
            values = self.values_of(columns)
            missing = np.flatnonzero(np.isnan(values))
            if missing.size:
                raise ParameterError(f"the {self.calibration.moments[missing[0]].label} has no meaning in any history.")
        except AllianceError as error:
            with self._lock:
                self.failures[" ".join(str(error).split())] += 1
            return None
        return columns, values

    def side_by_side(self, work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> list[Result]:
        """Return the results of some work in the order of its items, whatever the number of jobs.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, after the threads have stopped.
        """
        todo = list(items)
        if min(jobs, len(todo)) < 2:
            return [work(item) for item in todo]
        pool = ThreadPoolExecutor(min(jobs, len(todo)))
        try:
            return [future.result() for future in [pool.submit(work, item) for item in todo]]
        except BaseException:
            self.stop.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
