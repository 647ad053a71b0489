"""Everything the stage game of a scenario and a contract has to say, in one value."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.firm import Role
from simulator.economy.scenario import LEADS, Scenario
from simulator.foundation.errors import ParameterError, unknown
from simulator.games.bargaining import BargainingPicture, bargaining_picture, table_picture
from simulator.games.commitment_game import CommitmentGame, FirstBest, commitment_game, first_best_of, stage_game
from simulator.games.continuous import (
    ContinuousEquilibrium,
    commitment_bounds,
    continuous_equilibria,
    continuous_leadership,
    first_best,
)
from simulator.games.equilibrium import Equilibrium, EquilibriumSet, all_equilibria, check_exact
from simulator.games.exact import ExactEquilibrium, exact_equilibria, rational_payoffs
from simulator.games.leadership import leadership
from simulator.games.participation import Participation, outside_options, participation
from simulator.games.selection import select

Array = NDArray[np.float64]

GRID = 21
"""Equally spaced levels on which a continuum of commitments is shown."""

_MERGED = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is played: expected commitments c_S and c_B, and the payoffs (u_S, u_B), money."""

    small: float
    big: float
    payoffs: tuple[float, float]


@dataclass(frozen=True, slots=True)
class LeadershipValue:
    """What is played when `leader` commits first, and what that adds to its payoff over moving at the same time.

    Parameters
    ----------
    leader : str
        ``"small"`` or ``"big"``.
    small_action, big_action : int
        Row and column of the solution's matrices.
    small, big : float
        The commitments behind them.
    payoffs : tuple of float
        (u_S, u_B), money.
    pessimistic_payoff : float
        What the leader secures (money) if the follower's ties go against it.
    value : float
        The leader's payoff less its payoff in the selected equilibrium (money).
    """

    leader: str
    small_action: int
    big_action: int
    small: float
    big: float
    payoffs: tuple[float, float]
    pessimistic_payoff: float
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A solved scenario.

    Parameters
    ----------
    scenario, contract
        What was solved.
    small_levels, big_levels : array of float64, shapes (m,) and (n,)
        Commitments; where they are continuous, a grid that contains every point of interest.
    small_actions, big_actions : tuple of str
        Their labels.
    small_payoffs, big_payoffs : array of float64, shape (m, n)
        Payoffs (money).
    equilibria : EquilibriumSet
        Equilibria of the game; of the interval, with their certificate as regret, where commitments are continuous.
    selected : int or None
        Index of the one played when both move at the same time.
    reason : str
        Why it was selected.
    lead : str
        Order of moves: ``"simultaneous"``, ``"small"`` or ``"big"``.
    outcome : Outcome
        What is played under that order.
    first_best : FirstBest
        What would be best for both together.
    efficiency : float or None
        Surplus of the outcome as a share of the first best; None if the first best is not positive.
    participation : dict of str to Participation
        For ``"small"`` and ``"big"``.
    leadership : tuple of LeadershipValue
        If SmallCo led, if BigCo led.
    bargaining : BargainingPicture
        The bargaining problem at the commitments played.
    continuous : tuple of ContinuousEquilibrium
        Equilibria on the interval; empty unless commitments are continuous.
    runway : float
        SmallCo's months of cash after signing.
    exact : tuple of ExactEquilibrium or None
        The same equilibria in rational arithmetic, if they were asked for.
    """

    scenario: Scenario
    contract: Contract
    small_levels: Array
    big_levels: Array
    small_actions: tuple[str, ...]
    big_actions: tuple[str, ...]
    small_payoffs: Array
    big_payoffs: Array
    equilibria: EquilibriumSet
    selected: int | None
    reason: str
    lead: str
    outcome: Outcome
    first_best: FirstBest
    efficiency: float | None
    participation: dict[str, Participation]
    leadership: tuple[LeadershipValue, ...]
    bargaining: BargainingPicture
    continuous: tuple[ContinuousEquilibrium, ...]
    runway: float
    exact: tuple[ExactEquilibrium, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the solution as plain lists, numbers and text, ready for JSON; an infinite runway is None."""
        equilibria = [
            asdict(each) | {"selected": index == self.selected} for index, each in enumerate(self.equilibria.equilibria)
        ]
        picture = self.bargaining
        return {
            "scenario": self.scenario.name,
            "contract": self.contract.name,
            "lead": self.lead,
            "levels": {"small": self.small_levels.tolist(), "big": self.big_levels.tolist()},
            "actions": {"small": list(self.small_actions), "big": list(self.big_actions)},
            "payoffs": {"small": self.small_payoffs.tolist(), "big": self.big_payoffs.tolist()},
            "equilibria": equilibria,
            "components": [list(component) for component in self.equilibria.components],
            "component_indices": list(self.equilibria.indices),
            "complete": self.equilibria.complete,
            "method": self.equilibria.method,
            "exact": None if self.exact is None else [each.to_dict() for each in self.exact],
            "reason": self.reason,
            "outcome": asdict(self.outcome),
            "first_best": asdict(self.first_best),
            "efficiency": self.efficiency,
            "participation": {role: asdict(each) for role, each in self.participation.items()},
            "leadership": [asdict(each) for each in self.leadership],
            "bargaining": {
                "disagreement": list(picture.disagreement),
                "frontier": picture.frontier.tolist(),
                "solution": list(picture.solution),
                "hull": picture.hull.tolist(),
            },
            "continuous": [asdict(each) for each in self.continuous],
            "runway": self.runway if math.isfinite(self.runway) else None,
        }


