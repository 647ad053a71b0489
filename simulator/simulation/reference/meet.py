"""Meet, vet and sign, SmallCo by SmallCo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.economy.alliance import with_equity
from simulator.economy.firm import Role
from simulator.games.networks.acceptance import deferred_acceptance
from simulator.simulation import record as r
from simulator.simulation.agents import Alliance, BigCo, SmallCo
from simulator.simulation.reference.minds import mind
from simulator.simulation.rules import meeting, signing
from simulator.simulation.state import ally
from simulator.simulation.strategies import begin, insight, planning_cost
from simulator.simulation.tables import BARGAINED, DEFERRED_ACCEPTANCE, NETWORK

if TYPE_CHECKING:
    from simulator.simulation.reference import ReferenceMarket


def _open(market: ReferenceMarket, big: BigCo) -> bool:
    """Return whether a BigCo can take on another SmallCo."""
    return bool(meeting.open_to(big.record, market.settings.big_slots))


def _looking(market: ReferenceMarket, small: SmallCo) -> bool:
    """Return whether a SmallCo can take on another BigCo."""
    return bool(meeting.looking(small.record, market.settings.small_slots))


def _goes_out(market: ReferenceMarket, small: SmallCo) -> bool:
    """Return whether a SmallCo meets anybody this month."""
    return bool(meeting.meeting(market.settings, small.legitimacy, market.key, market.month, small.index))


def _known(market: ReferenceMarket, small: SmallCo, slot: Alliance, big: BigCo) -> bool:
    """Return whether a BigCo is a partner of a SmallCo, or the last one it had in this slot."""
    return big.index == slot.former_index or big in small.partners


def meet(market: ReferenceMarket) -> None:
    """Let SmallCos with an open slot meet BigCos with one, and sign where both accept."""
    doors = [big for big in market.bigcos if _open(market, big)]
    if not doors:
        return
    first = meeting.first_to_meet(market.settings.smalls, market.key, market.month)
    order = market.smallcos[first:] + market.smallcos[:first]
    chosen = _proposals(market, doors) if market.settings.matching == DEFERRED_ACCEPTANCE else None
    for small in order:
        if not _looking(market, small) or (chosen is None and not _goes_out(market, small)):
            continue
        slot = next(each for each in small.slots if not each.active)
        if chosen is not None:
            big = None if chosen[small.index] < 0 else market.bigcos[chosen[small.index]]
        elif market.settings.linked:
            big = _referred(market, small, slot)
        else:
            big = _knocked(market, small, slot, doors)
        if big is None or not _open(market, big):
            continue
        slot.record.met, slot.record.met_month = big.index, market.month
        market.add(r.MET, 1.0)
        if not _negotiate(market, small, big, slot):
            market.add(r.REFUSED, 1.0)
        elif not _open(market, big) and big in doors:
            doors[doors.index(big)] = doors[-1]
            doors.pop()
            if not doors:
                return


def _knocked(market: ReferenceMarket, small: SmallCo, slot: Alliance, doors: list[BigCo]) -> BigCo | None:
    """Return the BigCo behind the door at which a SmallCo knocks, or the next one that it does not know."""
    at = meeting.door(market.key, market.month, small.index, len(doors))
    unknown = (big for big in doors[at:] + doors[:at] if not _known(market, small, slot, big))
    return next(unknown, None)


def _linked(market: ReferenceMarket, small: SmallCo) -> list[BigCo]:
    """Return the BigCos a SmallCo can meet."""
    start, links = market.prepared.link_start, market.prepared.links
    return [market.bigcos[j] for j in links[start[small.index] : start[small.index + 1]]]


def _referred(market: ReferenceMarket, small: SmallCo, slot: Alliance) -> BigCo | None:
    """Return the BigCo that a SmallCo meets through its network, or None."""
    known = [big for big in _linked(market, small) if _open(market, big) and not _known(market, small, slot, big)]
    weights = [market.prepared.contacts[big.index] if market.settings.matching == NETWORK else 1.0 for big in known]
    total = 0.0
    for weight in weights:
        total += weight
    if total == 0.0:
        return None
    drawn = meeting.referral(market.key, market.month, small.index, total)
    for big, weight in zip(known, weights, strict=True):
        drawn -= weight
        if drawn < 0.0:
            return big
    return known[-1]


def _proposals(market: ReferenceMarket, doors: list[BigCo]) -> list[int]:
    """Return the index of the BigCo with which deferred acceptance matches each SmallCo, or -1."""
    t = market.prepared
    start, candidates, scores = [0], [], []
    for small in market.smallcos:
        if _looking(market, small) and _goes_out(market, small):
            slot = next(each for each in small.slots if not each.active)
            row = t.rows[0, signing.runway_row(t.rows.shape[1], market.settings.small_burn, small.cash)]
            own = meeting.public_record(market.settings, small.record)
            if market.settings.linked:
                considered = _linked(market, small)
            else:
                at = meeting.door(market.key, market.month, small.index, len(doors))
                considered = (doors[at:] + doors[:at])[: market.settings.candidates]
            for big in considered:
                if _open(market, big) and not _known(market, small, slot, big):
                    misfit = meeting.pair_misfit(market.settings, market.key, small.index, big.index)
                    fit = meeting.fit_of(market.settings, misfit)
                    theirs = meeting.public_record(market.settings, big.record)
                    candidates.append(big.index)
                    scores.append(meeting.pair_scores(row, own, theirs, fit, small.record.legitimacy))
        start.append(len(candidates))
    quotas = [market.settings.big_slots - big.active if _open(market, big) else 0 for big in market.bigcos]
    values = np.array(scores, dtype=np.float64).reshape(-1, 2)
    matched = deferred_acceptance(
        np.array(start), np.array(candidates, dtype=np.int64), np.ascontiguousarray(values[:, 0]),
        np.ascontiguousarray(values[:, 1]), np.array(quotas),
    )  # fmt: skip
    return [int(each) for each in matched]


def _vet(market: ReferenceMarket, small: SmallCo, big: BigCo) -> tuple[float, float]:
    """Let both firms look into each other; return the belief in a suitor and the estimate of quality."""
    settings, pair = market.settings, small.index * market.settings.bigs + big.index
    suitor, estimate = settings.suitors, 1.0
    for firm, vets, cost, factor in (
        (small, signing.small_vets, settings.small_vetting, market.prepared.discount[market.month, 0]),
        (big, signing.big_vets, settings.big_vetting, market.prepared.discount[market.month, 1]),
    ):
        if not vets(settings, firm.cash):
            continue
        firm.cash = firm.cash - cost
        firm.value = firm.value - factor * cost
        market.add(r.AUDIT_SPENDING, cost)
        market.add(r.EXTERNAL, -cost)
        if firm is small:
            suitor = signing.suitor_signal(settings, big.record.suitor, market.key, market.month, pair)
        else:
            estimate = signing.quality_signal(settings, small.record, market.key, market.month, pair)
    return suitor, estimate


def _agree(
    market: ReferenceMarket, small: SmallCo, big: BigCo, suitor: float, small_factor: float, big_factor: float
) -> tuple[int | None, float]:
    """Return the contract that two firms sign, or None, and its fee."""
    t, settings, months = market.prepared, market.settings, market.settings.months - market.month
    best, fee, largest = None, 0.0, -1.0
    for c, g in enumerate(t.clauses):
        if (g.small_exclusive > 0.0 and small.active) or (g.big_exclusive > 0.0 and big.active):
            continue
        upfront = 0.0 if settings.signing == BARGAINED else g.fee
        row = t.rows[c, signing.runway_row(t.rows.shape[1], settings.small_burn, small.cash + upfront)]
        seen = (settings, t.world, g, row, small.legitimacy, months, small_factor, big_factor, suitor)
        if settings.signing == BARGAINED:
            signs, upfront = signing.bargained_fee(*seen, small.cash, big.cash)
            product = 0.0
        else:
            signs, *gains = signing.offer(*seen)
            product = signing.nash_product(t.world, *gains)
        to_small, to_big = with_equity(upfront, -upfront, g.equity)
        if signs and product > largest and signing.can_deposit(g, small.cash + to_small, big.cash + to_big):
            best, fee, largest = c, upfront, product
    return best, fee


def _negotiate(market: ReferenceMarket, small: SmallCo, big: BigCo, slot: Alliance) -> bool:
    """Let two firms that have met vet each other and sign if both want to; return whether they did."""
    suitor, estimate, misfit = market.settings.suitors, 1.0, 0.0
    if market.settings.extras:
        suitor, estimate = _vet(market, small, big)
        misfit = meeting.pair_misfit(market.settings, market.key, small.index, big.index)
    fit = meeting.fit_of(market.settings, misfit)
    contract, fee = _agree(market, small, big, suitor, fit, estimate * fit)
    if contract is None:
        return False
    _sign(market, small, big, slot, contract, fee)
    slot.suitor, slot.estimate = suitor, estimate
    slot.record.misfit = misfit
    return True


def _sign(market: ReferenceMarket, small: SmallCo, big: BigCo, slot: Alliance, contract: int, fee: float) -> None:
    """Start an alliance: fee, deposits, planning, and what the strategies begin with."""
    t, settings, g = market.prepared, market.settings, market.prepared.clauses[contract]
    can_succeed = signing.feasible(settings.prior, market.key, market.month, slot.index)
    ally(settings, g, slot.record, small.record, big.record, big.index, contract, market.month, can_succeed)
    market.add(r.ALLIANCES, 1.0)
    if fee != 0.0:
        slot.record.fee = fee
        market.pay(slot, *with_equity(fee, -fee, g.equity))
    if not settings.extras:
        return
    if g.small_escrow > 0.0 or g.big_escrow > 0.0:
        slot.record.small_escrow, slot.record.big_escrow = g.small_escrow, g.big_escrow
        market.pay(slot, -g.small_escrow, -g.big_escrow)
    small_plan = planning_cost(settings.small_code, settings.small_parameters)
    big_plan = planning_cost(settings.big_code, settings.big_parameters)
    if small_plan > 0.0 or big_plan > 0.0:
        market.pay(slot, -small_plan, -big_plan)
        slot.record.small_spent += small_plan
        slot.record.big_spent += big_plan
        market.add(r.SMALL_SPENT, t.discount[market.month, 0] * small_plan)
        market.add(r.BIG_SPENT, t.discount[market.month, 1] * big_plan)
        market.add(r.EXTERNAL, -(small_plan + big_plan))
    slot.record.boost = (1.0 + insight(settings.small_code, settings.small_parameters)) * (
        1.0 + insight(settings.big_code, settings.big_parameters)
    )
    row = t.rows[contract, market.now(small)]
    for role, learns, promise in (
        (Role.SMALL, settings.small_learns, row.big_promise),
        (Role.BIG, settings.big_learns, row.small_promise),
    ):
        if learns:
            code, parameters, memory, payoffs = mind(market, role, slot, market.now(small))
            slot.record[f"{role.value}_experience"] = begin(code, parameters, memory, payoffs, promise)
