"""Strategies that play the equilibrium and differ in when they leave.

References
----------
Keller, Rady and Cripps (2005), Econometrica 73 (rational abandonment at p* = c / (h V)).
Arkes and Blumer (1985), The psychology of sunk cost, OBHDP 35.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled
from simulator.simulation.strategies.registry import Strategy, register, setting

RATIONAL_QUITTER = 15
SUNK_COST_STAYER = 16

register(
    Strategy(
        "rational_quitter",
        RATIONAL_QUITTER,
        "Plays the equilibrium, and leaves as soon as what it expects to the horizon is below its alternative.",
        "the stage game, the state of the project, and the months left",
        "Keller, Rady and Cripps (2005), Econometrica 73; Dixit and Pindyck (1994), chapter 7",
    )
)
register(
    Strategy(
        "sunk_cost_stayer",
        SUNK_COST_STAYER,
        "Plays the equilibrium, and gives up a doubtful project too late: its threshold p* is lowered by a share.",
        "the stage game and the state of the project",
        "Arkes and Blumer (1985), OBHDP 35",
        (setting("bias", 0.5, "Share by which the threshold is lowered; 1 never gives up.", high=1.0),),
        simple=True,
    )
)


@compiled
def quits(code: int) -> bool:
    """Return whether a firm leaves whenever its prospects fall below its alternative."""
    return code == RATIONAL_QUITTER


@compiled
def sunk_cost_bias(code: int, parameters: NDArray[np.float64]) -> float:
    """Return the sunk-cost bias of a strategy, in [0, 1]."""
    return parameters[0] if code == SUNK_COST_STAYER else 0.0
