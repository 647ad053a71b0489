"""Chapter D1: double marginalisation under linear demand, and the two-part tariff that ends it."""

from __future__ import annotations

import numpy as np

from simulator.economy.terms import TwoPartTariff
from simulator.validation.chapters import chapter
from simulator.validation.configure import Array, best_parameter
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain

FEE_SHARE = 0.3
"""Any fee moves the surplus without changing it."""


@chapter("D1", "Double marginalisation, two-part tariff")
def double_marginalisation(item: Item) -> dict[str, float | None]:
    """Return SmallCo's price and BigCo's order, or the tariff with the largest total."""
    chain = SupplyChain(item.inputs)
    return _two_part_tariff(chain) if item.id.startswith("D1.2pt") else chain.price_only()


def _two_part_tariff(chain: SupplyChain) -> dict[str, float | None]:
    """Return the price per unit with which the fee divides the largest total."""

    def totals(prices: Array) -> Array:
        tariffs = [TwoPartTariff(price=float(price)) for price in prices]
        orders = chain.orders([(tariff,) for tariff in tariffs])
        return np.array([sum(chain.profits(order, tariff)) for order, tariff in zip(orders, tariffs, strict=True)])

    price = best_parameter(totals, 0.0, chain.highest_price)
    tariff = TwoPartTariff(price=price, fee=FEE_SHARE * chain.surplus)
    quantity = chain.order(tariff)
    return {"w": price, "q": quantity, "total": sum(chain.profits(quantity, tariff))}
