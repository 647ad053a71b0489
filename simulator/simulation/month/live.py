"""Commit, produce, settle, learn and decide: one month of every alliance, and every SmallCo's upkeep.

What only some scenarios have (types, pilots, audits, disputes, learning) stands in functions of its own that are called
where `settings.extras` says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.world import World
from simulator.foundation.compiled import compiled, merged
from simulator.foundation.draws import BIG_CHECK, BIG_CHOICE, SMALL_CHECK, SMALL_CHOICE, categorical
from simulator.simulation import record as r
from simulator.simulation.endings import ACQUIRED, COMPLETED, CONTINUES, FAILED_PILOT
from simulator.simulation.month.end import end_alliance
from simulator.simulation.month.sign import Tally, pay
from simulator.simulation.rules import decisions, experience, production, settlement
from simulator.simulation.rules.signing import runway_row
from simulator.simulation.rules.valuation import alternative_flow
from simulator.simulation.state import clear_month
from simulator.simulation.strategies import NASH, SHARK, asked, choose, remember, verification_cost, verifies


@compiled
def chosen_levels(
    settings: Any, terms: Any, row: Any, quantals: NDArray[np.float64], replies: NDArray[np.int64],
    stages: NDArray[np.float64], hedges: NDArray[np.int64], memory: NDArray[np.float64], small: Any, big: Any,
    alliance: Any, small_play: int, big_play: int, c: int, now: int, key: np.uint64, month: int, k: int,
) -> tuple[int, int]:  # fmt: skip
    """Return the levels SmallCo and BigCo commit this month, by their strategies; a shark follows its own."""
    x, y, together = small_play, big_play, month - alliance.signed
    if settings.small_asked != 0:
        believes = alliance.big_level if alliance.big_level >= 0 else row.big_promise
        x = asked(
            settings.small_asked, month, together, settings.small_count - 1, small_play, replies[0, c, now, believes],
            hedges[0, small.active], terms.small_first_best, row.small_promise, row.small_leading, alliance.big_level,
            alliance.big_breaks, int(alliance.broken_by_big - settings.broken + 0.5),
            experience.trust(alliance.kept_by_big, alliance.broken_by_big), alliance.small_knowledge, small.cash,
        )  # fmt: skip
    elif settings.small_code != NASH:
        believes = alliance.big_level if alliance.big_level >= 0 else row.big_promise
        x = choose(
            settings.small_code, settings.small_parameters, settings.small_count - 1, small_play,
            replies[0, c, now, believes], hedges[0, small.active], terms.small_first_best, row.small_promise,
            row.small_leading, alliance.big_level, alliance.big_breaks,
            int(alliance.broken_by_big - settings.broken + 0.5), together, alliance.small_knowledge,
            experience.trust(alliance.kept_by_big, alliance.broken_by_big), memory[0, k], alliance.small_experience,
            stages[0, c, now, : settings.small_count, : settings.big_count], quantals[0, c, now], key, month, k,
            SMALL_CHOICE, SMALL_CHECK,
        )  # fmt: skip
    big_code = settings.big_code if big.suitor == 1 else SHARK
    if settings.big_asked != 0 and big.suitor == 1:
        believes = alliance.small_level if alliance.small_level >= 0 else row.small_promise
        y = asked(
            settings.big_asked, month, together, settings.big_count - 1, big_play, replies[1, c, now, believes],
            hedges[1, big.portfolio], terms.big_first_best, row.big_promise, row.big_leading, alliance.small_level,
            alliance.small_breaks, int(alliance.broken_by_small - settings.broken + 0.5),
            experience.trust(alliance.kept_by_small, alliance.broken_by_small), alliance.big_knowledge, big.cash,
        )  # fmt: skip
    elif big_code != NASH:
        believes = alliance.small_level if alliance.small_level >= 0 else row.small_promise
        y = choose(
            big_code, settings.big_parameters if big.suitor == 1 else settings.shark_parameters, settings.big_count - 1,
            big_play, replies[1, c, now, believes], hedges[1, big.portfolio], terms.big_first_best, row.big_promise,
            row.big_leading, alliance.small_level, alliance.small_breaks,
            int(alliance.broken_by_small - settings.broken + 0.5), together, alliance.big_knowledge,
            experience.trust(alliance.kept_by_small, alliance.broken_by_small), memory[1, k], alliance.big_experience,
            stages[1, c, now, : settings.big_count, : settings.small_count], quantals[1, c, now], key, month, k,
            BIG_CHOICE, BIG_CHECK,
        )  # fmt: skip
    if settings.extras:
        if alliance.pilot > 0:
            x, y = min(x, terms.pilot_small), min(y, terms.pilot_big)
        if big.cut > 0:
            y = min(y, settings.cut_level)
    return x, y


@merged
def extra_payments(
    settings: Any, g: Any, small: Any, big: Any, alliance: Any, passed: bool, tally: Tally, key: np.uint64, month: int,
    k: int,
) -> tuple[float, float, float]:  # fmt: skip
    """Return (transfer from BigCo to SmallCo, SmallCo's loss, BigCo's loss) of a month; note them in the alliance.

    Milestone payment, false report or fine, late penalty and award are transfers; audits, checks and half of what a
    dispute costs are lost.
    """
    clear_month(alliance)
    small_lost = big_lost = 0.0
    if passed:
        alliance.milestone_paid = g.milestone_payment
    gained, alliance.fine, audited = settlement.audit(settings, g, small.honest, small.cash, key, month, k)
    alliance.penalty = settlement.late_penalty(
        g, settings, alliance.stage, month - alliance.signed + 1, alliance.late_paid, small.cash - alliance.fine
    )
    alliance.late_paid += alliance.penalty
    if verifies(settings.small_code, settings.small_parameters, key, month, k, SMALL_CHECK):
        small_lost += verification_cost(settings.small_code, settings.small_parameters)
    if big.suitor == 1 and verifies(settings.big_code, settings.big_parameters, key, month, k, BIG_CHECK):
        big_lost += verification_cost(settings.big_code, settings.big_parameters)
    big_lost += audited
    alliance.checked = small_lost + big_lost
    alliance.audited += alliance.checked
    tally[r.AUDIT_SPENDING] += alliance.checked
    if alliance.blocked == 0 and settlement.disputes(settings, alliance.misfit, key, month, k):
        alliance.blocked = settings.deadlock
        if g.forum > 0.0:
            alliance.blocked = g.dispute_delay
            alliance.award = settlement.verdict(
                g, alliance.broken_by_small, alliance.broken_by_big, small.cash - alliance.fine - alliance.penalty,
                big.cash, key, month, k,
            )  # fmt: skip
            small_lost += 0.5 * g.dispute_cost
            big_lost += 0.5 * g.dispute_cost
    elif alliance.blocked > 0:
        alliance.blocked -= 1
    transfer = alliance.milestone_paid + gained - alliance.fine - alliance.penalty + alliance.award
    return transfer, small_lost, big_lost


@merged
def learn_more(
    settings: Any, g: Any, small: Any, big: Any, alliance: Any, small_kept: bool, big_kept: bool,
    small_commitment: float, big_commitment: float, discount: NDArray[np.float64], tally: Tally, month: int,
) -> None:  # fmt: skip
    """Update what only some scenarios have: public records, beliefs, knowledge and legitimacy, in place."""
    if small_kept:
        small.kept += 1.0
    else:
        small.broken += 1.0
    if big_kept:
        big.kept += 1.0
    else:
        big.broken += 1.0
    if settings.suitors < 1.0:
        alliance.suitor = experience.belief_after_promise(settings, alliance.suitor, big_kept)
        newly_cut = big.cut == settings.cut_months
        if newly_cut or big.cut == 0:
            alliance.suitor = experience.belief_after_budget(settings, alliance.suitor, newly_cut)
    if settings.small_learning > 0.0 and alliance.small_knowledge < 1.0:
        alliance.small_knowledge = experience.knowledge_after(
            alliance.small_knowledge, settings.small_learning, big_commitment, g.big_protection
        )
        if alliance.small_knowledge >= 1.0:
            pay(alliance, small, big, discount, month, settings.small_benefit, 0.0)
            tally[r.EXTERNAL] += settings.small_benefit
    if settings.big_learning > 0.0 and alliance.big_knowledge < 1.0:
        alliance.big_knowledge = experience.knowledge_after(
            alliance.big_knowledge, settings.big_learning, small_commitment, g.small_protection
        )
        if alliance.big_knowledge >= 1.0:
            pay(alliance, small, big, discount, month, 0.0, settings.big_benefit)
            tally[r.EXTERNAL] += settings.big_benefit
    if alliance.revenue > 0.0:
        small.legitimacy = experience.legitimacy_after(small.legitimacy, settings.legitimacy_rate)


@compiled
def progress(settings: Any, cell: Any, alliance: Any, factor: float, key: np.uint64, month: int, k: int) -> bool:
    """Advance a project by a month without revenue, in place; return whether a milestone was passed."""
    if alliance.stage < settings.milestones:
        chance = production.milestone_chance(cell, factor)
        if alliance.feasible == 1 and production.milestone_passed(chance, key, month, k):
            alliance.stage += 1
            alliance.belief = 1.0
            return True
        if settings.prior < 1.0:
            alliance.belief = experience.belief_without_success(alliance.belief, chance)
    else:
        alliance.wait -= 1
    return False


@compiled
def count_promises(alliance: Any, small_kept: bool, big_kept: bool) -> int:
    """Update both firms' trust, in place; return how many of the two promises were kept."""
    kept = 0
    if small_kept:
        alliance.kept_by_small += 1.0
        alliance.small_breaks = 0
        kept += 1
    else:
        alliance.broken_by_small += 1.0
        alliance.small_breaks += 1
    if big_kept:
        alliance.kept_by_big += 1.0
        alliance.big_breaks = 0
        kept += 1
    else:
        alliance.broken_by_big += 1.0
        alliance.big_breaks += 1
    return kept


