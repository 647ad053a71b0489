"""All Nash equilibria of many bimatrix games of one shape in one call, by our own compiled search.

References
----------
Audet, Hansen, Jaumard and Savard (2001), Enumeration of all extreme equilibria of bimatrix games, SIAM Journal on
Scientific Computing 23; the search is `games.enumeration.faces`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.foundation.numbers import whole
from simulator.games.enumeration.dictionary import ZERO
from simulator.games.enumeration.faces import workspace
from simulator.games.enumeration.games import enumerate_games
from simulator.games.enumeration.outcomes import (
    COMPLETE,
    DOUBTFUL,
    NO_DEPTH,
    NO_PROFILES,
    NO_ROOM,
    NO_WALK,
    OVER_BUDGET,
    TOO_MANY,
)
from simulator.games.exact import exact_equilibria, rational_payoffs
from simulator.games.normal_form import SAME, TIE, NormalFormGame, payoff_array

BUDGET = 500_000_000
"""Largest number of multiplications spent on one game: some seconds."""
MOST = 20_000
"""Largest number of extreme equilibria listed of one game."""

_FIRST_ROOM = 32
_FIRST_WALK = 512
_FIRST_DEPTH = 64
_LARGEST_WALK = 2**25
_SECOND_ZERO = 1e-12
_LARGEST_EXACT = 20
_CHEAP_EXACT = 12
_MOST_COMPARED = 500
_CHUNK = 20_000

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ManyEquilibria:
    """The extreme equilibria of several games, game after game, in lexicographic order of their probabilities.

    Parameters
    ----------
    small, big : array of float64, shapes (k, m) and (k, n)
        Probabilities of SmallCo's and BigCo's actions.
    payoffs, regrets : array of float64, shape (k, 2)
        Of SmallCo and BigCo (money); a regret is the largest gain from deviating alone, the certificate.
    game : array of int64, shape (k,)
        Which game each equilibrium belongs to.
    first : array of int64, shape (games + 1,)
        The equilibria of game g are those from first[g] to first[g + 1] - 1.
    outcome : array of int64, shape (games,)
        COMPLETE (0): these are all. OVER_BUDGET (1), TOO_MANY (2) or DOUBTFUL (3): some may be missing, perhaps all.
    kept : array of int64, shape (games, 2)
        How many actions of SmallCo and BigCo survived elimination of strictly dominated ones.
    pivots : array of int64, shape (games,)
        The work done.
    """

    small: Matrix
    big: Matrix
    payoffs: Matrix
    regrets: Matrix
    game: NDArray[np.int64]
    first: NDArray[np.int64]
    outcome: NDArray[np.int64]
    kept: NDArray[np.int64]
    pivots: NDArray[np.int64]

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Return for each game whether all its extreme equilibria are listed, shape (games,)."""
        found: NDArray[np.bool_] = self.outcome == COMPLETE
        return found


