"""Chunks computed on this machine: by this process, its threads, or worker processes.

Worker processes are spawned afresh, ignore Ctrl-C, and end when their parent does, however it ends. Scripts that use
them need the usual ``if __name__ == "__main__":`` around their main part.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import wait as wait_for_end
from pathlib import Path
from typing import Any, TypeVar

from simulator.foundation.compiled import source_hash
from simulator.foundation.errors import StoreError
from simulator.sweeps.executors.base import EXECUTORS, LOST_CHUNKS, Record, Task, lost
from simulator.sweeps.folder import Remote
from simulator.sweeps.plan import Chunk

CHUNKS_PER_JOB = 2
Result = TypeVar("Result")


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
    if isinstance(work.folder, Remote) and work.folder.one_process:
        raise StoreError(
            f"{work.folder} must be written by one process, because others do not see it; got {jobs}. "
            "Write --executor threads."
        )
    with _handed_over(work) as path:
        yield from _by_workers(work, path, chunks, jobs)


def _by_workers(work: Task, path: Path, chunks: Sequence[Chunk], jobs: int) -> Iterator[Record]:
    """Yield the record of every chunk as worker processes finish them, which find their task in a file."""
    fresh, suspects, dead = deque(chunks), deque[Chunk](), list[Chunk]()
    while (fresh or suspects) and len(dead) < LOST_CHUNKS:
        pool = ProcessPoolExecutor(
            jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(path, source_hash()),
        )
        under_way: dict[Future[Record], Chunk] = {}
        alone = bool(suspects)
        try:
            for _ in range(1 if alone else jobs):
                _submit(pool, _stand_by)
            work.warm(chunks[0])
            while fresh or suspects or under_way:
                alone = bool(suspects) or (alone and bool(under_way))
                source = suspects or fresh
                while source and len(under_way) < (1 if alone else CHUNKS_PER_JOB * jobs):
                    under_way[_submit(pool, _work_on, source[0])] = source[0]
                    source.popleft()
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    record = future.result()
                    del under_way[future]
                    yield record
        except BrokenProcessPool:  # with nothing under way if workers could not even start
            (dead if alone else suspects).extend(under_way.values() or [(suspects or fresh).popleft()])
        finally:
            # idle workers end by themselves, while this process goes on with the summary
            pool.shutdown(wait=bool(under_way), cancel_futures=True)
    if dead:
        raise lost("Worker processes", dead)


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
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back while workers start, so that they inherit that and never see it themselves."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _submit(pool: ProcessPoolExecutor, task: Callable[..., Result], *arguments: Any) -> Future[Result]:
    """Hand a task to the pool, which may start a worker for it."""
    with interrupts_held_back():
        return pool.submit(task, *arguments)


@contextmanager
def _handed_over(work: Task) -> Iterator[Path]:
    """Write a task to a file for as long as workers may start.

    The pipe to a worker holds less than a plan of many points, so its parent would wait until the worker has imported
    the package, before it could start the next one.

    Raises
    ------
    StoreError
        If there is no folder for temporary files, or it is full.
    """
    with ExitStack() as stack:
        try:
            path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alliance-"))) / "task"
            path.write_bytes(pickle.dumps(work))
        except OSError as error:
            raise StoreError(
                f"Worker processes must find their task in a temporary file; got {error.strerror or error}. "
                "Point TMPDIR to a folder with some space, or write --executor threads. What is computed so far stays."
            ) from error
        yield path


_worker: list[tuple[Task, str]] = []


def _start_worker(path: Path, source: str) -> None:
    """Make this worker process ready: deaf to Ctrl-C, which its parent handles, and bound to its parent's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker[:] = [(pickle.loads(path.read_bytes()), source)]
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process when its parent has ended; parts are renamed into place, so none is left half written."""
    wait_for_end([sentinel])
    os._exit(1)


def _stand_by() -> None:
    """Do nothing: a worker that was started for this has imported the package while its parent did something else."""


def _work_on(chunk: Chunk) -> Record:
    """Compute a chunk in a worker process, if it runs the rules that the chunk's key stands for."""
    work, source = _worker[0]
    if source != source_hash():
        raise StoreError(
            "The package must stay as it is while a sweep runs; got a changed source. Run the sweep again: it goes on."
        )
    return work(chunk)
