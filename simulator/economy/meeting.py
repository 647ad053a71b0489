"""Who can meet whom: the networks of acquaintance between SmallCos and BigCos.

References
----------
Watts and Strogatz (1998), Nature 393. Barabasi and Albert (1999), Science 286.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import whole
from simulator.foundation.parameters import check_limits, parameter
from simulator.foundation.registry import Registry

NETWORK_KEY = "market.network"
"""Where a scenario has its network."""


class Network(Protocol):
    """A rule for who can meet whom; `games.networks.meeting` builds the links."""

    def check_firms(self, smalls: int, bigs: int) -> None:
        """Raise ParameterError unless the network can be laid over so many SmallCos and BigCos."""


NETWORKS: Registry[type[Network]] = Registry("network")


@NETWORKS.register("complete")
@dataclass(frozen=True, slots=True)
class Complete:
    """Everybody can meet everybody."""

    def check_firms(self, smalls: int, bigs: int) -> None:
        """Accept any market."""


@NETWORKS.register("small_world")
@dataclass(frozen=True, slots=True)
class SmallWorld:
    """All firms stand on a ring, BigCos evenly spread; each knows its nearest neighbours, and some ties are rewired.

    References
    ----------
    Watts and Strogatz (1998), Nature 393.
    """

    neighbours: int = parameter(
        6, unit="firms", low=2, doc="Nearest firms on the ring that each knows, an even number."
    )
    rewiring: float = parameter(0.1, low=0.0, high=1.0, doc="Chance that a tie leads to a random firm instead.")

    def __post_init__(self) -> None:
        """Hold values to their ranges; neighbours come in pairs."""
        check_limits(self)
        neighbours = int(self.neighbours)
        if neighbours % 2:
            raise ParameterError(
                f"SmallWorld.neighbours must be even; got {neighbours}. Write {neighbours + 1}: as many on either side."
            )
        object.__setattr__(self, "neighbours", neighbours)

    def check_firms(self, smalls: int, bigs: int) -> None:
        """Raise ParameterError unless there are more firms than each has neighbours."""
        if self.neighbours >= smalls + bigs:
            raise ParameterError(
                f"SmallWorld.neighbours must be below the number of firms; got {self.neighbours} and {smalls + bigs} "
                "firms. Write fewer neighbours, or raise a count of firms."
            )


@NETWORKS.register("scale_free")
@dataclass(frozen=True, slots=True)
class ScaleFree:
    """Firms join one by one, BigCos first, and tie themselves to known firms in proportion to their ties.

    References
    ----------
    Barabasi and Albert (1999), Science 286.
    """

    links: int = parameter(2, unit="ties", low=1, doc="Ties that each firm makes when it joins.")

    def __post_init__(self) -> None:
        """Hold the number of ties to its range."""
        check_limits(self)
        object.__setattr__(self, "links", int(self.links))

    def check_firms(self, smalls: int, bigs: int) -> None:
        """Raise ParameterError unless there are more firms than each makes ties."""
        if self.links >= smalls + bigs:
            raise ParameterError(
                f"ScaleFree.links must be below the number of firms; got {self.links} and {smalls + bigs} firms. "
                "Write fewer links, or raise a count of firms."
            )


@NETWORKS.register("edges")
@dataclass(frozen=True, slots=True)
class Edges:
    """The ties that are given: pairs of a SmallCo and a BigCo, counted from 0, as `pairs` or, in a file, by `file`.

    Parameters
    ----------
    pairs : tuple of pairs of int
        Such as ``((0, 0), (1, 0))``; at least one. A pair given twice is one tie.
    """

    pairs: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no list of pairs of indices."""
        given = tuple(self.pairs) if isinstance(self.pairs, list | tuple) else (self.pairs,)
        if not given:
            raise ParameterError("Edges.pairs must name at least one tie; got none. Write pairs = [[0, 0]].")
        object.__setattr__(self, "pairs", tuple(map(_pair, given)))

    def check_firms(self, smalls: int, bigs: int) -> None:
        """Raise ParameterError unless every tie joins firms of the market."""
        for side, (kind, count) in enumerate((("SmallCo", smalls), ("BigCo", bigs))):
            highest = max(pair[side] for pair in self.pairs)
            if highest >= count:
                raise ParameterError(
                    f"Edges.pairs must name firms of the market; got {kind} {highest}, and there are {count}, counted "
                    f"from 0. Write an index up to {count - 1}, or raise the count."
                )


def _pair(given: Any) -> tuple[int, int]:
    """Return a SmallCo and a BigCo as a pair of plain integers."""
    try:
        small, big = (whole("index", end, 0) for end in given)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"Edges.pairs must be pairs of a SmallCo and a BigCo, counted from 0; got {given!r}. Write, say, [0, 2]."
        ) from None
    return small, big
