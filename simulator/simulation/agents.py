"""The Mesa agents: SmallCo and BigCo as views of the market's arrays.

An attribute read from an agent is the array's entry, and writing it changes the array, so agents and compiled code
never disagree. Agents work with Mesa's AgentSet and DataCollector like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from simulator.simulation.model import AllianceMarket


def _view(name: str, doc: str, kind: type = float) -> property:
    """Return a property that reads and writes one field of the agent's record."""

    def read(self: Any) -> Any:
        return kind(self.record[name])

    def write(self: Any, value: Any) -> None:
        self.record[name] = value

    return property(read, write, doc=doc)


class Firm(mesa.Agent):
    """What both firms share: a place in the market's arrays.

    Parameters
    ----------
    model : AllianceMarket
        The market the firm lives in.
    index : int
        Its row in the array of its kind, from 0.
    record : record
        That row itself; assigning to its fields changes the array.
    """

    def __init__(self, model: AllianceMarket, index: int, record: Any) -> None:
        """Take the place at `index`."""
        super().__init__(model)
        self.index = index
        self.record = record

    cash = _view("cash", "Cash, money.")
    alive = _view("alive", "Whether the firm is solvent.", bool)
    value = _view("value", "Present value of its alliance cash flows so far, money.")


class SmallCo(Firm):
    """The pig: committed. Holds the alliance it is in, since a SmallCo has one partner at a time."""

    partner_index = _view("partner", "Index of the allied BigCo, or -1.", int)
    milestones = _view("stage", "Milestones passed in the current alliance.", int)
    belief = _view("belief", "Probability both firms give the project.")
    small_level = _view("small_level", "SmallCo's last commitment as level index, or -1.", int)
    big_level = _view("big_level", "BigCo's last commitment in this alliance as level index, or -1.", int)
    income = _view("small_income", "SmallCo's cash flow from the alliance this month, money.")
    partner_income = _view("big_income", "BigCo's cash flow from this alliance this month, money.")
    revenue = _view("revenue", "Revenue of the alliance this month, money.")

    @property
    def partner(self) -> BigCo | None:
        """Return the allied BigCo, or None."""
        return None if self.partner_index < 0 else self.model.bigcos[self.partner_index]

    @property
    def commitment(self) -> float:
        """Return what SmallCo committed this month; 0 without an alliance."""
        allied = self.partner_index >= 0 and self.small_level >= 0
        return float(self.model.prepared.small_levels[self.small_level]) if allied else 0.0

    @property
    def trust(self) -> float:
        """Return SmallCo's mean trust in its partner, in [0, 1]; 0 before its first alliance."""
        kept, broken = float(self.record.kept_by_big), float(self.record.broken_by_big)
        return kept / (kept + broken) if kept + broken > 0.0 else 0.0

    @property
    def runway(self) -> float:
        """Return the months of cash left (infinite without burn)."""
        burn = float(self.model.prepared.settings.small_burn)
        return self.cash / burn if burn > 0.0 else float("inf")


class BigCo(Firm):
    """The chicken: involved. May be allied with several SmallCos at once."""

    active = _view("active", "Number of its alliances.", int)
    portfolio = _view("portfolio", "Number of its alliances at this month's commitments.", int)

    @property
    def partners(self) -> list[SmallCo]:
        """Return the SmallCos it is allied with."""
        return [small for small in self.model.smallcos if small.partner_index == self.index]

    @property
    def commitment(self) -> float:
        """Return the sum of what BigCo committed this month over its alliances."""
        levels = self.model.prepared.big_levels
        return float(sum(levels[small.big_level] for small in self.partners if small.big_level >= 0))
