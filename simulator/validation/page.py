"""The page of recomputed results, docs/verification.md: what is published beside what the library computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from simulator.validation.chapters import load_chapters
from simulator.validation.verify import Result, counts

FAMILIES = {
    "A": "Bargaining",
    "B": "Commitment and hold-up",
    "C": "Double-sided moral hazard and share contracts",
    "D": "Supply-chain contracts",
    "E": "Coordination, information, audit",
    "F": "Dynamics",
    "G": "Behaviour",
    "H": "Matching and networks",
    "I": "Field facts",
    "J": "Integrated test points of the model",
}
WIDTH = 160
COLUMNS = ("item", "result", "source", "expected", "computed", "status")
DATA_COLUMNS = ("item", "observation", "source", "observed", "the model's fit", "status")
HEAD = """\
# Published results, recomputed

Written by `alliance verify --markdown > docs/verification.md`; do not edit by hand. Every row is an item that the
package ships: the library is given the item's inputs, and what it computes stands beside what is published.
`alliance verify` prints the same with the differences, `--json` with all digits, `--only` the chapters asked for, and a
file of other items of the same chapters is recomputed as well:

```sh
alliance verify --only B1
```
"""
DATA_HEAD = """\
## Human and field data

Observed, not derived: nothing here passes or fails. Where a model speaks to an observation, its fit stands beside it.
"""


def page(results: Sequence[Result]) -> str:
    """Return the results as a Markdown page: a table for each family, then the data."""
    found = counts(results)
    summary = ", ".join(f"{number} {status}" for status, number in found.items() if number)
    derived = [result for result in results if result.status != "data"]
    parts = [HEAD, f"{len(results)} items: {summary}.\n"]
    for family, members in groupby(sorted(derived, key=_family), key=_family):
        parts.append(f"## {family}. {FAMILIES.get(family, 'Other results')}\n")
        rows = list(members)
        chapters = sorted({result.item.chapter for result in rows}, key=_order)
        parts.append("; ".join(f"{name} {_title(name)}" for name in chapters) + ".\n")
        parts.append(_table(COLUMNS, rows))
    data = [result for result in results if result.status == "data"]
    if data:
        parts += [DATA_HEAD, _table(DATA_COLUMNS, data)]
    return "\n".join(parts)


def compact(value: Any, width: int = WIDTH) -> str:
    """Return a value as short text.

    Examples
    --------
    >>> compact({"w": 6.5, "q": 70.00000001, "accepts": True, "best": [1, 2]})
    'w=6.5 q=70 accepts=yes best=[1, 2]'
    >>> compact("a long word", 8)
    'a long …'
    """
    text = _text(value)
    if isinstance(value, Mapping):
        text = text[1:-1]
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _text(value: Any) -> str:
    """Return a value as text, numbers with six significant digits."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "0" if abs(value) < 1e-12 else f"{value:.6g}"
    if isinstance(value, Mapping):
        return "{" + " ".join(f"{key}={_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return str(value)


def asked_for(result: Result) -> Any:
    """Return the part of what was computed that the item asks for: keys beyond its own are left out."""
    expected, computed = result.item.expected, result.computed
    if isinstance(expected, Mapping) and isinstance(computed, Mapping):
        return {key: computed[key] for key in expected if key in computed}
    return computed


def _table(columns: Sequence[str], results: Iterable[Result]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for result in results:
        item, status = result.item, result.status
        computed = compact(asked_for(result)) if result.computed is not None else result.message or "-"
        cells = (item.id, item.title, item.source, compact(item.expected), computed, status)
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return text that a Markdown table shows as it is."""
    for sign in "\\`*_|<>[]$":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _family(result: Result) -> str:
    """Return the letter of a result's chapter."""
    return result.item.chapter[:1]


def _order(chapter: str) -> tuple[str, int, str]:
    """Return what sorts chapters by letter, number and rest."""
    digits = "".join(sign for sign in chapter[1:] if sign.isdigit())
    return chapter[:1], int(digits or 0), chapter


def _title(chapter: str) -> str:
    """Return the title of a chapter."""
    known = load_chapters()
    return known[chapter].title if chapter in known else ""
