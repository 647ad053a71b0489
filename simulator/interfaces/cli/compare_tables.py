"""What ``alliance compare`` and ``alliance clauses`` print for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from simulator.interfaces.cli.tables import print_table
from simulator.sweeps.comparison.bins import Bin

if TYPE_CHECKING:
    from simulator.sweeps.compare import Comparison
    from simulator.sweeps.comparison.clauses import ClauseValues
    from simulator.sweeps.comparison.differences import ComparisonRow
    from simulator.sweeps.comparison.frontier import ContractMeans
    from simulator.sweeps.comparison.regions import RegionMap

TINY = 1e-4


def who_gains(comparison: Comparison) -> dict[str, str]:
    """Return, for every contract, who is better off than under the baseline as far as the intervals tell."""
    if comparison.by is not None:
        return {}
    sides = {"small_value": "SmallCo", "big_value": "BigCo"}
    found: dict[str, list[str]] = {}
    for row in comparison.rows:
        if row.measure in sides and row.against == comparison.baseline and not row.untold:
            change = "gains" if row.low > 0.0 else "loses" if row.high < 0.0 else "neither gains nor loses clearly"
            found.setdefault(row.contract, []).append(f"{sides[row.measure]} {change}")
    return {contract: ", ".join(changes) for contract, changes in found.items()}


def p_text(p_value: float) -> str:
    """Return a p-value as a paper writes it.

    Examples
    --------
    >>> p_text(0.03), p_text(1e-30), p_text(1.0), p_text(float("nan"))
    ('0.0300', '<0.0001', '1.0000', '-')
    """
    if math.isnan(p_value):
        return "-"
    return f"<{TINY:.4f}" if p_value < TINY else f"{p_value:.4f}"


def report(comparison: Comparison, regions: RegionMap | None, means: Sequence[ContractMeans], title: str) -> None:
    """Print the comparison for people."""
    by = comparison.by
    level = [by] if by else []
    against = ["against"] if comparison.all_pairs else []
    columns = (*level, "contract", *against, "measure", "difference", "low", "high", "p (Holm)")
    rows = [
        (
            *([row.level] if by else []),
            row.contract,
            *([row.against] if against else []),
            row.measure,
            row.difference,
            row.low,
            row.high,
            p_text(row.p_adjusted),
            *_chances(row),
            row.variance_ratio,
            row.pairs,
        )
        for row in comparison.rows
    ]
    whom = "each other" if comparison.all_pairs else repr(comparison.baseline)
    told = f"against {whom} under the same luck, {comparison.confidence:.0%} {comparison.method} intervals"
    print_table((*columns, "better in", "P(better)", "luck saves", "pairs"), rows, f"{title}: {told}")
    click.echo(
        f"p (Holm): paired t-tests, adjusted for {comparison.tests} of them. P(better): ties count half. luck "
        "saves: how many times\nas many runs independent luck would need.\n"
    )
    for note in notes(comparison):
        click.echo(note)
    for contract, verdict in who_gains(comparison).items():
        click.echo(f"{contract}: {verdict}")
    for each in means:
        if each.dominated_by:
            sure = "clearly " if each.clearly else ""
            click.echo(f"{each.name}: {sure}worse on average for both firms than {', '.join(each.dominated_by)}")
    if comparison.dominance:
        click.echo()
        _dominance(comparison)
    if regions is not None:
        click.echo()
        _regions(regions)
    levels = [row.level for row in comparison.rows]
    levels += [level for cell in (regions.cells if regions is not None else ()) for level in (cell.x, cell.y)]
    if any(isinstance(level, Bin) for level in levels):
        click.echo("--bins N makes N bins.")


def _chances(row: ComparisonRow) -> tuple[str, str]:
    """Return how often the contract is better, and the probability that it is, with its interval."""
    if row.untold:
        return "-", "-"
    ends = f"[{row.superiority_low:.2f}, {row.superiority_high:.2f}]"
    return f"{row.share_better:.0%}", f"{row.superiority:.2f} {ends}"


def notes(comparison: Comparison) -> Iterator[str]:
    """Yield why rows are left untold, a line for each reason."""
    for reason, levels in comparison.untold.items():
        where = f" at {comparison.by} = {', '.join(map(str, levels))}" if comparison.by else ""
        yield f"-: {reason}{where}."
    if comparison.by is not None:
        yield from binning(comparison.by, [row.level for row in comparison.rows])


def binning(factor: str, levels: Sequence[object]) -> Iterator[str]:
    """Yield how the values of a factor are told apart, if that is in bins."""
    if isinstance(levels[0], Bin):
        count = len(set(levels))
        yield f"{factor}: in {count} bins of about equally many points, a value on an edge in the upper one."


def _dominance(comparison: Comparison) -> None:
    """Print who dominates whom."""
    level = [comparison.by] if comparison.by else []
    columns = (*level, "contract", "against", "measure", "order", "sample", "p dominates", "p dominated", "verdict")
    rows = [
        (
            *([row.level] if level else []),
            row.contract,
            row.against,
            row.measure,
            row.order,
            row.sample,
            p_text(row.p_dominates),
            p_text(row.p_dominated),
            row.verdict,
        )
        for row in comparison.dominance
    ]
    print_table(columns, rows, "stochastic dominance, of the contract over the other")
    click.echo(
        "sample: what holds exactly of the runs. p: of the hypothesis that it dominates, or is dominated (a small p "
        "refutes it).\nA verdict 'dominates' refutes the reverse and fails to refute it; it is no proof. 'open': "
        "neither is refuted."
    )


def _regions(regions: RegionMap) -> None:
    """Print who wins where."""
    rows = [
        (cell.measure, cell.x, cell.y, cell.best, cell.mean, cell.second, cell.lead, cell.low, cell.high, cell.clear)
        for cell in regions.cells
    ]
    columns = ("measure", regions.x, regions.y, "best", "mean", "second", "lead", "low", "high", "clear")
    print_table(columns, rows, f"best contract by {regions.x} and {regions.y}")
    for factor, levels in (
        (regions.x, [cell.x for cell in regions.cells]),
        (regions.y, [cell.y for cell in regions.cells]),
    ):
        for note in binning(factor, levels):
            click.echo(note)
    click.echo(f"clear: the lead over every other contract is beyond its {regions.confidence:.0%} interval.")


def report_clauses(values: ClauseValues, title: str) -> None:
    """Print what every clause is worth."""
    sampled = bool(values.game.scheme.orders)
    columns = ("measure", "clause", "Shapley", "low", "high", "left out", "low", "high", "alone", "low", "high")
    rows = []
    for row in values.rows:
        effects = [end for each in (row.shapley, row.left_out, row.alone) for end in (each.mean, each.low, each.high)]
        rows.append((row.measure, " + ".join(row.clause), *effects, *([row.order_error] if sampled else [])))
    for measure, total in values.totals.items():
        whole = (total.mean, total.low, total.high)
        rows.append((measure, "all of it", *whole, *whole, *whole, *([0.0] if sampled else [])))
    told = f"{title}: what each clause is worth, {values.confidence:.0%} {values.method} intervals"
    print_table((*columns, *(["order error"] if sampled else [])), rows, told)
    click.echo(
        "Shapley: the mean of what the clause adds over all orders of writing them; these sum to the total. left out: "
        "the whole\nless the contract without it. alone: the clause by itself less nothing signed."
    )
    if sampled:
        click.echo(
            "Intervals are of luck; order error is the standard error that sampling orders adds to the Shapley value."
        )
    for clause in values.game.clauses:
        if len(clause) > 1:
            click.echo(f"{' + '.join(clause)}: taken as one clause, because not every part of it could be signed.")
    for measure, dropped in values.dropped.items():
        if dropped:
            click.echo(f"{measure}: {dropped} of {dropped + values.used[measure]} runs are not whole and left out.")
