"""Bins of a factor that was drawn from a range: hardly two points share a value, so its levels are stretches of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BINS = 4
"""How many bins there are unless another number is asked for."""


class Bin(NamedTuple):
    """A stretch of a factor's values; a value on the edge of two belongs to the upper one.

    Examples
    --------
    >>> print(Bin(1.0, 8.25))
    1 to 8.25
    """

    low: float
    high: float

    def __str__(self) -> str:
        """Return both ends, with four significant digits."""
        return f"{self.low:.4g} to {self.high:.4g}"

    def __repr__(self) -> str:
        """Return the same, for messages that quote a level."""
        return str(self)


def numeric(column: pd.Series[Any]) -> bool:
    """Return whether a factor's values are numbers."""
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def binned(column: pd.Series[Any], bins: int) -> list[tuple[Bin, NDArray[np.int64]]]:
    """Return bins of about equally many points, in order, with the numbers of their points.

    Parameters
    ----------
    column : Series of float
        Value of the factor at every point; NaN is in no bin.
    bins : int
        How many, at least 2. Where many points share a value, there are fewer.

    Examples
    --------
    >>> [(str(each), points.tolist()) for each, points in binned(pd.Series([5.0, 1.0, 9.0, 3.0]), 2)]
    [('1 to 4', [1, 3]), ('4 to 9', [0, 2])]
    """
    values = column.to_numpy(dtype=np.float64)
    there = np.flatnonzero(np.isfinite(values))
    edges = np.unique(np.quantile(values[there], np.linspace(0.0, 1.0, bins + 1)))
    places = np.searchsorted(edges[1:-1], values[there], side="right")
    return [(Bin(float(edges[place]), float(edges[place + 1])), there[places == place]) for place in np.unique(places)]
