"""Commit, produce, settle, learn and decide, alliance by alliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.economy.firm import Role
from simulator.foundation.draws import BIG_CHECK, SMALL_CHECK
from simulator.simulation import endings
from simulator.simulation import record as r
from simulator.simulation.agents import Alliance, BigCo, SmallCo
from simulator.simulation.reference.minds import chosen_level, mind
from simulator.simulation.rules import decisions, departure, experience, production, settlement
from simulator.simulation.rules.valuation import alternative_flow
from simulator.simulation.state import clear_month
from simulator.simulation.strategies import remember, verification_cost, verifies

if TYPE_CHECKING:
    from simulator.simulation.reference import ReferenceMarket


def live(market: ReferenceMarket, small: SmallCo) -> None:
    """Let a SmallCo live a month with each of its alliances, and pay its upkeep."""
    revenues = []
    for alliance in small.slots:
        big = alliance.big
        if big is None:
            clear_month(alliance.record)
            continue
        revenues.append(_work(market, small, big, alliance))
    upkeep = small.record.upkeep = departure.small_upkeep(market.settings, market.key, market.month, small.index)
    market.sums[r.EXTERNAL] += upkeep
    small.cash = small.cash + upkeep
    earned = squared = 0.0
    for revenue in revenues:
        earned += revenue
        squared += revenue * revenue
    if earned > 0.0:
        market.sums[r.EARNING_MONTHS] += 1
        market.sums[r.CONCENTRATION] += squared / (earned * earned)


def _work(market: ReferenceMarket, small: SmallCo, big: BigCo, alliance: Alliance) -> float:
    """Live a month of an alliance; return its revenue."""
    t, settings, sums, key, month, k = (
        market.prepared, market.settings, market.sums, market.key, market.month, alliance.index
    )  # fmt: skip
    record, c, now = alliance.record, alliance.contract_index, market.now(small)
    g, row, terms = t.clauses[c], t.rows[c, now], t.terms[c]
    record.row = now
    levels = [chosen_level(market, role, alliance, now) for role in Role]
    x, y = levels
    alliance.small_level, alliance.big_level = x, y
    cell = t.cells[c, x, y]
    small_bet = settlement.exposure(cell.small_sunk, small.cash)
    big_bet = settlement.exposure(cell.big_sunk, big.cash)
    factor = 1.0
    if settings.extras:
        factor = production.output_factor(settings, small.quality, record.boost, record.misfit)
    x_small, x_big, revenue, passed = _produce(market, alliance, row, cell, factor)
    small_bond, big_bond = settlement.bonds(g, t.small_levels[x], t.big_levels[y], key, month, k, record.signed)
    transfer = small_lost = big_lost = 0.0
    if settings.extras:
        transfer, small_lost, big_lost = _pay_extras(market, g, small, big, alliance, passed)
    to_small, to_big = settlement.flows(g, cell, x_small, x_big, small_bond, big_bond, transfer, small_lost, big_lost)
    market.pay(alliance, to_small, to_big)
    alliance.small_income, alliance.big_income, alliance.revenue = to_small, to_big, revenue
    record.small_bond, record.big_bond = small_bond, big_bond
    for name, value in (
        ("small_spent", cell.small_cost), ("big_spent", cell.big_cost), ("small_sunk", cell.small_sunk),
        ("big_sunk", cell.big_sunk), ("small_exposure", small_bet), ("big_exposure", big_bet), ("earned", revenue),
        ("months", 1),
    ):  # fmt: skip
        record[name] += value
    lost = (1.0 - g.bond_to_partner) * (small_bond + big_bond) + small_lost + big_lost
    small_discount, big_discount = t.discount[month]
    for column, value in (
        (r.ALLIANCE_MONTHS, 1), (r.PROMISES, 2), (r.SMALL_COMMITMENT, t.small_levels[x]),
        (r.BIG_COMMITMENT, t.big_levels[y]), (r.SMALL_EXPOSURE, small_bet), (r.BIG_EXPOSURE, big_bet),
        (r.SUNK, cell.small_sunk + cell.big_sunk), (r.BURNT, lost), (r.REVENUE, revenue),
        (r.EXTERNAL, x_small + x_big - (cell.small_cost + cell.big_cost) - lost),
        (r.SMALL_SPENT, small_discount * cell.small_cost), (r.BIG_SPENT, big_discount * cell.big_cost),
        (r.SMALL_OUTSIDE, small_discount * alternative_flow(settings, row, small.legitimacy)),
        (r.BIG_OUTSIDE, big_discount * row.big_alternative), (r.SMALL_REGRET, t.regrets[c, now, x, y, 0]),
        (r.BIG_REGRET, t.regrets[c, now, x, y, 1]),
    ):  # fmt: skip
        sums[column] += value
    limits = (terms.pilot_small, terms.pilot_big) if settings.extras and record.pilot > 0 else (x, y)
    kept = [
        level >= min(promise, limit) if settings.extras and record.pilot > 0 else level >= promise
        for level, promise, limit in zip(levels, (row.small_promise, row.big_promise), limits, strict=True)
    ]
    _count_promises(market, alliance, kept)
    if settings.extras:
        _learn(market, g, small, big, alliance, kept)
    for role, learns, own, other in (
        (Role.SMALL, settings.small_learns, x, y),
        (Role.BIG, settings.big_learns, y, x),
    ):
        if learns:
            code, parameters, memory, payoffs = mind(market, role, alliance, now)
            name = f"{role.value}_experience"
            record[name] = remember(code, parameters, memory, float(record[name]), own, other, payoffs)
    how = _decide(market, g, row, cell, small, big, alliance, factor)
    if how != endings.CONTINUES:
        market.end(alliance, how)
    return float(revenue)


def _produce(
    market: ReferenceMarket, alliance: Alliance, row: Any, cell: Any, factor: float
) -> tuple[float, float, float, bool]:
    """Return (x_S, x_B, revenue) of a month, and whether a milestone was passed; nothing where a dispute blocks it."""
    t, settings, record, key, month, k = (
        market.prepared, market.settings, alliance.record, market.key, market.month, alliance.index
    )  # fmt: skip
    if record.blocked != 0:
        return 0.0, 0.0, 0.0, False
    if record.stage < settings.milestones:
        chance = production.milestone_chance(cell, factor)
        if record.feasible == 1 and production.milestone_passed(chance, key, month, k):
            record.stage += 1
            record.belief = 1.0
            return 0.0, 0.0, 0.0, True
        if settings.prior < 1.0:
            record.belief = experience.belief_without_success(record.belief, chance)
        return 0.0, 0.0, 0.0, False
    if record.wait > 0:
        record.wait -= 1
        return 0.0, 0.0, 0.0, False
    g, omega = t.clauses[alliance.contract_index], production.state(t.world, t.quantiles, key, month, k)
    small, big = t.small_levels[alliance.small_level], t.big_levels[alliance.big_level]
    x_small, x_big, revenue = production.sell(settings.tabled, t.world, g, row, cell, small, big, factor, omega)
    record.sold += 1
    for column, value in (
        (r.SELLING_MONTHS, 1), (r.BEST_SURPLUS, t.terms[alliance.contract_index].first_best),
        (r.PLAYED_SURPLUS, cell.joint - cell.small_cost - cell.big_cost),
    ):  # fmt: skip
        market.sums[column] += value
    if record.launched < 0:
        record.launched = month
        market.add(r.LAUNCHES, 1.0)
        market.add(r.LAUNCH_MONTHS, float(month - record.signed))
    return x_small, x_big, revenue, False


def _pay_extras(
    market: ReferenceMarket, g: Any, small: SmallCo, big: BigCo, alliance: Alliance, passed: bool
) -> tuple[float, float, float]:
    """Return (transfer from BigCo to SmallCo, SmallCo's loss, BigCo's loss) of a month; note them in the alliance."""
    settings, record, key, month, k = market.settings, alliance.record, market.key, market.month, alliance.index
    clear_month(record)
    if passed:
        record.milestone_paid = g.milestone_payment
    gained, record.fine, audited = settlement.audit(settings, g, small.record.honest, small.cash, key, month, k)
    age, left = month - record.signed + 1, small.cash - record.fine
    record.penalty = settlement.late_penalty(g, settings, record.stage, age, record.late_paid, left)
    record.late_paid += record.penalty
    lost = []
    for code, parameters, purpose, checks in (
        (settings.small_code, settings.small_parameters, SMALL_CHECK, True),
        (settings.big_code, settings.big_parameters, BIG_CHECK, big.suitor),
    ):
        checked = checks and verifies(code, parameters, key, month, k, purpose)
        lost.append(verification_cost(code, parameters) if checked else 0.0)
    small_lost, big_lost = lost[0], lost[1] + audited
    record.checked = small_lost + big_lost
    record.audited += record.checked
    market.add(r.AUDIT_SPENDING, record.checked)
    if record.blocked > 0:
        record.blocked -= 1
    elif settlement.disputes(settings, record.misfit, key, month, k):
        record.blocked = settings.deadlock
        if g.forum > 0.0:
            record.blocked = g.dispute_delay
            record.award = settlement.verdict(
                g, record.broken_by_small, record.broken_by_big, left - record.penalty, big.cash, key, month, k
            )
            small_lost += 0.5 * g.dispute_cost
            big_lost += 0.5 * g.dispute_cost
    return record.milestone_paid + gained - record.fine - record.penalty + record.award, small_lost, big_lost


def _count_promises(market: ReferenceMarket, alliance: Alliance, kept: list[bool]) -> None:
    """Update both firms' trust."""
    for firm, did in zip(("small", "big"), kept, strict=True):
        alliance.record[f"{'kept' if did else 'broken'}_by_{firm}"] += 1.0
        alliance.record[f"{firm}_breaks"] = 0 if did else alliance.record[f"{firm}_breaks"] + 1
        market.sums[r.PROMISES_KEPT] += int(did)


