"""Chapter E1: assurance, a stag hunt between firms with different stakes."""

from __future__ import annotations

from typing import Any

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.venture import LinearRevenue, Venture, WeakestLink
from simulator.games.commitment_game import commitment_game
from simulator.games.equilibrium import all_equilibria
from simulator.games.selection import risk_defeats
from simulator.validation.chapters import chapter
from simulator.validation.configure import BOTH_OR_NOT, number
from simulator.validation.items import Item


@chapter("E1", "Assurance")
def assurance(item: Item) -> dict[str, Any]:
    """Return the mixed equilibrium, the number of equilibria, and "commit" if that risk-dominates staying out.

    Both commit or not; the venture is a weakest link whose value is split so that each gets its gain above its cost.
    """
    given = item.inputs
    small_loss, big_loss = number(given, "l_S"), number(given, "l_B")
    small, big = number(given, "a_S") + small_loss, number(given, "a_B") + big_loss
    scenario = Scenario(
        "assurance",
        small=SmallFirm(cost=small_loss, curvature=1.0),
        big=BigFirm(cost=big_loss, curvature=1.0, specificity=1.0),
        venture=Venture(technology=WeakestLink(), revenue=LinearRevenue(price=small + big)),
        bargaining=Bargaining(power=small / (small + big)),
        commitment=BOTH_OR_NOT,
    )
    game = commitment_game(scenario, Contract()).game
    found = all_equilibria(game).equilibria
    mixed = next((each for each in found if not each.pure), None)
    pure = [each for each in found if each.pure]
    defeats = {each.small[1] == 1.0: count for each, count in zip(pure, risk_defeats(game, pure), strict=True)}
    return {
        "p_S": mixed.small[1] if mixed else None,
        "p_B": mixed.big[1] if mixed else None,
        "n_equilibria": len(found),
        "risk_dominant": "commit" if defeats.get(False) else "stay out",
    }
