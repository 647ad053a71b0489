"""What a coalition is worth to each member: the Shapley value, and the Myerson value when only the connected cooperate.

N is the set of n players, v(S) what a coalition S can make. A player's Shapley value is its marginal contribution
v(S + i) - v(S) averaged over all orders in which the players may join.

References
----------
Shapley (1953), A value for n-person games, Contributions to the Theory of Games II.
Davis and Maschler (1965), The kernel of a cooperative game, Naval Research Logistics Quarterly 12 (apex games).
Myerson (1977), Graphs and cooperation in games, Mathematics of Operations Research 2.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.numbers import finite, whole

Player = TypeVar("Player", bound=Hashable)

MOST_OF_A_KIND = 1_000_000
"""Most players of one kind."""

MOST_PLAYERS = 20
"""Coalitions are listed one by one up to this many players; `shapley_value_by_kind` goes further."""


def shapley_value(players: Sequence[Player], worth: Callable[[frozenset[Player]], float]) -> dict[Player, float]:
    """Return the Shapley value of each player (money).

    Parameters
    ----------
    players : sequence
        The players, each once, at most 20.
    worth : function from frozenset of players to float
        v(S) (money); v of nobody counts too, and is usually 0.

    Raises
    ------
    ParameterError
        If a player is named twice, or there are too many.

    References
    ----------
    Shapley (1953), equation (13).

    Examples
    --------
    A patent and either of two makers are worth 6; makers compete, so the patent gets most:

    >>> shapley_value(["patent", "a", "b"], lambda team: 6.0 if "patent" in team and len(team) > 1 else 0.0)
    {'patent': 4.0, 'a': 1.0, 'b': 1.0}
    """
    _check_players("shapley_value", players)
    worths = np.array([worth(_members(players, mask)) for mask in range(1 << len(players))], dtype=np.float64)
    return dict(zip(players, _values(worths, len(players)), strict=True))


@dataclass(frozen=True, slots=True)
class GameByKind:
    """A game in which players of one kind are interchangeable.

    Parameters
    ----------
    counts : mapping from str to int
        How many players there are of each kind, at least 1.
    worth : function from mapping to float
        v (money) of a coalition, given how many of each kind are in it.

    Raises
    ------
    ParameterError
        If a count is not a whole number of at least 1.
    """

    counts: Mapping[str, int]
    worth: Callable[[Mapping[str, int]], float]

    def __post_init__(self) -> None:
        """Check the counts."""
        for kind, count in self.counts.items():
            whole(f"GameByKind.counts[{kind!r}]", count, 1, "Write 1.", MOST_OF_A_KIND)


def shapley_value_by_kind(game: GameByKind) -> dict[str, float]:
    """Return the Shapley value of one player of each kind (money); its effort is the product of the counts.

    References
    ----------
    Shapley (1953), equation (13), coalitions of the same make-up taken together.

    Examples
    --------
    >>> shapley_value_by_kind(essential_partner_game(3))
    {'BigCo': 0.75, 'SmallCo': 0.08333...}
    """
    kinds = list(game.counts)
    total = sum(game.counts.values())
    worths = {
        make_up: game.worth(dict(zip(kinds, make_up, strict=True)))
        for make_up in itertools.product(*(range(count + 1) for count in game.counts.values()))
    }
    values = {}
    for place, kind in enumerate(kinds):
        others = [count - (each == kind) for each, count in game.counts.items()]
        gains = []
        for make_up in itertools.product(*(range(count + 1) for count in others)):
            joined = (*make_up[:place], make_up[place] + 1, *make_up[place + 1 :])
            ways = math.prod(map(math.comb, others, make_up))
            # Of all sets of that size that the player may join, the share with this make-up; every size is as likely.
            share = ways / math.comb(total - 1, sum(make_up))
            gains.append(share * (worths[joined] - worths[make_up]))
        values[kind] = math.fsum(gains) / total
    return values


def essential_partner_game(small_firms: int, worth: float = 1.0) -> GameByKind:
    """Return the game in which BigCo and at least one SmallCo make the worth (money), and nobody else anything.

    Examples
    --------
    >>> essential_partner_game(2).worth({"BigCo": 1, "SmallCo": 0})
    0.0
    """

    def made(coalition: Mapping[str, int]) -> float:
        return worth if coalition["BigCo"] and coalition["SmallCo"] else 0.0

    finite("essential_partner_game.worth", worth, "Write money.")
    return GameByKind(
        {"BigCo": 1, "SmallCo": whole("essential_partner_game.small_firms", small_firms, 1, "", MOST_OF_A_KIND)}, made
    )


def apex_game(small_firms: int, worth: float = 1.0) -> GameByKind:
    """Return the game that BigCo wins with any SmallCo, and all SmallCos win without BigCo.

    References
    ----------
    Davis and Maschler (1965).

    Examples
    --------
    >>> game = apex_game(3)
    >>> game.worth({"BigCo": 1, "SmallCo": 1}), game.worth({"BigCo": 0, "SmallCo": 2})
    (1.0, 0.0)
    >>> game.worth({"BigCo": 0, "SmallCo": 3})
    1.0
    """

    def made(coalition: Mapping[str, int]) -> float:
        needed = 1 if coalition["BigCo"] else small_firms
        return worth if coalition["SmallCo"] >= needed else 0.0

    finite("apex_game.worth", worth, "Write money.")
    return GameByKind({"BigCo": 1, "SmallCo": whole("apex_game.small_firms", small_firms, 1, "", MOST_OF_A_KIND)}, made)


def pairs_worth(surplus: Mapping[tuple[Player, Player], float]) -> Callable[[frozenset[Player]], float]:
    """Return the worth function that adds up the surplus Y (money) of all pairs inside a coalition.

    Examples
    --------
    >>> worth = pairs_worth({("B", "s1"): 3.0, ("B", "s2"): 2.0})
    >>> worth(frozenset({"B", "s1"})), worth(frozenset({"s1", "s2"}))
    (3.0, 0.0)
    """

    def worth(coalition: frozenset[Player]) -> float:
        return math.fsum(each for (one, two), each in surplus.items() if one in coalition and two in coalition)

    return worth


def myerson_value(
    players: Sequence[Player],
    links: Iterable[tuple[Player, Player]],
    worth: Callable[[frozenset[Player]], float],
) -> dict[Player, float]:
    """Return the Myerson value of each player (money): the Shapley value when only connected players cooperate.

    A coalition makes the sum of what its connected parts make. It is the only division within components in which
    both ends of every link gain the same from it (fairness).

    Parameters
    ----------
    players : sequence
        The players, each once, at most 20.
    links : iterable of pairs of players
        Who can cooperate directly.
    worth : function from frozenset of players to float
        v(S) (money) if all of S could cooperate.

    Raises
    ------
    ParameterError
        If a player is named twice or linked to itself, or there are too many.
    UnknownNameError
        If a link names somebody who does not play.

    References
    ----------
    Myerson (1977), theorem.

    Examples
    --------
    A broker between two firms who make 6 together, and nothing with the broker alone:

    >>> {name: round(value, 12) for name, value in myerson_value(
    ...     ["a", "broker", "b"], [("a", "broker"), ("broker", "b")], pairs_worth({("a", "b"): 6.0})).items()}
    {'a': 2.0, 'broker': 2.0, 'b': 2.0}
    """
    _check_players("myerson_value", players)
    neighbours = _neighbours(players, links)
    full = 1 << len(players)
    alone = [worth(_members(players, mask)) for mask in range(full)]
    restricted = np.zeros(full)
    for mask in range(1, full):
        part = _component(mask, neighbours)
        restricted[mask] = alone[part] + (restricted[mask ^ part] if part != mask else 0.0)
    return dict(zip(players, _values(restricted, len(players)), strict=True))


def _values(worths: NDArray[np.float64], count: int) -> list[float]:
    """Return the Shapley values from the worth of every coalition, indexed by its bits."""
    masks = np.arange(len(worths))
    sizes = np.array([mask.bit_count() for mask in range(len(worths))])
    # |S|! (n - |S| - 1)! / n! for each size of S
    weights = np.array([1.0 / (count * math.comb(count - 1, size)) for size in range(count)])
    values = []
    for player in range(count):
        without = masks[masks & (1 << player) == 0]
        values.append(math.fsum(weights[sizes[without]] * (worths[without | (1 << player)] - worths[without])))
    return values


def _members(players: Sequence[Player], mask: int) -> frozenset[Player]:
    """Return the players whose bits are set."""
    return frozenset(player for place, player in enumerate(players) if mask >> place & 1)


def _neighbours(players: Sequence[Player], links: Iterable[tuple[Player, Player]]) -> list[int]:
    """Return for each player the bits of those it is linked to."""
    place = {player: number for number, player in enumerate(players)}
    neighbours = [0] * len(players)
    for one, two in links:
        for end in (one, two):
            if end not in place:
                raise unknown("player in myerson_value.links", str(end), [str(player) for player in players])
        if one == two:
            raise ParameterError(f"myerson_value.links must join two players; got {one!r} twice. Remove that link.")
        neighbours[place[one]] |= 1 << place[two]
        neighbours[place[two]] |= 1 << place[one]
    return neighbours


def _component(mask: int, neighbours: Sequence[int]) -> int:
    """Return the connected part of a coalition that holds its first member, as bits."""
    part = reached = mask & -mask
    while reached:
        member = reached & -reached
        reached ^= member
        fresh = neighbours[member.bit_length() - 1] & mask & ~part
        part |= fresh
        reached |= fresh
    return part


def _check_players(owner: str, players: Sequence[Player]) -> None:
    """Raise ParameterError unless every player is named once and all coalitions can be listed."""
    if len(set(players)) != len(players):
        raise ParameterError(f"{owner}.players must name each player once; got {list(players)}. Remove the repetition.")
    if len(players) > MOST_PLAYERS:
        raise ParameterError(
            f"{owner}.players must be at most {MOST_PLAYERS}; got {len(players)}. "
            "Use shapley_value_by_kind where players are interchangeable."
        )
