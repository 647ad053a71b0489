"""Why firms did not sign, and why one left: the rule that decided, with its numbers, in words."""

from __future__ import annotations

from typing import Any

from simulator.economy.alliance import with_equity
from simulator.simulation.endings import WALKED_BIG, WALKED_SMALL
from simulator.simulation.model import AllianceMarket
from simulator.simulation.rules import decisions, signing
from simulator.simulation.rules.experience import relies, trust
from simulator.simulation.rules.meeting import fit_of, pair_misfit
from simulator.simulation.rules.valuation import alternative_flow, alternatives, deal_values
from simulator.simulation.state import State
from simulator.simulation.strategies import quits
from simulator.simulation.tables import BARGAINED


def why_refused(model: AllianceMarket, before: State, month: int, k: int, i: int, j: int) -> str:
    """Return why SmallCo i and BigCo j, who met in a month, signed nothing; of a menu, why not the first contract."""
    t, settings, key = model.prepared, model.prepared.settings, model.key
    small, big, g = before.smalls[i], before.bigs[j], t.clauses[0]
    if not small.alive:
        small = model.state.smalls[i]  # founded this month
    upfront = 0.0 if settings.signing == BARGAINED else g.fee
    cash = small.cash
    suitor, estimate, misfit = settings.suitors, 1.0, 0.0
    if settings.extras:
        pair = i * int(settings.bigs) + j
        if signing.small_vets(settings, cash):
            cash -= settings.small_vetting
            suitor = signing.suitor_signal(settings, big.suitor, key, month, pair)
        if signing.big_vets(settings, big.cash):
            estimate = signing.quality_signal(settings, small, key, month, pair)
        misfit = pair_misfit(settings, key, i, j)
    row = t.rows[0, signing.runway_row(t.rows.shape[1], settings.small_burn, cash + upfront)]
    prior = trust(settings.kept, settings.broken)
    for firm, threshold in (("SmallCo", row.small_threshold), ("BigCo", row.big_threshold)):
        if not relies(settings.kept, settings.broken, threshold):
            return f"{firm} trusts strangers with {prior:.2f}, and needs {threshold:.2f}"
    if not relies(suitor, 1.0 - suitor, row.small_threshold):
        return f"SmallCo takes BigCo for a suitor with {suitor:.2f}, and needs {row.small_threshold:.2f}"
    fit, months = fit_of(settings, misfit), float(settings.months - month)
    values = deal_values(settings, t.world, g, row, months, fit, estimate * fit)
    fees = with_equity(upfront, -upfront, g.equity)
    others = alternatives(settings, t.world, row, small.legitimacy, months)
    for firm, value, fee, other in zip(("SmallCo", "BigCo"), values, fees, others, strict=True):
        if value + fee < other:
            return f"{firm} expected {value + fee:.3g}, and has {other:.3g} without the deal"
    if not signing.can_deposit(g, cash + fees[0], big.cash + fees[1]):
        return f"they cannot deposit {g.small_escrow:.3g} and {g.big_escrow:.3g}"
    if (g.small_exclusive and small.active) or (g.big_exclusive and big.active):
        return "the contract is exclusive, and one of them has another alliance"
    return "there was no fee on which both gain"


def why_left(model: AllianceMarket, k: int, how: int) -> str:
    """Return why a firm walked away (or gave notice) from the alliance in slot k this month."""
    t, settings, month = model.prepared, model.prepared.settings, model.month - 1
    alliance = model.state.alliances[k]
    row = t.rows[alliance.contract, alliance.row]
    small = how == WALKED_SMALL
    who, walked = ("SmallCo" if small else "BigCo"), f"{'SmallCo' if small else 'BigCo'} walked away"
    kept = (
        (alliance.kept_by_big, alliance.broken_by_big) if small else (alliance.kept_by_small, alliance.broken_by_small)
    )
    threshold = row.small_threshold if small else row.big_threshold
    if small and settings.suitors < 1.0 and not relies(alliance.suitor, 1.0 - alliance.suitor, threshold):
        return f"{walked}, taking BigCo for a suitor with only {alliance.suitor:.2f} (it needs {threshold:.2f})"
    if not relies(*kept, threshold):
        return f"{walked}: its trust, {trust(*kept):.2f}, fell below {threshold:.2f}"
    cell = t.cells[alliance.contract, alliance.small_level, alliance.big_level]
    if settings.prior < 1.0 and alliance.belief < 1.0 and alliance.stage < settings.milestones:
        doubting = decisions.doubts(settings, t.world, row, alliance, cell.progress, month)
        if doubting == how:
            spent = -row.small_waiting if small else -row.big_waiting
            return (
                f"{walked}: it gives the project {alliance.belief:.2f}, and a milestone this month had the chance "
                f"{cell.progress:.2f} at a cost of {spent:.3g}"
            )
    return f"{walked}{_flows(model, row, alliance, k, small, who)}"


def _flows(model: AllianceMarket, row: Any, alliance: Any, k: int, small: bool, who: str) -> str:
    """Return why a firm that has learnt everything, or a rational quitter, left."""
    settings, world = model.prepared.settings, model.prepared.world
    legitimacy = model.state.smalls[k // int(settings.small_slots)].legitimacy
    sells = alliance.stage >= settings.milestones and alliance.wait <= 0
    knowledge = alliance.small_knowledge if small else alliance.big_knowledge
    if knowledge >= 1.0:
        flow = (row.small_selling if small else row.big_selling) if sells else (
            row.small_waiting if small else row.big_waiting
        )  # fmt: skip
        other = alternative_flow(settings, row, legitimacy) if small else row.big_alternative
        return f": it has learnt everything, and a month is worth {flow:.3g}, less than {other:.3g} without"
    if quits(settings.small_code if small else settings.big_code):
        month = model.month - 1
        value = decisions.prospects_left(settings, world, row, alliance, month)[0 if small else 1]
        other = alternatives(settings, world, row, legitimacy, float(settings.months - 1 - month))[0 if small else 1]
        return f": it expected {value:.3g} of the rest, and has {other:.3g} without"
    return " when its notice was over" if alliance.leaver in (WALKED_SMALL, WALKED_BIG) else f", as {who} had decided"
