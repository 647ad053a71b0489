"""Compiled solvers of one bimatrix: arrays in, arrays out, called thousands of times by the simulation engine.

A (m, n) is SmallCo's payoff matrix, B (m, n) BigCo's; rows are SmallCo's actions, columns BigCo's. Every `tolerance` is
relative to the payoff range of the player who compares: payoffs closer than ``tolerance * (max - min)`` are equal.
Arithmetic that should tie leaves differences of 1e-16, so a tolerance of 0 loses equilibria; use 1e-9.

References
----------
Lemke and Howson (1964), Equilibrium points of bimatrix games, SIAM Journal 12.
von Stengel (2002), Computing equilibria for two-person games, Handbook of Game Theory 3 (lexicographic pivoting).
Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games (payoff and risk dominance).
von Stengel and Zamir (2010), Leadership games with convex strategy sets, Games and Economic Behavior 69.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled

PAYOFF_DOMINANCE = 0
RISK_DOMINANCE = 1
BEST_FOR_SMALL = 2
BEST_FOR_BIG = 3

_SMALLEST_PIVOT = 1e-10
_RATIO_TIE = 1e-12


@compiled
def _extremes(payoffs: NDArray[np.float64]) -> tuple[float, float]:
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
    low, high = _extremes(payoffs)
    return tolerance * (high - low)


@compiled
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
def _eliminate(payoffs: NDArray[np.float64], own: NDArray[np.bool_], other: NDArray[np.bool_], slack: float) -> bool:
    """Strike from `own` (in place) every action another surviving action beats by more than `slack`; tell if any."""
    struck = False
    for i in range(own.shape[0]):
        if not own[i]:
            continue
        for k in range(own.shape[0]):
            if k == i or not own[k]:
                continue
            dominated = True
            for j in range(other.shape[0]):
                if other[j] and not payoffs[k, j] > payoffs[i, j] + slack:
                    dominated = False
                    break
            if dominated:
                own[i] = False
                struck = True
                break
    return struck


@compiled
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
    m, n = A.shape
    rows = np.ones(m, dtype=np.bool_)
    columns = np.ones(n, dtype=np.bool_)
    slack_small, slack_big = _slack(A, tolerance), _slack(B, tolerance)
    transposed = np.ascontiguousarray(B.T)
    changed = True
    while changed:
        changed = _eliminate(A, rows, columns, slack_small)
        if _eliminate(transposed, columns, rows, slack_big):
            changed = True
    return rows, columns


@compiled
def _leaving_row(tableau: NDArray[np.float64], entering: int, first_slack: int) -> int:
    """Return the row of the lexicographically smallest ratio, or -1 if no row bounds the entering variable."""
    size, last = tableau.shape[0], tableau.shape[1] - 1
    best = -1
    for row in range(size):
        if tableau[row, entering] <= _SMALLEST_PIVOT:
            continue
        if best < 0:
            best = row
            continue
        for step in range(size + 1):
            column = last if step == 0 else first_slack + step - 1
            here = tableau[row, column] / tableau[row, entering]
            there = tableau[best, column] / tableau[best, entering]
            if abs(here - there) > _RATIO_TIE * max(1.0, abs(here)):
                if here < there:
                    best = row
                break
    return best


@compiled
def _pivot(tableau: NDArray[np.float64], row: int, entering: int) -> None:
    """Bring the entering variable into the basis at `row`, in place."""
    size, columns = tableau.shape
    divisor = tableau[row, entering]
    for column in range(columns):
        tableau[row, column] /= divisor
    for other in range(size):
        factor = tableau[other, entering]
        if other != row and factor != 0.0:
            for column in range(columns):
                tableau[other, column] -= factor * tableau[row, column]
            tableau[other, entering] = 0.0


@compiled
def lemke_howson(
    A: NDArray[np.float64], B: NDArray[np.float64], label: int, max_pivots: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Return (x, y, converged): the equilibrium at the end of the Lemke-Howson path that drops one label.

    Parameters
    ----------
    A, B : array of float64, shape (m, n)
        Payoffs of SmallCo and BigCo; scaled inside.
    label : int
        The dropped label: 0 .. m-1 are SmallCo's actions, m .. m+n-1 BigCo's. It selects the equilibrium.
    max_pivots : int
        Give up after so many pivots; `converged` is then False and x, y are zero.

    Notes
    -----
    Ratio ties are broken lexicographically, so the path cannot cycle in exact arithmetic; check the regret of what
    comes back, because rounding can still mislead it.

    Examples
    --------
    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> x, y, converged = lemke_howson(pennies, -pennies, 0, 100)
    >>> x.round(9).tolist(), y.round(9).tolist(), converged
    ([0.5, 0.5], [0.5, 0.5], True)
    """
    m, n = A.shape
    labels = m + n
    low_small, high_small = _extremes(A)
    low_big, high_big = _extremes(B)
    spread_small, spread_big = high_small - low_small, high_big - low_big
    small = np.zeros((n, labels + 1))
    big = np.zeros((m, labels + 1))
    for i in range(m):
        big[i, i] = 1.0
        big[i, labels] = 1.0
        for j in range(n):
            small[j, i] = 1.0 + ((B[i, j] - low_big) / spread_big if spread_big > 0.0 else 0.0)
            big[i, m + j] = 1.0 + ((A[i, j] - low_small) / spread_small if spread_small > 0.0 else 0.0)
    for j in range(n):
        small[j, m + j] = 1.0
        small[j, labels] = 1.0
    small_basis = np.arange(m, labels)
    big_basis = np.arange(0, m)
    x, y = np.zeros(m), np.zeros(n)
    entering, turn_of_small, converged = label, label < m, False
    for _ in range(max_pivots):
        if turn_of_small:
            row = _leaving_row(small, entering, m)
            if row < 0:
                break
            _pivot(small, row, entering)
            leaving = small_basis[row]
            small_basis[row] = entering
        else:
            row = _leaving_row(big, entering, 0)
            if row < 0:
                break
            _pivot(big, row, entering)
            leaving = big_basis[row]
            big_basis[row] = entering
        if leaving == label:
            converged = True
            break
        entering = leaving
        turn_of_small = not turn_of_small
    if not converged:
        return x, y, False
    total_small = total_big = 0.0
    for row in range(n):
        if small_basis[row] < m:
            x[small_basis[row]] = max(small[row, labels], 0.0)
            total_small += x[small_basis[row]]
    for row in range(m):
        if big_basis[row] >= m:
            y[big_basis[row] - m] = max(big[row, labels], 0.0)
            total_big += y[big_basis[row] - m]
    if not (total_small > 0.0 and total_big > 0.0):
        return np.zeros(m), np.zeros(n), False
    return x / total_small, y / total_big, True


@compiled
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


@compiled
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


@compiled
def _risk_defeats(
    A: NDArray[np.float64], B: NDArray[np.float64], pure: NDArray[np.int64], tolerance: float
) -> NDArray[np.float64]:
    """Return, for each pure equilibrium, how many others risk-dominate it."""
    count = pure.shape[0]
    low_small, high_small = _extremes(A)
    low_big, high_big = _extremes(B)
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


@compiled
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
