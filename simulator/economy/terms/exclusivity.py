"""Exclusivity: a firm gives up its outside option and its outside use of what it committed."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("exclusivity")
@dataclass(frozen=True, slots=True)
class Exclusivity(TermBase):
    """A bound firm has O_i = -inf, cannot redeploy its commitment, and may have one partner only."""

    small: bool = parameter(True, doc="Whether SmallCo is bound.")
    big: bool = parameter(False, doc="Whether BigCo is bound.")

    def write(self, clauses: Clauses) -> Clauses:
        """Bind the firms named."""
        return clauses._replace(small_exclusive=float(self.small), big_exclusive=float(self.big))
