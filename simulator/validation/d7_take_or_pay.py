"""Chapter D7: a plan of record as a minimum order, paid for in any case."""

from __future__ import annotations

from simulator.economy.terms import TakeOrPay, WholesalePrice
from simulator.validation.chapters import chapter
from simulator.validation.configure import number
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain

ROUNDING = 1e-9


@chapter("D7", "Plan of record (take-or-pay)")
def take_or_pay(item: Item) -> dict[str, float | bool]:
    """Return BigCo's order, both profits, and whether BigCo accepts."""
    given = item.inputs
    chain = SupplyChain(given)
    terms = WholesalePrice(price=number(given, "w")), TakeOrPay(minimum=number(given, "q_min"))
    quantity = chain.order(*terms)
    small, big = chain.profits(quantity, *terms)
    return {
        "q": quantity,
        "profit_S": small,
        "profit_B": big,
        "accepts": big >= number(given, "d_B", 0.0) - ROUNDING * chain.surplus,
    }
