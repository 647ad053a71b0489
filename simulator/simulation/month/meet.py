"""Meet: every SmallCo with an open slot looks for a BigCo with one, at random, through its network, or by proposing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.world import World
from simulator.foundation.compiled import compiled, routine
from simulator.games.networks.acceptance import Room, accept
from simulator.simulation import record as r
from simulator.simulation.month.sign import Tally, agree, negotiate, sign
from simulator.simulation.rules import meeting, signing
from simulator.simulation.rules.signing import NOBODY
from simulator.simulation.tables import DEFERRED_ACCEPTANCE, NETWORK


@compiled
def open_slot(alliances: Any, slots: int, i: int) -> int:
    """Return the first slot of SmallCo i that holds no alliance; it must have one."""
    k = i * slots
    while alliances[k].partner >= 0:
        k += 1
    return k


@compiled
def known(alliances: Any, slots: int, i: int, k: int, j: int) -> bool:
    """Return whether BigCo j is a partner of SmallCo i, or the last one it had in slot k."""
    found = alliances[k].former == j
    for slot in range(i * slots, (i + 1) * slots):
        found = found or alliances[slot].partner == j
    return found


@compiled
def meet(alliance: Any, j: int, month: int, tally: Tally) -> None:
    """Note that a SmallCo has met BigCo j, in place."""
    alliance.met = j
    alliance.met_month = month
    tally[r.MET] += 1.0


@routine
def linked_door(
    settings: Any,
    link_start: NDArray[np.int64],
    links: NDArray[np.int64],
    contacts: NDArray[np.float64],
    bigs: Any,
    alliances: Any,
    key: np.uint64,
    month: int,
    i: int,
    k: int,
) -> int:
    """Return the BigCo that SmallCo i knocks at among the open ones it is linked with, or NOBODY.

    Each is as likely as another, or by referral likely in proportion to its contacts.
    """
    referred = settings.matching == NETWORK
    total = 0.0
    for place in range(link_start[i], link_start[i + 1]):
        j = links[place]
        if meeting.open_to(bigs[j], settings.big_slots) and not known(alliances, settings.small_slots, i, k, j):
            total += contacts[j] if referred else 1.0
    if total == 0.0:
        return NOBODY
    drawn = meeting.referral(key, month, i, total)
    chosen = NOBODY
    for place in range(link_start[i], link_start[i + 1]):
        j = links[place]
        if meeting.open_to(bigs[j], settings.big_slots) and not known(alliances, settings.small_slots, i, k, j):
            chosen = j
            drawn -= contacts[j] if referred else 1.0
            if drawn < 0.0:
                break
    return chosen


@routine
def propose(
    settings: Any, rows: Any, link_start: NDArray[np.int64], links: NDArray[np.int64], smalls: Any, bigs: Any,
    alliances: Any, open_doors: NDArray[np.int64], doors: int, proposers: NDArray[np.int64],
    is_open: NDArray[np.int64], records: NDArray[np.float64], room: Room, key: np.uint64, month: int,
) -> int:  # fmt: skip
    """Write into `proposers` the SmallCos that propose this month, ascending, and into `room` to whom, in place.

    Returns how many there are. A SmallCo considers the open BigCos it is linked with, or where everybody knows
    everybody as many neighbouring doors as it has candidates, from a random one on.
    """
    slots, width = settings.small_slots, min(settings.candidates, doors)
    start, candidates, small_scores, big_scores = room.start, room.candidates, room.small_scores, room.big_scores
    for j in range(settings.bigs):
        is_open[j] = 0
        room.quotas[j] = 0
    for place in range(doors):
        j = open_doors[place]
        is_open[j] = 1
        records[j] = meeting.public_record(settings, bigs[j])
        room.quotas[j] = settings.big_slots - bigs[j].active
    proposing = count = 0
    for i in range(settings.smalls):
        small = smalls[i]
        if not meeting.looking(small, slots):
            continue
        considered = count
        if settings.linked:
            for place in range(link_start[i], link_start[i + 1]):
                candidates[considered] = links[place]  # overwritten by the next one if it is closed
                considered += is_open[links[place]]
        if (settings.linked and considered == count) or not meeting.meeting(settings, small.legitimacy, key, month, i):
            continue
        if not settings.linked:
            at = meeting.door(key, month, i, doors)
            for step in range(width):
                candidates[count + step] = open_doors[(at + step) % doors]
            considered += width
        k = open_slot(alliances, slots, i)
        row = rows[0, signing.runway_row(rows.shape[1], settings.small_burn, small.cash)]
        record = meeting.public_record(settings, small)
        for place in range(count, considered):
            j = candidates[place]
            if known(alliances, slots, i, k, j):
                continue
            fit = meeting.fit_of(settings, meeting.pair_misfit(settings, key, i, j))
            small_scores[count], big_scores[count] = meeting.pair_scores(row, record, records[j], fit, small.legitimacy)
            candidates[count] = j
            count += 1
        if count > start[proposing]:
            proposers[proposing] = i
            proposing += 1
            start[proposing] = count
    return proposing


@routine
def talk(
    world: World, clauses: Any, settings: Any, rows: Any, stages: NDArray[np.float64], discount: NDArray[np.float64],
    smalls: Any, bigs: Any, alliances: Any, memory: NDArray[np.float64], open_doors: NDArray[np.int64], tally: Tally,
    key: np.uint64, month: int, i: int, k: int, j: int,
) -> None:  # fmt: skip
    """Let SmallCo i meet BigCo j and negotiate an alliance for slot k, in place."""
    meet(alliances[k], j, month, tally)
    signed = negotiate(
        world, clauses, settings, rows, discount, stages, smalls[i], bigs[j], alliances[k], memory, tally, key, month,
        i, k, j,
    )  # fmt: skip
    if signed:
        open_doors[-1] -= 1
    else:
        tally[r.REFUSED] += 1.0


@routine
def meet_by_acceptance(
    world: World, clauses: Any, settings: Any, rows: Any, stages: NDArray[np.float64], discount: NDArray[np.float64],
    link_start: NDArray[np.int64], links: NDArray[np.int64], smalls: Any, bigs: Any, alliances: Any,
    memory: NDArray[np.float64], open_doors: NDArray[np.int64], doors: int, proposers: NDArray[np.int64],
    is_open: NDArray[np.int64], records: NDArray[np.float64], room: Room, tally: Tally, key: np.uint64, month: int,
) -> None:  # fmt: skip
    """Match SmallCos to BigCos by deferred acceptance and let each pair negotiate, in place."""
    proposing = propose(
        settings, rows, link_start, links, smalls, bigs, alliances, open_doors, doors, proposers, is_open, records,
        room, key, month,
    )  # fmt: skip
    accept(room, proposing)
    first = meeting.first_to_meet(settings.smalls, key, month)
    turn = 0
    while turn < proposing and proposers[turn] < first:
        turn += 1
    for _ in range(proposing):
        if turn == proposing:
            turn = 0
        i, j = proposers[turn], room.matched[turn]
        turn += 1
        if j != NOBODY and meeting.open_to(bigs[j], settings.big_slots):
            talk(
                world, clauses, settings, rows, stages, discount, smalls, bigs, alliances, memory, open_doors, tally,
                key, month, i, open_slot(alliances, settings.small_slots, i), j,
            )  # fmt: skip


@routine
def meet_over_links(
    world: World, clauses: Any, settings: Any, rows: Any, stages: NDArray[np.float64], discount: NDArray[np.float64],
    link_start: NDArray[np.int64], links: NDArray[np.int64], contacts: NDArray[np.float64], smalls: Any, bigs: Any,
    alliances: Any, memory: NDArray[np.float64], open_doors: NDArray[np.int64], tally: Tally, key: np.uint64,
    month: int,
) -> None:  # fmt: skip
    """Let every SmallCo knock at one of the BigCos it is linked with, and negotiate, in place."""
    first = meeting.first_to_meet(settings.smalls, key, month)
    for step in range(settings.smalls):
        i = (first + step) % settings.smalls
        small = smalls[i]
        if not meeting.looking(small, settings.small_slots):
            continue
        if not meeting.meeting(settings, small.legitimacy, key, month, i):
            continue
        k = open_slot(alliances, settings.small_slots, i)
        j = linked_door(settings, link_start, links, contacts, bigs, alliances, key, month, i, k)
        if j != NOBODY:
            talk(
                world, clauses, settings, rows, stages, discount, smalls, bigs, alliances, memory, open_doors, tally,
                key, month, i, k, j,
            )  # fmt: skip


@routine
def meet_and_sign(
    world: World, clauses: Any, settings: Any, rows: Any, stages: NDArray[np.float64], discount: NDArray[np.float64],
    link_start: NDArray[np.int64], links: NDArray[np.int64], contacts: NDArray[np.float64], smalls: Any, bigs: Any,
    alliances: Any, memory: NDArray[np.float64], open_doors: NDArray[np.int64], proposers: NDArray[np.int64],
    is_open: NDArray[np.int64], records: NDArray[np.float64], room: Room, tally: Tally, key: np.uint64, month: int,
) -> None:  # fmt: skip
    """Let SmallCos with an open slot meet BigCos with one, in place, and sign where both accept."""
    doors = 0
    for j in range(bigs.shape[0]):
        if meeting.open_to(bigs[j], settings.big_slots):
            open_doors[doors] = j
            doors += 1
    if doors == 0:
        return
    if settings.matching == DEFERRED_ACCEPTANCE:
        meet_by_acceptance(
            world, clauses, settings, rows, stages, discount, link_start, links, smalls, bigs, alliances, memory,
            open_doors, doors, proposers, is_open, records, room, tally, key, month,
        )  # fmt: skip
    elif settings.linked:
        meet_over_links(
            world, clauses, settings, rows, stages, discount, link_start, links, contacts, smalls, bigs, alliances,
            memory, open_doors, tally, key, month,
        )  # fmt: skip
    else:
        knock(
            world, clauses, settings, rows, stages, discount, smalls, bigs, alliances, memory, open_doors, doors, tally,
            key, month,
        )  # fmt: skip


@routine
def knock(
    world: World, clauses: Any, settings: Any, rows: Any, stages: NDArray[np.float64], discount: NDArray[np.float64],
    smalls: Any, bigs: Any, alliances: Any, memory: NDArray[np.float64], open_doors: NDArray[np.int64], doors: int,
    tally: Tally, key: np.uint64, month: int,
) -> None:  # fmt: skip
    """Let SmallCos knock at random open doors, in place; everybody can meet everybody.

    Where nothing but SmallCo's runway distinguishes one pair from another, one answer serves all with the same runway.
    """
    alike = settings.extras == 0 and clauses.shape[0] == 1
    judged, contract, fee = -1, NOBODY, 0.0
    first = meeting.first_to_meet(settings.smalls, key, month)
    for step in range(settings.smalls):
        i = first + step
        if i >= settings.smalls:
            i -= settings.smalls
        small = smalls[i]
        if not meeting.looking(small, settings.small_slots):
            continue
        if not meeting.meeting(settings, small.legitimacy, key, month, i):
            continue
        k = open_slot(alliances, settings.small_slots, i)
        at = meeting.door(key, month, i, doors)
        tried = 0
        while tried < doors and known(alliances, settings.small_slots, i, k, open_doors[at]):
            at = at + 1 if at + 1 < doors else 0
            tried += 1
        if tried == doors:
            continue
        j = open_doors[at]
        meet(alliances[k], j, month, tally)
        if alike:
            row = signing.runway_row(rows.shape[1], settings.small_burn, small.cash + clauses[0].fee)
            if row != judged:
                judged = row
                contract, fee = agree(
                    world, clauses, settings, rows, small, bigs[j], settings.months - month, settings.suitors, 1.0, 1.0
                )
            signed = contract != NOBODY
            if signed:
                sign(
                    clauses, settings, rows, discount, stages, small, bigs[j], alliances[k], memory, tally, key, month,
                    k, j, contract, fee,
                )  # fmt: skip
        else:
            signed = negotiate(
                world, clauses, settings, rows, discount, stages, small, bigs[j], alliances[k], memory, tally, key,
                month, i, k, j,
            )  # fmt: skip
        if not signed:
            tally[r.REFUSED] += 1.0
            continue
        open_doors[-1] -= 1
        if not meeting.open_to(bigs[j], settings.big_slots):
            doors -= 1
            open_doors[at] = open_doors[doors]
            if doors == 0:
                return
