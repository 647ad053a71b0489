"""B7: quasi-rents of an installed asset, and how much of them can be taken."""

from __future__ import annotations

from simulator.games.investment.quasi_rents import SpecialisedAsset
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B7", "Appropriable quasi-rent")
def quasi_rents(item: Item) -> dict[str, float]:
    """Return the quasi-rent and its appropriable part."""
    inputs = item.inputs
    asset = SpecialisedAsset(
        rent=inputs["rent"],
        operating_cost=inputs["variable"],
        salvage=inputs["salvage"],
        next_bid=inputs["second_bid"],
    )
    return {"quasi_rent": asset.quasi_rent, "appropriable": asset.appropriable}
