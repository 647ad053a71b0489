"""What is computed of a chunk, and what is handed back: the same for whoever computes it.

A chunk is a pure function of the plan: its outcomes become the bytes of a file, and who writes them, the worker or the
process that asked, changes nothing. Only a few chunks are under way at a time, so memory does not grow with the number
of runs.
"""

from __future__ import annotations

import abc
import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, StoreError
from simulator.foundation.registry import Registry
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.sweeps.folder import Folder
from simulator.sweeps.measures import MEASURES, Measure
from simulator.sweeps.plan import Block, Chunk, Plan
from simulator.sweeps.provenance import write_atomically
from simulator.sweeps.store import part_bytes, part_table

LOST_CHUNKS = 3
PREPARED_KEPT = 32


class Driver(Protocol):
    """Where histories come from: any deterministic function of (scenario, contract, seed, replicate).

    A driver is sent to worker processes, so it must be picklable, and hashable; a frozen dataclass is both.
    """

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Return the measures of its outcomes by name."""

    def __hash__(self) -> int:
        """Return the same for equal drivers."""

    def prepare(self, scenario: Scenario, contract: Contract) -> Any:
        """Return what the histories of one cell have in common."""

    def simulate(self, prepared: Any, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outcomes of the replicates, one row each."""


@dataclass(frozen=True, slots=True)
class EngineDriver:
    """The compiled engine with all measures."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Return every registered measure."""
        return MEASURES

    def prepare(self, scenario: Scenario, contract: Contract) -> Any:
        """Return the tables of a scenario under a contract."""
        return prepare(scenario, contract)

    def simulate(self, prepared: Any, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outcomes of compiled histories."""
        return simulate(prepared, seed, replicates)


@dataclass(frozen=True, slots=True)
class Record:
    """What is handed back of a chunk: its index, its runs, and how many of them failed."""

    index: int
    runs: int
    failed: int


Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Task(abc.ABC):
    """What is done with every chunk of a plan, by whoever computes it; called with a chunk it writes its files.

    Parameters
    ----------
    plan : Plan
        Whose chunks they are.
    folder : Path or Remote
        The sweep's.
    """

    plan: Plan
    folder: Folder

    def __call__(self, chunk: Chunk) -> Record:
        """Compute a chunk, write its files, and return the record."""
        record, files = self.computed(chunk)
        self.keep(files)
        return record

    @abc.abstractmethod
    def computed(self, chunk: Chunk) -> tuple[Record, Files]:
        """Return the record of a chunk and the files to be kept of it, by name in the sweep's folder, the part last."""

    @abc.abstractmethod
    def warm(self, chunk: Chunk) -> None:
        """Live one history, so that compiled code is on the disk before several processes look for it."""

    def keep(self, files: Files) -> None:
        """Write files into the sweep's folder; raise StoreError where that is impossible."""
        for name, content in files:
            write_atomically(self.folder / name, content)


@dataclass(frozen=True, slots=True)
class Work(Task):
    """The histories of a plan, from a driver, and the parts they become."""

    driver: Driver

    def computed(self, chunk: Chunk) -> tuple[Record, Files]:
        """Return the record of a chunk and its part."""
        outcomes, errors = compute(self.plan, chunk, self.driver)
        content = part_bytes(self.plan, part_table(self.plan, chunk, outcomes, errors))
        record = Record(chunk.index, chunk.runs, sum(error is not None for error in errors))
        return record, ((f"runs/{chunk.part}", content),)

    def warm(self, chunk: Chunk) -> None:
        """Live one history."""
        compute(self.plan, Chunk(0, "", chunk.first_run, 1), self.driver)


def compute(plan: Plan, chunk: Chunk, driver: Driver) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return the measures of a chunk's runs, shape (runs, measures), and each run's error, if it had one.

    A run that fails has NaN in every measure; the others are not touched by it.
    """
    values = np.full((chunk.runs, len(plan.experiment.measures)), np.nan)
    errors: list[str | None] = [None] * chunk.runs
    start = 0
    for block in plan.blocks(chunk):
        rows = slice(start, start + block.count)
        values[rows], errors[rows] = _compute_block(plan, block, driver)
        start += block.count
    return values, errors


@functools.lru_cache(maxsize=PREPARED_KEPT)
def prepared_cell(driver: Driver, scenario: Scenario, contract: Contract) -> Any:
    """Return the driver's preparation of a cell, which the chunks of a large cell share."""
    return driver.prepare(scenario, contract)


def _compute_block(plan: Plan, block: Block, driver: Driver) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return the measures and errors of some replicates of a cell; all fail if the cell cannot be built."""
    nothing = np.full((block.count, len(plan.experiment.measures)), np.nan)
    try:
        prepared = prepared_cell(driver, *plan.build(block.cell))
    except MemoryError:
        raise
    except Exception as error:
        return nothing, [_line(error)] * block.count
    replicates = np.arange(block.first, block.first + block.count, dtype=np.int64)
    try:
        return _measured(plan, driver, prepared, replicates)
    except MemoryError:
        raise
    except Exception as error:
        if block.count == 1:
            return nothing, [_line(error)]
    singles = [_compute_block(plan, Block(block.cell, int(replicate), 1), driver) for replicate in replicates]
    return np.concatenate([values for values, _ in singles]), [errors[0] for _, errors in singles]


def _measured(
    plan: Plan, driver: Driver, prepared: Any, replicates: NDArray[np.int64]
) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return the measures of some replicates; a run with a measure that should be a number and is not has failed."""
    outcomes = driver.simulate(prepared, plan.experiment.seed, replicates)
    columns: list[NDArray[np.float64]] = []
    errors: list[str | None] = [None] * replicates.size
    for name in plan.experiment.measures:
        measure = driver.measures[name]
        column = np.asarray(measure.of(outcomes), dtype=np.float64)
        fine = np.isfinite(column) | (np.isnan(column) & measure.undefined_ok)
        for row in np.flatnonzero(~fine):
            errors[row] = errors[row] or f"{name} must be a finite number; got {column[row]}."
        columns.append(column)
    values = np.column_stack(columns)
    values[[error is not None for error in errors]] = np.nan
    return values, errors


def _line(error: Exception) -> str:
    """Return an error as one line; one of ours speaks for itself."""
    text = " ".join(str(error).split())
    return text if isinstance(error, AllianceError) else f"{type(error).__name__}: {text}".rstrip(": ")


Launch = Callable[[Task, Sequence[Chunk], int], Iterator[Record]]
EXECUTORS: Registry[Launch] = Registry("executor")


class Opened(Protocol):
    """An executor that stays open from one round of a sweep to the next, until whoever opened it closes it."""

    name: str

    def __call__(self, work: Task, chunks: Sequence[Chunk], jobs: int) -> Iterator[Record]:
        """Yield the record of every chunk, as an entry of EXECUTORS does."""


def lost(what: str, chunks: Sequence[Chunk]) -> StoreError:
    """Return the error for chunks whose workers died every time."""
    spans = ", ".join(f"{chunk.first_run} to {chunk.first_run + chunk.runs - 1}" for chunk in chunks)
    return StoreError(
        f"{what} must live until their runs are done; they died twice on runs {spans} (out of memory?). "
        "What is computed stays. Run the command again with --jobs 1 to go on."
    )


def available_cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
