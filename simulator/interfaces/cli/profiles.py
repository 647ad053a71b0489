"""Actions, mixtures and profiles of a solved game in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from simulator.interfaces.cli.tables import NOISE, shown

if TYPE_CHECKING:
    from simulator.games.equilibrium import Equilibrium
    from simulator.games.solution import Solution

FIRMS = {"small": "SmallCo", "big": "BigCo"}
MOST_MIXED = 4
LONGEST_FRACTION = 12
_NO_CHANCE = 1e-12


def action_names(solution: Solution) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what SmallCo's and BigCo's actions are called: commitments, or names where payoffs are given outright."""
    if solution.scenario.payoffs is not None:
        return solution.small_actions, solution.big_actions
    small, big = (
        tuple(shown(level) for level in each.tolist()) for each in (solution.small_levels, solution.big_levels)
    )
    return small, big


def money(solution: Solution, *values: float | None) -> tuple[float | None, ...]:
    """Return amounts, with 0 for what is only rounding beside the largest payoff of the game."""
    payoffs = solution.small_payoffs, solution.big_payoffs
    noise = NOISE * max(float(np.max(np.abs(each))) for each in payoffs)
    return tuple(None if value is None else 0.0 if abs(value) < noise else float(value) for value in values)


def amount(solution: Solution, value: float) -> str:
    """Return an amount in words, see `money`."""
    return shown(money(solution, value)[0])


def mixture(probabilities: Sequence[float], names: Sequence[str]) -> str:
    """Return what a firm does: one action, or those it mixes between, with their chances.

    Examples
    --------
    >>> mixture((0.0, 1.0), ("a", "b")), mixture((0.25, 0.75), ("a", "b"))
    ('b', 'a (25%) or b (75%)')
    """
    used = [index for index, weight in enumerate(probabilities) if weight > _NO_CHANCE]
    if len(used) == 1:
        return names[used[0]]
    parts = [f"{names[index]} ({float(probabilities[index]):.0%})" for index in used]
    return " or ".join(parts[:MOST_MIXED]) + (" ..." if len(parts) > MOST_MIXED else "")


def fractions(probabilities: Sequence[Fraction], names: Sequence[str]) -> str:
    """Return what a firm does, with its chances as fractions.

    Examples
    --------
    >>> fractions((Fraction(1, 3), Fraction(2, 3)), ("a", "b"))
    'a (1/3) or b (2/3)'
    """
    used = [index for index, weight in enumerate(probabilities) if weight]
    if len(used) == 1:
        return names[used[0]]
    parts = [f"{names[index]} ({short(probabilities[index])})" for index in used]
    return " or ".join(parts[:MOST_MIXED]) + (" ..." if len(parts) > MOST_MIXED else "")


def short(value: Fraction) -> str:
    """Return a fraction, or about what it is where its numbers are long.

    Examples
    --------
    >>> short(Fraction(2, 3)), short(Fraction(10**9 + 7, 10**10))
    ('2/3', '~0.1')
    """
    text = str(value)
    return text if len(text) <= LONGEST_FRACTION else f"~{float(value):.6g}"


def profile(solution: Solution, equilibrium: Equilibrium) -> tuple[str, str]:
    """Return what both firms do in an equilibrium."""
    small, big = action_names(solution)
    return mixture(equilibrium.small, small), mixture(equilibrium.big, big)


def pair(solution: Solution, equilibrium: Equilibrium) -> str:
    """Return an equilibrium as one text, such as ``(0.5, 0.6)``."""
    return f"({', '.join(profile(solution, equilibrium))})"


def played(solution: Solution) -> tuple[float | str, float | str]:
    """Return the commitments played; where the payoffs were given outright, actions or "mixed"."""
    small, big = commitments(solution, solution.outcome.small, solution.outcome.big)
    if solution.scenario.payoffs is None or solution.lead != "simultaneous" or solution.selected is None:
        return small, big
    # the mean of a mixture may happen to be the number of an action
    chosen = solution.equilibria.equilibria[solution.selected]
    mixed = [sum(weight > _NO_CHANCE for weight in each) > 1 for each in (chosen.small, chosen.big)]
    return "mixed" if mixed[0] else small, "mixed" if mixed[1] else big


def commitments(solution: Solution, small: float, big: float) -> tuple[float | str, float | str]:
    """Return two commitments, by the names of the actions where the payoffs were given outright."""
    if solution.scenario.payoffs is None:
        return small, big
    sides = ((small, solution.small_levels, solution.small_actions), (big, solution.big_levels, solution.big_actions))
    named = [dict(zip(levels.tolist(), actions, strict=True)).get(each, "mixed") for each, levels, actions in sides]
    return named[0], named[1]
