"""Jobs of a SLURM cluster that become the workers of a sweep: what is asked of the queue, and the script it gets."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import Any

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter

MEMORY = re.compile(r"\d+(?:\.\d+)? ?[kMGT]i?B")
WALLTIME = re.compile(r"(?:\d+-)?\d{1,3}:\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Slurm:
    """What is asked of SLURM.

    Parameters
    ----------
    jobs : int
        Jobs that are submitted.
    cores : int
        Cores of each; each is a worker of its own.
    memory : str
        Of each job, such as ``8GB``.
    walltime : str
        Longest time of a job, as hours:minutes:seconds, with days before a dash.
    queue : str
        The partition; empty for the cluster's default.
    account : str
        Who is billed; empty for the cluster's default.

    Raises
    ------
    ParameterError
        If a number is out of its range, or a text is not written as SLURM reads it.
    """

    jobs: int = parameter(1, unit="jobs", low=1, high=10_000, doc="Jobs that are submitted.")
    cores: int = parameter(1, unit="cores", low=1, high=1024, doc="Cores of each job.")
    memory: str = "4GB"
    walltime: str = "01:00:00"
    queue: str = ""
    account: str = ""

    def __post_init__(self) -> None:
        """Hold numbers to their ranges and texts to their forms."""
        check_limits(self)
        if not MEMORY.fullmatch(self.memory):
            raise ParameterError(
                f'Slurm.memory must be a size; got {self.memory!r}. Write a number and its unit, such as "8GB".'
            )
        if not WALLTIME.fullmatch(self.walltime):
            raise ParameterError(
                f"Slurm.walltime must be hours:minutes:seconds; got {self.walltime!r}. Write, say, 02:30:00."
            )
        for name in ("queue", "account"):
            if not re.fullmatch(r"[\w.,@+-]*", getattr(self, name)):
                raise ParameterError(
                    f"Slurm.{name} must be a name that SLURM knows; got {getattr(self, name)!r}. Write one word."
                )


def slurm_cluster(asked: Slurm) -> Any:
    """Return the cluster whose workers such jobs are; nothing is submitted before it is scaled.

    Raises
    ------
    ImportError
        If dask-jobqueue is not installed.
    """
    from dask_jobqueue import SLURMCluster

    return SLURMCluster(
        queue=asked.queue or None,
        account=asked.account or None,
        cores=asked.cores,
        processes=asked.cores,
        memory=asked.memory,
        walltime=asked.walltime,
        job_name="alliance",
        scheduler_options={"dashboard": False, "dashboard_address": ":0"},
        worker_extra_args=["--no-dashboard"],
    )


def job_script(asked: Slurm) -> str:
    """Return the script that SLURM would be given for each job."""
    with slurm_cluster(asked) as cluster:
        script: str = cluster.job_script()
    return script


def check_slurm() -> None:
    """Raise ParameterError unless this machine can submit jobs to SLURM."""
    if shutil.which("sbatch") is None:
        raise ParameterError(
            "--cluster with [slurm] must be used where SLURM's sbatch is; got a machine without it. Run this on the "
            "cluster's login node, or start a Dask scheduler and its workers and name it with --scheduler."
        )
