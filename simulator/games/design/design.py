"""The contract that is best for one firm, for the surplus, or for the Nash product: a problem on two levels.

The outer level chooses terms, the inner one is the equilibrium the firms then play in commitments; both must get at
least their outside options.

References
----------
Grossman and Hart (1983), An analysis of the principal-agent problem, Econometrica 51.
Dempe (2002), Foundations of Bilevel Programming (optimistic and pessimistic replies).
Haimes, Lasdon and Wismer (1971), IEEE Transactions on Systems, Man and Cybernetics 1 (the epsilon-constraint method).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, SolverError
from simulator.games.design.frontier import FRONTIER, frontier_points
from simulator.games.design.polish import TIDY, tidied
from simulator.games.design.problem import Evaluation, Problem
from simulator.games.design.replies import Replies, on_levels
from simulator.games.design.results import Certificate, Design, ShadowPrice
from simulator.games.design.search import FRUGAL, THOROUGH, Effort, Found, search, spread_of, steps
from simulator.games.design.sensitivity import NAMES, binding, scale_of, shadow_prices
from simulator.games.design.variables import CHOICE, Variable, values_at, variables_of
from simulator.games.solution import solve

Progress = Callable[[int, int], None]

_AFTERWARDS = 256
_SAME = 1e-6


def design(
    scenario: Scenario,
    terms: str | tuple[Variable, ...],
    aim: str = "surplus",
    contract: Contract | None = None,
    *,
    rule: str = "selected",
    frontier: bool = False,
    effort: Effort = THOROUGH,
    progress: Progress | None = None,
) -> Design:
    """Return the terms that are best for an aim, given what the firms then play and that both must sign.

    Parameters
    ----------
    scenario : Scenario
        The world.
    terms : str or tuple of Variable
        What is chosen, such as ``"revenue_share.share=0:1, upfront_fee.fee=-5:5"``; see `variables_of`.
    aim : {"small", "big", "surplus", "nash"}
        What is to be largest: a firm's payoff, their sum, or the product of the gains over the outside options.
    contract : Contract, optional
        What the terms are written into; the scenario's default contract if not given.
    rule : {"selected", "optimistic", "pessimistic"}
        Which equilibrium counts where there are several: the one of the scenario's rule of selection, the best for the
        aim, or the worst.
    frontier : bool
        Whether to trace the Pareto frontier between the firms.
    effort : Effort
        How much is searched.
    progress : callable, optional
        Called with the steps done and all steps.

    Raises
    ------
    UnknownNameError, ParameterError
        If a name is unknown, a range is empty or not admitted, or the terms change nothing.
    SolverError
        If no contract in the ranges is signed by both; says who refuses, and by how much at best.
    KeyboardInterrupt
        On Ctrl-C before any contract that both sign was found; later the best so far is returned.

    Examples
    --------
    >>> from simulator.economy.scenario import CommitmentSpace
    >>> from simulator.economy.venture import Sum, Venture
    >>> effort = Venture(Sum(small_weight=1.0, big_weight=0.0))  # Y = c_S, at a cost of c_S^2 / 2
    >>> world = Scenario("effort", venture=effort, commitment=CommitmentSpace((0.0, 0.5, 1.0)))
    >>> best = design(world, "revenue_share.share=0:1", contract=Contract("share"))
    >>> best.commitments, best.value
    ((1.0, 0.0), 0.5)
    """
    variables = variables_of(terms) if isinstance(terms, str) else terms
    baseline = scenario.contract() if contract is None else contract
    problem = Problem(Replies(scenario, baseline), baseline, variables, aim, rule)
    run = _Run(problem, effort, frontier, progress)
    interrupted = False
    try:
        run.everything()
    except KeyboardInterrupt:
        interrupted = True
        run.rescue()
    return _report(run, scenario, interrupted)


class _Run:
    """One design under way: what is known of it when it is stopped is what is reported."""

    def __init__(self, problem: Problem, effort: Effort, frontier: bool, progress: Progress | None) -> None:
        self.problem, self.effort, self.wanted, self.progress = problem, effort, frontier, progress
        self.slow = problem.replies.continuous
        self.found: Found | None = None
        self.best: Evaluation | None = None
        self.afterwards: list[Evaluation] = []
        self.shadow: tuple[ShadowPrice, ...] = ()
        self.frontier: Any = ()
        size = len(problem.variables)
        one = steps(effort, size)
        searches = (1 + 2 * frontier) * one + (steps(FRUGAL, size) if self.slow else 0)
        self.done, self.total = 0, searches + 1 + (FRONTIER if frontier else 0)

    def tick(self) -> None:
        """Say that one step more is done."""
        self.done += 1
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total)

    def everything(self) -> None:
        """Search, then look at what binds, what it costs, and at the frontier."""
        quick = self.problem
        if self.slow:
            quick = self._on_levels()
            broad = search(quick, self.effort, self.tick)
            more = [each.places for each in broad.ends if each.profile is not None]
            self.found = search(self.problem, FRUGAL, self.tick, [broad.best.places, *more][:3])
        else:
            self.found = search(self.problem, self.effort, self.tick)
        self.best = self.found.best
        if not self.best.feasible:
            return
        random = np.random.default_rng(1).random((8 if self.slow else _AFTERWARDS, len(self.problem.variables)))
        self.afterwards = [self.problem.evaluate(places) for places in random.tolist()]
        self.best = max([self.best, *self.afterwards], key=lambda each: each.rank)
        self.best = tidied(self.problem, self.best, TIDY * _size(self.problem, self.best))
        agreed = () if self.slow else self.found.agreed[:4]
        self.shadow = shadow_prices(self.problem, self.best, agreed)
        self.tick()
        if self.wanted:
            self.frontier = frontier_points(self.problem, quick, self.best, self.effort, self.tick)

    def _on_levels(self) -> Problem:
        """Return the problem on levels that stand for a continuum."""
        rng, problem = np.random.default_rng(2), self.problem
        places = rng.random((6, len(problem.variables))).tolist()
        contracts = (problem.contract, *(problem.contract_at(place) for place in places))
        scenario = on_levels(problem.replies.scenario, contracts)
        return Problem(
            Replies(scenario, problem.contract), problem.contract, problem.variables, problem.aim, problem.rule
        )

    def rescue(self) -> None:
        """Keep the best so far; raise KeyboardInterrupt if there is none."""
        if self.best is None:
            known = self.problem.archive()
            if not known or not known[0].feasible:
                raise KeyboardInterrupt("Interrupted before a contract was found that both sign.")
            self.best = known[0]


def _size(problem: Problem, found: Evaluation) -> float:
    """Return the size of the aim's value: money, or money squared for the Nash product."""
    return abs(found.value) if problem.aim == "nash" else scale_of(found)


