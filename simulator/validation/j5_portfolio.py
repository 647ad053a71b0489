"""Chapter J5: BigCo's portfolio against SmallCo's single alliance."""

from __future__ import annotations

from simulator.games.dynamics.portfolio import Portfolio
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J5", "Portfolio asymmetry")
def portfolio(item: Item) -> dict[str, float]:
    """Return the chance of any success and both standard deviations."""
    alliances = Portfolio(item.inputs["n"], item.inputs["p"])
    return {
        "p_any": alliances.any_success,
        "sd_B": alliances.big_deviation,
        "sd_S": alliances.small_deviation,
    }
