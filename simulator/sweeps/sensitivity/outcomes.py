"""The runs of a sweep by point and replicate, whatever its design: what every analysis of parameters starts from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, unknown
from simulator.sweeps.folder import Folder
from simulator.sweeps.provenance import finished_manifest
from simulator.sweeps.store import POINT, load

MEASURES_SHOWN = ("small_value", "big_value", "surplus")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came out at every point of an experiment.

    Parameters
    ----------
    name, title, design : str
        Of the experiment; the design by its registered name.
    settings : dict
        Of the design.
    contracts : tuple of str
        In the order of the experiment.
    baseline : str
        The contract that the others are contrasted with.
    measures : tuple of str
        Those that were read.
    points : DataFrame
        Value of every factor (a column each) at every point (a row each), in the order of the design.
    values : float array, shape (measures, contracts, points, replicates)
        NaN where there is no run, where it failed, or where it gives the measure no meaning.
    made : bool array, shape (points, replicates)
        Where there are runs; adaptive replication gives points different numbers of them.
    unit : float array, shape (points, factors), or None
        The points of a sensitivity design in the unit cube.
    runs, failed : int
        How many there are in all, and how many of them failed.
    """

    name: str
    title: str
    design: str
    settings: dict[str, Any]
    contracts: tuple[str, ...]
    baseline: str
    measures: tuple[str, ...]
    points: pd.DataFrame
    values: NDArray[np.float64]
    made: NDArray[np.bool_]
    unit: NDArray[np.float64] | None = None
    runs: int = 0
    failed: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the factors, in the order of their columns."""
        return tuple(str(name) for name in self.points.columns)

    @property
    def block(self) -> int:
        """Return how many consecutive points belong together: those of a trajectory, or of a base sample; else 1."""
        if self.design == "morris":
            return len(self.paths) + 1
        if self.design == "saltelli":
            return len(self.paths) * (2 if self.settings["second_order"] else 1) + 2
        return 1

    def of(self, measure: str, contract: str, against: str | None = None) -> NDArray[np.float64]:
        """Return a measure under a contract, less the same under another one, shape (points, replicates).

        Raises
        ------
        UnknownNameError
            If there is no such measure or contract.
        """
        if measure not in self.measures:
            raise unknown("measure", measure, self.measures)
        for name in (contract, against):
            if name is not None and name not in self.contracts:
                raise unknown("contract", name, self.contracts)
        of_measure = self.values[self.measures.index(measure)]
        values: NDArray[np.float64] = of_measure[self.contracts.index(contract)]
        return values if against is None else values - of_measure[self.contracts.index(against)]


def read_outcomes(folder: Folder, measures: Sequence[str] | None = None) -> Outcomes:
    """Return the outcomes of a finished sweep.

    Parameters
    ----------
    folder : Path or Remote
        A sweep's.
    measures : sequence of str, optional
        Those to read; by default the values of both firms and the surplus, as far as they were kept.

    Raises
    ------
    StoreError
        If the folder is not a sweep's, its sweep is not finished, or a part is damaged.
    UnknownNameError
        If there is no such measure.
    ParameterError
        If nothing varies.
    """
    manifest = finished_manifest(folder)
    experiment = manifest["experiment"]
    kept = list(experiment["measures"])
    chosen = tuple(dict.fromkeys(measures or [name for name in MEASURES_SHOWN if name in kept] or kept))
    for name in chosen:
        if name not in kept:
            raise unknown("measure", name, kept)
    paths = [path for path in manifest["factors"] if path != POINT]
    if not paths:
        raise ParameterError(
            f"{folder} must hold a sweep over factors to tell which matters; got one without. "
            "Write [factors] in the experiment."
        )
    numbered = POINT in manifest["factors"]
    frame = load(folder, ["contract", *manifest["factors"], "replicate", *chosen])
    if numbered:
        point = frame[POINT].to_numpy(dtype=np.int64)
    else:
        point = np.asarray(frame.groupby(paths, sort=False, dropna=False).ngroup(), dtype=np.int64)
    contracts = tuple(experiment["contracts"])
    contract = pd.Categorical(frame["contract"], categories=list(contracts)).codes.astype(np.int64)
    replicate = frame["replicate"].to_numpy(dtype=np.int64)
    made = np.zeros((int(point.max()) + 1, int(replicate.max()) + 1), dtype=np.bool_)
    made[point, replicate] = True
    values = np.full((len(chosen), len(contracts), int(point.max()) + 1, int(replicate.max()) + 1), np.nan)
    for place, name in enumerate(chosen):
        values[place, contract, point, replicate] = frame[name].to_numpy(dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    first = np.unique(point, return_index=True)[1]
    unit = None
    if "sensitivity" in manifest:
        sample = io.BytesIO((folder / manifest["sensitivity"]["sample"]).read_bytes())
        unit = pd.read_csv(sample)[paths].to_numpy(dtype=np.float64)
    return Outcomes(
        name=experiment["name"],
        title=experiment["title"] or experiment["name"],
        design=experiment["design"],
        settings=dict(experiment.get("design_settings") or {}),
        contracts=contracts,
        baseline=experiment["baseline"],
        measures=chosen,
        points=frame[paths].iloc[first].reset_index(drop=True),
        values=values,
        made=made,
        unit=unit,
        runs=int(manifest["runs"]),
        failed=int(manifest["failed"] or 0),
    )


def is_number(column: pd.Series[Any]) -> bool:
    """Return whether the values of a factor have an order: numbers, and false before true."""
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the replicates of every point, NaN where no run has a value.

    Examples
    --------
    >>> means(np.array([[1.0, 3.0], [2.0, np.nan], [np.nan, np.nan]])).tolist()
    [2.0, 2.0, nan]
    """
    defined = np.isfinite(values)
    count = defined.sum(axis=1)
    total = np.where(defined, values, 0.0).sum(axis=1)
    found: NDArray[np.float64] = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return found