def _refused(problem: Problem, nearest: Evaluation) -> SolverError:
    """Return the error that says who refuses at best, and by how much."""
    profile = nearest.profile
    if profile is None:
        return SolverError(f"No feasible contract in these ranges: {problem.refusals()[0]}")
    required = problem.requirements.of(profile)
    sides = [
        f"{name} gets {payoff:.6g}, {least - payoff:.4g} less than its outside option {least:.6g}"
        for name, payoff, least in zip(NAMES, profile.payoffs, required, strict=True)
        if payoff < least
    ]
    values = ", ".join(f"{k} = {_short(v)}" for k, v in values_at(problem.variables, nearest.places).items())
    return SolverError(
        f"No feasible contract in these ranges: at best ({values}) {' and '.join(sides)}. "
        "Widen the ranges, or design a term that pays it."
    )


def _short(value: object) -> str:
    """Return a value in a few characters."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _report(run: _Run, scenario: Scenario, interrupted: bool) -> Design:
    """Return the report of a run."""
    problem, best = run.problem, run.best
    if best is None or best.profile is None or not best.feasible:
        raise _refused(problem, problem.archive()[0] if best is None or best.profile is None else best)
    profile = best.profile
    terms = values_at(problem.variables, best.places)
    contract = replace(problem.contract_at(best.places), name=f"designed for {problem.aim}")
    solution = solve(scenario, contract)
    size = scale_of(best)
    same = max(abs(a - b) for a, b in zip(solution.outcome.payoffs, profile.payoffs, strict=True)) <= _SAME * size
    before = problem.replies.to(problem.contract)
    first_best = solution.first_best.surplus
    gains = tuple(u - o for u, o in zip(profile.payoffs, profile.options, strict=True))
    return Design(
        problem.aim,
        problem.rule,
        problem.variables,
        terms,
        contract,
        problem.contract,
        best.value,
        (profile.small, profile.big),
        profile.payoffs,
        profile.options,
        (gains[0], gains[1]),
        before.profiles[before.selected].payoffs,
        sum(profile.payoffs) / first_best if first_best > 0.0 else None,
        binding(problem, best),
        run.shadow,
        _replies(problem, best),
        _certificate(run, best, same or problem.rule != "selected"),
        solution,
        run.frontier,
        interrupted,
    )


def _replies(problem: Problem, best: Evaluation) -> dict[str, Any]:
    """Return how many equilibria there are under the contract, and what the best and the worst for the aim pay."""
    profiles = problem.profiles(best.places)
    if isinstance(profiles, AllianceError):
        raise profiles
    judged = sorted((problem.judged(best.places, each) for each in profiles), key=lambda each: each.rank)
    worst, top = (each.profile.payoffs for each in (judged[0], judged[-1]) if each.profile is not None)
    return {"equilibria": len(profiles), "optimistic": list(top), "pessimistic": list(worst)}


def _certificate(run: _Run, best: Evaluation, checked: bool) -> Certificate:
    """Return how far to trust the search."""
    found, problem = run.found, run.problem
    ranges: dict[str, tuple[float, float]] = {}
    if found is None:
        return Certificate(0, 0, math.nan, 0, math.nan, len(problem.played), ranges, checked, run.slow)
    for index, variable in enumerate(problem.variables):
        if variable.kind != CHOICE:
            values = [float(variable.value(each.places[index])) for each in (*found.agreed, best)]
            ranges[variable.key] = (min(values), max(values))
    sampled = max([found.sampled, *run.afterwards], key=lambda each: each.rank)
    return Certificate(
        len(found.ends),
        len(found.agreed),
        spread_of(found),
        found.points + len(run.afterwards),
        sampled.value if sampled.feasible else math.nan,
        len(problem.played),
        ranges,
        checked,
        run.slow,
    )
