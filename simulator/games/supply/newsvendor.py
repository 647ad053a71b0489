"""A newsvendor's supply chain under any contract for any demand: SmallCo makes, BigCo orders q before demand is known.

Symbols: p retail price, c unit cost, v salvage value, F distribution of demand D, L(q) = E (q - D)^+ the units left.
The contract is written in the terms of `economy.terms` and settled by `economy.alliance.disagreement`, which is linear
in revenue and in the units left, so that expectations are exact. With phi BigCo's share of revenue, w the wholesale
price, b the credit of a buy-back and delta the share of the order that may be returned in full, one more unit adds to
BigCo's profit

    phi [p - (p - v) F(q)] - w [q >= q_min] + (b - v) F(q) + (w - v) [F(q) - (1 - delta) F((1 - delta) q)],

the last two terms only where the contract has such a clause. Where an order is bounded this changes sign once beyond
the minimum, at the best order, for distributions with and without atoms.

References
----------
Cachon (2003), Supply chain coordination with contracts, section 6.2.
Pasternack (1985), Marketing Science 4 (buy-back); Cachon and Lariviere (2005), Management Science 51 (revenue sharing).
Tsay (1999), Management Science 45 (quantity flexibility); Lariviere and Porteus (2001), M&SOM 3 (price only).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from simulator.economy.clauses import Clauses
from simulator.economy.contract import Term, contract_of
from simulator.economy.disagreement import disagreement
from simulator.economy.market import Sales
from simulator.economy.scenario import Scenario
from simulator.economy.terms import (
    BuyBack,
    QuantityFlexibility,
    RevenueShare,
    TakeOrPay,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.economy.venture import Newsvendor, Shock, Venture
from simulator.economy.world import World, world_of
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.maximum import maximise
from simulator.games.supply.demand import Demand, EmpiricalDemand, as_demand
from simulator.games.supply.sales_moments import checked_stock

TERMS_OF_SUPPLY = (
    WholesalePrice,
    TwoPartTariff,
    UpfrontFee,
    RevenueShare,
    BuyBack,
    QuantityFlexibility,
    TakeOrPay,
)
"""The terms a contract of supply may have."""

_TIE = 1e-12
_APART = 1e-5


@dataclass(frozen=True, slots=True)
class Order:
    """An order (units), and what SmallCo and BigCo expect from it (money)."""

    quantity: float
    small: float
    big: float

    @property
    def total(self) -> float:
        """Return the joint expected profit (money)."""
        return self.small + self.big


@dataclass(frozen=True, slots=True)
class PriceOnly:
    """SmallCo's best wholesale price (money/unit), and the order it leads to."""

    price: float
    order: Order


