"""Recompute items and hold them against what is published."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulator.foundation.errors import AllianceError, UnknownNameError, nearest
from simulator.validation.chapters import Given, UnsupportedItemError, load_chapters
from simulator.validation.items import Item, read_items

Status = Literal["pass", "fail", "unsupported", "data"]
STATUSES: tuple[Status, ...] = ("pass", "fail", "unsupported", "data")

ROUNDING = 4e-16
"""Part of a number that its rounding alone can change; allowed beside an item's tolerance."""


@dataclass(frozen=True, slots=True)
class Result:
    """An item beside what the library computes for it.

    Parameters
    ----------
    item : Item
        What is published.
    status : {"pass", "fail", "unsupported", "data"}
        "data" marks human and field data, which are reported with the model's fit and never pass.
    computed : value of the shape of `item.expected`, or None
        What the library gives.
    difference : float or None
        Largest absolute difference over the numbers in it.
    message : str
        Why an item failed or is unsupported.
    """

    item: Item
    status: Status
    computed: Any = None
    difference: float | None = None
    message: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result with the keys of ``alliance verify --json``."""
        return {
            "id": self.item.id,
            "status": self.status,
            "expected": self.item.expected,
            "computed": self.computed,
            "difference": self.difference,
            "tolerance": self.item.tolerance,
            "source": self.item.source,
            "title": self.item.title,
            "message": self.message,
        }


def difference(expected: Any, computed: Any) -> float:
    """Return the largest absolute difference between two values of one shape.

    Numbers are compared as numbers, everything else must be equal; a shape or word that differs is infinitely far.
    Keys that only `computed` has are extra information.

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
        apart = abs(computed - expected)
        return apart if math.isfinite(apart) else math.inf
    return 0.0 if type(expected) is type(computed) and expected == computed else math.inf


def check(item: Item) -> Result:
    """Return the item beside what the library computes for it; whatever is wrong with it becomes a message."""
    chapters = load_chapters()
    if item.chapter not in chapters:
        return Result(
            item, "unsupported", message=f"no chapter {item.chapter!r}. {nearest(item.chapter, sorted(chapters))}"
        )
    entry = chapters[item.chapter]
    read = replace(item, inputs=Given(item.inputs))
    is_data = False
    try:
        is_data = entry.data(read)
        computed = pythonic(entry.compute(read))
    except UnsupportedItemError as error:
        return Result(item, "data" if is_data else "unsupported", message=_line(error))
    except Exception as error:  # whatever an odd item leads to is that item's failure, not the list's
        return Result(item, "fail", message=_odd_input(item) or _line(error))
    apart = difference(item.expected, computed)
    if is_data:
        return Result(item, "data", computed, apart if math.isfinite(apart) else None)
    if apart <= item.tolerance + ROUNDING * _largest(item.expected):
        return Result(item, "pass", computed, apart)
    return Result(item, "fail", computed, apart, _disagreement(item, computed))


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


def _line(error: Exception) -> str:
    """Return an error as one line; those that are not ours begin with their kind."""
    text = " ".join(str(error).split())
    return text if isinstance(error, AllianceError) else f"{type(error).__name__}: {text}".removesuffix(": ")


def _largest(value: Any) -> float:
    """Return the largest finite number of a value by size, 0 if it has none."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return max(map(_largest, value), default=0.0)
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return abs(float(value)) if number else 0.0


def _disagreement(item: Item, computed: Any) -> str:
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


def _odd_input(item: Item) -> str:
    """Return which input is of another kind than in the shipped items of the chapter, if one is."""
    known: dict[str, set[str]] = {}
    for other in read_items():
        if other.chapter == item.chapter:
            for key, value in other.inputs.items():
                known.setdefault(key, set()).add(_kind(value))
    for key, value in item.inputs.items():
        if key in known and _kind(value) not in known[key]:
            return f"inputs.{key} must be {' or '.join(sorted(known[key]))}; got {_kind(value)}: {_short(value)}."
    return ""


def _kind(value: Any) -> str:
    """Return what a JSON value is."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true or false"
    kinds = {int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return next((name for kind, name in kinds.items() if isinstance(value, kind)), type(value).__name__)


def _short(value: Any) -> str:
    """Return the beginning of a value as text."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def verify(
    items: Iterable[Item], only: str = "", progress: Callable[[int, int], None] | None = None
) -> tuple[Result, ...]:
    """Return the results of all items whose id begins with `only`, in order.

    Parameters
    ----------
    items : iterable of Item
        What is published.
    only : str
        A chapter, or any beginning of an id.
    progress : function of two ints, optional
        Told how many items are done, and of how many.

    Raises
    ------
    UnknownNameError
        If items are given and no id begins with `only`; it names the nearest chapter.
    """
    every = list(items)
    chosen = [item for item in every if item.id.startswith(only)]
    if every and not chosen:
        known = dict.fromkeys(item.chapter for item in every)
        raise UnknownNameError(f"No item begins with {only!r}. {_nearest_chapter(only, known)}")
    results = []
    for item in chosen:
        results.append(check(item))
        if progress is not None:
            progress(len(results), len(chosen))
    return tuple(results)


def _nearest_chapter(prefix: str, known: Iterable[str]) -> str:
    """Return a hint that names the chapter nearest to a prefix, one of the same letter if there is one."""
    asked = Item(prefix.upper()).chapter
    names = list(known)
    alike = [name for name in names if name[:1] == asked[:1]] or names
    close = difflib.get_close_matches(asked, alike, n=1, cutoff=0.3)
    return f"Did you mean {close[0]!r}?" if close else nearest(asked, names)


def counts(results: Iterable[Result]) -> dict[Status, int]:
    """Return the number of results of each status."""
    found = Counter(result.status for result in results)
    return {status: found[status] for status in STATUSES}
