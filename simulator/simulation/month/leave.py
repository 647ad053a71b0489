"""Exit and entry: tournaments, ruin, bought firms that leave the market, and newcomers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.world import World
from simulator.foundation.compiled import routine
from simulator.foundation.draws import BUDGET, bernoulli
from simulator.simulation import record as r
from simulator.simulation.endings import ACQUIRED, DROPPED, RUINED_BIG, RUINED_SMALL
from simulator.simulation.month.end import end_alliance
from simulator.simulation.month.sign import Tally, pay
from simulator.simulation.rules import decisions, departure, production
from simulator.simulation.state import clear, found


@routine
def enter(
    settings: Any, smalls: Any, alliances: Any, doors: NDArray[np.int64], tally: Tally, key: np.uint64, month: int
) -> None:
    """Replace every SmallCo that has left by a new one, in place; what it owned or owed leaves with it."""
    slots = settings.small_slots
    for i in range(smalls.shape[0]):
        if smalls[i].alive == 0:
            tally[r.ENTRANTS] += 1.0
            tally[r.EXTERNAL] += settings.small_cash - smalls[i].cash
            found(settings, smalls[i], key, month, i)
            for k in range(i * slots, (i + 1) * slots):
                clear(alliances[k])
            doors[-1] += slots


@routine
def cut_budgets(settings: Any, bigs: Any, key: np.uint64, month: int) -> None:
    """Let BigCos' alliance budgets be cut, and cuts run out, in place."""
    for j in range(bigs.shape[0]):
        big = bigs[j]
        if big.cut > 0:
            big.cut -= 1
        rate = settings.cut_rate if big.suitor == 1 else settings.shark_cut_rate
        if big.cut == 0 and big.alive == 1 and bernoulli(key, month, j, BUDGET, rate):
            big.cut = settings.cut_months


@routine
def hold_tournaments(
    clauses: Any, settings: Any, smalls: Any, bigs: Any, alliances: Any, held: NDArray[np.int64], spells: Any,
    doors: NDArray[np.int64], tally: Tally, discount: NDArray[np.float64], month: int,
) -> None:  # fmt: skip
    """Let every BigCo keep its best SmallCos of those it has known since the last tournament, in place."""
    for j in range(bigs.shape[0]):
        bigs[j].ranked = 0
    slots = settings.small_slots
    for k in range(alliances.shape[0]):
        j = alliances[k].partner
        if j < 0 or month - alliances[k].signed + 1 < settings.review:
            continue
        at = bigs[j].ranked
        while at > 0 and decisions.ranks_before(alliances[k], alliances[held[j, at - 1]]):
            held[j, at] = held[j, at - 1]
            at -= 1
        held[j, at] = k
        bigs[j].ranked += 1
    for j in range(bigs.shape[0]):
        for place in range(settings.keeps, bigs[j].ranked):
            k = held[j, place]
            i = k // slots
            alliance = alliances[k]
            end_alliance(
                settings, clauses[alliance.contract], alliance, smalls[i], bigs[j], spells, tally, discount, i, month,
                month, DROPPED,
            )  # fmt: skip
            doors[-1] += 1


@routine
def fail(
    world: World, clauses: Any, settings: Any, cells: Any, discount: NDArray[np.float64], smalls: Any, bigs: Any,
    alliances: Any, doors: NDArray[np.int64], spells: Any, tally: Tally, month: int,
) -> None:  # fmt: skip
    """Let bought SmallCos leave and insolvent ones fail, in place; BigCo takes its share of a ruined one's projects."""
    slots = settings.small_slots
    for i in range(smalls.shape[0]):
        small = smalls[i]
        if small.alive == 0:
            continue
        bought = small.bought == 1
        if not bought and small.cash >= 0.0:
            continue
        small.alive = 0
        tally[r.BOUGHT if bought else r.SMALL_RUINS] += 1.0
        for k in range(i * slots, (i + 1) * slots):
            alliance = alliances[k]
            j = alliance.partner
            if j < 0:
                continue
            big = bigs[j]
            g = clauses[alliance.contract]
            how = ACQUIRED
            if not bought:
                how = RUINED_SMALL
                factor = production.output_factor(settings, small.quality, alliance.boost, alliance.misfit)
                taken = departure.taken_at_ruin(
                    settings, world, cells[alliance.contract, alliance.small_level, alliance.big_level], factor, month,
                    settings.milestones - alliance.stage, alliance.wait,
                )  # fmt: skip
                pay(alliance, small, big, discount, month, 0.0, taken)
                tally[r.EXTERNAL] += taken
            end_alliance(settings, g, alliance, small, big, spells, tally, discount, i, month, month, how)
            doors[-1] += 1
        doors[-1] -= slots


@routine
def strand(
    clauses: Any, settings: Any, smalls: Any, bigs: Any, alliances: Any, doors: NDArray[np.int64], spells: Any,
    tally: Tally, discount: NDArray[np.float64], month: int,
) -> None:  # fmt: skip
    """End every alliance whose BigCo has failed, in place."""
    for k in range(alliances.shape[0]):
        alliance = alliances[k]
        j = alliance.partner
        if j >= 0 and bigs[j].alive == 0:
            i = k // settings.small_slots
            end_alliance(
                settings, clauses[alliance.contract], alliance, smalls[i], bigs[j], spells, tally, discount, i, month,
                month, RUINED_BIG,
            )  # fmt: skip
            doors[-1] += 1
