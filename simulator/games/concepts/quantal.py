"""Logit quantal response: better actions are played more often, with a precision, instead of best ones always.

lambda is the precision (1/money), p a mixed action, z = lambda u(p) the vector of logits (scaled payoffs) with
p = softmax(z). The principal branch is the curve of fixed points z = lambda u(softmax z) that starts at uniform play,
lambda = 0. It is traced in (z, lambda) by arc length, so that it may bend back; along it the curve is almost straight
where play is almost pure or almost Nash, so large precisions need few steps and no logarithm of a vanishing
probability is ever taken. The first point at the wanted precision is returned, with its residual.

References
----------
McKelvey and Palfrey (1995), Quantal response equilibria for normal form games, GEB 10.
Turocy (2005), A dynamic homotopy interpretation of the logistic quantal response correspondence, GEB 51.
Anderson, Goeree and Holt (2001), Minimum-effort coordination games: stochastic potential and logit equilibrium, GEB 34.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.concepts.branch import Payoff, between, branch, centred, solved
from simulator.games.normal_form import NormalFormGame

Vector = NDArray[np.float64]

RESIDUAL = 1e-10
"""Largest difference between a probability and the logit response to the profile that is certified."""

_SMALL_CHANGE = 0.05
_MOST_POINTS = 1_000


@dataclass(frozen=True, slots=True)
class LogitEquilibrium:
    """A logit quantal response equilibrium on the principal branch.

    Parameters
    ----------
    small, big : tuple of float
        Probabilities of SmallCo's and BigCo's actions, all positive (or too small for a float).
    precision : float
        lambda (1/money).
    payoffs : tuple of float
        (u_S, u_B), expected payoffs (money).
    residual : float
        Largest difference between a probability and the logit response: the certificate.
    """

    small: tuple[float, ...]
    big: tuple[float, ...]
    precision: float
    payoffs: tuple[float, float]
    residual: float


@dataclass(frozen=True, slots=True, eq=False)
class LogitPath:
    """The principal branch from uniform play to a precision, in the order in which it is travelled.

    Parameters
    ----------
    precisions : array of float64, shape (k,)
        lambda (1/money); it may fall where the branch bends back.
    small, big : array of float64, shapes (k, m) and (k, n)
        Probabilities of each action.
    payoffs : array of float64, shape (k, 2)
        (u_S, u_B), expected payoffs (money).
    residual : float
        Largest difference between a probability and the logit response, over all points: the certificate.
    """

    precisions: Vector
    small: Vector
    big: Vector
    payoffs: Vector
    residual: float


def logit_equilibrium(game: NormalFormGame, precision: float) -> LogitEquilibrium:
    """Return the logit equilibrium on the principal branch, the curve that starts at uniform play.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    precision : float
        lambda (1/money), at least 0 and finite.

    Raises
    ------
    ParameterError
        If the precision is negative or not finite.
    SolverError
        If the branch cannot be followed to the precision.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> logit_equilibrium(pennies, 3.0).small
    (0.5, 0.5)
    """
    _check_precision("logit_equilibrium", precision)
    scale = max(game.payoff_range) or 1.0
    m, n = game.shape
    logits = solved(_scaled_payoff(game, scale), (slice(0, m), slice(m, m + n)), m + n, precision * scale)
    x, y = softmax(logits[:m]), softmax(logits[m:])
    residual = _residual(game, x, y, precision)
    _check_residual("logit_equilibrium", residual)
    return LogitEquilibrium(tuple(x.tolist()), tuple(y.tolist()), precision, game.payoffs(x, y), residual)


def logit_path(game: NormalFormGame, precision: float) -> LogitPath:
    """Return the principal branch from uniform play to where it first reaches the precision, in small steps.

    Between neighbouring points no probability changes by more than about a twentieth. What play tends to as the
    precision grows is the equilibrium that the branch selects.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    precision : float
        lambda (1/money) at the end, at least 0 and finite; 10,000 over the payoff range is close to Nash.

    Raises
    ------
    ParameterError
        If the precision is negative or not finite.
    SolverError
        If the branch cannot be followed to the precision.

    References
    ----------
    McKelvey and Palfrey (1995), theorem 3 (the limit of the principal branch is unique for almost all games).

    Examples
    --------
    >>> path = logit_path(NormalFormGame([[1, 1], [0, 0]], [[0, 0], [0, 0]]), 3.0)
    >>> bool(np.all(np.abs(np.log(path.small[:, 0] / path.small[:, 1]) - path.precisions) < 1e-9))
    True
    """
    _check_precision("logit_path", precision)
    scale = max(game.payoff_range) or 1.0
    m, n = game.shape
    payoff = centred(_scaled_payoff(game, scale), (slice(0, m), slice(m, m + n)), m + n)
    points = list(branch(payoff, m + n, precision * scale))

    def play(point: Vector) -> Vector:
        return np.concatenate((softmax(point[:m]), softmax(point[m : m + n])))

    ahead, kept = points[:0:-1], points[:1]
    while ahead:
        middle = None
        if np.max(np.abs(play(ahead[-1]) - play(kept[-1]))) > _SMALL_CHANGE and len(kept) + len(ahead) < _MOST_POINTS:
            middle = between(payoff, kept[-1], ahead[-1])
        if middle is None:
            kept.append(ahead.pop())
        else:
            ahead.append(middle)
    played = np.array([play(point) for point in kept])
    small, big = played[:, :m], played[:, m:]
    precisions = np.array([point[-1] for point in kept]) / scale
    payoffs = np.array([game.payoffs(x, y) for x, y in zip(small, big, strict=True)])
    residual = max(_residual(game, x, y, each) for x, y, each in zip(small, big, precisions.tolist(), strict=True))
    return LogitPath(precisions, small, big, payoffs, residual)


def _scaled_payoff(game: NormalFormGame, scale: float) -> Payoff:
    """Return each action's expected payoff over the scale as a function of both firms' logits, with its slope."""
    A, B, m = game.small / scale, game.big.T / scale, game.shape[0]
    zero = np.zeros((sum(game.shape), sum(game.shape)))

    def payoff(logits: Vector) -> tuple[Vector, Vector]:
        x, y = softmax(logits[:m]), softmax(logits[m:])
        slope = zero.copy()
        to_small, to_big = A @ y, B @ x
        # A times the slope of y, without a product of matrices
        slope[:m, m:], slope[m:, :m] = (A - to_small[:, None]) * y, (B - to_big[:, None]) * x
        return np.concatenate((to_small, to_big)), slope

    return payoff


def _residual(game: NormalFormGame, x: Vector, y: Vector, precision: float) -> float:
    """Return the largest difference between a probability and the logit response to the profile."""
    response = softmax(precision * (game.small @ y)), softmax(precision * (x @ game.big))
    return max(float(np.max(np.abs(x - response[0]))), float(np.max(np.abs(y - response[1]))))


def symmetric_logit(payoffs: ArrayLike, precision: float, opponents: int) -> Vector:
    """Return the symmetric logit equilibrium when payoffs depend on one's own level and the others' minimum.

    Parameters
    ----------
    payoffs : array_like, shape (k, k)
        Entry (i, j): payoff (money) of level i if the smallest level among the others is j.
    precision : float
        lambda (1/money), at least 0 and finite.
    opponents : int
        How many others choose independently, at least 1; the game has one player more.

    Returns
    -------
    array of float64, shape (k,)
        Probability of each level, on the principal branch.

    Raises
    ------
    ParameterError
        If the matrix is not square and finite, or another argument out of range.
    SolverError
        If the branch cannot be followed to the precision.

    Examples
    --------
    >>> symmetric_logit([[0.5, 0.5], [0.0, 1.0]], 3.0, 1).round(6).tolist()
    [0.5, 0.5]
    """
    _check_precision("symmetric_logit", precision)
    game = NormalFormGame(payoffs, payoffs)
    if game.shape[0] != game.shape[1]:
        raise ParameterError(
            f"symmetric_logit.payoffs must be square; got shape {game.shape}. Write one row and column for each level."
        )
    if opponents < 1 or opponents != int(opponents):
        raise ParameterError(f"symmetric_logit.opponents must be an integer of at least 1; got {opponents}. Write 1.")
    scale = game.payoff_range[0] or 1.0
    matrix = game.small / scale
    at_least = np.triu(np.ones(game.shape))
    beyond = np.eye(len(matrix)) - np.eye(len(matrix), k=1)

    def expected(p: Vector) -> Vector:
        result: Vector = matrix @ (beyond @ (at_least @ p) ** opponents)
        return result

    def payoff(logits: Vector) -> tuple[Vector, Vector]:
        p = softmax(logits)
        weight = opponents * (at_least @ p) ** (opponents - 1)
        slope = matrix @ (beyond @ (weight[:, None] * (at_least @ _softmax_slope(p))))
        return expected(p), slope

    p = softmax(solved(payoff, (slice(0, len(matrix)),), len(matrix), precision * scale))
    _check_residual("symmetric_logit", float(np.max(np.abs(p - softmax(precision * scale * expected(p))))))
    return p


def softmax(logits: Vector) -> Vector:
    """Return probabilities proportional to exp(logits), without overflow.

    Examples
    --------
    >>> softmax(np.array([1000.0, 1000.0])).tolist()
    [0.5, 0.5]
    """
    powers = np.exp(logits - np.max(logits))
    result: Vector = powers / powers.sum()
    return result


def _softmax_slope(p: Vector) -> Vector:
    """Return the derivative of the probabilities p by their logits."""
    return np.diag(p) - np.outer(p, p)


def _check_precision(owner: str, precision: float) -> None:
    """Raise ParameterError unless the precision is a finite number of at least 0."""
    if not (np.isfinite(precision) and precision >= 0.0):
        raise ParameterError(
            f"{owner}.precision must be finite and at least 0; got {precision}. Write a number like 1."
        )


def _check_residual(owner: str, residual: float) -> None:
    """Raise SolverError unless the certificate holds."""
    if not residual <= RESIDUAL:
        raise SolverError(f"{owner} left a residual of {residual:.2g} above {RESIDUAL:g}. Lower the precision.")
