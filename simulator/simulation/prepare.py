"""From a scenario and a contract to the tables that every driver reads: the stage game solved once, ahead of time.

The months of cash SmallCo has left decide its threat point (Proposition 1), so where the firms bargain the stage game
is solved for each whole number of months; where a contract prices the output one solution serves them all.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import (
    commitment_costs,
    mean_market,
    outside,
    payoff_matrices,
    produce,
    settle_payoffs,
    short_of,
    waiting,
)
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract
from simulator.economy.firm import Role
from simulator.economy.luck import quantile_table
from simulator.economy.scenario import SELECTIONS, Scenario
from simulator.economy.world import World, world_of
from simulator.foundation.compiled import compiled
from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.batch import pure_equilibria, select_pure, stackelberg
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame
from simulator.games.selection import select
from simulator.simulation.strategies import hedges, strategy_numbers
from simulator.simulation.tables import CELL, ROW, SETTINGS, Prepared

LONGEST_RUNWAY = 240
Levels = NDArray[np.float64]
TIE = 1e-9


@compiled
def _technology_tables(
    w: World, g: Clauses, small_levels: NDArray[np.float64], big_levels: NDArray[np.float64], hazard: float, full: float
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
            revenue, _, _ = mean_market(w, g, made)
            joint[i, j] = revenue - w.unit_cost * made
    return quantity, rate, small_costs, big_costs, joint


@compiled
def _idle_matrices(
    w: World, g: Clauses, small_levels: NDArray[np.float64], big_levels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both payoffs of a month without revenue: sunk costs, expected bonds and equity, shape (m, n)."""
    m, n = small_levels.shape[0], big_levels.shape[0]
    u_small = np.empty((m, n))
    u_big = np.empty((m, n))
    for i in range(m):
        for j in range(n):
            u_small[i, j], u_big[i, j] = settle_payoffs(w, g, small_levels[i], big_levels[j], 0.0, 0.0)
    return u_small, u_big


@compiled
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


def _runway_rows(scenario: Scenario, contract: Contract, world: World) -> NDArray[np.float64]:
    """Return the runways (months) for which the stage game is solved; one infinite row where they do not matter."""
    clauses = contract.clauses
    waits = world.ruin_share > 0.0 or world.small_wear > 0.0 or world.big_wear > 0.0
    if clauses.priced > 0.0 or scenario.payoffs is not None or scenario.small.burn == 0.0 or not waits:
        return np.array([math.inf])
    return np.arange(LONGEST_RUNWAY + 1, dtype=np.float64)


class _Stage(NamedTuple):
    """Payoffs of one month, each of shape (m, n): with revenue, and idle (without)."""

    small: NDArray[np.float64]
    big: NDArray[np.float64]
    small_idle: NDArray[np.float64]
    big_idle: NDArray[np.float64]


