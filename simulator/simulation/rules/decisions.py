"""Decide: go on, walk away, complete, buy, deepen a pilot, or drop all but the best."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.economy.world import World
from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import PILOT, bernoulli
from simulator.simulation.endings import CONTINUES, WALKED_BIG, WALKED_SMALL
from simulator.simulation.rules.experience import belief_after_pilot, relies
from simulator.simulation.rules.valuation import (
    alternative_flow,
    alternatives,
    both_accept,
    expected_launch,
    of_quality,
    prospects,
)
from simulator.simulation.strategies import quits, stays, sunk_cost_bias


@compiled
def abandons(belief: float, pace: float, value: float, spent: float, bias: float) -> bool:
    """Return whether a firm abandons an unproven project: p h V < (1 - b) c, equation (10).

    Rationally at p* = c / (h V); a sunk-cost bias b lowers the threshold.
    """
    return belief < 1.0 and belief * pace * value < (1.0 - bias) * spent


@compiled
def distrusts(settings: Any, row: Any, alliance: Any) -> int:
    """Return WALKED_SMALL or WALKED_BIG if a firm's trust in the other is below its threshold, else CONTINUES."""
    if not relies(alliance.kept_by_big, alliance.broken_by_big, row.small_threshold) and not stays(settings.small_code):
        return WALKED_SMALL
    if not relies(alliance.kept_by_small, alliance.broken_by_small, row.big_threshold) and not stays(settings.big_code):
        return WALKED_BIG
    return CONTINUES


@compiled
def doubts(settings: Any, w: World, row: Any, alliance: Any, pace: float, month: int) -> int:
    """Return WALKED_SMALL or WALKED_BIG if an unproven project is not worth its cost to a firm, else CONTINUES."""
    left = float(settings.months - 1 - month)
    launch = expected_launch(settings.milestones - alliance.stage - 1, row.pace, alliance.wait)
    small_value = prospects(row.small_selling, row.small_waiting, w.small_rate, w.small_fade, launch, left)
    small_bias = max(settings.small_bias, sunk_cost_bias(settings.small_code, settings.small_parameters))
    if abandons(alliance.belief, pace, small_value, -row.small_waiting, small_bias):
        return WALKED_SMALL
    big_value = prospects(row.big_selling, row.big_waiting, w.big_rate, w.big_fade, launch, left)
    big_bias = max(settings.big_bias, sunk_cost_bias(settings.big_code, settings.big_parameters))
    if abandons(alliance.belief, pace, big_value, -row.big_waiting, big_bias):
        return WALKED_BIG
    return CONTINUES


@compiled
def has_enough(settings: Any, w: World, row: Any, alliance: Any, legitimacy: float, month: int) -> int:
    """Return WALKED_SMALL or WALKED_BIG if a firm's reasons to stay have run out, else CONTINUES.

    SmallCo leaves a partner it takes for a shark. A firm that has learnt everything leaves if the alliance's flow is
    below its alternative (Khanna, Gulati and Nohria 1998). A rational quitter leaves whenever what it expects to the
    horizon is.
    """
    taken_for_shark = settings.suitors < 1.0 and not relies(alliance.suitor, 1.0 - alliance.suitor, row.small_threshold)
    if taken_for_shark and not stays(settings.small_code):
        return WALKED_SMALL
    sells = alliance.stage >= settings.milestones and alliance.wait <= 0
    small_flow = row.small_selling if sells else row.small_waiting
    if alliance.small_knowledge >= 1.0 and small_flow < alternative_flow(settings, row, legitimacy):
        return WALKED_SMALL
    if alliance.big_knowledge >= 1.0:
        selling = of_quality(row.big_selling, row.big_waiting, alliance.estimate)
        if (selling if sells else row.big_waiting) < row.big_alternative:
            return WALKED_BIG
    if quits(settings.small_code) or quits(settings.big_code):
        left = float(settings.months - 1 - month)
        small_out, big_out = alternatives(settings, w, row, legitimacy, left)
        small, big = prospects_left(settings, w, row, alliance, month)
        if quits(settings.small_code) and small < small_out - 1e-9 * (1.0 + abs(small)):
            return WALKED_SMALL
        if quits(settings.big_code) and big < big_out - 1e-9 * (1.0 + abs(big)):
            return WALKED_BIG
    return CONTINUES


