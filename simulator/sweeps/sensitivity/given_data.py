"""Indices from whatever points there are: shares of the variance by classes of a factor, and regression of ranks.

First-order index of a factor: the share of the variance of the measure that is between classes of the factor, where a
class is a value, or one of some equally filled intervals. Chance alone makes classes differ; Kelley's correction takes
that out, so an index may be slightly negative. On a complete grid the shares are exact, and so are the total ones.

References
----------
Kelley (1935), An unbiased correlation ratio measure, Proceedings of the National Academy of Sciences 21.
Plischke, Borgonovo and Smith (2013), Global sensitivity measures from given data, European Journal of Operational
    Research 226.
Iman and Conover (1979), The use of the rank transform in regression, Technometrics 21.
Archer, Saltelli and Sobol' (1997), Sensitivity measures, ANOVA-like techniques and the use of bootstrap, Journal of
    Statistical Computation and Simulation 58.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simulator.sweeps.bootstrap import CONFIDENCE, interval, resampled_sums
from simulator.sweeps.sensitivity.indices import COEFFICIENT, FIRST, RESAMPLES, TOTAL, Index, resamples_for
from simulator.sweeps.sensitivity.outcomes import is_number

ALIASED = 1e-9


def classes_of(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Return the class of every point by a factor: its value, or one of about 2 n^0.4 equally filled intervals.

    So many are narrow enough for a smooth effect (within a class a straight line leaves 1/k^2 of its variance) and full
    enough for the correction.

    Examples
    --------
    >>> classes_of(pd.Series(["b", "a", "b"])).tolist()
    [1, 0, 1]
    >>> np.bincount(classes_of(pd.Series(np.linspace(0.0, 1.0, 256)))).tolist()[:4]
    [14, 14, 15, 14]
    """
    distinct, codes = np.unique(column.to_numpy(), return_inverse=True)
    most = max(2, round(2.0 * len(column) ** 0.4))
    if len(distinct) <= most or not is_number(column):
        return np.asarray(codes, dtype=np.int64)
    ranks = stats.rankdata(column.to_numpy(dtype=np.float64)) - 0.5
    bins = np.floor(ranks * most / len(column)).astype(np.int64)
    return np.asarray(np.unique(bins, return_inverse=True)[1], dtype=np.int64)


