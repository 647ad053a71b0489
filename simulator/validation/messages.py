"""What is said of errors and of chapters that do not exist: one line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from simulator.foundation.errors import AllianceError, nearest
from simulator.validation.items import Item


def one_line(error: Exception) -> str:
    """Return an error as one line; those that are not ours begin with their kind."""
    text = " ".join(str(error).split())
    return text if isinstance(error, AllianceError) else f"{type(error).__name__}: {text}".removesuffix(": ")


def nearest_chapter(prefix: str, known: Iterable[str]) -> str:
    """Return a hint that names the chapter nearest to a prefix, one of the same letter if there is one."""
    asked = Item(prefix.upper()).chapter
    names = list(known)
    alike = [name for name in names if name[:1] == asked[:1]] or names
    close = difflib.get_close_matches(asked, alike, n=1, cutoff=0.3)
    return f"Did you mean {close[0]!r}?" if close else nearest(asked, names)
