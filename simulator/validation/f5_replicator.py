"""Chapter F5: the two-population replicator dynamics of inspection and assurance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.games.adaptation.evolution import (
    closed_orbit,
    constant_of_motion,
    growth_rates,
    replicator,
    rest_point,
    settled_profile,
)
from simulator.games.normal_form import NormalFormGame
from simulator.validation.chapters import InputError, chapter
from simulator.validation.items import Item, read_items

NAMES = {(0, 0): "commit", (1, 1): "out", (0, 1): "S alone commits", (1, 0): "B alone commits"}
LONG = 1e3
"""Time, times the payoff range, over which orbits that are not closed are averaged."""


@chapter("F5", "Replicator dynamics")
def replicator_dynamics(item: Item) -> float | dict[str, Any]:
    """Return time averages and the constant of motion, the period of small oscillations, or where paths end."""
    given = _referred(item)
    if "a_S" in given:
        return _basins(given)
    if "A" not in given and "B" not in given:
        found = ", ".join(given) or "none"
        raise InputError(f"inputs must have the key 'game'; got {found}. Write the id of a game, or payoffs A and B.")
    game = NormalFormGame(given["A"], given["B"])
    if "x0" not in item.inputs:
        return _period(game)
    x, y, centre = float(given["x0"]), float(given["y0"]), rest_point(game)
    if centre is not None and growth_rates(game, *_profile(*centre)).imag.any():
        orbit = closed_orbit(game, x, y)
        return {"x_avg": orbit.average_small, "y_avg": orbit.average_big, "H": orbit.constant}
    path = replicator(game, *_profile(x, y), LONG / (max(game.payoff_range) or 1.0))
    averages = float(path.average_small[0]), float(path.average_big[0])
    return {"x_avg": averages[0], "y_avg": averages[1], "H": constant_of_motion(game, x, y)}


def _referred(item: Item) -> Mapping[str, Any]:
    """Return the item's inputs, or the game they give: that of another item, known by its id, or payoffs."""
    game = item.inputs.get("game")
    if game is None or isinstance(game, Mapping):
        return game or item.inputs
    for other in read_items():
        if other.id == game:
            return other.inputs
    raise InputError(f"inputs.game must be the id of an item of the list or published; got {game!r}. Write F5.1.")


def _period(game: NormalFormGame) -> float:
    """Return the period of small oscillations around the mixed equilibrium."""
    centre = rest_point(game)
    fastest = 0.0 if centre is None else float(np.max(growth_rates(game, *_profile(*centre)).imag))
    if fastest == 0.0:
        raise InputError("inputs.game must have a centre; got none. Give a game like inspection.")
    return 2.0 * math.pi / fastest


def _basins(given: Mapping[str, Any]) -> dict[str, str]:
    """Return where the assurance game ends from slightly above and below its mixed equilibrium."""
    small = [[given["a_S"], -given["l_S"]], [0.0, 0.0]]
    big = [[given["a_B"], 0.0], [-given["l_B"], 0.0]]
    game = NormalFormGame(small, big)
    saddle = rest_point(game)
    if saddle is None:
        raise InputError("The gains a_S, a_B and losses l_S, l_B must be above 0; got a game without a saddle.")
    ends = {}
    for side, step in (("above", given["eps"]), ("below", -given["eps"])):
        profile = settled_profile(game, *_profile(saddle[0] + step, saddle[1] + step))
        ends[side] = "neither" if profile is None else NAMES[profile]
    return ends


def _profile(x: float, y: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return both firms' mixed actions, given the shares of the first."""
    return (x, 1.0 - x), (y, 1.0 - y)
