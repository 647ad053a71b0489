"""Who gains: what each contract is worth to SmallCo and to BigCo, and which contracts another one dominates for both.

A contract is dominated (in Pareto's sense) if another is worth at least as much to both firms on average, and more to
one of them. It is so clearly if the paired differences say so as well: neither interval reaches below zero, and one
of them lies above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.bootstrap import CONFIDENCE, bootstrap_means, clustered_mean, interval
from simulator.sweeps.comparison.intervals import t_interval
from simulator.sweeps.comparison.pairs import paired
from simulator.sweeps.comparison.runs import Runs

VALUES = ("small_value", "big_value")


@dataclass(frozen=True, slots=True)
class ContractMeans:
    """What one contract is worth to both firms.

    Parameters
    ----------
    name : str
        The contract.
    small, big : tuple of float
        Mean and ends of its interval, money.
    baseline : bool
        Whether the others are compared with it.
    dominated_by : tuple of str
        Contracts whose means are at least as high for both firms, and higher for one.
    clearly : bool
        Whether the paired differences from one of them leave no doubt.
    """

    name: str
    small: tuple[float, float, float]
    big: tuple[float, float, float]
    baseline: bool = False
    dominated_by: tuple[str, ...] = ()
    clearly: bool = False


def contract_means(
    runs: Runs, points: NDArray[np.int64] | None = None, confidence: float = CONFIDENCE
) -> tuple[ContractMeans, ...]:
    """Return both firms' mean values under every contract, with percentile intervals; a replicate counts as one.

    Parameters
    ----------
    runs : Runs
        With both firms' values.
    points : int array, optional
        Numbers of the points to use; by default all.
    confidence : float
        Of the intervals, in (0, 1).
    """
    points = np.arange(len(runs.points)) if points is None else points
    columns = [runs.of(measure, contract, points) for contract in runs.contracts for measure in VALUES]
    sums = np.column_stack([np.where(np.isfinite(values), values, 0.0).sum(axis=0) for values in columns])
    counts = np.column_stack([np.isfinite(values).sum(axis=0) for values in columns]).astype(np.float64)
    resampled = bootstrap_means(sums, counts)
    worth = [
        (clustered_mean(sums[:, column], counts[:, column])[0], *interval(resampled[:, column], confidence))
        for column in range(len(columns))
    ]
    smalls, bigs = worth[::2], worth[1::2]
    found = []
    for place, contract in enumerate(runs.contracts):
        over = dominators([(small[0], big[0]) for small, big in zip(smalls, bigs, strict=True)], place)
        found.append(
            ContractMeans(
                name=contract,
                small=smalls[place],
                big=bigs[place],
                baseline=contract == runs.baseline,
                dominated_by=tuple(runs.contracts[other] for other in over),
                clearly=any(_clearly(columns, other, place, confidence) for other in over),
            )
        )
    return tuple(found)


def dominators(means: Sequence[tuple[float, float]], place: int) -> list[int]:
    """Return the places of those that are at least as good in both respects and better in one.

    Examples
    --------
    >>> dominators([(1.0, 1.0), (2.0, 1.0), (0.0, 3.0)], 0)
    [1]
    """
    small, big = means[place]
    return [
        other
        for other, (theirs_small, theirs_big) in enumerate(means)
        if theirs_small >= small and theirs_big >= big and (theirs_small > small or theirs_big > big)
    ]


def _clearly(columns: Sequence[NDArray[np.float64]], better: int, worse: int, confidence: float) -> bool:
    """Return whether the paired differences of both firms leave no doubt that one contract dominates the other."""
    lows = []
    for side in (0, 1):
        pair = paired(columns[2 * better + side], columns[2 * worse + side])
        if pair.clusters < 2:
            return False
        lows.append(t_interval(pair.difference, pair.error, pair.clusters, confidence)[0])
    return min(lows) >= 0.0 and max(lows) > 0.0
