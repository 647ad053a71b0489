"""A run told as a story: what happened in a month, to whom, and the numbers behind it.

Events are read off the market before and after the month, so that every driver tells the same story; the numbers of a
decision are computed again by the rules that made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.simulation import endings
from simulator.simulation.model import AllianceMarket
from simulator.simulation.reasons import why_left, why_refused
from simulator.simulation.rules.experience import trust
from simulator.simulation.state import State

SAID = {
    endings.WALKED_SMALL: "SmallCo walked away",
    endings.WALKED_BIG: "BigCo walked away",
    endings.RUINED_SMALL: "SmallCo was ruined",
    endings.RUINED_BIG: "BigCo was ruined",
    endings.COMPLETED: "The project was completed",
    endings.ACQUIRED: "BigCo bought SmallCo",
    endings.DROPPED: "BigCo dropped SmallCo after a tournament",
    endings.FAILED_PILOT: "The pilot was not deepened",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Parameters
    ----------
    month : int
        From 0.
    kind : str
        What: entered, cut, met, signed, milestone, launched, broke, forfeited, audited, fined, late, disputed, learnt,
        notice, deepened, ended, bought or ruined.
    small, big : int
        Indices of the firms; -1 where none is concerned.
    text : str
        One sentence with the numbers behind it.
    """

    month: int
    kind: str
    small: int
    big: int
    text: str


