"""Adaptive replication: runs are added in rounds until what is measured is known as precisely as asked.

After every round the interval of the measure's mean (or of a contrast of contracts) is computed at every point, and the
points where it is too wide get more replicates, under every contract, so that contracts stay paired by their luck. What
is added is a function of the runs so far, read in their order, and of nothing else: neither the number of workers, nor
the size of the parts, nor an interruption changes it.

References
----------
Chow and Robbins (1965), On the asymptotic theory of fixed-width sequential confidence intervals, The Annals of
    Mathematical Statistics 36 (stopping as soon as the interval is narrow covers slightly less often than stated).
Law (2015), Simulation Modeling and Analysis, section 9.4.1 (absolute and relative precision).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.parameters import check_limits, parameter

if TYPE_CHECKING:
    from simulator.sweeps.folder import Folder
    from simulator.sweeps.plan import Chunk, Plan

FEWEST = 10
MARGIN = 1.05
SLOWEST, FASTEST = 1.25, 4.0
LARGEST_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Replication:
    """Until when replicates are added to a point.

    Parameters
    ----------
    measure : str
        One of the experiment's measures.
    half_width : float
        Half the widest interval that is narrow enough, in the unit of the measure, or as a share of its mean.
    relative : bool
        Whether `half_width` is a share of the mean.
    contrast : bool
        Whether the interval is that of every other contract's paired difference from the baseline.
    confidence : float
        Of the intervals (Student's).
    most : int
        Replicates at which a point is left as it is, FEWEST or more.

    Raises
    ------
    ParameterError
        If a number is out of its range.
    """

    measure: str
    half_width: float = parameter(low=0.0, open_low=True, doc="Half-width that is narrow enough.")
    relative: bool = False
    contrast: bool = False
    confidence: float = parameter(0.95, low=0.5, high=1.0, open_high=True, doc="Confidence of the intervals.")
    most: int = parameter(100_000, unit="histories", low=FEWEST, high=LARGEST_MOST, doc="Most replicates at a point.")

    def __post_init__(self) -> None:
        """Hold the numbers to their ranges."""
        check_limits(self)
        if isinstance(self.most, bool) or not isinstance(self.most, int):
            raise ParameterError(f"Replication.most must be a whole number; got {self.most!r}. Write most = 100000.")

    def check(self, measures: Sequence[str], contracts: Sequence[str], replicates: int) -> None:
        """Raise an error unless an experiment with these measures, contracts and replicates can be replicated so."""
        if self.measure not in measures:
            raise unknown("measure of the replication", self.measure, measures)
        if self.contrast and len(contracts) < 2:
            raise ParameterError(
                f"Replication.contrast must compare two contracts; got {contracts[0]!r} alone. Add one to contracts."
            )
        if not FEWEST <= replicates <= self.most:
            raise ParameterError(
                f"Experiment.replicates must be from {FEWEST} to most = {self.most} where runs are added; got "
                f"{replicates}. They are the first round: write, say, replicates = 100."
            )


@dataclass(frozen=True, slots=True)
class Unreached:
    """An interval that is wider than asked.

    Parameters
    ----------
    point : int
        Number of the point.
    contract : str
        Whose mean it is, or whose difference from the baseline.
    replicates, defined : int
        Replicates of the point, and those in which the measure is defined.
    half_width, wanted : float
        Half the width of the interval, and what was asked.
    """

    point: int
    contract: str
    replicates: int
    defined: int
    half_width: float
    wanted: float


class Precision:
    """How precisely the measure is known at every point, from the rounds read so far.

    Parameters
    ----------
    made : Plan
        The plan of an experiment with a replication.
    """

    def __init__(self, made: Plan) -> None:
        """Start without any run."""
        experiment = made.experiment
        if experiment.replication is None:
            raise ParameterError("Precision must have an experiment with a replication; got one without. Give one.")
        self.rule = experiment.replication
        self.baseline = experiment.contracts.index(experiment.baseline)
        names = [name for name in experiment.contracts if not (self.rule.contrast and name == experiment.baseline)]
        self.contracts = tuple(names)
        points = len(made.points)
        self.replicates = np.zeros(points, dtype=np.int64)
        self.hopeless = np.zeros(points, dtype=bool)
        self.count = np.zeros((points, len(names)))
        self.mean = np.zeros((points, len(names)))
        self.squares = np.zeros((points, len(names)))

    def add(self, point: int, outcomes: NDArray[np.float64], failed: NDArray[np.bool_]) -> None:
        """Add one round's replicates of a point.

        Parameters
        ----------
        point : int
            Its number.
        outcomes : float array, shape (contracts, replicates)
            The measure; NaN where it is not defined or the run has failed.
        failed : bool array, shape (contracts, replicates)
            Which runs have failed. A point where all runs of a contract do gets no more of them.
        """
        self.replicates[point] += outcomes.shape[1]
        self.hopeless[point] |= bool(failed.all(axis=1).any())
        if self.rule.contrast:
            outcomes = np.delete(outcomes - outcomes[self.baseline], self.baseline, axis=0)
        defined = np.isfinite(outcomes)
        count = defined.sum(axis=1).astype(np.float64)
        mean = np.where(defined, outcomes, 0.0).sum(axis=1) / np.maximum(count, 1.0)
        squares = np.where(defined, (outcomes - mean[:, None]) ** 2, 0.0).sum(axis=1)
        total = np.maximum(self.count[point] + count, 1.0)
        shift = mean - self.mean[point]
        self.squares[point] += squares + shift * shift * self.count[point] * count / total
        self.mean[point] += shift * count / total
        self.count[point] += count

    def read(self, folder: Folder, made: Plan, chunks: Sequence[Chunk]) -> None:
        """Add a round whose parts are all in a sweep's folder."""
        point, columns = -1, [list[Any]()]
        for cell, values, failed in _cells(folder, made, chunks, self.rule.measure):
            here, contract = divmod(cell, len(made.experiment.contracts))
            if here != point:
                self._add_columns(point, columns)
                point, columns = here, [[] for _ in made.experiment.contracts]
            columns[contract].append((values, failed))
        self._add_columns(point, columns)

    def _add_columns(self, point: int, columns: list[list[Any]]) -> None:
        """Add the pieces of a point's cells, contract by contract."""
        if point >= 0:
            values, failed = (
                np.stack([np.concatenate([piece[k] for piece in pieces]) for pieces in columns]) for k in (0, 1)
            )
            self.add(point, values, failed)

    def half_widths(self) -> NDArray[np.float64]:
        """Return half the width of every interval, shape (points, contracts); infinite with fewer than two values."""
        from scipy.stats import t

        degrees = np.maximum(self.count - 1.0, 1.0)
        error = np.sqrt(self.squares / degrees / np.maximum(self.count, 1.0))
        widths: NDArray[np.float64] = np.where(
            self.count > 1.0, t.ppf(0.5 + 0.5 * self.rule.confidence, degrees) * error, math.inf
        )
        return widths

    def wanted(self) -> NDArray[np.float64]:
        """Return the widest half-width that is narrow enough, shape (points, contracts).

        A share g of the true mean is held by a share g / (1 + g) of the estimated one (Law 2015, section 9.4.1).
        """
        if not self.rule.relative:
            return np.full(self.mean.shape, self.rule.half_width)
        return np.abs(self.mean) * self.rule.half_width / (1.0 + self.rule.half_width)

    def added(self) -> dict[int, int]:
        """Return how many replicates each point gets next; empty where nothing is left to do.

        As many as the deviation so far calls for, with a margin of MARGIN: in all at least SLOWEST and at most FASTEST
        times as many as there are, and not more than the rule allows.
        """
        widths, wanted = self.half_widths(), self.wanted()
        open_points = (widths > wanted).any(axis=1) & ~self.hopeless & (self.replicates < self.rule.most)
        found = {}
        for point in np.flatnonzero(open_points).tolist():
            now = int(self.replicates[point])
            factor = max(
                math.inf if w == 0.0 else (h / w) ** 2
                for h, w in zip(widths[point], wanted[point], strict=True)
                if h > w
            )
            target = math.ceil(now * min(max(factor * MARGIN, SLOWEST), FASTEST))
            found[point] = min(target, self.rule.most) - now
        return found

    def unreached(self) -> list[Unreached]:
        """Return every interval that is still too wide, the widest for what was asked first."""
        widths, wanted = self.half_widths(), self.wanted()
        found = [
            Unreached(
                int(point),
                self.contracts[column],
                int(self.replicates[point]),
                int(self.count[point, column]),
                float(widths[point, column]),
                float(wanted[point, column]),
            )
            for point, column in np.argwhere(widths > wanted)
        ]
        return sorted(found, key=lambda each: (-_excess(each), each.point))


def _excess(each: Unreached) -> float:
    """Return how many times too wide an interval is."""
    return each.half_width / each.wanted if each.wanted > 0.0 else math.inf


def _cells(
    folder: Folder, made: Plan, chunks: Sequence[Chunk], measure: str
) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.bool_]]]:
    """Yield the cells of some chunks in order, each in one or several pieces: its values and which runs failed."""
    from simulator.sweeps.store import read_part

    for chunk in chunks:
        table = read_part(folder / "runs" / chunk.part, [measure, "error"])
        values = table[measure].to_numpy()
        failed = table["error"].is_valid().to_numpy(zero_copy_only=False)
        start = 0
        for block in made.blocks(chunk):
            rows = slice(start, start + block.runs)
            yield block.cell, values[rows], failed[rows]
            start += block.runs
