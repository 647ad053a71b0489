"""A5: a last round: Stahl's game, the cells of Ochs and Roth, and SmallCo's runway."""

from __future__ import annotations

from simulator.games.negotiation.alternating_offers import Negotiator
from simulator.games.negotiation.finite_bargaining import alternation, finite_bargaining, random_proposer
from simulator.games.negotiation.threat_point import Waiting, value_of_rounds, waiting_split
from simulator.validation.chapters import chapter
from simulator.validation.configure import one_of
from simulator.validation.items import Item


def _firm(item: Item, firm: str) -> Negotiator:
    """Return a firm of the item; end values are called end or fire_sale."""
    inputs = item.inputs
    return Negotiator(
        inputs[f"delta_{firm}"] if f"delta_{firm}" in inputs else inputs["delta"],
        burn=inputs.get(f"burn_{firm}", 0.0),
        end_value=inputs.get(f"end_{firm}", inputs.get(f"fire_sale_{firm}", 0.0)),
    )


@chapter("A5", "Finite horizon, Ochs-Roth cells, runway theorem")
def finite_horizon(item: Item) -> float | dict[str, float]:
    """Return SmallCo's share; what player 2 is offered in a cell; threat points too if proposers are random."""
    inputs = item.inputs
    pie = inputs.get("pie", 1.0)
    if "delta_1" in inputs:
        first, second = (Negotiator(inputs[f"delta_{player}"]) for player in "12")
        return finite_bargaining(first, second, alternation("S", inputs["rounds"]), pie=pie).big
    if any(key in inputs for key in ("h", "r", "r_S")):
        small, big = (
            Waiting(
                inputs[f"r_{firm}"] if f"r_{firm}" in inputs else inputs["r"],
                burn=inputs.get(f"burn_{firm}", 0.0),
                end_value=inputs.get(f"end_{firm}", 0.0),
            )
            for firm in "SB"
        )
        limits = {"runway": inputs["T"]} if "T" in inputs else {}
        return waiting_split(
            small, big, hazard=inputs.get("h", 0.0), proposer=inputs.get("beta_S", 0.5), pie=pie, **limits
        ).small
    firms = _firm(item, "S"), _firm(item, "B")
    if "n" in inputs:
        chances = random_proposer(inputs["beta_S"], inputs["n"])
        threats = [value_of_rounds(firm.discount_factor, firm.burn, firm.end_value, inputs["n"]) for firm in firms]
        share = finite_bargaining(*firms, chances, pie=pie).small
        return {"x_S": share, "D_S": threats[0], "D_B": threats[1]}
    rounds = inputs["rounds_of_runway"] if "rounds_of_runway" in inputs else inputs["T"]
    return finite_bargaining(
        *firms, alternation("B" if one_of(inputs, "first", "SB") == "B" else "S", rounds), pie=pie
    ).small
