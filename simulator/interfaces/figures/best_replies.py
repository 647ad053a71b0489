"""Each firm's best replies against the other's commitment: equilibria are where the curves meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG, CHOSEN, INK, RULES, SMALL, faint_grid, new_figure
from simulator.interfaces.replies import best_replies, labels, profiles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.solution import Solution


def best_replies_figure(solution: Solution) -> Figure:
    """Return the figure of the best-reply curves."""
    title = solution.scenario.title or solution.scenario.name
    with matplotlib.rc_context(RULES):
        figure = new_figure(9.5, 6.2, f"{title}: {solution.contract.name}")
        draw_best_replies(figure.subplots(), solution)
    return figure


def draw_best_replies(axes: Axes, solution: Solution) -> None:
    """Draw each firm's best replies against the other's commitment."""
    of_small, of_big = best_replies(solution)
    x, y = solution.small_levels, solution.big_levels
    marks = x.size * y.size <= 31 * 31
    first = np.argmax(of_small, axis=0)
    axes.plot(x[first], y, color=SMALL, linestyle="-", linewidth=1.4, alpha=0.8)
    first = np.argmax(of_big, axis=1)
    axes.plot(x, y[first], color=BIG, linestyle="--", linewidth=1.4, alpha=0.8)
    rows, columns = np.nonzero(of_small)
    axes.plot(
        x[rows], y[columns], color=SMALL, marker="s" if marks else ",", linestyle="", markersize=7, fillstyle="none"
    )
    rows, columns = np.nonzero(of_big)
    axes.plot(x[rows], y[columns], color=BIG, marker="o" if marks else ",", linestyle="", markersize=4)
    axes.plot([], [], color=SMALL, marker="s", linestyle="-", fillstyle="none", label="SmallCo's best reply")
    axes.plot([], [], color=BIG, marker="o", linestyle="--", markersize=4, label="BigCo's best reply")
    for each, (small, big, selected) in enumerate(profiles(solution)):
        label = "equilibrium" if each == 0 else None
        axes.plot(
            small,
            big,
            marker="*",
            markersize=15 if selected else 11,
            color=CHOSEN if selected else "white",
            markeredgecolor=INK,
            linestyle="",
            zorder=5,
            label=label,
        )
    best = solution.first_best
    axes.plot(
        best.small, best.big, marker="+", markersize=12, markeredgewidth=2, color=INK, linestyle="", label="first best"
    )
    if solution.scenario.payoffs is not None:
        axes.set_xticks(x, labels(solution.small_actions, x, 14), rotation=20, ha="right")
        axes.set_yticks(y, labels(solution.big_actions, y, 14))
    axes.set_title("Best replies")
    axes.set_xlabel("SmallCo's commitment")
    axes.set_ylabel("BigCo's commitment")
    axes.margins(0.08)
    if x.size == 1:
        axes.set_xlim(x[0] - 1.0, x[0] + 1.0)
    if y.size == 1:
        axes.set_ylim(y[0] - 1.0, y[0] + 1.0)
    faint_grid(axes)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
