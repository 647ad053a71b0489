"""Chapter F6: survival of the firm with little cash, and milestones against its runway."""

from __future__ import annotations

from simulator.games.dynamics.milestones import MilestoneRace
from simulator.games.dynamics.ruin import BrownianCash, GamblersRuin
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("F6", "Survival of the resource-constrained firm")
def ruin(item: Item) -> float | dict[str, float]:
    """Return the chance of ruin, or of survival; of a gambler's ruin also its expected length."""
    given = item.inputs
    if "p" in given:
        if "N" not in given:
            return GamblersRuin(given["p"], given["i"]).probability
        game = GamblersRuin(given["p"], given["i"], given["N"])
        return {"p_ruin": game.probability, "duration": game.duration}
    if "stages" in given or "delay_rate" in given:
        return _milestones(item)
    drift = -given["burn"] if "burn" in given else given["mu"]
    cash = BrownianCash(given["cash"], drift, given.get("sigma", 0.0))
    return cash.ruin_before_event(given["h"]) if "h" in given else cash.ruin_by(given["T"])


def _milestones(item: Item) -> float:
    """Return the chance that SmallCo lives to see its milestones."""
    given = item.inputs
    race = MilestoneRace(
        stages=given.get("stages", 1),
        hazard=given["h"],
        runway=given["runway"] if "runway" in given else given["cash"] / given["burn"],
        delay=given.get("delay", 0.0),
        attention=given.get("c_B", 1.0),
    )
    return race.survival_after_random_start(given["delay_rate"]) if "delay_rate" in given else race.survival
