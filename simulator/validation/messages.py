"""What is said of an item that cannot be computed, and of a chapter that does not exist: one line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from simulator.foundation.errors import AllianceError, nearest
from simulator.validation.items import Item, read_items


def one_line(error: Exception) -> str:
    """Return an error as one line; those that are not ours begin with their kind."""
    text = " ".join(str(error).split())
    return text if isinstance(error, AllianceError) else f"{type(error).__name__}: {text}".removesuffix(": ")


def odd_input(item: Item) -> str:
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


def nearest_chapter(prefix: str, known: Iterable[str]) -> str:
    """Return a hint that names the chapter nearest to a prefix, one of the same letter if there is one."""
    asked = Item(prefix.upper()).chapter
    names = list(known)
    alike = [name for name in names if name[:1] == asked[:1]] or names
    close = difflib.get_close_matches(asked, alike, n=1, cutoff=0.3)
    return f"Did you mean {close[0]!r}?" if close else nearest(asked, names)
