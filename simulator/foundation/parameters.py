"""How a frozen dataclass states the unit, range and meaning of each of its fields, once, and holds values to them."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterable, Iterator
from typing import Any

from simulator.foundation.errors import ParameterError, unknown

WHOLE = (int, "int", "int | None")


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Unit, range and meaning of one field.

    Parameters
    ----------
    unit : str
        Such as ``money``, ``month``, ``-`` (a pure number).
    low, high : float
        The range; an open end excludes the bound.
    doc : str
        One sentence: what the field means.
    words : tuple of str
        The values of a field that takes words in place of numbers.
    """

    unit: str
    low: float
    high: float
    open_low: bool
    open_high: bool
    doc: str
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the range as text, such as ``[0, 1)`` or ``court, arbitration``."""
        if self.words:
            return ", ".join(self.words)
        return f"{'(' if self.open_low else '['}{self.low:g}, {self.high:g}{')' if self.open_high else ']'}"

    def admits(self, value: float) -> bool:
        """Return whether `value` is a number inside the range (NaN never is)."""
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above and below


def parameter(
    default: Any = dataclasses.MISSING,
    *,
    unit: str = "-",
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
    doc: str,
    words: Iterable[str] = (),
) -> Any:
    """Return a dataclass field that carries its unit, range and meaning.

    Infinite bounds are open unless the default itself is infinite, so that ``inf`` is refused where it has no meaning.
    """
    infinite_default = isinstance(default, float) and math.isinf(default)
    limits = Limits(
        unit,
        low,
        high,
        open_low or (low == -math.inf and not infinite_default),
        open_high or (high == math.inf and not infinite_default),
        doc,
        tuple(words),
    )
    return dataclasses.field(default=default, metadata={"limits": limits})


def limits_of(owner: Any) -> Iterator[tuple[dataclasses.Field[Any], Limits]]:
    """Yield every field of a dataclass (or instance) that states its limits, with them."""
    for field in dataclasses.fields(owner):
        limits = field.metadata.get("limits")
        if limits is not None:
            yield field, limits


@dataclasses.dataclass(frozen=True, slots=True)
class _Held:
    """What `check_limits` holds one field to: any value of a type between two bounds is fine, others are looked at."""

    kind: type[float] | None
    least: float
    most: float
    field: dataclasses.Field[Any]
    limits: Limits


@functools.cache
def _held(kind: type) -> tuple[_Held, ...]:
    """Return what `check_limits` holds the fields of a dataclass to."""
    return tuple(
        _Held(
            None if limits.words else int if field.type in WHOLE else float,
            math.nextafter(limits.low, math.inf) if limits.open_low else limits.low,
            math.nextafter(limits.high, -math.inf) if limits.open_high else limits.high,
            field,
            limits,
        )
        for field, limits in limits_of(kind)
    )


def check_limits(owner: Any) -> None:
    """Raise ParameterError unless every field of the dataclass instance is inside its range: a number, or a word.

    Fields annotated with int, such as numbers of months, hold whole numbers.

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True)
    ... class Share:
    ...     share: float = parameter(0.0, low=0.0, high=1.0, doc="A share.")
    >>> check_limits(Share(1.5))
    Traceback (most recent call last):
        ...
    simulator.foundation.errors.ParameterError: Share.share must be in [0, 1]; got 1.5. Write a number in that range.
    """
    faults = []
    for held in _held(type(owner)):  # type: ignore[arg-type]
        field, limits = held.field, held.limits
        value: Any = getattr(owner, field.name)
        if type(value) is held.kind and held.least <= value <= held.most:
            continue  # nearly always: a sweep builds a scenario for every cell
        if value is None or (isinstance(value, bool) and isinstance(field.default, bool)):
            continue
        name = f"{type(owner).__name__}.{field.name}"
        if limits.words:
            if value not in limits.words:
                raise unknown(field.name, str(value), limits.words)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            faults.append(f"{name} must be a number; got {value!r}. Write a number in {limits}.")
        elif not limits.admits(value):
            faults.append(f"{name} must be in {limits}; got {value!r}. Write a number in that range.")
        elif field.type in WHOLE and not float(value).is_integer():
            faults.append(f"{name} must be a whole number; got {value!r}. Write one in {limits}.")
    if faults:
        raise ParameterError(" ".join(faults))


class Checked:
    """Holds the values of a dataclass that has no further rule to their ranges."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)
