"""What ``alliance sweep --dry-run`` shows: the plan, and the time and disk it would take, from runs really timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.sweeps.estimate import Estimate
    from simulator.sweeps.experiment import Experiment
    from simulator.sweeps.folder import Folder
    from simulator.sweeps.plan import Plan

COMPILED_HERE = 5.0
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def show_plan(experiment: Experiment, folder: Folder, as_json: bool, *, jobs: int | None, executor: str) -> None:
    """Print what a sweep would run, and what that would take."""
    import click

    from simulator.interfaces.cli.tables import print_json, print_table
    from simulator.sweeps.distributions import settings_of
    from simulator.sweeps.estimate import estimate
    from simulator.sweeps.plan import plan
    from simulator.sweeps.record import factor_record

    made = plan(experiment)
    found = estimate(made, jobs=jobs, executor=executor)
    said = warnings(made, found)
    counts = {
        "points": len(made.points),
        "contracts": len(experiment.contracts),
        "replicates": experiment.replicates,
        "runs": made.runs,
        "parts": len(made.chunks),
    }
    if as_json:
        factors = {factor.path: factor_record(factor) for factor in experiment.factors}
        design = {"name": experiment.design_name, **settings_of(experiment.layout)}
        head = {"experiment": experiment.name, "folder": str(folder), "dry_run": True, "design": design}
        extra = {"constraints": experiment.constraints, "estimate": document(found), "warnings": said}
        print_json({**head, **counts, "factors": factors, **extra})
        return
    factors_shown = [(factor.path, *_values(factor_record(factor))) for factor in experiment.factors]
    title = f"{experiment.title or experiment.name}: would be written to {folder}"
    print_table(("factor", "values", ""), factors_shown, title)
    print_table(("what", "how many"), list(counts.items()), f"design {experiment.design_name}")
    print_table(
        ("what", "about", "from", "to"),
        [
            ("time", *map(duration, (found.seconds.expected, found.seconds.low, found.seconds.high))),
            ("disk", *map(size, (found.size.expected, found.size.low, found.size.high))),
        ],
        f"expected with {found.jobs} {found.executor if found.jobs > 1 else 'worker'}, from {found.runs} runs in "
        f"{found.cells} cells",
    )
    for line in said:
        click.echo(line, err=True)


def _values(record: Any) -> tuple[object, str]:
    """Return how many values a factor has, and which; a dash where they are drawn."""
    if isinstance(record, dict):
        settings = ", ".join(f"{key} = {value}" for key, value in record.items() if key != "distribution")
        return "-", f"{record['distribution']}: {settings}"
    return len(record), ", ".join(map(str, record))


def warnings(made: Plan, found: Estimate) -> list[str]:
    """Return what the estimate does not cover, one line each."""
    said = []
    rule = made.experiment.replication
    if rule is not None:
        most = made.cells * rule.most
        said.append(
            f"Replication is adaptive: the estimate is for the first round of {made.runs} runs. How many follow "
            f"depends on what they show; at most {most} runs in all."
        )
    if found.failed:
        said.append(
            f"{found.failed} of {found.cells} sampled cells failed, so the time of such points cannot be told: "
            f"{found.error}"
        )
    if found.compiling > COMPILED_HERE:
        said.append(
            f"Compiling took {duration(found.compiling)} now and is not in the estimate; it is done once for a machine."
        )
    else:
        said.append("A machine that has not run this version yet compiles first, for a minute or two.")
    return said


def document(found: Estimate) -> dict[str, Any]:
    """Return the estimate as ``--json`` prints it."""
    return {
        "seconds": found.seconds.expected,
        "seconds_low": found.seconds.low,
        "seconds_high": found.seconds.high,
        "bytes": round(found.size.expected),
        "bytes_low": round(found.size.low),
        "bytes_high": round(found.size.high),
        "sampled_runs": found.runs,
        "sampled_cells": found.cells,
        "failed_cells": found.failed,
        "compile_seconds": found.compiling,
        "start_seconds": found.starting,
        "executor": found.executor,
        "jobs": found.jobs,
    }


def duration(seconds: float) -> str:
    """Return a length of time in the unit one would say it in.

    Examples
    --------
    >>> duration(0.4), duration(90), duration(7200), duration(200_000)
    ('0.4 s', '90 s', '2 h', '2.3 days')
    """
    for unit, length, upto in (("s", 1.0, 120.0), ("min", 60.0, 7200.0), ("h", 3600.0, 172_800.0)):
        if seconds < upto:
            return f"{seconds / length:.2g} {unit}" if seconds < 100 * length else f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:.2g} days" if seconds < 8_640_000 else f"{seconds / 86_400:.0f} days"


def size(count: float) -> str:
    """Return a number of bytes in the unit one would say it in.

    Examples
    --------
    >>> size(900), size(51_000), size(2.4e9)
    ('900 bytes', '51 kB', '2.4 GB')
    """
    power = 0
    while count >= 1000.0 and power < len(UNITS) - 1:
        count, power = count / 1000.0, power + 1
    return f"{count:.0f} {UNITS[power]}" if count >= 10.0 or power == 0 else f"{count:.1f} {UNITS[power]}"
