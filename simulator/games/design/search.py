"""The outer level: a search that is global first and exact at the end, the same every time.

Spread points (Sobol) are evaluated, differential evolution goes on from the best of them, and several of the best that
lie apart are polished: by Nelder-Mead and compass search, which need no smoothness, and by SLSQP where the same
commitments are played, with participation and each firm's alternatives as constraints, which ends exactly on an edge.

References
----------
Storn and Price (1997), Differential evolution, Journal of Global Optimization 11.
Nelder and Mead (1965), A simplex method for function minimization, The Computer Journal 7.
Kraft (1988), A software package for sequential quadratic programming, DFVLR-FB 88-28 (SLSQP).
Grossman and Hart (1983), An analysis of the principal-agent problem, Econometrica 51 (terms given what is played).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.games.design.polish import polished
from simulator.games.design.problem import Evaluation, Places, Problem
from simulator.games.design.variables import places_of

AGREED = 1e-6
"""Searches agree if what they find differs by no more than this share of it."""

_APART = 0.05
_WORST = 1e30
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is searched: points spread, generations of the evolution, starts that are polished."""

    points: int
    generations: int
    starts: int


THOROUGH = Effort(1024, 40, 8)
FRUGAL = Effort(8, 0, 2)
"""Where one evaluation takes a tenth of a second: after a thorough search on levels that stand for the continuum."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Parameters
    ----------
    best : Evaluation
        The best of all.
    ends : tuple of Evaluation
        Where the searches ended, one for each start.
    sampled : Evaluation
        The best of the spread points, before any search: what the best is at least.
    points : int
        How many points were spread.
    """

    best: Evaluation
    ends: tuple[Evaluation, ...]
    sampled: Evaluation
    points: int

    @property
    def agreed(self) -> tuple[Evaluation, ...]:
        """Return the ends that are as good as the best."""
        if not self.best.feasible:
            return ()
        slack = AGREED * max(abs(self.best.value), *(abs(u) for u in _payoffs(self.best)))
        return tuple(end for end in self.ends if end.feasible and end.value >= self.best.value - slack)


def _payoffs(found: Evaluation) -> tuple[float, float]:
    """Return the payoffs of an evaluation; zeros if there is none."""
    return (0.0, 0.0) if found.profile is None else found.profile.payoffs


def steps(effort: Effort, dimensions: int) -> int:
    """Return how often a search of this effort ticks."""
    return 1 + (effort.generations if dimensions > 1 else 0) + effort.starts


def spread(problem: Problem, effort: Effort) -> list[Places]:
    """Return points over the ranges: equally spaced for one variable, otherwise Sobol's, corners and the contract's."""
    from scipy.stats import qmc

    size = len(problem.variables)
    places: list[Places] = []
    if size == 1:
        count = problem.variables[0].count
        many = min(count, effort.points) if count else effort.points // 2 + 1
        grid = np.linspace(0.0, 1.0, many) if not count or count > many else (np.arange(count) + 0.5) / count
        places = [(float(place),) for place in grid]
    else:
        sobol = qmc.Sobol(size, scramble=True, rng=np.random.default_rng(0)).random(effort.points)
        places = [tuple(point) for point in sobol.tolist()]
        if effort.generations and size <= 4:
            places += [
                tuple(point) for point in np.array(np.meshgrid(*[[0.0, 1.0]] * size)).reshape(size, -1).T.tolist()
            ]
    own = places_of(problem.variables, problem.contract)
    return places if own is None else [*places, tuple(own)]


def search(problem: Problem, effort: Effort, tick: Tick, more: Sequence[Places] = ()) -> Found:
    """Return what is best for the aim of a problem.

    Parameters
    ----------
    problem : Problem
        What is designed; it keeps all that is evaluated.
    effort : Effort
        How much is searched.
    tick : callable
        Called after every step, see `steps`.
    more : sequence of places
        Points to start from besides.

    Raises
    ------
    ParameterError
        If no contract can be signed, or the terms change nothing.
    """
    points = spread(problem, effort)
    sample = [problem.evaluate(places) for places in points]
    problem.check_effect()
    sampled = max(sample, key=lambda each: each.rank)
    known = sample + [problem.evaluate(places) for places in more]
    tick()
    ends = []
    if len(problem.variables) > 1 and effort.generations:
        ends.append(polished(problem, _evolved(problem, known, effort.generations, tick)))
    for start in apart(known, effort.starts, problem):
        ends.append(polished(problem, start))
        tick()
    return Found(max([*ends, *known], key=lambda each: each.rank), tuple(ends), sampled, len(points))


def apart(known: Sequence[Evaluation], count: int, problem: Problem) -> list[Evaluation]:
    """Return the best evaluations that lie apart from each other, the best first; money at signing does not count."""
    chosen: list[Evaluation] = []
    kept = [k for k in range(len(problem.variables)) if k != problem.transfer] or [0]
    for each in sorted(known, key=lambda each: each.rank, reverse=True):
        if len(chosen) == count:
            break
        if each.profile is not None and all(
            max(abs(each.places[k] - other.places[k]) for k in kept) > _APART for other in chosen
        ):
            chosen.append(each)
    return chosen


def _evolved(problem: Problem, known: Sequence[Evaluation], generations: int, tick: Tick) -> Evaluation:
    """Return the best of a differential evolution from the best points known."""
    from scipy.optimize import differential_evolution

    size = len(problem.variables)
    feasible = [abs(each.value) for each in known if each.feasible]
    offset = 10.0 * max(feasible, default=1.0) + 1.0
    best = max(known, key=lambda each: each.rank)

    def loss(places: NDArray[np.float64]) -> float:
        nonlocal best
        found = problem.evaluate(places.tolist())
        best = max(best, found, key=lambda each: each.rank)
        if found.profile is None:
            return _WORST
        return offset + found.short if found.short > 0.0 else min(-found.value, offset)

    ranked = sorted(known, key=lambda each: each.rank, reverse=True)[: 10 * size]
    first = np.array([each.places for each in ranked])
    if len(first) >= 5:
        done = 0

        def after(*_: object, **__: object) -> None:
            nonlocal done
            done += 1
            tick()

        differential_evolution(
            loss, [(0.0, 1.0)] * size, init=first, maxiter=generations, rng=0, polish=False, tol=1e-8, callback=after
        )
        for _ in range(generations - done):
            tick()
    return best


def spread_of(found: Found) -> float:
    """Return how far apart (in the aim's unit) the ends of the searches are; nan where fewer than one is feasible."""
    values = [end.value for end in found.ends if end.feasible]
    return max(values) - min(values) if values else math.nan
