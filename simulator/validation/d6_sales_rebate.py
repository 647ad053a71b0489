"""D6: a sales rebate above a threshold."""

from __future__ import annotations

import re

from simulator.economy.venture import Exponential, Normal, Shock, Uniform
from simulator.games.supply.sales_rebate import SalesRebate
from simulator.validation.chapters import InputError, chapter
from simulator.validation.items import Item


def demand_of(text: str) -> Shock:
    """Return the distribution written as U[0,100], Exp(50) or N(100,30); the default demand if the text is empty."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", text)]
    kind = text.strip().lower()[:1]
    if not kind:
        return Uniform(0.0, 100.0)
    if kind == "u" and len(numbers) == 2:
        return Uniform(*numbers)
    if kind == "e" and len(numbers) == 1:
        return Exponential(*numbers)
    if kind == "n" and len(numbers) == 2:
        return Normal(*numbers)
    raise InputError(f"demand must be such as U[0,100], Exp(50) or N(100,30); got {text!r}. Write one of these.")


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
        demand=demand_of(inputs.get("demand", "")),
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