def _shares(
    counts: NDArray[np.float64], sums: NDArray[np.float64], squares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of the variance between classes, as it is and corrected; classes on the last axis."""
    n = counts.sum(axis=-1)
    k = np.count_nonzero(counts, axis=-1)
    whole = sums.sum(axis=-1) ** 2 / n
    total = squares - whole
    between = np.divide(sums * sums, counts, out=np.zeros_like(sums), where=counts > 0.0).sum(axis=-1) - whole
    raw = np.divide(between, total, out=np.full_like(total, np.nan), where=total > 0.0)
    scale = np.divide(n - 1.0, n - k, out=np.full_like(total, np.nan), where=n > k)
    return raw, 1.0 - (1.0 - raw) * scale


def first_order(
    column: pd.Series[Any],
    outcomes: NDArray[np.float64],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Index:
    """Return the first-order index of a factor, its interval by a bootstrap over points.

    Parameters
    ----------
    column : Series, length n
        The factor's value at every point; named by its path.
    outcomes : float array, shape (n,)
        Finite and not constant.
    confidence, resamples, seed : float, int, int
        Of the interval. A resample repeats points, which makes classes look more alike than they are; the resampled
        indices are shifted by what that does on average.

    Examples
    --------
    >>> index = first_order(pd.Series([0, 0, 1, 1], name="x"), np.array([1.0, 1.0, 3.0, 3.0]))
    >>> index.estimate
    1.0
    """
    codes = classes_of(column)
    member = (codes[:, None] == np.arange(codes.max() + 1)[None, :]).astype(np.float64)
    centred = (outcomes - outcomes.mean())[:, None]
    columns = np.hstack([member, member * centred, centred * centred])
    k = member.shape[1]
    raw, corrected = _split_shares(columns.sum(axis=0)[None, :], k)
    again = resampled_sums(columns, resamples=resamples_for(len(codes), resamples), seed=seed)
    low, high = interval(_split_shares(again, k)[1] - raw[0] + corrected[0], confidence)
    return Index(str(column.name), FIRST, float(corrected[0]), low, high)


def _split_shares(sums: NDArray[np.float64], k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _shares(sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k])


def rank_regression(
    points: pd.DataFrame,
    outcomes: NDArray[np.float64],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[list[Index], float, bool]:
    """Return standardised coefficients of the regression of ranks, its R^2, and whether factors move together.

    Parameters
    ----------
    points : DataFrame, n rows
        Numeric factors that vary.
    outcomes : float array, shape (n,)
        Not constant.
    confidence, resamples, seed : float, int, int
        Of the intervals, by a bootstrap of the points with their ranks.

    Returns
    -------
    indices : list of Index
    r_squared : float
        How much of the ranks a monotone and additive model explains. Where it is low, the coefficients say little.
    aliased : bool
        Whether some factors are a linear combination of others; then their coefficients cannot be told apart.
    """
    ranks = stats.rankdata(np.column_stack([points.to_numpy(dtype=np.float64), outcomes]), axis=0)
    ranks = (ranks - ranks.mean(axis=0)) / ranks.std(axis=0)
    left, right = np.triu_indices(ranks.shape[1])
    columns = np.hstack([np.ones((len(ranks), 1)), ranks, ranks[:, left] * ranks[:, right]])
    estimates, r_squared, aliased = _coefficients(columns.sum(axis=0)[None, :], ranks.shape[1])
    again = resampled_sums(columns, resamples=resamples_for(len(ranks), resamples), seed=seed)
    resampled = _coefficients(again, ranks.shape[1])[0]
    indices = [
        Index(str(path), COEFFICIENT, float(estimates[0, place]), *interval(resampled[:, place], confidence))
        for place, path in enumerate(points.columns)
    ]
    return indices, float(r_squared[0]), bool(aliased)


def _coefficients(sums: NDArray[np.float64], width: int) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Return standardised coefficients, R^2 and whether the first is aliased, from sums of ranks and of products."""
    n = sums[:, :1]
    mean = sums[:, 1 : 1 + width] / n
    left, right = np.triu_indices(width)
    products = np.empty((len(sums), width, width))
    products[:, left, right] = products[:, right, left] = sums[:, 1 + width :] / n
    products -= mean[:, :, None] * mean[:, None, :]
    deviation = np.sqrt(np.maximum(np.diagonal(products, axis1=1, axis2=2), 0.0))
    scale = deviation[:, :, None] * deviation[:, None, :]
    correlation = np.divide(products, scale, out=np.zeros_like(products), where=scale > ALIASED)
    inner, outer = correlation[:, :-1, :-1], correlation[:, :-1, -1]
    found = np.einsum("bij,bj->bi", np.linalg.pinv(inner, rcond=ALIASED, hermitian=True), outer)
    aliased = np.linalg.matrix_rank(inner[0], tol=ALIASED, hermitian=True) < width - 1
    return found, np.einsum("bi,bi->b", found, outer), bool(aliased)


def factorial_order(points: pd.DataFrame) -> tuple[tuple[int, ...], NDArray[np.int64]] | None:
    """Return the shape of a complete grid and the place of every point in it; None if points are missing.

    Examples
    --------
    >>> factorial_order(pd.DataFrame({"x": [3, 3, 6, 6], "y": [0, 1, 0, 1]}))[0]
    (2, 2)
    >>> factorial_order(pd.DataFrame({"x": [3, 6, 6], "y": [0, 0, 1]}))
    """
    codes = [np.unique(points[path].to_numpy(), return_inverse=True)[1] for path in points.columns]
    shape = tuple(int(code.max()) + 1 for code in codes)
    if math.prod(shape) != len(points):
        return None
    places = np.ravel_multi_index(tuple(codes), shape)
    return (shape, places) if len(np.unique(places)) == len(points) else None


def factorial_indices(
    paths: Sequence[str],
    shape: tuple[int, ...],
    places: NDArray[np.int64],
    values: NDArray[np.float64],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Index]:
    """Return the exact first-order and total shares of the variance over a complete grid.

    Parameters
    ----------
    paths : sequence of str
        The factors.
    shape, places : tuple of int, int array
        Of the grid, see `factorial_order`.
    values : float array, shape (points, replicates)
        A value at every point at least; their means are not constant.
    confidence, resamples, seed : float, int, int
        Of the intervals, by a bootstrap over replicates, because luck is all that is uncertain; there are none with one
        replicate or missing values.
    """
    order = np.argsort(places)
    counted = np.isfinite(values)
    estimate = (np.where(counted, values, 0.0).sum(axis=1) / counted.sum(axis=1))[order].reshape(1, *shape)
    again = None
    if counted.all() and values.shape[1] > 1:
        sums = resampled_sums(
            np.ascontiguousarray(values[order].T), resamples=resamples_for(len(order), resamples), seed=seed
        )
        again = (sums / values.shape[1]).reshape(-1, *shape)
    indices = []
    for axis, path in enumerate(paths):
        for name, share in ((FIRST, _main), (TOTAL, _total)):
            low, high = (math.nan, math.nan) if again is None else interval(share(again, axis + 1), confidence)
            indices.append(Index(path, name, float(share(estimate, axis + 1)[0]), low, high))
    return indices


def _variance(tensors: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = tensors.reshape(len(tensors), -1).var(axis=1)
    return found


def _main(tensors: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return the share of the variance of the means along one axis."""
    others = tuple(each for each in range(1, tensors.ndim) if each != axis)
    whole = _variance(tensors)
    return np.divide(_variance(tensors.mean(axis=others)), whole, out=np.full_like(whole, np.nan), where=whole > 0.0)


def _total(tensors: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return the share of the variance that is gone once one axis is averaged out."""
    whole = _variance(tensors)
    left = np.divide(_variance(tensors.mean(axis=axis)), whole, out=np.full_like(whole, np.nan), where=whole > 0.0)
    return 1.0 - left
