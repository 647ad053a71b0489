"""From the command line to the answer: help, and a first solution with nothing compiled and with everything."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Line, Section

HELP = ("--help",)
SOLVE = ("solve", "ham_and_egg", "--json")


def command() -> list[str]:
    """Return how the installed command is started: the script beside this Python, or the module."""
    script = shutil.which("alliance", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-c", "from simulator.interfaces.cli.main import main; main()"]


def started(arguments: tuple[str, ...], cache: str) -> float:
    """Return the wall time of one call with this cache of compiled code."""
    environment = {**os.environ, "ALLIANCE_CACHE_DIR": cache}
    began = time.perf_counter()
    subprocess.run([*command(), *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def measure(*, quick: bool = False) -> Section:
    """Return wall times of help and of a solution, cold and warm."""
    cold: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        started(HELP, folder)
        prompt = [started(HELP, folder) for _ in range(3 if quick else 10)]
        for attempt in range(1 if quick else 3):
            cold.append(started(SOLVE, os.path.join(folder, f"cold-{attempt}")))
        warm = [started(SOLVE, os.path.join(folder, "cold-0")) for _ in range(2 if quick else 5)]
    return Section(
        "start",
        "From the command to its answer",
        "wall time of whole processes; help and warm are medians; cold is the shortest of up to 3, each with an empty "
        "cache of compiled code; warm is any later call",
        (
            Line("alliance --help", statistics.median(prompt), "s", "< 0.3", shown=True),
            Line("alliance solve ham_and_egg, first time (nothing compiled)", min(cold), "s", shown=True),
            Line("alliance solve ham_and_egg, later", statistics.median(warm), "s", shown=True),
        ),
    )
