"""Cost share: each firm can reimburse a part of the other's commitment."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("cost_share")
@dataclass(frozen=True, slots=True)
class CostShare(TermBase):
    """Moves K between the firms: the partner reimburses a share s of what a commitment cost."""

    small_reimbursed: float = parameter(
        0.0, low=0.0, high=1.0, doc="Share of SmallCo's cost K_S that BigCo reimburses."
    )
    big_reimbursed: float = parameter(0.0, low=0.0, high=1.0, doc="Share of BigCo's cost K_B that SmallCo reimburses.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set both shares."""
        return clauses._replace(small_reimbursed=self.small_reimbursed, big_reimbursed=self.big_reimbursed)
