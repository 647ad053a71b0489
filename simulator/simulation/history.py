"""One history, month by month: series of the first SmallCo and its partner, events and alliances of every firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AnswerError, ParameterError, unknown
from simulator.simulation.engine import alliances
from simulator.simulation.model import AllianceMarket
from simulator.simulation.prepare import contracts_of, prepare
from simulator.simulation.record import OUTCOMES
from simulator.simulation.reference import ReferenceMarket
from simulator.simulation.spells import Columns, spell_columns
from simulator.simulation.story import Event, events_of
from simulator.simulation.strategies.own import PythonStrategies, why_not_compiled, with_strategies
from simulator.simulation.tables import Prepared

DRIVERS = ("engine", "mesa", "reference")
MOST_FIRM_MONTHS = 20_000_000


@dataclass(frozen=True, slots=True)
class History:
    """What one run was like.

    Parameters
    ----------
    scenario, contract, seed, replicate, driver
        What was run, and by which driver.
    months : dict of str to float array, shape (months,)
        Series of the first SmallCo and its first partner (its first BigCo while it has none), at the end of each month.
    events : tuple of Event
        In order.
    alliances : dict of str to array, shape (S,)
        One entry per alliance, in the order in which they ended: see `spell_columns`.
    panel : dict of str to array, shape (P,)
        One entry per alliance and month, by month and SmallCo.
    outcomes : dict of str to float
        The run's outcomes at the horizon.
    strategies : dict of str to str
        How the user's strategies were asked, by firm: "compiled", or "reference driver: " and why.
    """

    scenario: Scenario
    contract: Contract
    seed: int
    replicate: int
    driver: str
    months: dict[str, NDArray[np.float64]]
    events: tuple[Event, ...]
    alliances: Columns
    panel: Columns
    outcomes: dict[str, float]
    strategies: Mapping[str, str] = field(default_factory=dict)


def _series(model: AllianceMarket, month: int, worked: bool) -> dict[str, float]:
    """Return the month's numbers of the first SmallCo and its partner; `worked` tells if it was allied in the month."""
    small, slot, t = model.smallcos[0], model.smallcos[0].slots[0], model.prepared
    record, met = slot.record, slot.signed >= 0
    partner = slot.partner_index if slot.active else max(slot.former_index, 0)
    return {
        "month": float(month),
        "allied": float(worked),
        "small_cash": small.cash,
        "big_cash": model.bigcos[partner].cash,
        "small_commitment": float(t.small_levels[slot.small_level]) if worked else 0.0,
        "big_commitment": float(t.big_levels[slot.big_level]) if worked else 0.0,
        "small_trust": slot.small_trust if met else np.nan,
        "big_trust": slot.big_trust if met else np.nan,
        "output": float(t.cells[slot.contract_index, slot.small_level, slot.big_level].quantity) if worked else 0.0,
        "revenue": slot.revenue,
        "small_income": slot.small_income,
        "big_income": slot.big_income,
        "milestones": float(record.stage) if met else 0.0,
    }


PANEL = (
    "belief", "suitor", "estimate", "stage", "revenue", "small_income", "big_income", "small_knowledge",
    "big_knowledge",
    "small_bond", "big_bond", "fine", "penalty", "checked", "award", "milestone_paid",
)  # fmt: skip


def _worked(before: Any, after: Any, month: int) -> NDArray[np.bool_]:
    """Return which slots held an alliance in the month, shape (A,)."""
    worked: NDArray[np.bool_] = (after.partner >= 0) | (before.partner >= 0) | (after.signed == month)
    return worked & (after.signed >= 0)


def _panel(model: AllianceMarket, before: Any, month: int) -> Columns:
    """Return the month of every alliance as columns."""
    state, t = model.state, model.prepared
    at = np.flatnonzero(_worked(before, state.alliances, month))
    rows = state.alliances[at]
    small = at // int(t.settings.small_slots)
    big = np.where(rows.partner >= 0, rows.partner, rows.former)
    columns: Columns = {
        "month": np.full(at.size, month),
        "small": small,
        "big": big,
        "contract": rows.contract,
        "small_cash": state.smalls.cash[small],
        "big_cash": state.bigs.cash[big],
        "small_commitment": t.small_levels[rows.small_level],
        "big_commitment": t.big_levels[rows.big_level],
        "small_trust": rows.kept_by_big / (rows.kept_by_big + rows.broken_by_big),
        "big_trust": rows.kept_by_small / (rows.kept_by_small + rows.broken_by_small),
    }
    return columns | {name: np.array(rows[name]) for name in PANEL}