@compiled
def rest_of(settings: Any, row: Any, alliance: Any, month: int) -> tuple[float, float]:
    """Return in how many months from the next an alliance is expected to sell, and to end or be complete."""
    launch = expected_launch(settings.milestones - alliance.stage, row.pace, alliance.wait) + float(alliance.blocked)
    end = float(settings.months - 1 - month)
    if settings.life > 0:
        end = min(end, launch + float(settings.life - alliance.sold))
    return launch, end


@routine
def prospects_left(settings: Any, w: World, row: Any, alliance: Any, month: int) -> tuple[float, float]:
    """Return what SmallCo and BigCo expect of the rest of an alliance, from next month to the horizon or completion."""
    launch, end = rest_of(settings, row, alliance, month)
    small = prospects(row.small_selling, row.small_waiting, w.small_rate, w.small_fade, launch, end)
    selling = of_quality(row.big_selling, row.big_waiting, alliance.estimate)
    return small, prospects(selling, row.big_waiting, w.big_rate, w.big_fade, launch, end)


@compiled
def may_acquire(g: Any, alliance: Any, big_cash: float, month: int) -> bool:
    """Return whether BigCo may exercise its option: it lasts, the project is launched, and there is cash for it."""
    return alliance.launched >= 0 and month - alliance.signed <= g.expiry and big_cash >= g.strike


@routine
def acquires(settings: Any, w: World, g: Any, row: Any, alliance: Any, month: int) -> bool:
    """Return whether the rest of SmallCo's stream, at BigCo's rate and from next month on, is worth the strike."""
    launch, end = rest_of(settings, row, alliance, month)
    return prospects(row.small_selling, row.small_waiting, w.big_rate, w.big_fade, launch, end) > g.strike


@routine
def whole_left(settings: Any, w: World, row: Any, cell: Any, alliance: Any, factor: float, month: int) -> float:
    """Return the present value, at BigCo's rate, of the rest of the whole project.

    It is worth its expected joint value less both firms' costs, month by month.
    """
    launch, end = rest_of(settings, row, alliance, month)
    costs = cell.small_cost + cell.big_cost
    return prospects(cell.joint * factor - costs, -costs, w.big_rate, w.big_fade, launch, end)


@compiled
def completed(settings: Any, alliance: Any) -> bool:
    """Return whether the project has earned revenue for all the months of its life."""
    return settings.life > 0 and alliance.sold >= settings.life


@routine
def passes_pilot(
    settings: Any, w: World, g: Any, row: Any, small: Any, big: Any, alliance: Any, key: np.uint64, month: int, k: int
) -> bool:
    """Return whether a pilot that ends this month is deepened; what it showed is noted in the alliance, in place.

    With the clause's detection it exposes a shark, and shows BigCo how good SmallCo's project is.
    """
    shown = bernoulli(key, month, k, PILOT, g.pilot_detection)
    if shown:
        alliance.estimate = small.quality
        if big.suitor == 0:
            alliance.suitor = 0.0
    if big.suitor == 1 or not shown:
        alliance.suitor = belief_after_pilot(alliance.suitor, g.pilot_detection)
    return deepens(settings, w, row, alliance, small.legitimacy, month)


@routine
def deepens(settings: Any, w: World, row: Any, alliance: Any, legitimacy: float, month: int) -> bool:
    """Return whether both firms go on after a pilot: each relies on the other and expects at least its alternative."""
    if not relies(alliance.suitor, 1.0 - alliance.suitor, row.small_threshold):
        return False
    small, big = prospects_left(settings, w, row, alliance, month)
    small_else, big_else = alternatives(settings, w, row, legitimacy, float(settings.months - 1 - month))
    return both_accept(small, big, small_else, big_else)


@compiled
def ranks_before(one: Any, other: Any) -> bool:
    """Return whether BigCo ranks one alliance strictly before another: milestones, then revenue, then promises kept."""
    if one.stage != other.stage:
        return one.stage > other.stage
    if one.earned != other.earned:
        return one.earned > other.earned
    return one.kept_by_small > other.kept_by_small
