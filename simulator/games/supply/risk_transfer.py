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

from simulator.economy.contract import Term
from simulator.economy.venture import Shock
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.supply.demand import Demand, as_demand
from simulator.games.supply.newsvendor import NewsvendorChain, clauses_of
from simulator.games.supply.sales_moments import checked_stock, expected_sales, sales_variance


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


def receipts_linear_in_sales(demand: Demand | Shock, quantity: float, constant: float, slope: float) -> RiskyReceipts:
    """Return mean and variance of constant + slope min(q, D).

    Parameters
    ----------
    demand : Demand or Shock
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
    finite("receipts_linear_in_sales.constant", constant, "Write money.")
    finite("receipts_linear_in_sales.slope", slope, "Write money per unit sold.")
    sales = expected_sales(demand, quantity)
    return RiskyReceipts(constant + slope * sales, slope * slope * sales_variance(demand, quantity))


def receipts(chain: NewsvendorChain, quantity: float, *terms: Term) -> tuple[RiskyReceipts, RiskyReceipts]:
    """Return mean and variance of SmallCo's and of BigCo's profit from an order under any contract of supply.

    Parameters
    ----------
    chain : NewsvendorChain
        Demand, price and cost.
    quantity : float
        Order q (units), at least 0.
    *terms : Term
        As in `NewsvendorChain.profits`.

    Notes
    -----
    A profit is linear in demand up to the firm part of the order, k = (1 - delta) q, from there to q, and constant
    beyond: a constant less slopes times (k - D)^+ and (q - D)^+, whose second moments are M(k), M(q) and
    E (k - D)^+ (q - D)^+ = M(k) + (q - k) L(k).

    References
    ----------
    Cachon and Lariviere (2005), Management Science 51; Holmstrom and Milgrom (1987), Econometrica 55.

    Examples
    --------
    A wholesale price leaves all risk to BigCo; demand is uniform on [0, 12], all of it stocked.

    >>> from simulator.economy.terms import WholesalePrice
    >>> from simulator.economy.venture import Uniform
    >>> chain = NewsvendorChain(Uniform(0.0, 12.0), price=2.0, unit_cost=0.5)
    >>> receipts(chain, 12.0, WholesalePrice(price=1.0))
    (RiskyReceipts(mean=6.0, variance=0.0), RiskyReceipts(mean=0.0, variance=48.0))
    """
    clauses, demand = clauses_of(terms), as_demand(chain.demand)
    stock = checked_stock("receipts.quantity", quantity)
    firm = (1.0 - clauses.flexibility) * stock
    left = demand.expected_excess(stock), demand.expected_excess(firm)
    squares = demand.squared_excess(stock), demand.squared_excess(firm)
    variances = squares[0] - left[0] ** 2, squares[1] - left[1] ** 2
    covariance = squares[1] + (stock - firm) * left[1] - left[0] * left[1]
    nothing_left = chain.settled(clauses, stock, 0.0, 0.0)
    per_unit = [
        [each - before for each, before in zip(chain.settled(clauses, stock, *units), nothing_left, strict=True)]
        for units in ((1.0, 0.0), (0.0, 1.0))
    ]
    means = chain.settled(clauses, stock, *left)
    found = []
    for mean, of_left, of_firm in zip(means, *per_unit, strict=True):
        variance = of_left**2 * variances[0] + of_firm**2 * variances[1] + 2.0 * of_left * of_firm * covariance
        found.append(RiskyReceipts(mean, max(variance, 0.0)))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class SharedRevenue:
    """A coordinating revenue share: BigCo keeps phi of revenue and pays w = phi c per unit.

    Raises
    ------
    ParameterError
        If a value is out of range, or the cost is not below the price.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> shared = SharedRevenue(Uniform(0.0, 100.0), price=10.0, unit_cost=3.0, big_share=0.5)
    >>> shared.integrated_order, shared.small(70.0).mean
    (70.0, 122.5)
    """

    demand: Demand | Shock
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
        return as_demand(self.demand).quantile((self.price - self.unit_cost) / self.price)

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
