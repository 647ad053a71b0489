"""Strategies that a user writes as Python functions, compiled where they can be so that the engine asks them itself."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from numbers import Real
from types import FunctionType
from typing import Any

from simulator.economy.firm import Role
from simulator.foundation.compiled import NotCompiledError, address_of, answered, routine
from simulator.foundation.errors import AnswerError
from simulator.foundation.translation import translation
from simulator.simulation.observation import Observation
from simulator.simulation.tables import Prepared

PythonStrategy = Callable[[Observation], int]
PythonStrategies = Mapping[Role, PythonStrategy]
NO_LEVEL = -1


def address(function: PythonStrategy) -> int:
    """Return where the machine code of a user's strategy is; it answers NO_LEVEL where the answer is no level.

    Machine code is used only where it does what Python does, to the last bit: see `foundation.translation`.

    Raises
    ------
    NotCompiledError
        If it cannot be compiled.
    """
    if not isinstance(function, FunctionType):
        raise NotCompiledError("it is not a plain function")
    place, reason = _compiled(function)
    if reason:
        raise NotCompiledError(reason)
    return place


@functools.cache
def _compiled(function: PythonStrategy) -> tuple[int, str]:
    """Return the address of a strategy's machine code, or 0 and why there is none; neither is found out twice."""
    try:
        decide = translation(function, Observation._fields)

        def answer(seen: Observation) -> int:
            level = NO_LEVEL
            try:
                given = decide(seen)
                if 0 <= given <= seen.top and given == int(given):
                    level = int(given)
            except Exception:
                level = NO_LEVEL
            return level

        return address_of(answer, decide, Observation(*[1.0] * len(Observation._fields))), ""
    except NotCompiledError as error:
        return 0, str(error)


def why_not_compiled(strategies: PythonStrategies) -> str:
    """Return why strategies must be asked one by one by the reference driver, in a few words; empty if they need not.

    Examples
    --------
    >>> def small(seen):
    ...     return sum([seen.top])
    >>> why_not_compiled({Role.SMALL: small})
    'small(seen) cannot be compiled: line 2: sum is not among the functions that are compiled'
    """
    for role, function in strategies.items():
        try:
            address(function)
        except NotCompiledError as error:
            return f"{role.value}(seen) cannot be compiled: {error}"
    return ""


def with_strategies(prepared: Prepared, strategies: PythonStrategies) -> Prepared:
    """Return the tables by which the engine asks compiled strategies in place of the scenario's.

    Raises
    ------
    NotCompiledError
        If one of them cannot be compiled.
    """
    settings = prepared.settings.copy()
    for role, function in strategies.items():
        settings[f"{role.value}_asked"] = address(function)
    return prepared._replace(settings=settings)


@routine
def asked(
    address: int,
    month: int,
    together: int,
    top: int,
    equilibrium: int,
    reply: int,
    hedge: int,
    first_best: int,
    promise: int,
    leading: int,
    partner_level: int,
    partner_breaks: int,
    partner_broke: int,
    trust: float,
    knowledge: float,
    cash: float,
) -> int:
    """Return the level that the compiled strategy at an address chooses; the rest are the fields of an `Observation`.

    Raises
    ------
    AnswerError
        If it is none of the firm's levels.
    """
    seen = Observation(
        float(month), float(together), float(top), float(equilibrium), float(reply), float(hedge), float(first_best),
        float(promise), float(leading), float(partner_level), float(partner_breaks), float(partner_broke), trust,
        knowledge, cash,
    )  # fmt: skip
    level = answered(address, seen)
    if level < 0:
        raise AnswerError("A strategy failed or returned none of the firm's levels. Run it by the reference driver.")
    return level


def level_of(answer: Any, top: int) -> int | None:
    """Return the level that an answer of a strategy means, or None if it means none: a whole number from 0 to `top`."""
    if isinstance(answer, bool) or not isinstance(answer, Real):
        return None
    number = float(answer)
    return int(number) if 0.0 <= number <= top and number.is_integer() else None