@dataclass(frozen=True, slots=True)
class NewsvendorChain:
    """A supply chain with uncertain demand.

    Raises
    ------
    ParameterError
        If a value is out of range, or not salvage < unit_cost < price.

    Examples
    --------
    Uniform demand on [0, 100], p = 10, c = 3: together they would stock 70; the price-only contract halves that.

    >>> from simulator.economy.terms import BuyBack, WholesalePrice
    >>> from simulator.economy.venture import Uniform
    >>> chain = NewsvendorChain(Uniform(0.0, 100.0), price=10.0, unit_cost=3.0)
    >>> chain.integrated
    Order(quantity=70.0, small=0.0, big=245.0)
    >>> round(chain.price_only().order.quantity, 9)
    35.0
    >>> chain.coordinating_price(BuyBack(price=5.0))  # (1 - lambda) p + lambda c with b = (1 - lambda) p
    6.5
    >>> chain.order(WholesalePrice(price=6.5), BuyBack(price=5.0))
    Order(quantity=70.0, small=122.5, big=122.5)
    """

    demand: Demand | Shock
    price: float = parameter(unit="money/unit", low=0.0, open_low=True, doc="Retail price p.")
    unit_cost: float = parameter(unit="money/unit", low=0.0, doc="SmallCo's cost c of a unit.")
    salvage: float = parameter(0.0, unit="money/unit", low=0.0, doc="Salvage value v of an unsold unit.")

    def __post_init__(self) -> None:
        """Hold values to their ranges, and salvage below cost below price."""
        check_limits(self)
        as_demand(self.demand)
        if not self.salvage < self.unit_cost < self.price:
            raise ParameterError(
                "NewsvendorChain.unit_cost must lie between salvage and price; got "
                f"{self.salvage!r}, {self.unit_cost!r}, {self.price!r}. Write salvage < unit_cost < price."
            )

    @property
    def critical_ratio(self) -> float:
        """Return (p - c)/(p - v), the probability with which the integrated stock is enough."""
        return (self.price - self.unit_cost) / (self.price - self.salvage)

    @property
    def integrated(self) -> Order:
        """Return the order that maximises the joint profit, at a wholesale price of cost: all of it is BigCo's.

        References
        ----------
        Cachon (2003), equation (2): F(q) = (p - c)/(p - v).
        """
        quantity = as_demand(self.demand).quantile(self.critical_ratio)
        return self.profits(quantity, WholesalePrice(price=self.unit_cost))

    def profits(self, quantity: float, *terms: Term) -> Order:
        """Return what both firms expect from an order under a contract.

        Parameters
        ----------
        quantity : float
            Order q (units), at least 0.
        *terms : Term
            Of the kinds in `TERMS_OF_SUPPLY`; one must set a price or a share of revenue.

        Raises
        ------
        ParameterError
            If the quantity is out of range, or the terms are no contract of supply.
        """
        stock, demand = checked_stock("NewsvendorChain.profits.quantity", quantity), as_demand(self.demand)
        g = clauses_of(terms)
        left = demand.expected_excess(stock), demand.expected_excess((1.0 - g.flexibility) * stock)
        return Order(stock, *self.settled(g, stock, *left))

    def settled(self, clauses: Clauses, quantity: float, unsold: float, beyond: float) -> tuple[float, float]:
        """Return (SmallCo's, BigCo's) profit, given the units left of the order and of its firm part.

        Examples
        --------
        >>> from simulator.economy.venture import Certain
        >>> chain = NewsvendorChain(Certain(8.0), price=5.0, unit_cost=1.0)
        >>> chain.settled(WholesalePrice(price=2.0).write(Clauses()), 10.0, 2.0, 2.0)
        (10.0, 20.0)
        """
        world = _world(float(self.price), float(self.salvage), float(self.unit_cost))
        revenue = self.price * (quantity - unsold) + self.salvage * unsold
        sales = Sales(revenue, unsold, beyond, 0.0, 0.0)
        small, big = disagreement(world, clauses, 0.0, 0.0, quantity, sales, 0.0, 0.0, 0.0)
        return float(small) + clauses.fee, float(big) - clauses.fee

    def order(self, *terms: Term) -> Order:
        """Return BigCo's best order under a contract: of several the largest, the integrated one if any is as good.

        Raises
        ------
        ParameterError
            If the terms are no contract of supply, or BigCo would order without bound.
        """
        g = clauses_of(terms)
        kept = 1.0 if g.flexibility < 1.0 else as_demand(self.demand).distribution(0.0)  # no firm part: all may go back
        start, end = self._slope(g, 0.0, 0.0), self._slope(g, 1.0, kept)
        slack = _TIE * self.price
        if end > slack or (end >= -slack and start > slack):
            raise ParameterError(
                "NewsvendorChain.order.terms must leave BigCo a loss on units that are not sold; got terms under which "
                "it would order without bound. Write a wholesale price above salvage, and credits below the price."
            )
        best, joint = self._largest_best(g, start, end, slack, *terms), self.profits(self.integrated.quantity, *terms)
        rounding = 0.0 if isinstance(self.demand, EmpiricalDemand) else _APART  # smooth profits are flat at the best
        apart = abs(best.quantity - joint.quantity) > rounding * joint.quantity
        return joint if apart and joint.big >= best.big - slack * joint.quantity else best

    def _largest_best(self, g: Clauses, start: float, end: float, slack: float, *terms: Term) -> Order:
        """Return the largest of BigCo's best orders, given the slopes before and after all demand."""
        demand = as_demand(self.demand)
        if max(abs(start), abs(end)) <= slack:  # whatever is ordered beyond the minimum
            return self.profits(g.minimum, *terms)
        if g.flexibility == g.minimum == 0.0:
            return self.profits(demand.quantile(start / (start - end)) if start >= 0.0 else 0.0, *terms)

        def enough(quantity: float) -> bool:
            firm = demand.distribution((1.0 - g.flexibility) * quantity)
            slope = self._slope(g, demand.distribution(quantity), firm)
            return slope + (g.wholesale if quantity < g.minimum else 0.0) < -slack

        if enough(0.0):
            return self.profits(0.0, *terms)
        high = max(demand.mean, g.minimum, 1e-300)
        while not enough(high):
            high *= 2.0
        low = 0.0
        while low < (middle := 0.5 * (low + high)) < high:
            low, high = (low, middle) if enough(middle) else (middle, high)
        at_end, at_minimum = self.profits(high, *terms), self.profits(g.minimum, *terms)
        return at_end if at_end.big >= at_minimum.big - slack * high else at_minimum

    def coordinating_price(self, *terms: Term) -> float:
        """Return the wholesale price with which the integrated order is BigCo's best under the other terms.

        Parameters
        ----------
        *terms : Term
            Buy-back, quantity flexibility, revenue share or nothing; no price.

        Raises
        ------
        ParameterError
            If the terms include a price, or no price of at least 0 coordinates.

        Notes
        -----
        Where demand has an atom at the integrated quantity several prices do; this one would with a distribution that
        is flat there.

        References
        ----------
        Pasternack (1985), equation (11); Cachon and Lariviere (2005); Cachon (2003), section 6.2.5.

        Examples
        --------
        >>> from simulator.economy.venture import Uniform
        >>> chain = NewsvendorChain(Uniform(0.0, 100.0), price=10.0, unit_cost=3.0)
        >>> chain.coordinating_price(RevenueShare(share=0.5))  # phi c
        1.5
        """
        if any(isinstance(term, WholesalePrice | TwoPartTariff) for term in terms):
            raise ParameterError(
                "NewsvendorChain.coordinating_price.terms must leave the price open; got a price. Leave it out."
            )
        g = Clauses()
        for term in terms:
            g = term.write(g)
        demand, ratio = as_demand(self.demand), self.critical_ratio
        firm = demand.distribution((1.0 - g.flexibility) * demand.quantile(ratio))
        free, priced = (self._slope(g._replace(wholesale=w), ratio, firm) for w in (0.0, 1.0))
        price = free / (free - priced) if free > priced else math.nan
        if not price >= 0.0:
            raise ParameterError(
                "NewsvendorChain.coordinating_price.terms must leave BigCo a reason to order; got terms that need the "
                f"price {price:.6g}. Write a smaller share of revenue for SmallCo."
            )
        return price

    def price_only(self) -> PriceOnly:
        """Return SmallCo's best wholesale price when it may set nothing else; a tie of BigCo goes to SmallCo.

        Notes
        -----
        At the price p - (p - v) y BigCo orders the y-quantile, so SmallCo's margin is p - c - (p - v) y; y is searched
        over a fine grid and refined, or with observed demand over all observations.

        References
        ----------
        Lariviere and Porteus (2001), M&SOM 3: unimodal if demand has an increasing generalised failure rate.
        """
        demand = as_demand(self.demand)
        spread, margin = self.price - self.salvage, self.price - self.unit_cost
        if isinstance(demand, EmpiricalDemand):
            levels = np.append(0.0, np.cumsum(demand.frequencies)[:-1])
            quantities = np.array([demand.quantile(float(level)) for level in levels])
            level = float(levels[int(np.argmax((margin - spread * levels) * quantities))])
        else:

            def profit(points: np.ndarray) -> np.ndarray:
                values = [(margin - spread * y) * demand.quantile(y) for y in points.ravel().tolist()]
                return np.array(values).reshape(points.shape)

            level = float(maximise(profit, self.critical_ratio)[0][0])
        price = self.price - spread * level
        return PriceOnly(price, self.profits(demand.quantile(level), WholesalePrice(price=price)))

    def efficiency(self, order: Order) -> float:
        """Return the joint profit of an order as a share of the integrated one (1 where nothing can be earned)."""
        best = self.integrated.total
        return order.total / best if best > 0.0 else 1.0

    def _slope(self, g: Clauses, reached: float, firm_reached: float) -> float:
        """Return what one more unit, beyond the minimum, adds to BigCo's profit where F(q) and F((1 - delta) q) are."""
        kept = (1.0 - g.revenue_share) * (self.price - (self.price - self.salvage) * reached) - g.wholesale
        if g.accepts_returns > 0.0:
            return kept + (g.buy_back - self.salvage) * reached
        if g.flexibility > 0.0:
            returned = reached - (1.0 - g.flexibility) * firm_reached
            return kept + (g.wholesale - self.salvage) * returned
        return kept


