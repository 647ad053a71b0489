"""Audit: trust but verify."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("audit")
@dataclass(frozen=True, slots=True)
class Audit(TermBase):
    """BigCo audits SmallCo's report at a rate a; a false one is undone and fined f, as far as SmallCo's cash goes.

    A SmallCo that reports falsely where it pays gains g (its `temptation`) and is deterred iff a >= g / (g + f). The
    cost of an audit is BigCo's and burnt.

    References
    ----------
    Townsend (1979), Journal of Economic Theory 21 (costly state verification); Avenhaus, von Stengel and Zamir (2002),
    Inspection games, Handbook of Game Theory 3.
    """

    rate: float = parameter(low=0.0, high=1.0, doc="Chance a of an audit in a month.")
    cost: float = parameter(0.0, unit="money", low=0.0, doc="What an audit costs BigCo.")
    fine: float = parameter(0.0, unit="money", low=0.0, doc="Fine f on a false report, paid to BigCo.")

    def write(self, clauses: Clauses) -> Clauses:
        """Set rate, cost and fine."""
        return clauses._replace(audit_rate=self.rate, audit_cost=self.cost, fine=self.fine)
