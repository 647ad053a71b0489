"""What each contract is worth to each firm: means over all runs of a sweep, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.sweeps.bootstrap import bootstrap_means, clustered_mean, interval
from simulator.sweeps.store import load

VALUES = ["small_value", "big_value"]


@dataclass(frozen=True, slots=True)
class ContractMeans:
    """Means of one contract, money, each as (mean, low, high)."""

    name: str
    small: tuple[float, float, float]
    big: tuple[float, float, float]
    baseline: bool = False


def contract_means(folder: Path, baseline: str) -> tuple[ContractMeans, ...]:
    """Return both firms' mean values under every contract of a sweep; runs that share a replicate count as one.

    Raises
    ------
    StoreError
        If the folder holds no runs that can be read.
    UnknownNameError
        If the sweep did not keep both firms' values.
    """
    runs = load(folder, ["contract", "replicate", *VALUES])
    found = []
    for name, group in runs.groupby("contract", sort=False):
        by_replicate = group.groupby("replicate")[VALUES]
        sums = by_replicate.sum().to_numpy(dtype=np.float64)
        counts = by_replicate.count().to_numpy(dtype=np.float64)
        resampled = bootstrap_means(sums, counts)
        small, big = (
            (clustered_mean(sums[:, side], counts[:, side])[0], *interval(resampled[:, side])) for side in (0, 1)
        )
        found.append(ContractMeans(str(name), small, big, name == baseline))
    return tuple(found)
