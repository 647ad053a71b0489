"""The runs of a sweep as arrays: every measure by contract, point and replicate, NaN where a run says nothing."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, StoreError, unknown
from simulator.sweeps.comparison.bins import BINS, binned, numeric
from simulator.sweeps.folder import Folder, Remote, folder_at
from simulator.sweeps.provenance import Json, finished_manifest
from simulator.sweeps.store import load, read_part

MEASURES_SHOWN = ("small_value", "big_value", "surplus")
NOT_MEASURES = ("run", "contract", "replicate", "seed", "error")
Level = Any


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs that can be paired: what is at one point and replicate had the same luck under every contract.

    Parameters
    ----------
    contracts : tuple of str
        At least two, in the order of the experiment.
    baseline : str
        The contract the others are compared with.
    measures : tuple of str
        Those that were read.
    points : DataFrame
        Value of every factor (a column each) at every point (a row each).
    values : float array, shape (measures, contracts, points, replicates)
        NaN where there is no run, where it failed, or where it gives the measure no meaning.
    made : bool array, shape (contracts, points, replicates)
        Where there is a run, whole or not.
    bins : mapping from factor to int
        How many bins tell the values of a factor apart, where it is not every value by itself.
    """

    contracts: tuple[str, ...]
    baseline: str
    measures: tuple[str, ...]
    points: pd.DataFrame
    values: NDArray[np.float64]
    made: NDArray[np.bool_]
    bins: Mapping[str, int] = field(default_factory=dict)

    def of(self, measure: str, contract: str, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return a measure under a contract at some of the points, shape (points, replicates)."""
        place = self.measures.index(measure), self.contracts.index(contract)
        return np.ascontiguousarray(self.values[place][points])

    def levels(self, factor: str | None) -> list[tuple[Level, NDArray[np.int64]]]:
        """Return every value (or bin) of a factor with the numbers of its points; without a factor, None with all.

        Raises
        ------
        UnknownNameError, ParameterError
            If there is no such factor, or it has one value only.
        """
        if factor is None:
            return [(None, np.arange(len(self.points)))]
        self.check_factor(factor)
        if factor in self.bins:
            return [(each, points) for each, points in binned(self.points[factor], self.bins[factor])]
        return [
            (jsonable(level), np.sort(np.asarray(group, dtype=np.int64)))
            for level, group in self.points.groupby(factor, sort=True).indices.items()
        ]

    def check_factor(self, factor: str) -> None:
        """Raise unless the factor exists and varies."""
        _check_factors((factor,), list(self.points.columns))
        distinct = self.points[factor].dropna().unique()
        if len(distinct) < 2:
            got = f"{jsonable(distinct[0])!r} alone" if len(distinct) else "no value"
            raise ParameterError(
                f"Factor {factor!r} must vary to compare by it; got {got}. Give it two values in the experiment."
            )

    def with_bins(self, factors: Sequence[str], bins: int) -> Runs:
        """Return the same runs with factors in bins, those that take numbers and more of them than there are bins.

        Raises
        ------
        ParameterError
            If none of the factors takes numbers.
        """
        ordered = [factor for factor in factors if numeric(self.points[factor])]
        if factors and not ordered:
            raise ParameterError(
                f"Factor {factors[0]!r} must take numbers to be put into bins; got "
                f"{jsonable(self.points[factors[0]].iloc[0])!r}. Leave out --bins: each of its values stands by itself."
            )
        kept = {factor: count for factor, count in self.bins.items() if factor not in factors}
        several = {factor: bins for factor in ordered if self.points[factor].nunique() > bins}
        return dataclasses.replace(self, bins=kept | several)


def jsonable(value: Any) -> Any:
    """Return a plain Python value; None for numbers that are not finite."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_runs(
    source: pd.DataFrame | Path | str | Remote | Runs,
    *,
    baseline: str | None = None,
    measures: Sequence[str] | None = None,
    factors: Sequence[str] | None = None,
    by: Sequence[str] = (),
) -> Runs:
    """Return the runs of a table or of a sweep's folder, which is read part by part.

    In a sweep's folder, factors that were drawn from a range are put into BINS bins; see `Runs.with_bins`.

    Parameters
    ----------
    source : DataFrame, Path, str, Remote or Runs
        Runs as `store.load` returns them, the folder of a sweep or its URL, or what this function returned.
    baseline : str, optional
        By default the experiment's, or for a table its first contract.
    measures : sequence of str, optional
        By default the values of both firms and the surplus, as far as they were kept.
    factors : sequence of str, optional
        The columns of a table that make a point; by default those between ``contract`` and ``replicate``.
    by : sequence of str
        Factors that must exist.

    Raises
    ------
    UnknownNameError
        If there is no such contract, measure or factor.
    StoreError
        If the folder's sweep is not finished, or a part is damaged.
    ParameterError
        If there are fewer than two contracts, or a run occurs twice.
    """
    if isinstance(source, Runs):
        _check_factors(by, list(source.points.columns))
        for name in measures or ():
            _known("measure", name, source.measures)
        return _with(source, baseline, tuple(measures or source.measures))
    if not isinstance(source, pd.DataFrame):
        return _from_folder(folder_at(source), baseline, measures, by)
    names = [str(name) for name in source.columns]
    for name in ("contract", "replicate"):
        _known("column", name, names)
    paths = list(factors) if factors is not None else names[names.index("contract") + 1 : names.index("replicate")]
    chosen = _chosen(measures, [name for name in names if name not in {*NOT_MEASURES, *paths}])
    _check_factors(by, paths)
    contracts = tuple(str(name) for name in source["contract"].unique())
    baseline = _baseline(baseline, contracts)
    return _from_table(source, contracts, baseline, paths, chosen)


