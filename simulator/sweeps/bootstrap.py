"""Means of runs that share their luck, and how sure they are: clustered standard errors and bootstrap intervals.

All runs of one replicate, at whatever points of an experiment, are driven by the same luck, so the replicate is the
independent unit, the cluster. With s_r the sum over the runs of replicate r and n_r their number, the mean is
sum(s_r) / sum(n_r), and a resample draws replicates with replacement, runs and all.

References
----------
Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 6 and 13 (percentile intervals).
Field and Welsh (2007), Bootstrapping clustered data, Journal of the Royal Statistical Society B 69.
Cochran (1977), Sampling Techniques, section 6.3 (the standard error of a ratio).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled
from simulator.foundation.draws import BOOTSTRAP, run_key, uniform
from simulator.foundation.errors import ParameterError

RESAMPLES = 2000
CONFIDENCE = 0.95
MOST_CLUSTERS = 20_000
MOST_DRAWS = 4_000_000
ROUNDING = 1e-13


@compiled
def _times_drawn(seed: int, first: int, times: NDArray[np.float64]) -> None:
    """Write how often each cluster is drawn in each resample from `first` on, shape (resamples, clusters)."""
    resamples, clusters = times.shape
    times[:] = 0.0
    for resample in range(resamples):
        key = run_key(seed, first + resample)
        for draw in range(clusters):
            times[resample, min(int(uniform(key, draw, 0, BOOTSTRAP) * clusters), clusters - 1)] += 1.0


def resampled_sums(columns: NDArray[np.float64], *, resamples: int = RESAMPLES, seed: int = 0) -> NDArray[np.float64]:
    """Return the sum of every column, shape (clusters, columns), in every resample of clusters.

    Parameters
    ----------
    columns : float array, shape (clusters, columns)
        Finite; all columns are resampled alike.
    resamples, seed : int
        As in `bootstrap_means`.

    Returns
    -------
    float array, shape (resamples, columns)
    """
    clusters = columns.shape[0]
    sums = np.empty((resamples, columns.shape[1]))
    times = np.empty((min(resamples, max(MOST_DRAWS // clusters, 1)), clusters))
    for first in range(0, resamples, len(times)):
        part = times[: min(len(times), resamples - first)]
        _times_drawn(seed, first, part)
        sums[first : first + len(part)] = part @ columns
    return sums


def merged(values: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return the rows of `values` summed into at most `most` consecutive groups.

    Groups of independent clusters are independent clusters, so a bootstrap over them is as valid, and cheaper.

    Examples
    --------
    >>> merged(np.array([[1.0], [2.0], [3.0], [4.0]]), 2).tolist()
    [[3.0], [7.0]]
    """
    if values.shape[0] <= most:
        return values
    edges = np.arange(most) * values.shape[0] // most
    grouped: NDArray[np.float64] = np.add.reduceat(values, edges, axis=0)
    return grouped


def bootstrap_means(
    sums: NDArray[np.float64], counts: NDArray[np.float64], *, resamples: int = RESAMPLES, seed: int = 0
) -> NDArray[np.float64]:
    """Return the mean of every column in every resample of clusters, shape (resamples, columns).

    Parameters
    ----------
    sums, counts : float arrays, shape (clusters, columns)
        Sum and number of the runs of each cluster, for each quantity; all are resampled alike.
    resamples : int
        At least 100.
    seed : int
        Non-negative. Draws are counter-based: the same arguments give the same resamples everywhere.

    Raises
    ------
    ParameterError
        If there are too few resamples.

    Notes
    -----
    A column that has no run in a resample has NaN there.

    Examples
    --------
    >>> float(bootstrap_means(np.array([[6.0], [6.0]]), np.array([[2.0], [2.0]])).max())
    3.0
    """
    if resamples < 100:
        raise ParameterError(f"bootstrap_means.resamples must be at least 100; got {resamples!r}. Write {RESAMPLES}.")
    if (counts == counts[:, :1]).all():
        counts = counts[:, :1]
    both = merged(np.hstack([sums, counts]), MOST_CLUSTERS)
    top, below = np.split(resampled_sums(both, resamples=resamples, seed=seed), [sums.shape[1]], axis=1)
    below = np.broadcast_to(below, top.shape)
    return np.divide(top, below, out=np.full_like(top, np.nan), where=below > 0.0)


