"""Differences of contracts that met the same luck, each with its interval, its test and how often it is positive.

References
----------
Law (2015), Simulation Modeling and Analysis, section 11.2 (common random numbers).
Vargha and Delaney (2000), A critique and improvement of the CL common language effect size statistics ..., Journal of
Educational and Behavioral Statistics 25 (the probability of superiority; here of paired runs).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.bootstrap import MOST_CLUSTERS, bootstrap_means, interval, merged
from simulator.sweeps.comparison.intervals import BCA, T, bca_interval, t_interval, t_test, wilson_interval
from simulator.sweeps.comparison.pairs import Pair, paired
from simulator.sweeps.comparison.runs import Runs

BATCH = 64
LEAST = 2
"""Replicates that a variance takes."""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One contract against another, in one measure; numbers are NaN where there are too few pairs to tell them.

    Parameters
    ----------
    contract, measure : str
        What is compared, and in which measure.
    level : value or None
        Level of the factor the comparison is by; None for all runs.
    difference : float
        Mean over pairs of the contract's value less the other's, in the unit of the measure.
    low, high : float
        Interval of the difference, by the comparison's method.
    standard_error : float
        Of the difference, over replicates.
    share_better, share_tied : float
        Shares of pairs in which the contract's value is above the other's, and in which they are the same.
    pairs, dropped : int
        Pairs used, and pairs left out because a run of theirs is missing, has failed, or has no such measure.
    correlation : float
        Of the two contracts' values over replicates (NaN if one of them never varies).
    variance_ratio : float
        How many times more replicates as good an estimate would need without the common luck: the variance of a
        difference of independent runs over that of paired ones.
    against : str
        The other contract: the baseline, unless all pairs are compared.
    superiority, superiority_low, superiority_high : float
        Probability that the contract is better under the same luck, ties counting half, with its Wilson interval.
    p_value, p_adjusted : float
        Of the paired t-test that the mean difference is zero, alone and by Holm's correction over all rows.
    untold : str
        Why nothing is told, such as a measure that one of the contracts never has; empty where the numbers are.
    """

    contract: str
    measure: str
    level: Any
    difference: float
    low: float
    high: float
    standard_error: float
    share_better: float
    share_tied: float
    pairs: int
    dropped: int
    correlation: float
    variance_ratio: float
    against: str
    superiority: float
    superiority_low: float
    superiority_high: float
    p_value: float
    p_adjusted: float
    untold: str = ""


def compared(
    runs: Runs,
    points: NDArray[np.int64],
    against: Sequence[tuple[str, str]],
    level: Any,
    method: str,
    confidence: float,
    resamples: int,
    seed: int,
) -> list[ComparisonRow]:
    """Return the rows of one level, every pair in every measure; adjusted p-values are still the plain ones.

    A pair with fewer than two replicates in which both runs are whole is left untold: it has no variance.
    """
    rows: dict[tuple[int, int], ComparisonRow] = {}
    for place, measure in enumerate(runs.measures):
        whole = {name: runs.of(measure, name, points) for name in {name for pair in against for name in pair}}
        complete = all(bool(np.isfinite(values).all()) for values in whole.values())
        size = len(against) if complete else BATCH
        for first in range(0, len(against), size):
            batch = against[first : first + size]
            resampled = _Resampled(complete and batch[0][1], resamples, seed)
            found = []
            for mine, theirs in batch:
                pair = paired(whole[mine], whole[theirs], resampled.tally(whole[mine].shape[1]))
                if method != T and pair.clusters >= LEAST:
                    resampled.keep(mine, theirs)
                found.append(pair)
            for number, ((mine, theirs), pair) in enumerate(zip(batch, found, strict=True), start=first):
                made = int((_made(runs, mine, points) | _made(runs, theirs, points)).sum())
                if pair.clusters < LEAST:
                    untold = _why_untold(whole, pair, mine, theirs, measure)
                    rows[number, place] = _untold_row(mine, theirs, measure, level, pair, made, untold)
                    continue
                low, high = _ends(pair, method, confidence, resampled, mine, theirs)
                rows[number, place] = _row(mine, theirs, measure, level, pair, low, high, made, confidence)
    return [rows[key] for key in sorted(rows)]


