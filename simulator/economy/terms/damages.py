"""Damages: what the victim of a breach gets, fixed beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter

TO_SMALL, TO_BIG = 1.0, 2.0


@TERMS.register("damages")
@dataclass(frozen=True, slots=True)
class Damages(TermBase):
    """Fixes D of the victim if the firms disagree; the other pays the difference, so that D_S + D_B stays the same.

    References
    ----------
    Shavell (1980), Bell Journal of Economics 11.
    """

    small: float | None = parameter(None, unit="money", doc="What SmallCo gets, if it is the victim.")
    big: float | None = parameter(None, unit="money", doc="What BigCo gets, if it is the victim.")

    def __post_init__(self) -> None:
        """Hold values to their ranges; exactly one firm is the victim."""
        check_limits(self)
        if (self.small is None) == (self.big is None):
            given = "neither" if self.small is None else "both"
            raise ParameterError(
                f"Damages.small must be given if and only if big is not; got {given}. "
                "Write one: damages = { small = 1 }."
            )

    def write(self, clauses: Clauses) -> Clauses:
        """Fix the victim's payoff."""
        if self.small is not None:
            return clauses._replace(damages_to=TO_SMALL, damages=self.small)
        return clauses._replace(damages_to=TO_BIG, damages=self.big or 0.0)
