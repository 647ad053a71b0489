"""Revenue share: SmallCo gets a fraction of revenue."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("revenue_share")
@dataclass(frozen=True, slots=True)
class RevenueShare(TermBase):
    """SmallCo gets the share phi of revenue: D_S += phi R, D_B -= phi R.

    References
    ----------
    Cachon and Lariviere (2005), Management Science 51; Bhattacharyya and Lafontaine (1995), RAND Journal 26.
    """

    share: float = parameter(low=0.0, high=1.0, doc="SmallCo's share phi of revenue; BigCo keeps the rest.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the share; the contract now says who gets the revenue."""
        return clauses._replace(priced=1.0, revenue_share=self.share)
