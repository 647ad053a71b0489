"""Security levels: what a firm can make sure of, whatever the other does (maxmin).

A firm that mixes x gets at least min_j (x' A)_j. The largest such payoff is its security level in mixed actions; by the
minimax theorem it is also the least to which the other firm can hold it down. No equilibrium pays less.

References
----------
von Neumann (1928), Zur Theorie der Gesellschaftsspiele, Mathematische Annalen 100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import SolverError
from simulator.games.normal_form import NormalFormGame

Matrix = NDArray[np.float64]

_SOLVED = 1e-9


@dataclass(frozen=True, slots=True)
class SecurityLevel:
    """What one firm can make sure of.

    Parameters
    ----------
    value : float
        Its security level (money).
    action : tuple of float
        The mixed action that secures it.
    pure_value : float
        The most (money) that one action alone secures, at most `value`.
    pure_action : int
        The first action that secures `pure_value`.
    """

    value: float
    action: tuple[float, ...]
    pure_value: float
    pure_action: int


def security_levels(game: NormalFormGame) -> tuple[SecurityLevel, SecurityLevel]:
    """Return the security levels of SmallCo and of BigCo.

    Raises
    ------
    SolverError
        If a linear programme is not solved.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> small, big = security_levels(pennies)
    >>> small.value, small.action, small.pure_value
    (0.0, (0.5, 0.5), -1.0)
    """
    return _level(game.small), _level(game.big.T)


def _level(payoffs: Matrix) -> SecurityLevel:
    """Return the security level of the firm whose actions are the rows."""
    mixture, value = maximin(payoffs)
    sure = payoffs.min(axis=1)
    best = int(np.argmax(sure))
    if sure[best] >= value - _SOLVED * float(np.ptp(payoffs)):
        mixture, value = np.eye(len(payoffs))[best], float(sure[best])
    return SecurityLevel(value, tuple(mixture.tolist()), float(sure[best]), best)


def maximin(payoffs: Matrix) -> tuple[Matrix, float]:
    """Return the mixture of rows with the largest least payoff over the columns, and that payoff (money).

    Parameters
    ----------
    payoffs : array of float64, shape (m, n)
        One row for each own action, one column for each of the other firm's.

    Raises
    ------
    SolverError
        If the linear programme is not solved.

    Examples
    --------
    >>> mixture, value = maximin(np.array([[3.0, -1.0], [-1.0, 1.0]]))
    >>> mixture.round(9).tolist(), round(value, 9)
    ([0.333333333, 0.666666667], 0.333333333)
    """
    from scipy.optimize import linprog

    m, n = payoffs.shape
    scale = float(np.max(np.abs(payoffs)))
    if scale == 0.0:
        return np.eye(m)[0], 0.0
    scaled = payoffs / scale
    above = np.column_stack((-scaled.T, np.ones(n)))
    objective = np.append(np.zeros(m), -1.0)
    one = np.append(np.ones(m), 0.0)[None, :]
    bounds = [(0.0, None)] * m + [(None, None)]
    found = linprog(objective, above, np.zeros(n), one, [1.0], bounds, method="highs")
    if found.x is None:
        raise SolverError(f"maximin found no solution: {found.message} Rescale the payoffs.")
    mixture: Matrix = np.where(found.x[:m] > _SOLVED, found.x[:m], 0.0)
    mixture /= mixture.sum()
    return mixture, float(np.min(mixture @ scaled)) * scale
