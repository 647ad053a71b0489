r"""Comparisons as tables for papers: LaTeX with booktabs, and rows for a spreadsheet."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from simulator.interfaces.cli.tables import NOISE, shown
from simulator.interfaces.latex import escaped, power

if TYPE_CHECKING:
    from simulator.sweeps.compare import Comparison
    from simulator.sweeps.comparison.clauses import ClauseValues, Effect
    from simulator.sweeps.comparison.differences import ComparisonRow
    from simulator.sweeps.comparison.regions import RegionMap

SMALLEST_P = 1e-4
NONE = "--"


def comparison_table(comparison: Comparison, title: str) -> str:
    """Return the differences with their intervals, adjusted p-values and probabilities of superiority."""
    level = [comparison.by] if comparison.by else []
    against = ["against"] if comparison.all_pairs else []
    head = [*level, "contract", *against, "measure"]
    rows = []
    for row in comparison.rows:
        names = [*([shown(row.level)] if level else []), row.contract, *([row.against] if against else []), row.measure]
        numbers = [
            _number(row.difference),
            _interval(row.low, row.high),
            _p_value(row.p_adjusted),
            *_superiority(row),
            _number(row.variance_ratio),
        ]
        rows.append([*map(escaped, names), *numbers])
    whom = "each other" if comparison.all_pairs else f"``{escaped(comparison.baseline)}''"
    percent = f"{comparison.confidence:.0%}".replace("%", r"\%")
    note = (
        f"Differences against {whom} under common luck, {percent} {comparison.method} intervals; "
        f"$p$ of paired $t$-tests by Holm over {comparison.tests} tests; probability of superiority $A$, ties "
        "counting half; factor of variance saved by common luck."
    )
    columns = [*map(escaped, head), "difference", "interval", "$p$", "$A$", "interval", "luck"]
    return _booktabs(columns, rows, len(head), f"{escaped(title)}. {note}", "comparison")


def regions_table(regions: RegionMap, title: str) -> str:
    """Return which contract is best at every pair of values of two factors, and by how much."""
    rows = []
    for cell in regions.cells:
        names = (cell.measure, shown(cell.x), shown(cell.y), cell.best, cell.second, shown(cell.clear))
        numbers = _number(cell.mean), _number(cell.lead), _interval(cell.low, cell.high)
        rows.append([*map(escaped, names), *numbers])
    percent = f"{regions.confidence:.0%}".replace("%", r"\%")
    note = (
        f"Best contract by {escaped(regions.x)} and {escaped(regions.y)}: mean, lead over the second under common luck "
        f"with its {percent} {regions.method} interval; clear if the lead over every other contract is beyond its own."
    )
    columns = ["measure", escaped(regions.x), escaped(regions.y), "best", "second", "clear", "mean", "lead", "interval"]
    return _booktabs(columns, rows, 6, f"{escaped(title)}. {note}", "map")


def clauses_table(values: ClauseValues, title: str) -> str:
    """Return what each clause is worth, with intervals."""
    rows = []
    for row in values.rows:
        cells = [cell for effect in (row.shapley, row.left_out, row.alone) for cell in _effect(effect)]
        rows.append([escaped(row.measure), escaped(" + ".join(row.clause)), *cells])
    for measure, total in values.totals.items():
        rows.append([escaped(measure), "all of it", *_effect(total), *["", ""] * 2])
    percent = f"{values.confidence:.0%}".replace("%", r"\%")
    note = (
        f"What each clause is worth, {percent} {values.method} intervals: its Shapley value, the whole less the "
        "contract without it, and the clause alone less nothing signed."
    )
    columns = ["measure", "clause", "Shapley", "interval", "left out", "interval", "alone", "interval"]
    return _booktabs(columns, rows, 2, f"{escaped(title)}. {note}", "clauses")


def clauses_frame(values: ClauseValues) -> pd.DataFrame:
    """Return what each clause is worth as rows: an effect in columns of its own for mean and ends."""
    lines = []
    for row in values.rows:
        line: dict[str, object] = {"measure": row.measure, "clause": " + ".join(row.clause)}
        for name in ("shapley", "left_out", "alone"):
            effect = getattr(row, name)
            line |= {f"{name}_{end.name}": getattr(effect, end.name) for end in dataclasses.fields(effect)}
        lines.append(line | {"order_error": row.order_error})
    return pd.DataFrame(lines)


def _booktabs(columns: Sequence[str], rows: Sequence[Sequence[str]], words: int, caption: str, label: str) -> str:
    """Return one table; the first columns hold words, the others numbers. All texts are LaTeX already."""
    return "\n".join(
        [
            "% needs \\usepackage{booktabs}",
            r"\begin{table}",
            r"  \centering",
            rf"  \begin{{tabular}}{{{'l' * words}{'r' * (len(columns) - words)}}}",
            r"    \toprule",
            rf"    {' & '.join(columns)} \\",
            r"    \midrule",
            *(rf"    {' & '.join(row)} \\" for row in rows),
            r"    \bottomrule",
            r"  \end{tabular}",
            rf"  \caption{{{caption}}}",
            rf"  \label{{tab:{label}}}",
            r"\end{table}",
            "",
        ]
    )


def _superiority(row: ComparisonRow) -> tuple[str, str]:
    """Return a probability of superiority and its interval for LaTeX."""
    if row.untold:
        return NONE, NONE
    return f"${row.superiority:.2f}$", f"$[{row.superiority_low:.2f},\\; {row.superiority_high:.2f}]$"


def _number(value: float) -> str:
    """Return a number for LaTeX."""
    if math.isnan(value):
        return NONE
    return r"$\infty$" if value == float("inf") else f"${power(shown(value, NOISE))}$"


def _interval(low: float, high: float) -> str:
    """Return an interval for LaTeX."""
    if math.isnan(low):
        return NONE
    return f"$[{power(shown(low, NOISE))},\\; {power(shown(high, NOISE))}]$"


def _effect(effect: Effect) -> tuple[str, str]:
    """Return an effect and its interval for LaTeX."""
    return _number(effect.mean), _interval(effect.low, effect.high)


def _p_value(p_value: float) -> str:
    """Return a p-value for LaTeX."""
    if math.isnan(p_value):
        return NONE
    return f"$<{SMALLEST_P:.4f}$" if p_value < SMALLEST_P else f"${p_value:.4f}$"
