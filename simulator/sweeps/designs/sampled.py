"""Designs whose points are drawn to fill the space of the factors evenly.

References
----------
McKay, Beckman and Conover (1979), A comparison of three methods for selecting values of input variables in the analysis
    of output from a computer code, Technometrics 21.
Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14.
Owen (2017), A randomized Halton algorithm in R, arXiv:1706.02808.
Owen (2020), On dropping the first Sobol' point, arXiv:2008.08051 (why a power of two).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter
from simulator.sweeps.designs.base import (
    DESIGNS,
    FIRST_TRIES,
    LEAST_ACCEPTED,
    MOST_POINTS,
    Allowed,
    Design,
    Point,
    check_varied,
)
from simulator.sweeps.factors import Factor
from simulator.sweeps.ranges import Marginal


def points_at(marginals: Sequence[Marginal], u: NDArray[np.float64]) -> list[Point]:
    """Return the points at rows of coordinates in the unit cube, shape (n, factors)."""
    return list(zip(*(each.values(u[:, column]) for column, each in enumerate(marginals)), strict=True))


def whole(default: int, low: int, high: int, doc: str) -> Any:
    """Return the field of a whole number of a design."""
    return parameter(default, low=low, high=high, doc=doc)


def check_whole(design: Design, name: str) -> None:
    """Raise ParameterError unless a setting of a design is a whole number in its range."""
    value = getattr(design, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(
            f"{type(design).__name__}.{name} must be a whole number; got {value!r}. Write, say, {name} = 256."
        )
    check_limits(design)


def check_power(design: Design, name: str) -> None:
    """Raise ParameterError unless a setting is a power of two, without which the points are not balanced."""
    value = getattr(design, name)
    if value & (value - 1):
        below = 1 << (value.bit_length() - 1)
        raise ParameterError(
            f"{type(design).__name__}.{name} must be a power of two, or the points are not balanced; got {value}. "
            f"Write {name} = {below} or {name} = {2 * below}."
        )


class Sampled(Design):
    """A design that draws a number of points from a sequence in the unit cube.

    Points that the constraints forbid are drawn again from the sequence where it stopped, so that all of them are
    allowed; what is left of the even filling is that of the allowed part.
    """

    __slots__ = ()
    sampled = True
    points: int

    def engine(self, dimensions: int, seed: int) -> Any:
        """Return the sequence, one of `scipy.stats.qmc`."""
        raise NotImplementedError

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points."""
        return self.points

    def make(
        self, factors: Sequence[Factor], marginals: Sequence[Marginal], seed: int, allowed: Allowed
    ) -> list[Point]:
        """Return the points; raise ParameterError if the constraints forbid nearly all of them."""
        check_varied(self, factors)
        engine = self.engine(len(factors), seed)
        kept: list[Point] = []
        drawn = 0
        while len(kept) < self.points:
            if drawn >= FIRST_TRIES and len(kept) < LEAST_ACCEPTED * drawn:
                raise ParameterError(
                    f"Experiment.constraints must allow at least {LEAST_ACCEPTED:.0%} of what the factors draw; got "
                    f"{len(kept)} of {drawn:,} points. Narrow the factors to where the constraints hold."
                )
            missing = self.points - len(kept)
            size = missing if drawn == 0 else max(missing, min(self.points, FIRST_TRIES))
            kept += [point for point in points_at(marginals, engine.random(size)) if allowed(point)][:missing]
            drawn += size
        return kept


@DESIGNS.register("latin_hypercube")
@dataclass(frozen=True, slots=True)
class LatinHypercube(Sampled):
    """As many points as asked; each factor has one in each of as many equally likely intervals (McKay et al. 1979)."""

    points: int = whole(256, 1, MOST_POINTS, "Points.")

    def __post_init__(self) -> None:
        """Hold the number of points to its range."""
        check_whole(self, "points")

    def engine(self, dimensions: int, seed: int) -> Any:
        """Return the hypercubes."""
        from scipy.stats import qmc

        return qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed))


@DESIGNS.register("sobol")
@dataclass(frozen=True, slots=True)
class Sobol(Sampled):
    """Scrambled Sobol' points, a power of two of them: balanced in all factors at once (Owen 1998, 2020)."""

    points: int = whole(256, 1, MOST_POINTS, "Points, a power of two.")

    def __post_init__(self) -> None:
        """Hold the number of points to a power of two."""
        check_whole(self, "points")
        check_power(self, "points")

    def engine(self, dimensions: int, seed: int) -> Any:
        """Return the sequence."""
        from scipy.stats import qmc

        return qmc.Sobol(dimensions, rng=np.random.default_rng(seed))


@DESIGNS.register("halton")
@dataclass(frozen=True, slots=True)
class Halton(Sampled):
    """Scrambled Halton points, any number of them (Owen 2017)."""

    points: int = whole(256, 1, MOST_POINTS, "Points.")

    def __post_init__(self) -> None:
        """Hold the number of points to its range."""
        check_whole(self, "points")

    def engine(self, dimensions: int, seed: int) -> Any:
        """Return the sequence."""
        from scipy.stats import qmc

        return qmc.Halton(dimensions, rng=np.random.default_rng(seed))
