"""Mean and variance of a newsvendor's sales min(q, D), from the expected excess of stock over demand.

With L(x) = E (x - D)^+, expected sales are S(q) = q - L(q) + L(0) and
E min(q, D)^2 = q^2 - 2 q L(q) + 2 int_0^q L(x) dx, demand below 0 counting as 0.

References
----------
Cachon (2003), Supply chain coordination with contracts, section 6.2.1 (S(q)); the second moment by parts.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from simulator.economy.luck import expected_excess, quantile
from simulator.economy.venture import Shock
from simulator.foundation.errors import ParameterError

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS
_MARKS = (1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1.0 - 1e-6, 1.0 - 1e-12)


def expected_sales(demand: Shock, quantity: float) -> float:
    """Return S(q) = E min(q, D).

    Parameters
    ----------
    demand : Shock
        Distribution of demand, such as ``Uniform(0.0, 100.0)``; what lies below 0 counts as 0.
    quantity : float
        Stock q, at least 0.

    Raises
    ------
    ParameterError
        If the quantity is negative or not finite.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> expected_sales(Uniform(0.0, 100.0), 70.0)  # 70 - 70^2/200
    45.5
    """
    if not (quantity >= 0.0 and math.isfinite(quantity)):
        raise ParameterError(f"expected_sales.quantity must be at least 0; got {quantity!r}. Write a stock.")
    code = demand.code
    return float(quantity) - float(expected_excess(*code, float(quantity)) - expected_excess(*code, 0.0))


def sales_variance(demand: Shock, quantity: float) -> float:
    """Return Var min(q, D).

    Parameters
    ----------
    demand : Shock
        Distribution of demand; what lies below 0 counts as 0.
    quantity : float
        Stock q, at least 0.

    Raises
    ------
    ParameterError
        If the quantity is negative or not finite.

    Notes
    -----
    Var = 2 int_0^q H(x) dx - H(q)^2 with H(q) = q - S(q), the variance of the units left over. The integral is
    Gauss-Legendre quadrature between quantiles.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> sales_variance(Uniform(0.0, 1.0), 1.0)  # that of demand, 1/12
    0.083333333
    """
    left = float(quantity) - expected_sales(demand, quantity)
    code = demand.code
    below = float(expected_excess(*code, 0.0))
    marks = sorted({float(quantile(*code, mark)) for mark in _MARKS})
    edges = [0.0, *(mark for mark in marks if 0.0 < mark < quantity), float(quantity)]
    total = 0.0
    for low, high in pairwise(edges):
        points = low + (high - low) * _NODES
        total += (high - low) * sum(
            weight * (float(expected_excess(*code, x)) - below) for x, weight in zip(points, _WEIGHTS, strict=True)
        )
    return max(2.0 * float(total) - left * left, 0.0)
