"""Compiled solvers of one bimatrix: arrays in, arrays out, called thousands of times by the simulation engine.

A (m, n) is SmallCo's payoff matrix, B (m, n) BigCo's; rows are SmallCo's actions, columns BigCo's. Every `tolerance` is
relative to the payoff range of the player who compares: payoffs closer than ``tolerance * (max - min)`` are equal.
Arithmetic that should tie leaves differences of 1e-16, so a tolerance of 0 loses equilibria; use 1e-9.

References
----------
Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games (payoff and risk dominance).
von Stengel and Zamir (2010), Leadership games with convex strategy sets, Games and Economic Behavior 69.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled

PAYOFF_DOMINANCE = 0
RISK_DOMINANCE = 1
BEST_FOR_SMALL = 2
BEST_FOR_BIG = 3


@compiled
def extremes(payoffs: NDArray[np.float64]) -> tuple[float, float]:
    """Return the smallest and the largest payoff of a matrix."""
    low = high = payoffs[0, 0]
    for i in range(payoffs.shape[0]):
        for j in range(payoffs.shape[1]):
            low = min(low, payoffs[i, j])
            high = max(high, payoffs[i, j])
    return low, high


@compiled
def _slack(payoffs: NDArray[np.float64], tolerance: float) -> float:
    """Return the difference (money) up to which two payoffs of one player count as equal."""
    low, high = extremes(payoffs)
    return tolerance * (high - low)


@allocating
def pure_equilibria(A: NDArray[np.float64], B: NDArray[np.float64], tolerance: float) -> NDArray[np.int64]:
    """Return all pure equilibria as an array (k, 2) of (row, column), in lexicographic order.

    Examples
    --------
    >>> pure_equilibria(np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 0.0], [0.0, 1.0]]), 1e-9).tolist()
    [[0, 0], [1, 1]]
    """
    m, n = A.shape
    slack_small, slack_big = _slack(A, tolerance), _slack(B, tolerance)
    best_column = np.empty(m)
    best_row = np.empty(n)
    for i in range(m):
        best_column[i] = -np.inf
        for j in range(n):
            best_column[i] = max(best_column[i], B[i, j])
        best_column[i] -= slack_big
    for j in range(n):
        best_row[j] = -np.inf
        for i in range(m):
            best_row[j] = max(best_row[j], A[i, j])
        best_row[j] -= slack_small
    count = 0
    for i in range(m):
        for j in range(n):
            if A[i, j] >= best_row[j] and B[i, j] >= best_column[i]:
                count += 1
    found = np.empty((count, 2), dtype=np.int64)
    count = 0
    for i in range(m):
        for j in range(n):
            if A[i, j] >= best_row[j] and B[i, j] >= best_column[i]:
                found[count, 0] = i
                found[count, 1] = j
                count += 1
    return found


@compiled
def _strike(
    payoffs: NDArray[np.float64], by_row: bool, own: NDArray[np.bool_], other: NDArray[np.bool_], slack: float
) -> bool:
    """Strike from `own` (in place) every action another surviving action beats by more than `slack`; tell if any.

    Own actions are rows of the payoffs, or columns if `by_row`.
    """
    struck = False
    for i in range(own.shape[0]):
        if not own[i]:
            continue
        for k in range(own.shape[0]):
            if k == i or not own[k]:
                continue
            dominated = True
            for j in range(other.shape[0]):
                if other[j]:
                    gain = payoffs[j, k] - payoffs[j, i] if by_row else payoffs[k, j] - payoffs[i, j]
                    if not gain > slack:
                        dominated = False
                        break
            if dominated:
                own[i] = False
                struck = True
                break
    return struck


@compiled
def strike_dominated(
    A: NDArray[np.float64],
    B: NDArray[np.float64],
    rows: NDArray[np.bool_],
    columns: NDArray[np.bool_],
    slack_small: float,
    slack_big: float,
) -> None:
    """Strike strictly dominated actions from the masks (m,), (n,), in place, given the slacks (money)."""
    while True:
        struck = _strike(A, False, rows, columns, slack_small)
        if not (_strike(B, True, columns, rows, slack_big) or struck):
            return


@allocating
def strictly_dominated(
    A: NDArray[np.float64], B: NDArray[np.float64], tolerance: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return masks (m,), (n,) of the actions that survive iterated elimination of strictly dominated actions.

    Domination is by pure actions and by more than the tolerance, so ties survive and the order of elimination is
    irrelevant. No equilibrium uses an eliminated action.

    Examples
    --------
    >>> A, B = np.array([[1.0, -2.0], [3.0, 0.0]]), np.array([[1.0, 3.0], [-2.0, 0.0]])
    >>> rows, columns = strictly_dominated(A, B, 1e-9)
    >>> rows.tolist(), columns.tolist()
    ([False, True], [False, True])
    """
    rows = np.ones(A.shape[0], dtype=np.bool_)
    columns = np.ones(A.shape[1], dtype=np.bool_)
    strike_dominated(A, B, rows, columns, _slack(A, tolerance), _slack(B, tolerance))
    return rows, columns


