"""The market with everything in it, from ten firms to ten thousand: firm-months a second, beside plain Mesa.

Also how cost grows with firms, where a month's time goes and how far that is from what memory allows, and how long the
command takes to answer with nothing compiled.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.month_profile import profile
from benchmarks.plain_market import PlainMarket, Tables
from benchmarks.report import Line, Section
from benchmarks.start import started
from benchmarks.timing import PROCESSOR, WALL, available_cores, in_turn, side_by_side
from simulator.economy.scenario import Scenario
from simulator.interfaces.files import read_scenario
from simulator.simulation.engine import simulate
from simulator.simulation.model import AllianceMarket
from simulator.simulation.prepare import prepare
from simulator.simulation.record import BIG_MONTHS
from simulator.simulation.reference import ReferenceMarket
from simulator.simulation.state import new_state
from simulator.simulation.tables import Prepared

FIRMS = (10, 100, 1_000, 10_000)
ENGINE, ARRAYS, PLAIN, REFERENCE = "engine", "Mesa model on arrays", "plain Mesa", "reference driver"
LIVED = {ENGINE: 200_000, ARRAYS: 20_000, PLAIN: 1_000, REFERENCE: 100}
"""How many firms each driver lives in a measurement, in as many runs as that takes, at least one."""
QUICKER = 10
REFERENCE_FIRMS = 1_000
"""The largest market that the reference driver lives; ten thousand firms would take it a quarter of an hour."""
RUN = ("run", "alliance_market", "--json")
BIG_SHARE = 0.2
SEED = 1
JOBS = 2
SHOWN = 100
MEAN_OF = 5_000
LEAST_PLAIN, LEAST_REFERENCE = 100, 200


def world(firms: int) -> Scenario:
    """Return the shipped market with so many firms, a fifth of them BigCos; every feature stays on."""
    scenario = read_scenario("alliance_market")
    bigs = max(round(BIG_SHARE * firms), 1)
    small = dataclasses.replace(scenario.small, count=firms - bigs)
    return dataclasses.replace(scenario, small=small, big=dataclasses.replace(scenario.big, count=bigs))


def firm_months(prepared: Prepared, runs: int) -> float:
    """Return the mean months of firms in a run: SmallCos are replaced when they leave, BigCos counted while solvent."""
    bigs = simulate(prepared, SEED, np.arange(runs))[:, BIG_MONTHS].mean()
    return float(prepared.settings.smalls * prepared.settings.months + bigs)


def starting(*, quick: bool) -> tuple[Line, ...]:
    """Return how long the command takes to live one history, with nothing compiled and later."""
    with tempfile.TemporaryDirectory() as folder:
        cold = min(started(RUN, f"{folder}/{attempt}") for attempt in range(1 if quick else 2))
        warm = statistics.median(started(RUN, f"{folder}/0") for _ in range(2 if quick else 5))
    return (
        Line("alliance run alliance_market, first time (nothing compiled)", cold, "s"),
        Line("alliance run alliance_market, later", warm, "s"),
    )


def profiled(prepared: Prepared, firms: int) -> tuple[Line, ...]:
    """Return the engine's time by step, and a month of an alliance beside what memory could move meanwhile."""
    found = profile(prepared)
    return (
        *(
            Line(f"engine, {firms:,} firms: share of {step}", 100.0 * share, "%")
            for step, share in found.shares.items()
        ),
        Line("a month of an alliance: live", found.live, "ns"),
        Line("a month of an alliance: state touched", found.touched, "bytes"),
        Line("memory bandwidth (NumPy copy, read and written)", found.bandwidth / 1e9, "GB/s"),
        Line("a month of an alliance: live / moving its state there and back", found.live / found.memory, "times"),
    )


def plain_runs(tables: Tables, runs: int) -> None:
    """Live some runs of the plain Mesa model."""
    for seed in range(runs):
        model = PlainMarket(tables, seed)
        model.run()
        model.release()


def array_runs(kind: type[AllianceMarket], prepared: Prepared, scenario: Scenario, runs: int) -> None:
    """Live some runs of the Mesa model on arrays, or of the reference driver."""
    for number in range(runs):
        model = kind(scenario, scenario.contract(), SEED, number, prepared)
        model.run()
        model.release()


