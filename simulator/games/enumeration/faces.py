"""All extreme equilibria of a bimatrix: a search over pairs of faces of the two best-response polytopes.

A label is carried by one player's face or by the other's: action i of SmallCo is unplayed, or it is a best reply. The
search assigns labels one by one and walks to the faces by single pivots; it turns back as soon as either face is empty.
Where every label is assigned, all points of the one face are in equilibrium with all points of the other, and the pairs
of their vertices are extreme equilibria. Nothing is assumed of ties: a label that holds on a whole face is not branched
on, and a branch that lies inside one already searched is left.

References
----------
Audet, Hansen, Jaumard and Savard (2001), Enumeration of all extreme equilibria of bimatrix games, SIAM Journal on
Scientific Computing 23 (branching on complementary labels).
Avis, Rosenberg, Savani and von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory 42.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled, routine
from simulator.games.enumeration.dictionary import (
    INFEASIBLE,
    VANISHING,
    Stack,
    drop,
    duplicate,
    new_stack,
    resized,
    restrict,
    start,
    survey,
    value,
)
from simulator.games.enumeration.outcomes import COMPLETE, NO_DEPTH, NO_ROOM, OVER_BUDGET
from simulator.games.enumeration.vertices import (
    Vertices,
    face_vertices,
    is_new,
    label_keys,
    new_vertices,
)

NOWHERE = -1
SMALL = 0
BIG = 1

_PENDING = 0
_UNPLAYED = 1
_SIDE = 3
_SCATTER = np.uint64(0x9E3779B97F4A7C15)


class Workspace(NamedTuple):
    """Room for a search in games of up to a given size; it may be used again and again.

    Parameters
    ----------
    small, big : Stack
        Open branches of the two players' faces.
    branches : array of int64, shape (branches, 3 + 2 labels)
        For each: twice the label whose other side is still to be searched, plus that side; how many own actions
        SmallCo's and BigCo's face leave unplayed; for each label the side that carries it; for each label the side on
        which it has been searched already.
    status : array of int64, shape (2, labels)
        See `dictionary.survey`.
    small_walk, big_walk : Stack
        For `face_vertices`.
    xs, ys : Vertices
        Vertices in equilibrium.
    rows, columns : array of int64
        Indices of the vertices of one face.
    pairs : array of int64, shape (room, 2)
        Indices of vertices in equilibrium.
    keys : array of uint64, shape (labels,)
        See `label_keys`.
    doubt : array of int64, shape (1,)
        1 if the last search met a number that may be rounding or not.
    """

    small: Stack
    big: Stack
    branches: NDArray[np.int64]
    status: NDArray[np.int64]
    small_walk: Stack
    big_walk: Stack
    xs: Vertices
    ys: Vertices
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    pairs: NDArray[np.int64]
    keys: NDArray[np.uint64]
    doubt: NDArray[np.int64]


def workspace(m: int, n: int, room: int, waiting: int, depth: int) -> Workspace:
    """Return room for games of up to m x n actions.

    `room`, a power of two, is the largest number of vertices of either polytope and a quarter of that of equilibria,
    `waiting` that of the dictionaries that may wait at a degenerate face, `depth` that of open branches.
    """
    labels = m + n
    return Workspace(
        new_stack(depth, n, m),
        new_stack(depth, m, n),
        np.empty((depth, _SIDE + 2 * labels), dtype=np.int64),
        np.empty((2, labels), dtype=np.int64),
        new_stack(waiting, n, m),
        new_stack(waiting, m, n),
        new_vertices(room, m),
        new_vertices(room, n),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.empty((4 * room, 2), dtype=np.int64),
        label_keys(labels),
        np.zeros(1, dtype=np.int64),
    )


@compiled
def _assign(branches: NDArray[np.int64], at: int, label: int, side: int, m: int) -> None:
    """Give a label to a side."""
    branches[at, _SIDE + label] = side
    if (label < m) == (side == SMALL):
        branches[at, _UNPLAYED + side] += 1


@compiled
def _collapse(stack: Stack, at: int, branches: NDArray[np.int64], side: int, m: int, status: NDArray[np.int64]) -> bool:
    """Drop, in place, every column that must vanish with a row that does; return False if the face was searched."""
    table, book = stack.table, stack.book
    searched = _SIDE + stack.rows + stack.columns
    for i in range(stack.rows):
        label = book[at, 1 + i]
        if status[label] != VANISHING:
            continue
        column = 0  # the row itself, then each column that vanishes with it
        while True:
            if branches[at, searched + label] == side:
                return False
            if branches[at, _SIDE + label] == NOWHERE:
                _assign(branches, at, label, side, m)
            if column > 0:
                drop(stack, at, column)
                column -= 1
            column += 1
            while column <= book[at, 0] and table[at, i, column] <= stack.zero:
                column += 1
            if column > book[at, 0]:
                break
            label = book[at, stack.nonbasic + column]
    return True


@compiled
def _choose(
    small: Stack, big: Stack, at: int, branches: NDArray[np.int64], status: NDArray[np.int64]
) -> tuple[int, int, int]:
    """Return the label to assign next, the side to try first, and the other side if that is possible too.

    The label is -1 if all are assigned; the side is NOWHERE if a label can be carried by neither. A label that leaves
    no choice comes first; else the one that the current vertices violate most.
    """
    m, n = small.columns, big.columns
    chosen, side, other, largest = -1, SMALL, NOWHERE, -1.0
    for label in range(m + n):
        if branches[at, _SIDE + label] != NOWHERE:
            continue
        by_small, by_big = status[SMALL, label] != INFEASIBLE, status[BIG, label] != INFEASIBLE
        if label < m and branches[at, _UNPLAYED + SMALL] == m - 1:
            by_small = False
        if label >= m and branches[at, _UNPLAYED + BIG] == n - 1:
            by_big = False
        if not (by_small and by_big):
            return label, (SMALL if by_small else BIG) if by_small or by_big else NOWHERE, NOWHERE
        for_small, for_big = value(small, at, label), value(big, at, label)
        if for_small * for_big > largest:
            largest, chosen = for_small * for_big, label
            side, other = (SMALL, BIG) if for_small > for_big else (BIG, SMALL)
    return chosen, side, other


@routine
def _combine(w: Workspace, rows: int, columns: int, seen: NDArray[np.uint64], found: int) -> int:
    """Return the number of pairs once those of so many rows and columns are added; NO_ROOM if they do not fit."""
    for r in range(rows):
        for c in range(columns):
            if is_new(seen, np.uint64(w.rows[r] + 1) * _SCATTER + np.uint64(w.columns[c])):
                if found == w.pairs.shape[0]:
                    return NO_ROOM
                w.pairs[found, 0], w.pairs[found, 1] = w.rows[r], w.columns[c]
                found += 1
    return found


@allocating
def extreme_pairs(
    A: NDArray[np.float64], B: NDArray[np.float64], m: int, n: int, w: Workspace, zero: float, budget: int
) -> tuple[int, int, int]:
    """Return how the search ended, how many pairs of vertices in equilibrium it found, and the pivots it took.

    Parameters
    ----------
    A, B : array of float64
        Payoffs, each scaled to a range of 1 and positive: the first m rows and n columns are the game.
    m, n : int
        How many actions SmallCo and BigCo have.
    w : Workspace
        Room for at least m x n actions. On return `xs` and `ys` hold the vertices of SmallCo's and BigCo's polytope
        that are in equilibrium, `pairs` which with which, without repetition.
    zero : float
        What is smaller is zero.
    budget : int
        Largest number of pivots.

    Returns
    -------
    outcome : int
        COMPLETE, OVER_BUDGET, or what the workspace had too little of: NO_ROOM, NO_WALK or NO_DEPTH.
    found : int
        How many pairs there are.
    pivots : int
        The work done.
    """
    labels = m + n
    small, big = resized(w.small, n, m, zero), resized(w.big, m, n, zero)
    small_walk, big_walk = resized(w.small_walk, n, m, zero), resized(w.big_walk, m, n, zero)
    branches, status = w.branches, w.status
    start(small, B, True, m, 0)
    start(big, A, False, 0, m)
    for k in range(_SIDE + 2 * labels):
        branches[0, k] = NOWHERE if k >= _SIDE else 0
    w.xs.known[0] = w.ys.known[0] = w.doubt[0] = 0
    seen = np.zeros(8 * w.rows.shape[0], dtype=np.uint64)
    found = pivots = at = columns = 0
    fresh_small = fresh_big = doubt = False
    while at >= 0:
        if pivots > budget:
            return OVER_BUDGET, found, pivots
        alive = True
        if not fresh_small:
            vanishing, grey = survey(small, at, status[SMALL])
            doubt |= grey
            alive = not vanishing or _collapse(small, at, branches, SMALL, m, status[SMALL])
        if alive and not fresh_big:
            vanishing, grey = survey(big, at, status[BIG])
            doubt |= grey
            alive = not vanishing or _collapse(big, at, branches, BIG, m, status[BIG])
        fresh_small = fresh_big = True
        alive = alive and branches[at, _UNPLAYED + SMALL] < m and branches[at, _UNPLAYED + BIG] < n
        if alive:
            chosen, side, other = _choose(small, big, at, branches, status)
            if chosen < 0:
                # every label is carried: all of one face is in equilibrium with all of the other
                outcome, rows, more = face_vertices(w.xs, small, at, 0, w.keys, small_walk, w.rows, budget - pivots)
                pivots += more
                if outcome == COMPLETE:
                    outcome, columns, more = face_vertices(
                        w.ys, big, at, m, w.keys, big_walk, w.columns, budget - pivots
                    )
                    pivots += more
                if outcome == COMPLETE:
                    found = _combine(w, rows, columns, seen, found)
                    outcome = COMPLETE if found != NO_ROOM else NO_ROOM
                if outcome != COMPLETE:
                    return outcome, max(found, 0), pivots
                alive = False
            elif side == NOWHERE:
                alive = False
            elif other != NOWHERE:
                if at + 1 == branches.shape[0]:
                    return NO_DEPTH, found, pivots
                duplicate(small, at, small, at + 1)
                duplicate(big, at, big, at + 1)
                for k in range(_SIDE + 2 * labels):
                    branches[at + 1, k] = branches[at, k]
                branches[at, _PENDING] = 2 * chosen + other
                at += 1
        while at >= 0:
            if not alive:  # back to the other side of the last label that had a choice
                at -= 1
                if at < 0:
                    break
                chosen, side = branches[at, _PENDING] // 2, branches[at, _PENDING] % 2
                branches[at, _SIDE + labels + chosen] = 1 - side
                fresh_small = fresh_big = False
            more = restrict(small if side == SMALL else big, at, chosen)
            alive = more != INFEASIBLE
            pivots += abs(more)
            if alive:
                _assign(branches, at, chosen, side, m)
                fresh_small, fresh_big = fresh_small and side == BIG, fresh_big and side == SMALL
                break
    w.doubt[0] = doubt
    return COMPLETE, found, pivots
