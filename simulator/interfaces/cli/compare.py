"""``alliance compare``: contracts under the same luck, and who gains from which."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    confidence_option,
    csv_option,
    figure_file,
    figure_option,
    interval_option,
    json_option,
    latex_option,
    seed_option,
    table_file,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.sweeps.compare import Comparison
    from simulator.sweeps.comparison.frontier import ContractMeans
    from simulator.sweeps.comparison.regions import RegionMap
    from simulator.sweeps.comparison.runs import Runs
    from simulator.sweeps.experiment import Experiment
    from simulator.sweeps.folder import Folder

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
@click.option("--map", "axes", nargs=2, metavar="FACTOR FACTOR", help="Which contract is best where.")
@click.option(
    "--bins",
    type=click.IntRange(min=2),
    metavar="N",
    help="Bins for the factors of --by or --map; by default 4 where values were drawn from a range.",
)
@click.option("--baseline", metavar="NAME", help="The contract the others are compared with; by default the first.")
@click.option("--all-pairs", is_flag=True, help="Compare every contract with every other.")
@click.option("--dominance", is_flag=True, help="Look for stochastic dominance of first and second order.")
@interval_option
@confidence_option
@click.option(
    "--replicates", type=click.IntRange(min=2), help=f"Histories per contract of a scenario; by default {REPLICATES}."
)
@seed_option
@figure_option
@csv_option
@latex_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    target: str,
    measures: tuple[str, ...],
    by: str | None,
    axes: tuple[str, str] | None,
    bins: int | None,
    baseline: str | None,
    all_pairs: bool,
    dominance: bool,
    interval: str,
    confidence: float,
    replicates: int | None,
    seed: int | None,
    figure: Path | None,
    csv: Path | None,
    latex: Path | None,
    as_json: bool,
) -> None:
    """Compare every contract with the baseline, history by history under the same luck.

    Of an experiment the sweep is run first, or continued. Of a scenario every contract is simulated. A name that both
    have means the experiment. The figure shows who gains, with --by at each level, with --map who wins where.
    """
    if axes and by:
        raise click.UsageError("--map tells two factors apart already; leave out --by, or --map.")
    if bins is not None and not (axes or by):
        raise click.UsageError("--bins puts the factors of --by or --map into bins; name one of them.")
    drawn, csv, latex = figure_file(figure), table_file("--csv", csv), table_file("--latex", latex)
    from simulator.interfaces.cli.compare_tables import report, who_gains
    from simulator.interfaces.cli.tables import print_json

    with runs_of(target, replicates, seed) as folder:
        from simulator.sweeps.compare import compare
        from simulator.sweeps.comparison.regions import region_map
        from simulator.sweeps.comparison.runs import read_runs
        from simulator.sweeps.provenance import read_manifest

        manifest = read_manifest(folder)
        factors = axes or ((by,) if by else ())
        runs = read_runs(folder, baseline=baseline, measures=list(measures) or None, by=factors)
        if bins is not None:
            runs = runs.with_bins(factors, bins)
        comparison = compare(
            runs, by=by, method=interval, confidence=confidence, all_pairs=all_pairs, dominance=dominance
        )
        regions = None
        if axes:
            regions = region_map(runs, *axes, measures=measures or None, method=interval, confidence=confidence)
        means = _means(folder, runs, by, confidence)
    title = manifest["experiment"]["title"] or manifest["experiment"]["name"]
    if drawn is not None:
        from simulator.interfaces.figures.save import save

        save(_figure(means, regions, title, comparison), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if csv is not None:
        _write_frames(csv, comparison, regions)
    if latex is not None:
        _write_latex(latex, comparison, regions, title)
    if as_json:
        overall = next((points for level, points in means if level is None), ())
        print_json(
            {
                "experiment": manifest["experiment"]["name"],
                **comparison.to_dict(),
                "who_gains": who_gains(comparison),
                "means": [_worth(each) for each in overall],
                **(
                    {"means_by": [{"level": at, **_worth(e)} for at, es in means if at is not None for e in es]}
                    if by
                    else {}
                ),
                **({"map": regions.to_dict()} if regions else {}),
            }
        )
    else:
        report(comparison, regions, next((points for level, points in means if level is None), ()), title)
    if len(set(manifest.get("replication", {}).get("replicates", ()))) > 1:
        click.echo(
            "Adaptive replication gave points different numbers of runs; a mean over several points counts each run, "
            "so points of more runs weigh more. Compare --by a factor to hold them apart.",
            err=True,
        )
    if manifest["failed"]:
        click.echo(f"{manifest['failed']} of {manifest['runs']} runs failed and are left out.", err=True)


def _write_frames(csv: Path, comparison: Comparison, regions: RegionMap | None) -> None:
    """Write the differences to a file, and a map, whose rows are others, to one beside it."""
    frames = {csv: comparison.to_frame()}
    if regions is not None:
        frames[csv.with_stem(f"{csv.stem}_map")] = regions.to_frame()
    for path, frame in frames.items():
        path.write_text(frame.to_csv(index=False), encoding="utf-8")
        click.echo(f"wrote {path}", err=True)


def _write_latex(latex: Path, comparison: Comparison, regions: RegionMap | None, title: str) -> None:
    """Write the differences and a map to one file, a table each."""
    from simulator.interfaces.latex_comparison import comparison_table, regions_table

    tables = [comparison_table(comparison, title), *([regions_table(regions, title)] if regions is not None else [])]
    latex.write_text("\n".join(tables), encoding="utf-8")
    click.echo(f"wrote {latex}", err=True)


def _means(
    folder: Folder, runs: Runs, by: str | None, confidence: float
) -> list[tuple[Any, tuple[ContractMeans, ...]]]:
    """Return what each contract is worth, overall (None) and at each level; nothing if the values were not kept."""
    from simulator.sweeps.comparison.frontier import contract_means
    from simulator.sweeps.comparison.runs import read_runs
    from simulator.sweeps.provenance import read_manifest

    if not set(BOTH_VALUES) <= set(read_manifest(folder)["experiment"]["measures"]):
        return []
    both = runs if set(BOTH_VALUES) <= set(runs.measures) else read_runs(folder, measures=BOTH_VALUES)
    both = dataclasses.replace(read_runs(both, baseline=runs.baseline, measures=BOTH_VALUES), bins=runs.bins)
    levels = [*both.levels(None), *(both.levels(by) if by else [])]
    return [(level, contract_means(both, points, confidence)) for level, points in levels]


def _worth(each: ContractMeans) -> dict[str, Any]:
    """Return a contract's means for JSON."""
    return {
        "contract": each.name,
        "small_value": each.small,
        "big_value": each.big,
        "dominated_by": each.dominated_by,
        "clearly_dominated": each.clearly,
    }


