"""Chapter F1: repeated play of an asymmetric dilemma, and the share that makes cooperation easiest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import CommitmentSpace, Scenario
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.games.dynamics.repeated import easiest_share, grim_trigger_threshold
from simulator.validation.chapters import UnsupportedItemError, chapter
from simulator.validation.items import Item

TECHNOLOGY = "V if both, V/2 if one, 0 if none"


@chapter("F1", "Repeated play")
def repeated_play(item: Item) -> dict[str, float | None]:
    """Return both critical discount factors, or the easiest share and its discount factor."""
    given = item.inputs
    if "SmallCo" in given:
        return {"crit_S": _threshold(given["SmallCo"]), "crit_B": _threshold(given["BigCo"])}
    if given.get("technology", TECHNOLOGY) != TECHNOLOGY:
        raise UnsupportedItemError(f"No technology {given['technology']!r}. Write {TECHNOLOGY!r}.")
    best = easiest_share(
        Scenario(
            "shared venture",
            small=SmallFirm(cost=given["k_S"], curvature=1.0),
            big=BigFirm(cost=given["k_B"], curvature=1.0),
            venture=Venture(technology=Sum(small_weight=0.5, big_weight=0.5), revenue=LinearRevenue(price=given["V"])),
            commitment=CommitmentSpace(levels=(0.0, 1.0)),
        )
    )
    return {"share_S": best.share, "delta": best.discount}


def _threshold(payoffs: Mapping[str, Any]) -> float | None:
    """Return one firm's critical discount factor."""
    return grim_trigger_threshold(payoffs["T"], payoffs["R"], payoffs["P"])
