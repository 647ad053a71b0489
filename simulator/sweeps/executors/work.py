"""The two things that are done with a chunk: its histories are lived, or once more for the alliances alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.sweeps.cells import Cells, Driver, EngineDriver, Teller, compute, lived, measured
from simulator.sweeps.executors.base import Files, Record, Task
from simulator.sweeps.plan import Chunk
from simulator.sweeps.spells import spell_bytes
from simulator.sweeps.store import ALLIANCES, part_bytes, part_table


@dataclass(frozen=True, slots=True)
class Work(Task):
    """The histories of a plan and the parts they become; what is prepared stays with it.

    Parameters
    ----------
    driver : Driver
        Where histories come from.
    teller : Teller, optional
        The driver again, if the alliances of each part are to be kept beside it.
    """

    driver: Driver
    teller: Teller | None = None
    cells: Cells = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare nothing yet."""
        object.__setattr__(self, "cells", Cells(self.plan, self.driver))

    def computed(self, chunk: Chunk) -> tuple[Record, Files]:
        """Return the record of a chunk and its part, after that of its alliances."""
        runs = lived(self.cells, chunk, self.teller)
        outcomes, errors = measured(self.cells, runs)
        part = (f"runs/{chunk.part}", part_bytes(self.plan, part_table(self.plan, chunk, outcomes, errors)))
        record = Record(chunk.index, chunk.runs, len(errors) - errors.count(None))
        if self.teller is None:
            return record, (part,)
        return record, ((f"{ALLIANCES}/{chunk.part}", spell_bytes(self.cells, chunk, runs)), part)

    def warm(self, chunk: Chunk) -> None:
        """Live one history."""
        compute(self.cells, Chunk(0, "", chunk.first_run, 1))


@dataclass(frozen=True, slots=True)
class SpellWork(Task):
    """The alliances of histories whose runs are kept already, and the parts they become."""

    cells: Cells = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare nothing yet."""
        object.__setattr__(self, "cells", Cells(self.plan, EngineDriver()))

    def computed(self, chunk: Chunk) -> tuple[Record, Files]:
        """Return the record of a chunk and the part of its alliances."""
        runs = lived(self.cells, chunk, EngineDriver())
        return Record(chunk.index, chunk.runs, 0), (
            (f"{ALLIANCES}/{chunk.part}", spell_bytes(self.cells, chunk, runs)),
        )

    def warm(self, chunk: Chunk) -> None:
        """Live one history."""
        compute(self.cells, Chunk(0, "", chunk.first_run, 1))