def _learn(market: ReferenceMarket, g: Any, small: SmallCo, big: BigCo, alliance: Alliance, kept: list[bool]) -> None:
    """Update public records, beliefs, knowledge and legitimacy."""
    settings, record = market.settings, alliance.record
    for firm, did in zip((small, big), kept, strict=True):
        firm.record["kept" if did else "broken"] += 1.0
    if settings.suitors < 1.0:
        alliance.suitor = experience.belief_after_promise(settings, alliance.suitor, kept[1])
        newly_cut = big.cut == settings.cut_months
        if newly_cut or big.cut == 0:
            alliance.suitor = experience.belief_after_budget(settings, alliance.suitor, newly_cut)
    for own, rate, commitment, protection, benefit in (
        ("small", settings.small_learning, alliance.big_commitment, g.big_protection, settings.small_benefit),
        ("big", settings.big_learning, alliance.small_commitment, g.small_protection, settings.big_benefit),
    ):
        before = record[f"{own}_knowledge"]
        if rate > 0.0 and before < 1.0:
            record[f"{own}_knowledge"] = experience.knowledge_after(before, rate, commitment, protection)
            if record[f"{own}_knowledge"] >= 1.0:
                market.pay(alliance, *((benefit, 0.0) if own == "small" else (0.0, benefit)))
                market.add(r.EXTERNAL, benefit)
    if record.revenue > 0.0:
        small.legitimacy = experience.legitimacy_after(small.legitimacy, settings.legitimacy_rate)


