"""The state of a market as arrays: one entry per SmallCo, per BigCo, and per slot for an alliance."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import BIG_TYPE, QUALITY, SMALL_TYPE, bernoulli, normal
from simulator.games.networks.acceptance import Room, new_room
from simulator.simulation.tables import DEFERRED_ACCEPTANCE, Prepared

SMALL = np.dtype(
    [(name, np.float64) for name in ("cash", "value", "upkeep", "quality", "legitimacy", "kept", "broken")]
    + [(name, np.int64) for name in ("alive", "bought", "honest", "active", "bound")]
)
BIG = np.dtype(
    [(name, np.float64) for name in ("cash", "value", "upkeep", "kept", "broken")]
    + [(name, np.int64) for name in ("alive", "suitor", "active", "bound", "portfolio", "ranked", "cut")]
)
ALLIANCE = np.dtype(
    [
        (name, np.float64)
        for name in (
            "belief", "suitor", "kept_by_small", "broken_by_small", "kept_by_big", "broken_by_big", "small_income",
            "big_income", "revenue", "small_bond", "big_bond", "milestone_paid", "fine", "penalty", "checked", "award",
            "small_knowledge", "big_knowledge", "small_spent", "big_spent", "small_sunk", "big_sunk", "small_exposure",
            "big_exposure", "small_value", "big_value", "earned", "late_paid", "audited", "misfit", "estimate", "boost",
            "fee", "small_escrow", "big_escrow", "small_experience", "big_experience",
        )
    ]
    + [
        (name, np.int64)
        for name in (
            "partner", "former", "signed", "contract", "stage", "wait", "feasible", "launched", "small_level",
            "big_level", "small_breaks", "big_breaks", "ended", "pilot", "notice", "leaver", "blocked", "sold",
            "months", "met",
            "met_month", "row",
        )
    ]
)  # fmt: skip
SPELL = np.dtype(
    [(name, np.int64) for name in ("small", "big", "contract", "start", "end", "cause", "months", "stage", "launched")]
    + [
        (name, np.float64)
        for name in (
            "fee", "small_value", "big_value", "small_spent", "big_spent", "small_sunk", "big_sunk", "small_exposure",
            "big_exposure", "small_kept", "big_kept", "small_trust", "big_trust", "revenue", "audited",
            "small_knowledge", "big_knowledge",
        )
    ]
)  # fmt: skip


class State(NamedTuple):
    """The market at one moment; N SmallCos of s slots, M BigCos, A = N s slots for alliances.

    Parameters
    ----------
    smalls : record array, shape (N,)
        One per SmallCo: cash; present value of its alliance cash flows (money); this month's cash flow outside its
        alliances (`upkeep`); quality (a factor on output);
        legitimacy in [0, 1]; public record of promises kept and broken; whether alive and honest; number of alliances;
        whether one of them is exclusive.
    bigs : record array, shape (M,)
        One per BigCo, likewise; whether it is a suitor; `portfolio` its alliances at this month's commitments; `cut`
        the months for which its budget is still cut.
    alliances : record array, shape (A,)
        Slot k belongs to SmallCo k // s. ``partner`` and ``former`` are BigCo indices or -1; ``contract`` an index;
        ``small_level`` and ``big_level`` the last commitments as level indices or -1; ``kept_by_*`` and ``broken_by_*``
        the Beta counts of the other firm's belief, prior included; ``*_breaks`` broken promises in a row; ``suitor``
        SmallCo's belief that the partner is one; ``estimate`` what BigCo thinks of SmallCo's quality; ``launched`` the
        month of the first revenue or -1; ``pilot``, ``notice`` and ``blocked`` months left (-1: no notice); ``leaver``
        how it will end after the notice; ``ended`` how the last one ended (a code of `endings`). Money of the month:
        ``*_income``, ``revenue``, ``*_bond`` (forfeited), ``milestone_paid``, ``fine``, ``penalty``, ``checked``
        (audits and checks), ``award`` (to SmallCo). Since signing: ``*_spent``, ``*_sunk``, ``*_exposure`` (sums),
        ``*_value`` (present value), ``earned``, ``late_paid``, ``audited``, ``sold`` and ``months`` (counts). ``met``
        and ``met_month`` are the BigCo last met and when, ``row`` the row of the stage game this month.
    memory : float array, shape (2, A, L)
        What learning strategies of SmallCo (0) and BigCo (1) remember of an alliance; L is 1 where nobody learns.
    doors : int array, shape (M + 1,)
        Scratch: the BigCos with an open slot; the last entry is the number of open slots of living SmallCos, so that a
        month in which nobody looks for a partner need not look for them.
    held : int array, shape (M, slots)
        Scratch: the alliances of each BigCo.
    spells : record array, shape (S,)
        One row per ended alliance, the first S of a run; nothing is kept where S is 0.
    proposers, is_open, records : int, int and float arrays, shape (N,), (M,) and (M,)
        Scratch: the SmallCos that propose; whether a BigCo is open; its public record.
    room : Room
        Scratch: the proposals, and whom deferred acceptance gives to each proposer; empty in other markets.
    """

    smalls: Any
    bigs: Any
    alliances: Any
    memory: NDArray[np.float64]
    doors: NDArray[np.int64]
    held: NDArray[np.int64]
    spells: Any
    proposers: NDArray[np.int64]
    is_open: NDArray[np.int64]
    records: NDArray[np.float64]
    room: Room


def new_state(t: Prepared, spells: int = 0) -> State:
    """Return arrays for a market with room for a number of ended alliances; `reset` makes it that of a run."""
    smalls, bigs, small_slots, big_slots, memory = (int(t.settings[name]) for name in _SIZES)
    slots = smalls * small_slots
    proposing = t.settings.matching == DEFERRED_ACCEPTANCE
    edges = t.links.size if t.settings.linked else smalls * min(int(t.settings.candidates), bigs)
    return State(
        _records(smalls, SMALL),
        _records(bigs, BIG),
        _records(slots, ALLIANCE),
        np.zeros((2, slots, memory)),
        np.zeros(bigs + 1, dtype=np.int64),
        np.zeros((bigs, big_slots), dtype=np.int64),
        _records(spells, SPELL),
        np.zeros(smalls, dtype=np.int64),
        np.zeros(bigs, dtype=np.int64),
        np.zeros(bigs),
        new_room(smalls, bigs, edges + 1) if proposing else new_room(0, 0, 0),
    )


_SIZES = ("smalls", "bigs", "small_slots", "big_slots", "memory")


@functools.cache
def _record(fields: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of records of these fields, which NumPy need not look up whenever it makes some."""
    return np.dtype((np.record, fields))