def lives(driver: str, scenario: Scenario, prepared: Prepared, runs: int) -> Callable[[], object]:
    """Return what lives so many runs of a market by one of the drivers."""
    if driver == ENGINE:
        return lambda: simulate(prepared, SEED, np.arange(runs))
    if driver == PLAIN:
        tables = Tables(prepared)
        return lambda: plain_runs(tables, runs)
    kind = ReferenceMarket if driver == REFERENCE else AllianceMarket
    return lambda: array_runs(kind, prepared, scenario, runs)


def compared(rates: dict[tuple[str, int], float], driver: str, target: int) -> tuple[Line, ...]:
    """Return the lines of the engine's rate over that of a driver, for every size that it has lived."""
    return tuple(
        Line(
            f"{ENGINE} / {driver}, every feature on, {firms:,} firms", rates[ENGINE, firms] / rate, "times",
            f">= {target}", shown=firms == SHOWN,
        )
        for (name, firms), rate in rates.items()
        if name == driver
    )  # fmt: skip


def measure(*, quick: bool = False) -> Section:
    """Return the firm-months per second of every driver by size, and what else there is to know."""
    sizes = FIRMS[:3] if quick else FIRMS
    scenarios = {firms: world(firms) for firms in sizes}
    prepared = {firms: prepare(each, each.contract()) for firms, each in scenarios.items()}
    lived = {firms: firm_months(prepared[firms], max(MEAN_OF // firms, 2)) for firms in sizes}
    measured = [
        (driver, firms)
        for driver in LIVED
        for firms in sizes
        if driver != REFERENCE or firms <= (SHOWN if quick else REFERENCE_FIRMS)
    ]
    runs = {(driver, firms): max(LIVED[driver] // (QUICKER if quick else 1) // firms, 1) for driver, firms in measured}
    array_runs(AllianceMarket, prepared[SHOWN], scenarios[SHOWN], 1)
    works: dict[Any, tuple[Callable[[], object], Callable[[], float]]] = {
        (driver, firms): (lives(driver, scenarios[firms], prepared[firms], runs[driver, firms]), PROCESSOR)
        for driver, firms in measured
    }
    whole = np.arange(runs[ENGINE, SHOWN])
    half = np.array_split(whole, JOBS)
    works["one"] = (lambda: simulate(prepared[SHOWN], SEED, whole), WALL)
    works["two"] = (lambda: side_by_side(lambda job: simulate(prepared[SHOWN], SEED, half[job]), JOBS), WALL)
    times = in_turn(works, 2 if quick else 5)
    rates = {each: runs[each] * lived[each[1]] / times[each] for each in measured}
    per_run = {firms: times[ENGINE, firms] / runs[ENGINE, firms] for firms in sizes}
    growth = math.log(per_run[sizes[-1]] / per_run[SHOWN]) / math.log(sizes[-1] / SHOWN)
    *arrays, room = new_state(prepared[sizes[-1]])
    state = sum(each.nbytes for each in (*arrays, *room))
    unit = "firm-months/s"
    return Section(
        "alliance_market",
        f"The alliance market with every feature on, {sizes[0]} to {sizes[-1]:,} firms",
        "alliance_market under its development alliance, a fifth of the firms BigCos, 60 months, whole runs; processor "
        "time on one core; shortest of alternating repetitions; plain Mesa is benchmarks/plain_market, whose means a "
        "test holds to the engine's; the command's time is wall time of whole processes; this machine has "
        f"{available_cores()} cores",
        (
            *(
                Line(f"{driver}, {firms:,} firms", rate, unit, shown=firms == SHOWN and driver in (ENGINE, PLAIN))
                for (driver, firms), rate in rates.items()
            ),
            *compared(rates, PLAIN, LEAST_PLAIN),
            *compared(rates, REFERENCE, LEAST_REFERENCE),
            Line(f"growth of cost with firms, {SHOWN} to {sizes[-1]:,} (exponent)", growth, "", "< 1.1", shown=True),
            Line("two threads / one (wall clock)", times["one"] / times["two"], "times", ">= 1.8"),
            Line(f"memory of a run's state, {sizes[-1]:,} firms", state / 2**20, "MiB"),
            *profiled(prepared[sizes[-1]], sizes[-1]),
            *starting(quick=quick),
        ),
    )  # fmt: skip
