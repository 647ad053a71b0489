"""Chapter D3: buy-back contracts that coordinate, with and without salvage."""

from __future__ import annotations

from simulator.economy.contract import Term
from simulator.economy.terms import BuyBack, WholesalePrice
from simulator.validation.chapters import chapter
from simulator.validation.configure import number, root
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain


@chapter("D3", "Buy-back")
def buy_back(item: Item) -> dict[str, float]:
    """Return the coordinating contract that leaves BigCo its share, or the price that goes with a given credit."""
    given = item.inputs
    chain = SupplyChain(given)

    def terms(credit: float) -> tuple[Term, Term, float]:
        returns = BuyBack(price=credit)
        price = chain.coordinating_price(returns, low=credit)
        return WholesalePrice(price=price), returns, price

    if "credit" in given:
        credit = number(given, "credit")
    else:
        aim = number(given, "lambda_B") * chain.surplus
        credit = root(
            lambda credit: chain.profits(chain.quantity, *terms(credit)[:2])[1] - aim,
            number(given, "salvage", 0.0),
            chain.highest_price,
            1e-12 * chain.surplus,
        )
    *signed, price = terms(credit)
    quantity = chain.order(*signed)
    small, big = chain.profits(quantity, *signed)
    return {"w": price, "b": credit, "q": quantity, "profit_S": small, "profit_B": big}