def _records(count: int, fields: np.dtype[Any]) -> Any:
    """Return so many records of zeros."""
    return np.zeros(count, dtype=_record(fields)).view(np.recarray)


@routine
def reset(settings: Any, smalls: Any, bigs: Any, alliances: Any, doors: NDArray[np.int64], key: np.uint64) -> None:
    """Put the market to before the first month of the run with this key, in place."""
    for i in range(settings.smalls):
        found(settings, smalls[i], key, 0, i)
        smalls[i].value = 0.0
    for k in range(alliances.shape[0]):
        clear(alliances[k])
    for j in range(settings.bigs):
        big = bigs[j]
        big.cash = settings.big_cash
        big.value = 0.0
        big.kept = 0.0
        big.broken = 0.0
        big.alive = 1
        big.suitor = 1
        if settings.suitors < 1.0 and not bernoulli(key, 0, j, BIG_TYPE, settings.suitors):
            big.suitor = 0
        big.active = 0
        big.bound = 0
        big.portfolio = 0
        big.ranked = 0
        big.cut = 0
    doors[-1] = settings.smalls * settings.small_slots


@routine
def found(settings: Any, small: Any, key: np.uint64, month: int, i: int) -> None:
    """Make a SmallCo a newly founded firm, in place; the value of its predecessor stays in the books."""
    small.cash = settings.small_cash
    small.quality = 1.0
    if settings.quality_spread > 0.0:
        spread = settings.quality_spread
        small.quality = math.exp(spread * normal(key, month, i, QUALITY) - 0.5 * spread * spread)
    small.legitimacy = 0.0
    small.kept = 0.0
    small.broken = 0.0
    small.alive = 1
    small.bought = 0
    small.honest = 1
    if settings.honest < 1.0 and not bernoulli(key, month, i, SMALL_TYPE, settings.honest):
        small.honest = 0
    small.active = 0
    small.bound = 0


