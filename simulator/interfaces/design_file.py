"""How the design and the factors of an experiment stand in a file: settings, lists, ranges and distributions."""

from __future__ import annotations

import functools
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter, ValidationError

from simulator.foundation.errors import AllianceError, nearest
from simulator.foundation.parameters import Limits
from simulator.interfaces.schema import FAULT, OWNED, Table, fault, named, shown, table_of
from simulator.sweeps.designs import DESIGNS, Design
from simulator.sweeps.distributions import DISTRIBUTIONS, Discrete, Distribution, Uniform
from simulator.sweeps.factors import Factor

RANGE = "{ low = 3, high = 6, steps = 4 }"
STEPS = Limits("values", 2, 10_000, False, False, "Equally spaced values, both ends included.")


@functools.cache
def design_type() -> tuple[Any, dict[str, Table]]:
    """Return how a design is read: by its name, or as a table of its name and settings."""
    kind, tables = named("design", {name: table_of(entry) for name, entry in DESIGNS.items()})
    return Annotated[kind, AfterValidator(_short)], dict(tables)


def _short(design: Design | str) -> Design | str:
    """Return the name alone of a design with its default settings."""
    return next((name for name, entry in DESIGNS.items() if design == entry() and type(design) is entry), design)


def design_of(value: Any) -> Design:
    """Return the design that a file's value stands for; raise ValidationError if it has faults."""
    design: Design | str = TypeAdapter(design_type()[0]).validate_python(value)
    return DESIGNS[design]() if isinstance(design, str) else design


def factor_of(path: str, value: Any, *, sampled: bool) -> Factor:
    """Return a factor from a file's value.

    Raises
    ------
    PydanticCustomError
        If the value is none that a factor can have.
    AllianceError
        If its values do not vary.
    """
    read = levels(value, sampled=sampled)
    return Factor(path, tuple(read)) if isinstance(read, list) else Factor(path, distribution=read)


def levels(value: Any, *, sampled: bool) -> list[Any] | Distribution:
    """Return a list of values, or what they are drawn from.

    A file has ``[3, 6]``, ``{ low, high, steps }``, or ``{ distribution = NAME, ... }``; where the design draws,
    ``{ low, high }`` is a uniform distribution.
    """
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise fault(f"must be a list of values or a range; got {shown(value)}. Write [3, 6] or {RANGE}.")
    if "distribution" in value:
        return _distribution(value)
    given = dict(value)
    needed = ("low", "high") if sampled and "steps" not in given else ("low", "high", "steps")
    for key in needed:
        if key not in given:
            raise fault(f"is missing. A range is written {RANGE}.", key)
    low, high, steps = (given.pop(key, None) for key in ("low", "high", "steps"))
    for key in given:
        raise fault(f"unknown key. {nearest(key, ('low', 'high', 'steps', 'distribution'))}", key)
    for key, end in (("low", low), ("high", high)):
        if isinstance(end, bool) or not isinstance(end, int | float) or not abs(end) < float("inf"):
            raise fault(f"must be a finite number; got {shown(end)}. Write a number, without quotes.", key)
    if "steps" in needed and (isinstance(steps, bool) or not isinstance(steps, int) or not STEPS.admits(steps)):
        raise fault(f"must be a whole number in {STEPS}; got {shown(steps)}. Write, say, steps = 5.", "steps")
    if not low < high:
        raise fault(f"must be above low = {shown(low)}; got {shown(high)}. Write the larger end last.", "high")
    if steps is None:
        return Uniform(low, high)
    return [spaced(low, high, steps, index) for index in range(steps)]


def spaced(low: float, high: float, steps: int, index: int) -> float:
    """Return one of equally spaced values, as the decimal number one would write.

    Examples
    --------
    >>> [spaced(0.1, 0.5, 5, index) for index in range(5)]
    [0.1, 0.2, 0.3, 0.4, 0.5]
    """
    return float(f"{low + (high - low) * index / (steps - 1):.12g}")


def _distribution(value: dict[str, Any]) -> Distribution:
    """Return the distribution of ``{ distribution = NAME, ... }``; the first fault is told."""
    given = dict(value)
    name = given.pop("distribution")
    if not isinstance(name, str) or name not in DISTRIBUTIONS:
        raise fault(f"unknown distribution {shown(name)}. {nearest(str(name), DISTRIBUTIONS)}", "distribution")
    if name == "discrete":
        return _discrete(given)
    table = table_of(DISTRIBUTIONS[name])
    try:
        made: Distribution = TypeAdapter(table.type).validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][-1]) if first["loc"] else ""
        if first["type"] == FAULT:
            raise fault(first["ctx"]["text"], first["ctx"]["key"] or key) from None
        if first["type"] == "missing":
            raise fault(f"is missing. A {name} distribution has {', '.join(table.keys)}.", key) from None
        raise fault(f"unknown key. {nearest(key, table.keys)}", key) from None
    return made


def _discrete(given: dict[str, Any]) -> Discrete:
    """Return values with their weights."""
    for key in given:
        if key not in {"values", "weights"}:
            raise fault(f"unknown key. {nearest(key, ('values', 'weights'))}", key)
    for key in ("values", "weights"):
        if not isinstance(given.get(key, []), list):
            raise fault(f"must be a list; got {shown(given[key])}. Write, say, {key} = [1, 2].", key)
    if "values" not in given:
        raise fault("is missing. Write, say, values = [3, 6], weights = [2, 1].", "values")
    try:
        return Discrete(tuple(given["values"]), tuple(given.get("weights", [])))
    except AllianceError as error:
        raise fault(OWNED.sub("", str(error)), "weights") from None
