"""Sales rebate: SmallCo sells at a wholesale price and pays BigCo a bonus for every unit sold beyond a threshold.

BigCo orders q before demand D is known and expects

    pi_B(q) = p S(q) + v (q - S(q)) - w q + r (S(q) - S(t))^+,        S(q) = E min(q, D).

The bonus adds nothing below the threshold t, so that the coordinating order is only a local best: an order of at most t
may be better still.

References
----------
Taylor (2002), Supply chain coordination under channel rebates with sales effort effects, Management Science 48.
Cachon (2003), Supply chain coordination with contracts, section 6.2.6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.venture import Shock
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.supply.demand import Demand, as_demand
from simulator.games.supply.sales_moments import expected_sales

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class RebateOrder:
    """An order (units) and what SmallCo and BigCo expect from it (money)."""

    quantity: float
    small: float
    big: float


@dataclass(frozen=True, slots=True)
class SalesRebate:
    """A newsvendor's supply chain with a rebate.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> chain = SalesRebate(Uniform(0.0, 100.0), price=10.0, unit_cost=3.0, rebate=2.0, threshold=30.0)
    >>> chain.coordinating_price  # c (p + r)/p
    3.6
    >>> chain.order(3.6)
    RebateOrder(quantity=70.0, small=2.0, big=243.0)
    """

    demand: Demand | Shock
    price: float = parameter(unit="money/unit", low=0.0, open_low=True, doc="Retail price p.")
    unit_cost: float = parameter(unit="money/unit", low=0.0, doc="SmallCo's cost c of a unit.")
    rebate: float = parameter(0.0, unit="money/unit", low=0.0, doc="Bonus r per unit sold beyond the threshold.")
    threshold: float = parameter(0.0, unit="units", low=0.0, doc="Sales t from which on the bonus is paid.")
    salvage: float = parameter(0.0, unit="money/unit", low=0.0, doc="Salvage value v of an unsold unit.")

    def __post_init__(self) -> None:
        """Hold values to their ranges, and salvage below cost below price."""
        check_limits(self)
        if not self.salvage < self.unit_cost < self.price:
            raise ParameterError(
                "SalesRebate.unit_cost must lie between salvage and price; got "
                f"{self.salvage!r}, {self.unit_cost!r}, {self.price!r}. Write salvage < unit_cost < price."
            )

    @property
    def integrated_order(self) -> float:
        """Return the quantity that maximises the joint profit, F(q) = (p - c)/(p - v)."""
        return self._stock((self.price - self.unit_cost) / (self.price - self.salvage))

    @property
    def coordinating_price(self) -> float:
        """Return the wholesale price at which the integrated quantity is a local best for BigCo.

        References
        ----------
        Taylor (2002); Cachon (2003), section 6.2.6: w = c (p + r)/p without salvage.
        """
        ratio = (self.unit_cost - self.salvage) / (self.price - self.salvage)
        return self.salvage + (self.price + self.rebate - self.salvage) * ratio

    def profits(self, quantity: float, wholesale: float) -> RebateOrder:
        """Return what both firms expect (money) from an order at a wholesale price."""
        sales = expected_sales(self.demand, quantity)
        bonus = self.rebate * (sales - expected_sales(self.demand, min(self.threshold, quantity)))
        revenue = self.price * sales + self.salvage * (quantity - sales)
        paid = wholesale * quantity - bonus
        return RebateOrder(quantity, paid - self.unit_cost * quantity, revenue - paid)

    def order(self, wholesale: float) -> RebateOrder:
        """Return BigCo's best order at a wholesale price (money/unit), the larger one of two that tie.

        Profit is concave below and above the threshold, so the best order is the better of one order on each side.

        Raises
        ------
        ParameterError
            If the wholesale price is not above the salvage value, so that BigCo would order without bound.
        """
        if not self.salvage < wholesale < math.inf:
            raise ParameterError(
                f"SalesRebate.order.wholesale must be finite and above salvage = {self.salvage:g}; got {wholesale!r}. "
                "Write a higher price: BigCo would order without bound."
            )
        high_margin = self.price + self.rebate - wholesale
        low = min(self._stock((self.price - wholesale) / (self.price - self.salvage)), self.threshold)
        high = max(self._stock(high_margin / (self.price + self.rebate - self.salvage)), self.threshold)
        below, above = self.profits(low, wholesale), self.profits(high, wholesale)
        return above if above.big >= below.big - _TIE * max(1.0, abs(below.big)) else below

    def _stock(self, ratio: float) -> float:
        """Return the stock that meets demand with the given probability, 0 if that is negative."""
        return as_demand(self.demand).quantile(ratio) if ratio >= 0.0 else 0.0
