"""D8: the risk that a coordinating revenue share leaves SmallCo."""

from __future__ import annotations

from simulator.games.supply.risk_transfer import SharedRevenue
from simulator.validation.chapters import chapter
from simulator.validation.items import Item
from simulator.validation.supply_chain import DEFAULT_DEMAND, demand_of


@chapter("D8", "Risk transfer")
def risk_transfer(item: Item) -> dict[str, float]:
    """Return mean, variance and certainty equivalent of SmallCo's profit."""
    inputs = item.inputs
    shared = SharedRevenue(
        price=inputs["p"],
        unit_cost=inputs["c"],
        big_share=inputs["phi_B"],
        demand=demand_of(inputs.get("demand", DEFAULT_DEMAND)),
    )
    small = shared.small(inputs.get("q", shared.integrated_order))
    return {
        "mean": small.mean,
        "var": small.variance,
        "CE": small.certainty_equivalent(inputs["r_CARA"]),
    }
