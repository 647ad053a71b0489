"""Risk in a supply contract: mean, variance and certainty equivalent of payments that are linear in sales.

Contracts that coordinate a newsvendor's supply chain share the risk of demand in different ways: a firm whose receipts
are `constant + slope * min(q, D)` bears slope^2 Var min(q, D).

References
----------
Holmstrom and Milgrom (1987), Econometrica 55 (constant absolute risk aversion; mean less half the variance).
Cachon and Lariviere (2005), Management Science 51 (the coordinating revenue share; its buy-back twin).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.luck import quantile
from simulator.economy.venture import Shock
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.supply.sales_moments import expected_sales, sales_variance


@dataclass(frozen=True, slots=True)
class RiskyReceipts:
    """Mean (money) and variance (money^2) of what a firm gets."""

    mean: float
    variance: float

    def certainty_equivalent(self, risk_aversion: float) -> float:
        """Return mean - r/2 variance, r the absolute risk aversion (1/money), at least 0.

        References
        ----------
        Holmstrom and Milgrom (1987), Econometrica 55; exact for normal receipts.

        Examples
        --------
        >>> RiskyReceipts(10.0, 4.0).certainty_equivalent(0.5)
        9.0
        """
        if not (risk_aversion >= 0.0 and math.isfinite(risk_aversion)):
            raise ParameterError(
                f"certainty_equivalent.risk_aversion must be at least 0; got {risk_aversion!r}. "
                "Write 0 for risk neutrality."
            )
        return self.mean - 0.5 * risk_aversion * self.variance


def receipts_linear_in_sales(demand: Shock, quantity: float, constant: float, slope: float) -> RiskyReceipts:
    """Return mean and variance of constant + slope min(q, D).

    Parameters
    ----------
    demand : Shock
        Distribution of demand D.
    quantity : float
        Stock q, at least 0.
    constant, slope : float
        Money, and money per unit sold.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> receipts_linear_in_sales(Uniform(0.0, 12.0), 12.0, 1.0, 2.0)
    RiskyReceipts(mean=13.0, variance=48.0)
    """
    sales = expected_sales(demand, quantity)
    return RiskyReceipts(constant + slope * sales, slope * slope * sales_variance(demand, quantity))


@dataclass(frozen=True, slots=True)
class SharedRevenue:
    """A coordinating revenue share: BigCo keeps phi of revenue and pays w = phi c per unit.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> shared = SharedRevenue(Uniform(0.0, 100.0), price=10.0, unit_cost=3.0, big_share=0.5)
    >>> shared.integrated_order, shared.small(70.0).mean
    (70.0, 122.5)
    """

    demand: Shock
    price: float = parameter(unit="money/unit", low=0.0, open_low=True, doc="Retail price p.")
    unit_cost: float = parameter(unit="money/unit", low=0.0, doc="SmallCo's cost c of a unit, below the price.")
    big_share: float = parameter(low=0.0, high=1.0, doc="BigCo's share phi of revenue.")

    def __post_init__(self) -> None:
        """Hold values to their ranges, and cost below price."""
        check_limits(self)
        if self.unit_cost >= self.price:
            raise ParameterError(
                f"SharedRevenue.unit_cost must be below price = {self.price:g}; got {self.unit_cost!r}. "
                "Write a lower cost."
            )

    @property
    def integrated_order(self) -> float:
        """Return the quantity that maximises the joint profit, F(q) = (p - c)/p."""
        return max(float(quantile(*self.demand.code, (self.price - self.unit_cost) / self.price)), 0.0)

    @property
    def wholesale(self) -> float:
        """Return the coordinating wholesale price w = phi c.

        References
        ----------
        Cachon and Lariviere (2005), Management Science 51.
        """
        return self.big_share * self.unit_cost

    def small(self, quantity: float) -> RiskyReceipts:
        """Return SmallCo's profit: the price paid less cost, and the rest of revenue."""
        constant = (self.wholesale - self.unit_cost) * quantity
        return receipts_linear_in_sales(self.demand, quantity, constant, (1.0 - self.big_share) * self.price)

    def big(self, quantity: float) -> RiskyReceipts:
        """Return BigCo's profit: its share of revenue less the price paid."""
        return receipts_linear_in_sales(self.demand, quantity, -self.wholesale * quantity, self.big_share * self.price)
