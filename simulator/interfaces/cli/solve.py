"""``alliance solve``: the game of one alliance, and everything that can be said about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    chosen,
    contract_option,
    figure_file,
    figure_option,
    json_option,
    set_option,
)

if TYPE_CHECKING:
    from simulator.games.solution import Solution

FIRMS = {"small": "SmallCo", "big": "BigCo"}
MOST_ROWS = 20


@click.command(
    "solve",
    short_help="Solve the game: equilibria, efficiency, bargaining, leadership.",
    epilog='Example: alliance solve ham_and_egg --contract "plan of record"',
)
@click.argument("scenario", type=ShippedOrFile("scenarios"))
@contract_option
@click.option(
    "--lead", type=click.Choice(["small", "big", "simultaneous"]), help="Who commits first, if not as in the scenario."
)
@set_option
@figure_option
@json_option
def command(
    scenario: str, contract: str | None, lead: str | None, settings: tuple[str, ...], figure: Path | None, as_json: bool
) -> None:
    """Solve the game that a contract makes of a scenario.

    Prints all equilibria, the selected one and why, the first best, efficiency, participation of each firm, the
    bargaining solution and the value of leading.
    """
    drawn = figure_file(figure)
    world, agreed = chosen(scenario, contract, settings)
    from simulator.games.solution import solve
    from simulator.interfaces.cli.tables import print_json

    solution = solve(world, agreed, lead)
    if drawn is not None:
        from simulator.interfaces.figures.save import save
        from simulator.interfaces.figures.solve import solve_figure

        save(solve_figure(solution), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if as_json:
        print_json(solution.to_dict())
    else:
        report(solution)


def report(solution: Solution) -> None:
    """Print the solution for people."""
    from simulator.interfaces.cli.tables import print_table

    scenario, found = solution.scenario, solution.equilibria
    click.secho(f"{scenario.title or scenario.name}: {solution.contract.name}", bold=True)
    moves = "both commit at once" if solution.lead == "simultaneous" else f"{FIRMS[solution.lead]} commits first"
    m, n = solution.small_payoffs.shape
    click.echo(f"{m} x {n} commitments, {moves}\n")
    rows = [
        (
            "*" if index == solution.selected else "",
            _action(each.small, solution.small_levels, solution.small_actions, named=scenario.payoffs is not None),
            _action(each.big, solution.big_levels, solution.big_actions, named=scenario.payoffs is not None),
            *map(float, each.payoffs),
            float(sum(each.payoffs)),
            "pure" if each.pure else "mixed",
        )
        for index, each in enumerate(found.equilibria)
    ]
    rows.sort(key=lambda row: row[0] != "*")
    amount = f"{len(rows)} equilibri{'um' if len(rows) == 1 else 'a'}"
    known = "all there are" if found.complete else "perhaps not all there are"
    columns = ("", "SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "surplus", "kind")
    print_table(columns, rows[:MOST_ROWS], f"{amount} ({known}; {found.method})")
    if len(rows) > MOST_ROWS:
        click.echo(f"... and {len(rows) - MOST_ROWS} more; --json prints them all.\n")
    if solution.reason:
        click.echo(f"* {solution.reason}\n")
    if solution.continuous:
        print_table(
            ("SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "largest gain from deviating"),
            [(each.small, each.big, *each.payoffs, each.gain) for each in solution.continuous],
            "On the whole interval of commitments",
        )
    played, best = solution.outcome, solution.first_best
    efficiency = None if solution.efficiency is None else f"{solution.efficiency:.1%}"
    print_table(
        ("", "SmallCo commits", "BigCo commits", "surplus", "of the first best"),
        [
            ("played", *_profile(solution, played.small, played.big), float(sum(played.payoffs)), efficiency),
            ("first best", *_profile(solution, best.small, best.big), float(best.surplus), "100.0%"),
        ],
        "Efficiency",
    )
    print_table(
        ("", "payoff", "outside option", "gain", "takes part"),
        [
            (FIRMS[role], each.payoff, each.outside, each.gain, each.accepts)
            for role, each in solution.participation.items()
        ],
        "Participation",
    )
    print_table(
        ("", "SmallCo", "BigCo"),
        [
            ("disagreement", *map(float, solution.bargaining.disagreement)),
            ("bargaining solution", *map(float, solution.bargaining.solution)),
        ],
        "Bargaining",
    )
    if solution.leadership:
        print_table(
            ("", "SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "worth to the leader"),
            [
                (f"{FIRMS[each.leader]} leads", *_profile(solution, each.small, each.big), *each.payoffs, each.value)
                for each in solution.leadership
            ],
            "Leadership",
        )


def _profile(solution: Solution, small: float, big: float) -> tuple[float | str, float | str]:
    """Return two commitments, by the names of the actions where the payoffs were given outright."""
    if solution.scenario.payoffs is None:
        return small, big
    sides = ((small, solution.small_levels, solution.small_actions), (big, solution.big_levels, solution.big_actions))
    named = [dict(zip(levels.tolist(), actions, strict=True)).get(each, "mixed") for each, levels, actions in sides]
    return named[0], named[1]


def _action(probabilities: Any, levels: Any, actions: tuple[str, ...], *, named: bool) -> str:
    """Return what a firm does: one level, or the levels it mixes between."""
    from simulator.interfaces.cli.tables import shown

    used = [index for index, weight in enumerate(probabilities) if weight > 1e-12]
    names = [actions[index] if named and actions else shown(float(levels[index])) for index in used]
    if len(used) == 1:
        return names[0]
    parts = [f"{name} ({float(probabilities[index]):.0%})" for name, index in zip(names, used, strict=True)]
    return " or ".join(parts[:4]) + (" ..." if len(parts) > 4 else "")
