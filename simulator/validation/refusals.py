"""Why an item's inputs cannot be used: which key is to blame, and what to write there instead.

What to write is read off the shipped items of the chapter: which keys they have, the kinds of their values, and values
that work.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from simulator.foundation.errors import AllianceError
from simulator.validation.items import Item, read_items
from simulator.validation.messages import one_line

Compute = Callable[[Item], Any]

_MOST_TRIALS = 24
"""Shipped values tried in place of suspected ones before nobody is blamed."""
_ALIKE = 0.5
"""Part of the keys of two items that must be shared if one is to say what the other lacks."""
_NUMBERED = re.compile(r"(\.\d+)*$")
_TEXT = "text"


def unusable(item: Item) -> str:
    """Return which input holds nan or something of another kind than in every shipped item; empty if none does.

    Where a shipped item has text, in it or in a list, anything may stand: a name may also be a number, and a function
    the list of its values.

    Examples
    --------
    >>> unusable(Item("A1.9", {"pie": "ten"}))
    "inputs.pie must be a number; got text: 'ten'. Write, say, 100."
    """
    known = _known(item)
    for key, value in item.inputs.items():
        usual = [part for shipped in known.get(key, ()) for part in _parts(shipped)]
        advice = f" Write, say, {_short(known[key][0])}." if usual else " Write a number."
        for depth, part in _parts(value):
            kinds = sorted({_kind(other) for level, other in usual if level == depth})
            if kinds and _TEXT not in kinds and _kind(part) not in kinds:
                where = "" if depth == 0 else " hold what is"
                return f"inputs.{key} must{where or ' be'} {' or '.join(kinds)}; got {_named(part)}.{advice}"
            if _is_nan(part):
                return f"inputs.{key} must be finite; got {_short(part)}.{advice}"
    return ""


def lacking(item: Item, computed: Any, compute: Compute) -> str:
    """Return which key the item lacks that matters and that all shipped items of its kind have; empty if none.

    Parameters
    ----------
    item : Item
        An item that does not agree with what is computed.
    computed : value
        What is computed without the key.
    compute : function of an item
        What computed it.
    """
    for key, value in _missing(item):
        try:
            matters = compute(replace(item, inputs={**item.inputs, key: value})) != computed
        except Exception:  # of whatever kind: the key is read
            matters = True
        if matters:
            return _without(item, key, value)
    return ""


def refused(item: Item, error: Exception, compute: Compute) -> str:
    """Return which input made an adapter raise an error, and what to write; empty if nothing says that one did.

    An input is to blame if the item could be computed with a shipped value in its place, or with a key that it lacks.

    Parameters
    ----------
    item : Item
        The item.
    error : Exception
        What was raised.
    compute : function of an item
        What raised it.
    """
    missing = _missing(item)
    for key, value in [*missing, *_trials(item)]:
        try:
            compute(replace(item, inputs={**item.inputs, key: value}))
        except Exception:  # of whatever kind: this value does not help
            continue
        if key not in item.inputs:
            return _without(item, key, value)
        reason = f": {one_line(error)}" if isinstance(error, AllianceError) else "."
        return f"inputs.{key} cannot be {_short(item.inputs[key])}{reason} Write, say, {_short(value)}."
    return _without(item, *missing[0]) if missing else ""


def _without(item: Item, key: str, value: Any) -> str:
    """Return that a key is missing."""
    return f"inputs must have the key {key!r}; got {', '.join(item.inputs) or 'none'}. Write, say, {_short(value)}."


def _missing(item: Item) -> list[tuple[str, Any]]:
    """Return the keys, with each of their values, that the item lacks and that all shipped items of its kind have.

    Of its kind are those whose ids differ in numbers only or, where these share no key, the one with the most similar
    keys.
    """
    kind = _NUMBERED.sub("", item.id)
    chapter = _shipped(item.chapter)
    siblings = [other.inputs for other in chapter if _NUMBERED.sub("", other.id) == kind]
    shared = [key for key in siblings[0] if all(key in inputs for inputs in siblings)] if siblings else []
    if shared:
        return [(key, inputs[key]) for key in shared if key not in item.inputs for inputs in siblings]
    nearest = max((other.inputs for other in chapter), key=lambda inputs: _overlap(inputs, item.inputs), default={})
    if _overlap(nearest, item.inputs) < _ALIKE:
        return []
    return [(key, value) for key, value in nearest.items() if key not in item.inputs]


@cache
def _shipped(chapter: str) -> tuple[Item, ...]:
    """Return the shipped items of a chapter."""
    return tuple(item for item in read_items() if item.chapter == chapter)


def _overlap(one: Mapping[str, Any], two: Mapping[str, Any]) -> float:
    """Return how many keys two inputs share, as a part of all their keys (Jaccard)."""
    return len(one.keys() & two.keys()) / max(len(one.keys() | two.keys()), 1)


def _trials(item: Item) -> Iterator[tuple[str, Any]]:
    """Return the item's keys with other values that shipped items have there, at most so many."""
    known = _known(item)
    tried = 0
    for key in item.inputs:
        distinct: list[Any] = []
        for value in known.get(key, ()):
            if value not in distinct and value != item.inputs[key]:
                distinct.append(value)
        for value in distinct[:2]:
            tried += 1
            if tried > _MOST_TRIALS:
                return
            yield key, value


def _known(item: Item) -> dict[str, list[Any]]:
    """Return the values of every key in the shipped items of the chapter, those of the same kind of item first."""
    kind = _NUMBERED.sub("", item.id)
    known: dict[str, list[Any]] = {}
    for other in sorted(_shipped(item.chapter), key=lambda other: _NUMBERED.sub("", other.id) != kind):
        for key, value in other.inputs.items():
            known.setdefault(key, []).append(value)
    return known


def _parts(value: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    """Return a value and everything in it, with how deep it lies."""
    yield depth, value
    inner = list(value.values()) if isinstance(value, Mapping) else value
    if isinstance(inner, list | tuple):
        for each in inner:
            yield from _parts(each, depth + 1)


def _is_nan(value: Any) -> bool:
    """Return whether a value is not a number, or a number too large for a float."""
    try:
        return isinstance(value, int | float) and math.isnan(value)
    except OverflowError:
        return True


def _kind(value: Any) -> str:
    """Return what a JSON value is."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true or false"
    kinds = {int: "a number", float: "a number", str: _TEXT, list: "a list", dict: "an object"}
    return next((name for kind, name in kinds.items() if isinstance(value, kind)), type(value).__name__)


def _named(value: Any) -> str:
    """Return what a value is, and its beginning."""
    return f"{_kind(value)}: {_short(value)}"


def _short(value: Any) -> str:
    """Return the beginning of a value as text."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
