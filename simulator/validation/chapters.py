"""The chapters of results, each an adapter from an item to library calls."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import simulator.validation
from simulator.foundation.errors import AllianceError
from simulator.foundation.registry import Registry
from simulator.validation.items import Item

Compute = Callable[[Item], Any]


class UnsupportedItemError(AllianceError):
    """An item of a kind that no adapter of its chapter computes."""


class InputError(AllianceError):
    """An item whose inputs lack a key, or hold a value the chapter cannot use."""


class Given(dict[str, Any]):
    """An item's inputs, which say what is missing from them.

    Examples
    --------
    >>> Given({"pie": 100.0})["beta_S"]
    Traceback (most recent call last):
        ...
    simulator.validation.chapters.InputError: inputs must have the key 'beta_S'; got pie. Write its value.
    """

    def __init__(self, inputs: Mapping[str, Any], place: str = "inputs") -> None:
        """Copy the inputs, and the objects among them."""
        super().__init__(
            {
                key: Given(value, f"{place}.{key}") if isinstance(value, Mapping) else value
                for key, value in inputs.items()
            }
        )
        self.place = place

    def __missing__(self, key: str) -> Any:
        """Say that the key is missing."""
        found = ", ".join(map(str, self)) or "none"
        raise InputError(f"{self.place} must have the key {key!r}; got {found}. Write its value.")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A family of published results with the same kind of inputs.

    Parameters
    ----------
    name, title : str
        Such as ``"B1"`` and ``"One-sided hold-up"``.
    compute : function from Item to a value of the same shape as the item's `expected`
        Configures the library from the item's inputs; holds no formula of the result.
    data : function from Item to bool
        Whether an item is human or field data: reported with the model's fit beside it, never as a pass.
    """

    name: str
    title: str
    compute: Compute
    data: Callable[[Item], bool]


CHAPTERS: Registry[Chapter] = Registry("chapter")


def _never(item: Item) -> bool:
    """Return False: most chapters hold no data."""
    return False


def chapter(name: str, title: str, data: Callable[[Item], bool] = _never) -> Callable[[Compute], Compute]:
    """Return a decorator that registers an adapter as a chapter.

    Examples
    --------
    A module of this package holds::

        @chapter("A1", "Asymmetric Nash bargaining")
        def nash_bargaining(item: Item) -> float:
            ...
    """

    def keep(compute: Compute) -> Compute:
        CHAPTERS.register(name)(Chapter(name, title, compute, data))
        return compute

    return keep


@cache
def load_chapters() -> Registry[Chapter]:
    """Return the registry with the adapters of every module of this package."""
    for module in pkgutil.iter_modules(simulator.validation.__path__):
        importlib.import_module(f"{simulator.validation.__name__}.{module.name}")
    return CHAPTERS
