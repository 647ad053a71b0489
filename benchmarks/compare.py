"""Fifty contracts compared on a hundred thousand paired runs each: time and memory of ``alliance compare``'s work.

The runs are a real sweep's folder, written by the real sweep from a driver whose histories are two lines, because what
is measured is the comparison. It is read and compared in a process of its own (``python -m benchmarks.compare FOLDER
WHAT``), so that its memory can be watched from outside.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Line, Section
from benchmarks.timing import available_cores, resident
from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.economy.terms import RevenueShare
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.measures import Measure
from simulator.sweeps.runner import run_sweep

CONTRACTS, RUNS = 50, 100_000
BASELINE, DOMINANCE, ALL_PAIRS = "baseline", "dominance", "all-pairs"
LOOKS_PER_SECOND = 50
MEBIBYTE = 2.0**20


@functools.lru_cache(maxsize=64)
def _luck(seed: int, first: int, count: int) -> NDArray[np.float64]:
    """Return the luck of consecutive replicates, which is the same under every contract."""
    replicates = range(first, first + count)
    return np.array([np.random.default_rng((seed, replicate)).gamma(2.0) for replicate in replicates])


@dataclass(frozen=True)
class TwoLines:
    """A driver: SmallCo gets its share of a lucky revenue less what it put in, BigCo the rest."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Return both values and their sum."""
        columns = enumerate(("small_value", "big_value", "surplus"))
        return {name: Measure(name, "money", name, lambda o, at=at: o[:, at].copy()) for at, name in columns}

    def prepare(self, scenario: Scenario, contract: Contract) -> float:
        """Return SmallCo's share."""
        return float(contract.clauses.revenue_share)

    def simulate(self, prepared: float, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the replicates' luck makes of it."""
        luck = _luck(seed, int(replicates[0]), len(replicates))
        small, big = prepared * (1.0 + prepared) * luck - 0.3, (1.0 - prepared) * luck
        return np.column_stack([small, big, small + big])


def write_runs(folder: Path, contracts: int, runs: int) -> None:
    """Write the folder of a sweep of so many contracts, each with so many runs."""
    shares = np.linspace(0.2, 0.7, contracts)
    menu = tuple(Contract(f"share {share:.3f}", (RevenueShare(float(share)),)) for share in shares)
    run_sweep(
        Experiment("shares", Scenario("shares", contracts=menu), replicates=runs),
        folder,
        executor="threads",
        driver=TwoLines(),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """What one comparison took: wall seconds of its work, bytes of memory at the most, and the rows it gave."""

    seconds: float
    memory: int
    rows: int


def compared(folder: Path, what: str) -> dict[str, Any]:
    """Compare the contracts of a folder in this process; return the wall seconds and the number of rows."""
    from simulator.sweeps.compare import compare

    began = time.perf_counter()
    found = compare(folder, method="bca", all_pairs=what == ALL_PAIRS, dominance=what == DOMINANCE)
    return {"seconds": time.perf_counter() - began, "rows": len(found.rows)}


def watched(folder: Path, what: str) -> Compared:
    """Return what a comparison takes, watched from outside."""
    most = 0
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.compare", str(folder), what],
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None:
            most = max(most, resident(process.pid))
            time.sleep(1.0 / LOOKS_PER_SECOND)
        said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"the comparison {what!r} ended with exit code {process.returncode}")
    told = json.loads(said)
    return Compared(told["seconds"], most, told["rows"])


def measure(*, quick: bool = False) -> Section:
    """Return time and memory of comparisons with the baseline, with dominance, and of all pairs."""
    contracts, runs = (5, 2_000) if quick else (CONTRACTS, RUNS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "sweep"
        write_runs(folder, contracts, runs)
        watched(folder, BASELINE)  # so that everything is compiled
        plain, shapes, pairs = (watched(folder, what) for what in (BASELINE, DOMINANCE, ALL_PAIRS))
    return Section(
        "compare",
        f"{contracts} contracts compared on {runs:,} paired runs each",
        "3 measures, BCa intervals from 2,000 resamples, read from a sweep's folder, one of "
        f"{available_cores()} cores, wall time without the start of Python; memory is that of the whole process",
        (
            Line(f"{plain.rows} differences from the baseline", plain.seconds, "s", "< 10", shown=True),
            Line("the same: most memory", plain.memory / MEBIBYTE, "MiB", "< 1000"),
            Line("the same with stochastic dominance", shapes.seconds, "s", "< 10"),
            Line("with dominance: most memory", shapes.memory / MEBIBYTE, "MiB", "< 1000"),
            Line(f"{pairs.rows} differences of all pairs", pairs.seconds, "s", "< 10", shown=True),
            Line("all pairs: most memory", pairs.memory / MEBIBYTE, "MiB", "< 1000"),
        ),
    )


def main() -> None:
    """Compare in this process and tell how it went as JSON."""
    folder, what = sys.argv[1:]
    print(json.dumps(compared(Path(folder), what)))


if __name__ == "__main__":
    main()
