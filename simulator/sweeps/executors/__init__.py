"""Who computes the chunks of a plan: this process, its threads, worker processes, a cluster; results are the same.

``base`` says what is handed back of a chunk and ``work`` what is computed of it, ``local`` who does it on this machine,
``dask`` who does it beyond.
"""

from simulator.sweeps.executors import dask, local  # noqa: F401  (registers the executors)
from simulator.sweeps.executors.base import EXECUTORS, Launch, Opened, Record, Task, available_cores
from simulator.sweeps.executors.work import SpellWork, Work

__all__ = ["EXECUTORS", "Launch", "Opened", "Record", "SpellWork", "Task", "Work", "available_cores"]
