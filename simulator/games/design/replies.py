"""The inner level: what the firms play under a contract, fast enough to be asked thousands of times.

Over commitment levels the compiled payoff matrices, pure equilibria and selection are those of `solve`; where no pure
equilibrium exists, and where commitments are continuous, its own functions are called. `solve` is asked once more about
the contract that a design finds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import payoff_matrices
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract
from simulator.economy.firm import Role
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.batch import pure_equilibria, select_pure
from simulator.games.commitment_game import FirstBest, StageGame, joint_values, runway, stage_game
from simulator.games.continuous import (
    commitment_bounds,
    continuous_equilibria,
    continuous_leadership,
    first_best,
)
from simulator.games.equilibrium import Equilibrium, EquilibriumSet, all_equilibria
from simulator.games.leadership import leadership
from simulator.games.normal_form import NormalFormGame
from simulator.games.participation import outside_options
from simulator.games.selection import RULES, select

Array = NDArray[np.float64]

SURROGATE = 33
"""Levels of each firm in the game that stands for a continuum while the search is global."""

EXACT = 1e-12
"""Ties are closer here than in `solve`: an optimum often lies where a firm is just indifferent, not past it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One thing the firms may play.

    Parameters
    ----------
    small, big : float
        Expected commitments c_S and c_B.
    payoffs, options : tuple of float
        Payoffs and outside options (money) of SmallCo and BigCo there.
    actions : tuple of int or None
        Row and column where it is a pair of levels.
    """

    small: float
    big: float
    payoffs: tuple[float, float]
    options: tuple[float, float]
    actions: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a contract makes the firms play.

    Parameters
    ----------
    profiles : tuple of Profile
        The equilibria that may be selected: the pure ones if there are any.
    selected : int
        Index of the one that `solve` selects.
    spreads : tuple of float
        Range of each firm's payoffs (money).
    """

    profiles: tuple[Profile, ...]
    selected: int
    spreads: tuple[float, float]


