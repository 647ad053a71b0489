"""The branch of fixed points z = lambda payoff(z) that starts at (0, 0), followed by arc length.

z holds the logits of all players, one after another, and lambda is the precision. The curve may bend back in lambda;
along it nothing is singular but folds, which arc length takes in its stride, and bifurcations, which symmetric games
have and which the path crosses straight on.

References
----------
Allgower and Georg (1990), Numerical Continuation Methods, chapters 3 and 8.
Turocy (2005), A dynamic homotopy interpretation of the logistic quantal response correspondence, GEB 51.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import SolverError

Vector = NDArray[np.float64]
Payoff = Callable[[Vector], tuple[Vector, Vector]]

_FIRST_STEP = 0.1
_LEAST_COSINE = 0.995
_LARGEST_CORRECTION = 0.03
_SETTLED = 1e-11
_BIFURCATION_STEP = 1e-4
_STALLED = 1e-7
_LONGEST_LEAP = 0.1
_MOST_STEPS = 20_000
_NEWTON_STEPS = 12


def solved(payoff: Payoff, players: tuple[slice, ...], size: int, precision: float) -> Vector:
    """Return the logits on the branch at the precision.

    A player's logits may be shifted by a constant. While tracing, their mean is 0, which is smooth; at the end the
    likeliest action has 0, so that the logits of what is played are small numbers with small rounding errors.
    """
    *_, last = branch(centred(payoff, players, size), size, precision)
    logits = last[:size]
    likeliest = np.zeros(size)
    for player in players:
        likeliest[player][np.argmax(logits[player])] = 1.0
        logits[player] -= np.max(logits[player])
    at_target = np.zeros(size + 1)
    at_target[-1] = 1.0
    point = np.append(logits, precision)
    sharpened = _corrected(_shifted(payoff, players, likeliest), point, at_target, 0.0, at_target)
    return logits if sharpened is None else sharpened[:size]


def centred(payoff: Payoff, players: tuple[slice, ...], size: int) -> Payoff:
    """Return the payoffs less each player's mean: with them the logits of each player sum to 0."""
    uniform = np.zeros(size)
    for player in players:
        uniform[player] = 1.0 / len(uniform[player])
    return _shifted(payoff, players, uniform)


def _shifted(payoff: Payoff, players: tuple[slice, ...], weights: Vector) -> Payoff:
    """Return the payoffs less each player's weighted mean, which leaves the response unchanged, and their slope."""

    def shifted(logits: Vector) -> tuple[Vector, Vector]:
        values, slope = payoff(logits)
        for player in players:
            values[player] -= weights[player] @ values[player]
            slope[player] -= weights[player] @ slope[player]
        return values, slope

    return shifted


def branch(payoff: Payoff, size: int, precision: float) -> Iterator[Vector]:
    """Yield points (z, lambda) of z = lambda payoff(z) from (0, 0) to where the branch first reaches the precision.

    Predictor: a step along the unit tangent. Corrector: Newton on the fixed point and on the plane through the
    predicted point at right angles to the tangent. The step is halved when the tangent turns too much, the corrector
    moves far, Newton stalls, or the orientation (the sign of the bordered determinant, constant along a branch) flips:
    then the point is on another branch. A flip that persists at tiny steps is a bifurcation of a symmetric game; the
    path goes straight on, and leaps over it where Newton no longer settles close to it.

    Raises
    ------
    SolverError
        If the branch cannot be followed that far.

    Examples
    --------
    Payoffs that do not depend on anything give the straight line z = lambda u:

    >>> *_, last = branch(lambda z: (np.array([1.0, -1.0]), np.zeros((2, 2))), 2, 3.0)
    >>> last.tolist()
    [3.0, -3.0, 3.0]
    """
    point, direction = np.zeros(size + 1), np.zeros(size + 1)
    yield point
    if precision == 0.0:
        return
    at_target = direction.copy()
    at_target[-1] = 1.0
    direction, orientation = _tangent(payoff, point, at_target)
    step = _FIRST_STEP
    for _ in range(_MOST_STEPS):
        to_target = (precision - point[-1]) / direction[-1] if direction[-1] > 0.0 else np.inf
        if to_target <= step:
            ended = _corrected(payoff, point, direction, to_target, at_target)
            if ended is not None:
                yield ended
                return
            step = 0.5 * to_target
        moved = _corrected(payoff, point, direction, step, direction)
        if moved is not None and moved[-1] < precision:
            turned, sign = _tangent(payoff, moved, direction)
            if turned @ direction >= _LEAST_COSINE and (sign == orientation or step < _BIFURCATION_STEP):
                point, direction, orientation = moved, turned, sign
                step *= 1.5
                yield point
                continue
        step *= 0.5
        if step < _STALLED:
            landed = _leap(payoff, point, direction, precision)
            if landed is None:
                break
            point, direction, orientation = landed
            step = _BIFURCATION_STEP
            yield point
    raise SolverError(f"The logit branch stops at precision {point[-1] / precision:.3g} of that wanted. Lower it.")


def _leap(payoff: Payoff, point: Vector, direction: Vector, precision: float) -> tuple[Vector, Vector, float] | None:
    """Return the nearest point straight ahead at which Newton settles, its tangent and orientation; None if none."""
    step = _BIFURCATION_STEP
    while step <= _LONGEST_LEAP:
        moved = _corrected(payoff, point, direction, step, direction)
        if moved is not None and moved[-1] < precision:
            turned, sign = _tangent(payoff, moved, direction)
            if turned @ direction >= _LEAST_COSINE:
                return moved, turned, sign
        step *= 2.0
    return None


def between(payoff: Payoff, one: Vector, other: Vector) -> Vector | None:
    """Return the point of the branch halfway between two of its points, or None if Newton does not settle there.

    Examples
    --------
    >>> line = lambda z: (np.array([1.0, -1.0]), np.zeros((2, 2)))
    >>> between(line, np.zeros(3), np.array([2.0, -2.0, 2.0])).tolist()
    [1.0, -1.0, 1.0]
    """
    chord = other - one
    length = float(np.linalg.norm(chord))
    if length == 0.0:
        return None
    found = _corrected(payoff, 0.5 * (one + other), chord / length, 0.0, chord / length)
    return None if found is None or np.linalg.norm(found - 0.5 * (one + other)) > 0.5 * length else found


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
