"""Chapter J8: trust after kept and broken promises."""

from __future__ import annotations

from simulator.games.information.pilots import BetaTrust
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J8", "Trust")
def trust(item: Item) -> float:
    """Return the mean of the belief."""
    given = item.inputs
    return BetaTrust(given["a"], given["b"]).after(given["kept"], given["broken"]).mean
