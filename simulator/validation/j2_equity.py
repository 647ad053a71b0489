"""Chapter J2: BigCo's equity stake in SmallCo makes it commit more."""

from __future__ import annotations

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.terms import EquityStake
from simulator.economy.venture import Sum, Venture
from simulator.games.solution import solve
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J2", "Equity stake")
def equity(item: Item) -> dict[str, float]:
    """Return both commitments and the joint surplus."""
    given = item.inputs
    scenario = Scenario(
        "equity",
        big=BigFirm(specificity=1.0),
        venture=Venture(technology=Sum(small_weight=given["a_S"], big_weight=given["a_B"])),
        bargaining=Bargaining(power=given["beta_S"]),
        commitment=CommitmentSpace(levels="continuous"),
    )
    outcome = solve(scenario, Contract("stake", (EquityStake(share=given["equity"]),))).outcome
    return {"c_S": outcome.small, "c_B": outcome.big, "joint": sum(outcome.payoffs)}
