"""Plan of record: people, money and time from each side, secured by bonds."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("plan_of_record")
@dataclass(frozen=True, slots=True)
class PlanOfRecord(TermBase):
    """Floors on both commitments; a shortfall found in a review forfeits the bond: u_i -= a E_i 1{c_i < floor_i}.

    A firm's floor is the sum of what it promises outright and of the people, money and time it promises, each measured
    in units of commitment.

    References
    ----------
    Holmstrom (1982), Bell Journal of Economics 13 (bonding against free riding).
    """

    small_floor: float = parameter(0.0, unit="commitment", low=0.0, doc="SmallCo's floor, as one number.")
    small_people: float = parameter(0.0, unit="commitment", low=0.0, doc="People SmallCo promises, added to its floor.")
    small_money: float = parameter(0.0, unit="commitment", low=0.0, doc="Money SmallCo promises, added to its floor.")
    small_time: float = parameter(0.0, unit="commitment", low=0.0, doc="Time SmallCo promises, added to its floor.")
    big_floor: float = parameter(0.0, unit="commitment", low=0.0, doc="BigCo's floor, as one number.")
    big_people: float = parameter(0.0, unit="commitment", low=0.0, doc="People BigCo promises, added to its floor.")
    big_money: float = parameter(0.0, unit="commitment", low=0.0, doc="Money BigCo promises, added to its floor.")
    big_time: float = parameter(0.0, unit="commitment", low=0.0, doc="Time BigCo promises, added to its floor.")
    bond: float = parameter(0.0, unit="money", low=0.0, doc="Bond E of each firm, unless its own is given.")
    small_bond: float | None = parameter(None, unit="money", low=0.0, doc="SmallCo's bond, if it differs.")
    big_bond: float | None = parameter(None, unit="money", low=0.0, doc="BigCo's bond, if it differs.")
    detection: float = parameter(1.0, low=0.0, high=1.0, doc="Probability a that a review finds a shortfall.")
    to_partner: float = parameter(
        0.0, low=0.0, high=1.0, doc="Share g of a forfeited bond paid to the partner; 1 - g is burnt."
    )
    review: int = parameter(1, unit="months", low=1, doc="Months between reviews.")

    def write(self, clauses: Clauses) -> Clauses:
        """Add up the floors and set the bonds."""
        return clauses._replace(
            small_floor=self.small_floor + self.small_people + self.small_money + self.small_time,
            big_floor=self.big_floor + self.big_people + self.big_money + self.big_time,
            small_bond=self.bond if self.small_bond is None else self.small_bond,
            big_bond=self.bond if self.big_bond is None else self.big_bond,
            detection=self.detection,
            bond_to_partner=self.to_partner,
            review=self.review,
        )