@cache
def _world(price: float, salvage: float, unit_cost: float) -> World:
    """Return the numbers that `disagreement` reads of a priced contract; demand is not among them."""
    return world_of(Scenario("supply", venture=Venture(revenue=Newsvendor(price, salvage), unit_cost=unit_cost)))


def clauses_of(terms: tuple[Term, ...]) -> Clauses:
    """Return a contract of supply as numbers.

    Raises
    ------
    ParameterError
        If a term is not one of supply, or none says what BigCo pays.

    Examples
    --------
    >>> clauses_of((WholesalePrice(price=2.0), TakeOrPay(minimum=5.0))).minimum
    5.0
    """
    for term in terms:
        if not isinstance(term, TERMS_OF_SUPPLY):
            known = ", ".join(kind.__name__ for kind in TERMS_OF_SUPPLY)
            raise ParameterError(
                f"NewsvendorChain.terms must be terms of supply; got {type(term).__name__}. Write some of {known}."
            )
    written = contract_of("supply", terms).clauses
    if not all(math.isfinite(value) or value == neutral for value, neutral in zip(written, Clauses(), strict=True)):
        raise ParameterError(f"NewsvendorChain.terms must hold finite numbers; got {written}. Write finite ones.")
    if written.priced == 0.0:
        raise ParameterError(
            "NewsvendorChain.terms must set a price or a share of revenue; got neither. "
            "Write WholesalePrice(price=...)."
        )
    return written
