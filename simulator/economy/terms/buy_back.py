"""Buy-back: SmallCo takes unsold units back for a credit."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("buy_back")
@dataclass(frozen=True, slots=True)
class BuyBack(TermBase):
    """SmallCo takes back the (Q - omega)^+ unsold units for a credit b each and salvages them itself.

    References
    ----------
    Pasternack (1985), Marketing Science 4, equation (11).
    """

    price: float = parameter(unit="money/unit", low=0.0, doc="Credit b per unsold unit, at most the wholesale price.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the credit."""
        return clauses._replace(accepts_returns=1.0, buy_back=self.price)
