"""What a sweep would take: a few hundred of its runs are really run, timed by the executor that would run the rest.

The cost of a cell is what its scenario and contract take to prepare, once, and what its histories take; both are timed
in some cells drawn at random, while as many workers are busy as would be. The interval is Student's over these cells,
and never narrower than NOISE, within which a machine repeats a timing and parts compress alike.

References
----------
Cochran (1977), Sampling Techniques, sections 2.7 and 2.8 (a total from a simple random sample).
"""

from __future__ import annotations

import math
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import AllianceError, ParameterError
from simulator.sweeps.cells import Driver, EngineDriver, compute
from simulator.sweeps.executors import EXECUTORS, Record, Work, available_cores
from simulator.sweeps.executors.base import Files
from simulator.sweeps.plan import Chunk, Plan
from simulator.sweeps.store import part_table, read_part, write_part

CELLS = 24
LOOKED_AT = 500
MOST_FIRM_MONTHS = 2e8
FEWEST_CELLS = 4
MOST_REPLICATES = 100
PATIENCE = 10.0
CONFIDENCE = 0.95
GROUPS = 4
NOISE = 0.25
UNLIMITED = 10**9


@dataclass(frozen=True, slots=True)
class Timed(Record):
    """What is handed back of a sampled cell.

    Parameters
    ----------
    seconds : float
        What all of it took.
    fixed, history : float
        Seconds for the cell, once, and for each of its histories.
    outcomes : float array, shape (runs, measures)
        What was measured.
    error : str or None
        What went wrong in the first run that failed.
    """

    seconds: float
    fixed: float
    history: float
    outcomes: NDArray[np.float64]
    error: str | None


@dataclass(frozen=True, slots=True)
class TimedWork(Work):
    """A sample of a plan's cells; with a chunk of one cell it times it, and there is nothing to keep."""

    def computed(self, chunk: Chunk) -> tuple[Timed, Files]:
        """Run one history with its preparation, then one and then all without, which tells their costs apart."""
        if not _warm:
            self.warm(Chunk(0, "", 0, 1))
            _warm.append(True)
        seconds = []
        for runs in (1, 1, chunk.runs):
            began = time.perf_counter()
            outcomes, errors = compute(self.cells, Chunk(0, "", chunk.first_run, runs))
            seconds.append(time.perf_counter() - began)
        failed = [error for error in errors if error is not None]
        history = (seconds[2] - seconds[1]) / (runs - 1) if runs > 1 else seconds[1]
        fixed = seconds[0] - history
        timed = Timed(
            chunk.index, runs, len(failed), sum(seconds), fixed, max(history, 0.0), outcomes, (*failed, None)[0]
        )
        return timed, ()


