"""What a sweep asks of a cluster, as a file: ``[slurm]`` with the jobs whose workers compute."""

from __future__ import annotations

from pathlib import Path

from simulator.foundation.errors import FileError
from simulator.interfaces.document import open_document, validated
from simulator.interfaces.schema import Table, new_model, table_of
from simulator.sweeps.executors.slurm import Slurm


def read_cluster(path: Path) -> Slurm:
    """Return what a file asks of SLURM.

    Raises
    ------
    FileError
        With every problem in the file: its line, its key, and what to write instead.
    """
    inner = table_of(Slurm)
    table = Table(new_model("Cluster", {"slurm": (inner.type, ...)}), ("slurm",), {"slurm": inner})
    read, problems = validated(open_document(path), table)
    if problems:
        raise FileError(problems)
    asked: Slurm = read.slurm
    return asked