def _profile(
    scenario: Scenario, u_small: NDArray[np.float64], u_big: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the profile played in one stage game: probabilities (m,) and (n,) over the levels."""
    x, y = np.zeros(u_small.shape[0]), np.zeros(u_small.shape[1])
    if scenario.lead != "simultaneous":
        row, column = stackelberg(u_small, u_big, scenario.lead == "small", TIE)
        x[row], y[column] = 1.0, 1.0
        return x, y
    pure = pure_equilibria(u_small, u_big, TIE)
    if pure.shape[0] > 0:
        row, column = pure[select_pure(u_small, u_big, pure, SELECTIONS.index(scenario.selection), TIE)]
        x[row], y[column] = 1.0, 1.0
        return x, y
    game = NormalFormGame(u_small, u_big)
    found = all_equilibria(game)
    if not found.equilibria:
        raise SolverError(f"Scenario {scenario.name!r}: no equilibrium of the stage game was found. Use fewer levels.")
    chosen = found.equilibria[select(scenario.selection, game, found).index]
    return np.asarray(chosen.small), np.asarray(chosen.big)


def _promise(levels: NDArray[np.float64], floor: float, probabilities: NDArray[np.float64]) -> int:
    """Return the level promised: the lowest at or above the floor, or without one the lowest that is played."""
    if floor > 0.0:
        reached = np.flatnonzero(~np.array([short_of(floor, level) for level in levels]))
        return int(reached[0]) if reached.size else levels.size - 1
    return int(np.flatnonzero(probabilities > 0.0)[0])


def _levels(scenario: Scenario, contract: Contract) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both firms' levels: those of the scenario, or the grid on which `solve` shows a continuum."""
    if scenario.payoffs is not None:
        m, n = len(scenario.payoffs.small), len(scenario.payoffs.small[0])
        return np.arange(m, dtype=np.float64), np.arange(n, dtype=np.float64)
    if scenario.commitment.continuous:
        from simulator.games.solution import solve

        solution = solve(scenario, contract)
        return solution.small_levels, solution.big_levels
    return scenario.commitment.grid(Role.SMALL), scenario.commitment.grid(Role.BIG)


def _cells(scenario: Scenario, clauses: Clauses, world: World, small: Levels, big: Levels) -> Any:
    """Return the table of what each pair of levels does, a record array of shape (m, n)."""
    cells = np.zeros((small.size, big.size), dtype=CELL)
    hazard = float(scenario.venture.hazard)
    if scenario.payoffs is not None:
        order = -1 if scenario.payoffs.most_committed_first else 1
        cells["small_share"] = np.array(scenario.payoffs.small)[::order, ::order]
        cells["big_share"] = np.array(scenario.payoffs.big)[::order, ::order]
        cells["quantity"], cells["hazard"] = 1.0, hazard
        cells["joint"] = cells["small_share"] + cells["big_share"]
    else:
        top = (small[-1], big[-1]) if scenario.commitment.continuous else (1.0, 1.0)
        full = float(produce(world, float(top[0]), float(top[1])))
        tables = _technology_tables(world, clauses, small, big, hazard, full)
        for name, table in zip(("quantity", "hazard", "small_cost", "big_cost", "joint"), tables, strict=True):
            cells[name] = table
        cells["small_sunk"] = world.small_specificity * cells["small_cost"]
        cells["big_sunk"] = world.big_specificity * cells["big_cost"]
    cells["progress"] = -np.expm1(-cells["hazard"])
    return cells.view(np.recarray)


def _settings(scenario: Scenario, clauses: Clauses, cells: Any) -> Any:
    """Return the scenario's counts, cash, strategies, trust and market as one record of the fields of SETTINGS."""
    small, big, venture = scenario.small, scenario.big, scenario.venture
    small_code, small_parameter = strategy_numbers(small.strategy, small)
    big_code, big_parameter = strategy_numbers(big.strategy, big)
    best = np.unravel_index(np.argmax(cells.joint - cells.small_cost - cells.big_cost), cells.shape)
    values = {
        "tabled": scenario.payoffs is not None,
        "small_first_best": best[0],
        "big_first_best": best[1],
        "small_code": small_code,
        "big_code": big_code,
        "small_parameter": small_parameter,
        "big_parameter": big_parameter,
        "smalls": small.count,
        "bigs": big.count,
        "slots": 1 if clauses.big_exclusive > 0.0 else big.slots,
        "months": scenario.horizon.months,
        "milestones": venture.milestones,
        "delay": venture.delay,
        "prior": venture.prior,
        "entry": scenario.market.entry,
        "meeting_rate": scenario.market.meeting_rate,
        "kept": scenario.trust.prior_kept,
        "broken": scenario.trust.prior_broken,
        "small_cash": small.cash,
        "small_burn": small.burn,
        "small_income": small.income,
        "small_noise": small.cash_noise,
        "big_cash": big.cash,
        "big_burn": big.burn,
        "big_income": big.income,
        "big_noise": big.cash_noise,
    }
    record = np.zeros(1, dtype=SETTINGS).view(np.recarray)
    for name in SETTINGS.names or ():
        record[name] = values[name]
    return record[0]


def _thresholds(scenario: Scenario, stage: _Stage, x: Levels, y: Levels) -> tuple[float, float]:
    """Return both trust thresholds: those given, or the rational ones.

    The gain is a firm's payoff when both play the equilibrium, the loss what it loses when the partner then commits its
    lowest level instead.
    """
    trust = scenario.trust
    small = rational_threshold(float(x @ stage.small @ y), -float(x @ stage.small[:, 0]))
    big = rational_threshold(float(x @ stage.big @ y), -float(stage.big[0] @ y))
    return (
        small if trust.small_threshold is None else float(trust.small_threshold),
        big if trust.big_threshold is None else float(trust.big_threshold),
    )


def _stage(
    scenario: Scenario, contract: Contract, world: World, runway: float, small: Levels, big: Levels, cells: Any
) -> _Stage:
    """Return one month's payoffs at every pair of levels, with revenue and without, whatever the upfront fee.

    Raises
    ------
    ParameterError
        If a payoff is not finite.
    """
    clauses = contract.clauses._replace(fee=0.0)
    if scenario.payoffs is not None:
        nothing = np.zeros(cells.shape)
        stage = _Stage(np.array(cells.small_share), np.array(cells.big_share), nothing, nothing)
    else:
        stage = _Stage(
            *payoff_matrices(world, clauses, small, big, runway), *_idle_matrices(world, clauses, small, big)
        )
    if not (np.all(np.isfinite(stage.small)) and np.all(np.isfinite(stage.big))):
        raise ParameterError(
            f"Scenario {scenario.name!r}, contract {contract.name!r}: the stage game must have finite payoffs; got inf "
            "or nan. Look for weights, costs or commitments that are too large."
        )
    return stage


def prepare(scenario: Scenario, contract: Contract) -> Prepared:
    """Return the tables for histories of `scenario` under `contract`.

    Raises
    ------
    AllianceError
        If a strategy is unknown, the payoffs are not finite, or the stage game has no equilibrium that could be found.
    """
    world, clauses = world_of(scenario), contract.clauses
    small_levels, big_levels = _levels(scenario, contract)
    cells = _cells(scenario, clauses, world, small_levels, big_levels)
    runways = _runway_rows(scenario, contract, world)
    rows = np.zeros(runways.size, dtype=ROW).view(np.recarray)
    small_mixture, big_mixture = np.zeros((rows.size, small_levels.size)), np.zeros((rows.size, big_levels.size))
    small_replies = np.zeros((rows.size, big_levels.size), dtype=np.int64)
    big_replies = np.zeros((rows.size, small_levels.size), dtype=np.int64)
    for index, runway in enumerate(runways.tolist()):
        stage = _stage(scenario, contract, world, runway, small_levels, big_levels, cells)
        x, y = _profile(scenario, stage.small, stage.big)
        small_mixture[index], big_mixture[index] = x, y
        _best_replies(stage.small, small_replies[index])
        _best_replies(np.ascontiguousarray(stage.big.T), big_replies[index])
        promised = _promise(small_levels, clauses.small_floor, x), _promise(big_levels, clauses.big_floor, y)
        options = outside(world, clauses, float(x @ cells.joint @ y))
        rows[index] = (
            np.argmax(x) if np.count_nonzero(x) == 1 else -1,
            np.argmax(y) if np.count_nonzero(y) == 1 else -1,
            *promised,
            *waiting(world, runway),
            x @ stage.small @ y,
            x @ stage.big @ y,
            x @ stage.small_idle @ y,
            x @ stage.big_idle @ y,
            *(option if math.isfinite(option) else 0.0 for option in options),
            *_thresholds(scenario, stage, x, y),
            x @ cells.progress @ y,
        )
    months = np.arange(scenario.horizon.months + 1)
    return Prepared(
        world,
        clauses,
        _settings(scenario, clauses, cells),
        np.array(small_levels),
        np.array(big_levels),
        cells,
        rows,
        small_mixture,
        big_mixture,
        small_replies,
        big_replies,
        hedges(scenario.small.strategy, small_levels, 1),
        hedges(scenario.big.strategy, big_levels, scenario.big.slots),
        np.exp(-np.outer(months, (world.small_rate, world.big_rate))),
        quantile_table(world.shock_kind, world.shock_first, world.shock_second),
    )
