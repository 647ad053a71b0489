"""Contracts under the same luck: paired differences from the baseline, with intervals and who gains how often.

A pair is two runs of one point and one replicate under two contracts: everything about them is the same but the
contract, luck included. What the luck does to both cancels in the difference, which is why few runs say much.

References
----------
Law (2015), Simulation Modeling and Analysis, section 11.2 (common random numbers).
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

from simulator.foundation.errors import ParameterError, StoreError, unknown
from simulator.sweeps.bootstrap import CONFIDENCE, RESAMPLES, bootstrap_means, clustered_mean, interval
from simulator.sweeps.provenance import read_manifest
from simulator.sweeps.store import load

MEASURES_SHOWN = ("small_value", "big_value", "surplus")
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One contract against the baseline, in one measure.

    Parameters
    ----------
    contract, measure : str
        What is compared, and in which measure.
    level : value or None
        Level of the factor the comparison is by; None for all runs.
    difference : float
        Mean over pairs of the contract's value less the baseline's, in the unit of the measure.
    low, high : float
        Bootstrap interval of the difference.
    standard_error : float
        Of the difference, over replicates.
    share_better, share_tied : float
        Shares of pairs in which the contract's value is above the baseline's, and in which they are the same.
    pairs, dropped : int
        Pairs used, and pairs left out because a run of theirs is missing, has failed, or has no such measure.
    correlation : float
        Of the two contracts' values over replicates (NaN if one of them never varies).
    variance_ratio : float
        How many times more replicates as good an estimate would need without the common luck.
    """

    contract: str
    measure: str
    level: Any
    difference: float
    low: float
    high: float
    standard_error: float
    share_better: float
    share_tied: float
    pairs: int
    dropped: int
    correlation: float
    variance_ratio: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every contract against the baseline.

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
    """

    baseline: str
    by: str | None
    confidence: float
    resamples: int
    rows: tuple[ComparisonRow, ...]

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
            "rows": [{name: _jsonable(value) for name, value in dataclasses.asdict(row).items()} for row in self.rows],
        }


def _jsonable(value: Any) -> Any:
    """Return a plain Python value; None for numbers that are not finite."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def compare(
    source: pd.DataFrame | Path,
    *,
    baseline: str | None = None,
    measures: Sequence[str] | None = None,
    by: str | None = None,
    factors: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Return the paired differences of every contract from the baseline.

    Parameters
    ----------
    source : DataFrame or Path
        Runs as `store.load` returns them, or the folder of a sweep.
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

    Raises
    ------
    UnknownNameError
        If there is no such contract, measure or factor.
    StoreError
        If the folder's sweep is not finished.
    ParameterError
        If there are fewer than two contracts or fewer than two pairs, or a run occurs twice.

    Examples
    --------
    >>> runs = pd.DataFrame({"contract": ["a", "a", "b", "b"], "replicate": [0, 1, 0, 1], "surplus": [1, 5, 2, 8]})
    >>> row = compare(runs, baseline="a").rows[0]
    >>> row.difference, row.standard_error, row.share_better, row.pairs
    (2.0, 1.0, 1.0, 2)
    """
    if not 0.0 < confidence < 1.0:
        raise ParameterError(f"compare.confidence must be in (0, 1); got {confidence!r}. Write, say, 0.95.")
    if isinstance(source, pd.DataFrame):
        frame = source
        names = [str(name) for name in frame.columns]
        for name in ("contract", "replicate"):
            if name not in names:
                raise unknown("column", name, names)
        paths = list(factors) if factors is not None else names[names.index("contract") + 1 : names.index("replicate")]
        kept = [name for name in names if name not in {"run", "contract", "replicate", "seed", "error", *paths}]
    else:
        manifest = read_manifest(Path(source))
        if manifest["status"] != "finished":
            raise StoreError(
                f"{source} must hold a finished sweep to be compared, because the first runs are not a fair sample; "
                f"got one that is {manifest['status']}. Run the sweep again: it goes on where it stopped."
            )
        paths, kept = list(manifest["factors"]), list(manifest["experiment"]["measures"])
        baseline = baseline if baseline is not None else manifest["experiment"]["baseline"]
        frame = pd.DataFrame()
    chosen = list(measures) if measures else [name for name in MEASURES_SHOWN if name in kept] or kept
    for name in chosen:
        if name not in kept:
            raise unknown("measure", name, kept)
    if by is not None and by not in paths:
        raise unknown("factor", by, paths)
    if not isinstance(source, pd.DataFrame):
        frame = load(Path(source), ["contract", *paths, "replicate", *chosen])
    contracts = [str(name) for name in frame["contract"].unique()]
    baseline = contracts[0] if baseline is None and contracts else baseline
    if baseline not in contracts:
        raise unknown("contract", str(baseline), contracts)
    if len(contracts) < 2:
        raise ParameterError(
            f"compare needs at least two contracts; got {baseline!r} alone. Add one to the experiment."
        )
    table = _table(frame, contracts, paths, chosen)
    rows: list[ComparisonRow] = []
    for level, points in _levels(frame, paths, by):
        part = {contract: values[:, points, :] for contract, values in table.items()}
        rows += _rows(part, baseline, chosen, level, confidence, resamples, seed)
    return Comparison(baseline, by, confidence, resamples, tuple(rows))


def _point_numbers(frame: pd.DataFrame, paths: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of each row's point, in the order in which points first occur."""
    if not paths:
        return np.zeros(len(frame), dtype=np.int64)
    return np.asarray(frame.groupby(list(paths), sort=False, dropna=False).ngroup(), dtype=np.int64)