def events_of(model: AllianceMarket, before: State, month: int, contracts: Sequence[str]) -> Iterator[Event]:
    """Yield the events of a month by comparing the market before and after it, in the order of a period."""
    after, slots = model.state, int(model.prepared.settings.small_slots)
    for i in range(len(after.smalls)):
        if after.smalls[i].alive and not before.smalls[i].alive:
            cash = model.prepared.settings.small_cash
            yield Event(month, "entered", i, -1, f"SmallCo {i} was founded with {cash:g} of cash.")
    for j in range(len(after.bigs)):
        if after.bigs[j].cut == model.prepared.settings.cut_months and after.bigs[j].cut > before.bigs[j].cut:
            level = model.prepared.big_levels[model.prepared.settings.cut_level]
            text = f"BigCo {j} cut its alliance budget: at most {level:.3g} for {after.bigs[j].cut} months."
            yield Event(month, "cut", -1, j, text)
    for k in range(len(after.alliances)):
        yield from _begun(model, before, month, k, k // slots, contracts)
    for k in range(len(after.alliances)):
        yield from _lived(model, before, month, k, k // slots)
    for i in range(len(after.smalls)):
        small = after.smalls[i]
        if before.smalls[i].alive and not small.alive and not small.bought:
            yield Event(month, "ruined", i, -1, f"SmallCo {i} ran out of cash ({small.cash:.3g}).")
    for j in range(len(after.bigs)):
        if before.bigs[j].alive and not after.bigs[j].alive:
            yield Event(month, "ruined", -1, j, f"BigCo {j} ran out of cash ({after.bigs[j].cash:.3g}).")


def _begun(
    model: AllianceMarket, before: State, month: int, k: int, i: int, contracts: Sequence[str]
) -> Iterator[Event]:
    """Yield that a SmallCo met a BigCo and signed, or why it did not."""
    after = model.state.alliances[k]
    if after.met_month != month:
        return
    j = int(after.met)
    if after.signed == month:
        fee = f", for a fee of {after.fee:.3g}" if after.fee else ""
        yield Event(
            month, "signed", i, j, f"SmallCo {i} signed with BigCo {j} under {contracts[after.contract]!r}{fee}."
        )
    else:
        reason = why_refused(model, before, month, k, i, j)
        yield Event(month, "met", i, j, f"SmallCo {i} met BigCo {j}, but they did not sign: {reason}.")


def _lived(model: AllianceMarket, before: State, month: int, k: int, i: int) -> Iterator[Event]:
    """Yield what happened to the alliance in slot k in a month, in the order of a period."""
    was, now = before.alliances[k], model.state.alliances[k]
    settings, allied, fresh = model.prepared.settings, now.partner >= 0, now.signed == month
    if not (allied or was.partner >= 0 or fresh):
        return
    big = int(now.partner if allied else now.former)

    def event(kind: str, text: str) -> Event:
        return Event(month, kind, i, big, text)

    if now.stage > (0 if fresh else was.stage):
        paid = f"; BigCo paid {now.milestone_paid:.3g}" if now.milestone_paid > 0.0 else ""
        yield event("milestone", f"Milestone {now.stage} of {settings.milestones} passed{paid}.")
    if now.launched == month:
        yield event("launched", f"First revenue, {now.revenue:.3g}, after {month - now.signed} months.")
    yield from _promises(model, was, now, event)
    if now.checked > 0.0:
        yield event("audited", f"Audits and checks cost {now.checked:.3g}.")
    if now.fine > 0.0:
        yield event("fined", f"An audit found a false report: SmallCo paid a fine of {now.fine:.3g}.")
    if now.penalty > 0.0:
        yield event("late", f"SmallCo paid {now.penalty:.3g} for late delivery, {now.late_paid:.3g} so far.")
    if now.blocked > (0 if fresh else was.blocked):
        award = f"; {'SmallCo' if now.award > 0.0 else 'BigCo'} was awarded {abs(now.award):.3g}" if now.award else ""
        yield event("disputed", f"The partners quarrelled, which blocks the project for {now.blocked} months{award}.")
    for name, partner in (("small", "BigCo"), ("big", "SmallCo")):
        if now[f"{name}_knowledge"] >= 1.0 > (0.0 if fresh else was[f"{name}_knowledge"]):
            firm = "SmallCo" if name == "small" else "BigCo"
            yield event("learnt", f"{firm} has learnt everything {partner} knows.")
    if allied and now.notice >= 0 > (-1 if fresh else was.notice):
        yield event("notice", f"{why_left(model, k, int(now.leaver))}; the notice lasts {now.notice} months.")
    if allied and now.pilot == 0 and not fresh and was.pilot > 0:
        yield event("deepened", f"The pilot went well: SmallCo's belief in a suitor is {now.suitor:.2f}.")
    if not allied:
        yield event("bought" if now.ended == endings.ACQUIRED else "ended", _ending(model, month, k, now))


def _promises(model: AllianceMarket, was: Any, now: Any, event: Any) -> Iterator[Event]:
    """Yield promises that were broken for the first time in a row, and bonds that were forfeited."""
    t = model.prepared
    g, row = t.clauses[now.contract], t.rows[now.contract, now.row]
    for name, levels in (("small", t.small_levels), ("big", t.big_levels)):
        firm, done = "SmallCo" if name == "small" else "BigCo", levels[now[f"{name}_level"]]
        promised = max(float(g[f"{name}_floor"]), float(levels[row[f"{name}_promise"]]))
        if now[f"{name}_breaks"] == 1 and now[f"broken_by_{name}"] > t.settings.broken:
            yield event("broke", f"{firm} broke its promise: it committed {done:.3g} of {promised:.3g}.")
        if now[f"{name}_bond"] > 0.0:
            yield event(
                "forfeited",
                f"{firm} forfeited its bond of {now[f'{name}_bond']:.3g}: it committed {done:.3g} of a promised "
                f"{promised:.3g}.",
            )


def _ending(model: AllianceMarket, month: int, k: int, now: Any) -> str:
    """Return how an alliance ended, and why."""
    how = int(now.ended)
    reason = why_left(model, k, how) if how in (endings.WALKED_SMALL, endings.WALKED_BIG) else SAID[how]
    cash = model.state.smalls[k // int(model.prepared.settings.small_slots)].cash
    trusts = trust(now.kept_by_big, now.broken_by_big), trust(now.kept_by_small, now.broken_by_small)
    return (
        f"{reason} after {month - now.signed + 1} months; cash {cash:.3g}, trust of SmallCo {trusts[0]:.2f}, of BigCo "
        f"{trusts[1]:.2f}."
    )
