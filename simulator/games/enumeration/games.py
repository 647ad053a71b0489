"""Every extreme equilibrium of many games: scaling, elimination, closed form or search, and the certificate.

References
----------
von Stengel (2002), Computing equilibria for two-person games, Handbook of Game Theory 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled, routine
from simulator.games.batch import strike_dominated
from simulator.games.enumeration.dictionary import GREY, ZERO
from simulator.games.enumeration.faces import Workspace, extreme_pairs
from simulator.games.enumeration.generic import LARGEST_LABELS, vertex_pairs
from simulator.games.enumeration.outcomes import COMPLETE, DOUBTFUL, NO_PROFILES, TIED, TOO_MANY
from simulator.games.enumeration.polish import mixed_action, normalised
from simulator.games.normal_form import NOISE

_MEASURES = 4
_SHRUNK = 1e-3
_MERE_TIES = 10.0

Matrix = NDArray[np.float64]


@compiled
def _survivors(mask: NDArray[np.bool_], names: NDArray[np.int64]) -> int:
    """Write the indices of the actions that survived to `names`, and return how many there are."""
    count = 0
    for action in range(mask.shape[0]):
        if mask[action]:
            names[count] = action
            count += 1
    return count


@routine
def _spread(payoffs: Matrix, rows: NDArray[np.bool_], columns: NDArray[np.bool_], ties: float, whole: float) -> float:
    """Return the range of the payoffs of surviving actions, large enough to keep their rounding below ties.

    If it is below `ties`, it is no more than ties of the whole game, and the range of that is returned.
    """
    low, high = np.inf, -np.inf
    for i in range(payoffs.shape[0]):
        if rows[i]:
            for j in range(payoffs.shape[1]):
                if columns[j]:
                    low, high = min(low, payoffs[i, j]), max(high, payoffs[i, j])
    if high - low < ties:
        return whole
    return max(high - low, NOISE * max(abs(low), abs(high)))


@routine
def eliminate(
    small: Matrix, big: Matrix, rows: NDArray[np.bool_], columns: NDArray[np.bool_], tie: float
) -> tuple[float, float]:
    """Write the actions that survive elimination to the masks, and return the ranges of SmallCo's and BigCo's payoffs.

    Ties are relative to the range of what has survived so far, so that a large loss that nobody takes decides nothing;
    but where that range is itself no more than ties of the whole game, they stay ties.
    """
    for i in range(rows.shape[0]):
        rows[i] = True
    for j in range(columns.shape[0]):
        columns[j] = True
    whole_small, whole_big = _spread(small, rows, columns, 0.0, 0.0), _spread(big, rows, columns, 0.0, 0.0)
    spread_small, spread_big = whole_small, whole_big
    while True:
        strike_dominated(small, big, rows, columns, tie * spread_small, tie * spread_big)
        before_small, before_big = spread_small, spread_big
        spread_small = _spread(small, rows, columns, _MERE_TIES * tie * whole_small, whole_small)
        spread_big = _spread(big, rows, columns, _MERE_TIES * tie * whole_big, whole_big)
        if spread_small >= _SHRUNK * before_small and spread_big >= _SHRUNK * before_big:
            return spread_small, spread_big


@routine
def _rescale(
    payoffs: Matrix, own: NDArray[np.int64], other: NDArray[np.int64], spread: float, by_row: bool, scaled: Matrix
) -> None:
    """Write the payoffs of surviving actions on a scale where their full range is 1 and the best reply gets 2.

    What a player cannot influence, its best payoff against each action of the other, is taken out. `own` are rows of
    the payoffs, or columns if `by_row`: then the best reply is the best of a row.
    """
    for k in range(other.shape[0]):
        best = -np.inf
        for h in range(own.shape[0]):
            best = max(best, payoffs[other[k], own[h]] if by_row else payoffs[own[h], other[k]])
        for h in range(own.shape[0]):
            payoff = payoffs[other[k], own[h]] if by_row else payoffs[own[h], other[k]]
            level = 2.0 - (best - payoff) / spread if spread > 0.0 else 2.0
            if by_row:
                scaled[k, h] = level
            else:
                scaled[h, k] = level


@routine
def _certify(profile: NDArray[np.float64], A: Matrix, B: Matrix) -> None:
    """Write (u_S, u_B, r_S, r_B), payoffs and regrets, behind the m + n probabilities of a profile."""
    m, n = A.shape
    u = v = 0.0
    best_small = best_big = -np.inf
    for i in range(m):
        payoff = 0.0
        for j in range(n):
            payoff += A[i, j] * profile[m + j]
        best_small = max(best_small, payoff)
        u += profile[i] * payoff
    for j in range(n):
        payoff = 0.0
        for i in range(m):
            payoff += B[i, j] * profile[i]
        best_big = max(best_big, payoff)
        v += profile[m + j] * payoff
    profile[m + n], profile[m + n + 1] = u, v
    profile[m + n + 2], profile[m + n + 3] = max(best_small - u, 0.0), max(best_big - v, 0.0)


@compiled
def _precedes(profiles: Matrix, one: int, other: int) -> bool:
    """Return whether profile `one` comes before `other` in lexicographic order, differences up to ZERO ignored."""
    for k in range(profiles.shape[1] - _MEASURES):
        difference = profiles[one, k] - profiles[other, k]
        if abs(difference) > ZERO:
            return difference < 0.0
    return False


@compiled
def _exchange(profiles: Matrix, one: int, other: int) -> None:
    """Exchange two profiles, in place."""
    for k in range(profiles.shape[1]):
        profiles[one, k], profiles[other, k] = profiles[other, k], profiles[one, k]


@routine
def _sort(profiles: Matrix, first: int, last: int) -> None:
    """Sort the profiles first .. last - 1, in place (heapsort: no recursion, no room)."""
    size = last - first
    for step in range(size // 2 + size - 1):
        if step < size // 2:
            root, end = size // 2 - 1 - step, size
        else:
            root, end = 0, size - 1 - (step - size // 2)
            _exchange(profiles, first, first + end)
        child = 2 * root + 1
        while child < end:
            if child + 1 < end and _precedes(profiles, first + child, first + child + 1):
                child += 1
            if not _precedes(profiles, first + root, first + child):
                break
            _exchange(profiles, first + root, first + child)
            root, child = child, 2 * child + 1


@routine
def _two_by_two(
    a: Matrix,
    b: Matrix,
    own: NDArray[np.int64],
    other: NDArray[np.int64],
    profiles: Matrix,
    first: int,
    m: int,
    zero: float,
) -> int:
    """Write the equilibria of a scaled 2 x 2 game from row `first` of profiles; return how many, -1 if near ties."""
    of_left, of_right = a[0, 0] - a[1, 0], a[0, 1] - a[1, 1]
    of_top, of_bottom = b[0, 0] - b[0, 1], b[1, 0] - b[1, 1]
    if min(abs(of_left), abs(of_right), abs(of_top), abs(of_bottom)) <= GREY[1] * zero:
        return -1
    count = first
    for i in range(2):
        for j in range(2):
            small, big = of_left if j == 0 else of_right, of_top if i == 0 else of_bottom
            if (small > 0.0) == (i == 0) and (big > 0.0) == (j == 0):
                profiles[count, own[i]] = profiles[count, m + other[j]] = 1.0
                count += 1
    if (of_left > 0.0) != (of_right > 0.0) and (of_top > 0.0) != (of_bottom > 0.0):
        profiles[count, own[0]] = of_bottom / (of_bottom - of_top)
        profiles[count, own[1]] = of_top / (of_top - of_bottom)
        profiles[count, m + other[0]] = of_right / (of_right - of_left)
        profiles[count, m + other[1]] = of_left / (of_left - of_right)
        count += 1
    return count - first


@routine
def _is_doubtful(profiles: Matrix, first: int, last: int, small: float, big: float) -> bool:
    """Return whether sorted profiles cannot be a game's: none at all, two alike, or a regret above a bound."""
    doubtful = last == first
    size = profiles.shape[1]
    for k in range(first, last):
        doubtful |= profiles[k, size - 2] > small or profiles[k, size - 1] > big
        doubtful |= k > first and not _precedes(profiles, k - 1, k)
    return doubtful


