"""Output target: below it a part of revenue is forfeited, which breaks the budget."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("output_target")
@dataclass(frozen=True, slots=True)
class OutputTarget(TermBase):
    """The share `forfeit` of revenue is burnt when output stays below the target.

    References
    ----------
    Holmstrom (1982), Bell Journal of Economics 13, theorem 2 (group penalties restore the first best).
    """

    quantity: float = parameter(unit="units", low=0.0, doc="Output below which revenue is forfeited.")
    forfeit: float = parameter(1.0, low=0.0, high=1.0, doc="Share of revenue burnt below the target.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the target and the penalty."""
        return clauses._replace(target=self.quantity, forfeit=self.forfeit)
