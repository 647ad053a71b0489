"""B5b: reliance under remedies for breach."""

from __future__ import annotations

from simulator.games.investment.remedies import Reliance
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B5b", "Reliance under damages, specific performance, nothing")
def reliance(item: Item) -> dict[str, float]:
    """Return reliance under each remedy."""
    inputs = item.inputs
    promise = Reliance(base_value=inputs["v0"], slope=inputs["b"], power=inputs.get("lambda", 0.5))
    return {
        "FB": promise.first_best,
        "expectation_damages": promise.expectation_damages,
        "specific_performance": promise.specific_performance,
        "no_contract": promise.no_contract,
    }
