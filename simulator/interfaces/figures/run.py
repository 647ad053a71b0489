"""One history: cash, commitment and trust over time, with what happened when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG_LINE, INK, MUTED, PALE, RULES, SMALL_LINE, faint_grid, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.simulation.history import History

MARKERS = "v^DPXhp<>*8d"
MOST_EVENTS = 40


def run_figure(history: History) -> Figure:
    """Return the figure of one history."""
    title = history.scenario.title or history.scenario.name
    months = history.months["month"]
    with matplotlib.rc_context(RULES):
        figure = new_figure(10.0, 8.4, f"{title}: {history.contract.name} (seed {history.seed})")
        lane, cash, commitment, trust = figure.subplots(4, 1, sharex=True, height_ratios=(0.45, 2.0, 1.4, 1.4))
        _events(lane, (cash, commitment, trust), history)
        big_gain = history.months["big_cash"] - history.months["big_cash"][0]
        _pair(
            cash,
            months,
            history.months["small_cash"],
            big_gain,
            ("SmallCo's cash", "BigCo's cash, change since the start"),
        )
        cash.axhline(0.0, color=INK, linewidth=1.0)
        cash.set_title("Cash")
        cash.set_ylabel("money")
        _pair(
            commitment,
            months,
            history.months["small_commitment"],
            history.months["big_commitment"],
            ("SmallCo", "BigCo"),
        )
        commitment.set_title("Commitment")
        commitment.set_ylabel("commitment")
        commitment.set_ylim(*_levels(history))
        _pair(
            trust,
            months,
            history.months["small_trust"],
            history.months["big_trust"],
            ("SmallCo's trust in BigCo", "BigCo's trust in SmallCo"),
        )
        trust.set_title("Trust: how likely the partner is to keep a promise")
        trust.set_ylabel("probability")
        trust.set_ylim(-0.03, 1.03)
        trust.set_xlabel("month")
        trust.set_xlim(float(months[0]) - 0.5, float(months[-1]) + 0.5)
    return figure


def _levels(history: History) -> tuple[float, float]:
    """Return the ends of the axis of commitments: from nothing to a little above the largest one."""
    largest = max(float(np.max(history.months[key])) for key in ("small_commitment", "big_commitment"))
    top = max(largest, 1.0 if largest <= 1.0 else largest)
    return -0.04 * top, 1.06 * top


def _pair(axes: Axes, months: np.ndarray, small: np.ndarray, big: np.ndarray, labels: tuple[str, str]) -> None:
    """Draw one series of each firm."""
    every = max(2, months.size // 10)
    axes.plot(months, small, label=labels[0], markevery=every, markersize=5, linewidth=2.4, **SMALL_LINE)
    # dashed and on top, with its marks in between, so that both show where the series coincide
    axes.plot(months, big, label=labels[1], markevery=(every // 2, every), markersize=5.5, linewidth=1.6, **BIG_LINE)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    faint_grid(axes)


def _events(lane: Axes, panels: tuple[Axes, ...], history: History) -> None:
    """Mark every event in a lane of its own, and the month through all panels."""
    events = [event for event in history.events if event.small == 0][:MOST_EVENTS]
    kinds = list(dict.fromkeys(event.kind for event in events))
    heights = [sum(other.month == event.month for other in events[:place]) for place, event in enumerate(events)]
    for index, kind in enumerate(kinds):
        mine = [place for place, event in enumerate(events) if event.kind == kind]
        at = [events[place].month for place in mine], [heights[place] for place in mine]
        lane.plot(
            *at,
            marker=MARKERS[index % len(MARKERS)],
            markersize=9,
            linestyle="",
            color=INK,
            fillstyle="full" if index % 2 == 0 else "none",
            clip_on=False,
            label=kind.replace("_", " "),
        )
    for event in events:
        for axes in panels:
            axes.axvline(event.month, color=PALE, linewidth=1.0, zorder=0)
    lane.set_ylim(-0.7, max(heights, default=0) + 0.7)
    lane.set_yticks([])
    lane.spines["left"].set_visible(False)
    lane.tick_params(axis="x", length=0)
    lane.set_title("Events")
    if kinds:
        lane.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), ncols=1 + (len(kinds) > 4))
    else:
        lane.annotate("nothing was signed", (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", color=MUTED)
