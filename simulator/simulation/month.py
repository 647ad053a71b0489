"""One month of the market on its arrays: the order of a period, in one place.

Tallies are summed within a month in the order of SmallCos and then added up, in every driver alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import with_equity
from simulator.economy.clauses import Clauses
from simulator.economy.world import World
from simulator.foundation.compiled import merged
from simulator.foundation.draws import BIG_CHOICE, SMALL_CHOICE, categorical
from simulator.simulation import record as r
from simulator.simulation import rules
from simulator.simulation.state import ally, clear_month, found, part
from simulator.simulation.strategies import NASH, choose

Tally = NDArray[np.float64]


@merged
def enter(settings: Any, smalls: Any, doors: NDArray[np.int64], tally: Tally) -> None:
    """Replace every ruined SmallCo by a new one, in place; what it owed is written off."""
    for i in range(smalls.shape[0]):
        if smalls[i].alive == 0:
            tally[r.ENTRANTS] += 1.0
            tally[r.EXTERNAL] += settings.small_cash - smalls[i].cash
            found(settings, smalls[i])
            doors[-1] += 1


@merged
def pay_fee(fee: float, equity: float, discount: NDArray[np.float64], month: int, small: Any, big: Any) -> None:
    """Pay the upfront fee at signing, in place."""
    to_small, to_big = with_equity(fee, -fee, equity)
    small.cash += to_small
    big.cash += to_big
    small.value += discount[month, 0] * to_small
    big.value += discount[month, 1] * to_big


@merged
def meet_and_sign(
    world: World,
    clauses: Clauses,
    settings: Any,
    rows: Any,
    discount: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    open_doors: NDArray[np.int64],
    tally: Tally,
    key: np.uint64,
    month: int,
) -> None:
    """Let unattached SmallCos knock at BigCos with an open slot, and sign where both accept."""
    doors = 0
    if open_doors[-1] == 0:
        return
    for j in range(bigs.shape[0]):
        if bigs[j].alive == 1 and bigs[j].active < settings.slots:
            open_doors[doors] = j
            doors += 1
    if doors == 0:
        return
    first = rules.first_to_meet(settings.smalls, key, month)
    judged, both_sign = -1, False  # SmallCos with the same runway get the same answer this month
    for step in range(settings.smalls):
        i = first + step
        if i >= settings.smalls:
            i -= settings.smalls
        small = smalls[i]
        if small.alive == 0 or small.partner >= 0 or not rules.meeting(settings, key, month, i):
            continue
        at = rules.door(key, month, i, doors)
        if open_doors[at] == small.former:
            at = at + 1 if at + 1 < doors else 0
        j = open_doors[at]
        if j == small.former:
            continue
        row = rules.runway_row(rows.shape[0], settings.small_burn, small.cash + clauses.fee)
        if row != judged:
            judged, both_sign = row, rules.both_sign(settings, world, clauses, rows[row], settings.months - month)
        if not both_sign:
            continue
        ally(settings, small, bigs[j], j, month, rules.feasible(settings.prior, key, month, i))
        tally[r.ALLIANCES] += 1.0
        if clauses.fee != 0.0:
            pay_fee(clauses.fee, clauses.equity, discount, month, small, bigs[j])
        if bigs[j].active == settings.slots:
            doors -= 1
            open_doors[at] = open_doors[doors]
            if doors == 0:
                return


@merged
def end_alliance(small: Any, big: Any, tally: Tally, how: int) -> None:
    """End an alliance in place and note how, with the mean of both firms' trust."""
    small_trust = rules.trust(small.kept_by_big, small.broken_by_big)
    big_trust = rules.trust(small.kept_by_small, small.broken_by_small)
    tally[r.TRUST_END] += 0.5 * (small_trust + big_trust)
    tally[r.FIRST_END + how] += 1.0
    part(small, big, how)


@merged
def progress(settings: Any, cell: Any, small: Any, key: np.uint64, month: int, i: int) -> None:
    """Advance a project by a month without revenue, in place."""
    if small.stage < settings.milestones:
        if small.feasible == 1 and rules.milestone_passed(cell, key, month, i):
            small.stage += 1
            small.belief = 1.0
        elif settings.prior < 1.0:
            small.belief = rules.belief_without_success(small.belief, cell.hazard)
    else:
        small.wait -= 1


