"""Escrow: deposits that the firms lose if they walk away."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("escrow")
@dataclass(frozen=True, slots=True)
class Escrow(TermBase):
    """Each firm deposits its part at signing; who walks away or fails leaves it to the partner, otherwise it goes back.

    A firm that cannot pay its deposit does not sign.

    References
    ----------
    Williamson (1983), American Economic Review 73 (hostages to support exchange).
    """

    small: float = parameter(0.0, unit="money", low=0.0, doc="SmallCo's deposit.")
    big: float = parameter(0.0, unit="money", low=0.0, doc="BigCo's deposit.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set both deposits."""
        return clauses._replace(small_escrow=self.small, big_escrow=self.big)