def _known(kind: str, name: str, known: Sequence[str]) -> None:
    """Raise UnknownNameError unless the name is known."""
    if name not in known:
        raise unknown(kind, name, known)


def _check_factors(names: Sequence[str], paths: Sequence[str]) -> None:
    """Raise UnknownNameError unless every factor is one of the sweep's."""
    for name in names:
        _known("factor", name, paths)


def _chosen(measures: Sequence[str] | None, kept: Sequence[str]) -> tuple[str, ...]:
    """Return the measures asked for, or those shown by default."""
    chosen = tuple(dict.fromkeys(measures or ())) or tuple(name for name in MEASURES_SHOWN if name in kept)
    for name in chosen:
        _known("measure", name, kept)
    return chosen or tuple(kept)


def _baseline(baseline: str | None, contracts: Sequence[str]) -> str:
    """Return the baseline, by default the first contract; raise if it is unknown or has nothing to be compared with."""
    baseline = contracts[0] if baseline is None and contracts else baseline
    _known("contract", str(baseline), contracts)
    if len(contracts) < 2:
        raise ParameterError(
            f"compare needs at least two contracts; got {baseline!r} alone. Add one to the experiment."
        )
    return str(baseline)


def _with(runs: Runs, baseline: str | None, measures: tuple[str, ...]) -> Runs:
    """Return the same runs with another baseline and fewer measures."""
    places = [runs.measures.index(name) for name in measures]
    values = runs.values if measures == runs.measures else runs.values[places]
    named = _baseline(baseline or runs.baseline, runs.contracts)
    return dataclasses.replace(runs, baseline=named, measures=measures, values=values)


