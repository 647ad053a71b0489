"""Intellectual property: who owns what the firms made together, and what may leak."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("intellectual_property")
@dataclass(frozen=True, slots=True)
class IntellectualProperty(TermBase):
    """Divides the venture's joint asset if the firms part, and protects what each could learn of the other.

    What BigCo learns of SmallCo's skill a month is lambda_B c_S (1 - small_protection), and likewise for SmallCo.
    Without this term each owns half, and nothing is protected.

    References
    ----------
    Aghion and Tirole (1994), Quarterly Journal of Economics 109 (ownership of innovations).
    """

    small_share: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's share of the joint asset.")
    small_protection: float = parameter(
        0.0, low=0.0, high=1.0, doc="Share of SmallCo's knowledge that is kept from BigCo."
    )
    big_protection: float = parameter(
        0.0, low=0.0, high=1.0, doc="Share of BigCo's knowledge that is kept from SmallCo."
    )

    def write(self, clauses: Clauses) -> Clauses:
        """Set ownership and protection."""
        return clauses._replace(
            asset_share=self.small_share,
            small_protection=self.small_protection,
            big_protection=self.big_protection,
        )
