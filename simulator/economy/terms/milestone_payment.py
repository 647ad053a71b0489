"""Milestone payment: BigCo pays SmallCo at every milestone."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("milestone_payment")
@dataclass(frozen=True, slots=True)
class MilestonePayment(TermBase):
    """BigCo pays M when a milestone is passed: worth M (h / (h + r))^k P(k, (h + r) T) when the contract is signed.

    References
    ----------
    Higgins (2007), Journal of Financial Economics 83 (milestones in biotechnology alliances); the formal model,
    section 2.
    """

    payment: float = parameter(unit="money", low=0.0, doc="Payment M at each milestone.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the payment."""
        return clauses._replace(milestone_payment=self.payment)
