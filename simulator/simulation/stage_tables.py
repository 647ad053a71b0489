"""The stage game of a scenario under one contract, solved ahead of time for every month of cash SmallCo may have left.

The months of cash decide SmallCo's threat point (Proposition 1), so where the firms bargain the stage game is solved
for each whole number of months; where a contract prices the output one solution serves them all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import commitment_costs, payoff_matrices, produce, settle_payoffs, short_of, with_equity
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract
from simulator.economy.disagreement import outside, waiting
from simulator.economy.market import mean_market
from simulator.economy.scenario import SELECTIONS, PayoffTable, Scenario
from simulator.economy.world import World
from simulator.foundation.compiled import allocating, compiled
from simulator.foundation.errors import SolverError
from simulator.games.batch import pure_equilibria, select_pure, stackelberg
from simulator.games.concepts.quantal import logit_equilibrium
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame
from simulator.games.selection import select
from simulator.simulation.sizes import check_contract, check_size
from simulator.simulation.tables import CELL, ROW

Levels = NDArray[np.float64]
TIE = 1e-9


@allocating
def _technology_tables(
    w: World, g: Clauses, small_levels: Levels, big_levels: Levels, hazard: float, full: float
) -> tuple[NDArray[np.float64], ...]:
    """Return output, hazard, costs after and before reimbursements, and mean joint value, each of shape (m, n)."""
    m, n = small_levels.shape[0], big_levels.shape[0]
    quantity = np.empty((m, n))
    rate = np.empty((m, n))
    small_costs = np.empty((m, n))
    big_costs = np.empty((m, n))
    joint = np.empty((m, n))
    for i in range(m):
        for j in range(n):
            made = produce(w, small_levels[i], big_levels[j])
            quantity[i, j] = made
            rate[i, j] = hazard * made / full if full > 0.0 else 0.0
            small_costs[i, j], big_costs[i, j] = commitment_costs(w, g, small_levels[i], big_levels[j])
            joint[i, j] = mean_market(w, g, made).revenue - w.unit_cost * made
    return quantity, rate, small_costs, big_costs, joint


@allocating
def _idle_matrices(
    w: World, g: Clauses, small_levels: Levels, big_levels: Levels
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both payoffs of a month without revenue: sunk costs, expected bonds and equity, shape (m, n)."""
    m, n = small_levels.shape[0], big_levels.shape[0]
    u_small = np.empty((m, n))
    u_big = np.empty((m, n))
    for i in range(m):
        for j in range(n):
            u_small[i, j], u_big[i, j] = settle_payoffs(w, g, small_levels[i], big_levels[j], 0.0, 0.0)
    return u_small, u_big


@allocating
def _best_replies(payoffs: NDArray[np.float64], replies: NDArray[np.int64]) -> None:
    """Write into `replies` (n,) the highest row among the best replies to each column of `payoffs` (m, n)."""
    slack = TIE * (payoffs.max() - payoffs.min())
    for j in range(payoffs.shape[1]):
        best = payoffs[:, j].max() - slack
        for i in range(payoffs.shape[0]):
            if payoffs[i, j] >= best:
                replies[j] = i


@compiled
def rational_threshold(gain: float, loss: float) -> float:
    """Return the least trust at which relying on a promise pays: L / (G + L), in [0, 1].

    Examples
    --------
    >>> rational_threshold(3.0, 1.0)
    0.25
    """
    if loss <= 0.0:
        return 0.0
    if gain <= 0.0:
        return 1.0
    return loss / (gain + loss)


@dataclass(frozen=True, slots=True)
class Rules:
    """What of a scenario decides its stage games besides its numbers, the record of `World`.

    The tables below take this in place of the scenario, so the same rules and numbers have the same tables.
    """

    name: str
    lead: str
    selection: str
    payoffs: PayoffTable | None
    hazard: float
    continuous: bool
    small_threshold: float | None
    big_threshold: float | None


def rules_of(scenario: Scenario) -> Rules:
    """Return what of a scenario decides its stage games besides its numbers."""
    return Rules(
        scenario.name,
        scenario.lead,
        scenario.selection,
        scenario.payoffs,
        float(scenario.venture.hazard),
        scenario.commitment.continuous,
        scenario.trust.small_threshold,
        scenario.trust.big_threshold,
    )


