"""D6: a sales rebate above a threshold."""

from __future__ import annotations

from simulator.games.supply.sales_rebate import SalesRebate
from simulator.validation.chapters import chapter
from simulator.validation.items import Item
from simulator.validation.supply_chain import DEFAULT_DEMAND, demand_of


@chapter("D6", "Sales rebate")
def sales_rebate(item: Item) -> dict[str, float]:
    """Return the coordinating wholesale price, BigCo's best order at it or at the one given, and the profits."""
    inputs = item.inputs
    chain = SalesRebate(
        price=inputs["p"],
        unit_cost=inputs["c"],
        rebate=inputs["r"],
        threshold=inputs["t"],
        salvage=inputs.get("salvage", 0.0),
        demand=demand_of(inputs.get("demand", DEFAULT_DEMAND)),
    )
    price = inputs.get("w", chain.coordinating_price)
    order = chain.order(price)
    return {
        "w": price,
        "q": order.quantity,
        "profit_B": order.big,
        "profit_S": order.small,
        "q_integrated": chain.integrated_order,
    }
