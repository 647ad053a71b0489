"""Stochastic dominance: contracts that are better for all who like more, or for all who also dislike risk.

A contract dominates another in the first order if, at every value z, no larger a share of its runs falls at or below
z: F(z) <= G(z). It does so in the second order if that holds of the expected shortfalls E max(z - X, 0). The first
implies the second. Two things are reported of every pair.

*Of the sample*: what its distributions do, exactly, at every value (for as many runs on both sides, a comparison of
sorted values, and of their running sums).

*Of the population*: the null that the contract dominates is refuted where the largest violation over a grid of
thresholds is beyond what resampled replicates, recentred, show; so is the null that the other one dominates. Only
refutations are claims. The verdict "dominates" says that the reverse is refuted and this is not; it does not prove it.

References
----------
Levy (1992), Stochastic dominance and expected utility, Management Science 38.
Barrett and Donald (2003), Consistent tests for stochastic dominance, Econometrica 71 (the recentred bootstrap).
Linton, Maasoumi and Whang (2005), Review of Economic Studies 72 (dependent prospects: both are resampled together).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.bootstrap import resampled_sums
from simulator.sweeps.comparison.runs import Runs

ROUNDING = 1e-10
THRESHOLDS = 64
FEW_VALUES = 128
GROUPS = 500
RESAMPLES = 399
ORDERS = (1, 2)
DOMINATES, DOMINATED, EQUAL, NEITHER, OPEN = "dominates", "dominated", "equal", "neither", "open"

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DominanceRow:
    """Whether one contract dominates another in one measure.

    Parameters
    ----------
    contract, against, measure : str
        What is compared with what, and in which measure.
    level : value or None
        Level of the factor the comparison is by.
    order : int
        1 or 2.
    sample : str
        What holds exactly of the runs: dominates, dominated, equal, or neither.
    p_dominates, p_dominated : float
        p-values of the nulls that the contract dominates the other, and that it is dominated by it.
    verdict : str
        What the tests leave: dominates, dominated, neither (both refuted), or open (none refuted).
    pairs : int
        Runs on each side.
    """

    contract: str
    against: str
    measure: str
    level: Any
    order: int
    sample: str
    p_dominates: float
    p_dominated: float
    verdict: str
    pairs: int


def relation(mine: Values, theirs: Values, order: int) -> str:
    """Return what holds of two samples of one size, each sorted from the lowest value.

    Parameters
    ----------
    mine, theirs : float arrays, shape (n,)
        Sorted.
    order : int
        1 or 2. Differences of the order of rounding are none.

    Examples
    --------
    >>> relation(np.array([1.0, 3.0]), np.array([0.0, 4.0]), 1), relation(np.array([1.0, 3.0]), np.array([0.0, 4.0]), 2)
    ('neither', 'dominates')
    """
    gaps = mine - theirs
    if order > 1:
        gaps = np.cumsum(gaps) / gaps.size
    noise = ROUNDING * max(float(np.max(np.abs(mine))), float(np.max(np.abs(theirs))))
    above, below = bool(np.all(gaps >= -noise)), bool(np.all(gaps <= noise))
    if above and below:
        return EQUAL
    return DOMINATES if above else DOMINATED if below else NEITHER


def dominance_rows(
    runs: Runs,
    points: NDArray[np.int64],
    against: Sequence[tuple[str, str]],
    level: Any,
    confidence: float,
    seed: int,
) -> list[DominanceRow]:
    """Return dominance of both orders for every pair in every measure, at some of the points.

    A pair without a run that is whole on both sides has no rows.
    """
    rows: list[DominanceRow] = []
    for measure in runs.measures:
        whole = {name: runs.of(measure, name, points) for name in {name for pair in against for name in pair}}
        finite = {name: np.isfinite(values) for name, values in whole.items()}
        thresholds = _thresholds([values[finite[name]] for name, values in whole.items()])
        complete = all(mask.all() for mask in finite.values())
        samples: dict[str, _Sample] = {}
        for mine, theirs in against:
            if not (finite[mine] & finite[theirs]).any():
                continue
            if complete:
                for name in (mine, theirs):
                    if name not in samples:
                        samples[name] = _sample(whole[name], finite[name], thresholds, seed)
                pair = samples[mine], samples[theirs]
            else:
                both = finite[mine] & finite[theirs]
                pair = _sample(whole[mine], both, thresholds, seed), _sample(whole[theirs], both, thresholds, seed)
            rows += _rows(mine, theirs, measure, level, *pair, 1.0 - confidence)
    return rows


@dataclass(frozen=True, slots=True)
class _Sample:
    """Sorted values, and the shares (first order) and shortfalls (second) at the thresholds, resampled as well."""

    values: Values
    observed: tuple[Values, Values]
    resampled: tuple[Values, Values]


def _thresholds(samples: Sequence[Values]) -> Values:
    """Return where the test looks: every value if there are few, else quantiles of all contracts together."""
    if sum(sample.size for sample in samples) <= FEW_VALUES:
        return np.unique(np.concatenate(list(samples)))
    at = np.linspace(0.0, 1.0, THRESHOLDS)
    few = np.unique(np.concatenate([np.quantile(sample, at) for sample in samples if sample.size]))
    return few if few.size <= THRESHOLDS else np.unique(np.quantile(few, at))


def _sample(values: Values, used: NDArray[np.bool_], thresholds: Values, seed: int) -> _Sample:
    """Return what the test needs of one contract's runs, shape (points, replicates)."""
    replicates = values.shape[1]
    group = np.broadcast_to(np.arange(replicates) * min(GROUPS, replicates) // replicates, values.shape)[used]
    chosen = values[used]
    groups, bins = min(GROUPS, replicates), thresholds.size + 1
    cell = group * bins + np.searchsorted(thresholds, chosen)
    shape = groups, bins
    below = np.bincount(cell, minlength=groups * bins).reshape(shape)[:, :-1].cumsum(axis=1).astype(np.float64)
    total = np.bincount(cell, weights=chosen, minlength=groups * bins).reshape(shape)[:, :-1].cumsum(axis=1)
    counts = np.bincount(group, minlength=groups).astype(np.float64)[:, None]
    columns = np.hstack([below, thresholds * below - total, counts])
    drawn = resampled_sums(columns, resamples=RESAMPLES, seed=seed)
    sums = columns.sum(axis=0)
    width = thresholds.size
    size = np.maximum(drawn[:, -1:], 1.0)
    return _Sample(
        np.sort(chosen),
        (sums[:width] / sums[-1], sums[width:-1] / sums[-1]),
        (drawn[:, :width] / size, drawn[:, width:-1] / size),
    )


def _rows(
    mine: str, theirs: str, measure: str, level: Any, first: _Sample, second: _Sample, alpha: float
) -> list[DominanceRow]:
    """Return the two rows of one pair."""
    rows = []
    for place, order in enumerate(ORDERS):
        gap = first.observed[place] - second.observed[place]
        moved = first.resampled[place] - second.resampled[place] - gap
        noise = ROUNDING * max(float(np.max(np.abs(first.observed[place]))), 1e-300)
        over, under = _p_value(gap, moved, noise), _p_value(-gap, -moved, noise)
        refuted = over < alpha, under < alpha
        verdict = {(False, True): DOMINATES, (True, False): DOMINATED, (True, True): NEITHER, (False, False): OPEN}
        rows.append(
            DominanceRow(
                contract=mine,
                against=theirs,
                measure=measure,
                level=level,
                order=order,
                sample=relation(first.values, second.values, order),
                p_dominates=over,
                p_dominated=under,
                verdict=verdict[refuted],
                pairs=first.values.size,
            )
        )
    return rows


def _p_value(gap: Values, moved: Values, noise: float) -> float:
    """Return the p-value of the null that no gap is above 0, given how resampling moves the gaps."""
    largest = float(np.max(gap))
    if largest <= noise:
        return 1.0
    beyond = np.max(moved, axis=1) >= largest - noise
    return (1.0 + float(np.count_nonzero(beyond))) / (1.0 + len(moved))
