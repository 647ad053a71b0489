"""Where something happens: the peeling trajectory, and the limits of the chosen box within the range of each factor."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import (
    BIG,
    CHOSEN,
    INK,
    MUTED,
    PALE,
    RULES,
    SMALL,
    faint_grid,
    new_figure,
    plain_text,
    short,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.sweeps.sensitivity.cases import Cases
    from simulator.sweeps.sensitivity.discovery import Discovery

# An empty circle, and more and more corners for more factors: the number is told without its colour.
MARKERS = "o^sphd*X"


def discover_figure(found: Discovery, cases: Cases, title: str, threshold: float) -> Figure:
    """Return the figure of a peeling trajectory and of the box that was chosen."""
    with matplotlib.rc_context(RULES):
        figure = new_figure(10.5, max(4.6, 2.6 + 0.5 * len(found.restrictions)), title)
        way, box = figure.subplots(1, 2, width_ratios=(1.0, 1.15))
        _trajectory(way, found, cases, threshold)
        _box(box, found, cases)
    return figure


def _trajectory(axes: Axes, found: Discovery, cases: Cases, threshold: float) -> None:
    """Draw density against coverage, step by step."""
    coverage = np.array([each.coverage for each in found.trajectory])
    density = np.array([each.density for each in found.trajectory])
    held = np.array([len(each.restricted(cases)) for each in found.trajectory])
    axes.plot(coverage, density, color=PALE, linewidth=1.2, zorder=1)
    for number in sorted(set(held.tolist())):
        at = held == number
        label = f"{number} {'factor' if number == 1 else 'factors'} held"
        marker = MARKERS[min(number, len(MARKERS) - 1)]
        axes.plot(
            coverage[at], density[at], marker=marker, markersize=6, linestyle="", color=BIG, mfc="white", label=label
        )
    axes.plot(
        found.box.coverage,
        found.box.density,
        marker="P",
        markersize=13,
        color=SMALL,
        markeredgecolor=INK,
        linestyle="",
        label="the box, after pasting",
        zorder=4,
    )
    axes.axhline(threshold, color=MUTED, linestyle="--", linewidth=1.0)
    axes.annotate("asked for", (0.01, threshold), color=MUTED, fontsize=8, va="bottom")
    axes.set_xlim(-0.03, 1.05)
    axes.set_ylim(min(0.0, float(density.min())), 1.05)
    axes.set_xlabel("coverage: share of all such runs in the box")
    axes.set_ylabel("density: share of such runs within the box")
    axes.set_title("peeling, from right to left", fontsize=10)
    axes.legend(loc="best", fontsize=8)
    faint_grid(axes)


def _box(axes: Axes, found: Discovery, cases: Cases) -> None:
    """Draw the range of each factor that is held, and the part of it that is in the box."""
    axes.set_title("the box within the range of each factor", fontsize=10)
    axes.set_xlim(-0.05, 1.05)
    axes.set_xticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    if not found.restrictions:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no factor is held", ha="center", color=MUTED)
        return
    for line, each in enumerate(found.restrictions):
        place = cases.names.index(each.factor)
        words = cases.words[place]
        if words is not None:
            _words(axes, line, words, each.values or ())
            continue
        low, high = float(cases.columns[place].min()), float(cases.columns[place].max())
        limit = found.box.limits[place]
        left, right = max(limit.low, low), min(limit.high, high)
        axes.barh(line, 1.0, height=0.42, color="white", edgecolor=MUTED, linewidth=1.0)
        start, width = (left - low) / (high - low), (right - left) / (high - low)
        axes.barh(line, max(width, 0.01), left=start, height=0.42, color=CHOSEN, edgecolor=INK, hatch="//")
        for at, value, bold in (
            (0.0, low, False),
            (1.0, high, False),
            (start, left, True),
            (start + width, right, True),
        ):
            if bold and (math.isinf(limit.low) if value == left and at == start else math.isinf(limit.high)):
                continue
            weight = "bold" if bold else "normal"
            height = line - 0.26 if bold else line + 0.27
            axes.text(at, height, short(value), ha="center", va="bottom" if bold else "top", fontsize=8, weight=weight)
    axes.set_yticks(
        range(len(found.restrictions)),
        [plain_text(f"{each.factor}\nquasi-p {each.quasi_p:.2g}", 60) for each in found.restrictions],
        fontsize=8,
    )
    axes.set_ylim(len(found.restrictions) - 0.4, -0.6)


def _words(axes: Axes, line: int, words: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    """Draw a field for every word, those in the box filled."""
    for place, word in enumerate(words):
        inside = word in allowed
        axes.barh(
            line,
            1.0 / len(words),
            left=place / len(words),
            height=0.42,
            color=CHOSEN if inside else "white",
            edgecolor=INK if inside else MUTED,
            hatch="//" if inside else None,
        )
        at = (place + 0.5) / len(words)
        weight = "bold" if inside else "normal"
        axes.text(at, line - 0.26, plain_text(word, 16), ha="center", va="bottom", fontsize=8, weight=weight)
