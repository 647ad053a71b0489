"""Recompute items and hold them against what is published."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from simulator.foundation.errors import AllianceError, UnknownNameError, nearest
from simulator.validation.agreement import agrees, difference, disagreement, pythonic
from simulator.validation.chapters import Given, UnsupportedItemError, load_chapters
from simulator.validation.items import Item
from simulator.validation.messages import nearest_chapter, one_line
from simulator.validation.refusals import lacking, refused, unusable

Status = Literal["pass", "fail", "unsupported", "data"]
OF_INPUTS = (AllianceError, ArithmeticError, LookupError, TypeError, ValueError)
"""Errors that odd inputs may lead to; any other is the library's own fault."""
STATUSES: tuple[Status, ...] = ("pass", "fail", "unsupported", "data")


@dataclass(frozen=True, slots=True)
class Result:
    """An item beside what the library computes for it.

    Parameters
    ----------
    item : Item
        What is published.
    status : {"pass", "fail", "unsupported", "data"}
        "unsupported" marks items of no known kind or with inputs that cannot be used; "data" human and field data,
        which are reported with the model's fit and never pass.
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

    @property
    def line(self) -> str:
        """Return the message with the item's id before it; empty if there is none."""
        return f"{self.item.id}: {self.message}" if self.message else ""

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
            "message": self.line,
        }


def check(item: Item, others: Iterable[Item] = ()) -> Result:
    """Return the item beside what the library computes for it; whatever is wrong with it becomes a message.

    Parameters
    ----------
    item : Item
        What is published.
    others : iterable of Item
        Items that its inputs may refer to by id, ``{"game": "F5.1"}``.
    """
    chapters = load_chapters()
    if item.chapter not in chapters:
        return Result(
            item, "unsupported", message=f"no chapter {item.chapter!r}. {nearest(item.chapter, sorted(chapters))}"
        )
    entry = chapters[item.chapter]
    is_data = entry.data(item)
    if message := unusable(item):
        return Result(item, "data" if is_data else "unsupported", message=message)

    def compute(asked: Item) -> Any:
        with np.errstate(all="ignore"):  # inputs far out of range say so themselves
            return pythonic(entry.compute(replace(asked, inputs=Given(_resolved(asked.inputs, others)))))

    try:
        computed = compute(item)
    except Exception as error:  # whatever an odd item leads to is said of that item, and the others are still checked
        if is_data:
            return Result(item, "data", message=one_line(error))
        return _uncomputed(item, error, compute)
    result = _compared(item, computed, is_data)
    if result.status == "fail" and (message := lacking(item, computed, compute)):
        return Result(item, "unsupported", computed, result.difference, message)
    return result


def _resolved(inputs: Mapping[str, Any], others: Iterable[Item]) -> Mapping[str, Any]:
    """Return the inputs, with those of another item in the place of its id where the game is given by one."""
    found = next((other.inputs for other in others if other.id == inputs.get("game")), None)
    return inputs if found is None else {**inputs, "game": found}


def _uncomputed(item: Item, error: Exception, compute: Callable[[Item], Any]) -> Result:
    """Return an item whose adapter raised an error: the item's fault if it is of an unknown kind or out of range."""
    if isinstance(error, UnsupportedItemError):
        return Result(item, "unsupported", message=one_line(error))
    message = refused(item, error, compute) if isinstance(error, OF_INPUTS) else ""
    if message or isinstance(error, AllianceError):
        return Result(item, "unsupported", message=message or one_line(error))
    return Result(item, "fail", message=one_line(error))


def _compared(item: Item, computed: Any, is_data: bool) -> Result:
    """Return the item beside what is computed, and whether they agree."""
    apart = difference(item.expected, computed)
    if is_data:
        return Result(item, "data", computed, apart if math.isfinite(apart) else None)
    if agrees(item, apart):
        return Result(item, "pass", computed, apart)
    return Result(item, "fail", computed, apart, disagreement(item, computed))


def verify(
    items: Iterable[Item], only: str | Sequence[str] = "", progress: Callable[[int, int], None] | None = None
) -> tuple[Result, ...]:
    """Return the results of all items whose id begins with `only`, or with one of several beginnings, in order.

    Parameters
    ----------
    items : iterable of Item
        What is published.
    only : str or sequence of str
        Chapters, or any beginnings of an id.
    progress : function of two ints, optional
        Told how many items are done, and of how many.

    Raises
    ------
    UnknownNameError
        If items are given and a beginning is that of no id; it names the nearest chapter.
    """
    every = list(items)
    beginnings = (only,) if isinstance(only, str) else tuple(only)
    for each in beginnings:
        if every and not any(item.id.startswith(each) for item in every):
            known = dict.fromkeys(item.chapter for item in every)
            raise UnknownNameError(f"No item begins with {each!r}. {nearest_chapter(each, known)}")
    chosen = [item for item in every if item.id.startswith(beginnings)]
    results = []
    for item in chosen:
        results.append(check(item, every))
        if progress is not None:
            progress(len(results), len(chosen))
    return tuple(results)


def counts(results: Iterable[Result]) -> dict[Status, int]:
    """Return the number of results of each status."""
    found = Counter(result.status for result in results)
    return {status: found[status] for status in STATUSES}