def solve(
    scenario: Scenario,
    contract: Contract | None = None,
    lead: str | None = None,
    *,
    solver: str = "own",
    exact: bool = False,
) -> Solution:
    """Return the solution of a scenario's stage game under a contract.

    Parameters
    ----------
    scenario : Scenario
        The world.
    contract : Contract, optional
        What is signed; the scenario's default contract if not given.
    lead : {"simultaneous", "small", "big"}, optional
        Order of moves; the scenario's if not given.

    solver : {"own", "nashpy"}
        What lists the equilibria over commitment levels, see `equilibrium.all_equilibria`.
    exact : bool
        Whether to list them in rational arithmetic too, and to compare.

    Raises
    ------
    UnknownNameError
        If the order of moves is none of the three, or there is no such solver.
    ParameterError
        If another solver or rational arithmetic is asked for where commitments are continuous.
    SolverError
        If a firm would commit without bound, no equilibrium passes its certificate, or rational arithmetic disagrees.

    Examples
    --------
    >>> from simulator.economy.scenario import PayoffTable
    >>> hunt = PayoffTable(small=((3.0, 2.0), (0.0, 4.0)), big=((3.0, 0.0), (2.0, 4.0)))
    >>> solution = solve(Scenario("stag_hunt", payoffs=hunt))
    >>> solution.outcome, solution.efficiency
    (Outcome(small=1.0, big=1.0, payoffs=(4.0, 4.0)), 1.0)
    """
    order = scenario.lead if lead is None else lead
    if order not in LEADS:
        raise unknown("order of moves", order, LEADS)
    signed = scenario.contract() if contract is None else contract
    on_interval = scenario.payoffs is None and scenario.commitment.continuous
    if on_interval and (exact or solver != "own"):
        raise ParameterError(
            f"solve.{'exact' if exact else 'solver'} needs commitment levels; got continuous commitments. "
            "Write, say, levels = 11 under [commitment]."
        )
    game, found, best, leaders, continuous = (
        _interval(scenario, signed) if on_interval else _levels(scenario, signed, solver)
    )
    in_fractions = None
    if exact:
        in_fractions = exact_equilibria(*rational_payoffs(game.game, computed=scenario.payoffs is None))
        check_exact(found, in_fractions)
    selection = select(scenario.selection, game.game, found, (game.small_actions, game.big_actions))
    chosen = found.equilibria[selection.index]
    valued = tuple(_valued(each, chosen) for each in leaders)
    outcome = _outcome(game, chosen, order, valued)
    surplus = sum(outcome.payoffs)
    return Solution(
        scenario,
        signed,
        game.small_levels,
        game.big_levels,
        game.small_actions,
        game.big_actions,
        game.game.small,
        game.game.big,
        found,
        selection.index,
        selection.reason,
        order,
        outcome,
        best,
        surplus / best.surplus if best.surplus > 0.0 else None,
        _participation(scenario, game, outcome),
        valued,
        _picture(scenario, signed, game, chosen, outcome),
        continuous,
        stage_game(scenario, signed).runway,
        in_fractions,
    )


Parts = tuple[CommitmentGame, EquilibriumSet, FirstBest, tuple[LeadershipValue, ...], tuple[ContinuousEquilibrium, ...]]


def _levels(scenario: Scenario, contract: Contract, solver: str) -> Parts:
    """Return the parts of the solution where the commitments are levels."""
    game = commitment_game(scenario, contract)
    return game, all_equilibria(game.game, solver=solver), first_best_of(game), _grid_leaders(game), ()


def _grid_leaders(game: CommitmentGame) -> tuple[LeadershipValue, ...]:
    """Return the leadership outcomes of the bimatrix, their value still unknown."""
    leaders = []
    for role in Role:
        each = leadership(game.game, role.value)
        levels = float(game.small_levels[each.small_action]), float(game.big_levels[each.big_action])
        actions = each.small_action, each.big_action
        leaders.append(LeadershipValue(role.value, *actions, *levels, each.payoffs, each.pessimistic_payoff, math.nan))
    return tuple(leaders)


