"""``alliance sweep``: every history of an experiment, kept in a folder and continued where it stopped."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.shared import ShippedOrFile, json_option

if TYPE_CHECKING:
    from simulator.sweeps.executors import Opened
    from simulator.sweeps.experiment import Experiment
    from simulator.sweeps.folder import Folder
    from simulator.sweeps.runner import SweepResult

RESULTS = Path("results")
SOME_FAILED = 3
MOST_FAILURES = 5
MOST_ROWS = 30
STATISTICS = {"contract", "measure", "count", "mean", "standard_error", "failed"}


class Place(click.Path):
    """A folder by its path or, where fsspec reaches it, by its URL."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the folder; a path that is a file is a usage error."""
        from simulator.sweeps.folder import folder_at, is_url

        return folder_at(value) if is_url(str(value)) else super().convert(value, param, ctx)


@click.command(
    "sweep",
    short_help="Run every history of an experiment.",
    epilog="Example: alliance sweep ham_and_egg --out results/ham_and_egg --jobs 4",
)
@click.argument("experiment", type=ShippedOrFile("experiments"))
@click.option("--out", type=Place(), help="Folder, or its URL (s3://...); by default results/NAME.")
@click.option("--jobs", type=click.IntRange(min=1), help="Work side by side; by default one for each core.")
@click.option(
    "--executor",
    type=click.Choice(["processes", "threads", "dask"]),
    default="processes",
    show_default=True,
    help="Where the work is done.",
)
@click.option("--scheduler", metavar="ADDRESS", help="A running Dask scheduler: tcp://HOST:PORT or its file.")
@click.option(
    "--cluster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Jobs of SLURM that Dask submits, in TOML.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what would be run, and the time and disk it would take from a few runs; keep nothing.",
)
@click.option("--alliances", is_flag=True, help="Keep one row per alliance, too, in DIR/alliances.")
@click.option("--fresh", is_flag=True, help="Discard what the folder holds and begin again.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    experiment: str,
    out: Folder | None,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    cluster: Path | None,
    dry_run: bool,
    alliances: bool,
    fresh: bool,
    as_json: bool,
) -> None:
    """Run every history of an experiment and keep them as Parquet files.

    What the folder already holds is not run again, so the same command continues a sweep that was interrupted. A
    history that fails is recorded with its error, the rest goes on, and the exit code is 3. Where the experiment asks
    for adaptive replication, what stays wider than asked is said.
    """
    from simulator.interfaces.cli.tables import print_json
    from simulator.interfaces.files import read_experiment

    check_where(executor, scheduler, cluster, dry_run)
    made = read_experiment(experiment)
    folder = out or default_folder(made)
    if dry_run:
        from simulator.interfaces.cli.dry_run import show_plan

        show_plan(made, folder, as_json, jobs=jobs, executor=executor)
        return
    again = ["alliance", "sweep", experiment, *(["--out", str(out)] if out else []), *(["--alliances"] * alliances)]
    with opened(executor, scheduler, cluster) as launch:
        result = sweep(made, folder, shlex.join(again), jobs=jobs, executor=launch, fresh=fresh, alliances=alliances)
    if as_json:
        print_json(document(made, result))
    else:
        report(made, result)
    if result.failed:
        ctx.exit(SOME_FAILED)


def check_where(executor: str, scheduler: str | None, cluster: Path | None, dry_run: bool) -> None:
    """Raise a usage error for options that contradict each other."""
    if scheduler is None and cluster is None:
        return
    given = "--scheduler" if cluster is None else "--cluster"
    if executor != "dask":
        raise click.UsageError(f"{given} goes with --executor dask.")
    if scheduler is not None and cluster is not None:
        raise click.UsageError("--scheduler names workers that run, --cluster starts some; give one of them.")
    if dry_run:
        raise click.UsageError(f"--dry-run times runs on this machine; leave out {given}.")


@contextlib.contextmanager
def opened(executor: str, scheduler: str | None, cluster: Path | None) -> Iterator[str | Opened]:
    """Yield the executor: its name, or Dask's workers, which are kept for all rounds and let go in the end."""
    if executor != "dask":
        yield executor
        return
    from simulator.interfaces.cluster_file import read_cluster
    from simulator.sweeps.executors.dask import Cluster

    with Cluster(scheduler, None if cluster is None else read_cluster(cluster)) as launch:
        yield launch


def default_folder(experiment: Experiment) -> Path:
    """Return the folder of an experiment's sweep: its name, made harmless, below ``results``."""
    import re

    return RESULTS / (re.sub(r"[^\w.-]+", "_", experiment.name).strip(".") or "experiment")


