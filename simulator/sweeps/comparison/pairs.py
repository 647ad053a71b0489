"""Two contracts, run by run under the same luck: what one is worth beyond the other, and how often it is better."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled
from simulator.sweeps.bootstrap import unrounded

TIE = 1e-12

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """What the paired runs of two contracts say in one measure.

    Parameters
    ----------
    pairs, better, tied : int
        Pairs of whole runs, and those in which the first contract's value is above, or the same.
    clusters : int
        Replicates that have any pair.
    difference, error : float
        Mean difference and its standard error over replicates.
    superiority, superiority_error : float
        Share of pairs in which the first is better, ties counting half, and its standard error.
    acceleration : float
        Of the mean difference: a sixth of the skewness of its influence, see `intervals`.
    correlation, variance_ratio : float
        Of the two contracts' values over replicates (NaN if one never varies), and the variance of a difference of
        independent runs over that of paired ones (infinite where the pairs always differ by the same amount).
    """

    pairs: int
    better: int
    tied: int
    clusters: int
    difference: float
    error: float
    superiority: float
    superiority_error: float
    acceleration: float
    correlation: float
    variance_ratio: float


@compiled
def _tally(mine: Values, theirs: Values, rows: Values) -> tuple[int, int]:
    """Add up pairs of runs, shape (points, replicates), by replicate; return how many are better, and how many tied.

    The rows are differences, counts, the values of the first and of the second, and scores: 1, 1/2 for a tie, or 0.
    """
    better, tied = 0, 0
    rows[:] = 0.0
    for point in range(mine.shape[0]):
        for replicate in range(mine.shape[1]):
            a, b = mine[point, replicate], theirs[point, replicate]
            gap = a - b
            if not np.isfinite(gap):
                continue
            score = 0.0
            if abs(gap) <= TIE * max(abs(a), abs(b)):
                gap, score = 0.0, 0.5
                tied += 1
            elif gap > 0.0:
                score = 1.0
                better += 1
            rows[0, replicate] += gap
            rows[1, replicate] += 1.0
            rows[2, replicate] += a
            rows[3, replicate] += b
            rows[4, replicate] += score
    return better, tied


@compiled
def _moments(rows: Values) -> tuple[float, ...]:
    """Return the moments of the tallied rows over replicates.

    These are: clusters, pairs, mean difference, mean score; sums of the squares and cubes of the differences' influence
    and of the squares of the scores'; of the values of both contracts averaged over each replicate the sums of squares
    and products about their means, the sum of squares of their difference about its mean, and the largest value.
    """
    clusters, pairs, gaps, scores, mine, theirs, largest = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for replicate in range(rows.shape[1]):
        n = rows[1, replicate]
        if n > 0.0:
            clusters += 1.0
            pairs += n
            gaps += rows[0, replicate]
            scores += rows[4, replicate]
            a, b = rows[2, replicate] / n, rows[3, replicate] / n
            mine += a
            theirs += b
            largest = max(largest, abs(a), abs(b))
    gap, score = gaps / max(pairs, 1.0), scores / max(pairs, 1.0)
    mine, theirs = mine / max(clusters, 1.0), theirs / max(clusters, 1.0)
    squares, cubes, score_squares, aa, bb, ab, apart = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for replicate in range(rows.shape[1]):
        n = rows[1, replicate]
        if n > 0.0:
            influence = rows[0, replicate] - gap * n
            squares += influence * influence
            cubes += influence * influence * influence
            beyond = rows[4, replicate] - score * n
            score_squares += beyond * beyond
            a, b = rows[2, replicate] / n - mine, rows[3, replicate] / n - theirs
            aa += a * a
            bb += b * b
            ab += a * b
            apart += (a - b) * (a - b)
    return clusters, pairs, gap, score, squares, cubes, score_squares, aa, bb, ab, apart, largest


def paired(mine: Values, theirs: Values, rows: Values | None = None) -> Pair:
    """Return what pairs of runs say; each is shape (points, replicates), NaN where there is nothing to compare.

    Parameters
    ----------
    mine, theirs : float arrays, shape (points, replicates)
        A measure under two contracts.
    rows : float array, shape (5, replicates), optional
        Where to tally: afterwards the first row holds the sums of the differences, the second the numbers of pairs.

    Examples
    --------
    >>> found = paired(np.array([[2.0, 8.0, 4.0]]), np.array([[1.0, 5.0, 4.0]]))
    >>> found.better, found.tied, round(found.difference, 4), round(found.superiority, 4)
    (2, 1, 1.3333, 0.8333)
    """
    rows = np.empty((5, mine.shape[1])) if rows is None else rows
    better, tied = _tally(mine, theirs, rows)
    clusters, pairs, difference, superiority, squares, cubes, scores, *rest = _moments(rows)
    correlation, ratio = _common_luck(clusters, *rest)
    scale = clusters / (clusters - 1.0) if clusters > 1.0 else math.nan
    difference, superiority = (difference, superiority) if pairs > 0.0 else (math.nan, math.nan)
    return Pair(
        pairs=int(pairs),
        better=int(better),
        tied=int(tied),
        clusters=int(clusters),
        difference=difference,
        error=unrounded(math.sqrt(scale * squares) / pairs, difference) if clusters > 1.0 else math.nan,
        superiority=superiority,
        superiority_error=unrounded(math.sqrt(scale * scores) / pairs, superiority) if clusters > 1.0 else math.nan,
        acceleration=cubes / (6.0 * squares**1.5) if squares > 0.0 else 0.0,
        correlation=correlation,
        variance_ratio=ratio,
    )


def _common_luck(
    clusters: float, mine: float, theirs: float, both: float, gap: float, largest: float
) -> tuple[float, float]:
    """Return the correlation of two contracts over replicates, and the variance saved by pairing them.

    Values are averaged over the points of each replicate first; given are sums of squares and products about the mean.
    """
    if clusters < 2.0:
        return math.nan, math.nan
    noise = (TIE * max(largest, 1e-300)) ** 2 * clusters
    correlation = math.nan if min(mine, theirs) <= noise else min(max(both / math.sqrt(mine * theirs), -1.0), 1.0)
    if gap <= noise:
        return correlation, math.nan if mine + theirs <= noise else math.inf
    return correlation, (mine + theirs) / gap