@allocating
def stackelberg(
    A: NDArray[np.float64], B: NDArray[np.float64], leader_is_small: bool, tolerance: float
) -> tuple[int, int]:
    """Return (row, column) when one firm commits to an action first and the other replies (strong Stackelberg).

    The follower's ties are broken in the leader's favour, further ties by the larger reply; the leader's ties by the
    follower's payoff, then by the larger action.

    Examples
    --------
    >>> stackelberg(np.array([[2.0, 4.0], [1.0, 3.0]]), np.array([[1.0, 0.0], [0.0, 2.0]]), True, 1e-9)
    (1, 1)
    """
    if leader_is_small:
        lead, follow = np.ascontiguousarray(A), np.ascontiguousarray(B)
    else:
        lead, follow = np.ascontiguousarray(B.T), np.ascontiguousarray(A.T)
    actions, replies = lead.shape
    slack_lead, slack_follow = _slack(lead, tolerance), _slack(follow, tolerance)
    reply = np.zeros(actions, dtype=np.int64)
    best = -np.inf
    for i in range(actions):
        floor = follow[i, :].max() - slack_follow
        favour = -np.inf
        for j in range(replies):
            if follow[i, j] >= floor:
                favour = max(favour, lead[i, j])
        for j in range(replies):
            if follow[i, j] >= floor and lead[i, j] >= favour - slack_lead:
                reply[i] = j
        best = max(best, lead[i, reply[i]])
    kindness = -np.inf
    for i in range(actions):
        if lead[i, reply[i]] >= best - slack_lead:
            kindness = max(kindness, follow[i, reply[i]])
    chosen = 0
    for i in range(actions):
        if lead[i, reply[i]] >= best - slack_lead and follow[i, reply[i]] >= kindness - slack_follow:
            chosen = i
    if leader_is_small:
        return chosen, reply[chosen]
    return reply[chosen], chosen


@compiled
def _keep_largest(kept: NDArray[np.bool_], score: NDArray[np.float64], slack: float) -> None:
    """Keep (in place) the candidates whose score is within `slack` of the largest kept one."""
    best = -np.inf
    for c in range(kept.shape[0]):
        if kept[c]:
            best = max(best, score[c])
    for c in range(kept.shape[0]):
        if score[c] < best - slack:
            kept[c] = False


@allocating
def _keep_undominated(
    kept: NDArray[np.bool_], u: NDArray[np.float64], v: NDArray[np.float64], slack_u: float, slack_v: float
) -> None:
    """Keep (in place) the kept candidates that no other kept one Pareto-dominates; all if none is left."""
    count = kept.shape[0]
    dominated = np.zeros(count, dtype=np.bool_)
    survivors = 0
    for c in range(count):
        for d in range(count):
            no_worse = kept[c] and kept[d] and u[d] >= u[c] - slack_u and v[d] >= v[c] - slack_v
            if no_worse and (u[d] > u[c] + slack_u or v[d] > v[c] + slack_v):
                dominated[c] = True
                break
        if kept[c] and not dominated[c]:
            survivors += 1
    if survivors > 0:
        for c in range(count):
            if dominated[c]:
                kept[c] = False


