"""Chapter H5: efficient and pairwise stable networks of the connections model."""

from __future__ import annotations

from simulator.games.networks.connections import (
    complete_network,
    efficient_architecture,
    empty_network,
    is_pairwise_stable,
    star_network,
)
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("H5", "Connections model")
def connections(item: Item) -> dict[str, str | bool]:
    """Return the efficient architecture, and which architectures are pairwise stable."""
    firms, decay, cost = (item.inputs[key] for key in ("n", "delta", "c"))
    return {
        "efficient": efficient_architecture(firms, decay, cost),
        "star_stable": is_pairwise_stable(star_network(firms), decay, cost),
        "complete_stable": is_pairwise_stable(complete_network(firms), decay, cost),
        "empty_stable": is_pairwise_stable(empty_network(firms), decay, cost),
    }
