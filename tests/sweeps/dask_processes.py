"""A Dask scheduler and its workers as processes of their own, as on a cluster, to be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

PATIENCE = 60.0


@dataclass
class Processes:
    """A scheduler whose file is in a folder, and workers without nannies: what is killed stays dead."""

    folder: object
    all: list = field(default_factory=list)
    workers: list = field(default_factory=list)
    scheduler: object = None

    @property
    def file(self):
        return self.folder / "scheduler.json"

    @property
    def address(self):
        return json.loads(self.file.read_text())["address"]

    def start(self, *arguments, path=(), **environment):
        searched = os.pathsep.join([*map(str, path), *(each for each in sys.path if each)])
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": searched} | environment,
            cwd=self.folder,
            start_new_session=True,
        )
        self.all.append(process)
        return process

    def start_scheduler(self, **environment):
        place = "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file)
        self.scheduler = self.start("scheduler", *place, **environment)
        deadline = time.monotonic() + PATIENCE
        while not (self.file.exists() and self.file.read_text().strip().endswith("}")):
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def start_worker(self, *options, path=()):
        choice = options or ("--no-nanny",)
        place = "--scheduler-file", str(self.file), "--nthreads", "1", "--no-dashboard", *choice
        self.workers.append(self.start("worker", *place, path=path))

    def stop(self):
        for process in self.all:
            process.kill()
        for process in self.all:
            process.wait(PATIENCE)
