"""Tables of runs, made by hand or at random."""

from __future__ import annotations

import numpy as np
import pandas as pd


def table(values, **factors):
    """Return runs of contracts a, b, ... from values of shape (contracts, points, replicates), points by factor."""
    contracts, points, replicates = values.shape
    names = [chr(ord("a") + place) for place in range(contracts)]
    columns = {"contract": np.repeat(names, points * replicates)}
    for name, levels in (factors or {"point": range(points)}).items():
        columns[name] = np.tile(np.repeat(levels, replicates), contracts)
    columns["replicate"] = np.tile(np.arange(replicates), contracts * points)
    return pd.DataFrame(columns | {"surplus": values.ravel()})
