"""The alliances of a sweep, one row each, beside its runs: ``DIR/alliances/part-*.parquet``, when asked for.

Each part holds the alliances of the runs in the part of the same name in ``DIR/runs``, so it is reused and replaced
with it. Alliances are found by living the histories once more, which keeps the runs themselves as fast as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from simulator.simulation.engine import spells
from simulator.simulation.history import spell_columns
from simulator.simulation.prepare import contracts_of
from simulator.simulation.state import SPELL
from simulator.sweeps.cells import Cells, EngineDriver
from simulator.sweeps.executors import Record, Task
from simulator.sweeps.executors.base import Files
from simulator.sweeps.folder import Folder
from simulator.sweeps.plan import Block, Chunk, Plan
from simulator.sweeps.store import ALLIANCES, KEY, identity, parts_in, set_aside, table_bytes, whole

SIGNED = "signed"
_TEXT = (SIGNED, "cause")


def spell_names() -> list[str]:
    """Return the names of the columns that describe an alliance.

    What both firms signed is called ``signed`` here, because ``contract`` is the one the run is about: on a menu they
    differ.
    """
    return [SIGNED if name == "contract" else name for name in SPELL.names or ()]


@dataclass(frozen=True, slots=True)
class SpellWork(Task):
    """The alliances of a plan's histories, and the parts they become."""

    def computed(self, chunk: Chunk) -> tuple[Record, Files]:
        """Return the record of a chunk and the part of its alliances."""
        table = spell_table(self.plan, chunk)
        content = table_bytes(table, ["contract", "seed", *_TEXT, *self.plan.paths])
        return Record(chunk.index, chunk.runs, 0), ((f"{ALLIANCES}/{chunk.part}", content),)

    def warm(self, chunk: Chunk) -> None:
        """Live one history."""
        spell_table(self.plan, Chunk(0, "", chunk.first_run, 1))


def spell_table(plan: Plan, chunk: Chunk) -> pa.Table:
    """Return one row per alliance of a chunk's runs: what identifies the run, then the alliance.

    A run that failed has none. ``alliance`` counts the alliances of a run from 0, in the order in which they ended.
    """
    places: list[int] = []
    numbers: list[int] = []
    columns: dict[str, list[Any]] = {name: [np.empty(0, dtype=object)] for name in spell_names()}
    start = 0
    for block in plan.blocks(chunk):
        for place, told in enumerate(_told(plan, block), start):
            count = len(told[SIGNED])
            places += [place] * count
            numbers += range(count)
            for name, values in told.items():
                columns[name].append(values)
        start += block.runs
    rows = {name: column.take(pa.array(places, pa.int64())) for name, column in identity(plan, chunk).items()}
    rows["alliance"] = pa.array(numbers, pa.int64())
    for name, parts in columns.items():
        kind = pa.string() if name in _TEXT else pa.from_numpy_dtype(SPELL[name])
        rows[name] = pa.array(np.concatenate(parts).tolist(), kind)
    return pa.table(rows).replace_schema_metadata({KEY: chunk.key.encode()})


def _told(plan: Plan, block: Block) -> list[dict[str, Any]]:
    """Return the alliances of each replicate of a cell as columns; nothing of one that fails, as it did before."""
    try:
        scenario, contract = plan.build(block.cell)
        prepared = Cells(plan, EngineDriver()).prepared(block.cell)
    except MemoryError:
        raise
    except Exception:
        return []
    names = [each.name for each in contracts_of(scenario, contract)]
    told = []
    for replicate in range(block.first, block.first + block.runs):
        columns = spell_columns(spells(prepared, plan.experiment.seed, replicate), names)
        told.append({SIGNED if name == "contract" else name: values for name, values in columns.items()})
    return told


def missing_spells(folder: Folder, plan: Plan) -> Sequence[Chunk]:
    """Return the chunks whose alliances a folder does not hold; parts of no chunk of the plan are set aside."""
    place = folder / ALLIANCES
    place.mkdir(exist_ok=True)
    chunks = {chunk.part: chunk for chunk in plan.chunks}
    for path in parts_in(place):
        if path.name not in chunks:
            set_aside(path, folder / "superseded" / ALLIANCES)
        elif not whole(path, chunks[path.name], None):
            set_aside(path, folder / "damaged" / ALLIANCES)
    return [chunk for part, chunk in chunks.items() if not (place / part).exists()]