@routine
def _solve(
    a: Matrix,
    b: Matrix,
    own: NDArray[np.int64],
    other: NDArray[np.int64],
    w: Workspace,
    profiles: Matrix,
    count: int,
    first_big: int,
    limits: tuple[int, int],
    zero: float,
) -> tuple[int, int, int]:
    """Return the outcome for one scaled game, how many profiles were written from row `count` on, and the pivots.

    BigCo's probabilities begin at column `first_big`; `limits` are the largest number of pivots, and of equilibria.
    """
    m, width = own.shape[0], profiles.shape[1] - _MEASURES
    n = other.shape[0]
    if count + 3 > profiles.shape[0]:
        return NO_PROFILES, 0, 0
    if m == 2 and n == 2:
        for k in range(3):
            for action in range(width):
                profiles[count + k, action] = 0.0
        closed = _two_by_two(a, b, own, other, profiles, count, first_big, zero)
        if closed > limits[1]:
            return TOO_MANY, 0, 0
        if closed >= 0:
            return COMPLETE, closed, 0
    outcome, found, pivots = TIED, 0, 0
    if m + n <= LARGEST_LABELS:
        outcome, found, pivots = vertex_pairs(a, b, m, n, w, zero, limits[0])
    fresh = outcome != TIED
    if outcome == TIED:
        outcome, found, more = extreme_pairs(a, b, m, n, w, zero, limits[0])
        pivots += more
    if found > limits[1]:
        return TOO_MANY, 0, pivots
    if outcome < COMPLETE:
        return outcome, 0, pivots
    if count + found > profiles.shape[0]:
        return NO_PROFILES, 0, pivots
    for k in range(found):
        profile = profiles[count + k]
        for action in range(width):
            profile[action] = 0.0
        mixed_action(b, True, w.xs.points[w.pairs[k, 0]], own, n, profile, 0, zero)
        if fresh:
            normalised(w.ys.points[w.pairs[k, 1]], other, profile, first_big, zero)
        else:
            mixed_action(a, False, w.ys.points[w.pairs[k, 1]], other, m, profile, first_big, zero)
    if outcome == COMPLETE and w.doubt[0] == 1:
        outcome = DOUBTFUL
    return outcome, found, pivots


