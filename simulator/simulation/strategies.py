"""Who decides the commitment, month by month, and what each strategy may see.

Every strategy is one branch of the compiled function `choose`; its entry in the registry says in words what it does,
which parameters it takes, what it may see, and where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.economy.firm import Firm, StrategyChoice
from simulator.foundation.compiled import compiled
from simulator.foundation.draws import uniform
from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.parameters import Limits
from simulator.foundation.registry import Registry

NASH = 0
BEST_REPLY = 1
ALL_IN_PIG = 2
HEDGING_CHICKEN = 3
RECIPROCATOR = 4
RANDOM = 5


@dataclass(frozen=True, slots=True)
class StrategyParameter:
    """One parameter of a strategy: its name, default, and limits."""

    name: str
    default: float
    limits: Limits


@dataclass(frozen=True, slots=True)
class Strategy:
    """A rule that picks a commitment level each month.

    Parameters
    ----------
    name : str
        As written in a scenario.
    code : int
        The branch of `choose`.
    doc, sees, source : str
        What it does, its information set, and where it comes from.
    parameters : tuple of StrategyParameter
        At most one; passed to `choose`.
    """

    name: str
    code: int
    doc: str
    sees: str
    source: str
    parameters: tuple[StrategyParameter, ...] = ()


STRATEGIES: Registry[Strategy] = Registry("strategy")


def _register(strategy: Strategy) -> None:
    """Put a strategy into the registry under its own name."""
    STRATEGIES.register(strategy.name)(strategy)


_register(
    Strategy(
        "nash",
        NASH,
        "Plays its part of the selected equilibrium of the current stage game.",
        "the stage game, with SmallCo's months of cash left",
        "Nash (1951), Annals of Mathematics 54",
    )
)
_register(
    Strategy(
        "best_reply",
        BEST_REPLY,
        "Plays the best reply to the partner's last commitment, at first to its promise.",
        "the stage game and the partner's last commitment",
        "Cournot (1838), chapter 7",
    )
)
_register(
    Strategy(
        "all_in_pig",
        ALL_IN_PIG,
        "Commits everything every month, as the pig does at breakfast.",
        "nothing",
        "SmallCo vs BigCo, The Ham and Egg Conundrum",
    )
)
_register(
    Strategy(
        "hedging_chicken",
        HEDGING_CHICKEN,
        "Splits a budget evenly over its current alliances, and lays an egg in each.",
        "its own number of alliances",
        "SmallCo vs BigCo, The Ham and Egg Conundrum",
        (
            StrategyParameter(
                "budget", 1.0, Limits("share of full commitment", 0.0, 1000.0, False, False, "Budget to be split.")
            ),
        ),
    )
)
_register(
    Strategy(
        "reciprocator",
        RECIPROCATOR,
        "Commits at the first best while promises are kept, and nothing after `patience` broken ones in a row.",
        "the stage game and the partner's promises kept or broken",
        "Axelrod (1984), The Evolution of Cooperation (tit for tat)",
        (
            StrategyParameter(
                "patience",
                1.0,
                Limits("broken promises", 1.0, 1000.0, False, False, "Broken promises in a row forgiven."),
            ),
        ),
    )
)
_register(
    Strategy(
        "random",
        RANDOM,
        "Picks any level with equal probability.",
        "nothing",
        "the usual baseline",
    )
)


def strategy_numbers(choice: StrategyChoice, firm: Firm) -> tuple[int, float]:
    """Return the code and the parameter of a firm's strategy.

    Raises
    ------
    UnknownNameError, ParameterError
        If the strategy or its parameter is unknown or out of range.
    """
    strategy = STRATEGIES[choice.name]
    given = dict(choice.parameters)
    value = 0.0
    for parameter in strategy.parameters:
        value = given.pop(parameter.name, parameter.default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not parameter.limits.admits(value):
            raise ParameterError(
                f"{type(firm).__name__}.strategy: {parameter.name} must be in {parameter.limits}; got {value!r}. "
                f"Write {{ name = {strategy.name!r}, {parameter.name} = {parameter.default:g} }}."
            )
    for name in given:
        raise unknown(f"parameter of strategy {strategy.name!r}", name, [p.name for p in strategy.parameters])
    return strategy.code, float(value)


def hedges(choice: StrategyChoice, levels: NDArray[np.float64], slots: int) -> NDArray[np.int64]:
    """Return the highest level that an even split of the budget affords, for each portfolio of 0 to `slots`."""
    budget = dict(choice.parameters).get("budget", 1.0)
    affordable = budget * levels[-1] / np.maximum(np.arange(slots + 1), 1)
    return np.maximum(np.searchsorted(levels, affordable + 1e-9, side="right") - 1, 0).astype(np.int64)


@compiled
def choose(
    code: int,
    parameter: float,
    top: int,
    equilibrium: int,
    reply: int,
    hedge: int,
    first_best: int,
    promise: int,
    partner_breaks: int,
    key: np.uint64,
    month: int,
    alliance: int,
    purpose: int,
) -> int:
    """Return the index of the level a firm commits this month.

    Parameters
    ----------
    code, parameter : int, float
        From `strategy_numbers`.
    top, equilibrium, reply, hedge, first_best, promise : int
        Level indices: the highest; the one played in the current equilibrium; the best reply to the partner's last
        commitment (at first to its promise); an even split of the budget; the joint optimum; the own promise.
    partner_breaks : int
        Promises the partner has broken in a row.
    key, month, alliance, purpose
        Where a random choice comes from (see `foundation.draws`).
    """
    if code == NASH:
        return equilibrium
    if code == BEST_REPLY:
        return reply
    if code == ALL_IN_PIG:
        return top
    if code == HEDGING_CHICKEN:
        return hedge
    if code == RECIPROCATOR:
        return 0 if partner_breaks >= parameter else max(first_best, promise)
    return min(int(uniform(key, month, alliance, purpose) * (top + 1)), top)
