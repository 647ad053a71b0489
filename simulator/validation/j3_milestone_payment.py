"""Chapter J3: what a milestone payment is worth to a SmallCo that may not live to see it."""

from __future__ import annotations

from simulator.games.dynamics.milestones import MilestoneRace
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J3", "Milestone payment under a runway")
def milestone_payment(item: Item) -> float:
    """Return the payment's value today."""
    given = item.inputs
    race = MilestoneRace(stages=given["stages"], hazard=given["h"], runway=given["runway"])
    return race.payment_value(given["M"], given["r"])
