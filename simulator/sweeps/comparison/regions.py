"""Which contract wins where: the best mean of a measure at every pair of values of two factors, and how sure that is.

Only luck that every contract has lived through counts: points and replicates in which all runs are whole. A contract
that never has a measure takes no part in its map. The winner is clear if its lead over every other contract is beyond
its interval. With many cells and no effect some are clear by chance: one in twenty at 95 %.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError
from simulator.sweeps.bootstrap import CONFIDENCE, RESAMPLES
from simulator.sweeps.comparison.differences import compared
from simulator.sweeps.comparison.intervals import PERCENTILE, check_method
from simulator.sweeps.comparison.runs import Runs, jsonable, read_runs

MOST_LEVELS = 60


@dataclass(frozen=True, slots=True)
class RegionCell:
    """The winner at one pair of values.

    Parameters
    ----------
    measure : str
        What it wins in.
    x, y : value
        Of the two factors.
    best, second : str
        The contracts with the highest mean and with the next.
    mean : float
        Of the best.
    lead, low, high : float
        Mean paired difference of the best from the second, and its interval.
    clear : bool
        Whether the lead over every other contract is beyond its interval.
    pairs : int
        Runs of each contract.
    means : dict of str to float
        Of every contract; NaN for one that never has the measure.
    """

    measure: str
    x: Any
    y: Any
    best: str
    second: str
    mean: float
    lead: float
    low: float
    high: float
    clear: bool
    pairs: int
    means: dict[str, float]


@dataclass(frozen=True, slots=True)
class RegionMap:
    """Who wins where: the factors, the contracts, the intervals and the cells, by measure, x and y."""

    x: str
    y: str
    contracts: tuple[str, ...]
    confidence: float
    method: str
    cells: tuple[RegionCell, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the cells as a table: the two factors under their own names, then the winner and its lead."""
        names = [field.name for field in dataclasses.fields(RegionCell) if field.name != "means"]
        cells = [{name: getattr(cell, name) for name in names} for cell in self.cells]
        return pd.DataFrame(cells, columns=names).rename(columns={"x": self.x, "y": self.y})

    def to_dict(self) -> dict[str, Any]:
        """Return everything ready for JSON."""
        cells = [{name: jsonable(value) for name, value in dataclasses.asdict(cell).items()} for cell in self.cells]
        return {
            "x": self.x,
            "y": self.y,
            "contracts": list(self.contracts),
            "confidence": self.confidence,
            "interval": self.method,
            "cells": cells,
        }


def region_map(
    source: pd.DataFrame | Path | Runs,
    x: str,
    y: str,
    *,
    measures: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
    method: str = PERCENTILE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> RegionMap:
    """Return which contract has the best mean at every pair of values of two factors.

    Parameters
    ----------
    source : DataFrame, Path or Runs
        See `read_runs`.
    x, y : str
        Two factors; what else varies is averaged over.
    measures : sequence of str, optional
        By default the surplus if it was kept, else the first.
    confidence, method, resamples, seed : float, str, int, int
        Of the intervals, see `compare`.

    Raises
    ------
    UnknownNameError
        If there is no such factor, measure or method.
    ParameterError
        If the factors are the same, one never varies or has more than MOST_LEVELS values, or a cell has fewer than two
        replicates in which every contract's run is whole.

    Examples
    --------
    >>> import itertools
    >>> grid = {"contract": [], "cash": [], "power": [], "replicate": [], "surplus": []}
    >>> for contract, cash, power, luck in itertools.product("ab", (3, 6), (0, 1), (0, 1)):
    ...     for name, value in zip(grid, (contract, cash, power, luck, 5 if contract == "a" else cash + luck)):
    ...         grid[name].append(value)
    >>> cells = region_map(pd.DataFrame(grid), "cash", "power").cells
    >>> [(cell.x, cell.y, cell.best, cell.lead) for cell in cells]
    [(3, 0, 'a', 1.5), (3, 1, 'a', 1.5), (6, 0, 'b', 1.5), (6, 1, 'b', 1.5)]
    """
    check_method(method, confidence)
    if x == y:
        raise ParameterError(f"A map must have two factors; got {x!r} twice. Name another one.")
    runs = read_runs(source, measures=measures, by=(x, y))
    if not measures:
        runs = read_runs(runs, measures=("surplus",) if "surplus" in runs.measures else runs.measures[:1])
    columns, lines = runs.levels(x), runs.levels(y)
    for name, levels in ((x, columns), (y, lines)):
        if len(levels) > MOST_LEVELS:
            raise ParameterError(
                f"A map needs factors of at most {MOST_LEVELS} values; got {len(levels)} of {name!r}. "
                "Sweep a grid of fewer."
            )
    cells = []
    for measure in runs.measures:
        contracts = _having(runs, measure)
        for column, right in columns:
            for line, up in lines:
                points = np.intersect1d(right, up)
                if points.size:
                    at = f"{x} = {column!r}, {y} = {line!r}"
                    cell = _cell(runs, measure, contracts, points, at, confidence, method, resamples, seed)
                    cells.append(dataclasses.replace(cell, x=column, y=line))
    return RegionMap(x, y, runs.contracts, confidence, method, tuple(cells))


def _having(runs: Runs, measure: str) -> tuple[str, ...]:
    """Return the contracts that ever have a measure; raise ParameterError unless there are two."""
    points = np.arange(len(runs.points))
    found = tuple(name for name in runs.contracts if np.isfinite(runs.of(measure, name, points)).any())
    if len(found) < 2:
        got = f"{found[0]!r} alone" if found else "none"
        raise ParameterError(f"A map needs two contracts that ever have {measure}; got {got}. Name another measure.")
    return found


def _cell(
    runs: Runs,
    measure: str,
    contracts: tuple[str, ...],
    points: NDArray[np.int64],
    at: str,
    confidence: float,
    method: str,
    resamples: int,
    seed: int,
) -> RegionCell:
    """Return the winner of one cell, its place still to be filled in."""
    values = np.stack([runs.of(measure, contract, points) for contract in contracts])
    whole = np.isfinite(values).all(axis=0)
    if np.count_nonzero(whole.any(axis=0)) < 2:
        raise ParameterError(
            f"A map needs at least two replicates in which the runs of all contracts are whole; got "
            f"{np.count_nonzero(whole.any(axis=0))} in {measure} at {at}. Run more replicates."
        )
    means = values[:, whole].mean(axis=1)
    order = np.argsort(-means, kind="stable")
    best, second = (contracts[place] for place in order[:2])
    used = np.where(whole, values, np.nan)[None]
    common = Runs(contracts, best, (measure,), runs.points.iloc[points], used, np.isfinite(used[0]))
    against = [(other, best) for other in contracts if other != best]
    rows = compared(common, np.arange(points.size), against, None, method, confidence, resamples, seed)
    (lead,) = (row for row in rows if row.contract == second)
    return RegionCell(
        measure=measure,
        x=None,
        y=None,
        best=best,
        second=second,
        mean=float(means[order[0]]),
        lead=-lead.difference,
        low=-lead.high,
        high=-lead.low,
        clear=all(row.high < 0.0 for row in rows),
        pairs=int(whole.sum()),
        means=dict.fromkeys(runs.contracts, math.nan) | dict(zip(contracts, means.tolist(), strict=True)),
    )
