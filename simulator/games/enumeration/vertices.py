"""The vertices of one player's polytope: a list without repetition, and all vertices of a face by pivoting.

Degenerate faces are walked as if every slack had been enlarged by its own tiny amount (lexicographic perturbation): the
perturbed face is simple, its bases are connected by pivots, and each vertex of the face belongs to some of them.

References
----------
Avis and Fukuda (1992), A pivoting algorithm for convex hulls and vertex enumeration of arrangements and polyhedra,
Discrete & Computational Geometry 8.
Avis, Rosenberg, Savani and von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory 42.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled, routine
from simulator.foundation.draws import absorb
from simulator.games.enumeration.dictionary import Stack, duplicate, pivot, value
from simulator.games.enumeration.outcomes import COMPLETE, NO_ROOM, NO_WALK, OVER_BUDGET

_RATIO_TIE = 1e-11
_EMPTY = np.uint64(0)


class Vertices(NamedTuple):
    """A list of distinct vertices of one polytope.

    Parameters
    ----------
    points : array of float64, shape (room, actions)
        Own variables, not normalised.
    keys : array of uint64, shape (room,)
        For each vertex the sum of the hashes of the labels it carries: this is what makes it distinct.
    known : array of int64, shape (1,)
        How many there are.
    """

    points: NDArray[np.float64]
    keys: NDArray[np.uint64]
    known: NDArray[np.int64]


def new_vertices(room: int, actions: int) -> Vertices:
    """Return an empty list with room for so many vertices."""
    return Vertices(np.empty((room, actions)), np.empty(room, dtype=np.uint64), np.zeros(1, dtype=np.int64))


def label_keys(labels: int) -> NDArray[np.uint64]:
    """Return a hash for each label; that of a set of labels is their sum."""
    return np.array([absorb(np.uint64(0), label) for label in range(labels)], dtype=np.uint64)


@routine
def note(vertices: Vertices, stack: Stack, at: int, own: int, keys: NDArray[np.uint64]) -> int:
    """Return the index in the list of the vertex a dictionary stands at, appended if it is new; NO_ROOM if it is full.

    Own actions carry the labels from `own` on.
    """
    key = _EMPTY
    for label in range(stack.rows + stack.columns):
        if value(stack, at, label) <= stack.zero:
            key += keys[label]
    count = vertices.known[0]
    for k in range(count):
        if vertices.keys[k] == key:
            return k
    if count == vertices.keys.shape[0]:
        return NO_ROOM
    for action in range(stack.columns):
        vertices.points[count, action] = value(stack, at, own + action)
    vertices.keys[count] = key
    vertices.known[0] = count + 1
    return count


@routine
def is_new(visited: NDArray[np.uint64], key: np.uint64) -> bool:
    """Enter a key (not 0) into a hash table, its size a power of two, with room; return whether it was not there."""
    size = visited.shape[0]
    slot = np.int64(key & np.uint64(size - 1))
    while visited[slot] != _EMPTY:
        if visited[slot] == key:
            return False
        slot = (slot + 1) % size
    visited[slot] = key
    return True


@compiled
def _smaller(stack: Stack, at: int, column: int, one: int, other: int, initial: NDArray[np.int64]) -> bool:
    """Return whether the perturbed ratio of row `one` is below that of row `other`, given that the ratios tie."""
    table = stack.table
    for k in range(stack.rows):
        place = stack.book[at, stack.place + initial[k]]
        if place < 0:
            here, there = table[at, one, -place], table[at, other, -place]
        else:
            here, there = 1.0 if place == one else 0.0, 1.0 if place == other else 0.0
        difference = here / table[at, one, column] - there / table[at, other, column]
        if abs(difference) > _RATIO_TIE:
            return difference < 0.0
    return False


@routine
def _leaving(stack: Stack, at: int, column: int, initial: NDArray[np.int64]) -> int:
    """Return the row of the lexicographically smallest ratio, or -1 if no row bounds the column."""
    table = stack.table
    best = -1
    for i in range(stack.rows):
        if table[at, i, column] > stack.zero:
            difference = -1.0
            if best >= 0:
                difference = table[at, i, 0] / table[at, i, column] - table[at, best, 0] / table[at, best, column]
            if difference < -_RATIO_TIE or (difference <= _RATIO_TIE and _smaller(stack, at, column, i, best, initial)):
                best = i
    return best


@allocating
def face_vertices(
    vertices: Vertices,
    face: Stack,
    at: int,
    own: int,
    keys: NDArray[np.uint64],
    walk: Stack,
    members: NDArray[np.int64],
    budget: int,
) -> tuple[int, int, int]:
    """Return how the walk over a face ends (COMPLETE, OVER_BUDGET, NO_ROOM, NO_WALK), its vertices and the pivots.

    The face is what is left of the dictionary `at` of the stack `face`. Its vertices are added to the list and their
    indices written to `members`; `walk` has room for dictionaries of the same size that wait to be visited.
    """
    if face.book[at, 0] == 0:  # a single vertex
        members[0] = note(vertices, face, at, own, keys)
        return (COMPLETE if members[0] >= 0 else NO_ROOM), 1, 0
    rows, room = face.rows, members.shape[0]
    initial = face.book[at, 1 : 1 + rows]
    visited = np.zeros(8 * room, dtype=np.uint64)
    duplicate(face, at, walk, 1)
    key = _EMPTY
    for i in range(rows):
        key += keys[initial[i]]
    is_new(visited, key)
    bases = waiting = 1
    found = pivots = 0
    while waiting > 0:
        duplicate(walk, waiting, walk, 0)
        waiting -= 1
        index = note(vertices, walk, 0, own, keys)
        if index < 0:
            return NO_ROOM, found, pivots
        known = False
        for k in range(found):
            known = known or members[k] == index
        if not known:
            if found == room:
                return NO_ROOM, found, pivots
            members[found] = index
            found += 1
        key = _EMPTY
        for i in range(rows):
            key += keys[walk.book[0, 1 + i]]
        for column in range(1, walk.book[0, 0] + 1):
            row = _leaving(walk, 0, column, initial)
            if row < 0:
                continue
            entering, leaving = walk.book[0, walk.nonbasic + column], walk.book[0, 1 + row]
            if is_new(visited, key - keys[leaving] + keys[entering]):
                bases += 1
                waiting += 1
                if bases == 4 * room:
                    return NO_ROOM, found, pivots
                if waiting == walk.table.shape[0]:
                    return NO_WALK, found, pivots
                duplicate(walk, 0, walk, waiting)
                pivot(walk, waiting, row, column)
                pivots += 1
                if pivots > budget:
                    return OVER_BUDGET, found, pivots
    return COMPLETE, found, pivots
