"""The tiny model of `sweep_tools` as a Mesa model of one step; a module of its own, because Mesa changes a process."""

from __future__ import annotations

from typing import Any

import mesa

from benchmarks.sweep_tools import Outcome, history, inputs


class Pair(mesa.Model):
    """A history that is over after one step."""

    def __init__(self, start: tuple[float, int], seed: int | None = None, **others: Any) -> None:
        """Start with cash and the number of the replicate."""
        super().__init__(seed=seed, **others)
        self.start = start
        self.small = self.big = 0.0
        self.datacollector = mesa.DataCollector({"small": "small", "big": "big"})

    def step(self) -> None:
        """Live the history."""
        self.small, self.big = history(*self.start)
        self.datacollector.collect(self)
        self.running = False


def batch(runs: int, jobs: int) -> list[Outcome]:
    """Return the outcomes of Mesa's batch_run, in the order it gives them."""
    rows = mesa.batch_run(
        Pair,
        {"start": inputs(runs)},
        number_processes=jobs,
        max_steps=1,
        display_progress=False,
        **({"rng": [None]} if mesa.__version__ >= "3.5" else {"iterations": 1}),
    )
    return [(row["small"], row["big"]) for row in rows]
