"""How far what is computed is from what is published, and where they differ most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.validation.items import Item

ROUNDING = 4e-16
"""Part of a number that its rounding alone can change; allowed beside an item's tolerance."""


def difference(expected: Any, computed: Any) -> float:
    """Return the largest absolute difference between two values of one shape.

    Numbers are compared as numbers, everything else must be equal; a shape or word that differs is infinitely far.
    Keys that only `computed` has are extra information. An expected null agrees with an infinite number, which JSON
    cannot write.

    Examples
    --------
    >>> difference({"w": 2.0, "accepts": True}, {"w": 2.5, "accepts": True})
    0.5
    >>> difference([1.0], [1.0, 2.0])
    inf
    """
    if isinstance(expected, Mapping):
        if not isinstance(computed, Mapping) or not set(expected) <= set(computed):
            return math.inf
        return max((difference(value, computed[key]) for key, value in expected.items()), default=0.0)
    if isinstance(expected, list | tuple):
        if not isinstance(computed, Sequence) or isinstance(computed, str) or len(computed) != len(expected):
            return math.inf
        return max((difference(one, two) for one, two in zip(expected, computed, strict=True)), default=0.0)
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (expected, computed)]
    if all(numbers):
        if expected == computed:
            return 0.0
        if not _is_float(expected):
            return math.inf
        apart = abs(computed - expected)
        return apart if math.isfinite(apart) else math.inf
    if expected is None and isinstance(computed, float) and math.isinf(computed):
        return 0.0
    return 0.0 if type(expected) is type(computed) and expected == computed else math.inf


def agrees(item: Item, apart: float) -> bool:
    """Return whether a difference is within an item's tolerance and the rounding of its numbers."""
    return apart <= item.tolerance + ROUNDING * _largest(item.expected)


def _largest(value: Any) -> float:
    """Return the largest finite number of a value by size, 0 if it has none."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return max(map(_largest, value), default=0.0)
    number = isinstance(value, int | float) and not isinstance(value, bool) and _is_float(value)
    return abs(float(value)) if number else 0.0


def _is_float(value: float) -> bool:
    """Return whether a number is finite and a float can hold it."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def disagreement(item: Item, computed: Any) -> str:
    """Return which part of an item differs most, and by how much."""
    if not isinstance(item.expected, Mapping):
        apart, name = difference(item.expected, computed), "it"
    elif not isinstance(computed, Mapping):
        return f"expected is an object with {', '.join(item.expected)}; computed is {computed!r}."
    else:
        unknown = [key for key in item.expected if key not in computed]
        if unknown:
            return f"{unknown[0]} is not computed; its chapter computes {', '.join(computed)}."
        each = {key: difference(value, computed[key]) for key, value in item.expected.items()}
        name = max(each, key=lambda key: each[key])
        apart = each[name]
    if math.isfinite(apart):
        return f"{name} differs by {apart:.3g}, more than {item.tolerance:g}."
    return f"{name} is not what is expected."


def pythonic(value: Any) -> Any:
    """Return a value with NumPy's numbers and arrays, and tuples, as Python's numbers and lists.

    Examples
    --------
    >>> import numpy as np
    >>> pythonic({"p": np.array([0.25, 0.75]), "accepts": np.bool_(True)})
    {'p': [0.25, 0.75], 'accepts': True}
    """
    if isinstance(value, Mapping):
        return {str(key): pythonic(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [pythonic(inner) for inner in value]
    return value.tolist() if hasattr(value, "tolist") else value
