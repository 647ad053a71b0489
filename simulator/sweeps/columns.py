"""The columns of a part, by the type of what is in them.

They are made of buffers, because `pyarrow.array` would import pandas, which takes a worker longer than a part does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulator.sweeps.factors import Value


def numbers(values: NDArray[Any]) -> pa.Array:
    """Return whole numbers or floats, 64 bits each, as a column.

    Examples
    --------
    >>> numbers(np.array([2.5, np.nan])).to_pylist()
    [2.5, nan]
    """
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), values.size, [None, pa.py_buffer(values)])


def truths(values: Sequence[Any]) -> pa.Array:
    """Return truth values as a column.

    Examples
    --------
    >>> truths([True, False]).to_pylist()
    [True, False]
    """
    bits = np.packbits(np.array(values, dtype=bool), bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def words(values: Sequence[str]) -> pa.Array:
    """Return texts as a column.

    Examples
    --------
    >>> words(["ham", "", "egg"]).to_pylist()
    ['ham', '', 'egg']
    """
    written = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, written)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(written), pa.py_buffer(ends), pa.py_buffer(b"".join(written)))


def column_type(values: Sequence[Value]) -> pa.DataType:
    """Return the type of a factor's column: whole numbers, numbers, booleans, or text for anything else."""
    if all(isinstance(value, bool) for value in values):
        return pa.bool_()
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return pa.string()
    whole = all(isinstance(value, int) and abs(value) < 2**63 for value in values)
    return pa.int64() if whole else pa.float64()


def as_text(value: Value) -> str:
    """Return a value as it is stored in a column of text.

    Examples
    --------
    >>> as_text("nash"), as_text(3), as_text((0.0, 0.5))
    ('nash', '3', '[0.0, 0.5]')
    """
    if isinstance(value, str):
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def factor_column(values: Sequence[Value], kind: pa.DataType) -> pa.Array:
    """Return the values of a factor as a column of the type that `column_type` gives it."""
    if pa.types.is_string(kind):
        return words([as_text(value) for value in values])
    if pa.types.is_boolean(kind):
        return truths(values)
    if pa.types.is_integer(kind):
        return numbers(np.array(values).astype(np.int64, casting="safe"))
    return numbers(np.array(values, dtype=np.float64))
