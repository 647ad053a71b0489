"""``alliance discover``: where in the space of parameters something happens."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.analysed import condition_of, folder_of, percent, say_failed, where_option
from simulator.interfaces.cli.shared import ShippedOrFile, figure_file, figure_option, json_option

if TYPE_CHECKING:
    from simulator.sweeps.sensitivity.cases import Cases
    from simulator.sweeps.sensitivity.discovery import Discovery
    from simulator.sweeps.sensitivity.tree import Node

MOST_STEPS = 12


@click.command(
    "discover",
    short_help="Find the region in which something happens.",
    epilog='Example: alliance discover ham_and_egg_sensitivity --where "surplus < 0"',
)
@click.argument("target", metavar="DIR|EXPERIMENT", type=ShippedOrFile("experiments"))
@where_option
@click.option("--contract", metavar="NAME", help="The contract to look under; by default the baseline.")
@click.option(
    "--threshold",
    type=click.FloatRange(0.0, 1.0, min_open=True),
    default=0.8,
    show_default=True,
    help="Share of the runs in the box that are to meet the condition.",
)
@click.option(
    "--peel",
    type=click.FloatRange(0.0, 0.5, min_open=True),
    default=0.05,
    show_default=True,
    help="Share of the points that one step takes off.",
)
@click.option("--tree", "with_tree", is_flag=True, help="Explain by a tree of yes-or-no questions as well.")
@click.option("--measure", help="With --tree and without --where: the measure whose mean the tree explains.")
@figure_option
@json_option
def command(
    target: str,
    where: str | None,
    contract: str | None,
    threshold: float,
    peel: float,
    with_tree: bool,
    measure: str | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Find the box of parameters in which a condition holds in most runs (PRIM, scenario discovery).

    Coverage is the share of all runs meeting the condition that lie in the box, density the share of the runs in the
    box that meet it. Each factor of the box comes with a quasi-p-value and with how often resamples find it again. Of
    an experiment the sweep is run first, or continued.
    """
    if where is None and not (with_tree and measure):
        raise click.UsageError('Write --where "CONDITION", or --tree --measure NAME for a tree of a measure\'s mean.')
    if where is not None and measure:
        raise click.UsageError("--where says what is explained; leave out --measure, or --where.")
    if where is None and figure is not None:
        raise click.UsageError("--figure draws the box of --where; write a condition.")
    drawn = figure_file(figure)
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.interfaces.cli.tables import print_json
    from simulator.sweeps.sensitivity.cases import cases_of, condition_cases
    from simulator.sweeps.sensitivity.discovery import discover
    from simulator.sweeps.sensitivity.outcomes import read_outcomes
    from simulator.sweeps.sensitivity.tree import to_dict, tree

    folder = folder_of(target, "discover")
    condition = condition_of(folder, where) if where is not None else None
    outcomes = read_outcomes(folder, condition.measures if condition is not None else [measure or ""])
    contract = outcomes.baseline if contract is None else contract
    found = None
    if condition is not None:
        cases = condition_cases(outcomes, condition, contract)
        with ProgressBar("resamples") as bar:
            found = discover(cases, threshold=threshold, peel=peel, progress=bar)
    else:
        cases = cases_of(outcomes, outcomes.of(measure or "", contract))
    explained = condition.text if condition is not None else f"mean of {measure}"
    grown = tree(cases, share=condition is not None) if with_tree else None
    if drawn is not None and found is not None:
        from simulator.interfaces.figures.discover import discover_figure
        from simulator.interfaces.figures.save import save

        save(discover_figure(found, cases, f"{explained}, {contract}", threshold), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if as_json:
        document: dict[str, Any] = {
            "experiment": outcomes.name,
            "contract": contract,
            "where": condition.text if condition is not None else None,
            "measure": measure,
        }
        if found is not None:
            document |= {"threshold": threshold, "peel": peel, **found.to_dict(cases)}
        if grown is not None:
            document["tree"] = to_dict(grown, cases)
        print_json(document)
    else:
        if found is not None:
            _report(found, cases, explained, contract, threshold)
        if grown is not None:
            _report_tree(grown, cases, explained, contract, share=condition is not None)
    say_failed(outcomes)


def _report(found: Discovery, cases: Cases, explained: str, contract: str, threshold: float) -> None:
    """Print the box in words, how sure it is, and the way there."""
    from simulator.interfaces.cli.compare_tables import p_text
    from simulator.interfaces.cli.tables import print_table

    click.echo(f"{explained}, {contract}: in {percent(found.base)} of {found.runs:,} runs at {found.points:,} points\n")
    if not found.restrictions:
        click.echo("No box is denser than everything is.\n")
    else:
        click.echo(
            f"{found.words}:\nit holds in {percent(found.box.density)} of the runs there (density), and "
            f"{percent(found.box.coverage)} of all runs in which it holds are there (coverage)."
        )
    if not found.reached:
        click.echo(f"No box has the density of {percent(threshold)} that was asked for; this is the densest.")
    if found.resamples:
        click.echo(
            f"Boxes found in {found.resamples} resamples, on points they have not seen: density "
            f"{percent(found.unseen_density)}, coverage {percent(found.unseen_coverage)}."
        )
    click.echo()
    if found.restrictions:
        print_table(
            ("factor", "limit", "quasi-p", "found again"),
            [(r.factor, r.words, p_text(r.quasi_p), percent(r.reproduced)) for r in found.restrictions],
        )
    steps = len(found.trajectory)
    places = sorted({*range(0, steps, max(1, -(-steps // MOST_STEPS))), found.chosen, steps - 1})
    rows = [
        (
            place,
            percent(box.coverage),
            percent(box.density),
            percent(box.mass),
            len(box.restricted(cases)),
            "chosen, then pasted" if place == found.chosen else "",
        )
        for place, box in ((place, found.trajectory[place]) for place in places)
    ]
    print_table(("step", "coverage", "density", "mass", "factors", ""), rows, "peeling, some of its steps")
    for name in found.constant:
        click.echo(f"{name} does not vary.")


def _report_tree(node: Node, cases: Cases, explained: str, contract: str, *, share: bool) -> None:
    """Print the tree as indented rules."""
    from simulator.interfaces.cli.tables import shown
    from simulator.sweeps.sensitivity.tree import rules

    def told(value: float) -> str:
        return percent(value) if share else shown(value)

    click.echo(f"tree of {explained}, {contract}: n points, {'share of runs' if share else 'mean'} [95% interval]")
    for depth, answer, each in rules(node, cases):
        interval = "" if math.isnan(each.low) else f" [{told(each.low)}, {told(each.high)}]"
        click.echo(f"{'    ' * depth}{answer}: n {each.points}, {told(each.mean)}{interval}")
    if node.split is None:
        click.echo("Cross-validation keeps no question: the factors do not tell, or there are too few points.")
    click.echo("Questions were chosen to part the runs, so the intervals of what they part are somewhat too narrow.")
