"""What each clause is worth: its Shapley value, what is lost without it, and what it is worth alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib

from simulator.interfaces.figures.style import BIG, INK, MUTED, RULES, SMALL, faint_grid, new_figure, plain_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.sweeps.comparison.clauses import ClauseValues

KINDS = (("shapley", "Shapley value", "o", 0.0), ("left_out", "left out", "<", 0.22), ("alone", "alone", ">", -0.22))


def clauses_figure(values: ClauseValues, title: str) -> Figure:
    """Return a panel per measure with a line per clause; filled points are Shapley values, which sum to the total."""
    names = [plain_text(" + ".join(clause), 34) for clause in values.game.clauses]
    measures = list(values.totals)
    with matplotlib.rc_context(RULES):
        figure = new_figure(2.4 + 3.2 * len(measures), max(2.4 + 0.55 * len(names), 4.2), title)
        panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
        for axes, measure in zip(panels, measures, strict=True):
            colour = {"small_value": SMALL, "big_value": BIG}.get(measure, INK)
            rows = [row for row in values.rows if row.measure == measure]
            for name, label, marker, up in KINDS:
                effects = [getattr(row, name) for row in rows]
                axes.errorbar(
                    [effect.mean for effect in effects],
                    [place + up for place in range(len(rows))],
                    xerr=[
                        [max(effect.mean - effect.low, 0.0) for effect in effects],
                        [max(effect.high - effect.mean, 0.0) for effect in effects],
                    ],
                    marker=marker,
                    markersize=8 if name == "shapley" else 6,
                    markerfacecolor=colour if name == "shapley" else "white",
                    color=colour,
                    ecolor=MUTED,
                    capsize=2,
                    linestyle="",
                    label=label,
                )
            total = values.totals[measure]
            axes.axvline(0.0, color=MUTED, linewidth=0.8)
            axes.set_title(plain_text(f"{measure}: {total.mean:.3g} in all", 40), fontsize=10, color=colour)
            axes.set_yticks(range(len(names)), names)
            axes.set_ylim(len(names) - 0.5, -0.5)
            faint_grid(axes)
        handles, labels = panels[0].get_legend_handles_labels()
        note = f"worth beyond the contract without it; {values.confidence:.0%} intervals"
        figure.legend(handles, labels, loc="outside lower center", ncols=3, title=note, title_fontsize=8)
    return figure
