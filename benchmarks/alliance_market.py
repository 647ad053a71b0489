"""The market with everything in it, from ten firms to ten thousand: firm-months a second, and how cost grows."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from benchmarks.report import Line, Section
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


def measure(*, quick: bool = False) -> Section:
    """Return the firm-months per second of the engine at every size, and of the other drivers at a hundred firms."""
    sizes = FIRMS[:3] if quick else FIRMS
    prepared = {firms: prepare(world(firms), world(firms).contract()) for firms in sizes}
    runs = {firms: max((20_000 if quick else 200_000) // firms, 2) for firms in sizes}
    lived = {firms: firm_months(prepared[firms], min(runs[firms], 50)) for firms in sizes}
    hundred = prepared[100]
    model_runs = 2 if quick else 20

    def models(kind: type[AllianceMarket], count: int) -> None:
        for number in range(count):
            model = kind(world(100), world(100).contract(), SEED, number, hundred)
            model.run()
            model.release()

    models(AllianceMarket, 1)
    half = np.array_split(np.arange(runs[100]), JOBS)
    works: dict[str, tuple[Callable[[], object], Callable[[], float]]] = {
        str(firms): (lambda firms=firms: simulate(prepared[firms], SEED, np.arange(runs[firms])), PROCESSOR)  # type: ignore[misc]
        for firms in sizes
    }
    works |= {
        "one": (lambda: simulate(hundred, SEED, np.arange(runs[100])), WALL),
        "two": (lambda: side_by_side(lambda job: simulate(hundred, SEED, half[job]), JOBS), WALL),
        "array": (lambda: models(AllianceMarket, model_runs), PROCESSOR),
        "reference": (lambda: models(ReferenceMarket, 1), PROCESSOR),
    }
    times = in_turn(works, 2 if quick else 5)
    rate = {firms: runs[firms] * lived[firms] / times[str(firms)] for firms in sizes}
    per_run = {firms: times[str(firms)] / runs[firms] for firms in sizes}
    growth = math.log(per_run[sizes[-1]] / per_run[100]) / math.log(sizes[-1] / 100)
    reference = lived[100] / times["reference"]
    state = sum(each.nbytes for each in new_state(prepared[sizes[-1]]))
    unit = "firm-months/s"
    return Section(
        "alliance_market",
        f"The alliance market with every feature on, {sizes[0]} to {sizes[-1]:,} firms",
        "alliance_market under its development alliance, a fifth of the firms BigCos, 60 months, whole runs; processor "
        "time on one core; shortest of alternating repetitions; this machine has "
        f"{available_cores()} cores",
        (
            *(Line(f"engine, {firms:,} firms", rate[firms], unit, shown=firms == 100) for firms in sizes),
            Line("Mesa model on arrays, 100 firms", model_runs * lived[100] / times["array"], unit),
            Line("reference driver, 100 firms", reference, unit),
            Line("engine / reference driver, 100 firms", rate[100] / reference, "times", ">= 200", shown=True),
            Line(f"growth of cost with firms, 100 to {sizes[-1]:,} (exponent)", growth, "", "< 1.1", shown=True),
            Line("two threads / one (wall clock)", times["one"] / times["two"], "times", ">= 1.8"),
            Line(f"memory of a run's state, {sizes[-1]:,} firms", state / 2**20, "MiB"),
        ),
    )
