"""The game of one alliance: its payoff matrix, best-reply curves, and what the two firms can reach."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from simulator.interfaces.figures.best_replies import draw_best_replies
from simulator.interfaces.figures.payoffs import draw_payoffs
from simulator.interfaces.figures.style import BIG, CHOSEN, INK, MUTED, PALE, RULES, SMALL, in_cells, new_figure
from simulator.interfaces.replies import best_replies, labels, pure_cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.solution import Solution

LARGEST_MATRIX, MOST_TICKS = 11, 16
WIDTH = 520.0
"""Of the matrix, in points, about."""
LETTERS = 80
"""That fit beside each other above it."""


def solve_figure(solution: Solution) -> Figure:
    """Return the figure of a solved alliance."""
    title = solution.scenario.title or solution.scenario.name
    with matplotlib.rc_context(RULES):
        figure = new_figure(14.0, 8.2, f"{title}: {solution.contract.name}")
        parts: Any = figure.subfigures(1, 2, width_ratios=(1.65, 1.0))
        left, right = parts
        _matrix(left.subplots(), solution)
        replies, space = right.subplots(2, 1)
        draw_best_replies(replies, solution)
        draw_payoffs(space, solution)
    return figure


def _matrix(axes: Axes, solution: Solution) -> None:
    """Draw the payoff matrix: numbers where they can be read, shades where there are too many."""
    m, n = solution.small_payoffs.shape
    rows = labels(solution.small_actions, solution.small_levels, 18)
    columns = labels(solution.big_actions, solution.big_levels, max(3, int(LETTERS / min(n, MOST_TICKS))))
    if _readable((m, n)):
        _numbers(axes, solution)
        axes.set_xticks(range(n), columns)
        axes.set_yticks(range(m), rows)
        axes.set_xlim(-0.5, n - 0.5)
        axes.set_ylim(m - 0.5, -0.5)
        note = (
            "Each cell: SmallCo's payoff below left, BigCo's above right. Underlined: best reply. Framed: equilibrium."
        )
    else:
        _shades(axes, solution)
        for set_ticks, names in ((axes.set_xticks, columns), (axes.set_yticks, rows)):
            step = 1 if len(names) <= MOST_TICKS else math.ceil((len(names) - 1) / LARGEST_MATRIX)
            some = range(0, len(names), step)
            set_ticks(some, [names[index] for index in some])
        note = "Shade: joint surplus, the darker the more. Squares and circles: best replies. Star: equilibrium."
    mixed = sum(not each.pure for each in solution.equilibria.equilibria)
    if mixed:
        note += f"\nNot shown in the matrix: {mixed} mixed equilibri{'um' if mixed == 1 else 'a'}."
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0)
    axes.set_xlabel("BigCo", color=BIG, fontweight="bold", fontsize=12)
    axes.set_ylabel("SmallCo", color=SMALL, fontweight="bold", fontsize=12)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.annotate(
        note,
        (0.0, 0.0),
        (0, -8),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=9,
        color=MUTED,
    )


def _readable(shape: tuple[int, int]) -> bool:
    """Return whether two numbers fit into every cell."""
    return max(shape) <= LARGEST_MATRIX or (shape[0] <= 2 * LARGEST_MATRIX and shape[1] <= 3)


def _numbers(axes: Axes, solution: Solution) -> None:
    """Write both payoffs into every cell."""
    from matplotlib.patches import Rectangle

    m, n = solution.small_payoffs.shape
    of_small, of_big = best_replies(solution)
    values = [*solution.small_payoffs.ravel().tolist(), *solution.big_payoffs.ravel().tolist()]
    written = in_cells(values)
    size = 8.0 if max(m, n) > 9 else 9.5 if max(m, n) > 6 else 14.0 if max(m, n) > 3 else 19.0
    # a number has 0.6 of the width of its cell, a letter 0.6 of its height
    size = min(size, WIDTH / (n * max(len(written(each)) for each in values)))
    for row in range(m):
        for column in range(n):
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=PALE, linewidth=0.8))
            for value, best, colour, x, y in (
                (solution.small_payoffs[row, column], of_small[row, column], SMALL, column - 0.19, row + 0.2),
                (solution.big_payoffs[row, column], of_big[row, column], BIG, column + 0.19, row - 0.2),
            ):
                _number(axes, written(float(value)), (x, y), colour, size, best)
    for row, column, selected in pure_cells(solution):
        box: Any = {"xy": (column - 0.46, row - 0.46), "width": 0.92, "height": 0.92}
        if selected:
            axes.add_patch(Rectangle(**box, facecolor=CHOSEN, edgecolor="none", zorder=0))
        axes.add_patch(Rectangle(**box, fill=False, edgecolor=INK, linewidth=2.8 if selected else 1.4, zorder=5))


def _number(axes: Axes, text: str, at: tuple[float, float], colour: str, size: float, best: bool) -> None:
    """Write one payoff, underlined and bold if it is a best reply."""
    from matplotlib.lines import Line2D
    from matplotlib.transforms import ScaledTranslation

    axes.annotate(
        text, at, ha="center", va="center", color=colour, fontsize=size, fontweight="bold" if best else "normal"
    )
    if best:
        half, below = 0.34 * size * len(text) / 72.0, -0.62 * size / 72.0
        # in inches from the cell, so that the line keeps to the text whatever the size of the cell
        figure: Any = axes.get_figure(root=True)
        cell: Any = axes.transData
        inches = figure.dpi_scale_trans + ScaledTranslation(*at, cell)
        axes.add_artist(Line2D([-half, half], [below, below], color=colour, linewidth=0.16 * size, transform=inches))


def _shades(axes: Axes, solution: Solution) -> None:
    """Shade every cell by the joint surplus, and mark best replies and equilibria."""
    of_small, of_big = best_replies(solution)
    surplus = solution.small_payoffs + solution.big_payoffs
    low, high = np.quantile(surplus, [0.05, 1.0])
    m, n = surplus.shape
    axes.imshow(surplus, cmap="Greys", vmin=low, vmax=low + 1.6 * (high - low), aspect="auto", interpolation="nearest")
    size = min(40.0, max(4.0, 900.0 / max(m, n)))
    rows, columns = np.nonzero(of_small)
    axes.scatter(columns, rows, s=size, marker="s", facecolors="none", edgecolors=SMALL, linewidths=1.3)
    rows, columns = np.nonzero(of_big)
    axes.scatter(columns, rows, s=size * 0.45, marker="o", color=BIG, linewidths=0)
    for row, column, selected in pure_cells(solution):
        axes.scatter(
            [column],
            [row],
            s=240 if selected else 130,
            marker="*",
            color=INK if selected else "white",
            edgecolors=INK,
            zorder=5,
        )
