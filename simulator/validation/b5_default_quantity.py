"""B5: specific performance of a contract quantity, with renegotiation."""

from __future__ import annotations

from simulator.games.investment.default_quantity import DefaultQuantity
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B5", "Specific performance of a quantity")
def default_quantity(item: Item) -> dict[str, float]:
    """Return the investment under the quantity, the first best, and the quantity that restores it."""
    inputs = item.inputs
    margin = inputs["m_value"] if "m_value" in inputs else inputs["m"]
    supply = DefaultQuantity(margin=margin, response=inputs["kappa"], power=inputs.get("lambda_S", 0.5))
    return {"i": supply.investment(inputs["q"]), "i_FB": supply.first_best, "q_star": supply.best_quantity}
