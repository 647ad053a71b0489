"""Quantity flexibility: a full refund on a part of the unsold units."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("quantity_flexibility")
@dataclass(frozen=True, slots=True)
class QuantityFlexibility(TermBase):
    """SmallCo refunds the wholesale price of at most delta Q unsold units, and salvages them itself.

    References
    ----------
    Tsay (1999), Management Science 45; Cachon (2003), section 6.2.5.
    """

    share: float = parameter(low=0.0, high=1.0, doc="Share delta of the order that may be returned for a full refund.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the share."""
        return clauses._replace(flexibility=self.share)
