"""Vet and sign: one SmallCo and one BigCo that have met."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import with_equity
from simulator.economy.world import World
from simulator.foundation.compiled import compiled, routine
from simulator.simulation import record as r
from simulator.simulation.rules import signing
from simulator.simulation.rules.meeting import fit_of, pair_misfit
from simulator.simulation.rules.signing import NOBODY
from simulator.simulation.state import ally
from simulator.simulation.strategies import begin, insight, planning_cost
from simulator.simulation.tables import BARGAINED

Tally = NDArray[np.float64]


@compiled
def pay(
    alliance: Any, small: Any, big: Any, discount: NDArray[np.float64], month: int, to_small: float, to_big: float
) -> None:
    """Add flows of an alliance to both firms' cash and present value, in place."""
    small.cash += to_small
    big.cash += to_big
    small_worth = discount[month, 0] * to_small
    big_worth = discount[month, 1] * to_big
    small.value += small_worth
    big.value += big_worth
    alliance.small_value += small_worth
    alliance.big_value += big_worth


@routine
def vet(
    settings: Any, small: Any, big: Any, discount: NDArray[np.float64], tally: Tally, key: np.uint64, month: int,
    pair: int,
) -> tuple[float, float]:  # fmt: skip
    """Let both firms look into each other if they can pay for it; return the belief in a suitor and the estimate."""
    suitor, estimate = settings.suitors, 1.0
    if signing.small_vets(settings, small.cash):
        small.cash -= settings.small_vetting
        small.value -= discount[month, 0] * settings.small_vetting
        tally[r.AUDIT_SPENDING] += settings.small_vetting
        tally[r.EXTERNAL] -= settings.small_vetting
        suitor = signing.suitor_signal(settings, big.suitor, key, month, pair)
    if signing.big_vets(settings, big.cash):
        big.cash -= settings.big_vetting
        big.value -= discount[month, 1] * settings.big_vetting
        tally[r.AUDIT_SPENDING] += settings.big_vetting
        tally[r.EXTERNAL] -= settings.big_vetting
        estimate = signing.quality_signal(settings, small, key, month, pair)
    return suitor, estimate


@routine
def agree(
    world: World, clauses: Any, settings: Any, rows: Any, small: Any, big: Any, months: int, suitor: float,
    small_factor: float, big_factor: float,
) -> tuple[int, float]:  # fmt: skip
    """Return the index of the contract that a SmallCo and a BigCo sign, or NOBODY, and its fee.

    From a menu it is the one with the largest Nash product of gains among those that both accept, the first of equals.
    """
    best, fee, largest = NOBODY, 0.0, -1.0
    for c in range(clauses.shape[0]):
        g = clauses[c]
        if (g.small_exclusive > 0.0 and small.active > 0) or (g.big_exclusive > 0.0 and big.active > 0):
            continue
        if settings.signing == BARGAINED:
            row = rows[c, signing.runway_row(rows.shape[1], settings.small_burn, small.cash)]
            signs, agreed = signing.bargained_fee(
                settings,
                world,
                g,
                row,
                small.legitimacy,
                months,
                small_factor,
                big_factor,
                suitor,
                small.cash,
                big.cash,
            )
            product = 0.0
        else:
            agreed = g.fee
            row = rows[c, signing.runway_row(rows.shape[1], settings.small_burn, small.cash + agreed)]
            signs, small_gain, big_gain = signing.offer(
                settings, world, g, row, small.legitimacy, months, small_factor, big_factor, suitor
            )
            product = signing.nash_product(world, small_gain, big_gain) if signs and clauses.shape[0] > 1 else 0.0
        net, gross = with_equity(agreed, -agreed, g.equity)
        if signs and product > largest and signing.can_deposit(g, small.cash + net, big.cash + gross):
            best, fee, largest = c, agreed, product
    return best, fee


@routine
def sign(
    clauses: Any, settings: Any, rows: Any, discount: NDArray[np.float64], stages: NDArray[np.float64], small: Any,
    big: Any, alliance: Any, memory: NDArray[np.float64], tally: Tally, key: np.uint64, month: int, k: int,
    partner: int, contract: int, fee: float,
) -> None:  # fmt: skip
    """Start an alliance in slot k, in place: fee, deposits, planning, and what the strategies begin with."""
    g = clauses[contract]
    can_succeed = signing.feasible(settings.prior, key, month, k)
    ally(settings, g, alliance, small, big, partner, contract, month, can_succeed)
    tally[r.ALLIANCES] += 1.0
    if fee != 0.0:
        alliance.fee = fee
        to_small, to_big = with_equity(fee, -fee, g.equity)
        pay(alliance, small, big, discount, month, to_small, to_big)
    if settings.extras == 0:
        return
    if g.small_escrow > 0.0 or g.big_escrow > 0.0:
        alliance.small_escrow = g.small_escrow
        alliance.big_escrow = g.big_escrow
        pay(alliance, small, big, discount, month, -g.small_escrow, -g.big_escrow)
    small_planning = planning_cost(settings.small_code, settings.small_parameters)
    big_planning = planning_cost(settings.big_code, settings.big_parameters)
    if small_planning > 0.0 or big_planning > 0.0:
        pay(alliance, small, big, discount, month, -small_planning, -big_planning)
        alliance.small_spent += small_planning
        alliance.big_spent += big_planning
        tally[r.SMALL_SPENT] += discount[month, 0] * small_planning
        tally[r.BIG_SPENT] += discount[month, 1] * big_planning
        tally[r.EXTERNAL] -= small_planning + big_planning
    alliance.boost = (1.0 + insight(settings.small_code, settings.small_parameters)) * (
        1.0 + insight(settings.big_code, settings.big_parameters)
    )
    now = signing.runway_row(rows.shape[1], settings.small_burn, small.cash)
    row = rows[contract, now]
    if settings.small_learns:
        payoffs = stages[0, contract, now, : settings.small_count, : settings.big_count]
        alliance.small_experience = begin(
            settings.small_code, settings.small_parameters, memory[0, k], payoffs, row.big_promise
        )
    if settings.big_learns:
        payoffs = stages[1, contract, now, : settings.big_count, : settings.small_count]
        alliance.big_experience = begin(
            settings.big_code, settings.big_parameters, memory[1, k], payoffs, row.small_promise
        )


@routine
def negotiate(
    world: World, clauses: Any, settings: Any, rows: Any, discount: NDArray[np.float64], stages: NDArray[np.float64],
    small: Any, big: Any, alliance: Any, memory: NDArray[np.float64], tally: Tally, key: np.uint64, month: int, i: int,
    k: int, j: int,
) -> bool:  # fmt: skip
    """Let SmallCo i and BigCo j vet each other and sign in slot k if both want to; return whether they do."""
    suitor, estimate, misfit = settings.suitors, 1.0, 0.0
    if settings.extras:
        suitor, estimate = vet(settings, small, big, discount, tally, key, month, i * settings.bigs + j)
        misfit = pair_misfit(settings, key, i, j)
    fit = fit_of(settings, misfit)
    contract, fee = agree(
        world, clauses, settings, rows, small, big, settings.months - month, suitor, fit, estimate * fit
    )
    if contract == NOBODY:
        return False
    sign(
        clauses, settings, rows, discount, stages, small, big, alliance, memory, tally, key, month, k, j, contract, fee,
    )  # fmt: skip
    alliance.suitor = suitor
    alliance.estimate = estimate
    alliance.misfit = misfit
    return True
