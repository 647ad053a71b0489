"""A contract against another one in the market itself: both simulated under the same luck."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.sweeps.bootstrap import CONFIDENCE, bootstrap_means, clustered_mean, interval
from simulator.sweeps.compare import compare
from simulator.sweeps.comparison.differences import ComparisonRow
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

MEASURES = ("small_value", "big_value", "surplus")


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of a measure over histories (money), with its bootstrap interval."""

    measure: str
    baseline: float
    baseline_interval: tuple[float, float]
    designed: float
    designed_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Recheck:
    """Two contracts simulated under the same luck.

    Parameters
    ----------
    replicates, seed, months : int
        Histories under each contract, their luck, and their length.
    confidence : float
        Of the intervals.
    means : tuple of Mean
        Of each measure under both contracts.
    differences : tuple of ComparisonRow
        Designed less baseline, paired by luck.
    """

    replicates: int
    seed: int
    months: int
    confidence: float
    means: tuple[Mean, ...]
    differences: tuple[ComparisonRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything ready for JSON."""
        return asdict(self)


def recheck(
    scenario: Scenario,
    baseline: Contract,
    designed: Contract,
    *,
    replicates: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Recheck:
    """Return what two contracts bring in the market of a scenario under the same luck.

    Parameters
    ----------
    scenario : Scenario
        The world; its menu is replaced by the two contracts.
    baseline, designed : Contract
        What is compared.
    replicates : int
        Histories under each contract, at least 2.
    seed : int
        The luck; 0 is a seed.
    progress : callable, optional
        Called with the histories done and all of them.

    Raises
    ------
    ParameterError
        If there are fewer than two replicates.

    Examples
    --------
    >>> found = recheck(Scenario("pair"), Contract("one"), Contract("the same"), replicates=4)
    >>> [row.difference for row in found.differences]
    [0.0, 0.0, 0.0]
    """
    names = (baseline.name, designed.name if designed.name != baseline.name else f"{designed.name} (designed)")
    menu = (baseline, replace(designed, name=names[1]))
    experiment = Experiment(
        "recheck", replace(scenario, contracts=menu), replicates=replicates, seed=seed, measures=MEASURES
    )
    with tempfile.TemporaryDirectory(prefix="alliance-") as passing:
        folder = Path(passing) / "runs"
        run_sweep(experiment, folder, executor="threads", progress=progress)
        differences = compare(folder, baseline=names[0], measures=MEASURES).rows
        runs = load(folder, ["contract", "replicate", *MEASURES])
    sides = []
    for name in names:
        by_replicate = runs[runs["contract"] == name].groupby("replicate")[list(MEASURES)]
        sums = by_replicate.sum().to_numpy(dtype=np.float64)
        counts = by_replicate.count().to_numpy(dtype=np.float64)
        resampled = bootstrap_means(sums, counts)
        columns = range(len(MEASURES))
        sides.append([(clustered_mean(sums[:, k], counts[:, k])[0], interval(resampled[:, k])) for k in columns])
    means = tuple(Mean(name, *before, *after) for name, before, after in zip(MEASURES, *sides, strict=True))
    return Recheck(replicates, seed, scenario.horizon.months, CONFIDENCE, means, differences)
