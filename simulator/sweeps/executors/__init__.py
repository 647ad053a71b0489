"""Who computes the chunks of a plan: this process, its threads, worker processes, a cluster; results are the same.

``base`` says what is computed of a chunk, ``local`` who does it on this machine, ``dask`` who does it beyond.
"""

from simulator.sweeps.executors import dask, local  # noqa: F401  (registers the executors)
from simulator.sweeps.executors.base import EXECUTORS, Launch, Opened, Record, Task, Work, available_cores

__all__ = ["EXECUTORS", "Launch", "Opened", "Record", "Task", "Work", "available_cores"]
