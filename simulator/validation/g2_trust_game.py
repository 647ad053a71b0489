"""Chapter G2: what an inequity-averse trustee returns."""

from __future__ import annotations

from simulator.games.behaviour.preferences import InequityAversion, TrustGame
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("G2", "Trust game")
def trust_game(item: Item) -> float:
    """Return what the trustee returns of what was sent."""
    given = item.inputs
    endowment = given.get("endowment", 10.0)
    game = TrustGame(endowment, given.get("endowment_trustee", endowment), given.get("multiplier", 3.0))
    return game.returned(InequityAversion(given.get("alpha", 0.0), given["beta"]), given["sent"])
