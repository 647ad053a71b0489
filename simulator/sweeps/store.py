"""The folder of a sweep: Parquet parts that are never half written, a manifest, and one writer at a time.

    DIR/manifest.json                     what was run, with what, and the plan: the parts and their keys, in order
    DIR/runs/part-<index>-<key>.parquet   one row per run: run, contract, factors, replicate, seed, measures, error
    DIR/alliances/part-...                when asked for: one row per alliance of the runs in the part of that name
    DIR/summary.csv                       means and standard errors
    DIR/sample.csv                        points of a sensitivity design in the unit cube, as its analysis wants them
    DIR/superseded/, DIR/damaged/         parts of an earlier version of the experiment, and parts that cannot be read

A file is written under a temporary name in its own folder, flushed to the disk, and renamed, so whatever the moment of
a crash, a part is whole or absent. Values of a factor that is not numeric throughout are stored as text, lists as JSON.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simulator.foundation.errors import StoreError, unknown
from simulator.sweeps.columns import column_type, factor_column, numbers, words
from simulator.sweeps.factors import Value
from simulator.sweeps.folder import Folder, Remote, folder_at, move, parquet_source, remove_all
from simulator.sweeps.plan import Chunk, Plan
from simulator.sweeps.provenance import MANIFEST, TEMPORARY, Json, read_manifest, reported, write_atomically

if TYPE_CHECKING:
    import pandas as pd

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SUMMARY = "summary.csv"
SAMPLE = "sample.csv"
LOCK = ".lock"
ALLIANCES = "alliances"
KEY = b"alliance.key"
POINT = "point"


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder already holds of a plan.

    Parameters
    ----------
    ready : frozenset of int
        Indices of the chunks whose parts are whole and up to date.
    damaged : tuple of str
        Names of the parts set aside because they cannot be read or are not whole.
    superseded : int
        Number of parts set aside because the experiment has changed.
    """

    ready: frozenset[int]
    damaged: tuple[str, ...]
    superseded: int


def identity(plan: Plan, chunk: Chunk) -> dict[str, pa.Array]:
    """Return the columns that say which run each row of a chunk is: run, contract, point, factors, replicate, seed."""
    experiment, contracts = plan.experiment, plan.experiment.contracts
    cells, replicates = plan.located(chunk)
    points = cells // len(contracts)
    changes = np.diff(points, prepend=points[0] - 1) != 0  # they are in order
    here = points[changes].tolist()
    place_of_run = numbers(np.cumsum(changes) - 1)
    columns = {
        "run": numbers(np.arange(chunk.first_run, chunk.first_run + chunk.runs)),
        "contract": words(contracts).take(numbers(cells % len(contracts))),
    }
    if plan.numbered:
        columns[POINT] = numbers(points)
    kinds = {
        factor.path: column_type(factor.values or [plan.points[0][plan.paths.index(factor.path)]])
        for factor in experiment.factors
    }
    for place, path in enumerate(plan.paths):
        values: list[Value] = [plan.points[point][place] for point in here]
        columns[path] = factor_column(values, kinds[path]).take(place_of_run)
    columns["replicate"] = numbers(replicates)
    columns["seed"] = numbers(np.full(chunk.runs, experiment.seed, dtype=np.int64))
    return columns


def part_table(plan: Plan, chunk: Chunk, outcomes: NDArray[np.float64], errors: Sequence[str | None]) -> pa.Table:
    """Return the rows of a part.

    Parameters
    ----------
    plan, chunk : Plan, Chunk
        Which runs these are.
    outcomes : float array, shape (chunk.runs, measures)
        NaN in every measure of a failed run.
    errors : sequence of str or None
        What went wrong with each run, if anything did.
    """
    columns = identity(plan, chunk)
    for position, name in enumerate(plan.experiment.measures):
        columns[name] = numbers(outcomes[:, position])
    columns["error"] = (
        pa.nulls(chunk.runs, pa.string()) if errors.count(None) == chunk.runs else pa.array(errors, pa.string())
    )
    return pa.table(columns).replace_schema_metadata({KEY: chunk.key.encode()})


def columns_of(plan: Plan) -> list[str]:
    """Return the names of the columns of every part."""
    return ["run", "contract", *point_columns(plan), "replicate", "seed", *plan.experiment.measures, "error"]


