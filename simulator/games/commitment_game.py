"""A scenario and a contract as a game over commitment levels: rows are SmallCo's commitments, columns BigCo's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import joint_value, payoff_matrices, payoffs, produce
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract
from simulator.economy.firm import Role
from simulator.economy.scenario import Scenario
from simulator.economy.world import World, world_of
from simulator.foundation.compiled import allocating
from simulator.foundation.errors import ParameterError
from simulator.games.normal_form import NormalFormGame

Array = NDArray[np.float64]

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class StageGame:
    """The stage game as numbers.

    Parameters
    ----------
    world : World
        The scenario.
    clauses : Clauses
        The contract.
    runway : float
        SmallCo's months of cash after signing, at least 0, possibly infinite.
    """

    world: World
    clauses: Clauses
    runway: float

    def payoffs(self, small: float, big: float) -> tuple[float, float]:
        """Return (u_S, u_B), money, at the commitments c_S and c_B."""
        u_small, u_big = payoffs(self.world, self.clauses, float(small), float(big), self.runway)
        return float(u_small), float(u_big)


@dataclass(frozen=True, slots=True)
class FirstBest:
    """The commitments that maximise the joint surplus, and that surplus (money), whoever gets it."""

    small: float
    big: float
    surplus: float


@dataclass(frozen=True, slots=True, eq=False)
class CommitmentGame:
    """The bimatrix of a scenario under a contract.

    Parameters
    ----------
    scenario : Scenario
        The world.
    contract : Contract
        What is signed.
    small_levels, big_levels : array of float64, shapes (m,) and (n,)
        Commitments behind the rows and columns; indices of the actions where the scenario gives payoffs outright.
    small_actions, big_actions : tuple of str
        Their labels.
    game : NormalFormGame
        Payoffs (money), the fee included.
    """

    scenario: Scenario
    contract: Contract
    small_levels: Array
    big_levels: Array
    small_actions: tuple[str, ...]
    big_actions: tuple[str, ...]
    game: NormalFormGame


def runway(scenario: Scenario, clauses: Clauses) -> float:
    """Return SmallCo's months of cash after signing, (X_S + F) / burn_S: the upfront fee buys time.

    Examples
    --------
    >>> runway(Scenario("example"), Clauses(fee=6.0))
    18.0
    """
    if scenario.small.burn == 0.0:
        return math.inf
    return max(scenario.small.cash + clauses.fee, 0.0) / scenario.small.burn


def stage_game(scenario: Scenario, contract: Contract) -> StageGame:
    """Return the stage game of a scenario under a contract as numbers."""
    clauses = contract.clauses
    return StageGame(world_of(scenario), clauses, runway(scenario, clauses))


@allocating
def joint_values(w: World, nothing: Clauses, small_levels: Array, big_levels: Array) -> Array:
    """Return the largest joint surplus (money) at each pair of commitments, shape (m, n); see `joint_value`."""
    values = np.empty((small_levels.shape[0], big_levels.shape[0]))
    for i in range(small_levels.shape[0]):
        for j in range(big_levels.shape[0]):
            values[i, j] = joint_value(w, nothing, small_levels[i], big_levels[j])
    return values


@allocating
def own_payoffs(w: World, g: Clauses, small_moves: bool, own: Array, other: Array, runway: float) -> Array:
    """Return a firm's payoffs at its commitments `own` (B, P) against the partner's `other` (B,)."""
    values = np.empty_like(own)
    for b in range(own.shape[0]):
        for p in range(own.shape[1]):
            small = own[b, p] if small_moves else other[b]
            big = other[b] if small_moves else own[b, p]
            u_small, u_big = payoffs(w, g, small, big, runway)
            values[b, p] = u_small if small_moves else u_big
    return values


@allocating
def joint_values_each(w: World, nothing: Clauses, small: Array, big: Array) -> Array:
    """Return the joint surplus at SmallCo's commitments (B,) and BigCo's (B, P)."""
    values = np.empty_like(big)
    for b in range(big.shape[0]):
        for p in range(big.shape[1]):
            values[b, p] = joint_value(w, nothing, small[b], big[b, p])
    return values


@allocating
def least_for_output(w: World, small_moves: bool, other: Array, upper: float, target: float) -> Array:
    """Return the smallest commitments (B,) up to `upper` with which output reaches the target, by bisection."""
    least = np.empty_like(other)
    for b in range(other.shape[0]):
        low, high = 0.0, upper
        for _ in range(1100):
            middle = 0.5 * (low + high)
            if middle <= low or middle >= high:
                break
            output = produce(w, middle if small_moves else other[b], other[b] if small_moves else middle)
            if output >= target:
                high = middle
            else:
                low = middle
        least[b] = high
    return least


def commitment_game(
    scenario: Scenario, contract: Contract, *, small_levels: Array | None = None, big_levels: Array | None = None
) -> CommitmentGame:
    """Return the game over the scenario's commitment levels.

    Parameters
    ----------
    scenario : Scenario
        The world. Payoffs given outright (`scenario.payoffs`) bypass the venture.
    contract : Contract
        What is signed.
    small_levels, big_levels : array of float64, optional
        Levels to use in place of the scenario's; needed where its commitments are continuous.

    Raises
    ------
    ParameterError
        If the commitments are continuous and no levels are given, or terms meet payoffs given outright.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from simulator.economy.scenario import CommitmentSpace
    >>> world = replace(Scenario("example"), commitment=CommitmentSpace(levels=(0.0, 1.0)))
    >>> commitment_game(world, Contract()).game.small.tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    table = scenario.payoffs
    if table is not None:
        if contract.terms:
            raise ParameterError(
                f"Scenario.payoffs gives the payoffs outright; got the contract {contract.name!r} with terms. "
                "Use a contract without terms."
            )
        rows, columns = len(table.small), len(table.small[0])
        return CommitmentGame(
            scenario,
            contract,
            np.arange(rows, dtype=np.float64),
            np.arange(columns, dtype=np.float64),
            table.small_actions or tuple(str(row) for row in range(rows)),
            table.big_actions or tuple(str(column) for column in range(columns)),
            NormalFormGame(table.small, table.big),
        )
    stage = stage_game(scenario, contract)
    small = scenario.commitment.grid(Role.SMALL) if small_levels is None else small_levels
    big = scenario.commitment.grid(Role.BIG) if big_levels is None else big_levels
    return CommitmentGame(
        scenario,
        contract,
        small,
        big,
        _labels(small),
        _labels(big),
        NormalFormGame(*payoff_matrices(stage.world, stage.clauses, small, big, stage.runway)),
    )


def first_best_of(game: CommitmentGame) -> FirstBest:
    """Return the first best among the game's levels, the smallest commitments of those that tie.

    Examples
    --------
    >>> from simulator.economy.scenario import PayoffTable
    >>> table = PayoffTable(small=((2.0, 0.0), (0.0, 1.0)), big=((1.0, 0.0), (0.0, 3.0)))
    >>> first_best_of(commitment_game(Scenario("example", payoffs=table), Contract()))
    FirstBest(small=1.0, big=1.0, surplus=4.0)
    """
    if game.scenario.payoffs is not None:
        values = game.game.small + game.game.big
    else:
        values = joint_values(world_of(game.scenario), Clauses(), game.small_levels, game.big_levels)
    best = float(np.max(values))
    row, column = np.argwhere(values >= best - _TIE * float(np.max(np.abs(values))))[0]
    return FirstBest(float(game.small_levels[row]), float(game.big_levels[column]), best)


def _labels(levels: Array) -> tuple[str, ...]:
    """Return the levels as short text."""
    return tuple(f"{level:.6g}" for level in levels)
