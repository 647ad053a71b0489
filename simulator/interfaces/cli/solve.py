"""``alliance solve``: the game of one alliance, and everything that can be said about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.shared import (
    ShippedOrFile,
    announce_compilation,
    chosen,
    contract_option,
    figure_file,
    figure_option,
    json_option,
    set_option,
)

if TYPE_CHECKING:
    from simulator.games.analysis.analysis import Analysis
    from simulator.games.solution import Solution

SOLVERS = ("own", "nashpy")
PLOTS = ("overview", "best-replies", "payoffs", "qre", "replicator", "elimination")


@click.command(
    "solve",
    short_help="Solve the game: equilibria, efficiency, bargaining, leadership.",
    epilog='Example: alliance solve ham_and_egg --contract "plan of record"',
)
@click.argument("scenario", metavar="SCENARIO|GAME.nfg|GAME.efg", type=ShippedOrFile("scenarios"))
@contract_option
@click.option(
    "--lead", type=click.Choice(["small", "big", "simultaneous"]), help="Who commits first, if not as in the scenario."
)
@set_option
@click.option(
    "--solver",
    type=click.Choice(SOLVERS),
    default="own",
    show_default=True,
    help="What lists the equilibria.",
)
@click.option("--exact", is_flag=True, help="List them in rational arithmetic too, and refuse to go on if they differ.")
@click.option(
    "--show",
    metavar="NAME[,NAME]",
    help="Only these tables, in full: equilibria, efficiency, participation, bargaining, leadership, risk_dominance, "
    "repeated, bargaining_solutions, anarchy, subsets, elimination, correlated, qre, potential, security, replicator.",
)
@click.option("--all", "everything", is_flag=True, help="Every table.")
@figure_option
@click.option("--plot", type=click.Choice(PLOTS), help="What --figure draws; by default the overview.")
@click.option("--latex", is_flag=True, help="Print the matrix and the equilibria as LaTeX tables instead.")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the game to this file of Gambit, .nfg (matrix) or .efg (tree).",
)
@json_option
def command(
    scenario: str,
    contract: str | None,
    lead: str | None,
    settings: tuple[str, ...],
    solver: str,
    exact: bool,
    show: str | None,
    everything: bool,
    figure: Path | None,
    plot: str | None,
    latex: bool,
    write: Path | None,
    as_json: bool,
) -> None:
    """Solve the game that a contract makes of a scenario, or a two-player game in a file of Gambit.

    Prints all equilibria, the selected one and why, the first best, efficiency, participation of each firm, the
    bargaining solution, the value of leading, and further analyses in one line each. --json holds everything.
    """
    _one_format(latex, as_json, show, everything)
    if plot is not None and figure is None:
        raise click.UsageError(f"--plot needs a file to draw to. Write, say, --plot {plot} --figure {plot}.png.")
    drawn = figure_file(figure)
    names = _names(show, everything)
    if write is not None:
        from simulator.interfaces.game_file import check_game_suffix

        check_game_suffix(write)
    world, agreed = chosen(scenario, contract, settings)
    if write is not None:
        from simulator.interfaces.game_file import check_no_tree

        check_no_tree(write, world)
    from simulator.games.analysis.analysis import analyse
    from simulator.games.solution import solve
    from simulator.interfaces.cli.progress import Spinner

    announce_compilation()
    with Spinner(f"solving the game under {agreed.name!r}") as spinner:
        solution = solve(world, agreed, lead, solver=solver, exact=exact)
        wanted = [] if latex else _analyses(names, as_json)
        analysis = analyse(solution, wanted, lambda name: spinner(f"analysing the game: {name.replace('_', ' ')}"))
    if drawn is not None:
        from simulator.interfaces.figures.plots import draw
        from simulator.interfaces.figures.save import save

        save(draw(plot or PLOTS[0], solution), drawn)
        click.echo(f"wrote {drawn}", err=True)
    if write is not None:
        from simulator.interfaces.game_file import write_game

        note = write_game(write, solution)
        click.echo(f"wrote {write}", err=True)
        if note:
            click.echo(f"note: {note}", err=True)
    if latex:
        from simulator.interfaces.latex import beyond_t1, latex_tables

        tables = latex_tables(solution)
        click.echo(tables, nl=False)
        if letters := beyond_t1(tables):
            click.echo(f"note: compile with lualatex or xelatex; pdflatex does not know {letters}", err=True)
    elif as_json:
        _print_json(solution, analysis)
    elif names is None:
        report(solution, analysis)
    else:
        _print_tables(solution, analysis, names)


def report(solution: Solution, analysis: Analysis) -> None:
    """Print the solution for people: what one wants to know first, the rest in one line each."""
    from simulator.games.analysis.analysis import NAMES
    from simulator.interfaces.cli.analyses import print_lines
    from simulator.interfaces.cli.solution_tables import BASIC, print_equilibria, print_head

    print_head(solution)
    print_equilibria(solution)
    for name, print_one in BASIC.items():
        if name != "equilibria":
            print_one(solution)
    print_lines(solution, analysis, NAMES)


def _names(show: str | None, everything: bool) -> list[str] | None:
    """Return the tables asked for by name, or None for the usual ones."""
    if show is None and not everything:
        return None
    from simulator.foundation.errors import unknown
    from simulator.games.analysis.analysis import NAMES
    from simulator.interfaces.cli.solution_tables import BASIC

    known = (*BASIC, *NAMES)
    asked = list(known) if everything else [name.strip() for name in (show or "").split(",")]
    for name in asked:
        if name not in known:
            raise unknown("table", name, known)
    return asked


def _analyses(names: list[str] | None, as_json: bool) -> list[str]:
    """Return the further analyses that are printed: those asked for, else all in JSON and the quick ones for people."""
    from simulator.games.analysis.analysis import NAMES, QUICK

    if names is None:
        return list(NAMES if as_json else QUICK)
    return [name for name in names if name in NAMES]


def _one_format(latex: bool, as_json: bool, show: str | None, everything: bool) -> None:
    """Refuse options that contradict each other."""
    if latex and (as_json or show is not None or everything):
        raise click.UsageError("--latex prints its own tables. Leave out --json, --show and --all.")
    if show is not None and everything:
        raise click.UsageError("--all shows every table. Leave out --show.")


def _print_tables(solution: Solution, analysis: Analysis, names: list[str]) -> None:
    """Print these tables in full."""
    from simulator.interfaces.cli.analyses import print_analysis
    from simulator.interfaces.cli.solution_tables import BASIC, print_head

    made = analysis.asked()
    print_head(solution)
    for name in names:
        if name in BASIC:
            BASIC[name](solution)
        else:
            print_analysis(solution, name, made[name])


def _print_json(solution: Solution, analysis: Analysis) -> None:
    """Print the solution and its further analyses as one document."""
    from simulator.interfaces.cli.tables import print_json

    document = solution.to_dict()
    for each in document["leadership"]:
        each |= {"row": each["small_action"], "column": each["big_action"]}
    print_json(document | analysis.to_dict())
