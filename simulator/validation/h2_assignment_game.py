"""Chapter H2: the core of the assignment game."""

from __future__ import annotations

from simulator.games.networks.assignment import best_pairing, marginal_contributions, row_range
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("H2", "Assignment game")
def assignment_game(item: Item) -> dict[str, float | list[float]]:
    """Return the best total surplus, the rows' best core payoffs, and the least and most that rows get together."""
    surplus = item.inputs["surplus"]
    least, most = row_range(surplus)
    return {
        "value": best_pairing(surplus).value,
        "row_optimal": list(marginal_contributions(surplus).rows),
        "rows_max": most,
        "rows_min": least,
    }
