"""Chapter E6: the reputation of a BigCo that might be a shark, in a sequence of SmallCos."""

from __future__ import annotations

from simulator.games.information.reputation import ChainStore
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("E6", "Chain store: reputation")
def reputation(item: Item) -> dict[str, int]:
    """Return how many entrants are left when entry first occurs."""
    return {"first_possible_entry_n": ChainStore(entry_gain=item.inputs["b"]).first_entry(item.inputs["p0"])}