def point_columns(plan: Plan) -> list[str]:
    """Return the names of the columns that tell points apart: the factors; in a sample its number, too."""
    return [*((POINT,) if plan.numbered else ()), *plan.paths]


def part_bytes(plan: Plan, table: pa.Table) -> bytes:
    """Return the content of a part's file, a function of its rows alone."""
    return table_bytes(table, ["contract", "seed", "error", *plan.paths])


def table_bytes(table: pa.Table, repetitive: Sequence[str]) -> bytes:
    """Return rows as the content of a Parquet file with checksums; `repetitive` columns stand in a dictionary."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=list(repetitive),
        column_encoding={"run": "DELTA_BINARY_PACKED", "replicate": "DELTA_BINARY_PACKED"},
        write_page_checksum=True,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def write_part(folder: Folder, plan: Plan, chunk: Chunk, table: pa.Table) -> None:
    """Write the part of a chunk into a sweep's folder.

    Raises
    ------
    StoreError
        If the disk is full or the folder cannot be written.
    """
    write_atomically(folder / "runs" / chunk.part, part_bytes(plan, table))


def read_part(path: Folder, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a part, its checksums verified.

    Raises
    ------
    StoreError
        If it is missing, truncated or damaged.
    """
    try:
        with pq.ParquetFile(parquet_source(path), page_checksum_verification=True) as part:
            return part.read(columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise StoreError(
            f"{path} must be a readable part; got {type(error).__name__}. Run the sweep again to compute it anew."
        ) from error


def whole(path: Folder, chunk: Chunk, rows: int | None) -> bool:
    """Return whether a file is the complete part of this chunk, which has so many rows if that is known."""
    try:
        table = read_part(path)
    except StoreError:
        return False
    return rows in (None, table.num_rows) and (table.schema.metadata or {}).get(KEY) == chunk.key.encode()


def _lock(handle: BinaryIO) -> bool:
    """Return whether this process now holds the lock, which the system frees when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _ours_at_the_start(entry: Folder) -> bool:
    """Return whether a sweep that was killed before it wrote its manifest may have left this behind."""
    if entry.name in ("runs", ALLIANCES) and entry.is_dir():
        return not any(entry.iterdir())
    return entry.name == LOCK or entry.name.endswith(TEMPORARY)


@contextlib.contextmanager
def claimed(folder: Folder, name: str, *, fresh: bool = False) -> Iterator[Json | None]:
    """Hold a sweep's folder for one process, and yield the manifest it had, if any.

    Parameters
    ----------
    folder : Path or Remote
        Created if need be. A remote one cannot be locked: it is held for nobody.
    name : str
        The experiment's name.
    fresh : bool
        Whether to discard what the folder holds, even if it belongs to another experiment.

    Raises
    ------
    StoreError
        If the folder is not a sweep's, belongs to another experiment, is in use, or cannot be written.
    """
    with reported("write", folder):
        taken = folder.exists() and not folder.is_dir()
    if taken:
        raise StoreError(f"{folder} must be a folder; got a file. Choose another with --out.")
    with reported("write", folder):
        folder.mkdir(parents=True, exist_ok=True)
        foreign = [entry.name for entry in folder.iterdir() if not _ours_at_the_start(entry)]
    if foreign and not (folder / MANIFEST).exists():
        raise StoreError(
            f"{folder} must be empty or the folder of a sweep; got {sorted(foreign)[0]!r} and no {MANIFEST}. "
            "Choose another folder with --out."
        )
    with contextlib.nullcontext() if isinstance(folder, Remote) else _held(folder):
        yield _prepare(folder, name, fresh=fresh)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of this machine; raise StoreError if another process has it."""
    with contextlib.ExitStack() as stack:
        with reported("write", folder):
            handle = stack.enter_context((folder / LOCK).open("a+b"))
        if not _lock(handle):
            handle.seek(0)
            holder = handle.read().decode(errors="replace").strip() or "unknown"
            raise StoreError(
                f"{folder} must be free; got a sweep that is still writing it (process {holder}). "
                "Wait for it, or choose another folder with --out."
            )
        with reported("write", folder):
            handle.truncate(0)
            handle.write(str(os.getpid()).encode())
            handle.flush()
        yield


def _prepare(folder: Folder, name: str, *, fresh: bool) -> Json | None:
    """Return the folder's manifest, after discarding it or refusing it, and remove what crashes left behind."""
    manifest: Json | None = None
    if (folder / MANIFEST).exists() and not fresh:
        manifest = read_manifest(folder)
        owner = manifest.get("experiment", {}).get("name")
        if owner != name:
            raise StoreError(
                f"{folder} must belong to the experiment {name!r}; got the sweep of {owner!r}. "
                "Choose another folder with --out, or replace what is there with --fresh."
            )
    with reported("write", folder):
        if fresh:
            for old in ("runs", ALLIANCES, "superseded", "damaged"):
                remove_all(folder / old)
            for old in (SUMMARY, SAMPLE, MANIFEST):
                (folder / old).unlink(missing_ok=True)
        (folder / "runs").mkdir(exist_ok=True)
        # without a lock, what looks like a stray may be another sweep's that is being written
        for place in () if isinstance(folder, Remote) else (folder, folder / "runs", folder / ALLIANCES):
            for stray in place.glob(f".*{TEMPORARY}"):
                stray.unlink(missing_ok=True)
    return manifest


def take_stock(folder: Folder, chunks_wanted: Sequence[Chunk], *, keep_others: bool = False) -> Found:
    """Return what the folder holds of some chunks; set aside what is damaged or superseded.

    A part is known by the key in its name: one that an earlier version of the experiment put elsewhere in the order,
    or that had been superseded, is put back in place.

    Parameters
    ----------
    folder : Path or Remote
        A sweep's.
    chunks_wanted : sequence of Chunk
        Those of the plan, or of one of its rounds.
    keep_others : bool
        Whether parts of other chunks are left where they are, because they may belong to a round to come.
    """
    chunks = {chunk.key: chunk for chunk in chunks_wanted}
    ready: set[int] = set()
    damaged: list[str] = []
    superseded = 0
    with reported("write", folder):
        for place in ("runs", "superseded"):
            for path in parts_in(folder / place):
                chunk = chunks.get(path.stem.rpartition("-")[2])
                if chunk is None or chunk.index in ready:
                    if place == "runs" and not keep_others:
                        set_aside(path, folder / "superseded")
                        superseded += 1
                elif whole(path, chunk, chunk.runs):
                    move(path, folder / "runs" / chunk.part)
                    ready.add(chunk.index)
                else:
                    set_aside(path, folder / "damaged")
                    damaged.append(path.name)
    return Found(frozenset(ready), tuple(damaged), superseded)


def set_aside_others(folder: Folder, plan: Plan) -> int:
    """Set aside every part that is none of the plan's, and return how many there were."""
    parts = {chunk.part for chunk in plan.chunks}
    with reported("write", folder):
        others = [path for path in parts_in(folder / "runs") if path.name not in parts]
        for path in others:
            set_aside(path, folder / "superseded")
    return len(others)


def parts_in(folder: Folder) -> list[Folder]:
    """Return the parts in a folder, by name."""
    return sorted(folder.glob("part-*.parquet"), key=str)


def set_aside(path: Folder, folder: Folder) -> None:
    """Move a part to another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    move(path, folder / path.name)


def parts_of(folder: Folder, manifest: Json, place: str = "runs") -> list[Folder]:
    """Return the parts of a sweep in order, of one that was interrupted those it has; `place` is the folder in it.

    Raises
    ------
    StoreError
        If there are none yet.
    """
    parts = [folder / place / entry["part"] for entry in manifest["plan"]]
    if manifest["status"] != "finished":
        parts = [part for part in parts if part.exists()]
        if not parts:
            raise StoreError(f"{folder} must hold finished runs; got none yet. Run the sweep again; it goes on.")
    return parts


def load(folder: Folder | str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the runs of a sweep, one row each, in the order of their numbers.

    Parameters
    ----------
    folder : Path, str or Remote
        A sweep's folder, by a path or a URL; one that was interrupted yields the runs it has.
    columns : sequence of str, optional
        Those to read; by default all.

    Raises
    ------
    StoreError
        If the folder is not a sweep's, or a part of a finished sweep is missing or damaged.
    UnknownNameError
        If there is no such column.
    """
    folder = folder_at(folder)
    manifest = read_manifest(folder)
    parts = parts_of(folder, manifest)
    if columns is not None:
        for column in columns:
            if column not in manifest["columns"]:
                raise unknown("column", column, manifest["columns"])
    frame: pd.DataFrame = pa.concat_tables([read_part(part, columns) for part in parts]).to_pandas()
    return frame