def cells_of(rules: Rules, clauses: Clauses, world: World, small: Levels, big: Levels) -> Any:
    """Return the table of what each pair of levels does, a record array of shape (m, n)."""
    cells = np.zeros((small.size, big.size), dtype=CELL)
    if rules.payoffs is not None:
        order = -1 if rules.payoffs.most_committed_first else 1
        cells["small_share"] = np.array(rules.payoffs.small)[::order, ::order]
        cells["big_share"] = np.array(rules.payoffs.big)[::order, ::order]
        cells["quantity"], cells["hazard"] = 1.0, rules.hazard
        cells["joint"] = cells["small_share"] + cells["big_share"]
    else:
        top = (small[-1], big[-1]) if rules.continuous else (1.0, 1.0)
        full = float(produce(world, float(top[0]), float(top[1])))
        tables = _technology_tables(world, clauses, small, big, rules.hazard, full)
        for name, table in zip(("quantity", "hazard", "small_cost", "big_cost", "joint"), tables, strict=True):
            cells[name] = table
        cells["small_sunk"] = world.small_specificity * cells["small_cost"]
        cells["big_sunk"] = world.big_specificity * cells["big_cost"]
    cells["progress"] = -np.expm1(-cells["hazard"])
    return cells.view(np.recarray)


class Stage(NamedTuple):
    """Payoffs of one month, each of shape (m, n): with revenue, and idle (without)."""

    small: NDArray[np.float64]
    big: NDArray[np.float64]
    small_idle: NDArray[np.float64]
    big_idle: NDArray[np.float64]


def stage_of(
    rules: Rules, contract: Contract, world: World, runway: float, small: Levels, big: Levels, cells: Any
) -> Stage:
    """Return one month's payoffs at every pair of levels, with revenue and without.

    Whatever is paid or decided once and not every month is left out: the upfront fee and the option to acquire. Idle
    months count the expected milestone payment.

    Raises
    ------
    ParameterError
        If a payoff is too large to be simulated, or not finite.
    """
    clauses = contract.clauses._replace(fee=0.0, strike=math.inf)
    if rules.payoffs is not None:
        nothing = np.zeros(cells.shape)
        stage = Stage(np.array(cells.small_share), np.array(cells.big_share), nothing, nothing)
    else:
        small_idle, big_idle = _idle_matrices(world, clauses, small, big)
        to_small, to_big = with_equity(clauses.milestone_payment, -clauses.milestone_payment, clauses.equity)
        stage = Stage(
            *payoff_matrices(world, clauses, small, big, runway),
            small_idle + cells.progress * to_small,
            big_idle + cells.progress * to_big,
        )
    who = f"Scenario {rules.name!r}, contract {contract.name!r}"
    for values in (stage.small, stage.big, cells.joint):
        check_size(f"{who}: the payoffs of the stage game", values)
    return stage


