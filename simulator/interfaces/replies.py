"""Best replies, equilibria and labels of a solved game, as figures and tables mark them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.interfaces.figures.style import short

if TYPE_CHECKING:
    from simulator.games.solution import Solution

TIE = 1e-9
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def best_replies(solution: Solution) -> tuple[Flags, Flags]:
    """Return which cells are best replies of SmallCo and of BigCo, shape (m, n), ties included."""
    a, b = solution.small_payoffs, solution.big_payoffs
    slack = TIE * max(float(np.ptp(a)), float(np.ptp(b)), 1e-300)
    return a >= a.max(axis=0, keepdims=True) - slack, b >= b.max(axis=1, keepdims=True) - slack


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


def labels(actions: tuple[str, ...], levels: Floats) -> list[str]:
    """Return what a firm's actions are called on an axis."""
    return [name or short(level) for name, level in zip(actions or ("",) * levels.size, levels, strict=True)]
