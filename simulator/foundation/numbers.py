"""Numbers from callers held to what they must be, each refusal one line that names the argument."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError


def finite(name: str, value: float, advice: str = "Write a number.") -> float:
    """Return a number as a float, or raise ParameterError unless it is finite.

    Examples
    --------
    >>> finite("rematched.pie", 2)
    2.0
    """
    if not math.isfinite(value):
        raise ParameterError(f"{name} must be finite; got {value!r}. {advice}")
    return float(value)


def whole(name: str, value: float, least: int, advice: str = "", most: float = math.inf) -> int:
    """Return a whole number as an int, or raise ParameterError unless it is one of at least `least`.

    Examples
    --------
    >>> whole("rematched.count", 3.0, 1)
    3
    """
    known = isinstance(value, Real) and not isinstance(value, bool)
    if not known or not (least <= value <= most and math.isfinite(value) and value == int(value)):
        wanted = f"of at least {least}" if math.isinf(most) else f"from {least} to {most:g}"
        raise ParameterError(
            f"{name} must be a whole number {wanted}; got {value!r}. {advice or f'Write {least} or more.'}"
        )
    return int(value)


def finite_array(name: str, values: ArrayLike, advice: str = "Write a list of numbers.") -> NDArray[np.float64]:
    """Return numbers as a float array of any shape, or raise ParameterError unless all are finite numbers.

    Examples
    --------
    >>> finite_array("points_frontier.points", [[0, 3], [3, 0]]).shape
    (2, 2)
    """
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"{name} must be numbers; got rows of unequal length or something else. {advice}"
        ) from None
    if not np.all(np.isfinite(array)):
        raise ParameterError(f"{name} must be finite; got {array[~np.isfinite(array)][0]!s}. {advice}")
    return array
