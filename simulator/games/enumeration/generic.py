"""All equilibria of a small game by the vertices of one polytope, where that polytope has no ties.

At a vertex x without ties as many replies are best as actions are played, so that the other firm's action, if there is
one, solves a square system: it is mixed on the best replies and makes what is played pay the same. Small games have few
vertices, each a single pivot from the next; where a tie turns up, the search over faces takes over.

References
----------
Mangasarian (1964), Equilibrium points of bimatrix games, Journal of SIAM 12 (vertices of both polytopes).
von Stengel (2002), Computing equilibria for two-person games, Handbook of Game Theory 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled, routine
from simulator.games.enumeration.dictionary import GREY, Stack, pivot, pivot_to, resized, start
from simulator.games.enumeration.faces import Workspace
from simulator.games.enumeration.outcomes import COMPLETE, OVER_BUDGET, TIED

LARGEST_LABELS = 16
"""Largest number of actions of both firms together: beyond, polytopes have too many vertices."""

_SINGULAR = 1e-9


@routine
def _reply(
    A: NDArray[np.float64],
    m: int,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    size: int,
    system: NDArray[np.float64],
    y: NDArray[np.float64],
    zero: float,
) -> int:
    """Write to `y` the action on `columns` against which `rows` pay 1 and no row more; return 1, 0 if there is none.

    Both hold `size` actions; `system` is room. TIED if the equations do not determine it, or only just.
    """
    lower, upper = GREY[0] * zero, GREY[1] * zero
    for r in range(size):
        for c in range(size):
            system[r, c] = A[rows[r], columns[c]]
        system[r, size] = 1.0
    for step in range(size):
        best = step
        for r in range(step + 1, size):
            if abs(system[r, step]) > abs(system[best, step]):
                best = r
        if abs(system[best, step]) < _SINGULAR:
            return TIED
        if best != step:
            for c in range(step, size + 1):
                system[best, c], system[step, c] = system[step, c], system[best, c]
        inverse = 1.0 / system[step, step]
        system[step, step] = inverse  # all that is needed of it
        for r in range(step + 1, size):
            factor = system[r, step] * inverse
            for c in range(step + 1, size + 1):
                system[r, c] -= factor * system[step, c]
    for step in range(size - 1, -1, -1):
        total = system[step, size]
        for c in range(step + 1, size):
            total -= system[step, c] * y[columns[c]]
        y[columns[step]] = total * system[step, step]
        if lower < abs(y[columns[step]]) < upper:
            return TIED
        if y[columns[step]] < -zero:
            return 0
    for i in range(m):
        payoff = 0.0
        for c in range(size):
            payoff += A[i, columns[c]] * y[columns[c]]
        if lower < abs(payoff - 1.0) < upper:
            return TIED
        if payoff > 1.0 + zero:
            return 0
    return 1


@compiled
def _ratios(
    walk: Stack,
    at: int,
    smallest: NDArray[np.float64],
    leaving: NDArray[np.int64],
    lower: float,
    upper: float,
) -> bool:
    """Write the row of the smallest ratio of each column; return whether there is a tie or a number in doubt.

    `smallest` is room. A tie of ratios leaves a basic variable at zero, here or one pivot on.
    """
    table = walk.table
    columns = walk.book[at, 0]
    for c in range(1, columns + 1):
        smallest[c] = np.inf
        leaving[c] = 0
    doubt = 0
    for r in range(walk.rows):
        level = table[at, r, 0]
        doubt += level < upper
        for c in range(1, columns + 1):
            entry = table[at, r, c]
            doubt += (abs(entry) > lower) & (abs(entry) < upper)
            ratio = level / entry if entry > walk.zero else np.inf
            less = ratio < smallest[c]
            leaving[c] = r if less else leaving[c]
            smallest[c] = ratio if less else smallest[c]
    return doubt > 0


@allocating
def vertex_pairs(
    A: NDArray[np.float64], B: NDArray[np.float64], m: int, n: int, w: Workspace, zero: float, budget: int
) -> tuple[int, int, int]:
    """Return the outcome, how many equilibria the workspace holds (as from `extreme_pairs`), and the pivots.

    The outcome is COMPLETE, OVER_BUDGET, or TIED if SmallCo's polytope has a tie, an action is not determined, a number
    may be rounding or not, or there is no room.

    Parameters
    ----------
    A, B : array of float64
        Payoffs, each scaled to a range of 1 and positive: the first m rows and n columns are the game.
    m, n : int
        How many actions SmallCo and BigCo have, together at most LARGEST_LABELS.
    w : Workspace
        Room for at least m x n actions.
    zero : float
        What is smaller is zero.
    budget : int
        Largest number of pivots.
    """
    walk = resized(w.small_walk, n, m, zero)
    start(walk, B, True, m, 0)
    table, book = walk.table, walk.book
    visited = np.zeros(1 + (1 << (m + n)) // 32, dtype=np.int64)  # a bit for each set of labels
    visited[((1 << m) - 1) >> 5] = 1 << (((1 << m) - 1) & 31)
    rows, columns = np.empty(m, dtype=np.int64), np.empty(n, dtype=np.int64)
    smallest, leaving = np.empty(m + 1), np.empty(m + 1, dtype=np.int64)
    size_most = min(m, n)
    system = np.empty((size_most, size_most + 1))
    lower, upper = GREY[0] * zero, GREY[1] * zero
    found = pivots = waiting = 0
    w.doubt[0] = 0
    while waiting >= 0:
        at = waiting
        played = best = mask = 0
        for r in range(n):
            label = book[at, 1 + r]
            if label < m:
                rows[played] = label
                played += 1
        for c in range(1, m + 1):
            label = book[at, walk.nonbasic + c]
            mask |= 1 << label
            if label >= m:
                columns[best] = label - m
                best += 1
        if played > 0:
            if found == w.xs.keys.shape[0]:
                return TIED, 0, pivots
            x, y = w.xs.points[found], w.ys.points[found]
            for j in range(n):
                y[j] = 0.0
            answer = _reply(A, m, rows, columns, played, system, y, zero)
            if answer == TIED:
                return TIED, 0, pivots
            if answer == 1:
                for i in range(m):
                    x[i] = 0.0
                for r in range(n):
                    label = book[at, 1 + r]
                    if label < m:
                        x[label] = table[at, r, 0]
                w.pairs[found, 0] = w.pairs[found, 1] = found
                found += 1
        # the edges from here; the last new neighbour takes this vertex's place in the stack, the others come on top
        if _ratios(walk, at, smallest, leaving, lower, upper):
            return TIED, 0, pivots
        new = last = 0
        for c in range(1, m + 1):
            entering = book[at, walk.nonbasic + c]
            neighbour = mask - (1 << entering) + (1 << book[at, 1 + leaving[c]])
            bit = 1 << (neighbour & 31)
            if visited[neighbour >> 5] & bit == 0:
                visited[neighbour >> 5] |= bit
                if last > 0:
                    new += 1
                    if at + new >= table.shape[0]:
                        return TIED, 0, pivots
                    pivot_to(walk, at, at + new, leaving[last], last)
                last = c
                pivots += 1
                if pivots > budget:
                    return OVER_BUDGET, 0, pivots
        if last > 0:
            pivot(walk, at, leaving[last], last)
            waiting = at + new
        else:
            waiting = at - 1
    return COMPLETE, found, pivots
