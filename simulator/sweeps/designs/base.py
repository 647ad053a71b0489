"""What every design is: a frozen dataclass of its settings that turns factors into points.

Points are a function of the design, the factors, the constraints and the experiment's seed, and of nothing else: they
are made before anything is run, so neither workers nor an interruption can change one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from simulator.foundation.errors import ParameterError
from simulator.foundation.registry import Registry
from simulator.sweeps.factors import Factor, Value
from simulator.sweeps.ranges import Marginal

Point = tuple[Value, ...]
Allowed = Callable[[Point], bool]

MOST_POINTS = 1_000_000
LEAST_ACCEPTED = 0.01
FIRST_TRIES = 10_000


class Design:
    """How factors become points.

    Attributes
    ----------
    sampled : bool
        Whether values are drawn (from lists as well); then the points are numbered, and two may be the same.
    bound : bool
        Whether its points belong together, so that constraints can neither drop nor move one.
    """

    __slots__ = ()
    sampled = False
    bound = False

    def check_marginal(self, drawn: Marginal) -> None:
        """Raise ParameterError if a factor cannot be drawn as the design needs it."""

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points before constraints, without making them."""
        raise NotImplementedError

    def make(
        self, factors: Sequence[Factor], marginals: Sequence[Marginal], seed: int, allowed: Allowed
    ) -> list[Point]:
        """Return the points, all of which are allowed.

        Parameters
        ----------
        factors : sequence of Factor
            What varies; one value of each, in this order, makes a point.
        marginals : sequence of Marginal
            What a sampled design draws for each factor; empty for one that is not.
        seed : int
            The experiment's.
        allowed : function of a point
            Whether the constraints hold at it.
        """
        raise NotImplementedError


DESIGNS: Registry[Any] = Registry("design")


def design_name(design: Design) -> str:
    """Return the name under which a design is registered."""
    return next(name for name, entry in DESIGNS.items() if entry is type(design))


def check_size(design: Design, factors: Sequence[Factor]) -> None:
    """Raise ParameterError if a design has more points than can be planned; nothing is made to find out."""
    size = design.size(factors)
    if size > MOST_POINTS:
        count = f"{size:,}" if size < 10**15 else f"about 10^{len(str(size)) - 1}"
        raise ParameterError(
            f"The design {design_name(design)!r} must have at most {MOST_POINTS:,} points; got {count} from "
            f"{len(factors)} factors. Write fewer values, or draw a sample of them: "
            'design = { name = "sobol", points = 1024 }.'
        )


def check_lists(design: Design, factors: Sequence[Factor]) -> None:
    """Raise ParameterError if a factor of a design that is not sampled has no list of values."""
    for factor in factors:
        if factor.distribution is not None:
            raise ParameterError(
                f"Factor {factor.path!r} must have a list of values in the design {design_name(design)!r}; got a "
                'distribution. Write [3, 6] or { low = 3, high = 6, steps = 4 }, or sample: design = "latin_hypercube".'
            )


def check_varied(design: Design, factors: Sequence[Any]) -> None:
    """Raise ParameterError if there is nothing to sample."""
    if not factors:
        raise ParameterError(
            f"The design {design_name(design)!r} must have factors to draw; got none. "
            "Write [factors], or leave the design out."
        )
