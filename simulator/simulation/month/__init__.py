"""One month of the market on its arrays: the order of a period, in one place.

Tallies are summed within a month in the order of SmallCos and then added up, in every driver alike.
"""

from __future__ import annotations

import numpy as np

from simulator.foundation.compiled import borrowed, routine
from simulator.simulation import record as r
from simulator.simulation.month.leave import cut_budgets, enter, fail, hold_tournaments, strand
from simulator.simulation.month.live import live
from simulator.simulation.month.meet import meet_and_sign
from simulator.simulation.month.sign import Tally
from simulator.simulation.month.upkeep import note_big_upkeep, note_small_upkeep
from simulator.simulation.state import State
from simulator.simulation.tables import Prepared


@routine
def months(t: Prepared, s: State, tally: Tally, key: np.uint64, first: int, last: int) -> None:
    """Live the months from `first` (included) to `last` (excluded), in place, in the order of the model, section 3."""
    world, settings = t.world, t.settings
    clauses, small_levels, big_levels = borrowed(t.clauses), borrowed(t.small_levels), borrowed(t.big_levels)
    cells, rows, terms, regrets = borrowed(t.cells), borrowed(t.rows), borrowed(t.terms), borrowed(t.regrets)
    mixtures, quantals, replies = borrowed(t.mixtures), borrowed(t.quantals), borrowed(t.replies)
    stages, hedges = borrowed(t.stages), borrowed(t.hedges)
    discount, quantiles = borrowed(t.discount), borrowed(t.quantiles)
    link_start, links, contacts = borrowed(t.link_start), borrowed(t.links), borrowed(t.contacts)
    smalls, bigs, alliances = borrowed(s.smalls), borrowed(s.bigs), borrowed(s.alliances)
    memory, doors, held, spells = borrowed(s.memory), borrowed(s.doors), borrowed(s.held), borrowed(s.spells)
    proposers, is_open, records, room = s.proposers, s.is_open, s.records, s.room
    tally = borrowed(tally)
    for month in range(first, last):
        if settings.entry and month > 0:
            enter(settings, smalls, alliances, doors, tally, key, month)
        if settings.cut_rate > 0.0 or settings.shark_cut_rate > 0.0:
            cut_budgets(settings, bigs, key, month)
        if doors[-1] > 0:
            meet_and_sign(
                world, clauses, settings, rows, stages, discount, link_start, links, contacts, smalls, bigs, alliances,
                memory, doors, proposers, is_open, records, room, tally, key, month,
            )  # fmt: skip
        portfolios = solvent = 0
        for j in range(bigs.shape[0]):
            bigs[j].portfolio = bigs[j].active
            portfolios += bigs[j].active
            solvent += bigs[j].alive
        tally[r.PORTFOLIO_MONTHS] += float(portfolios)
        tally[r.BIG_MONTHS] += float(solvent)
        note_small_upkeep(settings, smalls, key, month)
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
        note_big_upkeep(settings, bigs, key, month)
        for j in range(settings.bigs):
            big = bigs[j]
            if big.alive == 1:
                big.cash += big.upkeep
                tally[r.EXTERNAL] += big.upkeep
                if big.cash < 0.0:
                    big.alive = 0
                    tally[r.BIG_RUINS] += 1.0
                    ruined += big.active
        if ruined > 0:
            strand(clauses, settings, smalls, bigs, alliances, doors, spells, tally, discount, month)
