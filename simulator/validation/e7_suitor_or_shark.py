"""Chapter E7: suitor or shark, told apart by what BigCo posts."""

from __future__ import annotations

from simulator.games.information.courtship import Courtship
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("E7", "Suitor or shark")
def suitor_or_shark(item: Item) -> dict[str, float | bool]:
    """Return when the types separate or pool, or how often sharks mimic where they mix."""
    given = item.inputs
    if "V_shark" not in given:
        game = Courtship(given["theta"], given["G"], given["L"])
        return {"mimic": game.mimicry, "posterior": game.posterior(game.mimicry)}
    game = Courtship(
        given["theta"],
        given["G"],
        given["L"],
        suitor_value=given["V_suitor"],
        shark_value=given["V_shark"],
        suitor_cost=given["kappa_suitor"],
        shark_cost=given["kappa_shark"],
    )
    return {
        "K_sep": game.separating_commitment,
        "separating_exists": game.separating_exists,
        "pool_accept": game.pooling_accepted,
        "mimic": game.mimicry,
        "posterior": game.posterior(game.mimicry),
    }
