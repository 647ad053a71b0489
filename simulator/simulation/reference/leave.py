"""Exit and entry, firm by firm."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from simulator.foundation.draws import BUDGET, bernoulli
from simulator.simulation import endings
from simulator.simulation import record as r
from simulator.simulation.agents import Alliance, BigCo, SmallCo
from simulator.simulation.rules import decisions, departure, production
from simulator.simulation.state import clear, found

if TYPE_CHECKING:
    from simulator.simulation.reference import ReferenceMarket


def enter(market: ReferenceMarket, small: SmallCo) -> None:
    """Replace a SmallCo that has left by a new one; what it owned or owed leaves with it."""
    market.add(r.ENTRANTS, 1.0)
    market.add(r.EXTERNAL, market.settings.small_cash - small.cash)
    found(market.settings, small.record, market.key, market.month, small.index)
    for alliance in small.slots:
        clear(alliance.record)


def cut_budget(market: ReferenceMarket, big: BigCo) -> None:
    """Let a BigCo's alliance budget be cut, or a cut run out."""
    if big.cut > 0:
        big.cut = big.cut - 1
    rate = market.settings.cut_rate if big.suitor else market.settings.shark_cut_rate
    if big.cut == 0 and big.alive and bernoulli(market.key, market.month, big.index, BUDGET, rate):
        big.cut = market.settings.cut_months


def hold_tournament(market: ReferenceMarket, ranked: list[Alliance]) -> None:
    """Let a BigCo keep the best of the alliances it has had since the last tournament."""

    def order(one: Alliance, other: Alliance) -> int:
        before, after = (bool(decisions.ranks_before(a.record, b.record)) for a, b in ((one, other), (other, one)))
        return int(after) - int(before)

    for alliance in sorted(ranked, key=functools.cmp_to_key(order))[market.settings.keeps :]:
        market.end(alliance, endings.DROPPED)


def grown_up(market: ReferenceMarket, big: BigCo) -> list[Alliance]:
    """Return the alliances of a BigCo that are as old as the time between two tournaments."""
    return [each for each in big.alliances if market.month - each.signed + 1 >= market.settings.review]


def leave(market: ReferenceMarket, small: SmallCo) -> None:
    """Let a bought SmallCo leave the market, or an insolvent one fail; BigCo takes its share of its projects."""
    t, settings, month, bought = market.prepared, market.settings, market.month, small.record.bought == 1
    small.alive = False
    market.add(r.BOUGHT if bought else r.SMALL_RUINS, 1.0)
    for alliance in small.alliances:
        record = alliance.record
        if not bought:
            factor = production.output_factor(settings, small.quality, record.boost, record.misfit)
            cell = t.cells[alliance.contract_index, alliance.small_level, alliance.big_level]
            stages = settings.milestones - record.stage
            taken = departure.taken_at_ruin(settings, t.world, cell, factor, month, stages, record.wait)
            market.pay(alliance, 0.0, taken)
            market.add(r.EXTERNAL, taken)
        market.end(alliance, endings.ACQUIRED if bought else endings.RUINED_SMALL)


def pay_upkeep(market: ReferenceMarket, big: BigCo) -> None:
    """Let a BigCo pay its upkeep, and fail if it is insolvent."""
    upkeep = big.record.upkeep = departure.big_upkeep(market.settings, market.key, market.month, big.index)
    big.cash = big.cash + upkeep
    market.add(r.EXTERNAL, upkeep)
    if big.cash < 0.0:
        big.alive = False
        market.add(r.BIG_RUINS, 1.0)
