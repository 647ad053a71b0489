"""The state omega: its quantile function, its mean, and the expected excess of a stock over it, in closed form."""

from __future__ import annotations

import math

from simulator.economy.venture import CERTAIN, EXPONENTIAL, LOGNORMAL, UNIFORM
from simulator.foundation.compiled import compiled
from simulator.foundation.draws import normal_quantile


@compiled
def quantile(kind: int, first: float, second: float, p: float) -> float:
    """Return the p-quantile of omega, p in (0, 1), for one of the shocks of `venture` and its two parameters.

    Examples
    --------
    >>> quantile(UNIFORM, 0.0, 100.0, 0.7)
    70.0
    """
    if kind == CERTAIN:
        return first
    if kind == LOGNORMAL:
        return first * math.exp(second * normal_quantile(p) - 0.5 * second * second)
    if kind == UNIFORM:
        return first + (second - first) * p
    if kind == EXPONENTIAL:
        return -first * math.log1p(-p)
    return first + second * normal_quantile(p)


@compiled
def mean(kind: int, first: float, second: float) -> float:
    """Return the mean of omega."""
    if kind == UNIFORM:
        return 0.5 * (first + second)
    return first


@compiled
def _normal_distribution(z: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-z * 0.7071067811865476)


@compiled
def expected_excess(kind: int, first: float, second: float, stock: float) -> float:
    """Return E (stock - omega)^+, the units left over; E min(stock, omega) is stock minus this.

    References
    ----------
    Cachon (2003), section 6.2.1 (S(q) = q - int_0^q F); the closed forms are elementary integrals.

    Examples
    --------
    >>> expected_excess(UNIFORM, 0.0, 100.0, 70.0)
    24.5
    """
    if kind == CERTAIN:
        return max(stock - first, 0.0)
    if kind == LOGNORMAL:
        if stock <= 0.0:
            return 0.0
        d = math.log(stock / first) / second + 0.5 * second
        return stock * _normal_distribution(d) - first * _normal_distribution(d - second)
    if kind == UNIFORM:
        if stock <= first:
            return 0.0
        if stock >= second:
            return stock - 0.5 * (first + second)
        return 0.5 * (stock - first) ** 2 / (second - first)
    if kind == EXPONENTIAL:
        if stock <= 0.0:
            return 0.0
        return stock + first * math.expm1(-stock / first)
    z = (stock - first) / second
    density = 0.3989422804014327 * math.exp(-0.5 * z * z)
    return (stock - first) * _normal_distribution(z) + second * density