@merged
def learn(row: Any, small: Any, x: int, y: int) -> int:
    """Update both firms' trust after levels x and y, in place; return how many of the two promises were kept."""
    kept = 0
    if x >= row.small_promise:
        small.kept_by_small += 1.0
        small.small_breaks = 0
        kept += 1
    else:
        small.broken_by_small += 1.0
        small.small_breaks += 1
    if y >= row.big_promise:
        small.kept_by_big += 1.0
        small.big_breaks = 0
        kept += 1
    else:
        small.broken_by_big += 1.0
        small.big_breaks += 1
    return kept


@merged
def live(
    world: World,
    clauses: Clauses,
    settings: Any,
    small_levels: NDArray[np.float64],
    big_levels: NDArray[np.float64],
    cells: Any,
    rows: Any,
    small_mixture: NDArray[np.float64],
    big_mixture: NDArray[np.float64],
    small_replies: NDArray[np.int64],
    big_replies: NDArray[np.int64],
    small_hedge: NDArray[np.int64],
    big_hedge: NDArray[np.int64],
    discount: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    doors: NDArray[np.int64],
    tally: Tally,
    key: np.uint64,
    month: int,
) -> bool:
    """Let every alliance commit, produce, settle, learn and decide, and every SmallCo pay its upkeep.

    Returns whether any SmallCo has become insolvent.
    """
    small_factor, big_factor = discount[month, 0], discount[month, 1]
    milestones, burn, row_count = settings.milestones, settings.small_burn, rows.shape[0]
    small_code, big_code = settings.small_code, settings.big_code
    insolvent = False
    unattached = 0
    secured = clauses.small_bond > 0.0 or clauses.big_bond > 0.0
    months = selling = kept = 0
    small_commitment = big_commitment = small_exposure = big_exposure = 0.0
    sunk = burnt = revenue_sum = external = 0.0
    for i in range(settings.smalls):
        small = smalls[i]
        if small.alive == 0:
            continue
        upkeep = rules.small_upkeep(settings, key, month, i)
        external += upkeep
        if small.partner < 0:
            clear_month(small)
            unattached += 1
            small.cash += upkeep
            insolvent = insolvent or small.cash < 0.0
            continue
        big = bigs[small.partner]
        now = rules.runway_row(row_count, burn, small.cash)
        row = rows[now]
        x, y = row.small_play, row.big_play
        if x < 0:
            x = categorical(key, month, i, SMALL_CHOICE, small_mixture[now])
        if y < 0:
            y = categorical(key, month, i, BIG_CHOICE, big_mixture[now])
        if small_code != NASH:
            believes = small.big_level if small.big_level >= 0 else row.big_promise
            x = choose(
                small_code, settings.small_parameter, small_levels.shape[0] - 1, x, small_replies[now, believes],
                small_hedge[1], settings.small_first_best, row.small_promise, small.big_breaks, key, month, i,
                SMALL_CHOICE,
            )  # fmt: skip
        if big_code != NASH:
            believes = small.small_level if small.small_level >= 0 else row.small_promise
            y = choose(
                big_code, settings.big_parameter, big_levels.shape[0] - 1, y, big_replies[now, believes],
                big_hedge[big.portfolio], settings.big_first_best, row.big_promise, small.small_breaks, key, month, i,
                BIG_CHOICE,
            )  # fmt: skip
        small.small_level = x
        small.big_level = y
        cell = cells[x, y]
        small_sunk, big_sunk = cell.small_sunk, cell.big_sunk
        small_exposure += rules.exposure(small_sunk, small.cash)
        big_exposure += rules.exposure(big_sunk, big.cash)
        x_small = x_big = revenue = 0.0
        if small.stage >= milestones and small.wait <= 0:
            x_small, x_big, revenue = rules.sell(
                settings.tabled, world, clauses, row, cell, small_levels[x], big_levels[y],
                rules.state(world, quantiles, key, month, i),
            )  # fmt: skip
            selling += 1
            if small.launched < 0:
                small.launched = month
                tally[r.LAUNCHES] += 1.0
                tally[r.LAUNCH_MONTHS] += float(month - small.signed)
        else:
            progress(settings, cell, small, key, month, i)
        small_bond = big_bond = 0.0
        if secured:
            small_bond, big_bond = rules.bonds(clauses, small_levels[x], big_levels[y], key, month, i, small.signed)
        to_small, to_big = rules.flows(clauses, cell, x_small, x_big, small_bond, big_bond)
        small.cash += to_small + upkeep
        insolvent = insolvent or small.cash < 0.0
        big.cash += to_big
        small.value += small_factor * to_small
        big.value += big_factor * to_big
        small.small_income = to_small
        small.big_income = to_big
        small.revenue = revenue
        small.small_bond = small_bond
        small.big_bond = big_bond
        lost = (1.0 - clauses.bond_to_partner) * (small_bond + big_bond)
        months += 1
        small_commitment += small_levels[x]
        big_commitment += big_levels[y]
        sunk += small_sunk + big_sunk
        burnt += lost
        revenue_sum += revenue
        external += x_small + x_big - (cell.small_cost + cell.big_cost) - lost
        kept += learn(row, small, x, y)
        how = rules.decision(
            settings, world, row, cell.progress, month, milestones - small.stage, small.wait, small.belief,
            small.kept_by_small, small.broken_by_small, small.kept_by_big, small.broken_by_big,
        )  # fmt: skip
        if how != rules.CONTINUES:
            end_alliance(small, big, tally, how)
            unattached += 1
    doors[-1] = unattached
    tally[r.ALLIANCE_MONTHS] += float(months)
    tally[r.SELLING_MONTHS] += float(selling)
    tally[r.PROMISES] += 2.0 * months
    tally[r.PROMISES_KEPT] += float(kept)
    tally[r.SMALL_COMMITMENT] += small_commitment
    tally[r.BIG_COMMITMENT] += big_commitment
    tally[r.SMALL_EXPOSURE] += small_exposure
    tally[r.BIG_EXPOSURE] += big_exposure
    tally[r.SUNK] += sunk
    tally[r.BURNT] += burnt
    tally[r.REVENUE] += revenue_sum
    tally[r.EXTERNAL] += external
    return insolvent