def many_equilibria(
    small: ArrayLike, big: ArrayLike, *, threads: int = 1, budget: int = BUDGET, most: int = MOST
) -> ManyEquilibria:
    """Return all extreme equilibria of a batch of bimatrix games.

    Strictly dominated actions are struck first, repeatedly; what is left is solved in closed form if it is 2 x 2
    without ties, else searched. Nothing is assumed of ties: payoffs closer than `TIE` times the player's payoff range
    are equal. The result does not depend on the number of threads.

    Parameters
    ----------
    small, big : array_like, shape (games, m, n)
        Payoffs of SmallCo and BigCo (money), on any scale.
    threads : int
        How many share the work, at least 1.
    budget : int
        Largest number of multiplications spent on one game, at least 0.
    most : int
        Largest number of equilibria listed of one game, at least 1.

    Raises
    ------
    ParameterError
        If the payoffs are not two arrays of one shape with finite numbers, or a number is out of range.

    Examples
    --------
    >>> hunt, pennies = [[4, 0], [3, 2]], [[1, -1], [-1, 1]]
    >>> found = many_equilibria([hunt, pennies], [[[4, 3], [0, 2]], [[-1, 1], [1, -1]]])
    >>> found.game.tolist(), found.complete.tolist()
    ([0, 0, 0, 1], [True, True])
    >>> found.small[3].tolist(), found.payoffs[2].tolist()
    ([0.5, 0.5], [4.0, 4.0])
    """
    A, B = payoff_array(small, "many_equilibria.small", 3), payoff_array(big, "many_equilibria.big", 3)
    if A.shape != B.shape:
        raise ParameterError(
            f"many_equilibria.big must be of the shape of many_equilibria.small, {A.shape}; got {B.shape}. "
            "Write one payoff of BigCo for each payoff of SmallCo."
        )
    threads, budget = whole("many_equilibria.threads", threads, 1), whole("many_equilibria.budget", budget, 0)
    most = whole("many_equilibria.most", most, 1)
    games, m, n = A.shape
    step = min(_CHUNK, -(-games // threads))
    starts = range(0, games, step)

    def part(start: int) -> tuple[Matrix, NDArray[np.int64]]:
        return _enumerated(A[start : start + step], B[start : start + step], budget // (m * n), most)

    parts = _mapped(part, starts, threads)
    profiles = np.concatenate([each[0] for each in parts])
    table = np.concatenate([each[1] for each in parts])
    amounts = np.concatenate([np.diff(each[1][:, 0], prepend=0) for each in parts])
    first = np.concatenate(([0], np.cumsum(amounts)))
    return ManyEquilibria(
        profiles[:, :m],
        profiles[:, m : m + n],
        profiles[:, m + n : m + n + 2],
        profiles[:, m + n + 2 :],
        np.repeat(np.arange(games), amounts),
        first,
        table[:, 1],
        table[:, 2:4],
        table[:, 4],
    )


def _mapped(
    part: Callable[[int], tuple[Matrix, NDArray[np.int64]]], starts: range, threads: int
) -> list[tuple[Matrix, NDArray[np.int64]]]:
    """Return the parts in order, made by so many threads (compiled code releases the interpreter's lock)."""
    if threads == 1 or len(starts) == 1:
        return [part(start) for start in starts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(part, starts))


def _enumerated(A: Matrix, B: Matrix, pivots: int, most: int) -> tuple[Matrix, NDArray[np.int64]]:
    """Return the profiles and the table of `enumerate_games`, doubts resolved where they can be."""
    profiles, table = _searched(A, B, ZERO, pivots, most)
    doubtful = np.flatnonzero(table[:, 1] == DOUBTFUL)
    if len(doubtful) == 0:
        return profiles, table
    ends = table[:, 0].tolist()
    lists = [profiles[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    for game in doubtful.tolist():
        lists[game], table[game, 1] = _resolved(A[game], B[game], lists[game], pivots, most)
    table[:, 0] = np.cumsum([len(each) for each in lists])
    return np.concatenate(lists), table


def _searched(A: Matrix, B: Matrix, zero: float, pivots: int, most: int) -> tuple[Matrix, NDArray[np.int64]]:
    """Return the profiles and the table of `enumerate_games`; what there is too little of is doubled."""
    games, m, n = A.shape
    room, depth = _FIRST_ROOM, min(m + n + 2, _FIRST_DEPTH)
    largest = max(_LARGEST_WALK // (min(m, n) * (max(m, n) + 1) + 3 * (m + n)), 2)
    walk = min(_FIRST_WALK, largest)
    profiles = np.empty((2 * games + 16, m + n + 4))
    table = np.zeros((games, 5), dtype=np.int64)
    place, first = workspace(m, n, room, walk, depth), 0
    while True:
        first = enumerate_games(A, B, first, place, profiles, table, TIE, zero, pivots, most)
        if first == games:
            return profiles[: table[-1, 0]], table
        count, short = table[first - 1, 0] if first > 0 else 0, table[first, 1]
        if short == NO_PROFILES:
            profiles = np.concatenate((profiles[:count], np.empty((len(profiles) + 4 * room, m + n + 4))))
        elif (short == NO_ROOM and room > most) or (short == NO_WALK and walk == largest):
            table[first, 0], table[first, 1] = count, TOO_MANY if short == NO_ROOM else OVER_BUDGET
            first += 1
            if first == games:
                return profiles[:count], table
        else:
            room *= 2 if short == NO_ROOM else 1
            walk = min(2 * walk, largest) if short == NO_WALK else walk
            depth = min(2 * depth, m + n + 2) if short == NO_DEPTH else depth
            place = workspace(m, n, room, walk, depth)


def _resolved(A: Matrix, B: Matrix, listed: Matrix, pivots: int, most: int) -> tuple[Matrix, int]:
    """Return the profiles of a doubtful game and the outcome, by a second look and, if need be, fractions.

    A search that takes much less for zero is believed if it has no doubt itself, or finds the same in a game where
    fractions are slow. If not, what looks like rounding is rounded off, and the first list stands if that changes
    nothing. Else rational arithmetic decides, in games that are not too large.
    """
    second, table = _searched(A[None], B[None], _SECOND_ZERO, pivots, most)
    if table[0, 1] == COMPLETE:
        return second, COMPLETE
    size = table[0, 2] + table[0, 3]
    agreed = table[0, 1] == DOUBTFUL and _alike(second[:, :-4], listed[:, :-4])
    certified = len(listed) > 0 and np.all(listed[:, -2:] <= TIE * np.array([np.ptp(A), np.ptp(B)]))
    if size > _CHEAP_EXACT and agreed and certified:
        return listed, COMPLETE
    rounded, table = _searched(_rounded(A)[None], _rounded(B)[None], _SECOND_ZERO, pivots, most)
    if table[0, 1] == COMPLETE and _alike(rounded[:, :-4], listed[:, :-4]):
        return listed, COMPLETE
    if size > _LARGEST_EXACT:
        return listed, DOUBTFUL
    game = NormalFormGame(A, B)
    try:
        exact = exact_equilibria(*rational_payoffs(game, computed=True))
    except SolverError:
        return listed, DOUBTFUL
    profiles = np.empty((len(exact), listed.shape[1]))
    for profile, each in zip(profiles, exact, strict=True):
        x, y = np.array(each.small, dtype=np.float64), np.array(each.big, dtype=np.float64)
        profile[:] = *x, *y, *game.payoffs(x, y), *game.regrets(x, y)
    return profiles, COMPLETE


def _rounded(payoffs: Matrix) -> Matrix:
    """Return payoffs rounded to a tenth of what ties."""
    spread = float(np.ptp(payoffs))
    return payoffs.round(1 - floor(log10(TIE * spread))) if spread > 0.0 else payoffs


def _alike(one: Matrix, other: Matrix) -> bool:
    """Return whether two lists hold the same profiles; long lists only if in the same order."""
    if one.shape != other.shape:
        return False
    if np.all(np.abs(one - other) <= SAME):
        return True
    if len(one) > _MOST_COMPARED:
        return False
    near = np.max(np.abs(one[:, None] - other[None]), axis=2) <= SAME
    return bool(np.all(near.sum(axis=0) == 1) and np.all(near.sum(axis=1) == 1))
