"""Chapter H3: Shapley values of BigCo among SmallCos, and Myerson values of their network."""

from __future__ import annotations

from itertools import combinations

from simulator.games.networks.coalitions import (
    apex_game,
    essential_partner_game,
    myerson_value,
    pairs_worth,
    shapley_value_by_kind,
)
from simulator.validation.chapters import UnsupportedItemError, chapter
from simulator.validation.items import Item

PLAYERS = ("B", "0", "1")
PAIR_SURPLUS = 2.0
"""Of any two who are connected, so that s connected firms make s^2 - s."""
GAMES = {"gate": essential_partner_game, "apex": apex_game}


@chapter("H3", "Shapley, apex, Myerson")
def coalitions(item: Item) -> dict[str, float]:
    """Return the value of BigCo and of a SmallCo, or of every firm of a network."""
    given = item.inputs
    kind = item.id.split(".")[1] if "." in item.id else ""
    if "edges" in given or kind == "myerson":
        return _network(item)
    if kind not in GAMES:
        raise UnsupportedItemError(f"No game {kind!r} among {', '.join(GAMES)}.")
    return shapley_value_by_kind(GAMES[kind](given["n"]))


def _network(item: Item) -> dict[str, float]:
    """Return the Myerson values; numbers name SmallCos."""
    links = [(str(one), str(two)) for one, two in item.inputs["edges"]]
    players = list(dict.fromkeys((*PLAYERS, *(end for link in links for end in link))))
    worth = pairs_worth(dict.fromkeys(combinations(players, 2), PAIR_SURPLUS))
    values = myerson_value(players, links, worth)
    return {"BigCo" if player == "B" else f"S{player}": value for player, value in values.items()}
