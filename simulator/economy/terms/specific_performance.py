"""Specific performance: a court has the agreed quantity traded at the agreed price if the firms disagree."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("specific_performance")
@dataclass(frozen=True, slots=True)
class SpecificPerformance(TermBase):
    """Sets D_i to the payoff under performance: min(q, Q) units at the price; the firms bargain over the rest.

    References
    ----------
    Edlin and Reichelstein (1996), American Economic Review 86.
    """

    quantity: float = parameter(unit="units", low=0.0, doc="Agreed quantity q.")
    price: float = parameter(unit="money/unit", low=0.0, doc="Agreed price per unit.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set what a court would have performed."""
        return clauses._replace(performance=1.0, performance_quantity=self.quantity, performance_price=self.price)
