"""Bins of a factor that was drawn from a range: hardly two points share a value, so its levels are stretches of it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BINS = 4
"""How many bins there are unless another number is asked for."""
DIGITS, MOST_DIGITS = 4, 17
"""With how many significant digits ends are told: a float needs no more than 17."""
LEAST_EDGES = 3
"""Fewer make one bin, with which nothing can be compared."""


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
        """Return both ends, with four significant digits, or two of the width if that is narrow."""
        width = self.high - self.low
        places = math.log10(max(abs(self.low), abs(self.high)) / width) if width > 0.0 else 0.0
        digits = min(max(DIGITS, 2 + math.ceil(places)), MOST_DIGITS)
        return f"{self.low:.{digits}g} to {self.high:.{digits}g}"

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
        How many, at least 2. Where many points share a value, there are fewer, and where nearly all do, the bins have
        about equally many different values instead.

    Examples
    --------
    >>> [(str(each), points.tolist()) for each, points in binned(pd.Series([5.0, 1.0, 9.0, 3.0]), 2)]
    [('1 to 4', [1, 3]), ('4 to 9', [0, 2])]
    >>> [str(each) for each, _ in binned(pd.Series([10000.0, 10001.0, 10002.0]), 2)]
    ['10000 to 10001', '10001 to 10002']
    """
    values = column.to_numpy(dtype=np.float64)
    there = np.flatnonzero(np.isfinite(values))
    shares = np.linspace(0.0, 1.0, bins + 1)
    edges = np.unique(np.quantile(values[there], shares))
    if edges.size < LEAST_EDGES:
        edges = np.unique(np.quantile(np.unique(values[there]), shares))
    places = np.searchsorted(edges[1:-1], values[there], side="right")
    return [(Bin(float(edges[place]), float(edges[place + 1])), there[places == place]) for place in np.unique(places)]
