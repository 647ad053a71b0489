"""Everything further there is to say about a solved game, computed as far as it is asked for.

All of it is about the simultaneous game in `Solution.small_payoffs` and `big_payoffs`; where commitments are continuous
that is the grid on which they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.foundation.errors import AllianceError, unknown
from simulator.games.analysis.agreements import Agreements, agreements
from simulator.games.analysis.anarchy import Anarchy, anarchy
from simulator.games.analysis.applies import NotApplicable
from simulator.games.analysis.dominance import RiskDominance, risk_dominance
from simulator.games.analysis.logit import LogitPlay, logit_play
from simulator.games.analysis.mediation import best_mediated
from simulator.games.analysis.potential_kind import PotentialKind, potential_kind
from simulator.games.analysis.repeated_play import RepeatedPlay, repeated_play
from simulator.games.analysis.subsets import NashSubsets, nash_subsets
from simulator.games.concepts.correlated import BestCorrelated
from simulator.games.concepts.rationalisable import RationalisableSet, rationalisable
from simulator.games.concepts.security import SecurityLevel, security_levels
from simulator.games.equilibrium import Equilibrium
from simulator.games.normal_form import NormalFormGame
from simulator.games.solution import Solution

if TYPE_CHECKING:
    from simulator.games.analysis.replicator_stability import ReplicatorStability

MOST_ACTIONS = 210

QUICK = ("risk_dominance", "repeated", "bargaining_solutions", "anarchy", "subsets")
"""What takes a few milliseconds and no solver: asked for by default."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Further analyses of a solved game: each a result, why it does not apply, or None if it was not asked for.

    Parameters
    ----------
    risk_dominance
        Which pure equilibrium risk-dominates.
    repeated
        How patient the firms must be to sustain the first best.
    bargaining_solutions
        Nash, Kalai-Smorodinsky, egalitarian and utilitarian.
    anarchy
        Prices of anarchy and stability.
    subsets
        Connected components and maximal Nash subsets.
    elimination
        Iterated strict dominance, step by step.
    correlated
        What a mediator could reach.
    qre
        Logit equilibria from uniform play on.
    potential
        Which kind of potential there is.
    security
        What SmallCo and BigCo can make sure of.
    replicator
        Which equilibria are stable in the replicator dynamics.
    """

    risk_dominance: RiskDominance | NotApplicable | None = None
    repeated: RepeatedPlay | NotApplicable | None = None
    bargaining_solutions: Agreements | NotApplicable | None = None
    anarchy: Anarchy | NotApplicable | None = None
    subsets: NashSubsets | NotApplicable | None = None
    elimination: RationalisableSet | NotApplicable | None = None
    correlated: BestCorrelated | NotApplicable | None = None
    qre: LogitPlay | NotApplicable | None = None
    potential: PotentialKind | NotApplicable | None = None
    security: tuple[SecurityLevel, SecurityLevel] | NotApplicable | None = None
    replicator: ReplicatorStability | NotApplicable | None = None

    def asked(self) -> Mapping[str, Any]:
        """Return the results that were asked for, by name."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in pairs if value is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return what was asked for as plain lists, numbers and text; `applies` says whether there is a result."""
        return {name: _section(value) for name, value in self.asked().items()}


NAMES = tuple(each.name for each in fields(Analysis))


def analyse(
    solution: Solution, names: Iterable[str] = NAMES, progress: Callable[[str], None] | None = None
) -> Analysis:
    """Return further analyses of a solved game.

    Parameters
    ----------
    solution : Solution
        The solved game.
    names : iterable of str
        Which: fields of `Analysis`, by default all. What is larger than a stated size is not attempted.
    progress : function of a name, optional
        Called before each analysis.

    Raises
    ------
    UnknownNameError
        If a name is none of the fields.

    Examples
    --------
    >>> from simulator.economy.scenario import PayoffTable, Scenario
    >>> from simulator.games.solution import solve
    >>> dilemma = PayoffTable(small=((3.0, 0.0), (5.0, 1.0)), big=((3.0, 5.0), (0.0, 1.0)))
    >>> found = analyse(solve(Scenario("dilemma", payoffs=dilemma)), ["repeated", "anarchy"])
    >>> found.repeated.critical.common, found.anarchy.anarchy, found.elimination is None
    (0.5, 3.0, True)
    """
    asked = list(names)
    for name in asked:
        if name not in NAMES:
            raise unknown("analysis", name, NAMES)
    solved = _Solved(solution)
    results: dict[str, Any] = {}
    for name in asked:
        if progress is not None:
            progress(name)
        try:
            results[name] = _PARTS[name](solved)
        except AllianceError as error:
            results[name] = NotApplicable(str(error))
    return Analysis(**results)