def sweep(
    experiment: Experiment,
    folder: Folder,
    again: str,
    *,
    jobs: int | None = None,
    executor: str | Opened = "processes",
    fresh: bool = False,
    alliances: bool = False,
) -> SweepResult:
    """Return a sweep that has been run or continued, with progress; if interrupted, say how to go on."""
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.sweeps.runner import run_sweep

    try:
        with ProgressBar("histories") as bar:
            result = run_sweep(
                experiment, folder, jobs=jobs, executor=executor, fresh=fresh, progress=bar, alliances=alliances
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted. What is done is kept in {folder}. To go on: {again}") from None
    for name in result.damaged:
        click.echo(f"{folder}: {name} could not be read; it was set aside and computed anew.", err=True)
    if result.superseded:
        click.echo(f"{folder}: the experiment has changed; {result.superseded} old parts are in superseded/.", err=True)
    for message, count in result.failures[:MOST_FAILURES]:
        click.echo(f"{count} of {result.runs} runs failed: {message}", err=True)
    for line in not_reached(experiment, result):
        click.echo(line, err=True)
    return result


def swept(target: str, command: str) -> Path:
    """Return the default folder of an experiment whose sweep has been run or continued on behalf of a command."""
    from simulator.interfaces.files import read_experiment

    made = read_experiment(target)
    folder = default_folder(made)
    sweep(made, folder, shlex.join(["alliance", command, target]))
    return folder


def not_reached(experiment: Experiment, result: SweepResult) -> Iterator[str]:
    """Yield what adaptive replication did not reach: how many intervals, and the widest of them."""
    from simulator.interfaces.cli.tables import shown

    rule = experiment.replication
    if rule is None or not result.unreached:
        return
    what = f"the difference from {experiment.baseline!r} in {rule.measure}" if rule.contrast else rule.measure
    count = len(result.unreached)
    yield (
        f"{count} {'interval' if count == 1 else 'intervals'} of {what} wider than asked after {result.rounds} rounds "
        f"(at most {rule.most} replicates a point):"
    )
    for each, factors in result.unreached[:MOST_FAILURES]:
        at = ", ".join(f"{path} = {shown(value)}" for path, value in factors.items())
        yield (
            f"  {each.contract}{f' at {at}' if at else ''}: +-{each.half_width:.4g} instead of +-{each.wanted:.4g} "
            f"after {each.replicates} replicates ({each.defined} with a value)"
        )


def document(experiment: Experiment, result: SweepResult) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    from dataclasses import asdict

    return {
        "experiment": experiment.name,
        "folder": str(result.folder),
        "runs": result.runs,
        "failed": result.failed,
        "reused": result.reused_runs,
        "computed": result.computed_runs,
        "seconds": result.seconds,
        "rounds": result.rounds,
        "unreached": [asdict(each) | {"factors": factors} for each, factors in result.unreached],
        "failures": [{"error": message, "runs": count} for message, count in result.failures],
        "summary": result.summary.to_dict(orient="records"),
    }


def report(experiment: Experiment, result: SweepResult) -> None:
    """Print the mean of every measure: by contract and point while that is a short table, else by contract."""
    from simulator.interfaces.cli.tables import print_table

    summary = result.summary
    paths = [name for name in summary.columns if name not in STATISTICS]
    by = ["contract", *paths]
    if len(summary) > MOST_ROWS * len(experiment.measures):
        by = ["contract"]
    lines: dict[tuple[Any, ...], dict[str, tuple[float, float]]] = {}
    for record in summary.to_dict(orient="records"):
        line = lines.setdefault(tuple(record[key] for key in by), {})
        total, count = line.get(record["measure"], (0.0, 0.0))
        if record["count"]:
            weight = record["count"] if experiment.replication is None else 1.0  # points count alike, however many runs
            total, count = total + record["mean"] * weight, count + weight
        line[record["measure"]] = total, count
    rows = [
        (*key, *(total / count if count else None for total, count in line.values())) for key, line in lines.items()
    ]
    done = f"{result.runs} runs, {result.computed_runs} of them now in {result.seconds:.1f} s, {result.failed} failed"
    print_table((*by, *experiment.measures), rows, f"{experiment.title or experiment.name}: means; {done}")
    more = "" if by[1:] == paths else "; the means of every point are in summary.csv"
    click.echo(f"kept in {result.folder}{more}", err=True)
