"""What a run of a sweep costs beyond its model: ours, kept on disk with its provenance, beside every peer installed.

Each tool is a process of its own (``python -m benchmarks.sweep_peers TOOL JOBS FEW RUNS REPETITIONS``), because
importing one changes another. It runs the tiny model a few times and many times, in turn; the difference is what
further runs cost, what is left is its start. So nobody pays for the start of processes, which a sweep pays once.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import Line, Section
from benchmarks.sweep_tools import CHUNK, EMA, LOOP, OURS, OURS_POINTS, POINTS, TOOLS, quietly
from benchmarks.timing import available_cores

JOBS = (1, 2)
REPETITIONS = 3
MOST_MILLISECONDS = 0.02
LEAST_EMA = 50
NOT_INSTALLED = "not installed"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a tool takes: seconds of each further run, and of everything that is paid once."""

    run: float
    start: float


def timed(name: str, jobs: int, few: int, runs: int, repetitions: int) -> dict[str, float]:
    """Return the shortest wall time of few and of many runs of a tool in this process, and how many there were."""
    told: dict[str, float] = {}
    sizes = {"few": few, "many": runs}
    with quietly():
        for turn in range(repetitions + 1):  # the first, of few runs, is for imports and whatever is set up once
            for what, size in sizes.items() if turn else [("few", few)]:
                with tempfile.TemporaryDirectory() as folder:
                    began = time.perf_counter()
                    found = TOOLS[name].tool(size, jobs, Path(folder))
                    seconds = time.perf_counter() - began
                if turn:
                    told[what] = min(told.get(what, math.inf), seconds)
                    told[f"{what}_runs"] = len(found)
    return told


def cost(name: str, jobs: int, *, quick: bool = False) -> Cost:
    """Return what a tool takes, measured in a process of its own."""
    measured = TOOLS[name]
    runs = 2 * measured.few if quick else measured.runs
    numbers = (jobs, measured.few, runs, 1 if quick else REPETITIONS)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sweep_peers", name, *map(str, numbers)],
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    return of(json.loads(done.stdout.splitlines()[-1]))


def of(told: dict[str, float]) -> Cost:
    """Return the cost from the times of few and of many runs.

    Examples
    --------
    >>> of({"few": 3.0, "few_runs": 100, "many": 12.0, "many_runs": 1000})
    Cost(run=0.01, start=2.0)
    """
    run = max((told["many"] - told["few"]) / (told["many_runs"] - told["few_runs"]), 0.0)
    return Cost(run, max(told["few"] - run * told["few_runs"], 0.0))


def beyond(each: Cost, model: Cost, jobs: int) -> float:
    """Return the milliseconds of a further run beyond the model's share of them."""
    return 1e3 * max(each.run - model.run / jobs, 0.0)


def lines_of(found: dict[str, Cost], model: Cost, jobs: int) -> list[Line]:
    """Return the lines for so many jobs, with the targets on ours."""
    head = "one job" if jobs == 1 else f"{jobs} jobs"
    over = {name: beyond(each, model, jobs) for name, each in found.items()}
    ours = over[OURS]
    lines = []
    for name, measured in TOOLS.items():
        if name == LOOP:
            continue
        what = f"{head}: {name}{', kept on disk' if measured.keeps else ''}"
        if name not in over:
            lines.append(Line(what, math.nan, NOT_INSTALLED))
            continue
        mine = name == OURS
        target = f"<= {MOST_MILLISECONDS}" if mine or name == OURS_POINTS else ""
        lines.append(Line(what, over[name], "ms/run", target, shown=mine or name == EMA))
        if mine:
            lines.append(Line(f"{head}: {name}: start, paid once", found[name].start, "s"))
    others = {name: over[name] for name in over if name not in (OURS, OURS_POINTS, LOOP)}
    keeping = [value for name, value in others.items() if TOOLS[name].keeps]
    smallest = max(ours, 1e-6)
    lines.append(
        Line(f"{head}: cheapest peer that keeps its runs / ours", min(keeping) / smallest, "times", "> 1", shown=True)
        if keeping
        else Line(f"{head}: cheapest peer that keeps its runs / ours", math.nan, NOT_INSTALLED)
    )
    lines.append(
        Line(f"{head}: {EMA} / ours", others[EMA] / smallest, "times", f">= {LEAST_EMA}", shown=True)
        if EMA in others
        else Line(f"{head}: {EMA} / ours", math.nan, NOT_INSTALLED)
    )
    return lines


def measure(*, quick: bool = False) -> Section:
    """Return what a run costs beyond the model, for every tool, with one job and with two."""
    model = cost(LOOP, 1, quick=quick)
    lines = [Line("the model itself, in a plain loop", 1e3 * model.run, "ms/run")]
    for jobs in JOBS:
        found = {}
        for name, measured in TOOLS.items():
            if measured.installed and name != LOOP:
                print(f"  {name}, {jobs} at a time ...", file=sys.stderr, flush=True)
                found[name] = cost(name, jobs, quick=quick)
        lines += lines_of(found, model, jobs)
    return Section(
        "sweep_peers",
        "What a run of a sweep costs beyond its model",
        "wall time of each further run, from few and many runs of the same function of a few operations, shortest of "
        f"{1 if quick else REPETITIONS}, less the model's share; {TOOLS[OURS].runs:,} runs where they are cheap, down "
        f"to {min(each.runs for each in TOOLS.values()):,} where they are not, so no one pays for the start of "
        f"processes; ours writes every run with its provenance, {CHUNK:,} in a part, over {POINTS} points or over a "
        "Latin hypercube with a point for every run, whose scenario is checked and built by itself; Dask's chunks are "
        f"of the same size; each tool in a process of its own on {available_cores()} cores",
        tuple(lines),
    )


def main() -> None:
    """Time a tool in this process and tell how it went as JSON."""
    name, *numbers = sys.argv[1:]
    jobs, few, runs, repetitions = map(int, numbers)
    print(json.dumps(timed(name, jobs, few, runs, repetitions)))


if __name__ == "__main__":
    main()
