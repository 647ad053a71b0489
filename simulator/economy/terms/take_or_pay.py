"""Take-or-pay: BigCo pays for a minimum order whether it takes it or not."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("take_or_pay")
@dataclass(frozen=True, slots=True)
class TakeOrPay(TermBase):
    """The payment w Q becomes w max(Q, q_min)."""

    minimum: float = parameter(unit="units", low=0.0, doc="Minimum order q_min that is paid for in any case.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the minimum."""
        return clauses._replace(minimum=self.minimum)
