"""``alliance design``: the contract that is best for one side, given what the firms then play and that both sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    chosen,
    contract_option,
    figure_file,
    figure_option,
    json_option,
    seed_option,
    set_option,
)

if TYPE_CHECKING:
    from simulator.games.design.results import Design
    from simulator.sweeps.recheck import Recheck

AIMS = ("small", "big", "surplus", "nash")
REPLIES = ("selected", "optimistic", "pessimistic")
REPLICATES = 1000
TITLES = {
    "small": "SmallCo's payoff",
    "big": "BigCo's payoff",
    "surplus": "the surplus",
    "nash": "the Nash product of gains",
}
FIRMS = {"small": "SmallCo", "big": "BigCo"}


@click.command(
    "design",
    short_help="Find the contract terms that are best for one side, or for both.",
    epilog="Example: alliance design ham_and_egg --for big --terms revenue_share.share=0:1",
)
@click.argument("scenario", metavar="SCENARIO", type=ShippedOrFile("scenarios"))
@click.option("--for", "aim", type=click.Choice(AIMS), required=True, help="What is to be largest.")
@click.option(
    "--terms",
    required=True,
    metavar="KEY=LOW:HIGH,...",
    help="What is chosen: fields of terms with a range (whole numbers where the field holds these) or choices a|b|c; "
    "terms that the contract lacks are added.",
)
@contract_option
@set_option
@click.option(
    "--reply",
    type=click.Choice(REPLIES),
    default="selected",
    show_default=True,
    help="Which equilibrium counts where there are several: the one of the scenario's rule, the best, or the worst.",
)
@click.option("--frontier", is_flag=True, help="Trace the Pareto frontier between the firms.")
@click.option(
    "--replicates",
    type=click.IntRange(min=0),
    default=REPLICATES,
    show_default=True,
    help="Histories of the check by simulation; 0 leaves it out.",
)
@seed_option
@figure_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    scenario: str,
    aim: str,
    terms: str,
    contract: str | None,
    settings: tuple[str, ...],
    reply: str,
    frontier: bool,
    replicates: int,
    seed: int | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Find the contract terms with which one side, the surplus or the Nash product is best off.

    Both firms must get at least their outside options, 0 where they have none, in the equilibrium they then play. The
    contract found is checked by `solve` and by simulation under the same luck as the one it started from.
    """
    if replicates == 1:
        raise click.UsageError("--replicates must be 0, or 2 or more.")
    drawn = figure_file(figure)
    from simulator.games.design.variables import variables_of

    variables = variables_of(terms)
    world, agreed = chosen(scenario, contract, settings)
    from simulator.games.design.design import design
    from simulator.interfaces.cli.main import INTERRUPTED
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.interfaces.cli.shared import announce_compilation

    announce_compilation()
    with ProgressBar("searches") as bar:
        found = design(world, variables, aim, agreed, rule=reply, frontier=frontier or drawn is not None, progress=bar)
    checked: Recheck | None = None
    stopped = found.interrupted
    if replicates and not stopped:
        from simulator.sweeps.recheck import recheck

        try:
            with ProgressBar("histories") as bar:
                checked = recheck(
                    world, found.baseline, found.contract, replicates=replicates, seed=seed or 0, progress=bar
                )
        except KeyboardInterrupt:
            stopped = True
    if drawn is not None:
        from simulator.interfaces.figures.design import design_figure
        from simulator.interfaces.figures.save import save

        save(design_figure(found), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if as_json:
        from simulator.interfaces.cli.tables import print_json

        document = found.to_dict() | {"simulation": None if checked is None else checked.to_dict()}
        print_json(document | {"interrupted": stopped})
    else:
        report(found, checked)
    if stopped:
        click.echo("Interrupted; this is the best so far.", err=True)
        ctx.exit(INTERRUPTED)


def report(found: Design, checked: Recheck | None) -> None:
    """Print a design for people."""
    from simulator.interfaces.cli.tables import print_table, shown

    world = found.solution.scenario
    click.echo(f"{world.title or world.name}: what is best for {TITLES[found.aim]}, from {found.baseline.name!r}")
    rule = world.selection if found.rule == "selected" else f"the {found.rule} equilibrium for the aim"
    click.echo(f"The firms reply with the equilibrium of: {rule}. Both must get their outside option.\n")
    print_table(
        ("term", "best", "searched", "equally good"),
        [
            (each.key, found.terms[each.key], _range(each.low, each.high, each.choices), _spread(found, each.key))
            for each in found.variables
        ],
        "Terms",
    )
    print_table(
        ("firm", "commitment", "payoff", "outside option", "gain", "before"),
        [(FIRMS[side], *(pair[index] for pair in _pairs(found))) for index, side in enumerate(FIRMS)],
        "What is played",
    )
    efficiency = "" if found.efficiency is None else f", {found.efficiency:.1%} of the first best"
    click.echo(f"Value {shown(found.value)}; surplus {shown(sum(found.payoffs))}{efficiency}.")
    click.echo(f"Binding: {'; '.join(found.binding) or 'nothing: the optimum is inside'}.")
    for each in found.shadow:
        envelope = "" if each.envelope is None else f" (envelope: {shown(each.envelope)})"
        ends = f", {shown(each.up)} for more and {shown(each.down)} for less" if _differ(each.up, each.down) else ""
        click.echo(
            f"One more of {FIRMS[each.side]}'s outside option changes the value by {shown(each.price)}{envelope}{ends}."
        )
    _report_trust(found)
    if found.frontier:
        click.echo()
        names = [each.key for each in found.variables]
        print_table(
            ("SmallCo", "BigCo", *names),
            [(*point.payoffs, *(point.terms[name] for name in names)) for point in found.frontier],
            "Pareto frontier",
        )
    if checked is not None:
        _report_check(checked)


def _pairs(found: Design) -> tuple[tuple[float, float], ...]:
    """Return what is shown of both firms."""
    return found.commitments, found.payoffs, found.options, found.gains, found.baseline_payoffs


def _range(low: float, high: float, choices: tuple[object, ...]) -> str:
    """Return a range or choices as text."""
    from simulator.interfaces.cli.tables import shown

    return "|".join(shown(each) for each in choices) if choices else f"{low:g}:{high:g}"


def _spread(found: Design, key: str) -> str:
    """Return where a term may lie without loss, as far as the searches tell; empty if they all found the same."""
    low, high = found.certificate.ranges.get(key, (0.0, 0.0))
    variable = next(each for each in found.variables if each.key == key)
    flat = high - low > 1e-3 * (variable.high - variable.low)
    return f"{low:.4g} and {high:.4g}" if flat else "-"


def _differ(up: float, down: float) -> bool:
    """Return whether the two one-sided prices are not the same."""
    return not abs(up - down) <= 1e-2 * max(abs(up), abs(down), 1e-3)


def _report_trust(found: Design) -> None:
    """Print how far the search can be trusted."""
    from simulator.interfaces.cli.tables import shown

    sure = found.certificate
    if sure.searches:
        click.echo(
            f"Search: {sure.agreed} of {sure.searches} local searches ended here (spread {shown(sure.spread)}); "
            f"the best of {sure.points} spread points, a lower bound, is {shown(sure.sampled)}. "
            "A search proves no more than that."
        )
    if sure.surrogate:
        click.echo("The global part of the search was on 33 levels of each firm; the rest on the whole intervals.")
    replies = found.replies
    if replies["equilibria"] > 1:
        pays = {name: ", ".join(shown(each) for each in replies[name]) for name in ("optimistic", "pessimistic")}
        click.echo(
            f"Of {replies['equilibria']} equilibria under it the best for the aim pays ({pays['optimistic']}), "
            f"the worst ({pays['pessimistic']})."
        )
    if found.rule == "selected":
        agrees = "plays the same" if sure.checked else "plays something else: the payoffs are too near a tie"
        click.echo(f"`solve` under this contract {agrees}.")


def _report_check(checked: Recheck) -> None:
    """Print the check by simulation."""
    from simulator.interfaces.cli.tables import print_table, shown

    def within(ends: tuple[float, float]) -> str:
        return f"[{shown(ends[0])}, {shown(ends[1])}]"

    click.echo()
    print_table(
        ("measure", "baseline", "interval", "designed", "interval ", "difference", " interval"),
        [
            (
                mean.measure,
                mean.baseline,
                within(mean.baseline_interval),
                mean.designed,
                within(mean.designed_interval),
                row.difference,
                within((row.low, row.high)),
            )
            for mean, row in zip(checked.means, checked.differences, strict=True)
        ],
        f"Simulated: {checked.replicates} histories of {checked.months} months under the same luck, "
        f"{checked.confidence:.0%} intervals",
    )