@compiled
def clear(alliance: Any) -> None:
    """Make a slot of a newly founded SmallCo empty, in place."""
    alliance.partner = -1
    alliance.former = -1
    alliance.signed = -1
    alliance.small_level = -1
    alliance.big_level = -1
    alliance.ended = 0
    alliance.months = 0
    alliance.met = -1
    alliance.met_month = -1
    alliance.row = 0
    clear_month(alliance)


@compiled
def clear_month(alliance: Any) -> None:
    """Forget last month's flows of an alliance, in place."""
    alliance.small_income = 0.0
    alliance.big_income = 0.0
    alliance.revenue = 0.0
    alliance.small_bond = 0.0
    alliance.big_bond = 0.0
    alliance.milestone_paid = 0.0
    alliance.fine = 0.0
    alliance.penalty = 0.0
    alliance.checked = 0.0
    alliance.award = 0.0


@routine
def ally(
    settings: Any, g: Any, alliance: Any, small: Any, big: Any, partner: int, contract: int, month: int, feasible: bool
) -> None:
    """Start an alliance this month, in place; `partner` is BigCo's index, `contract` that of what they signed."""
    small.active += 1
    big.active += 1
    if g.small_exclusive > 0.0:
        small.bound = 1
    if g.big_exclusive > 0.0:
        big.bound = 1
    alliance.partner = partner
    alliance.contract = contract
    alliance.signed = month
    alliance.stage = 0
    alliance.wait = settings.delay
    alliance.feasible = 1 if feasible else 0
    alliance.belief = settings.prior
    alliance.suitor = settings.suitors
    alliance.estimate = 1.0
    alliance.boost = 1.0
    alliance.misfit = 0.0
    alliance.launched = -1
    alliance.small_level = -1
    alliance.big_level = -1
    alliance.kept_by_small = settings.kept
    alliance.broken_by_small = settings.broken
    alliance.kept_by_big = settings.kept
    alliance.broken_by_big = settings.broken
    alliance.small_breaks = 0
    alliance.big_breaks = 0
    alliance.small_knowledge = 0.0
    alliance.big_knowledge = 0.0
    alliance.small_spent = 0.0
    alliance.big_spent = 0.0
    alliance.small_sunk = 0.0
    alliance.big_sunk = 0.0
    alliance.small_exposure = 0.0
    alliance.big_exposure = 0.0
    alliance.small_value = 0.0
    alliance.big_value = 0.0
    alliance.earned = 0.0
    alliance.late_paid = 0.0
    alliance.audited = 0.0
    alliance.fee = 0.0
    alliance.small_escrow = 0.0
    alliance.big_escrow = 0.0
    alliance.small_experience = 0.0
    alliance.big_experience = 0.0
    alliance.pilot = g.pilot_length
    alliance.notice = -1
    alliance.leaver = 0
    alliance.blocked = 0
    alliance.sold = 0
    alliance.months = 0
    clear_month(alliance)


@compiled
def part(alliance: Any, small: Any, big: Any, how: int) -> None:
    """End an alliance, in place; `how` is one of the codes of `endings`. An exclusive firm has no other alliance."""
    alliance.ended = how
    alliance.former = alliance.partner
    alliance.partner = -1
    small.active -= 1
    small.bound = 0
    big.active -= 1
    big.bound = 0
