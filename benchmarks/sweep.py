"""A million histories of one pair through the real sweep: time, memory and disk.

Each sweep is a process of its own (``python -m benchmarks.sweep RUNS FOLDER EXECUTOR``), so that its memory and that
of its workers can be watched from outside.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Line, Section
from benchmarks.timing import available_cores, resident

JOBS = 2
PROCESSES, THREADS = "processes", "threads"
LOOKS_PER_SECOND = 20
MEBIBYTE = 2.0**20


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep took: wall seconds of the sweep and of its process, bytes of memory at the most, and of disk."""

    runs: int
    seconds: float
    process_seconds: float
    memory: int
    disk: int


def sweep(runs: int, folder: Path, executor: str = PROCESSES) -> dict[str, Any]:
    """Run the shipped experiment's grid under its first contract, `runs` histories in all; return the wall seconds."""
    from simulator.interfaces.files import read_experiment
    from simulator.sweeps.runner import run_sweep

    shipped = read_experiment("ham_and_egg")
    points = 1
    for factor in shipped.factors:
        points *= len(factor.values)
    experiment = dataclasses.replace(
        shipped, contracts=shipped.contracts[:1], baseline=shipped.contracts[0], replicates=runs // points
    )
    result = run_sweep(experiment, folder, jobs=JOBS, executor=executor)
    if result.failed:
        raise RuntimeError(f"{result.failed} of {result.runs} runs failed: {result.failures[0][0]}")
    return {"runs": result.runs, "seconds": result.seconds, "measures": len(experiment.measures)}


def watched(runs: int, executor: str = PROCESSES) -> Swept:
    """Return what a sweep takes in a fresh folder, its process and workers watched from outside."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "sweep"
        most = 0
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sweep", str(runs), str(folder), executor],
            cwd=Path(__file__).resolve().parent.parent,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            while process.poll() is None:
                most = max(most, resident(process.pid))
                time.sleep(1.0 / LOOKS_PER_SECOND)
            said = process.stdout.read() if process.stdout else ""
        if process.returncode:
            raise RuntimeError(f"the sweep of {runs} runs ended with exit code {process.returncode}")
        told = json.loads(said)
        disk = sum(part.stat().st_size for part in (folder / "runs").iterdir())
        return Swept(told["runs"], told["seconds"], time.perf_counter() - began, most or told["memory"], disk)


def measure(*, quick: bool = False) -> Section:
    """Return time, memory and disk of a small and a large sweep."""
    few, many = (8_000, 80_000) if quick else (100_000, 1_000_000)
    watched(16)  # so that everything is compiled
    small, large, threaded = watched(few), watched(many), watched(many, THREADS)
    return Section(
        "sweep",
        f"{large.runs:,} histories of one pair over 60 months, kept on disk",
        "the shipped ham_and_egg experiment's 16 points under its first contract, 9 measures a run, two worker "
        f"processes (or threads) on {available_cores()} cores, wall time; memory is the largest sum over all "
        "processes, pages they share counted in each",
        (
            Line(f"sweep of {large.runs:,} one-pair histories", large.seconds, "s", shown=True),
            Line("sweep: histories a second", large.runs / large.seconds, "/s", shown=True),
            Line("the same with the start of Python", large.process_seconds, "s"),
            Line(f"sweep of {large.runs:,} by two threads", threaded.seconds, "s"),
            Line("two threads: most memory", threaded.memory / MEBIBYTE, "MiB"),
            Line(f"sweep of {small.runs:,}", small.seconds, "s"),
            Line(f"sweep: most memory, {small.runs:,} histories", small.memory / MEBIBYTE, "MiB"),
            Line(f"sweep: most memory, {large.runs:,} histories", large.memory / MEBIBYTE, "MiB", shown=True),
            Line("sweep: memory, ten times as many / once", large.memory / small.memory, "times", "< 1.25", shown=True),
            Line(f"sweep: disk, {large.runs:,} histories", large.disk / MEBIBYTE, "MiB"),
            Line("sweep: disk per history", large.disk / large.runs, "bytes", shown=True),
        ),
    )


def main() -> None:
    """Sweep in this process and tell how it went as JSON."""
    runs, folder, executor = sys.argv[1:]
    told = sweep(int(runs), Path(folder), executor)
    try:
        import resource

        kilo = 1 if sys.platform == "darwin" else 1024
        most = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        told["memory"] = kilo * (most[0] + JOBS * most[1])
    except ImportError:
        told["memory"] = 0
    print(json.dumps(told))


if __name__ == "__main__":
    main()
