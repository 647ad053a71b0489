"""Logit quantal response: what is played as precision grows, from uniform play to an equilibrium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG, CHOSEN, INK, MUTED, RULES, SMALL, faint_grid, new_figure, short
from simulator.interfaces.replies import Floats, labels, profiles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.analysis.logit import LogitPlay
    from simulator.games.solution import Solution

MOST_LINES = 4
MOST_TICKS = 11
FEWEST = 0.1
STYLES = ("-", "--", "-.", ":")
CLOSE = 0.06
SEEN = 0.02
MARKED = (3.0, 10.0, 30.0, 100.0, 300.0)


def qre_figure(solution: Solution) -> Figure:
    """Return the figure of the logit path.

    Raises
    ------
    SolverError
        If the game is too large for it.
    """
    from simulator.foundation.errors import SolverError
    from simulator.games.analysis.analysis import analyse
    from simulator.games.analysis.applies import NotApplicable

    play = analyse(solution, ["qre"]).qre
    if play is None or isinstance(play, NotApplicable):
        raise SolverError(f"--plot qre must have a path to draw; {play and play.reason}. Write --plot overview.")
    title = solution.scenario.title or solution.scenario.name
    with matplotlib.rc_context(RULES):
        figure = new_figure(12.5, 6.6, f"{title}: {solution.contract.name}")
        grid = figure.add_gridspec(2, 2, width_ratios=(1.25, 1.0))
        top, bottom = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
        scaled, name = _scaled(solution, play)
        last = _settled(scaled, np.hstack((play.path.small, play.path.big)))
        _played(top, scaled, last, play.path.small, _names(solution, 0), "SmallCo", SMALL)
        _played(bottom, scaled, last, play.path.big, _names(solution, 1), "BigCo", BIG)
        bottom.set_xlabel(name)
        _path(figure.add_subplot(grid[:, 1]), solution, play, scaled)
    return figure


def _scaled(solution: Solution, play: LogitPlay) -> tuple[Floats, str]:
    """Return the precisions without unit, and their name."""
    if play.surplus is not None:
        return play.path.precisions * play.surplus, "precision: lambda x first-best surplus"
    spread = max(float(np.ptp(solution.small_payoffs)), float(np.ptp(solution.big_payoffs))) or 1.0
    return play.path.precisions * spread, "precision: lambda x payoff range"


def _names(solution: Solution, firm: int) -> list[str]:
    """Return the labels of a firm's actions."""
    if firm == 0:
        return labels(solution.small_actions, solution.small_levels)
    return labels(solution.big_actions, solution.big_levels)


def _settled(scaled: Floats, chances: Floats) -> float:
    """Return a precision from which on nothing is seen to change: a few times where play is close to the end's."""
    moving = np.flatnonzero(np.max(np.abs(chances - chances[-1]), axis=1) > SEEN)
    return min(float(scaled[-1]), max(5.0 * float(scaled[moving[-1]]) if moving.size else 0.0, 10.0))


def _played(axes: Axes, scaled: Floats, last: float, chances: Floats, names: list[str], firm: str, colour: str) -> None:
    """Draw the probability of each action against the precision: lines, or shades where there are many."""
    shown = np.flatnonzero(scaled >= FEWEST)
    first = max(int(shown[0]) - 1, 0) if shown.size else 0
    x, p = np.maximum(scaled[first:], FEWEST), chances[first:]
    if len(names) <= MOST_LINES:
        for k, name in enumerate(names):
            axes.plot(x, p[:, k], color=colour, linestyle=STYLES[k], linewidth=1.8, label=name)
        axes.set_ylim(-0.03, 1.03)
        axes.set_ylabel("probability")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="action", alignment="left")
        faint_grid(axes)
    else:
        _shades(axes, x, p, names, colour)
    axes.set_xscale("log")
    axes.set_xlim(FEWEST, max(last, 1.0))
    axes.set_title(f"{firm} plays", color=colour)


