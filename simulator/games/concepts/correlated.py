"""Correlated equilibrium: a mediator draws a profile and tells each firm its part, which it is best to follow.

p (m, n) is the distribution of the profile drawn. It is a correlated equilibrium if, for all own actions i and k,
sum_j p_ij (A_kj - A_ij) <= 0 for SmallCo, and alike for BigCo: linear inequalities, so the best one for any weighting
of the payoffs is a linear programme. Mixtures of Nash equilibria are among them.

References
----------
Aumann (1974), Subjectivity and correlation in randomized strategies, Journal of Mathematical Economics 1.
Aumann (1987), Correlated equilibrium as an expression of Bayesian rationality, Econometrica 55.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.normal_form import NormalFormGame

Matrix = NDArray[np.float64]

REGRET = 1e-8
"""Largest gain from disobeying a recommendation, as a share of the payoff range, that is certified."""

_NOTHING = 1e-11


@dataclass(frozen=True, slots=True)
class CorrelatedEquilibrium:
    """A correlated equilibrium.

    Parameters
    ----------
    probabilities : tuple of tuple of float
        p, one row for each action of SmallCo.
    payoffs : tuple of float
        (u_S, u_B), money.
    regret : float
        The largest expected gain (money) from one rule of disobedience "when told i, play k": the certificate.
    """

    probabilities: tuple[tuple[float, ...], ...]
    payoffs: tuple[float, float]
    regret: float


@dataclass(frozen=True, slots=True)
class BestCorrelated:
    """The correlated equilibria that are best for SmallCo, for BigCo, and for their joint surplus."""

    small: CorrelatedEquilibrium
    big: CorrelatedEquilibrium
    surplus: CorrelatedEquilibrium


def correlated_equilibrium(game: NormalFormGame, small_weight: float, big_weight: float) -> CorrelatedEquilibrium:
    """Return a correlated equilibrium with the largest small_weight u_S + big_weight u_B.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    small_weight, big_weight : float
        Finite; a negative weight makes the payoff as small as possible.

    Raises
    ------
    ParameterError
        If a weight is not finite.
    SolverError
        If the linear programme is not solved to the certificate.

    Examples
    --------
    In Aumann's game of chicken, mixing (dare, yield), (yield, dare) and (yield, yield) beats every Nash equilibrium:

    >>> chicken = NormalFormGame([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> best = correlated_equilibrium(chicken, 1.0, 1.0)
    >>> [[round(p, 9) for p in row] for row in best.probabilities]
    [[0.5, 0.25], [0.25, 0.0]]
    >>> sum(best.payoffs)
    10.5
    """
    if not (math.isfinite(small_weight) and math.isfinite(big_weight)):
        raise ParameterError(
            f"correlated_equilibrium.small_weight and big_weight must be finite; got {small_weight} and {big_weight}. "
            "Write 1 and 0 for SmallCo's best."
        )
    A, B = (
        (payoffs - payoffs.min()) / (spread or 1.0)
        for payoffs, spread in zip((game.small, game.big), game.payoff_range, strict=True)
    )
    rows = incentive_constraints(A, B)
    goal = small_weight * game.small + big_weight * game.big
    goal = (goal - goal.min()) / (float(np.ptp(goal)) or 1.0)
    from scipy.optimize import linprog

    found = linprog(
        -goal.ravel(),
        rows if len(rows) else None,
        np.zeros(len(rows)) if len(rows) else None,
        np.ones((1, goal.size)),
        [1.0],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if found.x is None:
        raise SolverError(f"correlated_equilibrium found no solution: {found.message} Rescale the payoffs.")
    p: Matrix = np.where(found.x > _NOTHING, found.x, 0.0).reshape(game.shape)
    p /= p.sum()
    share, regret = _regret(A, B, p), _regret(game.small, game.big, p)
    if share > REGRET:
        raise SolverError(f"correlated_equilibrium left a regret of {share:.2g} of the payoff range. Rescale payoffs.")
    payoffs = float(np.sum(p * game.small)), float(np.sum(p * game.big))
    return CorrelatedEquilibrium(tuple(tuple(row) for row in p.tolist()), payoffs, regret)


def best_correlated(game: NormalFormGame) -> BestCorrelated:
    """Return the correlated equilibria that are best for SmallCo, for BigCo and for the joint surplus.

    Examples
    --------
    >>> chicken = NormalFormGame([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> best_correlated(chicken).small.payoffs
    (7.0, 2.0)
    """
    return BestCorrelated(*(correlated_equilibrium(game, *weights) for weights in ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0))))


def incentive_constraints(A: Matrix, B: Matrix) -> Matrix:
    """Return the matrix R (m (m - 1) + n (n - 1), m n) with R p <= 0 for exactly the correlated equilibria p.

    Examples
    --------
    >>> incentive_constraints(np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros((2, 2)))[0].tolist()
    [-1.0, 1.0, 0.0, 0.0]
    """
    m, n = A.shape
    rows = np.zeros((m * (m - 1) + n * (n - 1), m, n))
    number = 0
    for told in range(m):
        for played in range(m):
            if played != told:
                rows[number, told] = A[played] - A[told]
                number += 1
    for told in range(n):
        for played in range(n):
            if played != told:
                rows[number, :, told] = B[:, played] - B[:, told]
                number += 1
    return rows.reshape(len(rows), m * n)


def correlated_regret(game: NormalFormGame, probabilities: ArrayLike) -> float:
    """Return the largest expected gain (money, >= 0) from a rule "when told i, play k" under a distribution (m, n).

    Raises
    ------
    ParameterError
        If it is not a distribution over the game's profiles.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> correlated_regret(pennies, [[0.5, 0.0], [0.0, 0.5]])
    1.0
    """
    p = np.asarray(probabilities, dtype=np.float64)
    if p.shape != game.shape or not np.all(p >= 0.0) or not math.isclose(float(p.sum()), 1.0, abs_tol=1e-9):
        raise ParameterError(
            f"correlated_regret.probabilities must be a distribution of shape {game.shape}; got {p.tolist()}. "
            "Write non-negative numbers that sum to 1."
        )
    return _regret(game.small, game.big, p)


def _regret(A: Matrix, B: Matrix, p: Matrix) -> float:
    """Return the largest gain from disobedience: entry (k, i) of A p' is what playing k when told i yields."""
    small, big = A @ p.T, B.T @ p
    return max(float(np.max(small - np.diag(small))), float(np.max(big - np.diag(big))), 0.0)
