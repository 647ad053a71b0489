"""A2: four solutions of dividing a pie between a risk-averse SmallCo and a risk-neutral BigCo."""

from __future__ import annotations

from simulator.games.negotiation.bargaining_solutions import (
    Agreement,
    Frontier,
    egalitarian,
    kalai_smorodinsky,
    nash,
    utilitarian,
)
from simulator.games.negotiation.money_frontier import crra, money_frontier
from simulator.validation.chapters import UnsupportedItemError, chapter
from simulator.validation.items import Item

_SCALED = {"x^(1-rho)/(1-rho)": True, "x^(1-rho)": False}


@chapter("A2", "Non-linear frontier: risk-averse SmallCo")
def risk_aversion(item: Item) -> float:
    """Return SmallCo's money in the solution that the id names."""
    inputs = item.inputs
    utility = str(inputs.get("utility", "x^(1-rho)/(1-rho)")).replace(" ", "")
    if utility not in _SCALED:
        raise UnsupportedItemError(f"inputs.utility must be one of {', '.join(_SCALED)}; got {utility!r}. Write one.")
    scaled, rho, pie = _SCALED[utility], float(inputs["rho_S"]), float(inputs.get("pie", 1.0))
    small_money, big_money = float(inputs.get("d_S_money", 0.0)), float(inputs.get("d_B_money", 0.0))
    frontier = money_frontier(
        pie,
        lambda x: crra(x, rho, scaled=scaled),
        lambda x: x,
        low=min(0.0, small_money),
        high=max(pie, pie - big_money),
    )
    disagreement = crra(small_money, rho, scaled=scaled), big_money
    return _solution(item, frontier, disagreement).at


def _solution(item: Item, frontier: Frontier, disagreement: tuple[float, float]) -> Agreement:
    """Return the solution that the second part of the id names."""
    kind = item.id.split(".")[1] if "." in item.id else ""
    if kind.startswith("nash"):
        return nash(frontier, disagreement, item.inputs.get("beta_S", 0.5))
    if kind.startswith("ks"):
        return kalai_smorodinsky(frontier, disagreement)
    if kind.startswith("egal"):
        return egalitarian(frontier, disagreement)
    if kind.startswith("util"):
        return utilitarian(frontier, disagreement)
    raise UnsupportedItemError("The id must name nash, nashd, ks, egal or util, as in A2.nash.1.")
