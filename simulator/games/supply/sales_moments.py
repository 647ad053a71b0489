"""Mean and variance of a newsvendor's sales min(q, D), from the expected excess of stock over demand.

With L(q) = E (q - D)^+ and M(q) = E [(q - D)^+]^2, expected sales are S(q) = q - L(q) and their variance M - L^2, that
of the units left over.

References
----------
Cachon (2003), Supply chain coordination with contracts, section 6.2.1 (S(q)); the second moment by parts.
"""

from __future__ import annotations

import math

from simulator.economy.venture import Shock
from simulator.foundation.errors import ParameterError
from simulator.games.supply.demand import Demand, as_demand


def expected_sales(demand: Demand | Shock, quantity: float) -> float:
    """Return S(q) = E min(q, D).

    Parameters
    ----------
    demand : Demand or Shock
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
    return float(quantity) - as_demand(demand).expected_excess(checked_stock("expected_sales.quantity", quantity))


def sales_variance(demand: Demand | Shock, quantity: float) -> float:
    """Return Var min(q, D).

    Parameters
    ----------
    demand : Demand or Shock
        Distribution of demand; what lies below 0 counts as 0.
    quantity : float
        Stock q, at least 0.

    Raises
    ------
    ParameterError
        If the quantity is negative or not finite.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> sales_variance(Uniform(0.0, 1.0), 1.0)  # that of demand, 1/12
    0.083333333
    """
    stock, known = checked_stock("sales_variance.quantity", quantity), as_demand(demand)
    left = known.expected_excess(stock)
    return max(known.squared_excess(stock) - left * left, 0.0)


def checked_stock(name: str, quantity: float) -> float:
    """Return a stock as a float, or raise ParameterError that names it.

    Raises
    ------
    ParameterError
        If the stock is negative or not finite.

    Examples
    --------
    >>> checked_stock("expected_sales.quantity", 3)
    3.0
    """
    if not (quantity >= 0.0 and math.isfinite(quantity)):
        raise ParameterError(f"{name} must be at least 0 and finite; got {quantity!r}. Write a stock.")
    return float(quantity)
