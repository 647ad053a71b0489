"""Intervals and tests of a mean over clusters: t, percentile and BCa, Wilson's for shares, and Holm's correction.

The clusters are replicates (see `bootstrap`). With s_r the sum over the runs of replicate r and n_r their number, the
estimate is theta = sum(s_r) / sum(n_r), l_r = s_r - theta n_r its influence, and the acceleration of Efron's interval
a = sum(l_r^3) / (6 sum(l_r^2)^1.5).

References
----------
Efron (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association 82, (3.8), (6.6).
Wilson (1927), Probable inference, the law of succession, and statistical inference, ibid. 22.
Korn and Graubard (1998), Confidence intervals for proportions ..., Survey Methodology 24 (the effective number).
Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulator.foundation.errors import ParameterError, unknown
from simulator.sweeps.bootstrap import CONFIDENCE, interval

PERCENTILE, BCA, T = "percentile", "bca", "t"
METHODS = (PERCENTILE, BCA, T)


def check_method(method: str, confidence: float) -> None:
    """Raise unless the method is one of METHODS and the confidence is in (0, 1)."""
    if method not in METHODS:
        raise unknown("interval", str(method), METHODS)
    if not 0.0 < confidence < 1.0:
        raise ParameterError(f"compare.confidence must be in (0, 1); got {confidence!r}. Write, say, 0.95.")


def t_interval(estimate: float, error: float, clusters: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Student's interval of a mean of independent clusters, with clusters - 1 degrees of freedom.

    Examples
    --------
    >>> low, high = t_interval(2.0, 1.0, 2)
    >>> round(low, 3), round(high, 3)
    (-10.706, 14.706)
    """
    reach = float(special.stdtrit(clusters - 1, 0.5 + 0.5 * confidence)) * error
    return estimate - reach, estimate + reach


def t_test(estimate: float, error: float, clusters: int) -> float:
    """Return the two-sided p-value that the mean is zero; 0 for a difference that never varies, 1 if it is zero.

    Examples
    --------
    >>> round(t_test(2.0, 1.0, 2), 4), t_test(1.0, 0.0, 2), t_test(0.0, 0.0, 2)
    (0.2952, 0.0, 1.0)
    """
    if error == 0.0:
        return 1.0 if estimate == 0.0 else 0.0
    return 2.0 * float(special.stdtr(clusters - 1, -abs(estimate) / error))


def acceleration(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    """Return a sixth of the skewness of the influence of a mean over clusters, 0 where nothing varies.

    Examples
    --------
    >>> round(acceleration(np.array([0.0, 0.0, 3.0]), np.ones(3)), 4)
    0.068
    """
    influence = sums - sums.sum() / counts.sum() * counts
    squared = influence * influence
    spread = float(squared.sum())
    return float((squared * influence).sum()) / (6.0 * spread**1.5) if spread > 0.0 else 0.0


def bca_interval(
    means: NDArray[np.float64], estimate: float, acceleration: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return the bias-corrected and accelerated interval of resampled means, shape (resamples,).

    Where every resample lies on one side of the estimate, there is no correction to be had: the percentile interval.
    """
    defined = means[np.isfinite(means)]
    below = 0.5 * float((defined < estimate).mean() + (defined <= estimate).mean()) if defined.size else 0.0
    if not 0.0 < below < 1.0:
        return interval(means, confidence)
    bias = float(special.ndtri(below))
    reach = special.ndtri(np.array([0.5 - 0.5 * confidence, 0.5 + 0.5 * confidence]))
    shifted = bias + reach
    low, high = np.quantile(defined, special.ndtr(bias + shifted / (1.0 - acceleration * shifted)))
    return float(low), float(high)


def wilson_interval(share: float, error: float, clusters: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's interval of a share whose standard error over clusters is known.

    The share counts for as many independent yes-or-no answers as would have this error; where nothing varied, for as
    many as there are clusters, so that a contract that was better in all of them is not said to be so for certain.

    Examples
    --------
    >>> low, high = wilson_interval(1.0, 0.0, 10)
    >>> round(low, 3), round(high, 3)
    (0.722, 1.0)
    """
    answers = float(clusters)
    if error > 0.0 and 0.0 < share < 1.0:
        answers = share * (1.0 - share) / (error * error) * clusters / (clusters - 1.0)
    z2 = float(special.ndtri(0.5 + 0.5 * confidence)) ** 2
    middle = (share + 0.5 * z2 / answers) / (1.0 + z2 / answers)
    reach = math.sqrt(z2 * (share * (1.0 - share) / answers + 0.25 * z2 / answers**2)) / (1.0 + z2 / answers)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for all tests at once: below a level, the chance of any false finding is below it.

    NaN is no test, and stays.

    Examples
    --------
    >>> [round(float(p), 6) for p in holm(np.array([0.01, 0.04, 0.03]))]
    [0.03, 0.06, 0.06]
    """
    tests = int(np.count_nonzero(~np.isnan(p_values)))
    order = np.argsort(p_values, kind="stable")[:tests]  # NaN comes last
    steps = np.arange(tests, 0, -1) * p_values[order]
    adjusted = np.full(p_values.size, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
