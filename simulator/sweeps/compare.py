"""Contracts under the same luck: paired differences, with intervals and tests, and who gains how often.

A pair is two runs of one point and one replicate under two contracts: everything about them is the same but the
contract, luck included. What the luck does to both cancels in the difference, which is why few runs say much.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.foundation.errors import ParameterError
from simulator.sweeps.bootstrap import CONFIDENCE, RESAMPLES
from simulator.sweeps.comparison.differences import ComparisonRow, compared
from simulator.sweeps.comparison.dominance import DominanceRow, dominance_rows
from simulator.sweeps.comparison.intervals import PERCENTILE, check_method, holm
from simulator.sweeps.comparison.runs import Runs, jsonable, read_runs
from simulator.sweeps.folder import Remote


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every contract against the baseline, or against every other.

    Parameters
    ----------
    baseline : str
        The contract the others are compared with.
    by : str or None
        The factor whose levels are told apart.
    confidence, resamples : float, int
        Of the intervals.
    rows : tuple of ComparisonRow
        By level, contract and measure.
    method : str
        Of the intervals of differences: percentile, bca or t.
    all_pairs : bool
        Whether every pair of contracts was compared.
    dominance : tuple of DominanceRow
        Stochastic dominance of the same pairs, if asked for.
    """

    baseline: str
    by: str | None
    confidence: float
    resamples: int
    rows: tuple[ComparisonRow, ...]
    method: str = PERCENTILE
    all_pairs: bool = False
    dominance: tuple[DominanceRow, ...] = ()

    @property
    def tests(self) -> int:
        """Return the number of tests for which p-values are adjusted: the rows of which something is told."""
        return sum(not row.untold for row in self.rows)

    @property
    def untold(self) -> dict[str, list[Any]]:
        """Return why rows are left untold, and the levels at which each reason holds."""
        found: dict[str, dict[Any, None]] = {}
        for row in self.rows:
            if row.untold:
                found.setdefault(row.untold, {})[row.level] = None
        return {reason: list(levels) for reason, levels in found.items()}

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table."""
        names = [field.name for field in dataclasses.fields(ComparisonRow)]
        return pd.DataFrame([dataclasses.asdict(row) for row in self.rows], columns=names)

    def to_dict(self) -> dict[str, Any]:
        """Return everything ready for JSON; numbers that are not finite are None."""
        return {
            "baseline": self.baseline,
            "by": self.by,
            "confidence": self.confidence,
            "resamples": self.resamples,
            "interval": self.method,
            "all_pairs": self.all_pairs,
            "tests": self.tests,
            "rows": [_plain(row) for row in self.rows],
            **({"dominance": [_plain(row) for row in self.dominance]} if self.dominance else {}),
        }


def _plain(row: ComparisonRow | DominanceRow) -> dict[str, Any]:
    """Return a row ready for JSON."""
    return {name: jsonable(value) for name, value in dataclasses.asdict(row).items()}


def compare(
    source: pd.DataFrame | Path | str | Remote | Runs,
    *,
    baseline: str | None = None,
    measures: Sequence[str] | None = None,
    by: str | None = None,
    factors: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
    method: str = PERCENTILE,
    all_pairs: bool = False,
    dominance: bool = False,
) -> Comparison:
    """Return the paired differences of every contract from the baseline.

    Parameters
    ----------
    source : DataFrame, Path, str, Remote or Runs
        Runs as `store.load` or `read_runs` return them, or the folder of a sweep, by a path or a URL.
    baseline : str, optional
        By default the experiment's, or for a table its first contract.
    measures : sequence of str, optional
        By default the values of both firms and the surplus, as far as they were kept.
    by : str, optional
        A factor: compare at each of its levels.
    factors : sequence of str, optional
        The columns that make a point; for a table by default those between ``contract`` and ``replicate``.
    confidence : float
        Of the intervals, in (0, 1).
    resamples, seed : int
        Of the bootstrap, see `bootstrap.bootstrap_means`.
    method : str
        Of the intervals of differences: ``percentile``, ``bca`` or ``t``.
    all_pairs : bool
        Whether to compare every contract with every other, not with the baseline only.
    dominance : bool
        Whether to look for stochastic dominance, see `comparison.dominance`.

    Raises
    ------
    UnknownNameError
        If there is no such contract, measure, factor or method.
    StoreError
        If the folder's sweep is not finished.
    ParameterError
        If there are fewer than two contracts, a run occurs twice, the factor never varies, or no pair of contracts has
        two replicates in which both runs are whole.

    Examples
    --------
    >>> runs = pd.DataFrame({"contract": ["a", "a", "b", "b"], "replicate": [0, 1, 0, 1], "surplus": [1, 5, 2, 8]})
    >>> row = compare(runs, baseline="a").rows[0]
    >>> row.difference, row.standard_error, row.share_better, row.pairs
    (2.0, 1.0, 1.0, 2)
    """
    check_method(method, confidence)
    by_factor = () if by is None else (by,)
    runs = read_runs(source, baseline=baseline, measures=measures, factors=factors, by=by_factor)
    against = _pairs_of(runs, all_pairs)
    rows: list[ComparisonRow] = []
    shapes: list[DominanceRow] = []
    for level, points in runs.levels(by):
        rows += compared(runs, points, against, level, method, confidence, resamples, seed)
        if dominance:
            shapes += dominance_rows(runs, points, against, level, confidence, seed)
    _check_told(rows)
    adjusted = holm(np.array([row.p_value for row in rows]))
    corrected = [dataclasses.replace(row, p_adjusted=float(p)) for row, p in zip(rows, adjusted, strict=True)]
    return Comparison(runs.baseline, by, confidence, resamples, tuple(corrected), method, all_pairs, tuple(shapes))


def _check_told(rows: Sequence[ComparisonRow]) -> None:
    """Raise ParameterError unless something can be told of some pair."""
    if all(row.untold for row in rows):
        raise ParameterError(
            f"compare needs two replicates in which both contracts have the measure; got {rows[0].untold}. "
            "Run more replicates, or choose contracts that have it."
        )


def _pairs_of(runs: Runs, all_pairs: bool) -> list[tuple[str, str]]:
    """Return the pairs to compare, each of a contract and the one it is compared with."""
    order = [runs.baseline, *(contract for contract in runs.contracts if contract != runs.baseline)]
    firsts = order if all_pairs else order[:1]
    return [(mine, theirs) for place, theirs in enumerate(firsts) for mine in order[place + 1 :]]
