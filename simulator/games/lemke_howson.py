"""The Lemke-Howson path: one equilibrium of a bimatrix game per dropped label, by complementary pivoting.

References
----------
Lemke and Howson (1964), Equilibrium points of bimatrix games, SIAM Journal 12.
von Stengel (2002), Computing equilibria for two-person games, Handbook of Game Theory 3 (lexicographic pivoting).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled
from simulator.games.batch import extremes

_SMALLEST_PIVOT = 1e-10
_RATIO_TIE = 1e-12


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


@allocating
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
    low_small, high_small = extremes(A)
    low_big, high_big = extremes(B)
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
