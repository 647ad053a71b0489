"""Chapter D5: quantity flexibility with the wholesale price that coordinates."""

from __future__ import annotations

from simulator.economy.terms import QuantityFlexibility, WholesalePrice
from simulator.validation.chapters import chapter
from simulator.validation.configure import number
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain


@chapter("D5", "Quantity flexibility")
def quantity_flexibility(item: Item) -> dict[str, float]:
    """Return the price, BigCo's order and both profits."""
    chain, flexible = SupplyChain(item.inputs), QuantityFlexibility(share=number(item.inputs, "delta"))
    price = chain.coordinating_price(flexible)
    terms = WholesalePrice(price=price), flexible
    quantity = chain.order(*terms)
    small, big = chain.profits(quantity, *terms)
    return {"w": price, "q": quantity, "profit_S": small, "profit_B": big}
