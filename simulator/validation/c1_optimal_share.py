"""Chapter C1: the revenue share that balances two firms' incentives, Cobb-Douglas output."""

from __future__ import annotations

from simulator.economy.alliance import produce
from simulator.economy.contract import Contract
from simulator.economy.terms import RevenueShare
from simulator.games.commitment_game import stage_game
from simulator.validation.chapters import chapter
from simulator.validation.configure import number, solved
from simulator.validation.items import Item
from simulator.validation.teams import cobb_douglas_team, optimal_share


@chapter("C1", "Optimal linear share")
def linear_share(item: Item) -> float | dict[str, float]:
    """Return SmallCo's optimal share or, where a share is given, what is played under it."""
    team = cobb_douglas_team(item.inputs)
    if "share" not in item.inputs:
        return optimal_share(team)
    solution = solved(team, RevenueShare(share=number(item.inputs, "share")))
    outcome = solution.outcome
    return {
        "e_S": outcome.small,
        "e_B": outcome.big,
        "y": float(produce(stage_game(team, Contract()).world, outcome.small, outcome.big)),
        "surplus": sum(outcome.payoffs),
        "surplus_FB": solution.first_best.surplus,
    }
