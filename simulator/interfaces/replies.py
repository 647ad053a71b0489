"""Best replies, equilibria and labels of a solved game, as figures and tables mark them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.interfaces.figures.style import plain_text, short

if TYPE_CHECKING:
    from simulator.games.solution import Solution

TIE, ROUNDING = 1e-9, 1e-14
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def best_replies(solution: Solution) -> tuple[Flags, Flags]:
    """Return which cells are best replies of SmallCo and of BigCo, shape (m, n), ties included."""
    a, b = solution.small_payoffs, solution.big_payoffs
    computed = solution.scenario.payoffs is None
    return a >= a.max(axis=0, keepdims=True) - _slack(a, 0, computed), b >= b.max(axis=1, keepdims=True) - _slack(
        b, 1, computed
    )


def _slack(payoffs: Floats, axis: int, computed: bool) -> Floats:
    """Return how far below the best a tie may be: little beside the numbers compared, however large others are."""
    compared = np.max(np.abs(payoffs), axis=axis, keepdims=True)
    rounding = ROUNDING * float(np.max(compared)) if computed else 0.0
    slack: Floats = np.maximum(TIE * np.minimum(compared, np.ptp(payoffs)), rounding)
    return slack


def pure_cells(solution: Solution) -> list[tuple[int, int, bool]]:
    """Return (row, column, selected) of every pure equilibrium."""
    return [
        (int(np.argmax(each.small)), int(np.argmax(each.big)), index == solution.selected)
        for index, each in enumerate(solution.equilibria.equilibria)
        if each.pure
    ]


def profiles(solution: Solution) -> list[tuple[float, float, bool]]:
    """Return the expected commitments of every equilibrium, and whether it is the selected one; that one first."""
    profiles = [
        (
            float(np.dot(each.small, solution.small_levels)),
            float(np.dot(each.big, solution.big_levels)),
            index == solution.selected,
        )
        for index, each in enumerate(solution.equilibria.equilibria)
    ]
    return sorted(profiles, key=lambda profile: not profile[2])


def labels(actions: tuple[str, ...], levels: Floats, most: int = 24) -> list[str]:
    """Return what a firm's actions are called on an axis, in at most so many characters."""
    return [
        plain_text(name or short(level), most)
        for name, level in zip(actions or ("",) * levels.size, levels, strict=True)
    ]
