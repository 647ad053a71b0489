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

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.normal_form import NormalFormGame

Vector = NDArray[np.float64]
Payoff = Callable[[Vector], tuple[Vector, Vector]]

RESIDUAL = 1e-10
"""Largest difference between a probability and the logit response to the profile that is certified."""

_FIRST_STEP = 0.1
_LEAST_COSINE = 0.995
_LARGEST_CORRECTION = 0.03
_SETTLED = 1e-11
_BIFURCATION_STEP = 1e-4
_MOST_STEPS = 20_000
_NEWTON_STEPS = 12


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
    A, B, m = game.small / scale, game.big.T / scale, game.shape[0]
    zero = np.zeros((sum(game.shape), sum(game.shape)))

    def payoff(logits: Vector) -> tuple[Vector, Vector]:
        x, y = softmax(logits[:m]), softmax(logits[m:])
        slope = zero.copy()
        slope[:m, m:], slope[m:, :m] = A @ _softmax_slope(y), B @ _softmax_slope(x)
        return np.concatenate((A @ y, B @ x)), slope

    logits = _solved(payoff, (slice(0, m), slice(m, len(zero))), len(zero), precision * scale)
    x, y = softmax(logits[:m]), softmax(logits[m:])
    response = softmax(precision * scale * (A @ y)), softmax(precision * scale * (B @ x))
    residual = max(float(np.max(np.abs(x - response[0]))), float(np.max(np.abs(y - response[1]))))
    _check_residual("logit_equilibrium", residual)
    return LogitEquilibrium(tuple(x.tolist()), tuple(y.tolist()), precision, game.payoffs(x, y), residual)


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

    p = softmax(_solved(payoff, (slice(0, len(matrix)),), len(matrix), precision * scale))
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


def _solved(payoff: Payoff, players: tuple[slice, ...], size: int, precision: float) -> Vector:
    """Return the logits on the branch at the precision.

    A player's logits may be shifted by a constant. While tracing, their mean is 0, which is smooth; at the end the
    likeliest action has 0, so that the logits of what is played are small numbers with small rounding errors.
    """
    uniform = np.zeros(size)
    for player in players:
        uniform[player] = 1.0 / len(uniform[player])
    logits = _trace(_shifted(payoff, players, uniform), size, precision)
    likeliest = np.zeros(size)
    for player in players:
        likeliest[player][np.argmax(logits[player])] = 1.0
        logits[player] -= np.max(logits[player])
    at_target = np.zeros(size + 1)
    at_target[-1] = 1.0
    point = np.append(logits, precision)
    sharpened = _corrected(_shifted(payoff, players, likeliest), point, at_target, 0.0, at_target)
    return logits if sharpened is None else sharpened[:size]


def _shifted(payoff: Payoff, players: tuple[slice, ...], weights: Vector) -> Payoff:
    """Return the payoffs less each player's weighted mean, which leaves the response unchanged, and their slope."""

    def shifted(logits: Vector) -> tuple[Vector, Vector]:
        values, slope = payoff(logits)
        for player in players:
            values[player] -= weights[player] @ values[player]
            slope[player] -= weights[player] @ slope[player]
        return values, slope

    return shifted


def _trace(payoff: Payoff, size: int, precision: float) -> Vector:
    """Return the logits where the branch of z = lambda payoff(z) from (0, 0) first reaches the precision.

    Predictor: a step along the unit tangent. Corrector: Newton on the fixed point and on the plane through the
    predicted point at right angles to the tangent. The step is halved when the tangent turns too much, the corrector
    moves far, Newton stalls, or the orientation (the sign of the bordered determinant, constant along a branch) flips:
    then the point is on another branch. A flip that persists at tiny steps is a bifurcation of a symmetric game; the
    path goes straight on.
    """
    point, direction = np.zeros(size + 1), np.zeros(size + 1)
    if precision == 0.0:
        return point[:size]
    at_target = direction.copy()
    at_target[-1] = 1.0
    direction, orientation = _tangent(payoff, point, at_target)
    step = _FIRST_STEP
    for _ in range(_MOST_STEPS):
        to_target = (precision - point[-1]) / direction[-1] if direction[-1] > 0.0 else np.inf
        if to_target <= step:
            ended = _corrected(payoff, point, direction, to_target, at_target)
            if ended is not None:
                return ended[:size]
            step = 0.5 * to_target
        moved = _corrected(payoff, point, direction, step, direction)
        if moved is not None and moved[-1] < precision:
            turned, sign = _tangent(payoff, moved, direction)
            if turned @ direction >= _LEAST_COSINE and (sign == orientation or step < _BIFURCATION_STEP):
                point, direction, orientation = moved, turned, sign
                step *= 1.5
                continue
        step *= 0.5
        if step < 1e-12 * (1.0 + float(np.max(np.abs(point)))):
            break
    raise SolverError(f"The logit branch stops at precision {point[-1] / precision:.3g} of that wanted. Lower it.")


def _linear(payoff: Payoff, point: Vector, row: Vector) -> tuple[Vector, Vector]:
    """Return the residual of the fixed point and its derivative by (z, lambda), bordered by `row`."""
    values, slope = payoff(point[:-1])
    border = np.empty((len(point), len(point)))
    border[:-1, :-1] = np.eye(len(values)) - point[-1] * slope
    border[:-1, -1], border[-1] = -values, row
    return point[:-1] - point[-1] * values, border


def _tangent(payoff: Payoff, point: Vector, before: Vector) -> tuple[Vector, float]:
    """Return the unit tangent of the branch that points the way `before` did, and the orientation of the branch.

    At a singular point the tangent is `before` itself and the orientation 0.
    """
    _, border = _linear(payoff, point, before)
    right = np.zeros(len(point))
    right[-1] = 1.0
    sign = float(np.linalg.slogdet(border).sign)
    if sign == 0.0:
        return before, sign
    tangent: Vector = np.asarray(np.linalg.solve(border, right), dtype=np.float64)
    tangent /= np.linalg.norm(tangent)
    return tangent, sign


def _corrected(payoff: Payoff, point: Vector, direction: Vector, step: float, row: Vector) -> Vector | None:
    """Return the point of the branch in the plane normal to `row` that holds the predicted point, `step` ahead.

    None if Newton's method does not settle close to the prediction.
    """
    predicted = point + step * direction
    moved = predicted.copy()
    for _ in range(_NEWTON_STEPS):
        residual, border = _linear(payoff, moved, row)
        if residual.any():
            try:
                change = np.linalg.solve(border, np.append(residual, 0.0))
            except np.linalg.LinAlgError:
                return None
            moved -= change
            if np.max(np.abs(change)) > _SETTLED * (1.0 + float(np.max(np.abs(moved)))):
                continue
        rounding = 1e-9 * (1.0 + float(np.max(np.abs(moved))))
        near = step == 0.0 or np.linalg.norm(moved - predicted) <= _LARGEST_CORRECTION * step + rounding
        return moved if near and moved[-1] >= 0.0 else None
    return None


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
