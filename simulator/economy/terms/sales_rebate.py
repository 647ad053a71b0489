"""Sales rebate: SmallCo pays BigCo a bonus on units sold beyond a threshold."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("sales_rebate")
@dataclass(frozen=True, slots=True)
class SalesRebate(TermBase):
    """SmallCo pays BigCo r for every unit sold beyond t: D_S -= r (s - t)^+, s = min(Q, omega).

    References
    ----------
    Taylor (2002), Management Science 48; Cachon (2003), section 6.2.6.
    """

    rebate: float = parameter(unit="money/unit", low=0.0, doc="Bonus r per unit sold beyond the threshold.")
    threshold: float = parameter(0.0, unit="units", low=0.0, doc="Sales t from which on the bonus is paid.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the bonus and the threshold."""
        return clauses._replace(rebate=self.rebate, rebate_threshold=self.threshold)
