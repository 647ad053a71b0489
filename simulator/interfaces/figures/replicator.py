"""Replicator dynamics: phase portrait of the 2x2 game that dominance leaves, or paths of expected commitments.

Stable rest points are filled, others open, each kind with a marker of its own, by the eigenvalues of the Jacobian.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG, INK, MUTED, RULES, SMALL, faint_grid, new_figure
from simulator.interfaces.replies import Floats, labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.games.analysis.replicator_stability import ReplicatorStability
    from simulator.games.normal_form import NormalFormGame
    from simulator.games.solution import Solution

FIRST, LONGEST = 10.0, 4_000.0
"""How long a path is followed at first and at most, in units of one over the larger payoff range."""
SAMPLES, MOST_PIECES = 101, 14
COARSE, LONG_WAY = 0.05, 5.0
FIELD = "#B0B0B0"
STARTS = (0.08, 0.3, 0.5, 0.7, 0.92)
MARKS = {
    "stable": ("o", INK, "stable"),
    "saddle": ("s", "white", "saddle"),
    "unstable": ("o", "white", "unstable"),
    "centre": ("D", "white", "centre"),
    "undecided": ("v", "white", "not decided by the eigenvalues"),
}


def replicator_figure(solution: Solution) -> Figure:
    """Return the figure of the replicator dynamics.

    Raises
    ------
    SolverError
        If the game is too large for it.
    """
    from simulator.foundation.errors import SolverError
    from simulator.games.analysis.analysis import analyse
    from simulator.games.analysis.applies import NotApplicable
    from simulator.games.normal_form import NormalFormGame

    made = analyse(solution, ["elimination", "replicator"])
    found, left = made.replicator, made.elimination
    if found is None or isinstance(found, NotApplicable):
        raise SolverError(
            f"--plot replicator must have paths to draw; {found and found.reason}. Write --plot overview."
        )
    # paths do not depend on the unit of money, but integrating them does
    unit = max(float(np.ptp(solution.small_payoffs)), float(np.ptp(solution.big_payoffs))) or 1.0
    game = NormalFormGame(solution.small_payoffs / unit, solution.big_payoffs / unit)
    title = solution.scenario.title or solution.scenario.name
    with matplotlib.rc_context(RULES):
        figure = new_figure(9.6, 6.8, f"{title}: {solution.contract.name}")
        axes = figure.subplots()
        if found.square:
            cells = np.ix_(found.rows, found.columns)
            _portrait(axes, solution, NormalFormGame(game.small[cells], game.big[cells]), found)
        else:
            _projection(axes, solution, game, found)
            if left is not None and not isinstance(left, NotApplicable):
                _explain(axes, f"{len(left.small)} x {len(left.big)}")
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return figure


def _portrait(axes: Axes, solution: Solution, game: NormalFormGame, found: ReplicatorStability) -> None:
    """Draw the vector field of the 2x2 game, paths, and all rest points."""
    small = labels(solution.small_actions, solution.small_levels)
    big = labels(solution.big_actions, solution.big_levels)
    table = solution.scenario.payoffs
    most = 0 if table is not None and table.most_committed_first else 1
    grid = np.linspace(0.0, 1.0, 17)
    x, y = np.meshgrid(grid, grid)
    least = 1 - most
    on_small, on_big = game.small[most] - game.small[least], game.big[:, most] - game.big[:, least]
    u = x * (1 - x) * (on_small[most] * y + on_small[least] * (1 - y))
    v = y * (1 - y) * (on_big[most] * x + on_big[least] * (1 - x))
    speed = np.hypot(u, v)
    moving = speed > 0.0
    field = x[moving], y[moving], u[moving] / speed[moving], v[moving] / speed[moving]
    axes.quiver(*field, color=FIELD, pivot="mid", scale=30, width=0.003, zorder=1)
    for a in STARTS:
        for b in STARTS:
            path = _followed(game, np.array([1 - a, a]), np.array([1 - b, b]))
            _arrowed(axes, path[0][:, most], path[1][:, most], first=(a, b) == (STARTS[0], STARTS[0]))
    seen: set[str] = set()
    for point in found.square:
        _rest(axes, point.small[most], point.big[most], point.kind, seen)
    axes.set_xlim(-0.04, 1.04)
    axes.set_ylim(-0.04, 1.04)
    axes.set_aspect("equal")
    axes.set_xlabel(
        f"share of SmallCos that play {small[found.rows[most]]} (the others {small[found.rows[least]]})", color=SMALL
    )
    axes.set_ylabel(
        f"share of BigCos that play {big[found.columns[most]]} (the others {big[found.columns[least]]})", color=BIG
    )
    whole = game.shape == solution.small_payoffs.shape
    axes.set_title("Replicator dynamics" if whole else "Replicator dynamics of the 2x2 game that dominance leaves")
    faint_grid(axes)


def _projection(axes: Axes, solution: Solution, game: NormalFormGame, found: ReplicatorStability) -> None:
    """Draw expected commitments along paths of a larger game, and its equilibria."""
    first = True
    for a in STARTS:
        for b in STARTS:
            x, y = _spread(game.shape[0], a), _spread(game.shape[1], b)
            path = _followed(game, x, y)
            _arrowed(axes, path[0] @ solution.small_levels, path[1] @ solution.big_levels, first=first)
            first = False
    seen: set[str] = set()
    for each, point in zip(solution.equilibria.equilibria, found.equilibria, strict=True):
        place = float(np.dot(each.small, solution.small_levels)), float(np.dot(each.big, solution.big_levels))
        _rest(axes, *place, point.kind, seen)
    if solution.scenario.payoffs is not None:
        axes.set_xticks(
            solution.small_levels, labels(solution.small_actions, solution.small_levels), rotation=20, ha="right"
        )
        axes.set_yticks(solution.big_levels, labels(solution.big_actions, solution.big_levels))
    axes.set_xlabel("SmallCos' mean commitment", color=SMALL)
    axes.set_ylabel("BigCos' mean commitment", color=BIG)
    axes.set_title("Replicator dynamics, seen through mean commitments")
    axes.margins(0.06)
    for levels, limit, ticks in (
        (solution.small_levels, axes.set_xlim, axes.set_xticks),
        (solution.big_levels, axes.set_ylim, axes.set_yticks),
    ):
        if levels.size == 1:
            limit(levels[0] - 1.0, levels[0] + 1.0)
            ticks(levels)
    faint_grid(axes)


def _explain(axes: Axes, left: str) -> None:
    """Say why this is no phase portrait."""
    note = (
        f"Dominance leaves {left} actions, not 2 x 2, so this is no phase portrait but what is seen of the paths:\n"
        "they may cross, and rest points that are no equilibria are left out."
    )
    place: Any = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(note, (0.0, 0.0), (0, -46), **place, va="top", fontsize=9, color=MUTED)


def _spread(actions: int, mean: float) -> Floats:
    """Return shares of all actions, in an exponential family, whose mean place is the given one between 0 and 1."""
    if actions == 1:
        return np.ones(1)
    places = np.linspace(0.0, 1.0, actions)
    low, high = -200.0, 200.0
    for _ in range(100):
        tilt = 0.5 * (low + high)
        weights = np.exp(tilt * places - max(tilt, 0.0))
        shares: Floats = weights / weights.sum()
        low, high = (tilt, high) if shares @ places < mean else (low, tilt)
    return shares


def _followed(game: NormalFormGame, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the shares along a path, in pieces as long as they stay smooth, until it settles or has cycled enough."""
    from simulator.games.adaptation.evolution import replicator

    unit = 1.0 / (max(game.payoff_range) or 1.0)
    start, duration, time, way = (x, y), FIRST, 0.0, 0.0
    smalls, bigs = [x[None]], [y[None]]
    for _ in range(MOST_PIECES):
        path = replicator(game, *start, duration * unit, SAMPLES)
        steps = np.abs(np.diff(np.hstack((path.small, path.big)), axis=0)).max(axis=1)
        if steps.max() > COARSE and duration > 0.1 * FIRST:
            duration /= 4.0
            continue
        smalls.append(path.small)
        bigs.append(path.big)
        start = path.small[-1] / path.small[-1].sum(), path.big[-1] / path.big[-1].sum()
        time, way = time + duration, way + float(steps.sum())
        if time >= LONGEST or way >= LONG_WAY:
            break
        duration *= 4.0
    return np.vstack(smalls), np.vstack(bigs)


