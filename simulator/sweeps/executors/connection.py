"""A connection to Dask's workers: to those of a running scheduler or to new ones here, all with this version.

References to ``distributed`` are handed in by whoever has imported it, so that nothing is imported that is not needed.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import simulator
from simulator.foundation.compiled import source_hash
from simulator.foundation.errors import ParameterError, StoreError
from simulator.sweeps.executors.local import interrupts_held_back

CONNECT_SECONDS = 5.0
WORKER_SECONDS = 30.0
CLOSE_SECONDS = 5.0

Version = tuple[str, str]

# Evaluated by a worker before anything of this package is sent to it, because another version could not read that.
ITS_VERSION = (
    "(__import__('simulator').__version__, "
    "__import__('simulator.foundation.compiled', fromlist=['source_hash']).source_hash())"
)


def own_version() -> Version:
    """Return the version of the package here and the hash of its source."""
    return simulator.__version__, source_hash()


def check_version(wanted: Version, got: object, where: str) -> None:
    """Raise StoreError unless a worker runs the same package."""
    if got == wanted:
        return
    said = "{} (source {})".format(*got) if isinstance(got, tuple) else f"none ({got})"
    raise StoreError(
        f"Workers must run alliance-simulator {wanted[0]} (source {wanted[1]}), as here; got {said} on {where}. "
        "Install the same version there and start that worker anew."
    )


def reached(opening: contextlib.ExitStack, distributed: Any, place: str) -> Any:
    """Return a client of a running scheduler, by its address or its scheduler file."""
    where: dict[str, str] = {"address": place} if "://" in place else {"scheduler_file": place}
    if "scheduler_file" in where and not Path(place).is_file():
        raise ParameterError(
            f"--scheduler must be an address or a scheduler file; got {place!r}, which is no file. "
            "Write, say, tcp://host:8786."
        )
    try:
        client = distributed.Client(**where, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, KeyError) as error:
        reason = "no answer" if isinstance(error, OSError | TimeoutError) else f"{type(error).__name__}: {error}"
        raise ParameterError(
            f"--scheduler must be the address of a Dask scheduler that is running; got {place!r} ({reason}). "
            "Start one with 'dask scheduler', and write the address it prints."
        ) from None
    opening.callback(close, client)
    return client


def local_workers(opening: contextlib.ExitStack, distributed: Any, jobs: int) -> Any:
    """Return a client of worker processes on this machine, which never see Ctrl-C."""
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # which lets Ctrl-C through again when it starts, so it starts before
    with interrupts_held_back():
        cluster = opening.enter_context(
            distributed.LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",  # any free port: None would mean 8787, which others may have
                silence_logs=logging.CRITICAL,
            )
        )
    client = distributed.Client(cluster, set_as_default=False)
    opening.callback(close, client)
    return client


def close(client: Any) -> None:
    """Disconnect; a scheduler that is gone cannot object."""
    with contextlib.suppress(Exception):
        client.close(timeout=CLOSE_SECONDS)


def wait_for_workers(client: Any, scheduler: str | None) -> None:
    """Wait until there is a worker: for a while of a running scheduler, as long as it takes of a queue."""
    if scheduler is None:
        client.wait_for_workers(1)
        return
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError:
        raise ParameterError(
            f"--scheduler must have workers; got none at {scheduler} in {WORKER_SECONDS:.0f} s. "
            "Start some with 'dask worker ADDRESS'."
        ) from None


def check_workers(client: Any) -> None:
    """Raise StoreError unless every worker runs this version."""
    for where, answer in client.run(eval, ITS_VERSION, on_error="return").items():
        error = f"{type(answer).__name__}: {answer}" if isinstance(answer, Exception) else None
        check_version(own_version(), error or tuple(answer), where)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries from writing what is said in one line of ours."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in {"distributed", "tornado"}]
    before = {name: logging.getLogger(name).level for name in {*names, "asyncio"}}
    for name in before:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
