"""Chapter E2: global games, where vanishing private noise selects one equilibrium."""

from __future__ import annotations

from simulator.games.information.global_games import investment_cutoffs, regime_equilibria
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("E2", "Global games")
def global_games(item: Item) -> float:
    """Return the threshold: of two firms that invest, or of many SmallCos that join a platform at cost c."""
    given = item.inputs
    if "c" in given:
        (equilibrium,) = regime_equilibria(given["c"], benefit=given.get("benefit", 1.0))
        return equilibrium.threshold
    return investment_cutoffs(given["t_S"], given["t_B"]).small
