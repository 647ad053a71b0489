"""What the two firms can reach: profiles, frontiers, disagreement point, bargaining solution, equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG, CHOSEN, INK, MUTED, PALE, RULES, SMALL, faint_grid, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.solution import Solution


def payoffs_figure(solution: Solution) -> Figure:
    """Return the figure of the payoff space."""
    title = solution.scenario.title or solution.scenario.name
    with matplotlib.rc_context(RULES):
        figure = new_figure(9.5, 6.2, f"{title}: {solution.contract.name}")
        draw_payoffs(figure.subplots(), solution)
    return figure


def draw_payoffs(axes: Axes, solution: Solution) -> None:
    """Draw what the firms can reach: cells, frontier, disagreement point, bargaining solution, equilibria."""
    axes.plot(
        solution.small_payoffs.ravel(),
        solution.big_payoffs.ravel(),
        marker=".",
        linestyle="",
        color=MUTED,
        alpha=0.5,
        markersize=6 if solution.small_payoffs.size <= 121 else 3,
        label="one profile",
        zorder=1,
    )
    picture = solution.bargaining
    frontier = np.asarray(picture.frontier, dtype=np.float64)
    if frontier.shape[0] > 0:
        axes.plot(frontier[:, 0], frontier[:, 1], color=INK, linewidth=1.6, label="frontier if bargained", zorder=2)
    hull = np.asarray(picture.hull, dtype=np.float64)
    axes.plot(
        hull[:, 0], hull[:, 1], color=MUTED, linewidth=1.2, linestyle="-.", label="frontier of the game", zorder=1
    )
    axes.plot(
        *picture.disagreement,
        marker="X",
        markersize=10,
        color="white",
        markeredgecolor=INK,
        linestyle="",
        label="disagreement",
        zorder=4,
    )
    axes.plot(
        *picture.solution, marker="D", markersize=8, color=INK, linestyle="", label="bargaining solution", zorder=4
    )
    ordered = sorted(enumerate(solution.equilibria.equilibria), key=lambda pair: pair[0] != solution.selected)
    for each, (index, equilibrium) in enumerate(ordered):
        chosen = index == solution.selected
        axes.plot(
            *equilibrium.payoffs,
            marker="*",
            markersize=16 if chosen else 11,
            color=CHOSEN if chosen else "white",
            markeredgecolor=INK,
            linestyle="",
            label="equilibrium" if each == 0 else None,
            zorder=5,
        )
    axes.axhline(0.0, color=PALE, linewidth=0.8, zorder=0)
    axes.axvline(0.0, color=PALE, linewidth=0.8, zorder=0)
    axes.set_title("Payoffs")
    axes.set_xlabel("SmallCo's payoff", color=SMALL)
    axes.set_ylabel("BigCo's payoff", color=BIG)
    axes.margins(0.08)
    faint_grid(axes)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
