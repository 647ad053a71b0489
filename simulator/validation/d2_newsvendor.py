"""Chapters D0 and D2: the newsvendor, integrated and under a price-only contract."""

from __future__ import annotations

from simulator.validation.chapters import chapter
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain


@chapter("D0", "Integrated newsvendor")
def integrated(item: Item) -> dict[str, float]:
    """Return the quantity and the profit of a firm that makes and sells."""
    chain = SupplyChain(item.inputs)
    return {"q": chain.quantity, "profit": chain.surplus}


@chapter("D2", "Newsvendor, price-only contract")
def price_only(item: Item) -> dict[str, float | None]:
    """Return SmallCo's wholesale price, BigCo's order and what is lost."""
    return SupplyChain(item.inputs).price_only()
