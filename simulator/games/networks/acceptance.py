"""Deferred acceptance over short lists of candidates: SmallCos propose, BigCos keep the best up to their quotas.

An edge is a SmallCo and one of its candidates. Edges lie SmallCo by SmallCo, so of two edges to one BigCo the earlier
belongs to the SmallCo of the lower index: one order of edges, by score and then by place, breaks all ties.

References
----------
Gale and Shapley (1962), American Mathematical Monthly 69. Roth and Sotomayor (1990), Two-Sided Matching, chapter 5.
Williams (1964), Algorithm 232: Heapsort, Communications of the ACM 7 (the heap of each SmallCo and of each BigCo).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled, routine

NOBODY = -1


class Room(NamedTuple):
    """The arrays that deferred acceptance works on, for at most N SmallCos, M BigCos and E edges.

    Parameters
    ----------
    start : int array, shape (N + 1,)
        SmallCo i considers candidates[start[i] : start[i + 1]], all different.
    candidates : int array, shape (E,)
        BigCo indices.
    small_scores, big_scores : float arrays, shape (E,)
        What the SmallCo expects of the candidate, and the candidate of the SmallCo; where one of them is negative or
        NaN the pair is unacceptable.
    quotas : int array, shape (M,)
        How many SmallCos each BigCo can keep; none where it is not positive.
    matched : int array, shape (N,)
        The result: the BigCo of each SmallCo, or NOBODY.
    owner, untried, held : int arrays, shape (E,)
        The SmallCo of an edge; the heaps of edges along which SmallCos have not proposed; those of edges that are held.
    left, seats, held_from, taken : int arrays, shape (N,), (M,), (M + 1,) and (M,)
        The sizes of SmallCos' heaps; how many SmallCos a BigCo can come to hold, where its heap starts, and its size.
    """

    start: NDArray[np.int64]
    candidates: NDArray[np.int64]
    small_scores: NDArray[np.float64]
    big_scores: NDArray[np.float64]
    quotas: NDArray[np.int64]
    matched: NDArray[np.int64]
    owner: NDArray[np.int64]
    untried: NDArray[np.int64]
    held: NDArray[np.int64]
    left: NDArray[np.int64]
    seats: NDArray[np.int64]
    held_from: NDArray[np.int64]
    taken: NDArray[np.int64]


def new_room(smalls: int, bigs: int, edges: int) -> Room:
    """Return arrays for so many SmallCos, BigCos and edges."""
    scores = (np.zeros(edges), np.zeros(edges))
    sizes = (bigs, smalls, edges, edges, edges, smalls, bigs, bigs + 1, bigs)
    start, candidates = np.zeros(smalls + 1, dtype=np.int64), np.zeros(edges, dtype=np.int64)
    return Room(start, candidates, *scores, *(np.zeros(size, dtype=np.int64) for size in sizes))


def deferred_acceptance(
    start: NDArray[np.int64],
    candidates: NDArray[np.int64],
    small_scores: NDArray[np.float64],
    big_scores: NDArray[np.float64],
    quotas: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the BigCo of each SmallCo, or NOBODY, shape (N,), in the stable matching that is best for SmallCos.

    The arguments are the first five arrays of a `Room`.
    """
    room = new_room(len(start) - 1, len(quotas), len(candidates))
    for array, given in zip(room, (start, candidates, small_scores, big_scores, quotas), strict=False):
        array[:] = given
    accept(room, len(start) - 1)
    return room.matched


@routine
def accept(room: Room, smalls: int) -> None:
    """Write into `room.matched` the stable matching that is best for SmallCos; only the first `smalls` take part.

    Notes
    -----
    Ties: a SmallCo prefers the candidate that comes first in its list, a BigCo the SmallCo of the lower index.
    Every SmallCo has a heap of the edges it has not proposed along, best first, every BigCo one of those it holds,
    worst first: time is O(E + P log E) for P proposals, at most one per edge, and space is O(N + M + E).
    """
    start, candidates, small_scores, big_scores = room.start, room.candidates, room.small_scores, room.big_scores
    quotas, matched, owner, untried, held = room.quotas, room.matched, room.owner, room.untried, room.held
    left, seats, held_from, taken = room.left, room.seats, room.held_from, room.taken
    bigs = quotas.shape[0]
    for j in range(bigs):
        seats[j] = 0
        taken[j] = 0
    for i in range(smalls):
        matched[i] = NOBODY
        left[i] = 0
        for edge in range(start[i], start[i + 1]):
            owner[edge] = i
            if small_scores[edge] >= 0.0 and big_scores[edge] >= 0.0:
                untried[start[i] + left[i]] = edge
                left[i] += 1
                seats[candidates[edge]] += 1
        for at in range(left[i] // 2 - 1, -1, -1):
            _sift(untried, start[i], left[i], at, small_scores, True)
    held_from[0] = 0
    for j in range(bigs):
        seats[j] = max(min(seats[j], quotas[j]), 0)
        held_from[j + 1] = held_from[j] + seats[j]
    for first in range(smalls):
        i = first
        while i != NOBODY and left[i] > 0:
            edge = untried[start[i]]
            left[i] -= 1
            untried[start[i]] = untried[start[i] + left[i]]
            _sift(untried, start[i], left[i], 0, small_scores, True)
            j = candidates[edge]
            root = held_from[j]
            if taken[j] < seats[j]:
                held[root + taken[j]] = edge
                taken[j] += 1
                matched[i] = j
                i = NOBODY
                if taken[j] == seats[j]:
                    for at in range(seats[j] // 2 - 1, -1, -1):
                        _sift(held, root, seats[j], at, big_scores, False)
            elif seats[j] > 0 and _before(big_scores, edge, held[root]):
                rejected = owner[held[root]]
                held[root] = edge
                _sift(held, root, seats[j], 0, big_scores, False)
                matched[i] = j
                matched[rejected] = NOBODY
                i = rejected


@compiled
def _before(scores: NDArray[np.float64], edge: int, other: int) -> bool:
    """Return whether an edge is better than another one: by its score, then by its place."""
    return scores[edge] > scores[other] or (scores[edge] == scores[other] and edge < other)


@compiled
def _sift(
    heap: NDArray[np.int64], root: int, size: int, at: int, scores: NDArray[np.float64], best_first: bool
) -> None:
    """Let the edge at a place of the heap that starts at `root` sink to where it belongs, in place."""
    sinking = heap[root + at]
    child = 2 * at + 1
    while child < size:
        if child + 1 < size and _before(scores, heap[root + child + 1], heap[root + child]) == best_first:
            child += 1
        if _before(scores, sinking, heap[root + child]) == best_first:
            break
        heap[root + at] = heap[root + child]
        at = child
        child = 2 * at + 1
    heap[root + at] = sinking
