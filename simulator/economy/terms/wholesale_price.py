"""Wholesale price: BigCo pays SmallCo per unit."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("wholesale_price")
@dataclass(frozen=True, slots=True)
class WholesalePrice(TermBase):
    """BigCo pays w per unit delivered and keeps the revenue: D_S += w Q.

    References
    ----------
    Spengler (1950), Journal of Political Economy 58; Lariviere and Porteus (2001), M&SOM 3.
    """

    price: float = parameter(unit="money/unit", low=0.0, doc="Wholesale price w.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the price per unit."""
        return clauses._replace(priced=1.0, wholesale=self.price)
