"""How much of what varies is luck, and how much the parameters.

With f(x, r) the measure at point x under the luck of replicate r, f = mean + a(x) + b(r) + c(x, r). Every replicate has
the same luck at every point, so b cancels whenever points are compared, and what disturbs the mean over R replicates at
a point is c alone: its variance over R.

References
----------
Shrout and Fleiss (1979), Intraclass correlations, Psychological Bulletin 86: ICC(2,1), and ICC(1,1) where runs are
    missing and the two-way table has holes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Luck:
    """Shares of the variance of a single run, and what luck is left in the means of the points.

    Parameters
    ----------
    parameters : float
        Share of the parameters, which is the intraclass correlation; NaN with one replicate or one point.
    luck : float
        The rest.
    common : float
        The part of `luck` that moves all points alike; NaN where runs are missing.
    noise : float
        Share of the variance between the points' means that is luck; where runs are missing it is an upper bound.
    replicates : float
        Runs with a value per point, on average.
    """

    parameters: float
    luck: float
    common: float
    noise: float
    replicates: float


def luck_of(values: NDArray[np.float64]) -> Luck:
    """Return how the variance of runs divides, from values of shape (points, replicates) with NaN where missing.

    Examples
    --------
    Luck that moves both points alike disturbs no comparison of them:

    >>> luck_of(np.array([[0.0, 2.0], [1.0, 3.0]]))
    Luck(parameters=0.2, luck=0.8, common=0.8, noise=0.0, replicates=2.0)
    """
    defined = np.isfinite(values)
    counts = defined.sum(axis=1)
    values, defined, counts = values[counts > 0], defined[counts > 0], counts[counts > 0]
    points = len(values)
    per_point = float(counts.mean()) if points else 0.0
    if points < 2 or counts.sum() <= points:
        return Luck(math.nan, math.nan, math.nan, math.nan, per_point)
    used = values[:, defined.any(axis=0)]
    if np.isfinite(used).all():
        return _two_way(used)
    return _one_way(np.where(defined, values, 0.0), defined, counts.astype(np.float64))


def _two_way(values: NDArray[np.float64]) -> Luck:
    """Return the division where every point has the same replicates."""
    points, replicates = values.shape
    values = values - values.mean()
    rows, columns = values.mean(axis=1), values.mean(axis=0)
    rest = values - rows[:, None] - columns[None, :]
    residual = float((rest * rest).sum()) / ((points - 1) * (replicates - 1))
    between = replicates * float(rows @ rows) / (points - 1)
    common = points * float(columns @ columns) / (replicates - 1)
    parameters = max((between - residual) / replicates, 0.0)
    shared = max((common - residual) / points, 0.0)
    return _shares(parameters, shared, residual, between, float(replicates))


def _one_way(values: NDArray[np.float64], defined: NDArray[np.bool_], counts: NDArray[np.float64]) -> Luck:
    """Return the division where runs are missing: all luck counts as if it were the point's own."""
    points, total = len(values), float(counts.sum())
    values = np.where(defined, values - values.sum() / total, 0.0)
    rows = values.sum(axis=1) / counts
    within = float(np.where(defined, (values - rows[:, None]) ** 2, 0.0).sum()) / (total - points)
    between = float((counts * rows * rows).sum()) / (points - 1)
    size = (total - float((counts * counts).sum()) / total) / (points - 1)
    return _shares(max((between - within) / size, 0.0), math.nan, within, between, float(counts.mean()))


def _shares(parameters: float, common: float, own: float, between: float, replicates: float) -> Luck:
    """Return the components of variance as shares."""
    luck = own if math.isnan(common) else common + own
    total = parameters + luck
    if total <= 0.0:
        return Luck(math.nan, math.nan, math.nan, math.nan, replicates)
    noise = min(own / between, 1.0) if between > 0.0 else 1.0
    return Luck(parameters / total, luck / total, common / total, noise, replicates)
