"""Deferred acceptance over short lists of candidates: SmallCos propose, BigCos keep the best up to their quotas.

An edge is a SmallCo and one of its candidates. Edges lie SmallCo by SmallCo, so of two edges to one BigCo the earlier
belongs to the SmallCo of the lower index: one order of edges, by score and then by place, breaks all ties.

References
----------
Gale and Shapley (1962), American Mathematical Monthly 69. Roth and Sotomayor (1990), Two-Sided Matching, chapter 5.
Williams (1964), Algorithm 232: Heapsort, Communications of the ACM 7 (the heap of each SmallCo and of each BigCo).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled, routine

NOBODY = -1


@routine
def deferred_acceptance(
    start: NDArray[np.int64],
    candidates: NDArray[np.int64],
    small_scores: NDArray[np.float64],
    big_scores: NDArray[np.float64],
    quotas: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the BigCo of each SmallCo, or NOBODY, shape (N,), in the stable matching that is best for SmallCos.

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

    Notes
    -----
    Ties: a SmallCo prefers the candidate that comes first in its list, a BigCo the SmallCo of the lower index.
    Every SmallCo has a heap of the edges it has not proposed along, best first, every BigCo one of those it holds,
    worst first: time is O(E + P log E) for P proposals, at most one per edge, and space is O(N + M + E).
    """
    smalls, bigs, edges = start.shape[0] - 1, quotas.shape[0], candidates.shape[0]
    matched = np.full(smalls, NOBODY, dtype=np.int64)
    owner = np.empty(edges, dtype=np.int64)
    untried = np.empty(edges, dtype=np.int64)
    left = np.zeros(smalls, dtype=np.int64)
    seats = np.zeros(bigs, dtype=np.int64)
    for i in range(smalls):
        for edge in range(start[i], start[i + 1]):
            owner[edge] = i
            if small_scores[edge] >= 0.0 and big_scores[edge] >= 0.0:
                untried[start[i] + left[i]] = edge
                left[i] += 1
                seats[candidates[edge]] += 1
        for at in range(left[i] // 2 - 1, -1, -1):
            _sift(untried, start[i], left[i], at, small_scores, True)
    held_from = np.zeros(bigs + 1, dtype=np.int64)
    for j in range(bigs):
        seats[j] = max(min(seats[j], quotas[j]), 0)
        held_from[j + 1] = held_from[j] + seats[j]
    held = np.empty(held_from[bigs], dtype=np.int64)
    taken = np.zeros(bigs, dtype=np.int64)
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
    return matched


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
