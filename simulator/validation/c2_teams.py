"""Chapter C2: free riding in teams, of two firms and of many equal partners."""

from __future__ import annotations

from simulator.economy.alliance import joint_value
from simulator.economy.clauses import Clauses
from simulator.economy.firm import Role
from simulator.economy.terms import RevenueShare
from simulator.games.continuous import best_reply
from simulator.validation.chapters import chapter
from simulator.validation.configure import number, solved, whole
from simulator.validation.items import Item
from simulator.validation.teams import additive_team, optimal_share, team_first_best


@chapter("C2", "Teams")
def teams(item: Item) -> dict[str, float | None]:
    """Return the optimal share and its efficiency, or the effort of each of n partners with equal shares."""
    given = item.inputs
    if "k_S" not in given and "n" in given:
        return _equal_partners(whole(given, "n", 1))
    team = additive_team(number(given, "k_S"), number(given, "k_B"))
    share = optimal_share(team)
    return {
        "s": share,
        "ratio": solved(team, RevenueShare(share=share)).efficiency,
        "ratio_at_half": solved(team, RevenueShare(share=0.5)).efficiency,
    }


def _equal_partners(partners: int) -> dict[str, float | None]:
    """Return effort and efficiency: the team is additive, so one partner replies alike whatever the others do."""
    stage, best, bounds = team_first_best(additive_team(1.0, 0.0), 1.0 / partners)
    effort, _ = best_reply(stage, Role.SMALL, 0.0, bounds[0])
    return {"e": effort, "efficiency": float(joint_value(stage.world, Clauses(), effort, 0.0)) / best.surplus}
