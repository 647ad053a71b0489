"""Columns written as a table: CSV or Parquet, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from simulator.foundation.errors import ParameterError


def table_writer(path: Path) -> Callable[[Mapping[str, Any]], None]:
    """Return the function that writes columns of one length to a file.

    Raises
    ------
    ParameterError
        If the name ends in neither ``.csv`` nor ``.parquet``; when called, if the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in {".csv", ".parquet"}:
        raise ParameterError(
            f"{path} must end in .csv or .parquet; got {kind or 'no ending'!r}. Write {path.stem}.csv."
        )

    def write(columns: Mapping[str, Any]) -> None:
        import pyarrow as pa
        import pyarrow.csv
        import pyarrow.parquet

        table = pa.table({name: pa.array(values) for name, values in columns.items()})
        try:
            if kind == ".csv":
                pyarrow.csv.write_csv(table, path)
            else:
                pyarrow.parquet.write_table(table, path)
        except OSError as error:
            raise ParameterError(f"{path} cannot be written: {error.strerror or error}. Write another path.") from None

    return write