def _profile(
    rules: Rules, u_small: NDArray[np.float64], u_big: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the profile played in one stage game: probabilities (m,) and (n,) over the levels."""
    x, y = np.zeros(u_small.shape[0]), np.zeros(u_small.shape[1])
    if rules.lead != "simultaneous":
        row, column = stackelberg(u_small, u_big, rules.lead == "small", TIE)
        x[row], y[column] = 1.0, 1.0
        return x, y
    pure = pure_equilibria(u_small, u_big, TIE)
    if pure.shape[0] > 0:
        row, column = pure[select_pure(u_small, u_big, pure, SELECTIONS.index(rules.selection), TIE)]
        x[row], y[column] = 1.0, 1.0
        return x, y
    game = NormalFormGame(u_small, u_big)
    found = all_equilibria(game)
    if not found.equilibria:
        raise SolverError(f"Scenario {rules.name!r}: no equilibrium of the stage game was found. Use fewer levels.")
    chosen = found.equilibria[select(rules.selection, game, found).index]
    return np.asarray(chosen.small), np.asarray(chosen.big)


def _promise(levels: Levels, floor: float, probabilities: NDArray[np.float64]) -> int:
    """Return the level promised: the lowest at or above the floor, or without one the lowest that is played."""
    if floor > 0.0:
        reached = np.flatnonzero(~np.array([short_of(floor, level) for level in levels]))
        return int(reached[0]) if reached.size else levels.size - 1
    return int(np.flatnonzero(probabilities > 0.0)[0])


def _thresholds(rules: Rules, stage: Stage, x: Levels, y: Levels) -> tuple[float, float]:
    """Return both trust thresholds: those given, or the rational ones.

    The gain is a firm's payoff when both play the equilibrium, the loss what it loses when the partner then commits its
    lowest level instead.
    """
    small = rational_threshold(float(x @ stage.small @ y), -float(x @ stage.small[:, 0]))
    big = rational_threshold(float(x @ stage.big @ y), -float(stage.big[0] @ y))
    return (
        small if rules.small_threshold is None else float(rules.small_threshold),
        big if rules.big_threshold is None else float(rules.big_threshold),
    )


def quantal_profile(stage: Stage, precision: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logit quantal response equilibrium of a stage game at a precision (1/money)."""
    found = logit_equilibrium(NormalFormGame(stage.small, stage.big), precision)
    return np.asarray(found.small), np.asarray(found.big)


class Solved(NamedTuple):
    """The solved stage games of one contract, by row of the runway: the fields of `Prepared` without their axis K."""

    rows: Any
    regrets: NDArray[np.float64]
    mixtures: NDArray[np.float64]
    quantals: NDArray[np.float64]
    replies: NDArray[np.int64]
    stages: NDArray[np.float64]


def solved(
    rules: Rules,
    contract: Contract,
    world: World,
    small: Levels,
    big: Levels,
    cells: Any,
    runways: NDArray[np.float64],
    precisions: tuple[float | None, float | None],
    keeps_payoffs: bool,
) -> Solved:
    """Return the stage games of a contract at the given runways (months), solved.

    Parameters
    ----------
    small, big : float arrays, shape (m,) and (n,)
        Commitment levels.
    cells : record array, shape (m, n)
        From `cells_of`.
    precisions : tuple
        Of SmallCo's and BigCo's logit equilibrium; None where the firm does not play it.
    keeps_payoffs : bool
        Whether a strategy asks for the payoffs.

    Raises
    ------
    ParameterError
        If an amount of the contract, or what follows of it, is too large to be simulated.
    """
    check_contract(contract)
    clauses, m, n, count = contract.clauses, small.size, big.size, runways.size
    longest = max(m, n)
    size = longest if keeps_payoffs else 1
    tables = Solved(
        rows=np.zeros(count, dtype=ROW).view(np.recarray),
        regrets=np.zeros((count, m, n, 2)),
        mixtures=np.zeros((2, count, longest)),
        quantals=np.zeros((2, count, longest if precisions != (None, None) else 1)),
        replies=np.zeros((2, count, longest), dtype=np.int64),
        stages=np.zeros((2, count, size, size)),
    )
    for at, runway in enumerate(runways.tolist()):
        stage = stage_of(rules, contract, world, runway, small, big, cells)
        x, y = _profile(rules, stage.small, stage.big)
        tables.mixtures[0, at, :m], tables.mixtures[1, at, :n] = x, y
        tables.regrets[at, :, :, 0] = stage.small.max(axis=0) - stage.small
        tables.regrets[at, :, :, 1] = stage.big.max(axis=1)[:, np.newaxis] - stage.big
        _best_replies(stage.small, tables.replies[0, at, :n])
        _best_replies(np.ascontiguousarray(stage.big.T), tables.replies[1, at, :m])
        if keeps_payoffs:
            tables.stages[0, at, :m, :n], tables.stages[1, at, :n, :m] = stage.small, stage.big.T
        for firm, precision in enumerate(precisions):
            if precision is not None:
                played = quantal_profile(stage, precision)[firm]
                tables.quantals[firm, at, : played.size] = played
        options = outside(world, clauses, float(x @ cells.joint @ y))
        tables.rows[at] = (
            np.argmax(x) if np.count_nonzero(x) == 1 else -1,
            np.argmax(y) if np.count_nonzero(y) == 1 else -1,
            _promise(small, clauses.small_floor, x),
            _promise(big, clauses.big_floor, y),
            stackelberg(stage.small, stage.big, True, TIE)[0],
            stackelberg(stage.small, stage.big, False, TIE)[1],
            *waiting(world, runway),
            x @ stage.small @ y,
            x @ stage.big @ y,
            x @ stage.small_idle @ y,
            x @ stage.big_idle @ y,
            *(option if math.isfinite(option) else 0.0 for option in options),
            *_thresholds(rules, stage, x, y),
            x @ cells.progress @ y,
        )
    return tables
