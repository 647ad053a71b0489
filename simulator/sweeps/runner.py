"""Run a sweep: plan it, keep what a folder already holds, compute the rest, and write the manifest and the summary."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.foundation.errors import ParameterError, StoreError
from simulator.sweeps.bootstrap import Clusters, Moments
from simulator.sweeps.cells import Driver, EngineDriver
from simulator.sweeps.columns import as_text
from simulator.sweeps.executors import EXECUTORS, Opened, SpellWork, Work, available_cores
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.folder import Folder, folder_at
from simulator.sweeps.plan import Plan, extended, plan
from simulator.sweeps.provenance import Json, now, provenance, reported, settle, write_atomically, write_manifest
from simulator.sweeps.record import manifest_of, replication_record, sample_table
from simulator.sweeps.replication import Precision, Unreached
from simulator.sweeps.spells import missing_spells
from simulator.sweeps.store import (
    ALLIANCES,
    POINT,
    SAMPLE,
    SUMMARY,
    claimed,
    read_part,
    set_aside_others,
    take_stock,
)

Progress = Callable[[int, int], None]

POINTS_SHOWN = 50
MESSAGES_KEPT = 20
FEW_REPLICATES = 16


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep did and found.

    Parameters
    ----------
    folder : Path or Remote
        Where its parts, manifest and summary are.
    runs, failed : int
        All runs, and those among them that are recorded with an error.
    reused_runs, computed_runs : int
        Runs the folder already held, and runs computed now.
    chunks : int
        Number of parts.
    seconds : float
        Wall time of this call.
    summary : DataFrame
        From `summarise`.
    failures : tuple of (str, int)
        The most frequent errors and how many runs had them.
    damaged : tuple of str
        Parts that could not be read, were set aside and computed anew.
    superseded : int
        Parts set aside because the experiment has changed since.
    unreached : tuple of (Unreached, mapping)
        Intervals that adaptive replication left wider than asked, the widest first, with the factors of their points.
    rounds : int
        Rounds of runs, 1 without adaptive replication.
    """

    folder: Folder
    runs: int
    failed: int
    reused_runs: int
    computed_runs: int
    chunks: int
    seconds: float
    summary: pd.DataFrame
    failures: tuple[tuple[str, int], ...] = ()
    damaged: tuple[str, ...] = ()
    superseded: int = 0
    unreached: tuple[tuple[Unreached, dict[str, Any]], ...] = ()
    rounds: int = 1