def _decide(
    market: ReferenceMarket, g: Any, row: Any, cell: Any, small: SmallCo, big: BigCo, alliance: Alliance, factor: float
) -> int:
    """Return how the alliance ends this month, or CONTINUES; a firm bound by a notice first gives it."""
    settings, world, record, month = market.settings, market.prepared.world, alliance.record, market.month
    how: int = endings.CONTINUES
    if settings.extras:
        if record.notice >= 0:
            record.notice -= 1
            return int(record.leaver) if record.notice <= 0 else endings.CONTINUES
        may = decisions.may_acquire(g, record, big.cash, month)
        if may and decisions.acquires(settings, world, g, row, record, month):
            whole = decisions.whole_left(settings, world, row, cell, record, factor, month)
            small.record.bought = 1
            market.pay(alliance, g.strike, whole - g.strike)
            market.add(r.EXTERNAL, whole)
            return endings.ACQUIRED
        if decisions.completed(settings, record):
            return endings.COMPLETED
        if record.pilot > 0:
            record.pilot -= 1
            shown = (settings, world, g, row, small.record, big.record, record, market.key, month, alliance.index)
            if record.pilot == 0 and not decisions.passes_pilot(*shown):
                return endings.FAILED_PILOT
        how = decisions.has_enough(settings, world, row, record, small.legitimacy, month)
    if how == endings.CONTINUES:
        how = decisions.distrusts(settings, row, record)
    unproven = settings.prior < 1.0 and record.belief < 1.0 and record.stage < settings.milestones
    if how == endings.CONTINUES and unproven:
        how = decisions.doubts(settings, world, row, record, cell.progress, month)
    if how != endings.CONTINUES and g.notice > 0:
        record.notice, record.leaver = g.notice, how
        return endings.CONTINUES
    return int(how)
