"""What the adapters share: how an item's numbers are read, its contract solved, and its best parameter found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract, Term
from simulator.economy.scenario import CommitmentSpace, Scenario
from simulator.games.maximum import maximise
from simulator.games.solution import Solution, solve
from simulator.validation.chapters import InputError

Array = NDArray[np.float64]

_EIGHTH_ORDER = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])

CONTINUOUS = CommitmentSpace(levels="continuous")
BOTH_OR_NOT = CommitmentSpace(levels=(0.0, 1.0))


def number(given: Mapping[str, Any], key: str, default: float | None = None) -> float:
    """Return one number of an item's inputs, as a float so that compiled functions are compiled once.

    Raises
    ------
    InputError
        If it is not a finite number.

    Examples
    --------
    >>> number({"pie": 100}, "pie"), number({"pie": 100}, "d_S", 0.0)
    (100.0, 0.0)
    """
    value = given[key] if default is None else given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"inputs.{key} must be a finite number; got {value!r}. Write a number.")
    return float(value)


def whole(given: Mapping[str, Any], key: str, low: int) -> int:
    """Return one whole number of an item's inputs, at least `low`.

    Raises
    ------
    InputError
        If it is anything else.
    """
    value = number(given, key)
    if value != int(value) or value < low:
        raise InputError(f"inputs.{key} must be a whole number of at least {low}; got {given[key]!r}. Write {low}.")
    return int(value)


def one_of(given: Mapping[str, Any], key: str, words: Sequence[str]) -> str:
    """Return one word of an item's inputs, by default the first of those allowed.

    Raises
    ------
    InputError
        If it is none of them.

    Examples
    --------
    >>> one_of({"first": "B"}, "first", "SB"), one_of({}, "first", "SB")
    ('B', 'S')
    """
    value = given.get(key, words[0])
    if value not in list(words):
        raise InputError(f"inputs.{key} must be {' or '.join(words)}; got {value!r}. Write {words[0]}.")
    return str(value)


def contract(*terms: Term) -> Contract:
    """Return the contract of an item."""
    return Contract("contract of the item", terms)


def solved(scenario: Scenario, *terms: Term) -> Solution:
    """Return the solution of a scenario under a contract with these terms."""
    return solve(scenario, contract(*terms))


def best_parameter(payoffs: Callable[[Array], Array], low: float, high: float) -> float:
    """Return the value of a parameter on [low, high] that is best for whom `payoffs` says.

    Parameters
    ----------
    payoffs : function from array (k,) to array (k,)
        The payoffs at k values of the parameter.
    low, high : float
        The interval.

    Notes
    -----
    A maximum is flat, so payoffs place it to half their digits only; where they are smooth there, their slope's root
    places it to nearly all.

    References
    ----------
    Fornberg (1988), Generation of finite difference formulas on arbitrarily spaced grids, Math. Comp. 51 (the slope).

    Examples
    --------
    >>> round(best_parameter(lambda prices: (prices - 2.0) * (10.0 - prices), 2.0, 10.0), 9)
    6.0
    """
    span = high - low
    where, peak = maximise(
        lambda points: payoffs(points.ravel()).reshape(points.shape),
        high,
        low=low,
        scan=17,
        peaks=1,
        rounds=5,
        polish=False,
    )
    best = float(where[0])
    step = min(span / 256.0, 0.2 * (best - low), 0.2 * (high - best))
    reach = min(1e-5 * span, 0.5 * step)
    if reach <= 1e-9 * span:
        return best

    def rise(parameter: float) -> float:
        return slope(payoffs, parameter, step)

    if not rise(best - reach) > 0.0 > rise(best + reach):
        return best
    smooth = root(rise, best - reach, best + reach, 0.0)
    return smooth if float(payoffs(np.array([smooth]))[0]) >= float(peak[0]) - 1e-11 * abs(float(peak[0])) else best


def slope(function: Callable[[Array], Array], at: float, step: float) -> float:
    """Return the derivative of a smooth function by central differences of eighth order.

    Examples
    --------
    >>> round(slope(np.exp, 0.0, 0.01), 12)
    1.0
    """
    values = function(at + step * np.arange(-4.0, 5.0))
    return float(values @ _EIGHTH_ORDER) / step


def root(function: Callable[[float], float], low: float, high: float, zero: float) -> float:
    """Return the root of a function on [low, high]; an end counts if the function is at most `zero` there.

    Raises
    ------
    InputError
        If the function has one sign on both ends: nothing in between does what the item asks for.

    Examples
    --------
    >>> root(lambda x: x * x - 9.0, 0.0, 10.0, 0.0), root(lambda x: x, 0.0, 1.0, 0.0)
    (3.0, 0.0)
    """
    from scipy.optimize import brentq

    ends = function(low), function(high)
    for end, value in zip((low, high), ends, strict=True):
        if abs(value) <= zero:
            return end
    if not ends[0] * ends[1] < 0.0:
        raise InputError(f"no value between {low:g} and {high:g} does what the item asks for; change its inputs.")
    return float(brentq(function, low, high, xtol=1e-14))
