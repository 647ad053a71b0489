"""Who gains: SmallCo's mean value against BigCo's, one point per contract with its intervals, dominated ones marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from simulator.foundation.errors import ParameterError
from simulator.interfaces.figures.style import BIG, INK, MUTED, PALE, RULES, SMALL, faint_grid, new_figure, plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from simulator.sweeps.comparison.frontier import ContractMeans

MARKERS = "osD^vPX<>hp8"
LINES = "#ABABAB"
MOST_PANELS = 12
PANELS_IN_A_ROW = 4
NOTE = "on a dotted line both firms together get the same; crossed out: another contract is better for both"


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
        _draw(axes, points)
        axes.margins(0.18)
        _iso_surplus(axes)
        axes.set_xlabel("SmallCo's value, money", color=SMALL, fontweight="bold")
        axes.set_ylabel("BigCo's value, money", color=BIG, fontweight="bold")
        axes.set_title(f"Means with {level:.0%} intervals; {NOTE}", fontsize=8, fontweight="normal", color=MUTED)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="contract", labelspacing=1.1, fontsize=10)
    return figure


def levels_figure(
    levels: Sequence[tuple[Any, Sequence[ContractMeans]]], factor: str, title: str, confidence: float
) -> Figure:
    """Return one panel of who gains for every value of a factor, all on the same axes.

    Parameters
    ----------
    levels : sequence of (value, sequence of ContractMeans)
        At most MOST_PANELS.
    factor, title : str
        The factor, and the title of the figure.
    confidence : float
        Of the intervals, in (0, 1).

    Raises
    ------
    ParameterError
        If there are too many values to draw.
    """
    if len(levels) > MOST_PANELS:
        raise ParameterError(
            f"--figure with --by draws a panel for each of at most {MOST_PANELS} values; got {len(levels)} "
            f"of {factor!r}. Compare by another factor, or draw a --map."
        )
    columns = min(PANELS_IN_A_ROW, len(levels))
    lines = math.ceil(len(levels) / columns)
    with matplotlib.rc_context(RULES):
        figure = new_figure(3.3 * columns + 0.4, 3.1 * lines + 1.3, title)
        panels = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, (value, points) in zip(panels, levels, strict=False):
            _draw(axes, points)
            axes.set_title(plain_text(f"{factor} = {value}", 40), fontsize=10)
        for axes in panels[len(levels) :]:
            axes.set_visible(False)
        panels[0].margins(0.18)
        for axes in panels[: len(levels)]:
            _iso_surplus(axes, named=False)
        for place, axes in enumerate(panels[: len(levels)]):
            if place + columns >= len(levels):
                axes.set_xlabel("SmallCo's value, money", color=SMALL, fontweight="bold")
                axes.tick_params(labelbottom=True)
            if place % columns == 0:
                axes.set_ylabel("BigCo's value, money", color=BIG, fontweight="bold")
        handles = [_key(index, point) for index, point in enumerate(levels[0][1])]
        note = f"{confidence:.0%} intervals; crossed out: another contract is better for both"
        figure.legend(handles=handles, loc="outside lower center", ncols=3, title=note, title_fontsize=8)
    return figure


def _key(index: int, point: ContractMeans) -> Line2D:
    """Return a contract's entry in a legend that is for several panels."""
    from matplotlib.lines import Line2D

    face = INK if point.baseline else "white"
    name = plain_text(f"{point.name} (baseline)" if point.baseline else point.name, 60)
    marker = MARKERS[index % len(MARKERS)]
    return Line2D([], [], marker=marker, color=INK, markerfacecolor=face, markersize=9, linestyle="", label=name)


def _draw(axes: Axes, points: Sequence[ContractMeans]) -> None:
    """Draw one point per contract with its intervals; dominated ones are pale and crossed out."""
    for index, point in enumerate(points):
        (small, *small_ends), (big, *big_ends) = point.small, point.big
        dominated = bool(point.dominated_by)
        name = f"{point.name} (baseline)" if point.baseline else point.name
        if dominated:
            name += " (clearly dominated)" if point.clearly else " (dominated)"
        ink = MUTED if dominated else INK
        axes.errorbar(
            small,
            big,
            xerr=[[small - small_ends[0]], [small_ends[1] - small]],
            yerr=[[big - big_ends[0]], [big_ends[1] - big]],
            marker=MARKERS[index % len(MARKERS)],
            markersize=11 if point.baseline else 9,
            markerfacecolor=ink if point.baseline else PALE if dominated else "white",
            markeredgecolor=ink,
            color=ink,
            ecolor=MUTED,
            elinewidth=1.6,
            capsize=3,
            linestyle="",
            label=plain_text(name, 60),
            zorder=3,
        )
        if dominated:
            axes.plot(small, big, marker="x", markersize=17, color=INK, markeredgewidth=1.2, linestyle="", zorder=4)
    faint_grid(axes)


def _iso_surplus(axes: Axes, *, named: bool = True) -> None:
    """Draw lines of equal joint value, each with its value if it is to be named."""
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
        if named and x1 - x0 > 0.2 * (right - left):
            axes.annotate(f"{value:g} together", (at[0], at[1]), color=MUTED, fontsize=8, va="bottom", ha="left")
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
