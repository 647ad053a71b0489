"""Sweeps that begin at once, to be killed: FOLDER, then on standard input a line for each of them.

Everything is loaded before the first line. A line holds how many parts to wait for and how many seconds then to let
pass until the sweep, which is forked for it, is killed. What became of it is said: ``killed`` or ``finished``.
"""

import functools
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
from sweeps.fakes import FakeDriver, small_experiment

from simulator.sweeps.plan import plan
from simulator.sweeps.runner import run_sweep

REPLICATES, CHUNK = 28, 3
SECONDS_A_PART = 0.03


def sweep(folder, delay=0.0, progress=None):
    experiment = small_experiment(replicates=REPLICATES)
    return run_sweep(experiment, folder, jobs=1, chunk_runs=CHUNK, driver=FakeDriver(delay), progress=progress)


def main():
    folder = Path(sys.argv[1])
    plan(small_experiment())
    FakeDriver().simulate((1.0, 0.0, 0.0), 0, np.arange(1))
    for line in sys.stdin:
        parts, seconds = int(line.split()[0]), float(line.split()[1])
        here, there = os.pipe()
        child = os.fork()
        if child == 0:
            tell = functools.partial(os.write, there, b".")
            sweep(folder, SECONDS_A_PART, lambda *_, tell=tell: tell())
            os._exit(0)
        for _ in range(parts + 1 if parts else 0):
            os.read(here, 1)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        print("finished" if os.WIFEXITED(os.waitpid(child, 0)[1]) else "killed", flush=True)
        os.close(here)
        os.close(there)


if __name__ == "__main__":
    main()
