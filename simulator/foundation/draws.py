"""Counter-based randomness: every draw is a pure function of (seed, run, period, entity, purpose).

No stream is ever advanced, so the order of execution, the number of workers and the driver cannot change a number,
and two contracts or two strategies face the very same luck (common random numbers). Each part of the key is absorbed
by one round of SplitMix64's finaliser, a bijection of 64 bits with full avalanche.

References
----------
Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, OOPSLA, section 3 (the finaliser).
Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC11 (counter-based draws).
Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution, Applied Statistics 37.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled

MEET = 1
SHOCK = 2
MILESTONE = 3
SMALL_CASH = 4
BIG_CASH = 5
SMALL_CHOICE = 6
BIG_CHOICE = 7
SMALL_REVIEW = 8
BIG_REVIEW = 9
FEASIBLE = 10
BOOTSTRAP = 11
ROTATION = 12
DOOR = 13
QUALITY = 14
SMALL_TYPE = 15
BIG_TYPE = 16
MISFIT = 17
SMALL_VETTING = 18
BIG_VETTING = 19
BUDGET = 20
AUDIT = 21
DISPUTE = 22
FAULT = 23
VERDICT = 24
PILOT = 25
SMALL_CHECK = 26
BIG_CHECK = 27
PURPOSES = 256

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30 = np.uint64(30)
_S27 = np.uint64(27)
_S31 = np.uint64(31)
_S12 = np.uint64(12)
_CELL = 2.0**-52


@compiled
def absorb(key: np.uint64, part: int) -> np.uint64:
    """Return `key` with one more non-negative integer mixed in (SplitMix64's step and finaliser)."""
    z = (key ^ np.uint64(part)) + _GOLDEN
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@compiled
def run_key(seed: int, run: int) -> np.uint64:
    """Return the key of one run: the seed (0 is a seed) and the run's number, both non-negative."""
    return absorb(absorb(np.uint64(0), seed), run)


def key_of(seed: int, run: int) -> np.uint64:
    """Return `run_key` for use from Python, where a compiled function hands its 64 bits back as a plain integer."""
    return np.uint64(run_key(seed, run))


@compiled
def uniform(key: np.uint64, period: int, entity: int, purpose: int) -> float:
    """Return a uniform draw on the open interval (0, 1) for this run key, period, entity and purpose.

    Parameters
    ----------
    key : uint64
        From `run_key`, or `key_of` in Python.
    period, entity, purpose : int
        Non-negative; `purpose` is one of this module's constants, below 256.

    Notes
    -----
    The draw is the midpoint of one of 2**52 cells of the unit interval, exact in a double, so never 0 nor 1.
    """
    z = absorb(absorb(key, period), entity * PURPOSES + purpose)
    return (float(np.int64(z >> _S12)) + 0.5) * _CELL


@compiled
def bernoulli(key: np.uint64, period: int, entity: int, purpose: int, probability: float) -> bool:
    """Return True with the given probability in [0, 1]; monotone in it under the same key."""
    return uniform(key, period, entity, purpose) < probability


@compiled
def central_quantile(p: float) -> float:
    """Return `normal_quantile` of p within 0.425 of 1/2 and NaN elsewhere, without a branch.

    A loop over it runs on several numbers at once.
    """
    q = p - 0.5
    r = 0.180625 - q * q
    top = 2.5090809287301226727e3
    top = top * r + 3.3430575583588128105e4
    top = top * r + 6.7265770927008700853e4
    top = top * r + 4.5921953931549871457e4
    top = top * r + 1.3731693765509461125e4
    top = top * r + 1.9715909503065514427e3
    top = top * r + 1.3314166789178437745e2
    top = top * r + 3.3871328727963666080e0
    low = 5.2264952788528545610e3
    low = low * r + 2.8729085735721942674e4
    low = low * r + 3.9307895800092710610e4
    low = low * r + 2.1213794301586595867e4
    low = low * r + 5.3941960214247511077e3
    low = low * r + 6.8718700749205790830e2
    low = low * r + 4.2313330701600911252e1
    low = low * r + 1.0
    return q * top / low if abs(q) <= 0.425 else math.nan


@compiled
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of p in (0, 1), accurate to about 1e-16 (Wichura 1988, AS 241 PPND16).

    Examples
    --------
    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        return central_quantile(p)
    r = math.sqrt(-math.log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        top = 7.74545014278341407640e-4
        for a in (
            2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0, 3.64784832476320460504e0,
            5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
        ):  # fmt: skip
            top = top * r + a
        low = 1.05075007164441684324e-9
        for b in (
            5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1,
            1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
        ):  # fmt: skip
            low = low * r + b
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7
        for a in (
            2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2, 2.96560571828504891230e-1,
            1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
        ):  # fmt: skip
            top = top * r + a
        low = 2.04426310338993978564e-15
        for b in (
            1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2,
            1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
        ):  # fmt: skip
            low = low * r + b
    return -top / low if q < 0.0 else top / low


@compiled
def central_normal(key: np.uint64, period: int, entity: int, purpose: int) -> float:
    """Return `normal` where it is within 1.44 of 0, and NaN for the 15 in 100 draws where it is not."""
    return central_quantile(uniform(key, period, entity, purpose))


@compiled
def normal(key: np.uint64, period: int, entity: int, purpose: int) -> float:
    """Return a standard normal draw (inverse of the distribution function, so monotone in the underlying uniform)."""
    return normal_quantile(uniform(key, period, entity, purpose))


@compiled
def categorical(key: np.uint64, period: int, entity: int, purpose: int, probabilities: NDArray[np.float64]) -> int:
    """Return an index drawn with the given probabilities, shape (n,), sum 1; one with probability 0 is never drawn."""
    u = uniform(key, period, entity, purpose)
    total = 0.0
    last = 0
    for index in range(probabilities.shape[0]):
        if probabilities[index] > 0.0:
            last = index
            total += probabilities[index]
            if u < total:
                return index
    return last
