"""What is computed of a chunk, and what is handed back: the same for whoever computes it.

A chunk is a pure function of the plan: its outcomes become the bytes of a file, and who writes them, the worker or the
process that asked, changes nothing. Only a few chunks are under way at a time, so memory does not grow with the number
of runs.
"""

from __future__ import annotations

import abc
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from simulator.foundation.errors import StoreError
from simulator.foundation.registry import Registry
from simulator.sweeps.folder import Folder
from simulator.sweeps.plan import Chunk, Plan
from simulator.sweeps.provenance import write_whole

LOST_CHUNKS = 3


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
            write_whole(self.folder / name, content)


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
