"""Chunks computed beyond this process by Dask: worker processes of its own, a running scheduler, or jobs of SLURM.

Workers compute; they hand the bytes of each part back, and the process that asked writes them. So no file system needs
to be shared, a part is written once and whole, and nothing that becomes of a worker can leave half a part behind. A
task is a batch of chunks of about a second (see `batches`), and TASKS_PER_THREAD of them are under way for each thread,
so neither the scheduler nor this process holds more than that.

Every worker compares its package with that of the process that asked before it computes. A worker that dies costs what
it had under way: the scheduler hands that to others. If the scheduler goes, the sweep stops with what is written.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import math
import pickle
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from simulator.foundation.errors import AllianceError, ParameterError, StoreError
from simulator.sweeps.executors.base import EXECUTORS, LOST_CHUNKS, Files, Record, Task, lost
from simulator.sweeps.executors.batches import Batches
from simulator.sweeps.executors.connection import (
    Version,
    check_version,
    check_workers,
    local_workers,
    own_version,
    quiet,
    reached,
    wait_for_workers,
)
from simulator.sweeps.executors.slurm import Slurm, check_slurm, slurm_cluster
from simulator.sweeps.plan import Chunk

DRAIN_SECONDS = 60.0
LOOK_SECONDS = 1.0
TASKS_PER_THREAD = 2
EXTRA = "pip install 'alliance-simulator[cluster]'"

Computed = tuple[float, list[tuple[Record, Files]]]


def compute_batch(wanted: Version, token: str, packed: bytes, chunks: Sequence[Chunk]) -> Computed:
    """Return how long some chunks took on this worker, and for each its record and its files.

    Raises
    ------
    StoreError
        If the package here is not the one that asked.
    """
    check_version(wanted, own_version(), "a worker that joined later")
    work = _unpacked(token, packed)
    began = time.perf_counter()
    done = [work.computed(chunk) for chunk in chunks]
    return time.perf_counter() - began, done


_works: dict[str, Task] = {}


def _unpacked(token: str, packed: bytes) -> Task:
    """Return the work of a sweep, unpacked once on each worker."""
    work = _works.get(token)
    if work is None:
        _works.clear()
        work = _works.setdefault(token, pickle.loads(packed))
    return work


class Cluster:
    """Where Dask does the work: connected to when the first chunk comes, and until it is closed.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running scheduler (``tcp://host:8786``), or its scheduler file.
    slurm : Slurm, optional
        Jobs to submit, whose workers join a scheduler in this process.

    Without either, the workers are processes of this machine, as many as there are jobs.
    """

    name = "dask"

    def __init__(self, scheduler: str | None = None, slurm: Slurm | None = None) -> None:
        """Connect to nothing yet."""
        self.scheduler, self.slurm = scheduler, slurm
        self._client: Any = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Return the cluster, to be closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the cluster."""
        self.close()

    def close(self) -> None:
        """Let go of the scheduler; end the workers and jobs that were started for this."""
        self._client = None
        self._open.close()

    def __call__(self, work: Task, chunks: Sequence[Chunk], jobs: int) -> Iterator[Record]:
        """Yield the record of every chunk, its part written, as workers finish them.

        Raises
        ------
        ParameterError
            If Dask is not installed, or the scheduler cannot be reached or has no workers.
        StoreError
            If a part cannot be written, a worker runs another version, workers died, or the scheduler went away.
        """
        if not chunks:
            return
        client = self.connected(jobs, functools.partial(work.warm, chunks[0]))
        expected = 1 if self.slurm is None else self.slurm.jobs * self.slurm.cores
        yield from _records(client, self.scheduler or "Dask's scheduler", expected, work, chunks)

    def connected(self, jobs: int, warm: Any = None) -> Any:
        """Return the client, connected to workers that run this version."""
        if self._client is not None:
            return self._client
        try:
            import distributed

            if self.slurm is not None:
                import dask_jobqueue  # noqa: F401
        except ImportError as error:
            raise ParameterError(
                f"--executor dask needs {error.name or 'dask'}, which is not installed. To install it: {EXTRA}"
            ) from None
        with self._open as opening:
            opening.enter_context(quiet())
            if self.scheduler is not None:
                client = reached(opening, distributed, self.scheduler)
            elif self.slurm is not None:
                check_slurm()
                cluster = opening.enter_context(slurm_cluster(self.slurm))
                cluster.scale(jobs=self.slurm.jobs)
                client = opening.enter_context(distributed.Client(cluster))
            else:
                warm() if warm is not None else None
                client = local_workers(opening, distributed, jobs)
            wait_for_workers(client, self.scheduler)
            check_workers(client)
            self._open, self._client = opening.pop_all(), client
        return client


@EXECUTORS.register("dask")
def dask(work: Task, chunks: Sequence[Chunk], jobs: int) -> Iterator[Record]:
    """Yield the record of every chunk as Dask's worker processes on this machine finish them; see `Cluster`."""
    with Cluster() as cluster:
        yield from cluster(work, chunks, jobs)


def _records(client: Any, scheduler: str, expected: int, work: Task, chunks: Sequence[Chunk]) -> Iterator[Record]:
    """Yield the records of chunks whose parts this process has written, as batches of them come back.

    `expected` is how many threads there will be at least, once the workers that were asked for have come.
    """
    import distributed

    token = uuid4().hex
    sent = dataclasses.replace(work, plan=dataclasses.replace(work.plan, chunks=()), folder=Path())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph")
        # a task, not scattered data, so that the scheduler can make it again if the worker that holds it dies
        packed = client.submit(bytes, pickle.dumps(sent), key=f"alliance-plan-{token}")
    batches, looked = Batches(chunks, expected), -math.inf
    under_way: dict[Any, list[Chunk]] = {}
    suspects: list[Chunk] = []  # were under way when a worker died; each is tried again, alone, the first one first
    dead: list[Chunk] = []
    alone = False
    finished = distributed.as_completed(loop=client.loop)

    def submit(batch: list[Chunk]) -> None:
        future = client.submit(compute_batch, own_version(), token, packed, batch, pure=False)
        under_way[future] = batch
        finished.add(future)

    try:
        while (batches or suspects or under_way) and len(dead) < LOST_CHUNKS:
            if time.monotonic() - looked > LOOK_SECONDS:  # workers come and go
                batches.threads, looked = max(sum(client.nthreads().values()), expected), time.monotonic()
            while batches and len(under_way) < TASKS_PER_THREAD * batches.threads:
                submit(batches.deal())
            if not under_way:
                alone = True
                suspects.sort(key=lambda chunk: chunk.index)
                submit([suspects.pop(0)])
            future = next(finished)
            batch = under_way[future]
            try:
                seconds, done = _result(future, scheduler)
            except distributed.scheduler.KilledWorker:
                del under_way[future]
                (dead if alone else suspects).extend(batch)
                continue
            for _, files in done:
                work.keep(files)
            del under_way[future]
            future.release()
            batches.learn(sum(chunk.runs for chunk in batch), seconds)
            for record, _ in done:
                yield record
    except (GeneratorExit, KeyboardInterrupt):
        _drain(work, under_way, distributed)
        raise
    finally:
        with contextlib.suppress(Exception):
            client.cancel([*under_way, packed], force=True)
    if dead:
        raise lost("Workers", dead)


def _result(future: Any, scheduler: str) -> Computed:
    """Return what a task has computed; raise KilledWorker if workers died of it, else a clear StoreError."""
    import distributed

    failed = future.status == "error"
    try:
        result: Computed = future.result()
    except (AllianceError, distributed.scheduler.KilledWorker):
        raise
    except Exception as error:
        line = " ".join(f"{type(error).__name__}: {error}".split())
        if failed:
            raise StoreError(f"Workers must be able to compute a part; got {line}. What is computed stays.") from error
        raise StoreError(
            f"{scheduler} must stay until the sweep is done; got a connection that was lost. What is computed stays: "
            "run the command again when there is a scheduler, or with --executor processes, to go on."
        ) from None
    return result


def _drain(work: Task, under_way: dict[Any, list[Chunk]], distributed: Any) -> None:
    """Keep what is still under way, as far as it comes back in time."""
    with contextlib.suppress(Exception):
        for future, result in distributed.as_completed(
            list(under_way), with_results=True, raise_errors=False, timeout=DRAIN_SECONDS
        ):
            if future.status == "finished":
                for _, files in result[1]:
                    work.keep(files)