def asked_by(strategies: PythonStrategies, driver: str) -> tuple[str, str]:
    """Return which driver asks a user's strategies, and "compiled" or "reference driver: " and why.

    Examples
    --------
    >>> from simulator.economy.firm import Role
    >>> asked_by({Role.SMALL: lambda seen: seen.top}, "reference")
    ('reference', 'reference driver: as asked for')
    """
    reason = "as asked for" if driver == "reference" else why_not_compiled(strategies)
    return ("reference", f"reference driver: {reason}") if reason else (driver, "compiled")


def history(
    scenario: Scenario,
    contract: Contract | None = None,
    seed: int = 0,
    replicate: int = 0,
    driver: str = "engine",
    strategies: PythonStrategies | None = None,
) -> History:
    """Return one history.

    Parameters
    ----------
    scenario, contract : Scenario, Contract
        What to run; by default the first contract of the menu.
    seed, replicate : int
        Non-negative; with them the run is the same as in any sweep.
    driver : {"engine", "mesa", "reference"}
        "engine" and "mesa" are one compiled month per step (the Mesa model's agents are views of the engine's arrays);
        "reference" decides agent by agent in Python. All give the same numbers.
    strategies : mapping of Role to a function, optional
        Python strategies in place of the scenario's. They are compiled if they can be; if not, or where an answer is
        none that machine code can give, the reference driver asks them. `History.strategies` says which it was.

    Raises
    ------
    UnknownNameError
        If there is no such driver.
    ParameterError
        If a strategy fails or returns none of the firm's levels, or there are more than MOST_FIRM_MONTHS to tell.
    """
    if driver not in DRIVERS:
        raise unknown("driver", driver, DRIVERS)
    firm_months = (scenario.small.count + scenario.big.count) * scenario.horizon.months
    if firm_months > MOST_FIRM_MONTHS:
        raise ParameterError(
            f"A history told month by month must have at most {MOST_FIRM_MONTHS:,} firm-months; got {firm_months:,} "
            "(firms times horizon.months). Write fewer firms or months, or sweep, which keeps no months."
        )
    agreed = scenario.contract() if contract is None else contract
    prepared = prepare(scenario, agreed)
    if not strategies:
        return _lived(scenario, agreed, seed, replicate, driver, prepared)
    chosen, how = asked_by(strategies, driver)
    told = None
    if chosen != "reference":
        try:
            told = _lived(scenario, agreed, seed, replicate, chosen, with_strategies(prepared, strategies))
        except AnswerError:
            how = "reference driver: an answer that machine code cannot give"
    if told is None:
        told = _lived(scenario, agreed, seed, replicate, "reference", prepared, strategies)
    return replace(told, strategies={role.value: how for role in strategies})


def _lived(
    scenario: Scenario,
    agreed: Contract,
    seed: int,
    replicate: int,
    driver: str,
    prepared: Prepared,
    strategies: PythonStrategies | None = None,
) -> History:
    """Return a history as one driver lives it; the arguments are those of `history`, and the tables."""
    model: AllianceMarket
    if driver == "reference":
        room = int(prepared.settings.smalls * prepared.settings.months)  # a SmallCo signs once a month at most
        model = ReferenceMarket(scenario, agreed, seed, replicate, prepared, room, strategies=strategies)
    else:
        room = alliances(prepared, seed, replicate)
        model = AllianceMarket(scenario, agreed, seed, replicate, prepared, room)
    lines: list[dict[str, float]] = []
    events: list[Event] = []
    panels: list[Columns] = []
    names = [each.name for each in contracts_of(scenario, agreed)]
    try:
        while model.running:
            month = model.month
            before = model.state._replace(
                smalls=model.state.smalls.copy(), bigs=model.state.bigs.copy(), alliances=model.state.alliances.copy()
            )
            model.step()
            events.extend(events_of(model, before, month, names))
            panels.append(_panel(model, before.alliances, month))
            worked = _worked(before.alliances, model.state.alliances, month)
            lines.append(_series(model, month, bool(worked[0])))
        ended = model.closed()
    finally:
        model.release()
    panel = {name: np.concatenate([each[name] for each in panels]) for name in panels[0]}
    panel["contract"] = np.array([names[c] for c in panel["contract"]], dtype=object)
    return History(
        scenario,
        agreed,
        seed,
        replicate,
        driver,
        {name: np.array([line[name] for line in lines]) for name in lines[0]},
        tuple(events),
        spell_columns(ended.spells, names),
        panel,
        dict(zip(OUTCOMES, ended.outcomes.tolist(), strict=True)),
    )
