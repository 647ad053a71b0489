"""What each contract is worth to each firm: one point per contract, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG, INK, MUTED, RULES, SMALL, faint_grid, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.interfaces.means import ContractMeans

MARKERS = "osD^vPX<>hp8"
LINES = "#ABABAB"


def compare_figure(points: Sequence[ContractMeans], title: str, level: float) -> Figure:
    """Return the figure of SmallCo's mean value against BigCo's, per contract.

    Parameters
    ----------
    points : sequence of ContractMeans
        At least one; each tuple is (mean, low, high).
    title : str
        Title of the figure.
    level : float
        Confidence level of the intervals, in (0, 1).
    """
    with matplotlib.rc_context(RULES):
        figure = new_figure(8.6, 6.4, title)
        axes = figure.subplots()
        for index, point in enumerate(points):
            (small, *small_ends), (big, *big_ends) = point.small, point.big
            axes.errorbar(
                small,
                big,
                xerr=[[small - small_ends[0]], [small_ends[1] - small]],
                yerr=[[big - big_ends[0]], [big_ends[1] - big]],
                marker=MARKERS[index % len(MARKERS)],
                markersize=11 if point.baseline else 9,
                markerfacecolor=INK if point.baseline else "white",
                markeredgecolor=INK,
                color=INK,
                ecolor=MUTED,
                elinewidth=1.6,
                capsize=3,
                linestyle="",
                label=f"{point.name} (baseline)" if point.baseline else point.name,
                zorder=3,
            )
        axes.margins(0.18)
        _iso_surplus(axes)
        axes.set_xlabel("SmallCo's value, money", color=SMALL, fontweight="bold")
        axes.set_ylabel("BigCo's value, money", color=BIG, fontweight="bold")
        axes.set_title(
            f"Means with {level:.0%} intervals; on a dotted line both firms together get the same",
            fontsize=9,
            fontweight="normal",
            color=MUTED,
        )
        faint_grid(axes)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="contract", labelspacing=1.1, fontsize=10)
    return figure


def _iso_surplus(axes: Axes) -> None:
    """Draw lines of equal joint value, each with its value."""
    from matplotlib.ticker import MaxNLocator

    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for value in MaxNLocator(7).tick_values(left + bottom, right + top):
        if not left + bottom < value < right + top:
            continue
        ends = [(x, value - x) for x in (left, right) if bottom <= value - x <= top]
        ends += [(value - y, y) for y in (bottom, top) if left < value - y < right]
        (x0, y0), (x1, y1) = min(ends), max(ends)
        axes.plot([x0, x1], [y0, y1], color=LINES, linestyle=":", linewidth=1.3, zorder=0)
        at = np.array([x0, y0]) + 0.04 * (right - left) * np.array([1.0, -1.0])
        if x1 - x0 > 0.2 * (right - left):
            axes.annotate(f"{value:g} together", (at[0], at[1]), color=MUTED, fontsize=8, va="bottom", ha="left")
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
