"""Chapter J4: the marginal value of upfront cash."""

from __future__ import annotations

from simulator.economy.firm import SmallFirm
from simulator.games.dynamics.milestones import MilestoneRace
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J4", "Marginal value of upfront cash")
def upfront_cash(item: Item) -> float:
    """Return what one more unit of cash adds to SmallCo's expected value."""
    given = item.inputs
    runway = SmallFirm(cash=given["cash"], burn=given["burn"]).runway
    return MilestoneRace(given["stages"], given["h"], runway).value_of_cash(given["V"], given["burn"])
