"""Equity stake: BigCo owns a part of SmallCo."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("equity_stake")
@dataclass(frozen=True, slots=True)
class EquityStake(TermBase):
    """BigCo owns the fraction e of SmallCo's payoff: u_S <- (1 - e) u_S, u_B <- u_B + e u_S (equation 7)."""

    share: float = parameter(low=0.0, high=1.0, open_high=True, doc="Fraction e of SmallCo that BigCo owns.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the stake."""
        return clauses._replace(equity=self.share)
