"""``alliance run``: one history, month by month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    announce_compilation,
    chosen,
    contract_option,
    figure_file,
    figure_option,
    json_option,
    seed_option,
    set_option,
)

if TYPE_CHECKING:
    from simulator.simulation.history import History

COLUMNS = {
    "month": "month",
    "small_cash": "SmallCo cash",
    "big_cash": "BigCo cash",
    "small_commitment": "SmallCo commits",
    "big_commitment": "BigCo commits",
    "small_trust": "SmallCo trust",
    "big_trust": "BigCo trust",
    "milestones": "milestones",
    "revenue": "revenue",
    "small_income": "SmallCo earns",
    "big_income": "BigCo earns",
}


@click.command(
    "run",
    short_help="Simulate one history, month by month.",
    epilog="Example: alliance run ham_and_egg --seed 7 --events --figure history.png",
)
@click.argument("scenario", type=ShippedOrFile("scenarios"))
@contract_option
@seed_option
@click.option(
    "--replicate",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    help="The run of a sweep with this seed to live again (its column replicate).",
)
@click.option(
    "--driver",
    type=click.Choice(["engine", "mesa", "reference"]),
    default="engine",
    show_default=True,
    help="Who does the work: the compiled engine, the Mesa model, or agent by agent. All give the same numbers.",
)
@click.option("--events", is_flag=True, help="Tell what happened when, and why, instead of the months.")
@click.option(
    "--alliances",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one row per alliance (.csv or .parquet): when, why it ended, values, exposure, promises kept.",
)
@click.option(
    "--panel",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one row per alliance and month (.csv or .parquet).",
)
@click.option(
    "--strategy-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Python file with functions small(seen) and/or big(seen) that return a level; compiled where they can be.",
)
@set_option
@figure_option
@json_option
def command(
    scenario: str,
    contract: str | None,
    seed: int | None,
    replicate: int,
    driver: str,
    events: bool,
    alliances: Path | None,
    panel: Path | None,
    strategy_file: Path | None,
    settings: tuple[str, ...],
    figure: Path | None,
    as_json: bool,
) -> None:
    """Simulate one history of a scenario under one contract.

    Shows the first SmallCo and its partner; the measures at the end are those of the whole market.
    """
    drawn = figure_file(figure)
    world, agreed = chosen(scenario, contract, settings)
    from simulator.interfaces.cli.progress import Spinner
    from simulator.interfaces.cli.tables import print_json
    from simulator.interfaces.columns import table_writer
    from simulator.simulation.history import history

    writers = {path: table_writer(path) for path in (alliances, panel) if path is not None}
    strategies, how = None, ""
    if strategy_file is not None:
        from simulator.interfaces.strategy_file import read_strategies
        from simulator.simulation.history import asked_by

        strategies = read_strategies(strategy_file)
        firms = " and ".join(role.value for role in strategies)
        how = asked_by(strategies, driver)[1]
        click.echo(f"{strategy_file} decides for {firms}: {how}", err=True)
    announce_compilation()
    with Spinner(f"simulating a history under {agreed.name!r}"):
        told = history(world, agreed, seed or 0, replicate, driver=driver, strategies=strategies)
    for role, asked in told.strategies.items():
        if asked != how:
            click.echo(f"{strategy_file} was asked again for {role}: {asked}", err=True)
    for path, columns in ((alliances, told.alliances), (panel, told.panel)):
        if path is not None:
            writers[path](columns)
            click.echo(f"wrote {path}", err=True)
    if drawn is not None:
        from simulator.interfaces.figures.run import run_figure
        from simulator.interfaces.figures.save import save

        save(run_figure(told), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if as_json:
        print_json(document(told))
    else:
        report(told, events)


def measures(told: History) -> dict[str, float]:
    """Return every measure of one history."""
    import numpy as np

    from simulator.simulation.record import OUTCOMES
    from simulator.sweeps.measures import MEASURES

    outcomes = np.array([[told.outcomes[name] for name in OUTCOMES]])
    return {name: float(measure.of(outcomes)[0]) for name, measure in MEASURES.items()}


def document(told: History) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {
        "scenario": told.scenario.name,
        "contract": told.contract.name,
        "seed": told.seed,
        "replicate": told.replicate,
        "driver": told.driver,
        "strategies": dict(told.strategies),
        "months": told.months,
        "events": [
            {"month": each.month, "kind": each.kind, "small": each.small, "big": each.big, "text": each.text}
            for each in told.events
        ],
        "measures": measures(told),
    }


def report(told: History, events: bool) -> None:
    """Print the history for people."""
    from simulator.interfaces.cli.tables import print_table
    from simulator.sweeps.measures import MEASURES

    title = f"{told.scenario.title or told.scenario.name}: {told.contract.name}, seed {told.seed}"
    if events:
        print_table(("month", "event", ""), [(int(each.month), each.kind, each.text) for each in told.events], title)
    else:
        keys = [key for key in COLUMNS if key in told.months]
        whole = {"month", "milestones"}
        rows = [
            [int(value) if key in whole else float(value) for key, value in zip(keys, line, strict=True)]
            for line in zip(*(told.months[key] for key in keys), strict=True)
        ]
        print_table([COLUMNS[key] for key in keys], rows, title)
    print_table(
        ("measure", "value", "unit"),
        [(name, value, MEASURES[name].unit) for name, value in measures(told).items()],
        "The whole history",
    )
