"""A solved game for people: the tables of ``alliance solve``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.profiles import FIRMS, action_names, commitments, fractions, money, played, profile, short
from simulator.interfaces.cli.tables import print_table
from simulator.interfaces.game_file import of_tree

if TYPE_CHECKING:
    from simulator.games.solution import Solution

MOST_ROWS = 20
table = partial(print_table, zero=0.0)


def print_head(solution: Solution) -> None:
    """Print what was solved."""
    scenario = solution.scenario
    click.secho(f"{scenario.title or scenario.name}: {solution.contract.name}", bold=True)
    moves = "both commit at once" if solution.lead == "simultaneous" else f"{FIRMS[solution.lead]} commits first"
    if of_tree(scenario):
        moves = "strategies of a tree" + ("" if solution.lead == "simultaneous" else f", {moves}")
    m, n = solution.small_payoffs.shape
    click.echo(f"{m} x {n} {'commitments' if scenario.payoffs is None else 'actions'}, {moves}\n")


def print_equilibria(solution: Solution, most: int = MOST_ROWS) -> None:
    """Print the equilibria, the selected one first, and why; their components where some hold several."""
    found = solution.equilibria
    component = {index: number for number, each in enumerate(found.components, start=1) for index in each}
    numbered = len(found.components) > 1 and any(len(each) > 1 for each in found.components)
    rows = [
        (
            "*" if index == solution.selected else "",
            *profile(solution, each),
            *money(solution, *each.payoffs, sum(each.payoffs)),
            "pure" if each.pure else "mixed",
            *((component[index],) if numbered else ()),
        )
        for index, each in enumerate(found.equilibria)
    ]
    rows.sort(key=lambda row: row[0] != "*")
    amount = f"{len(rows)} equilibri{'um' if len(rows) == 1 else 'a'}"
    known = "all there are" if found.complete else "perhaps not all there are"
    columns = ["", "SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "surplus", "kind"]
    table(columns + ["component"] * numbered, rows[:most], f"{amount} ({known}; {found.method})")
    if len(rows) > most:
        click.echo(f"... and {len(rows) - most} more; --show equilibria prints them all.\n")
    if solution.reason:
        click.echo(f"* {solution.reason}\n")
    if solution.exact is not None:
        print_exact(solution, most)
    if solution.continuous:
        table(
            ("SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "largest gain from deviating"),
            [(each.small, each.big, *money(solution, *each.payoffs, each.gain)) for each in solution.continuous],
            "On the whole interval of commitments",
        )


def print_exact(solution: Solution, most: int) -> None:
    """Print the equilibria as fractions; where payoffs were computed, of those rounded to twelve digits."""
    names = action_names(solution)
    rows = [
        (*(fractions(*side) for side in zip((each.small, each.big), names, strict=True)), *map(short, each.payoffs))
        for each in solution.exact or ()
    ]
    columns = ("SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets")
    known = f"the same {len(rows)}, none missed and none false" if solution.equilibria.complete else f"all {len(rows)}"
    table(columns, rows[:most], f"In rational arithmetic: {known}")
    if len(rows) > most:
        click.echo(f"... and {len(rows) - most} more; --json prints them all.\n")


def print_efficiency(solution: Solution) -> None:
    """Print what is played beside the first best."""
    best = solution.first_best
    efficiency = None if solution.efficiency is None else f"{solution.efficiency:.1%}"
    (short_of,) = money(solution, best.surplus - sum(solution.outcome.payoffs))
    if short_of == 0.0:
        efficiency = "100.0%"
    table(
        ("", "SmallCo commits", "BigCo commits", "surplus", "of the first best"),
        [
            ("played", *played(solution), *money(solution, sum(solution.outcome.payoffs)), efficiency),
            ("first best", *commitments(solution, best.small, best.big), *money(solution, best.surplus), "100.0%"),
        ],
        "Efficiency",
    )


def print_participation(solution: Solution) -> None:
    """Print who takes part."""
    table(
        ("", "payoff", "outside option", "gain", "takes part"),
        [
            (FIRMS[role], *money(solution, each.payoff, each.outside, each.gain), each.accepts)
            for role, each in solution.participation.items()
        ],
        "Participation",
    )


def print_bargaining(solution: Solution) -> None:
    """Print the disagreement point and the bargaining solution."""
    table(
        ("", "SmallCo", "BigCo"),
        [
            ("disagreement", *money(solution, *solution.bargaining.disagreement)),
            ("bargaining solution", *money(solution, *solution.bargaining.solution)),
        ],
        "Bargaining",
    )


def print_leadership(solution: Solution) -> None:
    """Print what leading is worth."""
    table(
        ("", "SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "worth to the leader"),
        [
            (
                f"{FIRMS[each.leader]} leads",
                *commitments(solution, each.small, each.big),
                *money(solution, *each.payoffs, each.value),
            )
            for each in solution.leadership
        ],
        "Leadership",
    )


BASIC: dict[str, Callable[[Solution], None]] = {
    "equilibria": lambda solution: print_equilibria(solution, len(solution.equilibria.equilibria)),
    "efficiency": print_efficiency,
    "participation": print_participation,
    "bargaining": print_bargaining,
    "leadership": print_leadership,
}
"""The tables by the names that ``--show`` knows; the further analyses come after them."""
