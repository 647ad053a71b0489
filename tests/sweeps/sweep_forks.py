"""Sweeps that begin at once, to be killed: FOLDER, then on standard input a line of seconds for each of them.

Everything is loaded before the first line. For every line a sweep is forked, killed with SIGKILL so many seconds later,
and ``killed`` is said, or ``finished`` if it was done by then.
"""

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


def sweep(folder, delay=0.0):
    driver = FakeDriver(delay)
    return run_sweep(small_experiment(replicates=REPLICATES), folder, jobs=1, chunk_runs=CHUNK, driver=driver)


def main():
    folder = Path(sys.argv[1])
    plan(small_experiment())
    FakeDriver().simulate((1.0, 0.0, 0.0), 0, np.arange(1))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sweep(folder, delay=0.005)
            os._exit(0)
        time.sleep(float(line))
        os.kill(child, signal.SIGKILL)
        print("finished" if os.WIFEXITED(os.waitpid(child, 0)[1]) else "killed", flush=True)


if __name__ == "__main__":
    main()
