"""Probabilities of an equilibrium from scratch: the linear equations of its support, solved anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, routine

_SINGULAR = 1e-10


@routine
def normalised(
    raw: NDArray[np.float64], names: NDArray[np.int64], result: NDArray[np.float64], first: int, zero: float
) -> None:
    """Write the probabilities of an action that was solved for directly; see `mixed_action`."""
    total = 0.0
    for action in range(names.shape[0]):
        total += raw[action] if raw[action] > zero else 0.0
    for action in range(names.shape[0]):
        result[first + names[action]] = raw[action] / total if raw[action] > zero else 0.0


@allocating
def mixed_action(
    payoffs: NDArray[np.float64],
    transposed: bool,
    raw: NDArray[np.float64],
    names: NDArray[np.int64],
    replies: int,
    result: NDArray[np.float64],
    first: int,
    zero: float,
) -> None:
    """Write the probabilities of a vertex to `result`, the rounding of the pivots that led to it removed.

    Parameters
    ----------
    payoffs : array of float64
        The opponent's payoffs, its replies in rows; in columns if `transposed`.
    raw : array of float64, shape (d,)
        The vertex as the pivots left it, not normalised: its replies pay at most 1.
    names : array of int64
        Where in `result`, counted from `first`, the probability of each action goes; the rest is not touched.
    replies : int
        How many replies the opponent has.
    zero : float
        What is smaller is zero.
    """
    size = names.shape[0]
    used, last, total = 0, 0, 0.0
    for action in range(size):
        result[first + names[action]] = 0.0
        if raw[action] > zero:
            used, last = used + 1, action
            total += raw[action]
    if used == 1:
        result[first + names[last]] = 1.0
        return
    support = np.empty(used, dtype=np.int64)
    used = 0
    for action in range(size):
        if raw[action] > zero:
            support[used] = action
            used += 1
    # unknowns: the probabilities on the support, then the common payoff of the tied replies
    system = np.zeros((replies + 1, used + 2))
    for k in range(used):
        system[0, k] = 1.0
    system[0, used + 1] = 1.0
    rows = 1
    for reply in range(replies):
        slack = 1.0
        for k in range(used):
            payoff = payoffs[support[k], reply] if transposed else payoffs[reply, support[k]]
            system[rows, k] = payoff
            slack -= payoff * raw[support[k]]
        if slack <= zero:
            system[rows, used] = -1.0
            rows += 1
    solved = rows > used
    for column in range(used + 1):
        best = column
        for row in range(column, rows):
            if abs(system[row, column]) > abs(system[best, column]):
                best = row
        if not solved or abs(system[best, column]) < _SINGULAR:
            solved = False
            break
        for c in range(used + 2):
            system[best, c], system[column, c] = system[column, c], system[best, c]
        for row in range(rows):
            factor = system[row, column] / system[column, column]
            if row != column and factor != 0.0:
                for c in range(column, used + 2):
                    system[row, c] -= factor * system[column, c]
    for k in range(used):
        solved = solved and system[k, used + 1] / system[k, k] > 0.0
    for k in range(used):
        probability = system[k, used + 1] / system[k, k] if solved else raw[support[k]] / total
        result[first + names[support[k]]] = probability