_warm: list[bool] = []


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with the ends of its interval."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sweep would take.

    Parameters
    ----------
    seconds, size : Range
        Wall time from the first run to the summary, and bytes on the disk.
    runs, cells : int
        What was run to find out.
    failed : int
        Sampled cells with a run that failed.
    error : str or None
        What went wrong in the first of these.
    compiling, starting : float
        Seconds until the rules were compiled or loaded here, and for the workers to begin and to end.
    executor, jobs : str, int
        Who would run it, and how many side by side.
    """

    seconds: Range
    size: Range
    runs: int
    cells: int
    failed: int
    error: str | None
    compiling: float
    starting: float
    executor: str
    jobs: int


def estimate(
    made: Plan, *, jobs: int | None = None, executor: str = "processes", driver: Driver | None = None
) -> Estimate:
    """Return what the first round of a plan would take here (all of it, unless replication is adaptive).

    Parameters
    ----------
    made : Plan
        From `plan`.
    jobs, executor, driver
        As `run_sweep` would get them.

    Raises
    ------
    UnknownNameError
        If there is no such executor.
    ParameterError
        If a single history has more than MOST_FIRM_MONTHS.
    StoreError
        If workers die, or the folder for temporary files cannot be written.
    """
    launch, driver = EXECUTORS[executor], EngineDriver() if driver is None else driver
    _refuse_endless(made, np.unique(np.linspace(0, made.cells - 1, LOOKED_AT).astype(np.int64)))
    began = time.perf_counter()
    work = TimedWork(made, Path(), driver)
    first = Chunk(0, "", 0, 1)
    work.warm(first)
    compiling = time.perf_counter() - began
    began = time.perf_counter()
    compute(work.cells, first)
    chunks = _sampled(made, time.perf_counter() - began)
    jobs = min(jobs or available_cores(), len(made.chunks))
    found: list[Timed] = []
    starting = 0.0
    began = ended = time.perf_counter()
    with closing(launch(work, chunks, jobs)) as records:  # type: ignore[type-var]
        for record in records:
            if isinstance(record, Timed):
                if not found:
                    starting = max(time.perf_counter() - began - record.seconds, 0.0)
                found.append(record)
                ended = time.perf_counter()
    starting += time.perf_counter() - ended  # and to see the workers off
    found.sort(key=lambda each: each.index)
    writing, reading, size = _parts(made, found)
    replicates = made.experiment.replicates
    costs = [each.fixed + each.history * replicates for each in found]
    working = _total(costs, made.cells)
    parts = len(made.chunks)
    fixed = starting + parts * (writing / jobs + reading)
    expected, low, high = (fixed + part / jobs for part in working)
    bad = [each for each in found if each.failed]
    return Estimate(
        seconds=_noisy(expected, low, high),
        size=size,
        runs=sum(each.runs + 2 for each in found) + 2,
        cells=len(found),
        failed=len(bad),
        error=bad[0].error if bad else None,
        compiling=compiling,
        starting=starting,
        executor=executor,
        jobs=jobs,
    )


def _refuse_endless(made: Plan, cells: NDArray[np.int64]) -> None:
    """Raise ParameterError if one history of some cell takes minutes: no sample can be run of such a sweep."""
    for cell in cells.tolist():
        try:
            scenario, _ = made.build(cell)
        except AllianceError:
            continue
        longest = scenario.small.count * scenario.horizon.months
        if longest > MOST_FIRM_MONTHS:
            raise ParameterError(
                f"A history to be timed must have at most {MOST_FIRM_MONTHS:g} firm-months; got small.count = "
                f"{scenario.small.count} for horizon.months = {scenario.horizon.months}, {longest:g}. "
                "At some ten million a second that is what one history takes; try a smaller market."
            )


def _sampled(made: Plan, seconds: float) -> list[Chunk]:
    """Return one chunk for each of some cells drawn at random, as many and as large as patience allows.

    `seconds` is what one history takes.
    """
    affordable = max(int(PATIENCE / (2.0 * max(seconds, 1e-6))), FEWEST_CELLS)
    count = min(made.cells, CELLS, affordable)
    replicates = made.experiment.replicates
    runs = max(1, min(replicates, MOST_REPLICATES, affordable // count))
    cells = np.sort(np.random.default_rng(0).choice(made.cells, count, replace=False))
    _refuse_endless(made, cells)
    return [Chunk(index, "", int(cell) * replicates, runs) for index, cell in enumerate(cells)]


def _total(values: list[float], population: int) -> tuple[float, float, float]:
    """Return the total over a population from a random sample of it, and the ends of its interval.

    Examples
    --------
    >>> _total([1.0, 1.0, 1.0], 30)
    (30.0, 30.0, 30.0)
    """
    mean, count = float(np.mean(values)), len(values)
    if count < 2 or count == population:
        return population * mean, population * mean, population * mean
    from scipy.stats import t

    left_out = 1.0 - count / population
    error = float(np.std(values, ddof=1)) * math.sqrt(left_out / count)
    reach = float(t.ppf(0.5 + 0.5 * CONFIDENCE, count - 1)) * error
    return population * mean, population * max(mean - reach, 0.0), population * (mean + reach)


def _parts(made: Plan, found: list[Timed]) -> tuple[float, float, Range]:
    """Return the seconds to write a part and to read it, and the bytes of all parts.

    A part has a size of its own and so much for every run, which a part and half of it tell apart. Sampled cells stand
    side by side in it only if they are whole, because the same luck compresses well.
    """
    complete = found[0].runs == made.experiment.replicates
    groups = [found[g::GROUPS] for g in range(min(GROUPS, len(found)))] if complete else [[each] for each in found]
    totals = []
    times = []
    with tempfile.TemporaryDirectory(prefix="alliance-") as name:
        folder = Path(name)
        (folder / "runs").mkdir()
        for group in groups:
            outcomes = np.concatenate([each.outcomes for each in group])[: made.chunks[0].runs]
            rows, half = len(outcomes), len(outcomes) // 2
            *seconds, size = _part(made, folder, outcomes)
            times.append(seconds)
            for_each = (size - _part(made, folder, outcomes[:half])[2]) / (rows - half) if half else 0.0
            totals.append(made.runs * for_each + len(made.chunks) * (size - rows * for_each))
    writing, reading = (float(np.median(column)) for column in zip(*times, strict=True))
    return writing, reading, _noisy(*(part / UNLIMITED for part in _total(totals, UNLIMITED)))


def _noisy(expected: float, low: float, high: float) -> Range:
    """Return an estimate whose interval is not narrower than NOISE."""
    return Range(expected, min(low, expected * (1.0 - NOISE)), max(high, expected * (1.0 + NOISE)))


def _part(made: Plan, folder: Path, outcomes: NDArray[np.float64]) -> tuple[float, float, int]:
    """Return the seconds to write a part of these outcomes and to read it, and its bytes."""
    chunk = Chunk(0, "sample", 0, len(outcomes))
    began = time.perf_counter()
    write_part(folder, made, chunk, part_table(made, chunk, outcomes, [None] * len(outcomes)))
    middle = time.perf_counter()
    read_part(folder / "runs" / chunk.part, [*made.experiment.measures, "error"])
    return middle - began, time.perf_counter() - middle, (folder / "runs" / chunk.part).stat().st_size
