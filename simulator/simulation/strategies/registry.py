"""What a strategy is, and the registry of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.economy.firm import Firm, StrategyChoice
from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.parameters import Limits
from simulator.foundation.registry import Registry

MOST_PARAMETERS = 5


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
        At most five, in the order in which `choose` reads them.
    simple : bool
        Whether it needs no more than the steps that every market has: no memory, payments or rules of leaving of its
        own.
    learns : bool
        Whether it keeps a memory of each alliance.
    reads_payoffs : bool
        Whether it looks at the payoffs of the stage game, beyond the best replies.
    """

    name: str
    code: int
    doc: str
    sees: str
    source: str
    parameters: tuple[StrategyParameter, ...] = ()
    simple: bool = False
    learns: bool = False
    reads_payoffs: bool = False


STRATEGIES: Registry[Strategy] = Registry("strategy")


def register(strategy: Strategy) -> None:
    """Put a strategy into the registry under its own name."""
    STRATEGIES.register(strategy.name)(strategy)


def setting(
    name: str,
    default: float,
    doc: str,
    *,
    unit: str = "-",
    low: float = 0.0,
    high: float = 1000.0,
) -> StrategyParameter:
    """Return a parameter with its unit, range and meaning."""
    return StrategyParameter(name, default, Limits(unit, low, high, False, False, doc))


def strategy_numbers(choice: StrategyChoice, firm: Firm) -> tuple[int, NDArray[np.float64]]:
    """Return the code and the parameters, shape (5,), of a firm's strategy; those it does not have are 0.

    Raises
    ------
    UnknownNameError, ParameterError
        If the strategy or one of its parameters is unknown or out of range.
    """
    strategy = STRATEGIES[choice.name]
    given = dict(choice.parameters)
    values = np.zeros(MOST_PARAMETERS)
    for place, parameter in enumerate(strategy.parameters):
        value = given.pop(parameter.name, parameter.default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not parameter.limits.admits(value):
            raise ParameterError(
                f"{type(firm).__name__}.strategy: {parameter.name} must be in {parameter.limits}; got {value!r}. "
                f"Write {{ name = {strategy.name!r}, {parameter.name} = {parameter.default:g} }}."
            )
        values[place] = value
    for name in given:
        raise unknown(f"parameter of strategy {strategy.name!r}", name, [p.name for p in strategy.parameters])
    return strategy.code, values


def learns(choice: StrategyChoice) -> bool:
    """Return whether a strategy keeps a memory of each alliance."""
    return STRATEGIES[choice.name].learns


def reads_payoffs(choice: StrategyChoice) -> bool:
    """Return whether a strategy looks at the payoffs of the stage game."""
    return STRATEGIES[choice.name].reads_payoffs


def is_simple(choice: StrategyChoice) -> bool:
    """Return whether a strategy needs no more than the steps that every market has."""
    return STRATEGIES[choice.name].simple