def _arrowed(axes: Axes, x: Floats, y: Floats, *, first: bool) -> None:
    """Draw a path with an arrow a third of the way along."""
    axes.plot(x, y, color=MUTED, linewidth=0.9, zorder=2, label="path" if first else None)
    axes.plot(x[0], y[0], marker=".", markersize=3, color=MUTED, linestyle="", zorder=2)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    if along[-1] > 0.0:
        at = min(int(np.searchsorted(along, 0.4 * along[-1])), len(x) - 2)
        step = np.array([x[at + 1] - x[at], y[at + 1] - y[at]])
        if np.hypot(*step) > 0.0:
            arrow = {
                "arrowstyle": "-|>",
                "color": MUTED,
                "linewidth": 0.9,
                "mutation_scale": 10,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            axes.annotate("", (x[at + 1], y[at + 1]), (x[at], y[at]), arrowprops=arrow, zorder=3)


def _rest(axes: Axes, x: float, y: float, kind: str, seen: set[str]) -> None:
    """Mark a rest point: filled if it is stable."""
    marker, fill, name = MARKS[kind]
    axes.plot(x, y, marker=marker, markersize=11, color=fill, markeredgecolor=INK, markeredgewidth=1.6, linestyle="",
              label=None if kind in seen else name, zorder=5, clip_on=False)  # fmt: skip
    seen.add(kind)
