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
PLAIN_FIRMS = (10, 100, 1_000)
RUN = ("run", "alliance_market", "--json")
BIG_SHARE = 0.2
SEED = 1
JOBS = 2


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


def measure(*, quick: bool = False) -> Section:
    """Return the firm-months per second of the engine and of plain Mesa by size, and what else there is to know."""
    sizes = FIRMS[:3] if quick else FIRMS
    scenarios = {firms: world(firms) for firms in sizes}
    prepared = {firms: prepare(each, each.contract()) for firms, each in scenarios.items()}
    tables = {firms: Tables(prepared[firms]) for firms in PLAIN_FIRMS}
    runs = {firms: max((20_000 if quick else 200_000) // firms, 2) for firms in sizes}
    counts = {firms: max((200 if quick else 1_000) // firms, 1) for firms in PLAIN_FIRMS}
    lived = {firms: firm_months(prepared[firms], min(runs[firms], 50)) for firms in sizes}
    hundred, model_runs = prepared[100], 2 if quick else 20
    array_runs(AllianceMarket, hundred, scenarios[100], 1)
    half = np.array_split(np.arange(runs[100]), JOBS)
    works: dict[str, tuple[Callable[[], object], Callable[[], float]]] = {
        str(firms): (lambda firms=firms: simulate(prepared[firms], SEED, np.arange(runs[firms])), PROCESSOR)  # type: ignore[misc]
        for firms in sizes
    }
    works |= {
        f"plain {firms}": (lambda firms=firms: plain_runs(tables[firms], counts[firms]), PROCESSOR)  # type: ignore[misc]
        for firms in PLAIN_FIRMS
    }
    works |= {
        "one": (lambda: simulate(hundred, SEED, np.arange(runs[100])), WALL),
        "two": (lambda: side_by_side(lambda job: simulate(hundred, SEED, half[job]), JOBS), WALL),
        "array": (lambda: array_runs(AllianceMarket, hundred, scenarios[100], model_runs), PROCESSOR),
        "reference": (lambda: array_runs(ReferenceMarket, hundred, scenarios[100], 1), PROCESSOR),
    }
    times = in_turn(works, 2 if quick else 5)
    rate = {firms: runs[firms] * lived[firms] / times[str(firms)] for firms in sizes}
    plain = {firms: counts[firms] * lived[firms] / times[f"plain {firms}"] for firms in PLAIN_FIRMS}
    per_run = {firms: times[str(firms)] / runs[firms] for firms in sizes}
    growth = math.log(per_run[sizes[-1]] / per_run[100]) / math.log(sizes[-1] / 100)
    reference = lived[100] / times["reference"]
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
            *(Line(f"engine, {firms:,} firms", rate[firms], unit, shown=firms == 100) for firms in sizes),
            *(Line(f"plain Mesa, {firms:,} firms", plain[firms], unit, shown=firms == 100) for firms in PLAIN_FIRMS),
            *(
                Line(
                    f"engine / plain Mesa, every feature on, {firms:,} firms", rate[firms] / plain[firms], "times",
                    ">= 100", shown=firms == 100,
                )
                for firms in PLAIN_FIRMS
            ),
            Line("Mesa model on arrays, 100 firms", model_runs * lived[100] / times["array"], unit),
            Line("reference driver, 100 firms", reference, unit),
            Line("engine / reference driver, 100 firms", rate[100] / reference, "times", ">= 200", shown=True),
            Line(f"growth of cost with firms, 100 to {sizes[-1]:,} (exponent)", growth, "", "< 1.1", shown=True),
            Line("two threads / one (wall clock)", times["one"] / times["two"], "times", ">= 1.8"),
            Line(f"memory of a run's state, {sizes[-1]:,} firms", state / 2**20, "MiB"),
            *profiled(prepared[sizes[-1]], sizes[-1]),
            *starting(quick=quick),
        ),
    )  # fmt: skip
