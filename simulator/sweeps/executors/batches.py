"""Chunks dealt out in batches of about a second of work, so that the price of a task is small beside the task.

The size of a *part* must not follow what runs are measured to cost: parts are keyed by the runs they hold, and a folder
that one machine has begun another one must be able to continue. So the plan decides on the parts by the number of runs
alone, and how many chunks travel together in a task is decided here, as the sweep goes, by what they have cost so far.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from simulator.sweeps.plan import Chunk

SECONDS_AIMED_AT = 1.0
SHARES_LEFT = 2
MEMORY = 0.5


class Batches:
    """What is left to deal out.

    Parameters
    ----------
    chunks : sequence of Chunk
        All that is to be done.
    threads : int
        Workers side by side; towards the end batches shrink, so that all of them are done at about the same time.

    Examples
    --------
    >>> batches = Batches([Chunk(index, "", 100 * index, 100) for index in range(40)], threads=2)
    >>> len(batches.deal())
    1
    >>> batches.learn(runs=100, seconds=0.2)
    >>> len(batches.deal()), len(batches)
    (5, 34)
    """

    def __init__(self, chunks: Iterable[Chunk], threads: int) -> None:
        """Begin with nothing learnt: the first batches have one chunk."""
        self.left = deque(chunks)
        self.threads = threads
        self.cost: float | None = None

    def __len__(self) -> int:
        """Return the number of chunks left."""
        return len(self.left)

    def deal(self) -> list[Chunk]:
        """Return the next batch, at least one chunk of those left."""
        batch = [self.left.popleft()]
        if self.cost is None:
            return batch
        share = -(-len(self.left) // (SHARES_LEFT * self.threads))
        seconds = batch[0].runs * self.cost
        while self.left and len(batch) < share and seconds + self.left[0].runs * self.cost <= SECONDS_AIMED_AT:
            batch.append(self.left.popleft())
            seconds += batch[-1].runs * self.cost
        return batch

    def learn(self, runs: int, seconds: float) -> None:
        """Take note of what some runs have cost; later ones count more."""
        latest = seconds / max(runs, 1)
        self.cost = latest if self.cost is None else MEMORY * self.cost + (1.0 - MEMORY) * latest

    def give_back(self, chunks: Sequence[Chunk]) -> None:
        """Put chunks back at the front."""
        self.left.extendleft(reversed(chunks))
