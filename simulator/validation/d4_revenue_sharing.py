"""Chapter D4: revenue sharing, with the coordinating wholesale price or a naive one."""

from __future__ import annotations

from simulator.economy.terms import RevenueShare, WholesalePrice
from simulator.validation.chapters import chapter
from simulator.validation.configure import number
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain


@chapter("D4", "Revenue sharing")
def revenue_sharing(item: Item) -> dict[str, float | None]:
    """Return what BigCo orders and both earn when BigCo keeps a part of revenue."""
    given = item.inputs
    chain, share = SupplyChain(given), RevenueShare(share=1.0 - number(given, "phi_B"))
    price = number(given, "w") if "w" in given else chain.coordinating_price(share)
    terms = WholesalePrice(price=price), share
    quantity = chain.order(*terms)
    small, big = chain.profits(quantity, *terms)
    return {
        "w": price,
        "q": quantity,
        "profit_S": small,
        "profit_B": big,
        "efficiency": chain.efficiency(small + big),
    }
