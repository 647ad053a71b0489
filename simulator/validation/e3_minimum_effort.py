"""Chapter E3: minimum effort, the weak link, with perfect and with noisy best replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import CommitmentSpace, Scenario
from simulator.economy.venture import LinearRevenue, Venture, WeakestLink
from simulator.games.batch import pure_equilibria
from simulator.games.commitment_game import commitment_game
from simulator.games.concepts.quantal import symmetric_logit
from simulator.games.normal_form import NormalFormGame
from simulator.validation.chapters import InputError, chapter
from simulator.validation.configure import number, whole
from simulator.validation.items import Item

FEWEST_CELLS, MOST_CELLS = 64, 240
"""Cells of the partition of an interval of efforts, as small as the noise at least; play is on their midpoints."""

LITTLE_NOISE = 1.0 / 32.0
"""Noise, as a part of the interval, from which the limit of vanishing noise is extrapolated."""

SEVEN = (1, 7)
TIE = 1e-9


@chapter("E3", "Minimum effort, logit equilibrium")
def minimum_effort(item: Item) -> Any:
    """Return the mean effort with noise, its limit, the cells of the table, or the logit probabilities."""
    given = item.inputs
    if "const" in given:
        return _weak_link_cells(given)
    if "lam" in given:
        game = _effort_game(_efforts(given), number(given, "a"), number(given, "b"))
        return symmetric_logit(game.small, number(given, "lam"), whole(given, "n", 2) - 1).tolist()
    if "mu" in given:
        return _mean_effort(given, number(given, "lo"), number(given, "hi"), number(given, "mu"))
    return _vanishing_noise(given, *_ends(given))


def _mean_effort(given: Mapping[str, Any], low: float, high: float, noise: float) -> float:
    """Return the mean effort on an interval: the step between efforts stays below the noise."""
    if not (noise > 0.0 and high > low):
        got = f"{noise:g}, {low:g} and {high:g}"
        raise InputError(f"inputs must have mu > 0 and lo < hi; got {got}. Write such numbers.")
    cells = round(min(max((high - low) / noise, FEWEST_CELLS), MOST_CELLS))
    edges = np.linspace(0.0, high - low, cells + 1)
    levels = 0.5 * (edges[1:] + edges[:-1])
    game = _effort_game(levels, 1.0, number(given, "c"))
    return low + float(symmetric_logit(game.small, 1.0 / noise, whole(given, "n", 2) - 1) @ levels)


def _vanishing_noise(given: Mapping[str, Any], low: float, high: float) -> float:
    """Return the limit of the mean effort as the noise vanishes, extrapolated from a little noise and half of it."""
    noise = LITTLE_NOISE * (high - low)
    limit = 2.0 * _mean_effort(given, low, high, 0.5 * noise) - _mean_effort(given, low, high, noise)
    return min(max(limit, low), high)


def _ends(given: Mapping[str, Any]) -> tuple[float, float]:
    """Return the lowest and the highest effort."""
    low, high = given.get("efforts", SEVEN)
    return number({"efforts": low}, "efforts"), number({"efforts": high}, "efforts")


def _efforts(given: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the whole efforts from the lowest to the highest."""
    low, high = _ends(given)
    return np.arange(low, high + 1.0)


def _effort_game(levels: NDArray[np.float64], benefit: float, cost: float) -> NormalFormGame:
    """Return u = benefit min - cost own: a weakest link whose value is split in halves."""
    scenario = Scenario(
        "minimum effort",
        small=SmallFirm(cost=cost, curvature=1.0),
        big=BigFirm(cost=cost, curvature=1.0, specificity=1.0),
        venture=Venture(technology=WeakestLink(), revenue=LinearRevenue(price=2.0 * benefit)),
        commitment=CommitmentSpace(levels=tuple(levels.tolist())),
    )
    return commitment_game(scenario, Contract()).game


def _weak_link_cells(given: Mapping[str, Any]) -> dict[str, float]:
    """Return the corners of the table, to which the experiment adds a constant, and its symmetric pure equilibria."""
    low, high = (f"{effort:g}" for effort in _ends(given))
    game = _effort_game(_efforts(given), number(given, "a"), number(given, "b"))
    constant = number(given, "const")
    pure = pure_equilibria(game.small, game.big, TIE)
    return {
        f"u{high}{high}": float(game.small[-1, -1]) + constant,
        f"u{low}{low}": float(game.small[0, 0]) + constant,
        f"u{high}{low}": float(game.small[-1, 0]) + constant,
        "n_pure_symmetric": sum(row == column for row, column in pure.tolist()),
    }
