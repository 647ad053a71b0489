"""Strategies that do not look at the game: all in, hedged over a portfolio, or random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.economy.firm import StrategyChoice
from simulator.simulation.strategies.registry import Strategy, register, setting

ALL_IN_PIG = 2
HEDGING_CHICKEN = 3
RANDOM = 5

register(
    Strategy(
        "all_in_pig",
        ALL_IN_PIG,
        "Commits everything every month, as the pig does at breakfast.",
        "nothing",
        "SmallCo vs BigCo, The Ham and Egg Conundrum",
        simple=True,
    )
)
register(
    Strategy(
        "hedging_chicken",
        HEDGING_CHICKEN,
        "Splits a budget evenly over its current alliances, and lays an egg in each.",
        "its own number of alliances",
        "SmallCo vs BigCo, The Ham and Egg Conundrum",
        (setting("budget", 1.0, "Budget to be split.", unit="share of full commitment"),),
        simple=True,
    )
)
register(
    Strategy(
        "random",
        RANDOM,
        "Picks any level with equal probability.",
        "nothing",
        "the usual baseline",
        simple=True,
    )
)


def hedges(choice: StrategyChoice, levels: NDArray[np.float64], slots: int) -> NDArray[np.int64]:
    """Return the highest level that an even split of the budget affords, for each portfolio of 0 to `slots`."""
    budget = dict(choice.parameters).get("budget", 1.0)
    affordable = budget * levels[-1] / np.maximum(np.arange(slots + 1), 1)
    return np.maximum(np.searchsorted(levels, affordable + 1e-9, side="right") - 1, 0).astype(np.int64)