def _shades(axes: Axes, x: Floats, p: Floats, names: list[str], colour: str) -> None:
    """Shade each action by its probability; the precision must not fall, so a bend is drawn as far as it goes."""
    from matplotlib.colors import LinearSegmentedColormap, PowerNorm

    reached = np.maximum.accumulate(x)
    forward = np.concatenate(([True], np.diff(reached) > 0.0))
    x, p = x[forward], p[forward]
    edges = np.concatenate((x[:1], np.sqrt(x[:-1] * x[1:]), x[-1:]))
    rows = np.arange(len(names) + 1) - 0.5
    shades = LinearSegmentedColormap.from_list(colour, ["white", colour])
    mesh = axes.pcolormesh(edges, rows, p.T, cmap=shades, norm=PowerNorm(0.5, 0.0, 1.0), rasterized=True)
    some = np.unique(np.linspace(0, len(names) - 1, min(len(names), MOST_TICKS)).round().astype(int))
    axes.set_yticks(some, [names[k] for k in some])
    axes.set_ylabel("action")
    figure: Any = axes.get_figure(root=True)
    figure.colorbar(mesh, ax=axes, label="probability", pad=0.01)


def _path(axes: Axes, solution: Solution, play: LogitPlay, scaled: Floats) -> None:
    """Draw expected commitments along the path, and the equilibria."""
    small, big = play.path.small @ solution.small_levels, play.path.big @ solution.big_levels
    axes.plot(small, big, color=INK, linewidth=1.6, label="logit path", zorder=3)
    axes.plot(small[0], big[0], marker="o", markersize=9, color="white", markeredgecolor=INK, linestyle="",
              label="uniform play", zorder=4)  # fmt: skip
    _label(axes, scaled, small, big, profiles(solution))
    for each, (x, y, selected) in enumerate(profiles(solution)):
        size, colour = (16, CHOSEN) if selected else (11, "white")
        name = None if each else "equilibrium (large: selected)"
        axes.plot(
            x, y, marker="*", markersize=size, color=colour, markeredgecolor=INK, linestyle="", label=name, zorder=5
        )
    axes.plot(small[-1], big[-1], marker="s", markersize=15, fillstyle="none", color=INK, linestyle="",
              label="end of the path", zorder=6)  # fmt: skip
    if solution.scenario.payoffs is not None:
        axes.set_xticks(solution.small_levels, _names(solution, 0), rotation=20, ha="right")
        axes.set_yticks(solution.big_levels, _names(solution, 1))
    axes.set_title("Expected commitments along the path")
    axes.set_xlabel("SmallCo's expected commitment", color=SMALL)
    axes.set_ylabel("BigCo's expected commitment", color=BIG)
    axes.margins(0.1)
    faint_grid(axes)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, labelspacing=0.9)


def _label(axes: Axes, scaled: Floats, small: Floats, big: Floats, stars: list[tuple[float, float, bool]]) -> None:
    """Mark some precisions on the path, no two so close that their labels overlap."""
    ends = [(float(small[0]), float(big[0])), (float(small[-1]), float(big[-1]))]
    places = [*ends, *((x, y) for x, y, _ in stars)]
    width, height = (max(map(max, values)) - min(map(min, values)) or 1.0 for values in (
        ([x for x, _ in places], small.tolist()), ([y for _, y in places], big.tolist())
    ))  # fmt: skip
    for wanted in MARKED:
        if wanted >= scaled[-1]:
            break
        at = int(np.argmax(scaled >= wanted))
        here = float(small[at]), float(big[at])
        if all(np.hypot((here[0] - x) / width, (here[1] - y) / height) > CLOSE for x, y in places):
            places.append(here)
            axes.plot(*here, marker="o", markersize=4, color=INK, linestyle="", zorder=4)
            axes.annotate(short(wanted), here, (7, 0), textcoords="offset points", fontsize=9, color=MUTED, va="center")
