"""The Mesa agents: SmallCo and BigCo, and the alliances between them, as views of the market's arrays.

An attribute read from an agent is the array's entry, and writing it changes the array, so agents and compiled code
never disagree. Agents work with Mesa's AgentSet and DataCollector like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from simulator.simulation.rules.experience import trust

if TYPE_CHECKING:
    from simulator.simulation.model import AllianceMarket


def _view(name: str, doc: str, kind: type = float) -> property:
    """Return a property that reads and writes one field of the owner's record."""

    def read(self: Any) -> Any:
        return kind(self.record[name])

    def write(self: Any, value: Any) -> None:
        self.record[name] = value

    return property(read, write, doc=doc)


class Alliance:
    """A slot of a SmallCo for an alliance, and the alliance in it while `active`.

    Parameters
    ----------
    model : AllianceMarket
        The market.
    index : int
        The slot, from 0; slot k belongs to SmallCo k // slots.
    record : record
        Its row in the array of alliances; assigning to its fields changes the array.
    """

    __slots__ = ("index", "model", "record")

    partner_index = _view("partner", "Index of the allied BigCo, or -1.", int)
    former_index = _view("former", "Index of the BigCo of the last alliance, or -1.", int)
    contract_index = _view("contract", "Which of the contracts that can be signed is in force.", int)
    signed = _view("signed", "Month of signing, or -1.", int)
    milestones = _view("stage", "Milestones passed.", int)
    belief = _view("belief", "Probability both firms give the project.")
    suitor = _view("suitor", "SmallCo's belief that its partner is a suitor.")
    estimate = _view("estimate", "What BigCo thinks of SmallCo's quality.")
    small_level = _view("small_level", "SmallCo's last commitment as level index, or -1.", int)
    big_level = _view("big_level", "BigCo's last commitment as level index, or -1.", int)
    small_income = _view("small_income", "SmallCo's cash flow from the alliance this month, money.")
    big_income = _view("big_income", "BigCo's cash flow from the alliance this month, money.")
    revenue = _view("revenue", "Revenue of the alliance this month, money.")
    small_knowledge = _view("small_knowledge", "What SmallCo has learnt of BigCo's skill, in [0, 1].")
    big_knowledge = _view("big_knowledge", "What BigCo has learnt of SmallCo's skill, in [0, 1].")

    def __init__(self, model: AllianceMarket, index: int, record: Any) -> None:
        """Take the place at `index`."""
        self.model = model
        self.index = index
        self.record = record

    @property
    def active(self) -> bool:
        """Return whether there is an alliance in the slot."""
        return self.partner_index >= 0

    @property
    def small(self) -> SmallCo:
        """Return the SmallCo whose slot it is."""
        return self.model.smallcos[self.index // int(self.model.prepared.settings.small_slots)]

    @property
    def big(self) -> BigCo | None:
        """Return the allied BigCo, or None."""
        return None if self.partner_index < 0 else self.model.bigcos[self.partner_index]

    @property
    def small_commitment(self) -> float:
        """Return what SmallCo committed this month; 0 without an alliance."""
        return float(self.model.prepared.small_levels[self.small_level]) if self._committed else 0.0

    @property
    def big_commitment(self) -> float:
        """Return what BigCo committed this month; 0 without an alliance."""
        return float(self.model.prepared.big_levels[self.big_level]) if self._committed else 0.0

    @property
    def small_trust(self) -> float:
        """Return SmallCo's mean trust in BigCo, in [0, 1]; 0 before the first alliance."""
        return _mean_trust(self.record.kept_by_big, self.record.broken_by_big)

    @property
    def big_trust(self) -> float:
        """Return BigCo's mean trust in SmallCo, in [0, 1]; 0 before the first alliance."""
        return _mean_trust(self.record.kept_by_small, self.record.broken_by_small)

    @property
    def _committed(self) -> bool:
        """Return whether both firms have chosen a level in this alliance."""
        return self.active and self.small_level >= 0


def _mean_trust(kept: float, broken: float) -> float:
    """Return the mean of a Beta belief, or 0 where there is none yet."""
    return float(trust(kept, broken)) if kept + broken > 0.0 else 0.0


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
    alive = _view("alive", "Whether the firm is in the market.", bool)
    value = _view("value", "Present value of its alliance cash flows so far, money.")
    active = _view("active", "Number of its alliances.", int)


class SmallCo(Firm):
    """The pig: committed. Holds the slots for its alliances."""

    quality = _view("quality", "Its true quality, a factor on output.")
    legitimacy = _view("legitimacy", "What its partners' names have done for it, in [0, 1].")
    honest = _view("honest", "Whether it reports truthfully whatever it pays.", bool)

    @property
    def slots(self) -> list[Alliance]:
        """Return its slots, with or without an alliance in them."""
        count = int(self.model.prepared.settings.small_slots)
        return self.model.alliances[self.index * count : (self.index + 1) * count]

    @property
    def alliances(self) -> list[Alliance]:
        """Return its alliances."""
        return [alliance for alliance in self.slots if alliance.active]

    @property
    def partners(self) -> list[BigCo]:
        """Return the BigCos it is allied with."""
        return [self.model.bigcos[alliance.partner_index] for alliance in self.alliances]

    @property
    def partner(self) -> BigCo | None:
        """Return the first BigCo it is allied with, or None."""
        return next(iter(self.partners), None)

    @property
    def commitment(self) -> float:
        """Return the sum of what SmallCo committed this month over its alliances."""
        return sum((alliance.small_commitment for alliance in self.alliances), 0.0)

    @property
    def income(self) -> float:
        """Return its cash flow from alliances this month, money."""
        return sum((alliance.small_income for alliance in self.slots), 0.0)

    @property
    def revenue(self) -> float:
        """Return the revenue of its alliances this month, money."""
        return sum((alliance.revenue for alliance in self.slots), 0.0)

    @property
    def milestones(self) -> int:
        """Return the milestones passed in its alliances."""
        return sum(alliance.milestones for alliance in self.alliances)

    @property
    def trust(self) -> float:
        """Return its mean trust in the partner of its first slot, the last one it had there if there is none now."""
        return self.slots[0].small_trust

    @property
    def runway(self) -> float:
        """Return the months of cash left (infinite without burn)."""
        burn = float(self.model.prepared.settings.small_burn)
        return self.cash / burn if burn > 0.0 else float("inf")


class BigCo(Firm):
    """The chicken: involved. May be allied with several SmallCos at once."""

    portfolio = _view("portfolio", "Number of its alliances at this month's commitments.", int)
    suitor = _view("suitor", "Whether it is a suitor, not a shark.", bool)
    cut = _view("cut", "Months for which its alliance budget is still cut.", int)

    @property
    def alliances(self) -> list[Alliance]:
        """Return its alliances, in the order of SmallCos."""
        return [alliance for alliance in self.model.alliances if alliance.partner_index == self.index]

    @property
    def partners(self) -> list[SmallCo]:
        """Return the SmallCos it is allied with."""
        return [alliance.small for alliance in self.alliances]

    @property
    def commitment(self) -> float:
        """Return the sum of what BigCo committed this month over its alliances."""
        return sum((alliance.big_commitment for alliance in self.alliances), 0.0)
