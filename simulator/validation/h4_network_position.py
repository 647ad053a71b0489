"""Chapter H4: constraint and betweenness of a firm in a network of alliances."""

from __future__ import annotations

from simulator.games.networks.network import alliance_network, betweenness, constraint
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("H4", "Constraint and betweenness")
def network_position(item: Item) -> dict[str, float]:
    """Return both measures of the node."""
    network = alliance_network([(str(one), str(two), *strength) for one, two, *strength in item.inputs["graph"]])
    node = str(item.inputs["node"])
    return {"constraint": constraint(network, node), "betweenness": betweenness(network, node)}