def run_sweep(
    experiment: Experiment,
    folder: Folder | str,
    *,
    jobs: int | None = None,
    executor: str | Opened = "processes",
    fresh: bool = False,
    progress: Progress | None = None,
    chunk_runs: int | None = None,
    driver: Driver | None = None,
    alliances: bool = False,
) -> SweepResult:
    """Run an experiment into a folder, or go on with it: what the folder holds is not computed again.

    Parameters
    ----------
    experiment : Experiment
        What to run.
    folder : Path, str or Remote
        A path or a URL of fsspec, made if need be; an earlier sweep of the same experiment in it is continued, whatever
        stopped it.
    jobs : int, optional
        Chunks computed side by side; by default one per core. It never changes a number.
    executor : str or Opened
        One of EXECUTORS (``processes``, ``threads`` or ``dask``), or an open `executors.dask.Cluster`.
    fresh : bool
        Whether to discard what the folder holds.
    progress : callable, optional
        Called with the runs done and all runs, at first with what is reused, then after every chunk.
    chunk_runs : int, optional
        Most runs in a part; by default chosen from the number of runs.
    driver : Driver, optional
        Where histories come from; by default the compiled engine.
    alliances : bool
        Whether to keep one row per alliance, too; see `sweeps.spells`.

    Raises
    ------
    UnknownNameError, ParameterError
        If the experiment cannot be run: nothing is computed.
    StoreError
        If the folder is another's or in use, the disk is full, or workers died: what is computed stays.
    KeyboardInterrupt
        On Ctrl-C, after the chunks under way are written: what is computed stays.
    """
    began = time.perf_counter()
    if jobs is not None and jobs < 1:
        raise ParameterError(f"run_sweep.jobs must be at least 1; got {jobs!r}. Leave it out to use every core.")
    launch = EXECUTORS[executor] if isinstance(executor, str) else executor
    width = (jobs or available_cores()) if isinstance(executor, str) else jobs
    executor = executor if isinstance(executor, str) else executor.name
    driver = EngineDriver() if driver is None else driver
    teller = driver if alliances and isinstance(driver, EngineDriver) else None
    for name in experiment.measures:
        driver.measures[name]
    made = plan(experiment, chunk_runs)
    folder, jobs = folder_at(folder), jobs or available_cores()
    precision = None if experiment.replication is None else Precision(made)
    with claimed(folder, experiment.name, fresh=fresh) as before:
        if alliances:
            with reported("write", folder):
                (folder / ALLIANCES).mkdir(exist_ok=True)
        found = take_stock(folder, made.chunks, keep_others=precision is not None)
        session: Json = {"started": now(), "finished": None, "seconds": None, "status": "running", "executor": executor}
        session |= {"jobs": width, "computed_runs": None, "reused_runs": 0, "provenance": provenance()}
        manifest = manifest_of(made, before, session)
        done, computed, first = 0, 0, 0
        damaged, superseded = found.damaged, found.superseded
        status = "stopped"
        try:
            while True:
                pending = [chunk for chunk in made.chunks[first:] if chunk.index not in found.ready]
                fresh_runs = sum(chunk.runs for chunk in pending)
                done = made.runs - fresh_runs
                session["reused_runs"] = done - computed
                manifest |= manifest_of(made, before, session)
                write_manifest(folder, manifest)
                if progress is not None:
                    progress(done, made.runs)
                with closing(launch(Work(made, folder, driver, teller), pending, jobs)) as records:  # type: ignore[type-var]
                    for record in records:
                        done += record.runs
                        computed += record.runs
                        if progress is not None:
                            progress(done, made.runs)
                if precision is None:
                    break
                precision.read(folder, made, made.chunks[first:])
                added = precision.added()
                if not added:
                    superseded += set_aside_others(folder, made)
                    break
                first, made = len(made.chunks), extended(made, added, chunk_runs)
                found = take_stock(folder, made.chunks[first:], keep_others=True)
                damaged += found.damaged
            if alliances or (folder / ALLIANCES).exists():
                missing = missing_spells(folder, made)
                manifest["alliances"] = alliances or not missing
                if alliances:
                    with closing(launch(SpellWork(made, folder), missing, jobs)) as records:  # type: ignore[type-var]
                        for _ in records:
                            pass
            summary, failures = summarise(folder, made)
            write_atomically(folder / SUMMARY, summary.to_csv(index=False, float_format="%.10g").encode())
            sample = sample_table(made)
            if sample is not None:
                write_atomically(folder / SAMPLE, sample)
            if precision is not None:
                manifest["replication"] |= replication_record(made, precision)
            status = "finished"
        except KeyboardInterrupt:
            status = "interrupted"
            raise
        finally:
            failed = sum(failures.values()) if status == "finished" else None
            _close(folder, manifest, session, status, computed, failed, time.perf_counter() - began)
    unreached = () if precision is None else precision.unreached()
    return SweepResult(
        folder=folder,
        runs=made.runs,
        failed=sum(failures.values()),
        reused_runs=made.runs - computed,
        computed_runs=computed,
        chunks=len(made.chunks),
        seconds=time.perf_counter() - began,
        summary=summary,
        failures=tuple(failures.most_common(MESSAGES_KEPT)),
        damaged=damaged,
        superseded=superseded,
        unreached=tuple((each, made.at(each.point)) for each in unreached),
        rounds=1 + len(made.rounds),
    )


