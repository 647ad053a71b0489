"""The Pareto frontier of a design: what both firms get along it, and which contracts lie where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib

from simulator.interfaces.figures.style import BIG, INK, MUTED, PALE, RULES, SMALL, faint_grid, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.games.design.results import Design

AIMS = {"small": "best for SmallCo", "big": "best for BigCo", "surplus": "largest surplus", "nash": "Nash product"}


def design_figure(design: Design) -> Figure:
    """Return the figure of a design: the frontier, the contract found, the baseline and the outside options."""
    title = design.solution.scenario.title or design.solution.scenario.name
    points = sorted(point.payoffs for point in design.frontier)
    with matplotlib.rc_context(RULES):
        figure = new_figure(8.6, 6.4, f"{title}: contracts between the firms")
        axes: Any = figure.subplots()
        if points:
            small, big = zip(*points, strict=True)
            axes.plot(small, big, color=INK, marker=".", linewidth=1.2, label="Pareto frontier, points found", zorder=2)
        ends = (points[0], points[-1]) if points else ()
        styles = (("BigCo's end", BIG, "o", "white"), ("SmallCo's end", SMALL, "s", SMALL))
        for (name, colour, marker, face), at in zip(styles, ends, strict=False):
            axes.plot(*at, marker, color=colour, markerfacecolor=face, markersize=10, label=name, zorder=3)
        axes.plot(*design.payoffs, "*", color=INK, markersize=16, label=f"found: {AIMS[design.aim]}", zorder=4)
        axes.plot(
            *design.baseline_payoffs, "D", color=INK, markerfacecolor="white", label=f"before: {design.baseline.name}"
        )
        axes.axvline(design.options[0], color=SMALL, linestyle="-", linewidth=1.2, label="SmallCo's outside option")
        axes.axhline(design.options[1], color=BIG, linestyle="--", linewidth=1.2, label="BigCo's outside option")
        best = design.solution.first_best.surplus
        axes.axline((0.0, best), slope=-1.0, color=MUTED, linestyle=":", linewidth=1.3, label="first best")
        axes.margins(0.12)
        axes.set_xlabel("SmallCo's payoff, money", color=SMALL, fontweight="bold")
        axes.set_ylabel("BigCo's payoff, money", color=BIG, fontweight="bold")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), labelspacing=1.1)
        axes.spines["bottom"].set_color(PALE)
        faint_grid(axes)
    return figure
