"""Which parameter matters: one panel per measure and contract, factors from top to bottom, indices with intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from simulator.foundation.errors import ParameterError
from simulator.interfaces.figures.style import BIG, INK, MUTED, RULES, SMALL, faint_grid, new_figure, plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.sweeps.sensitivity.analysis import Explained, Sensitivity
    from simulator.sweeps.sensitivity.indices import Index

MOST_PANELS = 12
PANELS_IN_A_ROW = 3
MOST_FACTORS = 20
STYLES: dict[str, dict[str, Any]] = {
    "first": {"marker": "o", "color": BIG, "markerfacecolor": BIG},
    "total": {"marker": "s", "color": SMALL, "markerfacecolor": "white"},
    "mu_star": {"marker": "o", "color": BIG, "markerfacecolor": BIG},
    "sigma": {"marker": "D", "color": SMALL, "markerfacecolor": "white"},
    "rank_coefficient": {"marker": "^", "color": INK, "markerfacecolor": "white"},
}
LABELS = {
    "first": "first order: alone",
    "total": "total: with all that involves it",
    "mu_star": "mu*: mean absolute effect of the whole range",
    "sigma": "sigma: how much the effect varies",
    "rank_coefficient": "coefficient in the regression of ranks",
}


def sensitivity_figure(found: Sensitivity, title: str) -> Figure:
    """Return the dot chart of the indices, the most important factor on top.

    Raises
    ------
    ParameterError
        If nothing varies, or there are too many panels.
    """
    panels = [each for each in found.explained if each.indices]
    if not panels:
        raise ParameterError("--figure must have something to draw; got measures that are the same at every point.")
    if len(panels) > MOST_PANELS:
        raise ParameterError(
            f"--figure draws at most {MOST_PANELS} panels; got {len(panels)} measures by contracts and contrasts. "
            "Name fewer with --measure, or one with --contract."
        )
    columns = min(PANELS_IN_A_ROW, len(panels))
    lines = -(-len(panels) // columns)
    factors = min(max(len({index.factor for index in each.indices}) for each in panels), MOST_FACTORS)
    names = [name for name in STYLES if any(index.index == name for each in panels for index in each.indices)]
    with matplotlib.rc_context(RULES):
        figure = new_figure(max(4.6 * columns, 7.0), lines * (1.3 + 0.32 * factors) + 1.1, title)
        grid = figure.subplots(lines, columns, squeeze=False).ravel()
        for axes, each in zip(grid, panels, strict=False):
            _draw(axes, each, names)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        handles = [_key(name) for name in names]
        note = f"bars: {found.confidence:.0%} intervals"
        legend = figure.legend(handles=handles, loc="outside lower center", ncols=2, title=note, title_fontsize=8)
        legend.get_title().set_color(MUTED)
    return figure


def _key(name: str) -> Any:
    """Return the entry of an index in the legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="", markersize=7, label=LABELS[name], **STYLES[name])


def _draw(axes: Axes, each: Explained, names: list[str]) -> None:
    """Draw the indices of one target."""
    by_factor: dict[str, dict[str, Index]] = {}
    for index in each.indices:
        if index.index in names:
            by_factor.setdefault(index.factor, {})[index.index] = index
    leading = next(name for name in ("mu_star", "total", "first", "rank_coefficient") if name in names)
    order = sorted(by_factor, key=lambda factor: -_size(by_factor[factor].get(leading)))[:MOST_FACTORS]
    for place, name in enumerate(names):
        shift = 0.22 * (place - 0.5 * (len(names) - 1))
        drawn = [(line, by_factor[factor][name]) for line, factor in enumerate(order) if name in by_factor[factor]]
        x = np.array([index.estimate for _, index in drawn])
        ends = np.array([_reach(index) for _, index in drawn]).reshape(-1, 2).T
        axes.errorbar(
            x,
            [line + shift for line, _ in drawn],
            xerr=ends,
            linestyle="",
            markersize=6,
            ecolor=MUTED,
            elinewidth=1.5,
            capsize=2.5,
            zorder=3,
            **STYLES[name],
        )
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.set_yticks(range(len(order)), [plain_text(factor, 34) for factor in order], fontsize=8)
    axes.set_ylim(len(order) - 0.5, -0.5)
    faint_grid(axes)
    less = f" less {each.target.against}" if each.target.against is not None else ""
    heading = f"{each.target.measure}\n{plain_text(each.target.contract + less, 44)}"
    axes.set_title(heading, fontsize=9)
    if leading == "mu_star":
        axes.set_xlabel("change of the measure", fontsize=8)


def _size(index: Index | None) -> float:
    """Return what to sort by."""
    return -math.inf if index is None or math.isnan(index.estimate) else abs(index.estimate)


def _reach(index: Index) -> tuple[float, float]:
    """Return how far the interval reaches to both sides; a percentile interval need not hold its estimate."""
    if math.isnan(index.low) or math.isnan(index.high):
        return 0.0, 0.0
    return max(index.estimate - index.low, 0.0), max(index.high - index.estimate, 0.0)