@allocating
def enumerate_games(
    A: Matrix,
    B: Matrix,
    first: int,
    w: Workspace,
    profiles: Matrix,
    games: NDArray[np.int64],
    tie: float,
    zero: float,
    budget: int,
    most: int,
) -> int:
    """Write the extreme equilibria of games of one shape, from game `first` on; return the game that found no room.

    Parameters
    ----------
    A, B : array of float64, shape (games, m, n)
        Payoffs of SmallCo and BigCo, on any scale.
    first : int
        The game to begin with: equilibria of those before it are kept.
    w : Workspace
        Room for m x n actions.
    profiles : array of float64, shape (room, m + n + 4)
        One row for each equilibrium, in lexicographic order within each game: SmallCo's probabilities, BigCo's, the
        payoffs (u_S, u_B) and the regrets (r_S, r_B) in the units of the game.
    games : array of int64, shape (games, 5)
        Of each game: where its equilibria end, the outcome, how many actions of SmallCo and BigCo survived elimination,
        and the pivots taken. Of the game that found no room the outcome says what there was too little of.
    tie : float
        Payoffs closer than this share of a player's payoff range are equal.
    zero : float
        What the search takes for zero.
    budget : int
        Largest number of pivots spent on a game.
    most : int
        Largest number of equilibria of a game.
    """
    m, n = A.shape[1], A.shape[2]
    rows, columns = np.empty(m, dtype=np.bool_), np.empty(n, dtype=np.bool_)
    all_own, all_other = np.empty(m, dtype=np.int64), np.empty(n, dtype=np.int64)
    a, b = np.empty((m, n)), np.empty((m, n))
    count = games[first - 1, 0] if first > 0 else 0
    for game in range(first, A.shape[0]):
        small, big = A[game], B[game]
        spread_small, spread_big = eliminate(small, big, rows, columns, tie)
        own, other = all_own[: _survivors(rows, all_own)], all_other[: _survivors(columns, all_other)]
        _rescale(small, own, other, spread_small, False, a)
        _rescale(big, other, own, spread_big, True, b)
        outcome, found, pivots = _solve(a, b, own, other, w, profiles, count, m, (budget, most), zero)
        games[game, 1], games[game, 4] = outcome, pivots
        games[game, 2], games[game, 3] = own.shape[0], other.shape[0]
        if outcome < COMPLETE:
            return game
        for k in range(count, count + found):
            _certify(profiles[k], small, big)
        _sort(profiles, count, count + found)
        if outcome == COMPLETE and _is_doubtful(profiles, count, count + found, tie * spread_small, tie * spread_big):
            games[game, 1] = DOUBTFUL
        count += found
        games[game, 0] = count
    return A.shape[0]
