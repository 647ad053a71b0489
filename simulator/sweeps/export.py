"""The runs of a sweep in the formats of other programs: CSV, one Parquet file, NetCDF (xarray), Stata.

CSV and Parquet are written part by part, so that memory does not grow with the number of runs. In NetCDF the runs of a
full grid stand in a cube of contracts, factors and replicates; those of other designs along one dimension, ``run``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from simulator.foundation.errors import ParameterError, StoreError
from simulator.sweeps.folder import Folder, parquet_source
from simulator.sweeps.provenance import Json, read_manifest
from simulator.sweeps.store import ALLIANCES, parts_of, read_part

STATA_NAME = 32
"""Most letters in the name of a Stata variable (Stata 14 and newer)."""

STATA_ROWS = 20_000_000


def export(folder: Path, path: Path, *, alliances: bool = False) -> int:
    """Write a sweep's runs to one file, by the ending of its name, and return how many rows there are.

    Parameters
    ----------
    folder : Path
        A sweep's folder.
    path : Path
        Ends in .csv, .parquet, .nc (NetCDF, with the extra ``export``) or .dta (Stata 14 and newer).
    alliances : bool
        Whether to write the alliances in place of the runs.

    Raises
    ------
    ParameterError
        If the format is unknown or cannot hold the rows, or the file cannot be written.
    StoreError
        If the folder is not a sweep's, or a part is missing or damaged.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise ParameterError(
            f"{path} must end in one of {', '.join(FORMATS)}; got {kind or 'no ending'!r}. Write {path.stem}.csv."
        )
    manifest = read_manifest(folder)
    if alliances and not manifest.get("alliances"):
        raise StoreError(f"{folder} must hold alliances; got runs alone. Run the sweep again with --alliances.")
    parts = parts_of(folder, manifest, ALLIANCES if alliances else "runs")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        rows = FORMATS[kind](parts, unfinished, {} if alliances else manifest)
        os.replace(unfinished, path)
    except OSError as error:
        raise ParameterError(f"{path} cannot be written: {error.strerror or error}. Write another path.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def _tables(parts: list[Folder]) -> Iterator[pa.Table]:
    """Yield the rows of one part after another."""
    for part in parts:
        yield read_part(part).replace_schema_metadata(None)


def _csv(parts: list[Folder], path: Path, manifest: Json) -> int:
    """Write the rows as CSV."""
    rows = 0
    writer = None
    with path.open("wb") as sink:
        for table in _tables(parts):
            writer = writer or pyarrow.csv.CSVWriter(sink, table.schema)
            writer.write_table(table)
            rows += table.num_rows
        if writer is not None:
            writer.close()
    return rows


def _parquet(parts: list[Folder], path: Path, manifest: Json) -> int:
    """Write the rows as one Parquet file."""
    rows = 0
    writer = None
    for table in _tables(parts):
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
        rows += table.num_rows
    if writer is not None:
        writer.close()
    return rows


def _frame(parts: list[Folder]) -> pd.DataFrame:
    """Return all rows."""
    frame: pd.DataFrame = pa.concat_tables(list(_tables(parts))).to_pandas()
    return frame


def stata_names(columns: list[str]) -> dict[str, str]:
    """Return a valid and distinct Stata name for every column: dots become underscores, long names are shortened.

    Examples
    --------
    >>> stata_names(["small.cash", "contract.plan_of_record.small_floor_of_people"])
    {'small.cash': 'small_cash', 'contract.plan_of_record.small_floor_of_people': 'plan_of_record_small_floor_of_pe'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in column)
        if len(letters) > STATA_NAME:
            letters = letters.removeprefix("contract_")
        name, number = letters[:STATA_NAME], 2
        while name in taken:
            ending = f"_{number}"
            name, number = letters[: STATA_NAME - len(ending)] + ending, number + 1
        names[column] = name
        taken.add(name)
    return names


def _stata(parts: list[Folder], path: Path, manifest: Json) -> int:
    """Write the rows as a Stata file: full names as labels, missing values as missing."""
    count = sum(pq.ParquetFile(parquet_source(part)).metadata.num_rows for part in parts)
    if count > STATA_ROWS:
        raise ParameterError(f"{path} must have at most {STATA_ROWS} rows; got {count}. Export to .parquet.")
    frame = _frame(parts)
    for column in frame.columns:
        if frame[column].dtype == bool:
            frame[column] = frame[column].astype(np.int8)
        elif not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].fillna("").astype(str).astype(object)
    names = stata_names(list(frame.columns))
    labels: Any = {names[column]: column[:80] for column in frame.columns}
    frame.rename(columns=names).to_stata(path, write_index=False, variable_labels=labels, version=118)
    return len(frame)


def _netcdf(parts: list[Folder], path: Path, manifest: Json) -> int:
    """Write the rows as NetCDF: a cube if they fill one, else along the dimension run."""
    absent = [name for name in ("xarray", "h5netcdf", "h5py") if find_spec(name) is None]
    if absent:
        raise ParameterError(
            f"NetCDF needs {', '.join(absent)}, which is not installed. "
            "Install it: pip install 'alliance-simulator[export]'; or write .csv or .parquet."
        )
    frame = _frame(parts)
    made = dataset_of(frame, manifest)
    made.to_netcdf(path, engine="h5netcdf")
    return len(frame)


def dataset_of(frame: pd.DataFrame, manifest: Json) -> Any:
    """Return runs as an `xarray.Dataset`: a cube by contract, factors and replicate where every cell has one run.

    Parameters
    ----------
    frame : DataFrame
        From `store.load`.
    manifest : dict
        The sweep's manifest: its experiment and provenance become attributes.
    """
    import xarray

    factors = [name for name in manifest.get("factors", []) if name in frame.columns]
    axes = ["contract", *factors, "replicate"]
    cells = [frame[axis].nunique() for axis in axes] if manifest else []
    if manifest and int(np.prod(cells)) == len(frame) and not frame.duplicated(axes).any():
        indexed = frame.drop(columns=["seed"]).set_index(axes)
        made = xarray.Dataset.from_dataframe(indexed.sort_index())
    else:
        made = xarray.Dataset.from_dataframe(frame.set_index("run") if manifest else frame)
    for name in made.variables:
        if made[name].dtype == object or pd.api.types.is_string_dtype(made[name].dtype):
            made[name] = made[name].astype(object).fillna("").astype(str)
    experiment = manifest.get("experiment", {})
    for key in ("name", "title", "claim", "seed", "design"):
        if experiment.get(key) not in (None, ""):
            made.attrs[key] = experiment[key]
    provenance = manifest.get("provenance", {})
    made.attrs |= {key: value for key, value in provenance.items() if isinstance(value, str | int | float)}
    return made


FORMATS: dict[str, Callable[[list[Folder], Path, Json], int]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".nc": _netcdf,
    ".dta": _stata,
}
