"""Who computes the chunks of a plan: this process, its threads, or worker processes; the results are the same.

A chunk is a pure function of the plan. Whoever computes it writes its part and hands back only a small record, and only
a few chunks are under way at a time, so memory does not grow with the number of runs. Worker processes are spawned
afresh, ignore Ctrl-C, and end when their parent does, however it ends. Scripts that use them need the usual
``if __name__ == "__main__":`` around their main part.
"""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for_end
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.compiled import source_hash
from simulator.foundation.errors import AllianceError, StoreError
from simulator.foundation.registry import Registry
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.sweeps.measures import MEASURES, Measure
from simulator.sweeps.plan import Block, Chunk, Plan
from simulator.sweeps.store import part_table, write_part

CHUNKS_PER_JOB = 2
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


class Task(Protocol):
    """What is done with every chunk of a plan, by whoever computes it; picklable."""

    def __call__(self, chunk: Chunk) -> Record:
        """Compute a chunk, write its part, and return the record."""

    def warm(self, chunk: Chunk) -> None:
        """Do a little of it, so that compiled code is on the disk before several processes look for it."""


@dataclass(frozen=True, slots=True)
class Work:
    """A plan, the folder of its parts, and the driver of its histories; called with a chunk it writes the part."""

    plan: Plan
    folder: Path
    driver: Driver

    def __call__(self, chunk: Chunk) -> Record:
        """Compute a chunk, write its part, and return the record."""
        outcomes, errors = compute(self.plan, chunk, self.driver)
        write_part(self.folder, self.plan, chunk, part_table(self.plan, chunk, outcomes, errors))
        return Record(chunk.index, chunk.runs, sum(error is not None for error in errors))

    def warm(self, chunk: Chunk) -> None:
        """Run one history, so that compiled code is on the disk before several processes look for it."""
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


def available_cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@EXECUTORS.register("processes")
def processes(work: Task, chunks: Sequence[Chunk], jobs: int) -> Iterator[Record]:
    """Yield the record of every chunk as worker processes finish them.

    If a worker dies, the chunks that were under way are tried again one at a time; one whose worker dies again is left
    out, the rest goes on, and the loss is reported at the end.

    Raises
    ------
    StoreError
        If a part cannot be written, or workers died.
    """
    jobs = min(jobs, len(chunks))
    if jobs < 2:
        yield from map(work, chunks)
        return
    work.warm(chunks[0])
    fresh, suspects, lost = deque(chunks), deque[Chunk](), list[Chunk]()
    while (fresh or suspects) and len(lost) < LOST_CHUNKS:
        pool = ProcessPoolExecutor(
            jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(work, source_hash()),
        )
        under_way: dict[Future[Record], Chunk] = {}
        alone = bool(suspects)
        try:
            while fresh or suspects or under_way:
                alone = bool(suspects) or (alone and bool(under_way))
                source = suspects or fresh
                while source and len(under_way) < (1 if alone else CHUNKS_PER_JOB * jobs):
                    under_way[_submit(pool, source[0])] = source[0]
                    source.popleft()
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    record = future.result()
                    del under_way[future]
                    yield record
        except BrokenProcessPool:
            (lost if alone else suspects).extend(under_way.values())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    if lost:
        spans = ", ".join(f"{chunk.first_run} to {chunk.first_run + chunk.runs - 1}" for chunk in lost)
        raise StoreError(
            f"Worker processes must live until their runs are done; they died twice on runs {spans} (out of memory?). "
            "What is computed stays. Run the command again with --jobs 1 to go on."
        )


@EXECUTORS.register("threads")
def threads(work: Task, chunks: Sequence[Chunk], jobs: int) -> Iterator[Record]:
    """Yield the record of every chunk as threads of this process finish them; compiled code runs side by side.

    Raises
    ------
    StoreError
        If a part cannot be written.
    """
    jobs = min(jobs, len(chunks))
    if jobs < 2:
        yield from map(work, chunks)
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        yield from _bounded(pool, work, chunks, CHUNKS_PER_JOB * jobs)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _bounded(pool: Executor, work: Task, chunks: Sequence[Chunk], most: int) -> Iterator[Record]:
    """Yield records as they come in, with at most `most` chunks under way."""
    waiting = iter(chunks)
    under_way = {pool.submit(work, chunk) for chunk in itertools.islice(waiting, most)}
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        under_way |= {pool.submit(work, chunk) for chunk in itertools.islice(waiting, len(done))}
        for future in done:
            yield future.result()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back while workers start, so that they inherit that and never see it themselves."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _submit(pool: ProcessPoolExecutor, chunk: Chunk) -> Future[Record]:
    """Hand a chunk to the pool, which may start a worker for it."""
    with _interrupts_held_back():
        return pool.submit(_work_on, chunk)


_worker: list[tuple[Task, str]] = []


def _start_worker(work: Task, source: str) -> None:
    """Make this worker process ready: deaf to Ctrl-C, which its parent handles, and bound to its parent's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker[:] = [(work, source)]
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process when its parent has ended; parts are renamed into place, so none is left half written."""
    wait_for_end([sentinel])
    os._exit(1)


def _work_on(chunk: Chunk) -> Record:
    """Compute a chunk in a worker process, if it runs the rules that the chunk's key stands for."""
    work, source = _worker[0]
    if source != source_hash():
        raise StoreError(
            "The package must stay as it is while a sweep runs; got a changed source. Run the sweep again: it goes on."
        )
    return work(chunk)
