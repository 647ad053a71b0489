"""Chapter J9: outside options that together exceed the pie separate the firms."""

from __future__ import annotations

from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.games.solution import solve
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J9", "Separation")
def separation(item: Item) -> dict[str, float]:
    """Return what both firms get."""
    given = item.inputs
    scenario = Scenario(
        "separation",
        small=SmallFirm(cost=0.0, outside_option=given["o_S"]),
        big=BigFirm(cost=0.0, specificity=1.0, outside_option=given["o_B"]),
        venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=given["Y"])),
        bargaining=Bargaining(power=given.get("beta_S", 0.5)),
        commitment=CommitmentSpace(levels=(1.0,)),
    )
    small, big = solve(scenario).outcome.payoffs
    return {"u_S": small, "u_B": big}
