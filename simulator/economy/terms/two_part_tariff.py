"""Two-part tariff: a price per unit and a fixed fee at signing."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("two_part_tariff")
@dataclass(frozen=True, slots=True)
class TwoPartTariff(TermBase):
    """BigCo pays w per unit and a fixed fee at signing: with w at marginal cost the fee divides the first best.

    References
    ----------
    Spengler (1950), Journal of Political Economy 58 (the remedy for double marginalisation).
    """

    price: float = parameter(unit="money/unit", low=0.0, doc="Price w per unit.")
    fee: float = parameter(0.0, unit="money", doc="Fixed fee F that BigCo pays SmallCo at signing.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the price per unit and add the fee."""
        return clauses._replace(priced=1.0, wholesale=self.price, fee=clauses.fee + self.fee)