def _interval(scenario: Scenario, contract: Contract) -> Parts:
    """Return the parts of the solution where the commitments are continuous."""
    stage = stage_game(scenario, contract)
    bounds = commitment_bounds(scenario, stage)
    best = first_best(stage, bounds)
    equilibria = continuous_equilibria(scenario, contract, bounds=bounds, also=[(best.small, best.big)])
    moves = [continuous_leadership(stage, role, bounds) for role in Role]
    points = [*((e.small, e.big) for e in equilibria), (best.small, best.big), *((m.small, m.big) for m in moves)]
    points.append((stage.clauses.small_floor, stage.clauses.big_floor))
    small, big = (
        _grid([point[firm] for point in points if point[firm] <= bounds[firm]], bounds[firm]) for firm in (0, 1)
    )
    game = commitment_game(scenario, contract, small_levels=small, big_levels=big)
    leaders = tuple(
        LeadershipValue(
            move.leader,
            _nearest(small, move.small),
            _nearest(big, move.big),
            move.small,
            move.big,
            move.payoffs,
            move.payoffs[0 if move.leader == Role.SMALL.value else 1],
            math.nan,
        )
        for move in moves
    )
    if equilibria:
        return game, _as_set(game, equilibria), best, leaders, equilibria
    on_grid = all_equilibria(game.game)
    method = f"no pure equilibrium of the intervals was found; on a grid, {on_grid.method}"
    return game, EquilibriumSet(on_grid.equilibria, False, method, on_grid.components), best, leaders, ()


def _grid(points: list[float], upper: float) -> Array:
    """Return the points of interest and equally spaced levels to a little above them, ascending."""
    top = min(1.25 * max(points), upper) or upper
    levels: list[float] = []
    for point in [*points, *np.linspace(0.0, top, GRID).tolist()]:
        if all(abs(point - level) > _MERGED * top for level in levels):
            levels.append(point)
    return np.array(sorted(levels))


def _nearest(levels: Array, point: float) -> int:
    """Return the index of the level nearest to the point."""
    return int(np.argmin(np.abs(levels - point)))


def _as_set(game: CommitmentGame, equilibria: tuple[ContinuousEquilibrium, ...]) -> EquilibriumSet:
    """Return equilibria of the intervals as pure equilibria over the grid's levels."""
    members = []
    for each in equilibria:
        small, big = np.zeros(len(game.small_levels)), np.zeros(len(game.big_levels))
        small[_nearest(game.small_levels, each.small)] = 1.0
        big[_nearest(game.big_levels, each.big)] = 1.0
        members.append(Equilibrium(tuple(small.tolist()), tuple(big.tolist()), each.payoffs, each.gain, True))
    labels = sorted({each.component for each in equilibria})
    components = tuple(tuple(k for k, e in enumerate(equilibria) if e.component == label) for label in labels)
    method = "pure equilibria of the intervals by fixed points of best replies; of a continuum its ends"
    return EquilibriumSet(tuple(members), False, method, components)


def _valued(leading: LeadershipValue, simultaneous: Equilibrium) -> LeadershipValue:
    """Return the leadership outcome with what leading adds to the leader's simultaneous payoff."""
    firm = 0 if leading.leader == Role.SMALL.value else 1
    return LeadershipValue(
        leading.leader,
        leading.small_action,
        leading.big_action,
        leading.small,
        leading.big,
        leading.payoffs,
        leading.pessimistic_payoff,
        leading.payoffs[firm] - simultaneous.payoffs[firm],
    )


def _outcome(game: CommitmentGame, chosen: Equilibrium, order: str, leaders: tuple[LeadershipValue, ...]) -> Outcome:
    """Return what is played under the order of moves."""
    for each in leaders:
        if each.leader == order:
            return Outcome(each.small, each.big, each.payoffs)
    small, big = (
        float(levels @ np.array(mixed))
        for levels, mixed in ((game.small_levels, chosen.small), (game.big_levels, chosen.big))
    )
    return Outcome(small, big, chosen.payoffs)


def _participation(scenario: Scenario, game: CommitmentGame, outcome: Outcome) -> dict[str, Participation]:
    """Return whether each firm gets at least its outside option, 0 where it has none, beyond rounding."""
    options = outside_options(scenario, outcome.small, outcome.big)
    parts = zip(Role, outcome.payoffs, options, game.game.payoff_range, strict=True)
    return {role.value: participation(payoff, option, spread) for role, payoff, option, spread in parts}


def _picture(
    scenario: Scenario, contract: Contract, game: CommitmentGame, chosen: Equilibrium, outcome: Outcome
) -> BargainingPicture:
    """Return the bargaining problem at the commitments played."""
    if scenario.payoffs is not None:
        return table_picture(game.game, chosen.payoffs, scenario.bargaining.power)
    return bargaining_picture(stage_game(scenario, contract), outcome.small, outcome.big, game.game)
