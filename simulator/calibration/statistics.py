"""What is taken of a measure's distribution over runs, and how far each single run moves it.

A statistic m of n independent runs is, to first order, its true value plus the mean of the influences psi(x_i) of the
runs, so n Var(m) = E[psi^2], and the moments of one sample covary as their influences do. A run that gives a measure no
meaning (NaN: months to a revenue that never came) is left out of the statistic; with a share d of the runs left in, the
influence of one that is left in is psi / d, and of one that is left out 0, which is the delta method for a ratio.

References
----------
Hampel (1974), The influence curve and its role in robust estimation, J. of the American Statistical Association 69.
Bofinger (1975), Estimation of a density function using order statistics, Australian Journal of Statistics 17: the
bandwidth with which the density at a quantile is estimated from the quantiles around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from simulator.foundation.registry import Registry

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number that a sample has.

    Parameters
    ----------
    name, doc : str
        What it is called, and its definition.
    value : function of (sample of shape (n,), level) to float
        The statistic; NaN where the sample is too small for it.
    influence : function of (sample of shape (n,), level, value) to shape (n,)
        How far each observation moves it, times n.
    needs : str
        The key of its level: ``q`` (a probability), ``threshold``, or "" for none.
    of_range : function of (low, high) to (low, high)
        The range of its values, given that of the measure.
    """

    name: str
    doc: str
    value: Callable[[Column, float], float]
    influence: Callable[[Column, float, float], Column]
    needs: str = ""
    of_range: Callable[[float, float], tuple[float, float]] = lambda low, high: (low, high)


STATISTICS: Registry[Statistic] = Registry("statistic")


def _register(statistic: Statistic) -> None:
    """Register a statistic under its name."""
    STATISTICS.register(statistic.name)(statistic)


def _mean(sample: Column, _: float) -> float:
    return float(np.mean(sample)) if sample.size else math.nan


def _variance(sample: Column, _: float) -> float:
    return float(np.var(sample, ddof=1)) if sample.size > 1 else math.nan


def _deviation(sample: Column, _: float) -> float:
    return math.sqrt(_variance(sample, _)) if sample.size > 1 else math.nan


def _quantile(sample: Column, q: float) -> float:
    return float(np.quantile(sample, q)) if sample.size else math.nan


def _of_variance(sample: Column, _: float, value: float) -> Column:
    return (sample - np.mean(sample)) ** 2 - value


def _of_deviation(sample: Column, _: float, value: float) -> Column:
    return _of_variance(sample, _, value**2) / (2.0 * value) if value > 0.0 else np.zeros(sample.size)


def _range_of_variance(low: float, high: float) -> tuple[float, float]:
    """Return the range of a variance: with divisor n - 1 that of two values is the largest, one at either end."""
    return 0.0, (high - low) ** 2 / 2.0


def _range_of_deviation(low: float, high: float) -> tuple[float, float]:
    """Return the range of a sample's standard deviation: it is largest for two values, at both ends."""
    return 0.0, (high - low) / math.sqrt(2.0)


def _range_of_share(_low: float, _high: float) -> tuple[float, float]:
    """Return the range of a share, whatever the measure is."""
    return 0.0, 1.0


def bandwidth(size: int, q: float) -> float:
    """Return how far around q the quantiles are taken that tell the density there (Bofinger 1975).

    Examples
    --------
    >>> round(bandwidth(1000, 0.5), 3)
    0.163
    """
    z = float(norm.ppf(q))
    width = (4.5 * float(norm.pdf(z)) ** 4 / (size * (2.0 * z * z + 1.0) ** 2)) ** 0.2
    return min(float(width), 0.9 * q, 0.9 * (1.0 - q))


def _of_quantile(sample: Column, q: float, value: float) -> Column:
    width = bandwidth(sample.size, q)
    low, high = np.quantile(sample, [q - width, q + width])
    influence: Column = (q - (sample <= value)) * (high - low) / (2.0 * width)
    return influence


_register(Statistic("mean", "Mean.", _mean, lambda sample, _, value: sample - value))
_register(Statistic("variance", "Variance, with divisor n - 1.", _variance, _of_variance, of_range=_range_of_variance))
_register(
    Statistic(
        "deviation",
        "Standard deviation: the root of the variance.",
        _deviation,
        _of_deviation,
        of_range=_range_of_deviation,
    )
)
_register(Statistic("quantile", "The q-quantile, interpolated linearly.", _quantile, _of_quantile, needs="q"))
_register(
    Statistic(
        "share_above",
        "Share of the runs whose measure is above the threshold.",
        lambda sample, threshold: _mean((sample > threshold).astype(np.float64), 0.0),
        lambda sample, threshold, value: (sample > threshold).astype(np.float64) - value,
        needs="threshold",
        of_range=_range_of_share,
    )
)
_register(
    Statistic(
        "share_below",
        "Share of the runs whose measure is below the threshold.",
        lambda sample, threshold: _mean((sample < threshold).astype(np.float64), 0.0),
        lambda sample, threshold, value: (sample < threshold).astype(np.float64) - value,
        needs="threshold",
        of_range=_range_of_share,
    )
)


def value_of(statistic: Statistic, level: float, column: Column) -> float:
    """Return a statistic over the runs in which a measure has a meaning; NaN if there are too few.

    Examples
    --------
    >>> value_of(STATISTICS["share_above"], 2.0, np.array([1.0, 3.0, np.nan, 5.0, 0.0]))
    0.5
    """
    return statistic.value(column[~np.isnan(column)], level)


def influence_of(statistic: Statistic, level: float, column: Column, value: float) -> Column:
    """Return the influence of every run on a statistic, shape (n,); 0 for runs in which the measure has no meaning.

    Examples
    --------
    >>> influence_of(STATISTICS["mean"], 0.0, np.array([1.0, 3.0, np.nan, np.nan]), 2.0).tolist()
    [-2.0, 2.0, 0.0, 0.0]
    """
    defined = ~np.isnan(column)
    influence = np.zeros(column.size)
    influence[defined] = statistic.influence(column[defined], level, value) / np.mean(defined)
    return influence
