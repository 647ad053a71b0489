"""The game of one alliance: its payoff matrix, best-reply curves, and what the two firms can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from numpy.typing import NDArray

from simulator.interfaces.figures.style import (
    BIG,
    CHOSEN,
    INK,
    MUTED,
    PALE,
    RULES,
    SMALL,
    decimals,
    faint_grid,
    new_figure,
    short,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.solution import Solution

LARGEST_MATRIX = 11
TIE = 1e-9
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def solve_figure(solution: Solution) -> Figure:
    """Return the figure of a solved alliance."""
    title = solution.scenario.title or solution.scenario.name
    with matplotlib.rc_context(RULES):
        figure = new_figure(14.0, 8.2, f"{title}: {solution.contract.name}")
        parts: Any = figure.subfigures(1, 2, width_ratios=(1.65, 1.0))
        left, right = parts
        _matrix(left.subplots(), solution)
        replies, space = right.subplots(2, 1)
        _best_replies(replies, solution)
        _payoff_space(space, solution)
    return figure


def best_replies(solution: Solution) -> tuple[Flags, Flags]:
    """Return which cells are best replies of SmallCo and of BigCo, shape (m, n), ties included."""
    a, b = solution.small_payoffs, solution.big_payoffs
    slack = TIE * max(float(np.ptp(a)), float(np.ptp(b)), 1e-300)
    return a >= a.max(axis=0, keepdims=True) - slack, b >= b.max(axis=1, keepdims=True) - slack


def _pure(solution: Solution) -> list[tuple[int, int, bool]]:
    """Return (row, column, selected) of every pure equilibrium."""
    return [
        (int(np.argmax(each.small)), int(np.argmax(each.big)), index == solution.selected)
        for index, each in enumerate(solution.equilibria.equilibria)
        if each.pure
    ]


def _labels(actions: tuple[str, ...], levels: Floats) -> list[str]:
    return [name or short(level) for name, level in zip(actions or ("",) * levels.size, levels, strict=True)]


def _matrix(axes: Axes, solution: Solution) -> None:
    """Draw the payoff matrix: numbers where they can be read, shades where there are too many."""
    m, n = solution.small_payoffs.shape
    rows = _labels(solution.small_actions, solution.small_levels)
    columns = _labels(solution.big_actions, solution.big_levels)
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
        for set_ticks, labels in ((axes.set_xticks, columns), (axes.set_yticks, rows)):
            some = np.unique(np.linspace(0, len(labels) - 1, min(len(labels), LARGEST_MATRIX)).round().astype(int))
            set_ticks(some, [labels[index] for index in some])
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
    places = decimals([*solution.small_payoffs.ravel().tolist(), *solution.big_payoffs.ravel().tolist()])
    size = 8.0 if max(m, n) > 9 else 9.5 if max(m, n) > 6 else 14.0 if max(m, n) > 3 else 19.0
    for row in range(m):
        for column in range(n):
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=PALE, linewidth=0.8))
            for value, best, colour, x, y in (
                (solution.small_payoffs[row, column], of_small[row, column], SMALL, column - 0.19, row + 0.2),
                (solution.big_payoffs[row, column], of_big[row, column], BIG, column + 0.19, row - 0.2),
            ):
                _number(axes, f"{float(value):z.{places}f}", (x, y), colour, size, best)
    for row, column, selected in _pure(solution):
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
    for row, column, selected in _pure(solution):
        axes.scatter(
            [column],
            [row],
            s=240 if selected else 130,
            marker="*",
            color=INK if selected else "white",
            edgecolors=INK,
            zorder=5,
        )


def _best_replies(axes: Axes, solution: Solution) -> None:
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
    for each, (small, big, selected) in enumerate(_profiles(solution)):
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
        axes.set_xticks(x, _labels(solution.small_actions, x), rotation=20, ha="right")
        axes.set_yticks(y, _labels(solution.big_actions, y))
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


def _profiles(solution: Solution) -> list[tuple[float, float, bool]]:
    """Return the expected commitments of every equilibrium, and whether it is the selected one; that one first."""
    profiles = [
        (
            float(np.dot(each.small, solution.small_levels)),
            float(np.dot(each.big, solution.big_levels)),
            index == solution.selected,
        )
        for index, each in enumerate(solution.equilibria.equilibria)
    ]
    return sorted(profiles, key=lambda profile: not profile[2])


def _payoff_space(axes: Axes, solution: Solution) -> None:
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
