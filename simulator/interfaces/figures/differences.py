"""Differences from the baseline: a panel per measure a line per contract with its interval, and nothing gained at 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib

from simulator.interfaces.figures.style import BIG, INK, MUTED, RULES, SMALL, faint_grid, new_figure, plain_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.sweeps.comparison.differences import ComparisonRow

PANELS_IN_A_ROW = 3
OF_FIRMS = {"small_value": (SMALL, "s"), "big_value": (BIG, "o")}


def differences_figure(rows: Sequence[ComparisonRow], baseline: str, confidence: float, title: str) -> Figure:
    """Return the figure; filled points are differences whose interval excludes 0.

    Parameters
    ----------
    rows : sequence of ComparisonRow
        Of one level, each contract against the baseline.
    baseline, title : str
        What the others are compared with, and the title of the figure.
    confidence : float
        Of the intervals, in (0, 1).
    """
    measures = list(dict.fromkeys(row.measure for row in rows))
    contracts = list(dict.fromkeys(row.contract for row in rows))
    columns = min(PANELS_IN_A_ROW, len(measures))
    lines = -(-len(measures) // columns)
    with matplotlib.rc_context(RULES):
        height = lines * max(1.0 + 0.42 * len(contracts), 1.7) + 0.9
        figure = new_figure(2.6 + 2.7 * columns, height, title)
        panels = figure.subplots(lines, columns, sharey=True, squeeze=False).ravel()
        for axes, measure in zip(panels, measures, strict=False):
            colour, marker = OF_FIRMS.get(measure, (INK, "D"))
            for row in rows:
                if row.measure == measure and not row.untold:
                    clear = row.low > 0.0 or row.high < 0.0
                    axes.errorbar(
                        row.difference,
                        contracts.index(row.contract),
                        xerr=[[max(row.difference - row.low, 0.0)], [max(row.high - row.difference, 0.0)]],
                        marker=marker,
                        markersize=8,
                        markerfacecolor=colour if clear else "white",
                        color=colour,
                        capsize=3,
                        linestyle="",
                    )
            axes.axvline(0.0, color=MUTED, linewidth=1.0)
            axes.margins(x=0.12)
            axes.set_title(plain_text(measure, 30), fontsize=10, color=colour)
            axes.set_yticks(range(len(contracts)), [plain_text(name, 32) for name in contracts])
            axes.set_ylim(len(contracts) - 0.5, -0.5)
            faint_grid(axes)
        for axes in panels[len(measures) :]:
            axes.set_visible(False)
        note = f"less {plain_text(baseline, 40)}, under the same luck; bars: {confidence:.0%} intervals"
        figure.supxlabel(f"{note}; filled: the interval excludes 0", fontsize=8, color=MUTED)
    return figure
