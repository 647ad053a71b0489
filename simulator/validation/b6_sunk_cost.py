"""B6: a sunk investment before the split."""

from __future__ import annotations

from simulator.games.investment.sunk_cost import SunkInvestment
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B6", "Sunk cost")
def sunk_cost(item: Item) -> dict[str, float | bool]:
    """Return whether SmallCo invests, what it nets, whether it should, and the offer with equal net payoffs."""
    inputs = item.inputs
    project = SunkInvestment(pie=inputs["pie"], investment=inputs["I"], power=inputs["beta_S"])
    return {
        "invest": project.invests,
        "net_S": project.payoff,
        "efficient": project.efficient,
        "fair_offer": project.equal_net_split,
    }
