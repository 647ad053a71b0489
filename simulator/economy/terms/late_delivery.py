"""Late delivery: a penalty for every month in which the last milestone is overdue."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("late_delivery")
@dataclass(frozen=True, slots=True)
class LateDelivery(TermBase):
    """SmallCo pays BigCo a penalty a month while the last milestone is overdue: D_S -= penalty, D_B += penalty.

    It pays no more than its cash, and no more than the cap in all.

    References
    ----------
    Schmitz (2005), Journal of Economic Behavior and Organization 57 (liquidated damages for delay).
    """

    penalty: float = parameter(unit="money/month", low=0.0, doc="Penalty for each month of delay.")
    due: int = parameter(0, unit="months", low=0, doc="Months after signing at which the last milestone is due.")
    grace: int = parameter(0, unit="months", low=0, doc="Months of delay that cost nothing.")
    cap: float | None = parameter(None, unit="money", low=0.0, doc="Most that is paid in all, if limited.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set penalty, date and cap."""
        cap = math.inf if self.cap is None else self.cap
        return clauses._replace(late_penalty=self.penalty, due=self.due, grace=self.grace, late_cap=cap)
