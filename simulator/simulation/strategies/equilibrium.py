"""Strategies that play the game they see: its equilibrium, a best reply, the leader's part, or a logit response.

References
----------
Nash (1951), Annals of Mathematics 54. Cournot (1838), chapter 7. Stackelberg (1934).
McKelvey and Palfrey (1995), Quantal response equilibria for normal form games, GEB 10.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.economy.firm import StrategyChoice
from simulator.foundation.compiled import compiled
from simulator.simulation.strategies.registry import STRATEGIES, Strategy, register, setting

NASH = 0
BEST_REPLY = 1
LEADER = 6
QUANTAL_RESPONSE = 7

register(
    Strategy(
        "nash",
        NASH,
        "Plays its part of the selected equilibrium of the current stage game.",
        "the stage game, with SmallCo's months of cash left",
        "Nash (1951), Annals of Mathematics 54",
        simple=True,
    )
)
register(
    Strategy(
        "best_reply",
        BEST_REPLY,
        "Plays the best reply to the partner's last commitment, at first to its promise.",
        "the stage game and the partner's last commitment",
        "Cournot (1838), chapter 7",
        simple=True,
    )
)
register(
    Strategy(
        "leader",
        LEADER,
        "Commits as a Stackelberg leader would, after planning at signing, which raises the project's output.",
        "the stage game and the partner's best replies",
        "Stackelberg (1934); planning: SmallCo vs BigCo, The Ham and Egg Conundrum",
        (
            setting("planning", 0.0, "What planning costs at signing.", unit="money", high=1e12),
            setting("insight", 0.0, "Share by which planning raises the project's output.", high=10.0),
        ),
    )
)
register(
    Strategy(
        "quantal_response",
        QUANTAL_RESPONSE,
        "Plays its part of the logit quantal response equilibrium of the current stage game.",
        "the stage game, and that the partner errs likewise",
        "McKelvey and Palfrey (1995), GEB 10",
        (setting("precision", 1.0, "Precision lambda: 0 is random, large is a best reply.", unit="1/money", high=1e6),),
    )
)


def quantal_precision(choice: StrategyChoice) -> float | None:
    """Return the precision of a firm that plays a logit equilibrium, or None."""
    if choice.name != "quantal_response":
        return None
    default = STRATEGIES[choice.name].parameters[0].default
    return float(dict(choice.parameters).get("precision", default))


@compiled
def planning_cost(code: int, parameters: NDArray[np.float64]) -> float:
    """Return what a leader spends on planning at signing, money; 0 for other strategies."""
    return parameters[0] if code == LEADER else 0.0


@compiled
def insight(code: int, parameters: NDArray[np.float64]) -> float:
    """Return the share by which a leader's planning raises the project's output; 0 for other strategies."""
    return parameters[1] if code == LEADER else 0.0
