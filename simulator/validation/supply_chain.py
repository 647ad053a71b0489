"""The supply chain of the D chapters: SmallCo supplies, BigCo orders and sells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.economy.contract import Term
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.luck import quantile
from simulator.economy.scenario import Scenario
from simulator.economy.terms import TakeOrPay, WholesalePrice
from simulator.economy.venture import (
    Certain,
    Exponential,
    LinearDemand,
    Newsvendor,
    Normal,
    Shock,
    Uniform,
    Venture,
    WeakestLink,
)
from simulator.games.commitment_game import StageGame, own_payoffs, stage_game
from simulator.games.continuous import first_best
from simulator.games.maximum import maximise
from simulator.games.supply.demand import Demand, EmpiricalDemand, GammaDemand
from simulator.games.supply.newsvendor import NewsvendorChain
from simulator.validation.chapters import InputError
from simulator.validation.configure import Array, best_parameter, contract, number, root, slope

DEFAULT_DEMAND = "U[0,100]"
_ROUNDING = 1e-9
_ALMOST_ALL = 1.0 - 2.0**-53
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def demand_of(text: Any) -> Shock | Demand:
    """Return the distribution written as U[0,100], Exp(mean 100), Normal(100,20), Gamma(2,50) or Observed(80,120).

    A gamma distribution is given by shape and scale; observations are listed.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> demand_of("Exp(mean 100)")
    Exponential(mean=100.0)
    """
    numbers = [float(number) for number in _NUMBER.findall(str(text))]
    name = re.match(r"\s*([A-Za-z]*)", str(text))
    word = name[1].lower() if name else ""
    if word in {"u", "unif", "uniform"} and len(numbers) == 2:
        return Uniform(*numbers)
    if word in {"exp", "exponential"} and len(numbers) == 1:
        return Exponential(*numbers)
    if word in {"n", "norm", "normal"} and len(numbers) == 2:
        return Normal(*numbers)
    if word == "gamma" and len(numbers) == 2:
        return GammaDemand(*numbers)
    if word in {"observed", "empirical"} and numbers:
        return EmpiricalDemand(numbers)
    raise InputError(
        "demand must be such as U[0,100], Exp(mean 100), Normal(100,20), Gamma(2,50) or Observed(80,120,95); "
        f"got {text!r}. Write one."
    )


class SupplyChain:
    """What BigCo orders under a contract, SmallCo being able to deliver anything.

    A commitment is a quantity, the two form a weakest link, and nothing but the unit cost is sunk: every dollar is
    moved by the contract. Demand below 0, which a normal distribution has, sells nothing: profits are counted from an
    order of nothing. Demand that no venture has, gamma or observed, is left to `NewsvendorChain`.

    Parameters
    ----------
    given : mapping
        ``p``, ``c``, ``demand``, ``salvage`` of a newsvendor; else ``a``, ``b``, ``c`` for the demand P = a - b Q.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.cost, self.risky = number(given, "c"), "p" in given
        self.known: NewsvendorChain | None = None
        demand: LinearDemand | Newsvendor
        if self.risky:
            written = demand_of(given.get("demand", DEFAULT_DEMAND))
            if isinstance(written, Demand):
                self.highest_price = number(given, "p")
                self.known = NewsvendorChain(written, self.highest_price, self.cost, number(given, "salvage", 0.0))
                self.quantity, self.surplus = self.known.integrated.quantity, self.known.integrated.total
                return
            shock: Shock = written
            low, top = (quantile(*shock.code, level) for level in (1.0 - _ALMOST_ALL, _ALMOST_ALL))
            demand = Newsvendor(price=number(given, "p"), salvage=number(given, "salvage", 0.0))
        else:
            demand, shock = LinearDemand(number(given, "a"), number(given, "b")), Certain()
            if demand.slope == 0.0:
                raise InputError("inputs.b must be above 0; got 0. Write how much the price falls per unit.")
            low, top = 0.0, demand.price / demand.slope
        self.highest_price = demand.price
        self.low, self.top = max(float(low), 0.0), max(float(top), number(given, "q_min", 0.0))
        self.unsigned = stage_game(
            Scenario(
                "supply chain",
                small=SmallFirm(cost=0.0, burn=0.0),
                big=BigFirm(cost=0.0, specificity=1.0),
                venture=Venture(WeakestLink(), demand, shock, unit_cost=self.cost),
            ),
            contract(),
        )
        best = first_best(self.unsigned, (self.top, self.top))
        self.quantity = best.big
        self.surplus = sum(self.profits(self.quantity, WholesalePrice(price=self.cost)))

    def stage(self, *terms: Term) -> StageGame:
        """Return the stage game under a contract."""
        return replace(self.unsigned, clauses=contract(*terms).clauses)

    def order(self, *terms: Term) -> float:
        """Return BigCo's best order; of several the largest, or the integrated quantity where any is as good."""
        return float(self.orders([terms])[0]) if self.known is None else self.known.order(*terms).quantity

    def orders(self, contracts: Sequence[tuple[Term, ...]]) -> Array:
        """Return BigCo's best order under each of several contracts, side by side."""
        stages = [self.stage(*terms) for terms in contracts]
        kinks = np.array([[self.low, stage.clauses.minimum] for stage in stages])
        partner = np.array([self.top])

        def objective(own: Array) -> Array:
            rows = [
                own_payoffs(stage.world, stage.clauses, False, row[None, :], partner, stage.runway)
                for stage, row in zip(stages, own, strict=True)
            ]
            return np.concatenate(rows)

        found, _ = maximise(objective, self.top, kinks, largest=True)
        tried = np.array([0.0, 0.5 * self.quantity, self.quantity, self.top])
        payoffs = objective(np.column_stack((np.tile(tried, (len(stages), 1)), found)))
        indifferent = np.ptp(payoffs, axis=1) <= _ROUNDING * self.surplus
        return np.where(indifferent, self.quantity, found)

    def profits(self, quantity: float, *terms: Term) -> tuple[float, float]:
        """Return SmallCo's and BigCo's profit at an order."""
        if self.known is not None:
            found = self.known.profits(quantity, *terms)
            return found.small, found.big
        small, big = self.stage(*terms).payoffs(self.top, quantity)
        if not self.risky:
            return small, big
        unordered = self.stage(*(term for term in terms if not isinstance(term, TakeOrPay))).payoffs(self.top, 0.0)
        return small - unordered[0], big - unordered[1]

    def wish(self, *terms: Term) -> float:
        """Return what one unit more is worth to BigCo at the integrated quantity."""
        stage, at = self.stage(*terms), self.quantity
        room = [distance for distance in (self.top - at, at - self.low) if distance > _ROUNDING * at]
        step = min(at / 512.0, *(distance / 8.0 for distance in room))

        def profits(quantities: Array) -> Array:
            return np.array([stage.payoffs(self.top, quantity)[1] for quantity in quantities])

        return slope(profits, at, step)

    def coordinating_price(self, *terms: Term, low: float = 0.0) -> float:
        """Return the wholesale price, `low` to retail, at which BigCo wants the integrated quantity."""
        if self.known is not None:
            return self.known.coordinating_price(*terms)
        high = self.highest_price
        return root(lambda price: self.wish(WholesalePrice(price=price), *terms), low, high, 1e-12 * high)

    def price_only(self) -> dict[str, float | None]:
        """Return what happens when SmallCo names the wholesale price that is best for it."""

        def supplier(prices: Array) -> Array:
            terms = [WholesalePrice(price=float(price)) for price in prices]
            orders = self.orders([(term,) for term in terms])
            return np.array([self.profits(order, term)[0] for order, term in zip(orders, terms, strict=True)])

        price = (
            best_parameter(supplier, self.cost, self.highest_price)
            if self.known is None
            else self.known.price_only().price
        )
        quantity = self.order(WholesalePrice(price=price))
        small, big = self.profits(quantity, WholesalePrice(price=price))
        revenue = small + big + self.cost * quantity
        return {
            "w": price,
            "q": quantity,
            "p": revenue / quantity if quantity > 0.0 else None,
            "profit_S": small,
            "profit_B": big,
            "q_integrated": self.quantity,
            "profit_integrated": self.surplus,
            "efficiency": self.efficiency(small + big),
        }

    def efficiency(self, total: float) -> float | None:
        """Return a total profit as a share of the integrated one; None where nothing is worth making."""
        return total / self.surplus if self.surplus > 0.0 else None