def interval(means: NDArray[np.float64], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the percentile interval of resampled means, shape (resamples,)."""
    tail = 0.5 * (1.0 - confidence)
    defined = means[np.isfinite(means)]
    if defined.size == 0:
        return math.nan, math.nan
    low, high = np.quantile(defined, (tail, 1.0 - tail))
    return float(low), float(high)


def clustered_mean(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean and its standard error, NaN where fewer than two clusters have any run.

    Parameters
    ----------
    sums, counts : float arrays, shape (clusters,)
        Sum and number of the runs of each cluster.

    Examples
    --------
    >>> clustered_mean(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    (2.0, 1.0)
    """
    present = counts > 0.0
    clusters, total = int(present.sum()), float(counts.sum())
    if clusters == 0:
        return math.nan, math.nan
    mean = float(sums.sum()) / total
    if clusters == 1:
        return mean, math.nan
    residuals = (sums - mean * counts)[present]
    return mean, unrounded(math.sqrt(clusters / (clusters - 1) * float(residuals @ residuals)) / total, mean)


def unrounded(error: float, mean: float) -> float:
    """Return the standard error, or 0 where it is nothing but the rounding of runs that are all the same."""
    return 0.0 if error <= ROUNDING * abs(mean) else error


class Clusters:
    """Statistics of runs added block by block, whose replicates occur at several points: sums by replicate.

    Parameters
    ----------
    columns : int
        Number of measures.
    replicates : int
        Number of clusters.
    """

    __slots__ = ("_counts", "_sums")

    def __init__(self, columns: int, replicates: int) -> None:
        """Start without any run."""
        self._sums = np.zeros((columns, replicates))
        self._counts = np.zeros((columns, replicates))

    def add(self, first: int, outcomes: NDArray[np.float64]) -> None:
        """Add the runs of consecutive replicates from `first`, shape (replicates, columns); NaN counts for nothing."""
        span = slice(first, first + outcomes.shape[0])
        defined = np.isfinite(outcomes.T)
        self._sums[:, span] += np.where(defined, outcomes.T, 0.0)
        self._counts[:, span] += defined

    def scatter(self, replicates: NDArray[np.int64], outcomes: NDArray[np.float64]) -> None:
        """Add runs of any replicates in turn, shape (runs, columns): the same sums as one `add` for each of them."""
        defined = np.isfinite(outcomes.T)
        for column, there in enumerate(defined):
            np.add.at(self._sums[column], replicates[there], outcomes[there, column])
            np.add.at(self._counts[column], replicates[there], 1.0)

    def statistics(self) -> list[tuple[int, float, float]]:
        """Return the number of runs, the mean and its standard error for every measure."""
        return [
            (int(counts.sum()), *clustered_mean(sums, counts))
            for sums, counts in zip(self._sums, self._counts, strict=True)
        ]


class Moments:
    """Statistics of independent runs added block by block, in constant memory.

    Parameters
    ----------
    columns : int
        Number of measures.

    References
    ----------
    Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, The American Statistician 37.
    """

    __slots__ = ("_count", "_mean", "_squares")

    def __init__(self, columns: int) -> None:
        """Start without any run."""
        self._count = np.zeros(columns)
        self._mean = np.zeros(columns)
        self._squares = np.zeros(columns)

    def add(self, _first: int, outcomes: NDArray[np.float64]) -> None:
        """Add runs, shape (runs, columns); NaN counts for nothing."""
        defined = np.isfinite(outcomes)
        count = defined.sum(axis=0)
        mean = np.where(defined, outcomes, 0.0).sum(axis=0) / np.maximum(count, 1)
        squares = np.where(defined, (outcomes - mean) ** 2, 0.0).sum(axis=0)
        total = np.maximum(self._count + count, 1.0)
        shift = mean - self._mean
        self._squares += squares + shift * shift * self._count * count / total
        self._mean += shift * count / total
        self._count += count

    def statistics(self) -> list[tuple[int, float, float]]:
        """Return the number of runs, the mean and its standard error for every measure."""
        found = []
        for count, mean, squares in zip(self._count.tolist(), self._mean.tolist(), self._squares.tolist(), strict=True):
            error = unrounded(math.sqrt(squares / (count - 1.0) / count), mean) if count > 1.0 else math.nan
            found.append((int(count), mean if count > 0.0 else math.nan, error))
        return found