def _figure(
    means: list[tuple[Any, tuple[ContractMeans, ...]]], regions: RegionMap | None, title: str, comparison: Comparison
) -> Figure:
    """Return the figure that was asked for."""
    from simulator.foundation.errors import ParameterError
    from simulator.interfaces.figures.compare import compare_figure, levels_figure
    from simulator.interfaces.figures.regions import regions_figure

    if regions is not None:
        return regions_figure(regions, title)
    if not means:
        raise ParameterError("--figure needs the measures small_value and big_value. Add them to the experiment.")
    if comparison.by is None:
        return compare_figure(means[0][1], title, comparison.confidence)
    return levels_figure(means[1:], comparison.by, title, comparison.confidence)


@contextlib.contextmanager
def runs_of(target: str, replicates: int | None, seed: int | None) -> Iterator[Folder]:
    """Yield the folder of the runs: a sweep's by path or URL, an experiment's once swept, or a scenario's."""
    from simulator.interfaces.cli.analysed import folder_of, names_sweep

    if names_sweep(target):
        refuse(replicates, seed)
        yield folder_of(target, "compare")
    else:
        with passing(of_scenario(target, replicates or REPLICATES, seed or 0)) as folder:
            yield folder


def refuse(replicates: int | None, seed: int | None) -> None:
    """Raise a usage error for options that only a scenario has."""
    if replicates is not None or seed is not None:
        raise click.UsageError("--replicates and --seed are for a scenario; an experiment states its own.")


@contextlib.contextmanager
def passing(experiment: Experiment) -> Iterator[Path]:
    """Run an experiment into a folder that is gone afterwards, and yield it."""
    from simulator.foundation.errors import ParameterError
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.sweeps.runner import run_sweep

    with tempfile.TemporaryDirectory(prefix="alliance-") as scratch:
        folder = Path(scratch) / "runs"
        with ProgressBar("histories") as bar:
            result = run_sweep(experiment, folder, executor="threads", progress=bar)
        if result.failed == result.runs:
            raise ParameterError(f"All {result.runs} runs failed: {result.failures[0][0]}")
        yield folder


def of_scenario(target: str, replicates: int, seed: int) -> Experiment:
    """Return the experiment of all contracts of a scenario; a single one is compared with signing nothing."""
    from simulator.economy.contract import NOTHING_SIGNED
    from simulator.interfaces.files import read_scenario
    from simulator.sweeps.experiment import Experiment
    from simulator.sweeps.measures import MEASURES

    scenario = read_scenario(target)
    menu = tuple(contract.name for contract in scenario.contracts)
    return Experiment(
        scenario.name,
        scenario,
        title=scenario.title,
        contracts=(*menu, NOTHING_SIGNED) if len(menu) == 1 and menu[0] != NOTHING_SIGNED else menu,
        replicates=replicates,
        seed=seed,
        measures=tuple(MEASURES),
    )
