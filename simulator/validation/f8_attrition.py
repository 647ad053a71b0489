"""Chapter F8: wars of attrition, obstinate bargainers and finite budgets."""

from __future__ import annotations

from simulator.economy.firm import Role
from simulator.games.negotiation.attrition import ObstinateBargaining, WarOfAttrition
from simulator.games.negotiation.budgets import BudgetWar
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("F8", "War of attrition, obstinacy, budgets")
def attrition(item: Item) -> dict[str, float | bool]:
    """Return who concedes, when, and what both get."""
    given = item.inputs
    if "alpha_S" in given:
        names = ("alpha_S", "alpha_B", "z_S", "z_B", "r_S", "r_B")
        game = ObstinateBargaining(*(given[name] for name in names))
        answer: dict[str, float | bool] = {"T0": game.end}
        for firm, role in (("S", Role.SMALL), ("B", Role.BIG)):
            answer[f"lambda_{firm}"] = game.rate(role)
            answer[f"F0_{firm}"] = game.at_once(role)
            answer[f"u_{firm}"] = game.payoff(role)
        return answer
    stakes = given["v_S"], given["v_B"], given["c_S"], given["c_B"]
    if "m_S" in given:
        outcomes = BudgetWar(given["m_S"], given["m_B"], *stakes).outcomes()
        first = outcomes[0]
        return {
            "u_S": first.payoffs[0],
            "u_B": first.payoffs[1],
            "unique": len(outcomes) == 1,
            "p_S_stays": first.small_stays,
        }
    war = WarOfAttrition(*stakes)
    return {
        "rate_S": war.rate(Role.SMALL),
        "rate_B": war.rate(Role.BIG),
        "p_S_concedes": war.concedes(Role.SMALL),
        "length": war.length,
        "max_indifference_gap": war.indifference_gap,
    }