class _Solved:
    """A solved game, and what several analyses share."""

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.found = solution.equilibria
        self.game = NormalFormGame(solution.small_payoffs, solution.big_payoffs)

    @cached_property
    def left(self) -> RationalisableSet | NotApplicable:
        """Return what iterated strict dominance leaves."""
        m, n = self.game.shape
        if m + n > MOST_ACTIONS:
            return NotApplicable(f"{m} x {n} actions; dominance is traced among at most {MOST_ACTIONS} together")
        return rationalisable(self.game)

    @property
    def chosen(self) -> Equilibrium:
        """Return the selected equilibrium."""
        return self.found.equilibria[self.solution.selected or 0]


def _repeated(solved: _Solved) -> RepeatedPlay | NotApplicable:
    """Return the repeated-play thresholds of the first best."""
    s = solved.solution
    sides = ((s.small_levels, s.first_best.small), (s.big_levels, s.first_best.big))
    row, column = (int(np.argmin(np.abs(levels - level))) for levels, level in sides)
    rates = s.scenario.small.discount_rate, s.scenario.big.discount_rate
    return repeated_play(solved.game, (row, column), solved.chosen, s.first_best.surplus, rates)


def _agreements(solved: _Solved) -> Agreements:
    """Return the bargaining solutions."""
    s = solved.solution
    return agreements(s.bargaining, solved.chosen.payoffs, s.scenario.bargaining.power)


def _subsets(solved: _Solved) -> NashSubsets | NotApplicable:
    """Return components and maximal Nash subsets."""
    if solved.solution.continuous:
        return NotApplicable("commitments are continuous: of each continuum of equilibria only the ends are known")
    return nash_subsets(solved.found)


def _correlated(solved: _Solved) -> BestCorrelated | NotApplicable:
    """Return the best correlated equilibria."""
    return solved.left if isinstance(solved.left, NotApplicable) else best_mediated(solved.game, solved.left)


def _replicator(solved: _Solved) -> ReplicatorStability | NotApplicable:
    """Return the stability of the equilibria."""
    from simulator.games.analysis.replicator_stability import replicator_stability

    if isinstance(solved.left, NotApplicable):
        return solved.left
    return replicator_stability(solved.game, solved.found, solved.left)


_PARTS: dict[str, Callable[[_Solved], Any]] = {
    "risk_dominance": lambda solved: risk_dominance(solved.game, solved.found),
    "repeated": _repeated,
    "bargaining_solutions": _agreements,
    "anarchy": lambda solved: anarchy(
        solved.solution.first_best.surplus, solved.found.equilibria, complete=solved.found.complete
    ),
    "subsets": _subsets,
    "elimination": lambda solved: solved.left,
    "correlated": _correlated,
    "qre": lambda solved: logit_play(
        solved.game, solved.found, solved.solution.selected, solved.solution.first_best.surplus
    ),
    "potential": lambda solved: potential_kind(solved.game),
    "security": lambda solved: security_levels(solved.game),
    "replicator": _replicator,
}


def _section(value: Any) -> dict[str, Any]:
    """Return one result as plain data."""
    if isinstance(value, NotApplicable):
        return _plain(value)  # type: ignore[no-any-return]
    if isinstance(value, tuple):
        return {"applies": True, "small": _plain(value[0]), "big": _plain(value[1])}
    document: dict[str, Any] = {"applies": True} | _plain(value)
    if isinstance(value, RepeatedPlay):
        document |= {"common": value.critical.common, "sustained": value.sustained}
        document |= {"small_action": value.row, "big_action": value.column}
    elif isinstance(value, RationalisableSet):
        document |= {"solves": value.solves}
    elif isinstance(value, LogitPlay):
        document |= document.pop("path")
        scaled = None if value.surplus is None else (value.path.precisions * value.surplus).tolist()
        document |= {"scaled_precisions": scaled}
    return document


def _plain(value: Any) -> Any:
    """Return a value as lists, numbers and text."""
    if isinstance(value, NotApplicable):
        return {"applies": False, "reason": value.reason}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.tolist() if isinstance(value, np.ndarray) else value
