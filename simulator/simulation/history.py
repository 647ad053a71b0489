"""One history, month by month: the series of the first SmallCo and its partner, and the events of every firm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import unknown
from simulator.simulation import rules
from simulator.simulation.model import AllianceMarket
from simulator.simulation.record import OUTCOMES
from simulator.simulation.reference import ReferenceMarket

DRIVERS = ("engine", "mesa", "reference")
ENDINGS = {
    rules.WALKED_SMALL: "SmallCo walked away",
    rules.WALKED_BIG: "BigCo walked away",
    rules.RUINED_SMALL: "SmallCo was ruined",
    rules.RUINED_BIG: "BigCo was ruined",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Parameters
    ----------
    month : int
        From 0.
    kind : str
        signed, milestone, launched, forfeited, ended, ruined or entered.
    small, big : int
        Indices of the firms; `big` is -1 where none is concerned.
    text : str
        One sentence with the numbers behind it.
    """

    month: int
    kind: str
    small: int
    big: int
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """What one run was like.

    Parameters
    ----------
    scenario, contract, seed, replicate, driver
        What was run.
    months : dict of str to float array, shape (months,)
        Series of the first SmallCo and its partner (its first BigCo while it has none), at the end of each month.
    events : tuple of Event
        In order.
    outcomes : dict of str to float
        The run's outcomes at the horizon.
    """

    scenario: Scenario
    contract: Contract
    seed: int
    replicate: int
    driver: str
    months: dict[str, NDArray[np.float64]]
    events: tuple[Event, ...]
    outcomes: dict[str, float]


def _started(month: int, i: int, before: Any, after: Any, model: AllianceMarket) -> Iterator[Event]:
    """Yield what begins in a month for SmallCo `i`: entry and signature."""
    if after.alive and not before.alive:
        yield Event(
            month, "entered", i, -1, f"SmallCo {i} was founded with {model.prepared.settings.small_cash:g} of cash."
        )
    if after.signed == month:
        big = after.partner if after.partner >= 0 else after.former
        terms = f" under {model.contract.name!r}"
        fee = f", for a fee of {model.prepared.clauses.fee:g}" if model.prepared.clauses.fee else ""
        yield Event(month, "signed", i, int(big), f"SmallCo {i} signed with BigCo {big}{terms}{fee}.")


def _happened(month: int, i: int, before: Any, after: Any, model: AllianceMarket) -> Iterator[Event]:
    """Yield what happened to the alliance of SmallCo `i` in a month, in the order of a period."""
    settings, allied = model.prepared.settings, after.partner >= 0
    big = int(after.partner if allied else after.former)
    fresh = after.signed == month
    if not (allied or before.partner >= 0 or fresh):
        return
    if after.stage > (0 if fresh else before.stage):
        yield Event(month, "milestone", i, big, f"Milestone {after.stage} of {settings.milestones} passed.")
    if after.launched == month:
        yield Event(
            month, "launched", i, big, f"First revenue, {after.revenue:.3g}, after {month - after.signed} months."
        )
    for name, bond, level, levels, floor in (
        (
            "SmallCo",
            after.small_bond,
            after.small_level,
            model.prepared.small_levels,
            model.prepared.clauses.small_floor,
        ),
        ("BigCo", after.big_bond, after.big_level, model.prepared.big_levels, model.prepared.clauses.big_floor),
    ):
        if bond > 0.0:
            yield Event(
                month, "forfeited", i, big,
                f"{name} forfeited its bond of {bond:.3g}: it committed {levels[level]:.3g} of a promised {floor:.3g}.",
            )  # fmt: skip
    if not allied:
        trusts = (
            rules.trust(after.kept_by_big, after.broken_by_big),
            rules.trust(after.kept_by_small, after.broken_by_small),
        )
        yield Event(
            month, "ended", i, big,
            f"{ENDINGS[int(after.ended)]} after {month - after.signed + 1} months; cash {after.cash:.3g}, trust of "
            f"SmallCo {trusts[0]:.2f}, of BigCo {trusts[1]:.2f}.",
        )  # fmt: skip


def _events(month: int, before: Any, model: AllianceMarket) -> Iterator[Event]:
    """Yield the events of a month by comparing the market before and after it."""
    after = model.state.smalls
    for i in range(len(after)):
        yield from _started(month, i, before[i], after[i], model)
    for i in range(len(after)):
        yield from _happened(month, i, before[i], after[i], model)
        if before[i].alive and not after[i].alive:
            yield Event(month, "ruined", i, -1, f"SmallCo {i} ran out of cash ({after[i].cash:.3g}).")


def _series(model: AllianceMarket, month: int, worked: bool) -> dict[str, float]:
    """Return the month's numbers of the first SmallCo and its partner; `worked` tells if it was allied in the month."""
    small, record, t = model.smallcos[0], model.smallcos[0].record, model.prepared
    met = record.signed >= 0
    partner = small.partner_index if small.partner_index >= 0 else max(int(record.former), 0)
    return {
        "month": float(month),
        "allied": float(worked),
        "small_cash": small.cash,
        "big_cash": model.bigcos[partner].cash,
        "small_commitment": float(t.small_levels[small.small_level]) if worked else 0.0,
        "big_commitment": float(t.big_levels[small.big_level]) if worked else 0.0,
        "small_trust": small.trust if met else np.nan,
        "big_trust": float(rules.trust(record.kept_by_small, record.broken_by_small)) if met else np.nan,
        "output": float(t.cells[small.small_level, small.big_level].quantity) if worked else 0.0,
        "revenue": small.revenue,
        "small_income": small.income,
        "big_income": small.partner_income,
        "milestones": float(record.stage) if met else 0.0,
    }


def history(
    scenario: Scenario, contract: Contract | None = None, seed: int = 0, replicate: int = 0, driver: str = "engine"
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

    Raises
    ------
    UnknownNameError
        If there is no such driver.
    """
    if driver not in DRIVERS:
        raise unknown("driver", driver, DRIVERS)
    kind = ReferenceMarket if driver == "reference" else AllianceMarket
    model = kind(scenario, contract, seed=seed, replicate=replicate)
    lines: list[dict[str, float]] = []
    events: list[Event] = []
    try:
        while model.running:
            month, before = model.month, model.state.smalls.copy()
            model.step()
            events.extend(_events(month, before, model))
            first = model.state.smalls[0]
            worked = first.partner >= 0 or before[0].partner >= 0 or first.signed == month
            lines.append(_series(model, month, bool(worked)))
        outcomes = model.outcomes()
    finally:
        model.release()
    return History(
        scenario,
        model.contract,
        seed,
        replicate,
        driver,
        {name: np.array([line[name] for line in lines]) for name in lines[0]},
        tuple(events),
        dict(zip(OUTCOMES, outcomes.tolist(), strict=True)),
    )