def _close(
    folder: Folder, manifest: Json, session: Json, status: str, computed: int, failed: int | None, seconds: float
) -> None:
    """Write the manifest at the end of a session; on a full disk the earlier one stays, and the first error counts.

    A session that found nothing to do leaves no trace: the numbers come from the earlier ones.
    """
    session |= {"finished": now(), "status": status, "computed_runs": computed, "seconds": round(seconds, 3)}
    if computed == 0 and len(manifest["sessions"]) > 1:
        manifest["sessions"].remove(session)
    latest = manifest["sessions"][-1]
    manifest |= {"status": status, "failed": failed, "finished": latest["finished"], "provenance": latest["provenance"]}
    manifest["seconds"] = round(sum(entry["seconds"] or 0.0 for entry in manifest["sessions"]), 3)
    for place in (folder / "runs", folder / ALLIANCES):
        with _unless(status == "finished"):
            settle(place)
    with _unless(status == "finished"):
        write_manifest(folder, manifest)


def _unless(telling: bool) -> contextlib.AbstractContextManager[None]:
    """Return a context that swallows what the folder refuses, unless there is no earlier error that counts more."""
    return contextlib.nullcontext() if telling else contextlib.suppress(StoreError)


def summarise(folder: Folder, made: Plan) -> tuple[pd.DataFrame, Counter[str]]:
    """Return means and standard errors by contract and point, and how many runs had which error.

    With more than POINTS_SHOWN points it is by contract alone, unless adaptive replication gave points different
    numbers of runs. Parts are read one at a time.

    Parameters
    ----------
    folder : Path or Remote
        A sweep's folder that holds every part of the plan.
    made : Plan
        The plan.

    Returns
    -------
    summary : DataFrame
        Columns contract, the factors (if by point), measure, count (runs in which the measure is defined), mean,
        standard_error (runs that share a replicate share their luck and count as one), and failed (runs).
    failures : Counter
        Runs by error.
    """
    experiment = made.experiment
    contracts, measures, replicates = experiment.contracts, list(experiment.measures), experiment.replicates
    by_point = len(made.points) <= POINTS_SHOWN or experiment.replication is not None
    moments = [Moments(len(measures)) for _ in range(made.cells)] if by_point else []
    clusters = [] if by_point else [Clusters(len(measures), replicates) for _ in contracts]
    tallies: Sequence[Clusters | Moments] = clusters or moments
    failed = np.zeros(len(tallies), dtype=np.int64)
    failures: Counter[str] = Counter()
    for chunk in made.chunks:
        table = read_part(folder / "runs" / chunk.part, [*measures, "error"])
        outcomes = np.column_stack([table[name].to_numpy() for name in measures])
        cells, replicate = made.located(chunk)
        groups = cells if by_point else cells % len(contracts)
        errors = table["error"]
        if errors.null_count < chunk.runs:
            failures.update(errors.drop_null().to_pylist())
            np.add.at(failed, groups[errors.is_valid().to_numpy()], 1)
        if by_point or replicates >= FEW_REPLICATES:
            start = 0
            for cell, first, count in made.blocks(chunk):
                tallies[cell if by_point else cell % len(contracts)].add(first, outcomes[start : start + count])
                start += count
        else:
            for group, cluster in enumerate(clusters):
                cluster.scatter(replicate[groups == group], outcomes[groups == group])
    lines: list[dict[str, Any]] = []
    for group, tally in enumerate(tallies):
        head: dict[str, Any] = {"contract": made.contract(group)}
        if by_point:
            head |= {POINT: group // len(contracts)} if made.numbered else {}
            head |= {path: as_text(v) if isinstance(v, tuple) else v for path, v in made.values(group).items()}
        for name, (count, mean, error) in zip(measures, tally.statistics(), strict=True):
            lines.append(
                {
                    **head,
                    "measure": name,
                    "count": count,
                    "mean": mean,
                    "standard_error": error,
                    "failed": failed[group],
                }
            )
    return pd.DataFrame(lines), failures