@compiled
def decide(
    settings: Any, world: World, g: Any, row: Any, cell: Any, small: Any, big: Any, alliance: Any, factor: float,
    discount: NDArray[np.float64], tally: Tally, key: np.uint64, month: int, k: int,
) -> int:  # fmt: skip
    """Return how the alliance ends this month, or CONTINUES; a firm bound by a notice first gives it, in place."""
    if settings.extras and alliance.notice >= 0:
        alliance.notice -= 1
        return alliance.leaver if alliance.notice <= 0 else CONTINUES
    how = CONTINUES
    if settings.extras:
        how = outcome_of_month(
            settings, world, g, row, cell, small, big, alliance, factor, discount, tally, key, month, k
        )
        if how in (ACQUIRED, COMPLETED, FAILED_PILOT):
            return how
    if how == CONTINUES:
        how = decisions.distrusts(settings, row, alliance)
    if how == CONTINUES and settings.prior < 1.0 and alliance.belief < 1.0 and alliance.stage < settings.milestones:
        how = decisions.doubts(settings, world, row, alliance, cell.progress, month)
    if how != CONTINUES and g.notice > 0:
        alliance.notice = g.notice
        alliance.leaver = how
        return CONTINUES
    return how


@merged
def outcome_of_month(
    settings: Any, world: World, g: Any, row: Any, cell: Any, small: Any, big: Any, alliance: Any, factor: float,
    discount: NDArray[np.float64], tally: Tally, key: np.uint64, month: int, k: int,
) -> int:  # fmt: skip
    """Return how the alliance ends this month for reasons that only some scenarios have, or CONTINUES.

    BigCo exercises its option; a project is complete; a pilot ends or deepens; reasons to stay run out.
    """
    if decisions.may_acquire(g, alliance, big.cash, month) and decisions.acquires(
        settings, world, g, row, alliance, month
    ):
        whole = decisions.whole_left(settings, world, row, cell, alliance, factor, month)
        small.bought = 1
        pay(alliance, small, big, discount, month, g.strike, whole - g.strike)
        tally[r.EXTERNAL] += whole
        return ACQUIRED
    if decisions.completed(settings, alliance):
        return COMPLETED
    if alliance.pilot > 0:
        alliance.pilot -= 1
        if alliance.pilot == 0 and not decisions.passes_pilot(
            settings, world, g, row, small, big, alliance, key, month, k
        ):
            return FAILED_PILOT
    return decisions.has_enough(settings, world, row, alliance, small.legitimacy, month)


