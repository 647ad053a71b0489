"""Local searches from one point: without smoothness, and exactly onto the edge where a constraint binds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import AllianceError
from simulator.games.design.problem import Evaluation, Places, Problem

_FIRST_STEP, _LAST_STEP = 0.05, 1e-12
_LAST_STEP_SLOW, _LAST_STEP_ROUGH = 1e-6, 2e-3
_ROUNDS = 3
TIDY = 1e-8
"""Share of the payoffs that may be given up to write the terms in fewer decimals."""
DIGITS = 7
"""Decimals tried when the terms are written shorter."""
_BACK = (0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 0.3)

Array = NDArray[np.float64]


def roughly(problem: Problem, start: Evaluation) -> Evaluation:
    """Return the best evaluation of a few steps along each axis, where every evaluation takes long."""
    free = [k for k, v in enumerate(problem.variables) if v.continuous and k != problem.transfer]
    return start if start.profile is None else _compass(problem, start, free, _LAST_STEP_ROUGH)


def polished(problem: Problem, start: Evaluation) -> Evaluation:
    """Return the best evaluation near a start, in every continuous direction and among the neighbours of the others."""
    if start.profile is None:
        return start
    best = start
    for _ in range(_ROUNDS):
        before = best
        best = _continuous(problem, best)
        for places in _neighbours(problem, best.places):
            best = max(best, problem.evaluate(places), key=lambda each: each.rank)
        if _same(before, best):
            break
    return best


def tidied(problem: Problem, found: Evaluation, tolerance: float) -> Evaluation:
    """Return an evaluation as good up to `tolerance` whose terms are written in as few decimals as that allows."""
    for index, variable in enumerate(problem.variables):
        if not variable.continuous or found.profile is None:
            continue
        value = variable.low + found.places[index] * (variable.high - variable.low)
        for decimals in range(DIGITS):
            place = variable.place(round(value, decimals))
            if place is None:
                continue
            tried = problem.evaluate(_moved(found.places, [index], [place]))
            if tried.feasible and tried.value >= found.value - tolerance:
                found = tried
                break
    return found


def _same(one: Evaluation, other: Evaluation) -> bool:
    """Return whether one evaluation is as good as another, beyond rounding."""
    return abs(one.value - other.value) <= 1e-12 * abs(other.value) and abs(one.short - other.short) <= 1e-12


def _neighbours(problem: Problem, places: Places) -> list[Places]:
    """Return the places one value away in a whole number, or with any other choice."""
    found = []
    for index, variable in enumerate(problem.variables):
        if variable.continuous:
            continue
        own = min(int(places[index] * variable.count), variable.count - 1)
        others = range(variable.count) if variable.kind == "choice" else (own - 1, own + 1)
        for other in others:
            if other != own and 0 <= other < variable.count:
                found.append((*places[:index], (other + 0.5) / variable.count, *places[index + 1 :]))
    return found


def _continuous(problem: Problem, start: Evaluation) -> Evaluation:
    """Return the best evaluation found by moving the continuous variables."""
    free = [k for k, v in enumerate(problem.variables) if v.continuous and k != problem.transfer]
    slow = problem.replies.continuous
    if not free:
        return start
    best = start
    if len(free) > 1:
        if not slow:
            best = _simplex(problem, best, free)
        best = _on_the_edge(problem, best, free)
    return _compass(problem, best, free, _LAST_STEP_SLOW if slow else _LAST_STEP)


def _moved(places: Places, free: Sequence[int], point: Sequence[float]) -> Places:
    """Return the places with the free ones at a point."""
    moved = list(places)
    for index, place in zip(free, point, strict=True):
        moved[index] = min(max(float(place), 0.0), 1.0)
    return tuple(moved)


def _simplex(problem: Problem, start: Evaluation, free: Sequence[int]) -> Evaluation:
    """Return the best evaluation of a Nelder-Mead search."""
    from scipy.optimize import minimize

    best = start
    offset = 10.0 * abs(start.value) + 1.0

    def loss(point: Array) -> float:
        nonlocal best
        found = problem.evaluate(_moved(start.places, free, point.tolist()))
        best = max(best, found, key=lambda each: each.rank)
        if found.profile is None:
            return 1e30
        return offset + found.short if found.short > 0.0 else min(-found.value, offset)

    origin = np.array([start.places[k] for k in free])
    corners = [origin] + [
        origin + np.eye(len(free))[k] * (_FIRST_STEP if origin[k] < 0.5 else -_FIRST_STEP) for k in range(len(free))
    ]
    minimize(
        loss,
        origin,
        method="Nelder-Mead",
        bounds=[(0.0, 1.0)] * len(free),
        options={
            "initial_simplex": np.array(corners),
            "maxfev": 150 * len(free),
            "xatol": 1e-9,
            "fatol": 1e-13 * offset,
        },
    )
    return best


def _compass(problem: Problem, start: Evaluation, free: Sequence[int], last: float) -> Evaluation:
    """Return the best evaluation of steps along each axis that shrink where they do not help: it ends on edges too."""
    best, step = start, _FIRST_STEP
    while step > last:
        better = False
        for index in free:
            for sign in (1.0, -1.0):
                place = min(max(best.places[index] + sign * step, 0.0), 1.0)
                if place == best.places[index]:
                    continue
                found = problem.evaluate(_moved(best.places, [index], [place]))
                if found.rank > best.rank:
                    best, better = found, True
                    break
        if not better:
            step *= 0.35
    return best


def _on_the_edge(problem: Problem, start: Evaluation, free: Sequence[int]) -> Evaluation:
    """Return the best evaluation of a constrained smooth search, and of steps back from it where it went too far."""
    from scipy.optimize import minimize

    moving = [*free, *([] if problem.transfer is None else [problem.transfer])]
    conditions = _conditions(problem, start, moving)
    if conditions is None:
        return start
    value, slacks = conditions
    origin = np.array([start.places[k] for k in moving])
    scale = max(abs(start.value), 1e-12)
    step = 1e-5 if problem.replies.continuous else 1e-7
    try:
        found = minimize(
            lambda point: -value(point) / scale,
            origin,
            method="SLSQP",
            bounds=[(0.0, 1.0)] * len(moving),
            constraints={"type": "ineq", "fun": slacks},
            options={"maxiter": 60, "ftol": 1e-13, "eps": step},
        )
    except (AllianceError, ValueError):  # a contract refused on the way, or a value that is not a number
        return start
    end = np.nan_to_num(np.asarray(found.x, dtype=np.float64), nan=0.5)
    best = start
    for back in _BACK:
        point = end + back * (origin - end)
        tried = problem.evaluate(_moved(start.places, moving, point.tolist()))
        best = max(best, tried, key=lambda each: each.rank)
    return best


Conditions = tuple[Callable[[Array], float], Callable[[Array], Array]]


def _conditions(problem: Problem, start: Evaluation, moving: Sequence[int]) -> Conditions | None:
    """Return the aim and what must not be negative near a start, as functions of the moving places.

    Over levels the same pair of levels is played: its payoffs, and what each firm would lose by each alternative.
    """
    profile, replies = start.profile, problem.replies
    if profile is None:
        return None
    if replies.continuous or profile.actions is None or replies.scenario.lead != "simultaneous":
        if not replies.continuous:
            return None

        def found(point: Array) -> Evaluation:
            tried = problem.at(_moved(start.places, moving, point.tolist()))
            if tried.profile is None:
                raise ValueError("refused")
            return tried

        def gains(point: Array) -> Array:
            played = found(point).profile or profile
            differences: Array = np.array(played.payoffs) - np.array(problem.requirements.of(played))
            return differences

        return lambda point: found(point).value, gains
    row, column = profile.actions
    required = np.array(problem.requirements.of(profile))

    def around(point: Array) -> tuple[Array, Array]:
        return replies.around(problem.contract_at(_moved(start.places, moving, point.tolist())), (row, column))

    def value(point: Array) -> float:
        rows, columns = around(point)
        small, big = float(rows[row]), float(columns[column])
        if problem.aim == "nash":
            return float((small - required[0]) * (big - required[1]))
        return small + big if problem.aim == "surplus" else big if problem.aim == "big" else small

    def slacks(point: Array) -> Array:
        rows, columns = around(point)
        own = np.array([rows[row], columns[column]]) - required
        return np.concatenate((own, np.delete(rows[row] - rows, row), np.delete(columns[column] - columns, column)))

    return value, slacks
