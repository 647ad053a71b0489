"""What a contract is worth in every measure: means with intervals, a replicate counting as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.bootstrap import CONFIDENCE, bootstrap_means, clustered_mean, interval
from simulator.sweeps.comparison.runs import Runs


@dataclass(frozen=True, slots=True)
class MeasureMean:
    """One measure under one contract.

    Parameters
    ----------
    contract, measure : str
        Which.
    mean, low, high : float
        Mean over runs and the ends of its interval, in the unit of the measure; NaN if no run has the measure.
    runs : int
        Runs that have the measure.
    """

    contract: str
    measure: str
    mean: float
    low: float
    high: float
    runs: int


def measure_means(
    runs: Runs, points: NDArray[np.int64] | None = None, confidence: float = CONFIDENCE
) -> tuple[MeasureMean, ...]:
    """Return every measure under every contract, measure by measure, with percentile intervals.

    Parameters
    ----------
    runs : Runs
        All its measures are used.
    points : int array, optional
        Numbers of the points to use; by default all.
    confidence : float
        Of the intervals, in (0, 1).

    Examples
    --------
    >>> import pandas as pd
    >>> from simulator.sweeps.comparison.runs import read_runs
    >>> frame = pd.DataFrame({"contract": ["a", "a", "b", "b"], "replicate": [0, 1, 0, 1], "surplus": [1, 5, 2, 2]})
    >>> [(each.contract, each.mean, each.low, each.high, each.runs) for each in measure_means(read_runs(frame))]
    [('a', 3.0, 1.0, 5.0, 2), ('b', 2.0, 2.0, 2.0, 2)]
    """
    points = np.arange(len(runs.points)) if points is None else points
    names = [(measure, contract) for measure in runs.measures for contract in runs.contracts]
    columns = [runs.of(measure, contract, points) for measure, contract in names]
    sums = np.column_stack([np.where(np.isfinite(values), values, 0.0).sum(axis=0) for values in columns])
    counts = np.column_stack([np.isfinite(values).sum(axis=0) for values in columns]).astype(np.float64)
    resampled = bootstrap_means(sums, counts)
    return tuple(
        MeasureMean(
            contract,
            measure,
            clustered_mean(sums[:, column], counts[:, column])[0],
            *interval(resampled[:, column], confidence),
            int(counts[:, column].sum()),
        )
        for column, (measure, contract) in enumerate(names)
    )
