"""How things are timed: in turn, several times over, keeping the least disturbed time of each."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

Clock = Callable[[], float]
Name = TypeVar("Name", bound=Hashable)
PROCESSOR = time.process_time
WALL = time.perf_counter


def seconds(work: Callable[[], object], clock: Clock = PROCESSOR) -> float:
    """Return the time that one call takes, without the collection of earlier garbage."""
    gc.collect()
    began = clock()
    work()
    return clock() - began


def in_turn(works: Mapping[Name, tuple[Callable[[], object], Clock]], repetitions: int) -> dict[Name, float]:
    """Return the shortest time of each piece of work; they take turns, and each repetition starts with another.

    Parameters
    ----------
    works : mapping of name to (function, clock)
        What is timed and by which clock: processor time for one core, wall time for several.
    repetitions : int
        How often each is called.
    """
    names = list(works)
    best = dict.fromkeys(names, float("inf"))
    for turn in range(repetitions):
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            work, clock = works[name]
            best[name] = min(best[name], seconds(work, clock))
    return best


def resident(process: int) -> int:
    """Return the bytes of memory a process and its children hold now; 0 where the system does not tell.

    Pages that processes share are counted in each, so the sum is an upper bound.
    """
    total, waiting = 0, [process]
    while waiting:
        each = waiting.pop()
        try:
            pages = int(Path(f"/proc/{each}/statm").read_text(encoding="ascii").split()[1])
            total += pages * os.sysconf("SC_PAGE_SIZE")
            for task in Path(f"/proc/{each}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue  # it has ended
    return total


def available_cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(work: Callable[[int], object], jobs: int) -> None:
    """Call `work` with 0, 1, ... `jobs` - 1 in as many threads, and wait for all."""
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, range(jobs)))
