"""Chapter G5: the utility of Charness and Rabin."""

from __future__ import annotations

from simulator.games.behaviour.preferences import SocialWelfare
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("G5", "Social-welfare preferences")
def social_welfare(item: Item) -> float:
    """Return B's utility of what A and B get."""
    given = item.inputs
    weights = SocialWelfare(given["rho"], given["sigma"], given.get("theta", 0.0))
    return weights.utility(given["pi_B"], given["pi_A"], misbehaved=bool(given.get("q", 0)))
