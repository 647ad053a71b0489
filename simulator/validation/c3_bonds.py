"""Chapter C3: breaking the budget, by a group penalty and by bonds."""

from __future__ import annotations

from simulator.economy.scenario import Scenario
from simulator.economy.terms import OutputTarget, PlanOfRecord, RevenueShare
from simulator.games.commitment_game import stage_game
from simulator.games.continuous import unilateral_gain
from simulator.validation.chapters import chapter
from simulator.validation.configure import contract, number
from simulator.validation.items import Item
from simulator.validation.teams import additive_team, team_first_best

NO_GAIN = 1e-9
"""Gains up to this part of the first-best surplus are rounding."""


@chapter("C3", "Budget breaking and bonds")
def bonds(item: Item) -> dict[str, bool] | dict[str, float]:
    """Return whether a group penalty supports the first best or, without a target, the smallest bonds that do."""
    given = item.inputs
    team = additive_team(number(given, "k_S"), number(given, "k_B"))
    share = RevenueShare(share=number(given, "share_S"))
    if "y_star" not in given:
        return _smallest_bonds(team, share)
    _, best, bounds = team_first_best(team, share.share)
    stage = stage_game(team, contract(share, OutputTarget(quantity=number(given, "y_star"))))
    return {"FB_is_Nash": max(unilateral_gain(stage, best.small, best.big, bounds)) <= NO_GAIN * best.surplus}


def _smallest_bonds(team: Scenario, share: RevenueShare) -> dict[str, float]:
    """Return the smallest bonds with which no firm gains by committing less than the first best, by bisection."""
    _, best, bounds = team_first_best(team, share.share)

    def gain(bond: float, firm: int) -> float:
        plan = PlanOfRecord(small_floor=best.small, big_floor=best.big, bond=bond)
        return unilateral_gain(stage_game(team, contract(share, plan)), best.small, best.big, bounds)[firm]

    smallest = []
    for firm in (0, 1):
        low, high = 0.0, best.surplus
        while high - low > NO_GAIN * best.surplus:
            middle = 0.5 * (low + high)
            low, high = (low, middle) if gain(middle, firm) <= 1e-12 * best.surplus else (middle, high)
        smallest.append(high)
    return {"b_S": smallest[0], "b_B": smallest[1]}
