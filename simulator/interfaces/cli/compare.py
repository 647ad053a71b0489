"""``alliance compare``: contracts under the same luck, and who gains from which."""

from __future__ import annotations

import contextlib
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.shared import ShippedOrFile, figure_file, figure_option, json_option, seed_option

if TYPE_CHECKING:
    from simulator.sweeps.compare import Comparison

REPLICATES = 1000
BOTH_VALUES = ("small_value", "big_value")


@click.command(
    "compare",
    short_help="Compare contracts under the same luck.",
    epilog="Example: alliance compare ham_and_egg --by small.cash --figure contracts.png",
)
@click.argument("target", metavar="DIR|EXPERIMENT|SCENARIO", type=ShippedOrFile("experiments", "scenarios"))
@click.option("--measure", "measures", multiple=True, help="By default both values and surplus; may be repeated.")
@click.option("--by", metavar="FACTOR", help="Compare at each level of a factor, such as small.cash.")
@click.option("--baseline", metavar="NAME", help="The contract the others are compared with; by default the first.")
@click.option(
    "--replicates", type=click.IntRange(min=2), help=f"Histories per contract of a scenario; by default {REPLICATES}."
)
@seed_option
@figure_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    target: str,
    measures: tuple[str, ...],
    by: str | None,
    baseline: str | None,
    replicates: int | None,
    seed: int | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Compare every contract with the baseline, history by history under the same luck.

    Of an experiment the sweep is run first, or continued. Of a scenario every contract is simulated. A name that both
    have means the experiment.
    """
    drawn = figure_file(figure)
    from simulator.interfaces.cli.tables import print_json

    with runs_of(target, replicates, seed) as folder:
        from simulator.interfaces.means import contract_means
        from simulator.sweeps.compare import compare
        from simulator.sweeps.provenance import read_manifest

        comparison = compare(folder, baseline=baseline, measures=list(measures) or None, by=by)
        manifest = read_manifest(folder)
        kept = set(BOTH_VALUES) <= set(manifest["experiment"]["measures"])
        means = contract_means(folder, comparison.baseline) if kept else ()
    title = manifest["experiment"]["title"] or manifest["experiment"]["name"]
    if drawn is not None:
        from simulator.foundation.errors import ParameterError
        from simulator.interfaces.figures.compare import compare_figure
        from simulator.interfaces.figures.save import save

        if not means:
            raise ParameterError("--figure needs the measures small_value and big_value. Add them to the experiment.")
        save(compare_figure(means, title, comparison.confidence), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if as_json:
        print_json(
            {
                "experiment": manifest["experiment"]["name"],
                **comparison.to_dict(),
                "who_gains": who_gains(comparison),
                "means": [{"contract": each.name, "small_value": each.small, "big_value": each.big} for each in means],
            }
        )
    else:
        report(comparison, title)
    if manifest["failed"]:
        click.echo(f"{manifest['failed']} of {manifest['runs']} runs failed and are left out.", err=True)


@contextlib.contextmanager
def runs_of(target: str, replicates: int | None, seed: int | None) -> Iterator[Path]:
    """Yield the folder of the runs: a sweep's, an experiment's after its sweep, or a passing one of a scenario."""
    from simulator.interfaces.cli.sweep import default_folder, sweep
    from simulator.interfaces.files import is_experiment, read_experiment, shipped

    path = Path(target)
    experiment = is_experiment(path) if path.is_file() else target in shipped("experiments")
    if path.is_dir() and ((path / "manifest.json").exists() or not experiment):
        _refuse(replicates, seed)
        yield path
    elif experiment:
        _refuse(replicates, seed)
        made = read_experiment(target)
        folder = default_folder(made)
        sweep(made, folder, shlex.join(["alliance", "compare", target]))
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="alliance-") as passing:
            _simulate(target, Path(passing) / "runs", replicates or REPLICATES, seed or 0)
            yield Path(passing) / "runs"


def _refuse(replicates: int | None, seed: int | None) -> None:
    """Raise a usage error for options that only a scenario has."""
    if replicates is not None or seed is not None:
        raise click.UsageError("--replicates and --seed are for a scenario; an experiment states its own.")


def _simulate(target: str, folder: Path, replicates: int, seed: int) -> None:
    """Run every contract of a scenario; one with a single contract is compared with signing nothing."""
    from simulator.economy.contract import NOTHING_SIGNED
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.interfaces.files import read_scenario
    from simulator.sweeps.experiment import Experiment
    from simulator.sweeps.measures import MEASURES
    from simulator.sweeps.runner import run_sweep

    scenario = read_scenario(target)
    menu = tuple(contract.name for contract in scenario.contracts)
    experiment = Experiment(
        scenario.name,
        scenario,
        title=scenario.title,
        contracts=(*menu, NOTHING_SIGNED) if len(menu) == 1 and menu[0] != NOTHING_SIGNED else menu,
        replicates=replicates,
        seed=seed,
        measures=tuple(MEASURES),
    )
    with ProgressBar("histories") as bar:
        run_sweep(experiment, folder, executor="threads", progress=bar)


def who_gains(comparison: Comparison) -> dict[str, str]:
    """Return, for every contract, who is better off than under the baseline as far as the intervals tell."""
    if comparison.by is not None:
        return {}
    sides = {"small_value": "SmallCo", "big_value": "BigCo"}
    found: dict[str, list[str]] = {}
    for row in comparison.rows:
        if row.measure in sides:
            change = "gains" if row.low > 0.0 else "loses" if row.high < 0.0 else "neither gains nor loses clearly"
            found.setdefault(row.contract, []).append(f"{sides[row.measure]} {change}")
    return {contract: ", ".join(changes) for contract, changes in found.items()}


def report(comparison: Comparison, title: str) -> None:
    """Print the comparison for people."""
    from simulator.interfaces.cli.tables import print_table

    by = comparison.by
    columns = (*([by] if by else []), "contract", "measure", "difference", "low", "high", "better in", "pairs")
    rows = [
        (
            *([row.level] if by else []),
            row.contract,
            row.measure,
            row.difference,
            row.low,
            row.high,
            f"{row.share_better:.0%}",
            row.pairs,
        )
        for row in comparison.rows
    ]
    against = f"against {comparison.baseline!r} under the same luck, {comparison.confidence:.0%} intervals"
    print_table(columns, rows, f"{title}: {against}")
    for contract, verdict in who_gains(comparison).items():
        click.echo(f"{contract}: {verdict}")
