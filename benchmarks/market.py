"""A market of 100 SmallCos and 20 BigCos by every driver: firm-months a second."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks.plain_mesa import PlainMarket, stage_game
from benchmarks.report import Line, Section
from benchmarks.timing import PROCESSOR, WALL, available_cores, in_turn, side_by_side
from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.interfaces.files import read_scenario
from simulator.simulation.engine import simulate
from simulator.simulation.model import AllianceMarket
from simulator.simulation.prepare import prepare
from simulator.simulation.record import ALLIANCE_MONTHS, BIG_SURVIVORS
from simulator.simulation.reference import ReferenceMarket
from simulator.simulation.tables import Prepared

SMALLCOS, BIGCOS, SLOTS = 100, 20, 5
SEED = 1
JOBS = 2


def world() -> tuple[Scenario, Contract]:
    """Return the ham-and-egg scenario with more firms, with slots for all, and its first contract."""
    scenario = read_scenario("ham_and_egg")
    small = dataclasses.replace(scenario.small, count=SMALLCOS)
    big = dataclasses.replace(scenario.big, count=BIGCOS, slots=SLOTS)
    return dataclasses.replace(scenario, small=small, big=big), scenario.contract()


def block(job: int, runs: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the replicates of one of several jobs."""
    return np.arange(job * runs, (job + 1) * runs)


_worker: list[Prepared] = []


def start_worker() -> None:
    """Make a worker process ready, compiled code included."""
    _worker[:] = [prepare(*world())]
    simulate(_worker[0], SEED, block(0, 1))


def work_in_process(job: int, runs: int) -> None:
    """Simulate one block in a worker process."""
    simulate(_worker[0], SEED, block(job, runs))


def firm_months(prepared: Prepared, runs: int) -> float:
    """Return the mean months lived by solvent firms in a run.

    Every SmallCo signs in the first month and stays until the horizon or its ruin, and no BigCo fails, so SmallCos live
    as many months as there are alliance-months.
    """
    outcomes = simulate(prepared, SEED, np.arange(runs)).mean(axis=0)
    if outcomes[BIG_SURVIVORS] != BIGCOS:
        raise RuntimeError("every BigCo must live to the horizon for the firm-months to be counted in this way")
    return float(outcomes[ALLIANCE_MONTHS] + BIGCOS * prepared.settings.months)


def measure(*, quick: bool = False) -> Section:
    """Return the firm-months per second of every driver and their ratios."""
    scenario, contract = world()
    prepared = prepare(scenario, contract)
    stage = stage_game(prepared)
    engine_runs, model_runs, plain_runs, reference_runs = (200, 4, 2, 1) if quick else (2000, 40, 10, 2)
    lived = firm_months(prepared, engine_runs)

    def models(make: Callable[[int], AllianceMarket | PlainMarket], runs: int) -> None:
        for number in range(runs):
            model = make(number)
            model.run()
            model.release()

    def array_model(number: int) -> AllianceMarket:
        return AllianceMarket(scenario, contract, SEED, number, prepared)

    def reference(number: int) -> AllianceMarket:
        return ReferenceMarket(scenario, contract, SEED, number, prepared)

    def plain(number: int) -> PlainMarket:
        return PlainMarket(scenario, contract, stage, number)

    for make in (array_model, reference):
        models(make, 1)
    with ProcessPoolExecutor(
        JOBS, mp_context=multiprocessing.get_context("spawn"), initializer=start_worker
    ) as processes:
        list(processes.map(work_in_process, range(JOBS), [1] * JOBS))
        half = engine_runs // JOBS
        works: dict[str, tuple[Callable[[], object], Callable[[], float]]] = {
            "engine": (lambda: simulate(prepared, SEED, block(0, engine_runs)), PROCESSOR),
            "one": (lambda: simulate(prepared, SEED, block(0, engine_runs)), WALL),
            "threads": (lambda: side_by_side(lambda job: simulate(prepared, SEED, block(job, half)), JOBS), WALL),
            "processes": (lambda: list(processes.map(work_in_process, range(JOBS), [half] * JOBS)), WALL),
            "array": (lambda: models(array_model, model_runs), PROCESSOR),
            "plain": (lambda: models(plain, plain_runs), PROCESSOR),
            "reference": (lambda: models(reference, reference_runs), PROCESSOR),
        }
        times = in_turn(works, 2 if quick else 9)
    runs = {"array": model_runs, "plain": plain_runs, "reference": reference_runs}
    rate = {name: runs.get(name, engine_runs) * lived / time for name, time in times.items()}
    unit = "firm-months/s"
    return Section(
        "market",
        f"{SMALLCOS} SmallCos and {BIGCOS} BigCos with {SLOTS} slots each over {prepared.settings.months} months",
        "ham_and_egg under its revenue share, whole runs; processor time on one core, wall time on two; shortest of "
        "alternating repetitions; a firm-month is a month of a solvent firm; this machine has "
        f"{available_cores()} cores, which two threads or processes share with whatever else runs",
        (
            Line("engine, one core", rate["engine"], unit, shown=True),
            Line("engine, two threads (wall clock)", rate["threads"], unit, shown=True),
            Line("engine, two processes (wall clock)", rate["processes"], unit),
            Line("Mesa model on arrays, one core", rate["array"], unit, shown=True),
            Line("plain Mesa model of the same rules, one core", rate["plain"], unit, shown=True),
            Line("reference driver (agent by agent), one core", rate["reference"], unit),
            Line("engine / reference driver", rate["engine"] / rate["reference"], "times", ">= 200", shown=True),
            Line("engine / plain Mesa model", rate["engine"] / rate["plain"], "times", ">= 100", shown=True),
            Line("engine / Mesa model on arrays", rate["engine"] / rate["array"], "times"),
            Line("Mesa model on arrays / plain Mesa model", rate["array"] / rate["plain"], "times"),
            Line("two threads / one (wall clock)", rate["threads"] / rate["one"], "times"),
            Line("two processes / one (wall clock)", rate["processes"] / rate["one"], "times"),
        ),
    )
