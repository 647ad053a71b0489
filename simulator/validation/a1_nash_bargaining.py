"""Chapter A1: asymmetric Nash bargaining over a pie of money."""

from __future__ import annotations

from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.validation.chapters import chapter
from simulator.validation.configure import number, solved
from simulator.validation.items import Item


@chapter("A1", "Asymmetric Nash bargaining")
def nash_bargaining(item: Item) -> float:
    """Return SmallCo's part of the pie: the commitment is fixed and free, the pie its value."""
    given = item.inputs
    return solved(
        Scenario(
            "pie",
            small=SmallFirm(cost=0.0, stand_alone=number(given, "d_S")),
            big=BigFirm(cost=0.0, stand_alone=number(given, "d_B"), specificity=1.0),
            venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=number(given, "pie"))),
            bargaining=Bargaining(power=number(given, "beta_S")),
            commitment=CommitmentSpace(levels=(1.0,)),
        )
    ).outcome.payoffs[0]
