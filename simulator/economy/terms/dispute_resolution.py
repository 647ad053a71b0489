"""Dispute resolution: who decides when the partners quarrel, at what cost, how soon, and how well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


class Forum(NamedTuple):
    """What a forum is like unless a contract says otherwise: cost (money), delay (months), accuracy."""

    code: float
    cost: float
    delay: int
    accuracy: float


FORUMS = {
    "court": Forum(1.0, 1.0, 6, 0.9),
    "arbitration": Forum(2.0, 0.5, 2, 0.8),
    "mediation": Forum(3.0, 0.1, 1, 0.6),
}


@TERMS.register("dispute_resolution")
@dataclass(frozen=True, slots=True)
class DisputeResolution(TermBase):
    """A dispute goes to a forum, which blocks the project for a while; the loser pays the award, at most its cash.

    The firm that has broken fewer promises is right, and the forum finds so with its accuracy. The cost is burnt, half
    of it by each firm. What the three forums differ in by default are priors of this program, not data.

    References
    ----------
    Shavell (1995), Journal of Legal Studies 24 (alternative dispute resolution: cost, delay and accuracy).
    """

    forum: Literal["court", "arbitration", "mediation"] = parameter("arbitration", words=FORUMS, doc="Who decides.")
    cost: float | None = parameter(None, unit="money", low=0.0, doc="Cost of a dispute, if not the forum's usual one.")
    delay: int | None = parameter(None, unit="months", low=0, doc="Months lost, if not the forum's usual ones.")
    accuracy: float | None = parameter(
        None, low=0.0, high=1.0, doc="Chance that the right firm wins, if not the forum's usual one."
    )
    award: float = parameter(0.0, unit="money", low=0.0, doc="What the loser pays the winner.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set the forum and what it is like."""
        usual = FORUMS[self.forum]
        return clauses._replace(
            forum=usual.code,
            dispute_cost=usual.cost if self.cost is None else self.cost,
            dispute_delay=usual.delay if self.delay is None else self.delay,
            dispute_accuracy=usual.accuracy if self.accuracy is None else self.accuracy,
            award=self.award,
        )
