"""One month of the market on its arrays: the order of a period, in one place.

Tallies are summed within a month in the order of SmallCos and then added up, in every driver alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.world import World
from simulator.foundation.compiled import borrowed, routine
from simulator.simulation import record as r
from simulator.simulation.month.leave import cut_budgets, enter, fail, hold_tournaments, strand
from simulator.simulation.month.live import live
from simulator.simulation.month.meet import meet_and_sign
from simulator.simulation.month.sign import Tally
from simulator.simulation.rules import departure


@routine
def months(
    world: World,
    clauses: Any,
    settings: Any,
    small_levels: NDArray[np.float64],
    big_levels: NDArray[np.float64],
    cells: Any,
    rows: Any,
    terms: Any,
    regrets: NDArray[np.float64],
    mixtures: NDArray[np.float64],
    quantals: NDArray[np.float64],
    replies: NDArray[np.int64],
    stages: NDArray[np.float64],
    hedges: NDArray[np.int64],
    discount: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    link_start: NDArray[np.int64],
    links: NDArray[np.int64],
    contacts: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    alliances: Any,
    memory: NDArray[np.float64],
    doors: NDArray[np.int64],
    held: NDArray[np.int64],
    spells: Any,
    tally: Tally,
    key: np.uint64,
    first: int,
    last: int,
) -> None:
    """Live the months from `first` (included) to `last` (excluded), in place, in the order of the model, section 3.

    The arguments are the fields of a `Prepared` and of a `State`, one by one, because taking an array out of a tuple
    costs a reference count in every month: call it as ``months(*prepared, *state, tally, key, first, last)``. There
    cannot be more of them: Python hands over more than thirty as a tuple.
    """
    clauses, small_levels, big_levels = borrowed(clauses), borrowed(small_levels), borrowed(big_levels)
    cells, rows, terms, regrets = borrowed(cells), borrowed(rows), borrowed(terms), borrowed(regrets)
    mixtures, quantals, replies = borrowed(mixtures), borrowed(quantals), borrowed(replies)
    stages, hedges = borrowed(stages), borrowed(hedges)
    discount, quantiles = borrowed(discount), borrowed(quantiles)
    link_start, links, contacts = borrowed(link_start), borrowed(links), borrowed(contacts)
    smalls, bigs, alliances = borrowed(smalls), borrowed(bigs), borrowed(alliances)
    memory, doors, held, spells = borrowed(memory), borrowed(doors), borrowed(held), borrowed(spells)
    tally = borrowed(tally)
    for month in range(first, last):
        if settings.entry and month > 0:
            enter(settings, smalls, alliances, doors, tally, key, month)
        if settings.cut_rate > 0.0 or settings.shark_cut_rate > 0.0:
            cut_budgets(settings, bigs, key, month)
        if doors[-1] > 0:
            meet_and_sign(
                world, clauses, settings, rows, stages, discount, link_start, links, contacts, smalls, bigs, alliances,
                memory, doors, tally, key, month,
            )  # fmt: skip
        portfolios = solvent = 0
        for j in range(bigs.shape[0]):
            bigs[j].portfolio = bigs[j].active
            portfolios += bigs[j].active
            solvent += bigs[j].alive
        tally[r.PORTFOLIO_MONTHS] += float(portfolios)
        tally[r.BIG_MONTHS] += float(solvent)
        leaving = live(
            world, clauses, settings, small_levels, big_levels, cells, rows, terms, regrets, mixtures, quantals,
            replies, stages, hedges, discount, quantiles, smalls, bigs, alliances, memory, doors, spells, tally, key,
            month,
        )  # fmt: skip
        if settings.review > 0 and (month + 1) % settings.review == 0:
            hold_tournaments(clauses, settings, smalls, bigs, alliances, held, spells, doors, tally, discount, month)
        if leaving:
            fail(world, clauses, settings, cells, discount, smalls, bigs, alliances, doors, spells, tally, month)
        ruined = 0
        for j in range(settings.bigs):
            big = bigs[j]
            if big.alive == 1:
                upkeep = departure.big_upkeep(settings, key, month, j)
                big.cash += upkeep
                tally[r.EXTERNAL] += upkeep
                if big.cash < 0.0:
                    big.alive = 0
                    tally[r.BIG_RUINS] += 1.0
                    ruined += big.active
        if ruined > 0:
            strand(clauses, settings, smalls, bigs, alliances, doors, spells, tally, discount, month)
