"""Chapter H1: stable matchings of SmallCos to BigCos with quotas."""

from __future__ import annotations

from typing import Any

from simulator.games.networks.matching import (
    MatchingMarket,
    big_optimal_matching,
    small_optimal_matching,
    stable_matchings,
)
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("H1", "Stable matching with quotas")
def stable_matching(item: Item) -> dict[str, Any]:
    """Return both extreme stable matchings and how many there are."""
    given = item.inputs
    market = MatchingMarket(given["small_prefs"], given["big_prefs"], given.get("quota", {}))
    return {
        "small_optimal": small_optimal_matching(market),
        "big_optimal": big_optimal_matching(market),
        "n_stable": len(stable_matchings(market)),
    }
