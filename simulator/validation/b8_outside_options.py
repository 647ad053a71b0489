"""B8: one investment under two rules for outside options: constraint or threat point."""

from __future__ import annotations

from typing import Literal

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.games.commitment_game import stage_game
from simulator.games.continuous import best_reply, commitment_bounds
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B8", "Outside options instead of threat points")
def investment_by_rule(item: Item) -> dict[str, float]:
    """Return SmallCo's investment under each rule; outside options are fractions of what the investment is worth."""
    return {"i_deal_me_out": _invested(item, "deal_me_out"), "i_split": _invested(item, "split_the_difference")}


def _invested(item: Item, rule: Literal["deal_me_out", "split_the_difference"]) -> float:
    """Return SmallCo's best investment in a venture that needs no other."""
    inputs = item.inputs
    scenario = Scenario(
        "one investment",
        small=SmallFirm(cost=inputs.get("k", 1.0), outside_option=0.0, outside_share=inputs["o_S"]),
        big=BigFirm(cost=0.0, specificity=1.0, outside_option=0.0, outside_share=inputs.get("o_B", 0.0)),
        venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=inputs["a"])),
        bargaining=Bargaining(power=inputs.get("beta_S", 0.5), rule=rule),
        commitment=CommitmentSpace(levels="continuous"),
    )
    stage = stage_game(scenario, Contract())
    return best_reply(stage, Role.SMALL, 0.0, commitment_bounds(scenario, stage)[0])[0]
