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

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError
from simulator.games.enumeration.faces import workspace
from simulator.games.enumeration.games import COMPLETE, TOO_MANY, enumerate_games
from simulator.games.normal_form import TIE, payoff_array

BUDGET = 500_000_000
"""Largest number of multiplications spent on one game: some seconds."""
MOST = 20_000
"""Largest number of extreme equilibria listed of one game."""

_FIRST_ROOM = 32
_FIRST_WALK = 512
_LARGEST_WALK = 2**22
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
        COMPLETE (0): these are all. OVER_BUDGET (1) or TOO_MANY (2): some may be missing, perhaps all.
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
    for name, value, low in (("threads", threads, 1), ("budget", budget, 0), ("most", most, 1)):
        if value < low:
            raise ParameterError(f"many_equilibria.{name} must be at least {low}; got {value}. Write {low} or more.")
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
    """Return the profiles and the table of `enumerate_games`; a game that finds no room gets more, up to `most`."""
    games, m, n = A.shape
    room, largest = _FIRST_ROOM, 1 << max(int(_LARGEST_WALK / (m + n) ** 2).bit_length() - 1, 4)
    profiles = np.empty((2 * games + 16, m + n + 4))
    table = np.zeros((games, 5), dtype=np.int64)
    place, first = workspace(m, n, room, min(_FIRST_WALK, largest), most), 0
    while True:
        first = enumerate_games(A, B, first, place, profiles, table, TIE, pivots)
        if first == games:
            return profiles[: table[-1, 0]], table
        count = table[first - 1, 0] if first > 0 else 0
        if 2 * (count + 4 * room) > len(profiles):
            profiles = np.concatenate((profiles[:count], np.empty((2 * (count + 8 * room), m + n + 4))))
        if room <= most:
            room *= 2
            place = workspace(m, n, room, min(max(room, _FIRST_WALK), largest), most)
        else:
            table[first] = count, TOO_MANY, m, n, 0
            first += 1
            if first == games:
                return profiles[:count], table