def _table(
    frame: pd.DataFrame, contracts: Sequence[str], paths: Sequence[str], measures: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Return the measures of every contract, shape (measures + 1, points, replicates), NaN where there is no run.

    The last layer is 1 where there is a run, whole or not.
    """
    point = _point_numbers(frame, paths)
    replicates, replicate = np.unique(frame["replicate"].to_numpy(), return_inverse=True)
    points = int(point.max()) + 1
    names = frame["contract"].to_numpy()
    values = np.stack([*(frame[name].to_numpy(dtype=np.float64) for name in measures), np.ones(len(frame))])
    table: dict[str, NDArray[np.float64]] = {}
    for contract in contracts:
        mine = names == contract
        places = point[mine] * replicates.size + replicate[mine]
        if np.unique(places).size < places.size:
            raise ParameterError(
                f"compare needs every run once; got a point and replicate of {contract!r} twice. Give one sweep."
            )
        cells = np.full((len(values), points * replicates.size), np.nan)
        cells[:, places] = values[:, mine]
        table[contract] = cells.reshape(len(values), points, replicates.size)
    return table


def _levels(frame: pd.DataFrame, paths: Sequence[str], by: str | None) -> list[tuple[Any, NDArray[np.int64]]]:
    """Return every level of a factor with the numbers of its points; without a factor, None with all points."""
    point = _point_numbers(frame, paths)
    if by is None:
        return [(None, np.arange(int(point.max()) + 1))]
    first = pd.DataFrame({"point": point, "level": frame[by]}).drop_duplicates("point")
    return [
        (_jsonable(level), np.sort(group["point"].to_numpy(dtype=np.int64)))
        for level, group in first.groupby("level", sort=True)
    ]


def _rows(
    table: dict[str, NDArray[np.float64]],
    baseline: str,
    measures: Sequence[str],
    level: Any,
    confidence: float,
    resamples: int,
    seed: int,
) -> list[ComparisonRow]:
    """Return the rows of one level: every other contract, every measure."""
    others = [contract for contract in table if contract != baseline]
    keys = [(contract, place) for contract in others for place in range(len(measures))]
    gaps = [table[contract][place] - table[baseline][place] for contract, place in keys]
    paired = [np.isfinite(gap) for gap in gaps]
    sums = np.column_stack([np.where(use, gap, 0.0).sum(axis=0) for use, gap in zip(paired, gaps, strict=True)])
    counts = np.column_stack([use.sum(axis=0) for use in paired]).astype(np.float64)
    for column, (contract, place) in enumerate(keys):
        if np.count_nonzero(counts[:, column]) < 2:
            at = "" if level is None else f" at level {level!r}"
            raise ParameterError(
                f"compare needs at least two replicates in which both runs are whole; got "
                f"{np.count_nonzero(counts[:, column])} for {contract!r} in {measures[place]}{at}. Run more replicates."
            )
    means = bootstrap_means(sums, counts, resamples=resamples, seed=seed)
    rows: list[ComparisonRow] = []
    for column, (contract, place) in enumerate(keys):
        use, gap = paired[column], gaps[column]
        mine, theirs = table[contract][place], table[baseline][place]
        scale = np.maximum(np.abs(mine), np.abs(theirs))
        tied = use & (np.abs(gap) <= TIE * scale)
        pairs = int(use.sum())
        difference, error = clustered_mean(sums[:, column], counts[:, column])
        low, high = interval(means[:, column], confidence)
        correlation, ratio = _common_luck(mine, theirs, use)
        either = np.isfinite(table[contract][-1]) | np.isfinite(table[baseline][-1])
        rows.append(
            ComparisonRow(
                contract=contract,
                measure=measures[place],
                level=level,
                difference=difference,
                low=low,
                high=high,
                standard_error=error,
                share_better=float((use & ~tied & (gap > 0.0)).sum() / pairs),
                share_tied=float(tied.sum() / pairs),
                pairs=pairs,
                dropped=int(either.sum()) - pairs,
                correlation=correlation,
                variance_ratio=ratio,
            )
        )
    return rows


def _common_luck(mine: NDArray[np.float64], theirs: NDArray[np.float64], use: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the correlation of two contracts over replicates, and the variance saved by pairing them.

    Values are averaged over the points of each replicate first. The ratio is the variance of a difference of
    independent runs over that of paired ones: infinite where the pairs always differ by the same amount.
    """
    counts = use.sum(axis=0)
    present = counts > 0
    a, b = (np.where(use, values, 0.0).sum(axis=0)[present] / counts[present] for values in (mine, theirs))
    apart = float(np.var(a, ddof=1) + np.var(b, ddof=1))
    together = float(np.var(a - b, ddof=1))
    noise = TIE * max(float(np.max(np.abs(a))), float(np.max(np.abs(b))), 1e-300)
    constant = min(np.std(a), np.std(b)) <= noise
    correlation = math.nan if constant else float(np.corrcoef(a, b)[0, 1])
    if together <= noise * noise:
        return correlation, math.nan if apart <= noise * noise else math.inf
    return correlation, apart / together