class _Resampled:
    """Resampled means of the differences of several pairs.

    Where no run is missing, the resampled mean of a difference is the difference of two resampled means, so that only
    as many columns are kept and resampled as there are contracts, however many pairs are compared.

    Parameters
    ----------
    common : str or False
        The contract from which all others are told if no run is missing.
    resamples, seed : int
        Of the bootstrap.
    """

    def __init__(self, common: str | Literal[False], resamples: int, seed: int) -> None:
        self._common, self._resamples, self._seed = common, resamples, seed
        self._columns: dict[tuple[str, str], NDArray[np.float64]] = {}
        self._rows = np.empty((5, 0))
        self._means: dict[tuple[str, str], NDArray[np.float64]] = {}

    def tally(self, replicates: int) -> NDArray[np.float64]:
        """Return where the next pair is tallied."""
        if self._rows.shape[1] != replicates:
            self._rows = np.empty((5, replicates))
        return self._rows

    def keep(self, mine: str, theirs: str) -> None:
        """Keep of the tally what is needed to resample this pair."""
        if self._common is False or theirs == self._common:
            self._columns[mine, theirs] = merged(self._rows[:2].T, MOST_CLUSTERS).copy()

    def means(self, mine: str, theirs: str) -> NDArray[np.float64]:
        """Return the difference in every resample."""
        if not self._means:
            columns = list(self._columns.values())
            sums, counts = (np.column_stack([column[:, row] for column in columns]) for row in (0, 1))
            drawn = bootstrap_means(sums, counts, resamples=self._resamples, seed=self._seed)
            self._means = dict(zip(self._columns, drawn.T, strict=True))
        if self._common is False or theirs == self._common:
            return self._means[mine, theirs]
        return self._means[mine, self._common] - self._means[theirs, self._common]


def _ends(
    pair: Pair, method: str, confidence: float, resampled: _Resampled, mine: str, theirs: str
) -> tuple[float, float]:
    """Return the interval of a pair's difference."""
    if method == T:
        return t_interval(pair.difference, pair.error, pair.clusters, confidence)
    means = resampled.means(mine, theirs)
    if pair.error == 0.0:
        return pair.difference, pair.difference
    if method == BCA:
        return bca_interval(means, pair.difference, pair.acceleration, confidence)
    return interval(means, confidence)


def _made(runs: Runs, contract: str, points: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where a contract has a run at some of the points."""
    made: NDArray[np.bool_] = runs.made[runs.contracts.index(contract)][points]
    return made


def _why_untold(whole: Mapping[str, NDArray[np.float64]], pair: Pair, mine: str, theirs: str, measure: str) -> str:
    """Return why a pair has too few clusters to take a variance of."""
    for name in (mine, theirs):
        if not np.isfinite(whole[name]).any():
            return f"{name!r} never has {measure}"
    return f"{pair.clusters} of the {LEAST} replicates needed have {measure} under both {mine!r} and {theirs!r}"


def _untold_row(mine: str, theirs: str, measure: str, level: Any, pair: Pair, runs: int, untold: str) -> ComparisonRow:
    """Return the row of a pair of which nothing can be told."""
    numbers: dict[str, Any] = dict.fromkeys((field.name for field in dataclasses.fields(ComparisonRow)), math.nan)
    told = {"pairs": pair.pairs, "dropped": runs - pair.pairs, "untold": untold}
    return ComparisonRow(**numbers | {"contract": mine, "against": theirs, "measure": measure, "level": level} | told)


def _row(
    mine: str,
    theirs: str,
    measure: str,
    level: Any,
    pair: Pair,
    low: float,
    high: float,
    runs: int,
    confidence: float,
) -> ComparisonRow:
    """Return the row of one pair in one measure."""
    p_value = t_test(pair.difference, pair.error, pair.clusters)
    ends = wilson_interval(pair.superiority, pair.superiority_error, pair.clusters, confidence)
    return ComparisonRow(
        contract=mine,
        measure=measure,
        level=level,
        difference=pair.difference,
        low=low,
        high=high,
        standard_error=pair.error,
        share_better=pair.better / pair.pairs,
        share_tied=pair.tied / pair.pairs,
        pairs=pair.pairs,
        dropped=runs - pair.pairs,
        correlation=pair.correlation,
        variance_ratio=pair.variance_ratio,
        against=theirs,
        superiority=pair.superiority,
        superiority_low=ends[0],
        superiority_high=ends[1],
        p_value=p_value,
        p_adjusted=p_value,
    )