@allocating
def _risk_defeats(
    A: NDArray[np.float64], B: NDArray[np.float64], pure: NDArray[np.int64], tolerance: float
) -> NDArray[np.float64]:
    """Return, for each pure equilibrium, how many others risk-dominate it."""
    count = pure.shape[0]
    low_small, high_small = extremes(A)
    low_big, high_big = extremes(B)
    scale_small, scale_big = max(high_small - low_small, 1e-300), max(high_big - low_big, 1e-300)
    defeats = np.zeros(count)
    for c in range(count):
        for d in range(c):
            i, j = pure[c, 0], pure[c, 1]
            k, h = pure[d, 0], pure[d, 1]
            c_small = max((A[i, j] - A[k, j]) / scale_small, 0.0)
            c_big = max((B[i, j] - B[i, h]) / scale_big, 0.0)
            d_small = max((A[k, h] - A[i, h]) / scale_small, 0.0)
            d_big = max((B[k, h] - B[k, j]) / scale_big, 0.0)
            difference = c_small * c_big - d_small * d_big
            slack = tolerance * (c_small + c_big + d_small + d_big)
            if difference > slack:
                defeats[d] += 1.0
            elif difference < -slack:
                defeats[c] += 1.0
    return defeats


@allocating
def select_pure(
    A: NDArray[np.float64], B: NDArray[np.float64], pure: NDArray[np.int64], rule_code: int, tolerance: float
) -> int:
    """Return the index in `pure` (k, 2), k >= 1, of the equilibrium the rule selects; see `games.selection`.

    Parameters
    ----------
    A, B : array of float64, shape (m, n)
        Payoffs of SmallCo and BigCo.
    pure : array of int64, shape (k, 2)
        From `pure_equilibria`.
    rule_code : int
        PAYOFF_DOMINANCE, RISK_DOMINANCE, BEST_FOR_SMALL or BEST_FOR_BIG; any other is read as payoff dominance.
    tolerance : float
        Relative to each player's payoff range; 1e-9.

    Examples
    --------
    >>> A = np.array([[4.0, 0.0], [3.0, 2.0]])
    >>> both = pure_equilibria(A, A.T.copy(), 1e-9)
    >>> [select_pure(A, A.T.copy(), both, rule, 1e-9) for rule in (PAYOFF_DOMINANCE, RISK_DOMINANCE)]
    [0, 1]
    """
    count = pure.shape[0]
    kept = np.ones(count, dtype=np.bool_)
    u, v = np.empty(count), np.empty(count)
    for c in range(count):
        u[c] = A[pure[c, 0], pure[c, 1]]
        v[c] = B[pure[c, 0], pure[c, 1]]
    slack_u, slack_v = _slack(A, tolerance), _slack(B, tolerance)
    if rule_code == BEST_FOR_SMALL:
        _keep_largest(kept, u, slack_u)
        _keep_largest(kept, v, slack_v)
    elif rule_code == BEST_FOR_BIG:
        _keep_largest(kept, v, slack_v)
        _keep_largest(kept, u, slack_u)
    else:
        if rule_code == RISK_DOMINANCE:
            _keep_largest(kept, -_risk_defeats(A, B, pure, tolerance), 0.0)
        _keep_undominated(kept, u, v, slack_u, slack_v)
        _keep_largest(kept, u + v, slack_u + slack_v)
    chosen = -1
    for c in range(count):
        if kept[c]:
            larger_row = chosen < 0 or pure[c, 0] > pure[chosen, 0]
            if larger_row or (pure[c, 0] == pure[chosen, 0] and pure[c, 1] > pure[chosen, 1]):
                chosen = c
    return chosen
