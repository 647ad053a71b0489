"""``alliance sensitivity``: which parameter matters."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.analysed import condition_of, folder_of, percent, say_failed, where_option
from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    confidence_option,
    csv_option,
    figure_file,
    figure_option,
    json_option,
    table_file,
)

if TYPE_CHECKING:
    from simulator.sweeps.sensitivity.analysis import Explained, Sensitivity
    from simulator.sweeps.sensitivity.indices import Index
    from simulator.sweeps.sensitivity.regional import RegionalRow

MEANINGS = {
    "sobol": "first: share of the variance that a factor explains alone; total: with all that involves it (Saltelli "
    "sample,\nbootstrap over base samples).",
    "morris": "mu_star, mu: mean absolute and mean change of the measure along a factor's whole range; sigma: how much "
    "the\nchange depends on where one stands (interactions, curvature).",
    "factorial": "first: share of the variance over the grid that a factor explains alone; total: with all that "
    "involves it.\nExact for these points; intervals by a bootstrap over replicates.",
    "given data": "first: share of the variance between classes of a factor, corrected for chance (bootstrap over "
    "points).",
}
RANKS = "rank_coefficient: of the regression of ranks, between -1 and 1; trust it as far as R2 is high."
LUCK = (
    "luck: share of the variance of single runs that is luck; noise: share of the variance between points that is\n"
    "left of it in means over replicates. More replicates make noise smaller, not luck."
)


@click.command(
    "sensitivity",
    short_help="Tell which parameter matters.",
    epilog="Example: alliance sensitivity ham_and_egg_sensitivity --measure surplus",
)
@click.argument("target", metavar="DIR|EXPERIMENT", type=ShippedOrFile("experiments"))
@click.option("--measure", "measures", multiple=True, help="By default both values and surplus; may be repeated.")
@click.option(
    "--contract", metavar="NAME", help="One contract and its contrast with the baseline; by default every one."
)
@where_option
@confidence_option
@figure_option
@csv_option
@json_option
def command(
    target: str,
    measures: tuple[str, ...],
    contract: str | None,
    where: str | None,
    confidence: float,
    figure: Path | None,
    csv: Path | None,
    as_json: bool,
) -> None:
    """Tell which parameter matters for a measure, and for what a contract is worth beyond the baseline.

    The design decides how: Sobol' indices of a Saltelli design, elementary effects of a Morris design, exact shares of
    the variance over a grid, and for any other sample shares by classes and a regression of ranks. With --where, how
    far the runs that meet a condition differ in each factor from the others. Of an experiment the sweep is run first,
    or continued.
    """
    drawn, csv = figure_file(figure), table_file("--csv", csv)
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.interfaces.cli.tables import print_json
    from simulator.sweeps.sensitivity.analysis import sensitivity
    from simulator.sweeps.sensitivity.cases import condition_cases
    from simulator.sweeps.sensitivity.outcomes import read_outcomes
    from simulator.sweeps.sensitivity.regional import regional

    folder = folder_of(target, "sensitivity")
    condition = condition_of(folder, where) if where is not None else None
    outcomes = read_outcomes(folder, list(measures) or None)
    with ProgressBar("measures and contracts") as bar:
        found = sensitivity(outcomes, contract, confidence=confidence, progress=bar)
    regions: dict[str, tuple[RegionalRow, ...]] = {}
    if condition is not None:
        of_condition = read_outcomes(folder, condition.measures)
        for name in of_condition.contracts if contract is None else (contract,):
            cases = condition_cases(of_condition, condition, name)
            with ProgressBar("permutations") as bar:
                regions[name] = regional(cases, progress=bar)
    if drawn is not None:
        from simulator.interfaces.figures.save import save
        from simulator.interfaces.figures.sensitivity import sensitivity_figure

        save(sensitivity_figure(found, outcomes.title), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if csv is not None:
        csv.write_text(found.to_frame().to_csv(index=False), encoding="utf-8")
        click.echo(f"wrote {csv}", err=True)
    if as_json:
        document = {"experiment": outcomes.name, "design": outcomes.design, **found.to_dict()}
        if condition is not None:
            document["regional"] = {
                "where": condition.text,
                "contracts": {name: [dataclasses.asdict(row) for row in rows] for name, rows in regions.items()},
            }
        print_json(document)
    else:
        _report(found, outcomes.title)
        for name, rows in regions.items():
            _report_regions(rows, where or "", name)
    say_failed(outcomes)


def _report(found: Sensitivity, title: str) -> None:
    """Print the indices for people: a table per target, the factors that matter most on top."""
    click.echo(f"{title}: which parameter matters, {found.confidence:.0%} intervals\n")
    for each in found.explained:
        _report_one(each)
    click.echo(MEANINGS[found.method])
    if any(each.r_squared is not None for each in found.explained):
        click.echo(RANKS)
    click.echo(LUCK)


def _report_one(each: Explained) -> None:
    """Print the indices of one target."""
    from simulator.interfaces.cli.tables import print_table, shown

    table: dict[str, dict[str, Index]] = {}
    for index in each.indices:
        table.setdefault(index.factor, {})[index.index] = index
    names = list(dict.fromkeys(index.index for index in each.indices))
    leading = next((name for name in ("mu_star", "total", "first") if name in names), None)
    order = sorted(table, key=lambda factor: _height(table[factor], leading))
    if order:
        rows = [(factor, *(_cell(table[factor].get(name)) for name in names)) for factor in order]
        print_table(("factor", *names), rows, str(each.target))
    else:
        click.echo(f"{each.target}")
    told = [f"mean {shown(each.mean)}, deviation between points {shown(each.deviation, 1e-12)}, {each.points} points"]
    if not math.isnan(each.luck.luck):
        told.append(f"luck {percent(each.luck.luck)}, noise {percent(each.luck.noise)}")
    if each.r_squared is not None:
        told.append(f"R2 {each.r_squared:.2f}")
    click.echo("; ".join([*told, *each.notes]) + "\n")


def _height(indices: dict[str, Index], leading: str | None) -> float:
    """Return what to sort a factor by, the most important first; pairs come last."""
    index = indices.get(leading or "")
    return math.inf if index is None or math.isnan(index.estimate) else -index.estimate


def _cell(index: Index | None) -> str:
    """Return an index with its interval."""
    from simulator.interfaces.cli.tables import NOISE, shown

    if index is None:
        return "-"
    estimate, low, high = (shown(value, NOISE) for value in (index.estimate, index.low, index.high))
    return estimate if math.isnan(index.low) else f"{estimate} [{low}, {high}]"


def _report_regions(rows: Sequence[RegionalRow], where: str, contract: str) -> None:
    """Print which factors differ between the runs that meet a condition and the others."""
    from simulator.interfaces.cli.compare_tables import p_text
    from simulator.interfaces.cli.tables import print_table

    print_table(
        ("factor", "distance", "p (Holm)", "median where met", "elsewhere"),
        [(row.factor, row.distance, p_text(row.p_adjusted), row.met, row.other) for row in rows],
        f"\n{where}, {contract}: runs that meet it against the others (Kolmogorov-Smirnov)",
    )
