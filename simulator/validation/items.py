"""Items of published results: what is given, what is published, how closely it is to be met, and where it stands."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from simulator.foundation.errors import FileError, Problem

SHIPPED = "published.json"
REQUIRED = ("id", "inputs", "expected", "tolerance")
_CHAPTER = re.compile(r"([A-Z])(\d+[a-z]?)?")


@dataclass(frozen=True, slots=True)
class Item:
    """One published result.

    Parameters
    ----------
    id : str
        Chapter, then details: ``B1.sqrt.1`` belongs to chapter ``B1``, ``I12`` to ``I``.
    inputs : mapping
        What is given; items of a chapter have the same kind of inputs.
    expected : number, bool, str, list or dict
        What is published.
    tolerance : float
        Largest absolute difference that counts as agreement.
    title, source, status : str
        What it says, where it stands, and how it is known.
    """

    id: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    expected: Any = None
    tolerance: float = 0.0
    title: str = ""
    source: str = ""
    status: str = ""

    @property
    def chapter(self) -> str:
        """Return the chapter the item belongs to.

        Examples
        --------
        >>> [Item(name).chapter for name in ("A2.nash.1", "J1b.3", "D0", "I12", "I.haz")]
        ['A2', 'J1b', 'D0', 'I', 'I']
        """
        match = _CHAPTER.match(self.id)
        if match is None:
            return self.id
        return match[1] if match[1] == "I" else match[0]


def _item(place: str, number: int, entry: Any) -> Item | Problem:
    """Return one entry of a file as an item, or what is wrong with it."""
    if not isinstance(entry, dict):
        return Problem(f'item {number} must be an object; got {type(entry).__name__}. Write {{"id": ...}}.', place)
    name = entry.get("id", f"item {number}")
    if not isinstance(name, str) or not name:
        return Problem(f"item {number}: id must be text; got {name!r}. Write, say, 'B1.1'.", place)
    missing = [key for key in REQUIRED if key not in entry]
    if missing:
        return Problem(f"must have the key {missing[0]!r}. Items need {', '.join(REQUIRED)}.", place, key=name)
    inputs, tolerance = entry["inputs"], entry["tolerance"]
    if not isinstance(inputs, dict):
        return Problem(f"inputs must be an object; got {type(inputs).__name__}. Write {{}} for none.", place, key=name)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0.0 <= tolerance < math.inf:
        return Problem(f"tolerance must be a number of at least 0; got {tolerance!r}. Write 1e-6.", place, key=name)
    texts = {key: str(entry.get(key, "")) for key in ("title", "source", "status")}
    return Item(name, inputs, entry["expected"], float(tolerance), **texts)


def read_items(path: Path | None = None) -> tuple[Item, ...]:
    """Return the items of a JSON file, or those that are shipped.

    Raises
    ------
    FileError
        If the file is missing, empty or not JSON, or naming every entry that is not an item or repeats an id.
    """
    place = SHIPPED if path is None else str(path)
    try:
        text = (files(__package__) / SHIPPED).read_text("utf-8") if path is None else path.read_text("utf-8-sig")
        if not text.strip():
            raise FileError([Problem("is empty. Write a JSON list of items.", place)])
        entries = json.loads(text)
    except OSError as error:
        raise FileError([Problem(f"cannot be read: {error.strerror}. Name a JSON list of items.", place)]) from None
    except UnicodeDecodeError:
        raise FileError([Problem("is not UTF-8 text. Name a JSON list of items.", place)]) from None
    except json.JSONDecodeError as error:
        raise FileError([Problem(f"is not JSON: {error.msg}. Write a list of items.", place, error.lineno)]) from None
    except (ValueError, RecursionError) as error:
        raise FileError([Problem(f"is not JSON that can be read: {error}.", place)]) from None
    if isinstance(entries, dict) and isinstance(entries.get("items"), list):
        entries = entries["items"]
    if not isinstance(entries, list):
        raise FileError([Problem(f"must be a list of items; got {type(entries).__name__}.", place)])
    read = [_item(place, number, entry) for number, entry in enumerate(entries, start=1)]
    items = tuple(entry for entry in read if isinstance(entry, Item))
    problems = [entry for entry in read if isinstance(entry, Problem)]
    for name, times in Counter(item.id for item in items).items():
        if times > 1:
            problems.append(Problem(f"is the id of {times} items. Give each its own, say {name}.b.", place, key=name))
    if problems:
        raise FileError(problems)
    return items
