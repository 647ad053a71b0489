"""Chapter C1: the revenue share that balances two firms' incentives, Cobb-Douglas output."""

from __future__ import annotations

from simulator.economy.alliance import produce
from simulator.validation.chapters import chapter
from simulator.validation.configure import number
from simulator.validation.items import Item
from simulator.validation.teams import cobb_douglas_team, optimal_share, team_equilibrium


@chapter("C1", "Optimal linear share")
def linear_share(item: Item) -> float | dict[str, float]:
    """Return SmallCo's optimal share or, where a share is given, what is played under it."""
    team = cobb_douglas_team(item.inputs)
    if "share" not in item.inputs:
        return optimal_share(team)
    stage, best, efforts = team_equilibrium(team, number(item.inputs, "share"))
    return {
        "e_S": efforts[0],
        "e_B": efforts[1],
        "y": float(produce(stage.world, *efforts)),
        "surplus": sum(stage.payoffs(*efforts)),
        "surplus_FB": best.surplus,
    }