def _from_table(
    frame: pd.DataFrame, contracts: tuple[str, ...], baseline: str, paths: Sequence[str], measures: tuple[str, ...]
) -> Runs:
    """Return the runs of a table, points in the order in which they first occur."""
    if paths:
        point = np.asarray(frame.groupby(list(paths), sort=False, dropna=False).ngroup(), dtype=np.int64)
    else:
        point = np.zeros(len(frame), dtype=np.int64)
    replicates, replicate = np.unique(frame["replicate"].to_numpy(), return_inverse=True)
    shape = len(contracts), int(point.max()) + 1, replicates.size
    contract = pd.Categorical(frame["contract"], categories=list(contracts)).codes.astype(np.int64)
    places = np.ravel_multi_index((contract, point, replicate), shape)
    times = np.bincount(places, minlength=math.prod(shape))
    if times.max() > 1:
        twice = contracts[int(np.argmax(times)) // (shape[1] * shape[2])]
        raise ParameterError(
            f"compare needs every run once; got a point and replicate of {twice!r} twice. Give one sweep."
        )
    values = np.full((len(measures), math.prod(shape)), np.nan)
    for place, name in enumerate(measures):
        values[place, places] = frame[name].to_numpy(dtype=np.float64)
    first = np.unique(point, return_index=True)[1]
    points = frame[list(paths)].iloc[first].reset_index(drop=True)
    return Runs(
        contracts, baseline, measures, points, values.reshape(len(measures), *shape), (times > 0).reshape(shape)
    )


def _from_folder(folder: Folder, baseline: str | None, measures: Sequence[str] | None, by: Sequence[str]) -> Runs:
    """Return the runs of a finished sweep; only the columns that are needed are read, one part at a time."""
    manifest = finished_manifest(folder)
    experiment, paths = manifest["experiment"], list(manifest["factors"])
    chosen = _chosen(measures, experiment["measures"])
    _check_factors(by, paths)
    contracts = tuple(experiment["contracts"])
    baseline = _baseline(experiment["baseline"] if baseline is None else baseline, contracts)
    if len(manifest.get("replication", {}).get("rounds", ())) > 1:
        # later rounds are numbered after the first, and points have replicates of their own number
        runs = load(folder, ["contract", *paths, "replicate", *chosen])
        return _drawn_in_bins(_from_table(runs, contracts, baseline, paths, chosen), manifest)
    values, points = _columns(folder, manifest, paths, chosen)
    # runs are numbered point by point, within a point contract by contract, within these replicate by replicate
    shape = len(points), len(contracts), int(experiment["replicates"])
    if math.prod(shape) != manifest["runs"]:
        raise StoreError(f"{folder} must hold every contract at every point; got {manifest['runs']} runs.")
    by_contract = values.reshape(len(chosen), *shape).transpose(0, 2, 1, 3)
    made = np.broadcast_to(True, (shape[1], shape[0], shape[2]))
    return _drawn_in_bins(Runs(contracts, baseline, chosen, points, by_contract, made), manifest)


def _drawn_in_bins(runs: Runs, manifest: Json) -> Runs:
    """Return the runs with the factors in bins that the sweep drew from a range."""
    record = manifest["experiment"]["factors"]
    drawn = [path for path, given in record.items() if isinstance(given, dict) and "values" not in given]
    return runs.with_bins(drawn, BINS)


def _columns(
    folder: Folder, manifest: Json, paths: list[str], measures: tuple[str, ...]
) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Return the measures of all runs, shape (measures, runs), and the factors' values at every point."""
    per_point = len(manifest["experiment"]["contracts"]) * int(manifest["experiment"]["replicates"])
    values = np.empty((len(measures), manifest["runs"]))
    points: list[pd.DataFrame] = []
    for entry in manifest["plan"]:
        table = read_part(folder / "runs" / entry["part"], [*paths, *measures])
        start, count = entry["first_run"], entry["runs"]
        if table.num_rows != count:
            raise StoreError(f"{folder / 'runs' / entry['part']} must have {count} runs; got {table.num_rows}.")
        for place, name in enumerate(measures):
            values[place, start : start + count] = table[name].to_numpy()
        firsts = np.arange(-(-start // per_point) * per_point, start + count, per_point) - start
        if firsts.size and paths:
            points.append(table.select(paths).take(firsts).to_pandas())
    if not paths:
        return values, pd.DataFrame(index=range(manifest["runs"] // per_point))
    return values, pd.concat(points, ignore_index=True)
