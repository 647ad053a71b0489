"""Designs: from the values of each factor to the points of an experiment."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from simulator.foundation.errors import ParameterError
from simulator.foundation.registry import Registry
from simulator.sweeps.factors import Factor, Value, distinct

Point = tuple[Value, ...]
Design = Callable[[Sequence[Factor]], list[Point]]

DESIGNS: Registry[Design] = Registry("design")


def _refuse_twice(what: str, values: Sequence[Value] | Sequence[Point]) -> None:
    """Raise ParameterError if the same value or row occurs twice, which would count its runs double."""
    seen = set()
    for value in values:
        key = tuple(map(distinct, value)) if isinstance(value, tuple) else distinct(value)
        if key in seen:
            raise ParameterError(f"{what} must not repeat a value; got {value!r} twice. Write it once.")
        seen.add(key)


@DESIGNS.register("grid")
def grid(factors: Sequence[Factor]) -> list[Point]:
    """Return every combination of the factors' values (full factorial), the last factor varying fastest.

    Raises
    ------
    ParameterError
        If a factor has the same value twice.

    References
    ----------
    Fisher (1935), The Design of Experiments, chapter 6.

    Examples
    --------
    >>> grid([Factor("small.cash", (3, 6)), Factor("lead", ("small", "big"))])
    [(3, 'small'), (3, 'big'), (6, 'small'), (6, 'big')]
    """
    for factor in factors:
        _refuse_twice(f"Factor {factor.path!r} of a grid", factor.values)
    return list(itertools.product(*(factor.values for factor in factors)))


@DESIGNS.register("list")
def rows(factors: Sequence[Factor]) -> list[Point]:
    """Return the points given outright: the first value of every factor, then the second of every factor, and so on.

    Raises
    ------
    ParameterError
        If the factors have different numbers of values, or two rows are the same.

    Examples
    --------
    >>> rows([Factor("small.cash", (3, 6)), Factor("lead", ("small", "big"))])
    [(3, 'small'), (6, 'big')]
    """
    lengths = {factor.path: len(factor.values) for factor in factors}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{length} for {path}" for path, length in lengths.items())
        raise ParameterError(
            f"A list design must give every factor as many values; got {counts}. Fill up the shorter ones."
        )
    points: list[Point] = list(zip(*(factor.values for factor in factors), strict=True)) if factors else [()]
    _refuse_twice("A list design", points)
    return points
