"""``alliance clauses``: what each clause of a contract is worth."""

from __future__ import annotations

import contextlib
import dataclasses
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.compare import REPLICATES, of_scenario, passing, refuse
from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    confidence_option,
    contract_option,
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
    from simulator.sweeps.experiment import Experiment


@click.command(
    "clauses",
    short_help="Tell what each clause of a contract is worth.",
    epilog='Example: alliance clauses ham_and_egg --contract "plan of record"',
)
@click.argument("target", metavar="EXPERIMENT|SCENARIO", type=ShippedOrFile("experiments", "scenarios"))
@contract_option
@click.option("--measure", "measures", multiple=True, help="By default both values and surplus; may be repeated.")
@click.option(
    "--permutations",
    type=click.IntRange(min=2),
    help="Sample so many orders of the clauses instead of running all parts of the contract.",
)
@interval_option
@confidence_option
@click.option("--replicates", type=click.IntRange(min=2), help=f"Histories per part of a scenario's; {REPLICATES}.")
@seed_option
@figure_option
@csv_option
@latex_option
@json_option
def command(
    target: str,
    contract: str | None,
    measures: tuple[str, ...],
    permutations: int | None,
    interval: str,
    confidence: float,
    replicates: int | None,
    seed: int | None,
    figure: Path | None,
    csv: Path | None,
    latex: Path | None,
    as_json: bool,
) -> None:
    """Run every part of a contract under the same luck, from nothing signed to the whole, and value each clause.

    Of each clause: its Shapley value, what the contract loses without it, and what it is worth alone. Terms that cannot
    be signed without another are taken as one clause with it. An experiment's runs are kept in a folder of their own.
    """
    drawn, csv, latex = figure_file(figure), table_file("--csv", csv), table_file("--latex", latex)
    from simulator.interfaces.cli.compare_tables import report_clauses
    from simulator.interfaces.cli.tables import print_json
    from simulator.sweeps.comparison.clauses import clause_experiment, clause_game, clause_values
    from simulator.sweeps.comparison.runs import read_runs

    made, kept = _experiment(target, replicates, seed)
    game = clause_game(made.scenario.contract(contract), permutations, made.seed)
    made = clause_experiment(made, game)
    if measures:
        from simulator.sweeps.measures import MEASURES

        for name in measures:
            MEASURES[name]
        # what the experiment keeps is kept, so that asking for one of its measures runs nothing again
        made = dataclasses.replace(made, measures=tuple(dict.fromkeys((*made.measures, *measures))))
    with _runs(made, kept, target) as folder:
        runs = read_runs(folder, measures=list(measures) or None)
    values = clause_values(runs, game, method=interval, confidence=confidence)
    if drawn is not None:
        from simulator.interfaces.figures.clauses import clauses_figure
        from simulator.interfaces.figures.save import save

        save(clauses_figure(values, made.title), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if csv is not None:
        from simulator.interfaces.latex_comparison import clauses_frame

        csv.write_text(clauses_frame(values).to_csv(index=False), encoding="utf-8")
        click.echo(f"wrote {csv}", err=True)
    if latex is not None:
        from simulator.interfaces.latex_comparison import clauses_table

        latex.write_text(clauses_table(values, made.title), encoding="utf-8")
        click.echo(f"wrote {latex}", err=True)
    if as_json:
        print_json({"experiment": made.name, **values.to_dict()})
    else:
        report_clauses(values, made.title)


def _experiment(target: str, replicates: int | None, seed: int | None) -> tuple[Experiment, bool]:
    """Return what the parts are run in, and whether its runs are kept: an experiment, or a scenario as it is."""
    from simulator.interfaces.files import means_experiment, read_experiment

    if means_experiment(target):
        refuse(replicates, seed)
        return read_experiment(target), True
    return of_scenario(target, replicates or REPLICATES, seed or 0), False


@contextlib.contextmanager
def _runs(made: Experiment, kept: bool, target: str) -> Iterator[Path]:
    """Yield the folder of the runs of all parts."""
    from simulator.interfaces.cli.sweep import default_folder, sweep

    if kept:
        folder = default_folder(made)
        sweep(made, folder, shlex.join(["alliance", "clauses", target]))
        yield folder
    else:
        with passing(made) as folder:
            yield folder
