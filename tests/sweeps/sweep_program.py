"""A sweep as a program of its own, to be interrupted and killed: FOLDER JOBS EXECUTOR DELAY."""

import sys
from pathlib import Path

from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import AllianceError
from simulator.sweeps.runner import run_sweep


def main():
    folder, jobs, executor, delay = sys.argv[1:]
    try:
        run_sweep(
            small_experiment(),
            Path(folder),
            jobs=int(jobs),
            executor=executor,
            chunk_runs=7,
            driver=FakeDriver(float(delay)),
            progress=lambda done, total: print(done, total, flush=True),
        )
    except KeyboardInterrupt:
        sys.exit(130)
    except AllianceError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
