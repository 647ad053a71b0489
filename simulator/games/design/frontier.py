"""The Pareto frontier between the firms, by the epsilon-constraint method: BigCo's best for each floor of SmallCo."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulator.games.design.polish import TIDY, polished, roughly, tidied
from simulator.games.design.problem import Evaluation, Problem, Requirements
from simulator.games.design.results import FrontierPoint
from simulator.games.design.search import Effort, apart, search
from simulator.games.design.sensitivity import scale_of
from simulator.games.design.variables import values_at

FRONTIER = 11
"""Floors of SmallCo between its payoff in the contract best for BigCo and in the one best for itself."""
_STARTS = 3
_DOMINATED = 1e-9


def frontier_points(
    problem: Problem, quick: Problem, best: Evaluation, effort: Effort, tick: Callable[[], None]
) -> tuple[FrontierPoint, ...]:
    """Return points of the frontier in ascending order of SmallCo's payoff, none dominated by another.

    Parameters
    ----------
    problem : Problem
        What is designed; every point is evaluated in it.
    quick : Problem
        The problem searched: the same, or one on levels that stand for continuous commitments.
    best : Evaluation
        The optimum of the aim, from which the search starts besides.
    effort : Effort
        Of the searches for both ends.
    tick : callable
        Called after every step.
    """
    ends = {}
    for aim in ("big", "small"):
        end = quick.changed(aim=aim)
        ends[aim] = tidied(end, search(end, effort, tick, [best.places]).best, TIDY * scale_of(best))
    found = [ends["big"], ends["small"]]
    if all(each.profile is not None and each.feasible for each in found):
        low, high = (each.profile.payoffs[0] for each in found if each.profile is not None)
        last = ends["big"]
        for floor in np.linspace(low, high, FRONTIER)[1:-1].tolist():
            raised = quick.changed(aim="big", requirements=Requirements(quick.requirements.shift, (floor, -math.inf)))
            starts = [raised.evaluate(last.places), *apart(raised.archive(), _STARTS, raised)]
            last = max((polished(raised, each) for each in starts), key=lambda each: each.rank)
            found.append(tidied(raised, last, TIDY * scale_of(last)))
            tick()
    real = _in_the_game_itself(problem, found, best) if quick is not problem else found
    points = [(each, each.profile) for each in real if each.feasible and each.profile is not None]
    pay = [profile.payoffs for _, profile in points]
    slack = _DOMINATED * max((abs(u) for payoffs in pay for u in payoffs), default=0.0)
    kept = []
    for each, profile in points:
        own = profile.payoffs
        gaps = [(other[0] - own[0], other[1] - own[1]) for other in pay]
        if not any(min(gap) >= -slack and max(gap) > slack for gap in gaps):
            terms = values_at(problem.variables, each.places)
            kept.append(FrontierPoint(terms, own, (profile.small, profile.big)))
    return tuple(sorted(kept, key=lambda point: point.payoffs))


def _in_the_game_itself(problem: Problem, found: list[Evaluation], best: Evaluation) -> list[Evaluation]:
    """Return the points found on levels, moved to where they are best where commitments are continuous."""
    real: list[Evaluation] = []
    for each in found:
        floor = -math.inf if each.profile is None else each.profile.payoffs[0]
        raised = problem.changed(aim="big", requirements=Requirements(problem.requirements.shift, (floor, -math.inf)))
        starts = [
            raised.evaluate(places) for places in (each.places, best.places, *(last.places for last in real[-1:]))
        ]
        real.append(roughly(raised, max(starts, key=lambda start: start.rank)))
    return real