@merged
def live(
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
    smalls: Any,
    bigs: Any,
    alliances: Any,
    memory: NDArray[np.float64],
    doors: NDArray[np.int64],
    spells: Any,
    tally: Tally,
    key: np.uint64,
    month: int,
) -> bool:
    """Let every alliance commit, produce, settle, learn and decide, and every SmallCo pay its upkeep, in place.

    Returns whether any SmallCo has become insolvent.
    """
    small_factor, big_factor = discount[month, 0], discount[month, 1]
    milestones, burn, row_count, slots = settings.milestones, settings.small_burn, rows.shape[1], settings.small_slots
    asks = settings.small_asked != 0 or settings.big_asked != 0
    ordinary = settings.small_code == NASH and settings.big_code == NASH and settings.extras == 0 and not asks
    extras = settings.extras != 0
    insolvent = False
    months = selling = kept = earning = 0
    small_commitment = big_commitment = small_exposure = big_exposure = 0.0
    sunk = burnt = revenue_sum = external = concentration = 0.0
    small_spent = big_spent = small_outside = big_outside = small_regret = big_regret = best = played = 0.0
    for i in range(settings.smalls):
        small = smalls[i]
        if small.alive == 0:
            continue
        earned = squared = 0.0
        for k in range(i * slots, (i + 1) * slots):
            alliance = alliances[k]
            if alliance.partner < 0:
                if month == alliance.signed + alliance.months:
                    clear_month(alliance)  # its last month was the one before
                continue
            big = bigs[alliance.partner]
            c = alliance.contract
            g = clauses[c]
            now = runway_row(row_count, burn, small.cash)
            row = rows[c, now]
            alliance.row = now
            x, y = row.small_play, row.big_play
            if x < 0:
                x = categorical(key, month, k, SMALL_CHOICE, mixtures[0, c, now])
            if y < 0:
                y = categorical(key, month, k, BIG_CHOICE, mixtures[1, c, now])
            if not ordinary:
                x, y = chosen_levels(
                    settings, terms[c], row, quantals, replies, stages, hedges, memory, small, big, alliance, x, y, c,
                    now, key, month, k,
                )  # fmt: skip
            alliance.small_level = x
            alliance.big_level = y
            cell = cells[c, x, y]
            small_sunk, big_sunk = cell.small_sunk, cell.big_sunk
            small_bet, big_bet = settlement.exposure(small_sunk, small.cash), settlement.exposure(big_sunk, big.cash)
            small_exposure += small_bet
            big_exposure += big_bet
            x_small = x_big = revenue = 0.0
            factor, passed = 1.0, False
            if extras:
                factor = production.output_factor(settings, small.quality, alliance.boost, alliance.misfit)
            if alliance.blocked == 0:
                if alliance.stage >= milestones and alliance.wait <= 0:
                    x_small, x_big, revenue = production.sell(
                        settings.tabled, world, g, row, cell, small_levels[x], big_levels[y], factor,
                        production.state(world, quantiles, key, month, k),
                    )  # fmt: skip
                    selling += 1
                    alliance.sold += 1
                    best += terms[c].first_best
                    played += cell.joint - cell.small_cost - cell.big_cost
                    if alliance.launched < 0:
                        alliance.launched = month
                        tally[r.LAUNCHES] += 1.0
                        tally[r.LAUNCH_MONTHS] += float(month - alliance.signed)
                else:
                    passed = progress(settings, cell, alliance, factor, key, month, k)
            small_bond = big_bond = transfer = small_lost = big_lost = 0.0
            if g.small_bond > 0.0 or g.big_bond > 0.0:
                small_bond, big_bond = settlement.bonds(
                    g, small_levels[x], big_levels[y], key, month, k, alliance.signed
                )
            if extras:
                transfer, small_lost, big_lost = extra_payments(
                    settings, g, small, big, alliance, passed, tally, key, month, k
                )
            to_small, to_big = settlement.flows(
                g, cell, x_small, x_big, small_bond, big_bond, transfer, small_lost, big_lost
            )
            small.cash += to_small
            big.cash += to_big
            small_worth, big_worth = small_factor * to_small, big_factor * to_big
            small.value += small_worth
            big.value += big_worth
            alliance.small_value += small_worth
            alliance.big_value += big_worth
            alliance.small_income = to_small
            alliance.big_income = to_big
            alliance.revenue = revenue
            alliance.small_bond = small_bond
            alliance.big_bond = big_bond
            alliance.small_spent += cell.small_cost
            alliance.big_spent += cell.big_cost
            alliance.small_sunk += small_sunk
            alliance.big_sunk += big_sunk
            alliance.small_exposure += small_bet
            alliance.big_exposure += big_bet
            alliance.earned += revenue
            alliance.months += 1
            earned += revenue
            squared += revenue * revenue
            lost = (1.0 - g.bond_to_partner) * (small_bond + big_bond) + small_lost + big_lost
            months += 1
            small_commitment += small_levels[x]
            big_commitment += big_levels[y]
            sunk += small_sunk + big_sunk
            burnt += lost
            revenue_sum += revenue
            external += x_small + x_big - (cell.small_cost + cell.big_cost) - lost
            small_spent += small_factor * cell.small_cost
            big_spent += big_factor * cell.big_cost
            small_outside += small_factor * alternative_flow(settings, row, small.legitimacy)
            big_outside += big_factor * row.big_alternative
            small_regret += regrets[c, now, x, y, 0]
            big_regret += regrets[c, now, x, y, 1]
            small_kept = x >= row.small_promise
            big_kept = y >= row.big_promise
            if extras and alliance.pilot > 0:
                small_kept = x >= min(row.small_promise, terms[c].pilot_small)
                big_kept = y >= min(row.big_promise, terms[c].pilot_big)
            kept += count_promises(alliance, small_kept, big_kept)
            if extras:
                learn_more(
                    settings, g, small, big, alliance, small_kept, big_kept, small_levels[x], big_levels[y], discount,
                    tally, month,
                )  # fmt: skip
            if settings.small_learns:
                alliance.small_experience = remember(
                    settings.small_code, settings.small_parameters, memory[0, k], alliance.small_experience, x, y,
                    stages[0, c, now, : settings.small_count, : settings.big_count],
                )  # fmt: skip
            if settings.big_learns:
                alliance.big_experience = remember(
                    settings.big_code, settings.big_parameters, memory[1, k], alliance.big_experience, y, x,
                    stages[1, c, now, : settings.big_count, : settings.small_count],
                )  # fmt: skip
            how = decide(settings, world, g, row, cell, small, big, alliance, factor, discount, tally, key, month, k)
            if how != CONTINUES:
                end_alliance(settings, g, alliance, small, big, spells, tally, discount, i, month, month, how)
                doors[-1] += 1
                if how == ACQUIRED:
                    insolvent = True  # bought firms leave the market together with insolvent ones
        external += small.upkeep
        small.cash += small.upkeep
        insolvent = insolvent or small.cash < 0.0
        if earned > 0.0:
            earning += 1
            concentration += squared / (earned * earned)
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
    tally[r.SMALL_SPENT] += small_spent
    tally[r.BIG_SPENT] += big_spent
    tally[r.SMALL_OUTSIDE] += small_outside
    tally[r.BIG_OUTSIDE] += big_outside
    tally[r.SMALL_REGRET] += small_regret
    tally[r.BIG_REGRET] += big_regret
    tally[r.BEST_SURPLUS] += best
    tally[r.PLAYED_SURPLUS] += played
    tally[r.EARNING_MONTHS] += float(earning)
    tally[r.CONCENTRATION] += concentration
    return insolvent
