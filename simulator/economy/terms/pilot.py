"""Pilot: start small, and scale up if it goes well."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("pilot")
@dataclass(frozen=True, slots=True)
class Pilot(TermBase):
    """For its length no commitment exceeds the scale; then both firms go on only if they still want to.

    With the detection q the pilot exposes a shark and shows how good SmallCo's project is; if it exposes nothing the
    belief in a suitor is theta / (theta + (1 - theta)(1 - q)).

    References
    ----------
    The formal model, section 2; Watson (1999), Journal of Economic Theory 85 (starting small).
    """

    scale: float = parameter(0.3, unit="commitment", low=0.0, doc="Highest commitment during the pilot.")
    length: int = parameter(3, unit="months", low=0, doc="Length of the pilot; 0 is no pilot.")
    detection: float = parameter(0.5, low=0.0, high=1.0, doc="Probability q that the pilot shows what the partner is.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set scale, length and detection."""
        return clauses._replace(pilot_scale=self.scale, pilot_length=self.length, pilot_detection=self.detection)
