"""Chapter E4: logit quantal response equilibrium of 2x2 games."""

from __future__ import annotations

from simulator.economy.firm import Role
from simulator.games.behaviour.fitting import logit_peak
from simulator.games.concepts.quantal import logit_equilibrium
from simulator.games.normal_form import NormalFormGame
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("E4", "Logit quantal response equilibrium")
def quantal_response(item: Item) -> dict[str, float]:
    """Return the logit equilibrium at a precision, or without one where the row player's first action peaks."""
    game = NormalFormGame(item.inputs["row"], item.inputs["col"])
    if "lam" in item.inputs:
        found = logit_equilibrium(game, item.inputs["lam"])
        return {"p_top": found.small[0], "q_left": found.big[0]}
    peak = logit_peak(game, Role.SMALL, 0)
    return {"p_max": peak.probability, "lambda_at_max": peak.precision}
