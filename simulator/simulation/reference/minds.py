"""Commit: what each firm knows of an alliance, and the level it chooses by its strategy."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from simulator.economy.firm import Role
from simulator.foundation.draws import BIG_CHECK, BIG_CHOICE, SMALL_CHECK, SMALL_CHOICE, categorical
from simulator.foundation.errors import ParameterError
from simulator.simulation.agents import Alliance
from simulator.simulation.observation import Observation
from simulator.simulation.strategies import SHARK, choose
from simulator.simulation.strategies.own import level_of

if TYPE_CHECKING:
    from simulator.simulation.reference import ReferenceMarket


def mind(market: ReferenceMarket, role: Role, alliance: Alliance, now: int) -> tuple[int, Any, Any, Any]:
    """Return a firm's strategy (code and parameters), its memory of an alliance, and the payoffs it may look at."""
    t, settings, contract = market.prepared, market.settings, alliance.contract_index
    m, n = settings.small_count, settings.big_count
    if role is Role.SMALL:
        memory = market.state.memory[0, alliance.index]
        return int(settings.small_code), settings.small_parameters, memory, t.stages[0, contract, now, :m, :n]
    memory = market.state.memory[1, alliance.index]
    return int(settings.big_code), settings.big_parameters, memory, t.stages[1, contract, now, :n, :m]


def chosen_level(market: ReferenceMarket, role: Role, alliance: Alliance, now: int) -> int:
    """Return the level a firm commits this month: by its Python strategy if it has one, else by the scenario's."""
    t, contract, record, month = market.prepared, alliance.contract_index, alliance.record, market.month
    row, terms, settings = t.rows[contract, now], t.terms[contract], market.settings
    big = market.bigcos[alliance.partner_index]
    if role is Role.SMALL:
        own, other, side, purposes = "small", "big", 0, (SMALL_CHOICE, SMALL_CHECK)
        top, hedge, cash = settings.small_count - 1, t.hedges[0, alliance.small.active], alliance.small.cash
        trusts = alliance.small_trust
    else:
        own, other, side, purposes = "big", "small", 1, (BIG_CHOICE, BIG_CHECK)
        top, hedge, cash = settings.big_count - 1, t.hedges[1, big.portfolio], big.cash
        trusts = alliance.big_trust
    equilibrium = int(row[f"{own}_play"])
    if equilibrium < 0:
        equilibrium = categorical(market.key, month, alliance.index, purposes[0], t.mixtures[side, contract, now])
    seen = int(record[f"{other}_level"])
    reply = t.replies[side, contract, now, seen if seen >= 0 else row[f"{other}_promise"]]
    broke = int(record[f"broken_by_{other}"] - settings.broken + 0.5)
    known = (
        int(top), int(equilibrium), int(reply), int(hedge), int(terms[f"{own}_first_best"]), int(row[f"{own}_promise"]),
        int(row[f"{own}_leading"]), seen, int(record[f"{other}_breaks"]), broke, month - alliance.signed,
        float(record[f"{own}_knowledge"]), trusts,
    )  # fmt: skip
    if role in market.strategies and (role is Role.SMALL or big.suitor):
        level = _asked(market, role, known, cash)
    else:
        code, parameters, memory, payoffs = mind(market, role, alliance, now)
        if role is Role.BIG and not big.suitor:
            code, parameters = SHARK, settings.shark_parameters
        level = choose(
            code, parameters, *known, memory, float(record[f"{own}_experience"]), payoffs,
            t.quantals[side, contract, now], market.key, month, alliance.index, *purposes,
        )  # fmt: skip
    if settings.extras and record.pilot > 0:
        level = min(level, terms[f"pilot_{own}"])
    if settings.extras and role is Role.BIG and big.cut > 0:
        level = min(level, settings.cut_level)
    return int(level)


def _asked(market: ReferenceMarket, role: Role, known: tuple[Any, ...], cash: float) -> int:
    """Return the level that a Python strategy chooses.

    Raises
    ------
    ParameterError
        If it fails, or chooses none of the firm's levels.
    """
    top, equilibrium, reply, hedge, first_best, promise, leading, level, breaks, broke, together, learnt, trusts = known
    seen = Observation(
        *(float(each) for each in (market.month, together, top, equilibrium, reply, hedge, first_best, promise)),
        *(float(each) for each in (leading, level, breaks, broke, trusts, learnt, cash)),
    )
    function = market.strategies[role]
    try:
        answer = function(seen)
        chosen = level_of(answer, top)
    except (Exception, SystemExit) as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        line = next(
            (at.lineno for at in traceback.extract_tb(error.__traceback__)[::-1] if at.filename != __file__), None
        )
        raise ParameterError(
            f"{_place(function, line)}{role.value}(seen) failed in month {market.month}: {what}. "
            f"Return a level from 0 to {top} for {seen}."
        ) from error
    if chosen is None:
        raise ParameterError(
            f"{_place(function)}{role.value}(seen) must return a level from 0 to {top}; got {answer!r} in month "
            f"{market.month}. Return an index, say int(seen.first_best), for {seen}."
        )
    return chosen


def _place(function: Any, line: int | None = None) -> str:
    """Return the file and line of a function, as the beginning of an error's line; empty where it has none."""
    code = getattr(function, "__code__", None)
    return "" if code is None else f"{code.co_filename}:{code.co_firstlineno if line is None else line}: "
