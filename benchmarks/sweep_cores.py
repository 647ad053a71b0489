"""A sweep whose work is the model: what two cores make of it, and what a kill -9 half-way costs.

Each sweep is a process of its own (``python -m benchmarks.sweep_cores RUNS FOLDER JOBS EXECUTOR``), to be killed.
"""

from __future__ import annotations

import dataclasses
import json
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Line, Section
from benchmarks.timing import available_cores

PROCESSES, THREADS = "processes", "threads"
RUNS, QUICK_RUNS = 262_144, 4_096
REPETITIONS = 2
JOBS = 2
LOOKS_PER_SECOND = 50
LEAST_EFFICIENCY = 0.9


@dataclass(frozen=True, slots=True)
class Finished:
    """A sweep that finished: wall seconds of itself and of its process, its chunks, and runs computed and reused."""

    seconds: float
    process_seconds: float
    chunks: int
    computed: int
    reused: int


def sweep(runs: int, folder: Path, jobs: int, executor: str) -> dict[str, Any]:
    """Run the shipped market, every feature on, so many times into a folder, or go on with it."""
    from simulator.interfaces.files import read_experiment
    from simulator.sweeps.runner import run_sweep

    shipped = read_experiment("alliance_market")
    experiment = dataclasses.replace(
        shipped, contracts=shipped.contracts[:1], baseline=shipped.contracts[0], factors=(), replicates=runs
    )
    result = run_sweep(experiment, folder, jobs=jobs, executor=executor)
    if result.failed:
        raise RuntimeError(f"{result.failed} of {result.runs} runs failed: {result.failures[0][0]}")
    told = {"seconds": result.seconds, "chunks": result.chunks}
    return told | {"computed": result.computed_runs, "reused": result.reused_runs}


def started(runs: int, folder: Path, jobs: int, executor: str, *, doomed: bool = False) -> subprocess.Popen[str]:
    """Return the process of a sweep that has just started; of one that will be killed nothing is heard."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sweep_cores", str(runs), str(folder), str(jobs), executor],
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.DEVNULL if doomed else subprocess.PIPE,
        stderr=subprocess.DEVNULL if doomed else None,
        text=True,
    )


def finished(runs: int, folder: Path, jobs: int = JOBS, executor: str = PROCESSES) -> Finished:
    """Return what a sweep took from beginning to end in this folder."""
    began = time.perf_counter()
    with started(runs, folder, jobs, executor) as process:
        said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the sweep of {runs} runs ended with exit code {process.returncode}")
    told = json.loads(said)
    return Finished(process_seconds=time.perf_counter() - began, **told)


def killed(runs: int, folder: Path, parts: int) -> float:
    """Start a sweep, kill it with SIGKILL when it has written so many parts, and return how long it lived."""
    began = time.perf_counter()
    with started(runs, folder, JOBS, PROCESSES, doomed=True) as process:
        while process.poll() is None and len(list((folder / "runs").glob("part-*.parquet"))) < parts:
            time.sleep(1.0 / LOOKS_PER_SECOND)
        process.kill()
        process.wait()
    return time.perf_counter() - began


def measure(*, quick: bool = False) -> Section:
    """Return the efficiency of two cores, and the time lost by a kill half-way and the runs computed twice."""
    runs, repetitions = (QUICK_RUNS, 1) if quick else (RUNS, REPETITIONS)
    best: dict[tuple[int, str], Finished] = {}
    lost, kept, lived = math.inf, 0, 0.0
    with tempfile.TemporaryDirectory() as scratch:
        finished(16, Path(scratch) / "compiled")
        for turn in range(repetitions):
            for jobs, executor in ((1, PROCESSES), (JOBS, PROCESSES), (JOBS, THREADS)):
                took = finished(runs, Path(scratch) / f"{turn}-{jobs}-{executor}", jobs, executor)
                key = (jobs, executor)
                best[key] = min(best.get(key, took), took, key=lambda each: each.seconds)
        whole = best[JOBS, PROCESSES]
        for turn in range(repetitions):
            folder = Path(scratch) / f"{turn}-killed"
            life = killed(runs, folder, whole.chunks // 2)
            rest = finished(runs, folder)
            loss = life + rest.process_seconds - whole.process_seconds
            if loss < lost:
                lost, kept, lived = loss, rest.reused, life
    one, two, threads = best[1, PROCESSES].seconds, whole.seconds, best[JOBS, THREADS].seconds
    target = f">= {LEAST_EFFICIENCY}"
    return Section(
        "sweep_cores",
        f"{runs:,} histories of a market on two cores, and after a kill -9",
        "alliance_market with every feature on under its first contract, 12 measures a run, kept on disk; efficiency "
        "is wall time of the sweep on one job / (2 x on two), start of the workers included; the killed sweep is a "
        f"process ended by SIGKILL at half its {whole.chunks} parts and begun again; lost is the time of both less "
        f"that of an uninterrupted one, both starts of Python counted; shortest of {repetitions}; this machine has "
        f"{available_cores()} cores",
        (
            Line("market sweep, one job", one, "s"),
            Line("market sweep, two worker processes", two, "s"),
            Line("market sweep, two threads", threads, "s"),
            Line("efficiency of two worker processes", one / (JOBS * two), "", target, shown=True),
            Line("efficiency of two threads", one / (JOBS * threads), "", target),
            Line("uninterrupted, with the start of Python", whole.process_seconds, "s"),
            Line("killed after", lived, "s"),
            Line("finished runs that the second start found and kept", 100.0 * kept / runs, "% of runs"),
            Line("lost by a kill -9 half-way", lost, "s", shown=True),
        ),
    )


def main() -> None:
    """Sweep in this process and tell how it went as JSON."""
    runs, folder, jobs, executor = sys.argv[1:]
    print(json.dumps(sweep(int(runs), Path(folder), int(jobs), executor)))


if __name__ == "__main__":
    main()
