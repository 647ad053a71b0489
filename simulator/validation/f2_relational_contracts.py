"""Chapter F2: informal bonuses, and how ownership changes the temptation to renege on them."""

from __future__ import annotations

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.scenario import CommitmentSpace, Scenario
from simulator.economy.venture import Sum, Venture
from simulator.games.commitment_game import stage_game
from simulator.games.continuous import commitment_bounds
from simulator.games.dynamics.relational import OwnershipRelation, relational_stage
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("F2", "Relational contracts")
def relational_contracts(item: Item) -> float | dict[str, float | None]:
    """Return the best self-enforcing effort, or the largest interest rates under both kinds of ownership."""
    given = item.inputs
    if "bonus" in given:
        relation = OwnershipRelation(given["dQ"], given["dP"], given["bonus"])
        surpluses = given["S_relational"], given["S_spot"]
        return {
            "r_employment": relation.largest_interest_rate(Role.BIG, *surpluses),
            "r_outsourcing": relation.largest_interest_rate(Role.SMALL, *surpluses),
        }
    scenario = Scenario(
        "informal bonus",
        small=SmallFirm(cost=1.0, curvature=2.0),
        big=BigFirm(specificity=1.0),
        venture=Venture(technology=Sum(big_weight=0.0)),
        commitment=CommitmentSpace(levels="continuous"),
    )
    stage = stage_game(scenario, Contract())
    upper = commitment_bounds(scenario, stage)[0]
    return relational_stage(stage, given["delta"], given["outside_joint_surplus"], upper).commitment
