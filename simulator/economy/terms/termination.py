"""Termination: notice, and a fee for leaving."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("termination")
@dataclass(frozen=True, slots=True)
class Termination(TermBase):
    """Who wants to leave gives notice and pays a kill fee: O_i becomes e^{-r_i n} O_i - fee.

    The fee goes to the partner, as far as the leaver's cash goes.

    References
    ----------
    Lerner and Malmendier (2010), American Economic Review 100 (termination rights in research alliances).
    """

    notice: int = parameter(0, unit="months", low=0, doc="Months n between notice and the end.")
    kill_fee: float = parameter(0.0, unit="money", low=0.0, doc="What the firm that leaves pays its partner.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set notice and fee."""
        return clauses._replace(notice=self.notice, kill_fee=self.kill_fee)
