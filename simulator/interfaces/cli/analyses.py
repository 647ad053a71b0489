"""The further analyses of a solved game for people: each in one line, and each as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.profiles import FIRMS, action_names, amount, mixture, money, pair, profile
from simulator.interfaces.cli.tables import print_table, shown

if TYPE_CHECKING:
    from simulator.games.analysis.agreements import Agreements
    from simulator.games.analysis.analysis import Analysis
    from simulator.games.analysis.anarchy import Anarchy
    from simulator.games.analysis.dominance import RiskDominance
    from simulator.games.analysis.logit import LogitPlay
    from simulator.games.analysis.potential_kind import PotentialKind
    from simulator.games.analysis.repeated_play import RepeatedPlay
    from simulator.games.analysis.replicator_stability import ReplicatorStability
    from simulator.games.analysis.subsets import NashSubsets
    from simulator.games.concepts.correlated import BestCorrelated
    from simulator.games.concepts.rationalisable import RationalisableSet
    from simulator.games.concepts.security import SecurityLevel
    from simulator.games.solution import Solution

MOST_ROWS = 40
table = partial(print_table, zero=0.0)
OF_THOSE_FOUND = ", of the equilibria found"
PRECISIONS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 10_000.0)

TITLES = {
    "risk_dominance": "Risk dominance",
    "repeated": "Repeated play",
    "bargaining_solutions": "Bargaining solutions",
    "anarchy": "Prices of anarchy and stability",
    "subsets": "Components and maximal Nash subsets",
    "elimination": "Iterated strict dominance",
    "correlated": "Correlated equilibria",
    "qre": "Logit quantal response",
    "potential": "Potential",
    "security": "Security levels",
    "replicator": "Replicator dynamics",
}


def print_lines(solution: Solution, analysis: Analysis, names: Sequence[str]) -> None:
    """Print each analysis that was made in one line, and the names of all others."""
    from simulator.games.analysis.applies import NotApplicable

    made = analysis.asked()
    rows = [
        (name, value.reason if isinstance(value, NotApplicable) else LINES[name](solution, value))
        for name, value in made.items()
    ]
    table(("", "in one line"), rows, "Further analyses")
    others = ", ".join(name for name in names if name not in made)
    click.echo(f"More: --show NAME[,NAME] prints any of these as a table, or {others}; --all prints everything.")


def print_analysis(solution: Solution, name: str, value: Any) -> None:
    """Print one analysis as a table, or why there is none."""
    from simulator.games.analysis.applies import NotApplicable

    if isinstance(value, NotApplicable):
        click.echo(f"{TITLES[name]}: {value.reason}.\n")
    else:
        TABLES[name](solution, value)


def _limited(columns: Sequence[str], rows: list[tuple[Any, ...]], title: str) -> None:
    """Print a table of at most so many rows."""
    table(columns, rows[:MOST_ROWS], title)
    if len(rows) > MOST_ROWS:
        click.echo(f"... and {len(rows) - MOST_ROWS} more; --json prints them all.\n")


def _risk_line(solution: Solution, value: RiskDominance) -> str:
    if value.dominant is None:
        return "no pure equilibrium risk-dominates all others"
    winner = pair(solution, solution.equilibria.equilibria[value.dominant])
    return f"{winner} is risk-dominated by none" + (", and selected" if value.dominant == solution.selected else "")


def _risk_table(solution: Solution, value: RiskDominance) -> None:
    rows = []
    for index, defeats in zip(value.candidates, value.defeats, strict=True):
        each = solution.equilibria.equilibria[index]
        mark = "*" if index == solution.selected else ""
        rows.append((mark, *profile(solution, each), *money(solution, *each.payoffs), defeats))
    columns = ("", "SmallCo commits", "BigCo commits", "SmallCo gets", "BigCo gets", "risk-dominated by")
    _limited(columns, sorted(rows, key=lambda row: row[-1]), TITLES["risk_dominance"])


def _repeated_line(solution: Solution, value: RepeatedPlay) -> str:
    small, big = action_names(solution)
    cell = f"({small[value.row]}, {big[value.column]})"
    for firm, needed in (("SmallCo", value.critical.small), ("BigCo", value.critical.big)):
        if needed is None:
            return f"the first best {cell} is not sustained: the selected equilibrium is no punishment for {firm}"
    own = ", ".join(shown(each) for each in value.own)
    word = "suffices" if value.sustained else "does not suffice"
    return f"the first best {cell} needs a discount factor of {shown(value.critical.common)}; theirs ({own}) {word}"


def _repeated_table(solution: Solution, value: RepeatedPlay) -> None:
    small, big = action_names(solution)
    rows = [
        (firm, *money(solution, value.temptation[k], value.reward[k], value.punishment[k]), needed, value.own[k])
        for k, (firm, needed) in enumerate((("SmallCo", value.critical.small), ("BigCo", value.critical.big)))
    ]
    columns = ("", "temptation", "reward", "punishment", "needs a discount factor of", "its own")
    cell = f"({small[value.row]}, {big[value.column]})"
    table(columns, rows, f"{TITLES['repeated']}: the first best {cell}, or the selected equilibrium for ever")
    click.echo(f"{_repeated_line(solution, value)}.\n")


def _agreements_line(solution: Solution, value: Agreements) -> str:
    from simulator.games.analysis.applies import NotApplicable

    if isinstance(value.choosing, NotApplicable):
        return value.choosing.reason
    small, big = (amount(solution, each) for each in value.choosing.nash)
    return f"without side payments the Nash solution pays SmallCo {small} and BigCo {big}"


def _agreements_table(solution: Solution, value: Agreements) -> None:
    from simulator.games.analysis.applies import NotApplicable

    rows: list[tuple[Any, ...]] = []
    reasons = []
    for bargain, found in (("sharing money", value.sharing), ("choosing commitments", value.choosing)):
        if isinstance(found, NotApplicable):
            reasons.append(f"{bargain}: {found.reason}.")
            continue
        most = found.utilitarian
        divided = money(solution, *most) if most else (None, None)
        weighted = f"Nash, weights {shown(value.power)} and {shown(1.0 - value.power)}"
        rows += [
            (bargain, "no agreement", *money(solution, *found.disagreement)),
            (bargain, weighted, *money(solution, *found.nash)),
            (bargain, "Kalai-Smorodinsky", *money(solution, *found.kalai_smorodinsky)),
            (bargain, "egalitarian", *money(solution, *found.egalitarian)),
            (bargain, "utilitarian" if most else "utilitarian: every division", *divided),
        ]
    if rows:
        table(("over", "solution", "SmallCo", "BigCo"), rows, TITLES["bargaining_solutions"])
    else:
        click.echo(TITLES["bargaining_solutions"])
    click.echo("\n".join([*reasons, ""]) if reasons else "", nl=bool(reasons))


def _anarchy_line(solution: Solution, value: Anarchy) -> str:
    worst = "infinite" if value.anarchy is None else shown(value.anarchy)
    best = "infinite" if value.stability is None else shown(value.stability)
    return f"price of anarchy {worst}, of stability {best}{'' if value.complete else OF_THOSE_FOUND}"


def _anarchy_table(solution: Solution, value: Anarchy) -> None:
    rows: list[tuple[Any, ...]] = [
        ("first best", *money(solution, value.first_best), None),
        ("worst equilibrium (price of anarchy)", *money(solution, value.worst), value.anarchy or "infinite"),
        ("best equilibrium (price of stability)", *money(solution, value.best), value.stability or "infinite"),
    ]
    title = f"{TITLES['anarchy']}{'' if value.complete else OF_THOSE_FOUND}"
    table(("", "surplus", "first best over it"), rows, title)


def _subsets_line(solution: Solution, value: NashSubsets) -> str:
    joined = sum(len(component) > 1 for component in value.components)
    parts = len(value.components)
    return f"{parts} component{'' if parts == 1 else 's'}, {joined or 'none'} of more than one extreme equilibrium"


def _subsets_table(solution: Solution, value: NashSubsets) -> None:
    of = {index: number for number, component in enumerate(value.components, start=1) for index in component}
    found, (small, big) = solution.equilibria.equilibria, action_names(solution)
    rows = []
    for members in value.subsets:
        sides = []
        for names, mixed in ((small, [found[k].small for k in members]), (big, [found[k].big for k in members])):
            texts = list(dict.fromkeys(mixture(each, names) for each in mixed))
            sides.append("; ".join(texts[:4]) + (" ..." if len(texts) > 4 else ""))
        number = of[members[0]]
        rows.append((number, value.indices[number - 1] if value.indices else None, len(members), *sides))
    columns = ("component", "index", "extreme equilibria", "SmallCo, any mixture of", "BigCo, any mixture of")
    _limited(columns, sorted(rows, key=lambda row: row[0]), TITLES["subsets"])


def _elimination_line(solution: Solution, value: RationalisableSet) -> str:
    if not value.eliminations:
        return "no action is strictly dominated"
    rounds = value.eliminations[-1].round
    left = f"{len(value.small)} of SmallCo's actions and {len(value.big)} of BigCo's are left"
    after = f"{rounds} round{'' if rounds == 1 else 's'}"
    return f"dominance-solvable in {after}" if value.solves else f"after {after} {left}"


def _elimination_table(solution: Solution, value: RationalisableSet) -> None:
    names = dict(zip(FIRMS, action_names(solution), strict=True))
    rows = [
        (
            step.round,
            FIRMS[step.role.value],
            names[step.role.value][step.action],
            mixture(step.dominated_by, names[step.role.value]),
            *money(solution, step.margin),
        )
        for step in value.eliminations
    ]
    title = f"{TITLES['elimination']}: {_elimination_line(solution, value)}"
    if rows:
        _limited(("round", "of", "struck", "dominated by", "by at least"), rows, title)
    else:
        click.echo(f"{title}.\n")


def _correlated_line(solution: Solution, value: BestCorrelated) -> str:
    best = max(sum(each.payoffs) for each in solution.equilibria.equilibria)
    reached = amount(solution, sum(value.surplus.payoffs))
    return f"a mediator can reach a surplus of {reached}; the best equilibrium {amount(solution, best)}"


def _correlated_table(solution: Solution, value: BestCorrelated) -> None:
    small, big = action_names(solution)
    rows = []
    for what, each in (("SmallCo", value.small), ("BigCo", value.big), ("the surplus", value.surplus)):
        cells = [
            (-p, f"({small[i]}, {big[j]}) {p:.0%}")
            for i, line in enumerate(each.probabilities)
            for j, p in enumerate(line)
            if p
        ]
        texts = [text for _, text in sorted(cells)]
        recommended = ", ".join(texts[:4]) + (" ..." if len(texts) > 4 else "")
        rows.append((f"best for {what}", *money(solution, *each.payoffs, sum(each.payoffs)), recommended))
    columns = ("", "SmallCo gets", "BigCo gets", "surplus", "recommended")
    table(columns, rows, TITLES["correlated"])


def _qre_line(solution: Solution, value: LogitPlay) -> str:
    if value.equilibrium is None:
        where = "no extreme equilibrium" if value.component is None else f"component {value.component + 1}"
        return f"from uniform play the path ends in {where}"
    end = pair(solution, solution.equilibria.equilibria[value.equilibrium])
    return f"from uniform play the path ends at {end}, {'the' if value.selected else 'not the'} selected equilibrium"


def _qre_table(solution: Solution, value: LogitPlay) -> None:
    import numpy as np

    path = value.path
    unit = value.surplus or max(float(np.ptp(solution.small_payoffs)), float(np.ptp(solution.big_payoffs))) or 1.0
    scaled = path.precisions * unit
    small, big = action_names(solution)
    rows = []
    for wanted in PRECISIONS:
        if wanted > scaled[-1]:
            break
        at = int(np.argmax(scaled >= wanted))
        likely = [
            f"{names[int(np.argmax(p))]} ({float(np.max(p)):.0%})"
            for names, p in ((small, path.small[at]), (big, path.big[at]))
        ]
        earned = money(solution, *path.payoffs[at].tolist())
        rows.append((float(scaled[at]), float(path.precisions[at]), *likely, *earned))
    name = "lambda x first best" if value.surplus else "lambda x payoff range"
    columns = (name, "lambda", "SmallCo's likeliest", "BigCo's likeliest", "SmallCo gets", "BigCo gets")
    table(columns, rows, f"{TITLES['qre']}: {_qre_line(solution, value)}")


def _potential_line(solution: Solution, value: PotentialKind) -> str:
    if value.kind is None:
        return "none: better replies can cycle"
    small, big = action_names(solution)
    cells = [f"({small[i]}, {big[j]})" for i, j in value.maximisers]
    weights = f" with weights 1 and {shown(value.weights[1])}" if value.kind == "weighted" else ""
    return f"{value.kind}{weights}, largest at {', '.join(cells[:4])}{' ...' if len(cells) > 4 else ''}"


def _potential_table(solution: Solution, value: PotentialKind) -> None:
    click.echo(f"{TITLES['potential']}: {_potential_line(solution, value)}.\n")
    small, big = action_names(solution)
    if value.potential and max(len(small), len(big)) <= 11:
        table(("", *big), [(name, *money(solution, *row)) for name, row in zip(small, value.potential, strict=True)])


def _security_line(solution: Solution, value: tuple[SecurityLevel, SecurityLevel]) -> str:
    small, big = (amount(solution, each.value) for each in value)
    return f"SmallCo can make sure of {small}, BigCo of {big}"


def _security_table(solution: Solution, value: tuple[SecurityLevel, SecurityLevel]) -> None:
    chosen = solution.equilibria.equilibria[solution.selected or 0]
    rows = [
        (
            firm,
            *money(solution, each.pure_value),
            names[each.pure_action],
            *money(solution, each.value),
            mixture(each.action, names),
            *money(solution, earned),
        )
        for firm, each, names, earned in zip(FIRMS.values(), value, action_names(solution), chosen.payoffs, strict=True)
    ]
    columns = ("", "sure by one action", "which", "sure by mixing", "how", "selected equilibrium")
    table(columns, rows, TITLES["security"])


def _replicator_line(solution: Solution, value: ReplicatorStability) -> str:
    stable = sum(point.kind == "stable" for point in value.equilibria)
    known = "equilibria" if value.complete else "equilibria found"
    return f"{stable} of {len(value.equilibria)} {known} {'is' if stable == 1 else 'are'} asymptotically stable"


def _replicator_table(solution: Solution, value: ReplicatorStability) -> None:
    def growth(rates: tuple[float, ...]) -> float | None:
        return money(solution, rates[0])[0] if rates else None

    rows = [
        ("*" if index == solution.selected else "", *profile(solution, each), point.kind, growth(point.growth))
        for index, (each, point) in enumerate(zip(solution.equilibria.equilibria, value.equilibria, strict=True))
    ]
    columns = ("", "SmallCo", "BigCo", "stability", "fastest growth of a deviation")
    _limited(columns, rows, f"{TITLES['replicator']}: {_replicator_line(solution, value)}")
    if value.square:
        small, big = (
            [names[k] for k in kept]
            for names, kept in zip(action_names(solution), (value.rows, value.columns), strict=True)
        )
        inside = [
            (mixture(point.small, small), mixture(point.big, big), point.kind, growth(point.growth))
            for point in value.square
        ]
        table(columns[1:], inside, "Rest points of the 2x2 game that dominance leaves")
    if any(point.kind == "undecided" for point in (*value.equilibria, *value.square)):
        click.echo("undecided: the eigenvalues do not decide.\n")


Line = Callable[["Solution", Any], str]
LINES: dict[str, Line] = {
    "risk_dominance": _risk_line,
    "repeated": _repeated_line,
    "bargaining_solutions": _agreements_line,
    "anarchy": _anarchy_line,
    "subsets": _subsets_line,
    "elimination": _elimination_line,
    "correlated": _correlated_line,
    "qre": _qre_line,
    "potential": _potential_line,
    "security": _security_line,
    "replicator": _replicator_line,
}
Printer = Callable[["Solution", Any], None]
TABLES: dict[str, Printer] = {
    "risk_dominance": _risk_table,
    "repeated": _repeated_table,
    "bargaining_solutions": _agreements_table,
    "anarchy": _anarchy_table,
    "subsets": _subsets_table,
    "elimination": _elimination_table,
    "correlated": _correlated_table,
    "qre": _qre_table,
    "potential": _potential_table,
    "security": _security_table,
    "replicator": _replicator_table,
}
