"""Chapter J6: the fee that compensates SmallCo for exclusivity, under both rules for outside options."""

from __future__ import annotations

from typing import Literal

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.terms import Exclusivity
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.games.investment.compensation import compensating_fee
from simulator.validation.chapters import UnsupportedItemError, chapter
from simulator.validation.items import Item

RULES: dict[str, Literal["deal_me_out", "split_the_difference"]] = {
    "constraint": "deal_me_out",
    "threat": "split_the_difference",
}


@chapter("J6", "Price of exclusivity")
def exclusivity(item: Item) -> float:
    """Return the smallest compensating fee."""
    given = item.inputs
    if str(given["rule"]) not in RULES:
        raise UnsupportedItemError(f"No rule {given['rule']!r}. Write {' or '.join(RULES)}.")
    scenario = Scenario(
        "exclusivity",
        small=SmallFirm(cost=0.0, burn=0.0, outside_option=given["outside"]),
        big=BigFirm(cost=0.0, specificity=1.0),
        venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=given.get("pie", 1.0))),
        bargaining=Bargaining(power=given["beta_S"], rule=RULES[given["rule"]]),
        commitment=CommitmentSpace(levels=(1.0,)),
    )
    return compensating_fee(scenario, Contract(), Contract("exclusive", (Exclusivity(small=True),)))
