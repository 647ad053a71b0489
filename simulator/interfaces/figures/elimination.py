"""Iterated strict dominance, one small matrix for each round: what is struck, and what dominates it."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import matplotlib

from simulator.interfaces.figures.style import BIG, CHOSEN, INK, PALE, RULES, SMALL, new_figure
from simulator.interfaces.replies import labels, pure_cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.concepts.rationalisable import Elimination, RationalisableSet
    from simulator.games.solution import Solution

MOST_PANELS = 12
MOST_TICKS = 11
MOST_LINES = 6
WIDTH = 48
COLUMNS = 4


def elimination_figure(solution: Solution) -> Figure:
    """Return the figure of iterated strict dominance.

    Raises
    ------
    SolverError
        If the game is too large for it.
    """
    from simulator.foundation.errors import SolverError
    from simulator.games.analysis.analysis import analyse
    from simulator.games.analysis.applies import NotApplicable

    found = analyse(solution, ["elimination"]).elimination
    if found is None or isinstance(found, NotApplicable):
        raise SolverError(
            f"--plot elimination must have steps to draw; {found and found.reason}. Write --plot overview."
        )
    title = solution.scenario.title or solution.scenario.name
    rounds = max((step.round for step in found.eliminations), default=0)
    panels = min(rounds + 1, MOST_PANELS)
    across = min(panels, COLUMNS)
    down = math.ceil(panels / across)
    with matplotlib.rc_context(RULES):
        figure = new_figure(max(3.9 * across, 7.8), 5.3 * down + 0.5, f"{title}: {solution.contract.name}")
        grid = figure.add_gridspec(2 * down, across, height_ratios=(4.0, 1.3) * down)
        for place in range(panels):
            row, column = divmod(place, across)
            axes, below = (figure.add_subplot(grid[2 * row + k, column]) for k in range(2))
            _panel(axes, below, solution, found, rounds + 1 if place == panels - 1 else place + 1)
    return figure


def _panel(axes: Axes, below: Axes, solution: Solution, found: RationalisableSet, number: int) -> None:
    """Draw what is left before a round, and cross what the round strikes; after the last round, what remains."""
    before = [step for step in found.eliminations if step.round < number]
    now = [step for step in found.eliminations if step.round == number]
    m, n = solution.small_payoffs.shape
    _cells(axes, solution)
    for step in before:
        span = axes.axhspan if step.role.value == "small" else axes.axvspan
        span(step.action - 0.5, step.action + 0.5, facecolor=PALE, edgecolor="none", zorder=2)
    for step in now:
        at = step.action
        if step.role.value == "small":
            axes.plot([-0.5, n - 0.5], [at, at], color=SMALL, linewidth=1.8, zorder=4)
            axes.plot(-0.5, at, marker="x", color=SMALL, markersize=7, markeredgewidth=2.0, clip_on=False, zorder=5)
        else:
            axes.plot([at, at], [-0.5, m - 0.5], color=BIG, linewidth=1.8, linestyle="--", zorder=4)
            axes.plot(at, -0.5, marker="x", color=BIG, markersize=7, markeredgewidth=2.0, clip_on=False, zorder=5)
    names = {"small": labels(solution.small_actions, solution.small_levels)}
    names["big"] = labels(solution.big_actions, solution.big_levels)
    _ticks(axes, names["small"], names["big"])
    left = f"What is left: {len(found.small)} x {len(found.big)}" if found.eliminations else "Nothing is dominated"
    axes.set_title(f"Round {number}" if now else left)
    below.set_axis_off()
    below.text(0.0, 1.0, "\n".join(_words(now, names)), va="top", fontsize=8.5, color=INK)


def _cells(axes: Axes, solution: Solution) -> None:
    """Draw the cells, those of pure equilibria marked."""
    from matplotlib.patches import Rectangle

    m, n = solution.small_payoffs.shape
    thin = 0.8 if max(m, n) <= 21 else 0.3
    axes.hlines([k - 0.5 for k in range(m + 1)], -0.5, n - 0.5, color=PALE, linewidth=thin, zorder=1)
    axes.vlines([k - 0.5 for k in range(n + 1)], -0.5, m - 0.5, color=PALE, linewidth=thin, zorder=1)
    for i, j, selected in pure_cells(solution):
        colour = CHOSEN if selected else "white"
        axes.add_patch(
            Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=colour, edgecolor=INK, linewidth=2 * thin, zorder=3)
        )
        look: Any = {"marker": "*", "color": INK if selected else "white", "markeredgecolor": INK}
        axes.plot(j, i, **look, markersize=9 if thin > 0.5 else 5, linestyle="", zorder=3)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(m - 0.5, -0.5)
    if max(m, n) <= 3 * min(m, n):
        axes.set_aspect("equal", adjustable="box", anchor="SW")


def _ticks(axes: Axes, rows: list[str], columns: list[str]) -> None:
    """Label what is left."""
    some_rows, some_columns = (range(0, len(each), math.ceil(len(each) / MOST_TICKS)) for each in (rows, columns))
    long = max(len(columns[j]) for j in some_columns) > 4
    axes.set_xticks(list(some_columns), [columns[j] for j in some_columns], fontsize=8)
    if long:
        for text in axes.get_xticklabels():
            text.set(rotation=30, ha="left")
    axes.set_yticks(list(some_rows), [rows[i] for i in some_rows], fontsize=8)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0, pad=7)
    axes.set_xlabel("BigCo", color=BIG, fontweight="bold", fontsize=9)
    axes.set_ylabel("SmallCo", color=SMALL, fontweight="bold", fontsize=9)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _words(steps: list[Elimination], names: dict[str, list[str]]) -> list[str]:
    """Return what dominates what: one line for each action, or mixture, that beats others."""
    beaten: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        own = names[step.role.value]
        used = [(p, own[k]) for k, p in enumerate(step.dominated_by) if p > 0.0]
        better = used[0][1] if len(used) == 1 else " + ".join(f"{p:.2g} of {name}" for p, name in used[:3])
        firm = "SmallCo" if step.role.value == "small" else "BigCo"
        beaten.setdefault((firm, better), []).append(own[step.action])
    lines: list[str] = []
    for (firm, better), losers in beaten.items():
        lines += wrap(f"{firm}: {better} beats {', '.join(losers)}", WIDTH, subsequent_indent="    ")
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "... (--show elimination has all)"]
    return lines
