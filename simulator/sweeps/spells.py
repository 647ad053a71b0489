"""The alliances of a sweep, one row each, beside its runs: ``DIR/alliances/part-*.parquet``, when asked for.

Each part holds the alliances of the runs in the part of the same name in ``DIR/runs``, so it is reused and replaced
with it. Both come from the same histories; where the runs are there already, these are lived once more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from simulator.simulation.prepare import contracts_of
from simulator.simulation.spells import Columns, spell_columns
from simulator.simulation.state import SPELL
from simulator.sweeps.cells import Cells, Lived
from simulator.sweeps.columns import numbers, words
from simulator.sweeps.folder import Folder
from simulator.sweeps.plan import Chunk, Plan
from simulator.sweeps.store import ALLIANCES, KEY, identity, parts_in, set_aside, table_bytes, whole

SIGNED = "signed"
"""What both firms signed: ``contract`` is the one the run is about, and on a menu they differ."""

SPELL_WORDS = ("contract", "cause")
"""The fields of an alliance that a column tells in words."""


def spell_names() -> list[str]:
    """Return the names of the columns that describe an alliance."""
    return [SIGNED if name == "contract" else name for name in SPELL.names or ()]


def spell_bytes(cells: Cells, chunk: Chunk, runs: Sequence[Lived]) -> bytes:
    """Return the content of a file with the alliances of a chunk's runs, a function of its rows alone."""
    return table_bytes(spell_table(cells, chunk, runs), ["contract", "seed", SIGNED, "cause", *cells.plan.paths])


def spell_table(cells: Cells, chunk: Chunk, runs: Sequence[Lived]) -> pa.Table:
    """Return one row per alliance of a chunk's runs: what identifies the run, then the alliance.

    A run that failed has none. ``alliance`` counts the alliances of a run from 0, in the order in which they ended.
    """
    counts = np.array([count for each in runs for count in _counts(each)], dtype=np.int64)
    places = numbers(np.repeat(np.arange(chunk.runs), counts))
    rows = {name: column.take(places) for name, column in identity(cells.plan, chunk).items()}
    rows["alliance"] = numbers(np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts))
    told = [_columns(cells, each) for each in runs if each.spells]
    for name in SPELL.names or ():
        values = np.concatenate([each[name] for each in told]) if told else np.empty(0, SPELL[name])
        rows[SIGNED if name == "contract" else name] = (
            words(values.tolist()) if name in SPELL_WORDS else numbers(values)
        )
    return pa.table(rows).replace_schema_metadata({KEY: chunk.key.encode()})


def _counts(runs: Lived) -> list[int]:
    """Return the number of alliances of each of some replicates: none where they failed."""
    return [len(each) for each in runs.spells] if runs.spells else [0] * runs.block.runs


def _columns(cells: Cells, runs: Lived) -> Columns:
    """Return the alliances of some replicates of a cell as columns."""
    names = [each.name for each in contracts_of(*cells.plan.build(runs.block.cell))]
    return spell_columns(np.concatenate(runs.spells), names)


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
