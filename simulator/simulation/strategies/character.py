"""Strategies of character: the suitor, who keeps its word, and the shark, who keeps it while that pays.

References
----------
SmallCo vs BigCo, The Ham and Egg Conundrum; Kreps and Wilson (1982), Journal of Economic Theory 27 (mimicking a type).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled
from simulator.simulation.strategies.registry import MOST_PARAMETERS, Strategy, register, setting

SUITOR = 13
SHARK = 14

register(
    Strategy(
        "suitor",
        SUITOR,
        "Keeps its promise, commits what the equilibrium asks if that is more, and never leaves for lost trust.",
        "the stage game and its own promise",
        "SmallCo vs BigCo, The Ham and Egg Conundrum",
    )
)
register(
    Strategy(
        "shark",
        SHARK,
        "Plays the equilibrium until it has learnt all or its mimicry is over, then commits as little as it can.",
        "the stage game, its own knowledge and the age of the alliance",
        "SmallCo vs BigCo, The Ham and Egg Conundrum; mimicry: Kreps and Wilson (1982), JET 27",
        (setting("mimics", 12.0, "Months for which it behaves like a suitor.", unit="months", high=1e6),),
    )
)


def shark_numbers(months: int) -> NDArray[np.float64]:
    """Return the parameters of a BigCo that is a shark by nature: the months for which it mimics a suitor."""
    numbers = np.zeros(MOST_PARAMETERS)
    numbers[0] = months
    return numbers


@compiled
def defects(code: int, parameters: NDArray[np.float64], together: int, knowledge: float) -> bool:
    """Return whether a firm is a shark that has stopped mimicking: its months are over or it has learnt all."""
    return code == SHARK and (together >= parameters[0] or knowledge >= 1.0)


@compiled
def stays(code: int) -> bool:
    """Return whether a firm never walks away for lost trust."""
    return code == SUITOR
