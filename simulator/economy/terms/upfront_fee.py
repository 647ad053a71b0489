"""Upfront fee: BigCo pays SmallCo at signing, which also buys runway."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("upfront_fee")
@dataclass(frozen=True, slots=True)
class UpfrontFee(TermBase):
    """A payment at signing: D_S += F, D_B -= F, and SmallCo's runway becomes (X_S + F) / burn_S."""

    fee: float = parameter(unit="money", doc="Paid by BigCo to SmallCo when signing; negative means SmallCo pays.")

    def write(self, clauses: Clauses) -> Clauses:
        """Add the fee."""
        return clauses._replace(fee=clauses.fee + self.fee)