class Replies:
    """What the firms play in a scenario under any contract.

    Parameters
    ----------
    scenario : Scenario
        The world, whose `lead` and `selection` hold.
    baseline : Contract
        Sets how far continuous commitments are looked at for the first best.

    Raises
    ------
    ParameterError
        If the scenario gives its payoffs outright, so that contracts have nothing to edit.

    Examples
    --------
    >>> from simulator.economy.scenario import CommitmentSpace
    >>> from simulator.economy.terms import RevenueShare
    >>> contract = Contract("half", (RevenueShare(share=0.5),))
    >>> world = Scenario("pair", commitment=CommitmentSpace(levels=(0.0, 0.5, 1.0)))
    >>> reply = Replies(world, contract).to(contract)
    >>> reply.profiles[reply.selected].actions
    (1, 1)
    """

    def __init__(self, scenario: Scenario, baseline: Contract) -> None:
        if scenario.payoffs is not None:
            raise ParameterError(
                f"Scenario {scenario.name!r} gives its payoffs outright, so there is nothing to design. "
                "Use one that describes a venture."
            )
        self.scenario = scenario
        self.stage = stage_game(scenario, baseline)
        self.continuous = scenario.commitment.continuous
        if self.continuous:
            self.bounds = commitment_bounds(scenario, self.stage)
            self.best = first_best(self.stage, self.bounds)
        else:
            self.levels = scenario.commitment.grid(Role.SMALL), scenario.commitment.grid(Role.BIG)
            self.best = self._first_best()

    def _first_best(self) -> FirstBest:
        """Return the first best among the levels."""
        values = joint_values(self.stage.world, Clauses(), *self.levels)
        game = NormalFormGame(values, np.zeros_like(values))
        row, column = np.unravel_index(int(np.argmax(game.small)), game.shape)
        return FirstBest(float(self.levels[0][row]), float(self.levels[1][column]), float(values[row, column]))

    def stage_of(self, contract: Contract) -> StageGame:
        """Return the stage game under a contract."""
        clauses = contract.clauses
        return replace(self.stage, clauses=clauses, runway=runway(self.scenario, clauses))

    def to(self, contract: Contract) -> Reply:
        """Return what is played under a contract.

        Raises
        ------
        SolverError
            If a firm would commit without bound, or no equilibrium passes its certificate.
        ParameterError
            If a payoff is not finite.
        """
        return self._on_intervals(contract) if self.continuous else self._on_levels(self.stage_of(contract))

    def around(self, contract: Contract, actions: tuple[int, int]) -> tuple[Array, Array]:
        """Return SmallCo's payoffs by its level (m,) and BigCo's by its level (n,), the partner's level given."""
        stage, (row, column) = self.stage_of(contract), actions
        small, big = self.levels
        rows, _ = payoff_matrices(stage.world, stage.clauses, small, big[column : column + 1], stage.runway)
        _, columns = payoff_matrices(stage.world, stage.clauses, small[row : row + 1], big, stage.runway)
        return rows[:, 0], columns[0]

    def profile_payoffs(self, contract: Contract, small: float, big: float) -> tuple[float, float]:
        """Return both payoffs (money) at commitments, whoever would want to deviate."""
        return self.stage_of(contract).payoffs(small, big)

    def _profile(
        self, small: float, big: float, payoffs: tuple[float, float], actions: tuple[int, int] | None
    ) -> Profile:
        options = outside_options(self.scenario, small, big, world=self.stage.world)
        return Profile(small, big, (float(payoffs[0]), float(payoffs[1])), options, actions)

    def _on_levels(self, stage: StageGame) -> Reply:
        rows, columns = self.levels
        A, B = payoff_matrices(stage.world, stage.clauses, rows, columns, stage.runway)
        spreads = float(np.ptp(A)), float(np.ptp(B))
        if not np.all(np.isfinite(spreads)):
            raise ParameterError("A payoff under this contract is not finite. Narrow the ranges of the terms.")

        def pure(row: int, column: int) -> Profile:
            payoffs = float(A[row, column]), float(B[row, column])
            return self._profile(float(rows[row]), float(columns[column]), payoffs, (row, column))

        lead = self.scenario.lead
        if lead != "simultaneous":
            led = leadership(NormalFormGame(A, B), lead)
            return Reply((pure(led.small_action, led.big_action),), 0, spreads)
        found = pure_equilibria(A, B, EXACT)
        if len(found):
            chosen = int(select_pure(A, B, found, RULES[self.scenario.selection].code, EXACT))
            return Reply(tuple(pure(int(row), int(column)) for row, column in found), chosen, spreads)
        game = NormalFormGame(A, B)
        mixed = all_equilibria(game)
        chosen = select(self.scenario.selection, game, mixed).index
        profiles = [
            self._profile(float(rows @ np.array(each.small)), float(columns @ np.array(each.big)), each.payoffs, None)
            for each in mixed.equilibria
        ]
        return Reply(tuple(profiles), chosen, spreads)

    def _on_intervals(self, contract: Contract) -> Reply:
        stage = self.stage_of(contract)
        bounds = commitment_bounds(self.scenario, stage)
        rows, columns = np.linspace(0.0, bounds[0], 17), np.linspace(0.0, bounds[1], 17)
        A, B = payoff_matrices(stage.world, stage.clauses, rows, columns, stage.runway)
        spreads = float(np.ptp(A)), float(np.ptp(B))
        lead = self.scenario.lead
        if lead != "simultaneous":
            led = continuous_leadership(stage, Role(lead), bounds)
            return Reply((self._profile(led.small, led.big, led.payoffs, None),), 0, spreads)
        ideal = (self.best.small, self.best.big)
        found = continuous_equilibria(self.scenario, contract, bounds=bounds, also=[ideal])
        if not found:
            raise SolverError(
                f"No pure equilibrium of the intervals was found under {contract.name!r}. Write levels = 21 under "
                "[commitment], or narrow the ranges of the terms."
            )
        profiles = tuple(self._profile(each.small, each.big, each.payoffs, None) for each in found)
        if len(found) == 1:
            return Reply(profiles, 0, spreads)
        small, big = (np.unique([each.small for each in found]), np.unique([each.big for each in found]))
        game = NormalFormGame(*payoff_matrices(stage.world, stage.clauses, small, big, stage.runway))
        members = tuple(
            Equilibrium(
                tuple((small == each.small).astype(float).tolist()),
                tuple((big == each.big).astype(float).tolist()),
                each.payoffs,
                each.gain,
                True,
            )
            for each in found
        )
        return Reply(
            profiles, select(self.scenario.selection, game, EquilibriumSet(members, False, "", ())).index, spreads
        )


def on_levels(scenario: Scenario, contracts: tuple[Contract, ...], levels: int = SURROGATE) -> Scenario:
    """Return the scenario with levels as far up as the firms could want to go under any of these contracts.

    Examples
    --------
    >>> from simulator.economy.scenario import CommitmentSpace
    >>> world = Scenario("pair", commitment=CommitmentSpace("continuous"))
    >>> on_levels(world, (Contract(),), 3).commitment.small_levels
    (0.0, 1.0, 2.0)
    """
    bounds = []
    for contract in contracts:
        try:
            bounds.append(commitment_bounds(scenario, stage_game(scenario, contract)))
        except SolverError as error:
            refused = error
    if not bounds:
        raise refused
    small, big = (
        tuple(np.linspace(0.0, top, levels).tolist()) if top > 0.0 else (0.0,) for top in np.max(bounds, axis=0)
    )
    return replace(scenario, commitment=replace(scenario.commitment, levels=levels, small_levels=small, big_levels=big))