@merged
def leave(
    insolvent: bool,
    world: World,
    settings: Any,
    cells: Any,
    discount: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    doors: NDArray[np.int64],
    tally: Tally,
    key: np.uint64,
    month: int,
) -> None:
    """Let insolvent SmallCos fail (BigCo takes its share of the project), then BigCos pay upkeep and fail likewise.

    `insolvent` tells whether there is any insolvent SmallCo to look for.
    """
    for i in range(settings.smalls if insolvent else 0):
        small = smalls[i]
        if small.alive == 1 and small.cash < 0.0:
            small.alive = 0
            tally[r.SMALL_RUINS] += 1.0
            if small.partner >= 0:
                big = bigs[small.partner]
                taken = rules.taken_at_ruin(
                    settings, world, cells[small.small_level, small.big_level], month,
                    settings.milestones - small.stage, small.wait,
                )  # fmt: skip
                big.cash += taken
                big.value += discount[month, 1] * taken
                tally[r.EXTERNAL] += taken
                end_alliance(small, big, tally, rules.RUINED_SMALL)
            else:
                doors[-1] -= 1
    for j in range(settings.bigs):
        big = bigs[j]
        if big.alive == 1:
            upkeep = rules.big_upkeep(settings, key, month, j)
            big.cash += upkeep
            tally[r.EXTERNAL] += upkeep
            if big.cash < 0.0:
                big.alive = 0
                tally[r.BIG_RUINS] += 1.0
                for i in range(settings.smalls):
                    if smalls[i].partner == j:
                        end_alliance(smalls[i], big, tally, rules.RUINED_BIG)
                        doors[-1] += 1


@merged
def step(
    world: World,
    clauses: Clauses,
    settings: Any,
    small_levels: NDArray[np.float64],
    big_levels: NDArray[np.float64],
    cells: Any,
    rows: Any,
    small_mixture: NDArray[np.float64],
    big_mixture: NDArray[np.float64],
    small_replies: NDArray[np.int64],
    big_replies: NDArray[np.int64],
    small_hedge: NDArray[np.int64],
    big_hedge: NDArray[np.int64],
    discount: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    doors: NDArray[np.int64],
    tally: Tally,
    key: np.uint64,
    month: int,
) -> None:
    """Run one month of the market, in place, in the order of the formal model, section 3.

    The arguments are the fields of a `Prepared` and of a `State`, one by one, because taking an array out of a tuple
    costs a reference count in every month: call it as ``step(*prepared, *state, tally, key, month)``.
    """
    if settings.entry:
        enter(settings, smalls, doors, tally)
    meet_and_sign(world, clauses, settings, rows, discount, smalls, bigs, doors, tally, key, month)
    for j in range(bigs.shape[0]):
        bigs[j].portfolio = bigs[j].active
    insolvent = live(
        world, clauses, settings, small_levels, big_levels, cells, rows, small_mixture, big_mixture, small_replies,
        big_replies, small_hedge, big_hedge, discount, quantiles, smalls, bigs, doors, tally, key, month,
    )  # fmt: skip
    leave(insolvent, world, settings, cells, discount, smalls, bigs, doors, tally, key, month)
