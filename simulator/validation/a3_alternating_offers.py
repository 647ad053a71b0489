"""A3: alternating offers with patience, breakdown and burn, round by round or in the limit of frequent offers."""

from __future__ import annotations

from simulator.games.negotiation.alternating_offers import AlternatingOffers, Negotiator, alternating_offers
from simulator.games.negotiation.threat_point import Waiting, waiting_split
from simulator.validation.chapters import chapter
from simulator.validation.configure import one_of
from simulator.validation.items import Item


def stationary(item: Item) -> AlternatingOffers:
    """Return the equilibrium of the rounds an item of chapters A3 or A4 describes; who leaves gets 0 if not stated."""
    inputs = item.inputs
    each = any(f"delta_{firm}" in inputs for firm in "SB")
    small, big = (
        Negotiator(
            inputs[f"delta_{firm}"] if each else inputs.get("delta", 1.0),
            burn=inputs.get(f"burn_{firm}", 0.0),
            end_value=inputs.get(f"b_{firm}", 0.0),
            outside_option=inputs.get(f"outside_{firm}", 0.0),
        )
        for firm in "SB"
    )
    return alternating_offers(small, big, breakdown=inputs.get("p", 0.0), pie=inputs.get("pie", 1.0))


@chapter("A3", "Rubinstein, breakdown risk, burn while bargaining")
def patience(item: Item) -> float:
    """Return SmallCo's share."""
    inputs = item.inputs
    if any(key in inputs for key in ("delta", "delta_S", "delta_B", "p")):
        offers = stationary(item)
        return offers.big_proposes[0] if one_of(inputs, "first", "SB") == "B" else offers.small_proposes[0]
    small, big = (
        Waiting(
            inputs[f"r_{firm}"] if f"r_{firm}" in inputs else inputs["r"],
            burn=inputs.get(f"burn_{firm}", 0.0),
            end_value=inputs.get(f"b_{firm}", 0.0),
        )
        for firm in "SB"
    )
    return waiting_split(small, big, hazard=inputs.get("h", 0.0), pie=inputs.get("pie", 1.0)).small
