"""Chapter B2: who should own the assets when both invest and bargain afterwards."""

from __future__ import annotations

from typing import Any

from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.venture import Sum, Venture
from simulator.validation.chapters import InputError, chapter
from simulator.validation.configure import CONTINUOUS, number, solved
from simulator.validation.items import Item

TIE = 1e-9


@chapter("B2", "Property rights")
def property_rights(item: Item) -> dict[str, Any]:
    """Return investments and surplus under each kind of ownership, which is best, and the first best."""
    given = item.inputs
    owners = given["lambda_by_ownership"]
    if not owners or not all(isinstance(uses, list | tuple) and len(uses) == 2 for uses in owners.values()):
        raise InputError(
            f"inputs.lambda_by_ownership must give two numbers for each ownership; got {owners!r}. "
            'Write, say, {"non-integration": [0.5, 0.5]}.'
        )
    answers: dict[str, Any] = {}
    surpluses: dict[str, float] = {}
    for owner, uses in owners.items():
        small_use, big_use = (number({owner: use}, owner) for use in uses)
        solution = solved(
            Scenario(
                owner,
                small=SmallFirm(specificity=1.0 - small_use),
                big=BigFirm(specificity=1.0 - big_use),
                venture=Venture(technology=Sum(small_weight=number(given, "a_S"), big_weight=number(given, "a_B"))),
                bargaining=Bargaining(power=number(given, "beta_S", 0.5)),
                commitment=CONTINUOUS,
            )
        )
        surpluses[owner] = sum(solution.outcome.payoffs)
        answers[owner] = {
            "i_S": solution.outcome.small,
            "i_B": solution.outcome.big,
            "surplus": surpluses[owner],
        }
        first_best = solution.first_best.surplus
    top = max(surpluses.values())
    best = next(owner for owner, surplus in surpluses.items() if surplus >= top - TIE * abs(top))
    return answers | {"best": best, "FB_surplus": first_best}
