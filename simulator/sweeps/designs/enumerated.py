"""Designs whose points are written: every combination of the factors' values, or the rows of a list."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.sweeps.designs.base import DESIGNS, Allowed, Design, Point, check_lists, check_size
from simulator.sweeps.factors import Factor, Value, distinct
from simulator.sweeps.ranges import Marginal


def _refuse_twice(what: str, values: Sequence[Value] | Sequence[Point]) -> None:
    """Raise ParameterError if the same value or row occurs twice, which would count its runs double."""
    seen = set()
    for value in values:
        key = tuple(map(distinct, value)) if isinstance(value, tuple) else distinct(value)
        if key in seen:
            raise ParameterError(f"{what} must not repeat a value; got {value!r} twice. Write it once.")
        seen.add(key)


@DESIGNS.register("grid")
@dataclass(frozen=True, slots=True)
class Grid(Design):
    """Every combination of the factors' values (full factorial), the last factor varying fastest.

    References
    ----------
    Fisher (1935), The Design of Experiments, chapter 6.

    Examples
    --------
    >>> factors = [Factor("small.cash", (3, 6)), Factor("lead", ("small", "big"))]
    >>> Grid().make(factors, (), 0, lambda point: True)
    [(3, 'small'), (3, 'big'), (6, 'small'), (6, 'big')]
    """

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the product of the numbers of values."""
        return math.prod(len(factor.values) for factor in factors)

    def make(
        self, factors: Sequence[Factor], marginals: Sequence[Marginal], seed: int, allowed: Allowed
    ) -> list[Point]:
        """Return the combinations that are allowed; raise ParameterError if a factor has the same value twice."""
        check_lists(self, factors)
        check_size(self, factors)
        for factor in factors:
            _refuse_twice(f"Factor {factor.path!r} of a grid", factor.values)
        return [point for point in itertools.product(*(factor.values for factor in factors)) if allowed(point)]


@DESIGNS.register("nested")
@dataclass(frozen=True, slots=True)
class Nested(Grid):
    """The default by its structure: replicates within contracts within every combination of the factors' values.

    The points are those of a grid, and so are the runs: every contract is run at every point, and every replicate of
    them under the same luck, so that contracts are compared within points and replicates.
    """


@DESIGNS.register("list")
@dataclass(frozen=True, slots=True)
class Rows(Design):
    """The points given outright: the first value of every factor, then the second of every factor, and so on.

    Examples
    --------
    >>> factors = [Factor("small.cash", (3, 6)), Factor("lead", ("small", "big"))]
    >>> Rows().make(factors, (), 0, lambda point: True)
    [(3, 'small'), (6, 'big')]
    """

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of rows."""
        return max((len(factor.values) for factor in factors), default=1)

    def make(
        self, factors: Sequence[Factor], marginals: Sequence[Marginal], seed: int, allowed: Allowed
    ) -> list[Point]:
        """Return the rows that are allowed.

        Raises
        ------
        ParameterError
            If the factors have different numbers of values, or two rows are the same.
        """
        check_lists(self, factors)
        check_size(self, factors)
        lengths = {factor.path: len(factor.values) for factor in factors}
        if len(set(lengths.values())) > 1:
            counts = ", ".join(f"{length} for {path}" for path, length in lengths.items())
            raise ParameterError(
                f"A list design must give every factor as many values; got {counts}. Fill up the shorter ones."
            )
        points: list[Point] = list(zip(*(factor.values for factor in factors), strict=True)) if factors else [()]
        _refuse_twice("A list design", points)
        return [point for point in points if allowed(point)]
