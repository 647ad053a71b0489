"""Measures by one factor: a panel per measure, a line per contract, told apart by colour, marker and dashes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib

from simulator.interfaces.figures.compare import MARKERS
from simulator.interfaces.figures.regions import COLOURS, letter
from simulator.interfaces.figures.style import BIG, INK, RULES, SMALL, faint_grid, new_figure, plain_text, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.sweeps.comparison.means import MeasureMean

DASHES = ("-", "--", "-.", ":")
PANELS_IN_A_ROW = 3
MOST_FLAT = 6
LONGEST_FLAT = 5
APART = 0.08


def lines_figure(
    levels: Sequence[tuple[Any, Sequence[MeasureMean]]], factor: str, confidence: float, title: str
) -> Figure:
    """Return means with intervals at each level of a factor; contracts have the colours and letters of the map.

    Parameters
    ----------
    levels : sequence of (value, sequence of MeasureMean)
        Every value of the factor with the same measures and contracts.
    factor, title : str
        The factor, and the title of the figure.
    confidence : float
        Of the intervals, in (0, 1).
    """
    first = levels[0][1]
    measures, contracts = (list(dict.fromkeys(getattr(each, key) for each in first)) for key in ("measure", "contract"))
    values = [value for value, _ in levels]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    places = [float(value) for value in values] if numeric else [float(place) for place in range(len(values))]
    columns = min(PANELS_IN_A_ROW, len(measures))
    lines = -(-len(measures) // columns)
    with matplotlib.rc_context(RULES):
        figure = new_figure(max(3.3 * columns + 0.3, 5.5), 3.0 * lines + 0.9 + 0.13 * len(contracts), title)
        panels = figure.subplots(lines, columns, squeeze=False).ravel()
        for axes, measure in zip(panels, measures, strict=False):
            for index, contract in enumerate(contracts):
                found = [next(e for e in at if (e.measure, e.contract) == (measure, contract)) for _, at in levels]
                axes.errorbar(
                    _beside(places, index, len(contracts)),
                    [each.mean for each in found],
                    yerr=[[max(e.mean - e.low, 0.0) for e in found], [max(e.high - e.mean, 0.0) for e in found]],
                    color=COLOURS[index % len(COLOURS)],
                    ecolor=INK,
                    elinewidth=0.8,
                    linewidth=2.0,
                    linestyle=DASHES[index % len(DASHES)] if numeric else "",
                    marker=MARKERS[index % len(MARKERS)],
                    markersize=7,
                    markeredgecolor=INK,
                    capsize=2,
                    label=plain_text(f"{letter(index)}  {contract}", 50),
                )
            axes.set_title(
                plain_text(measure, 30), fontsize=10, color={"small_value": SMALL, "big_value": BIG}.get(measure, INK)
            )
            axes.set_xlabel(plain_text(factor, 40))
            names = [short(value) if isinstance(value, float) else plain_text(str(value), 24) for value in values]
            if numeric and len(places) <= MOST_FLAT:
                axes.set_xticks(places, names)
            elif not numeric:
                flat = len(places) <= MOST_FLAT and max(map(len, names)) <= LONGEST_FLAT
                axes.set_xticks(places, names, rotation=0 if flat else 90)
            faint_grid(axes)
        for axes in panels[len(measures) :]:
            axes.set_visible(False)
        handles, labels = panels[0].get_legend_handles_labels()
        note = f"means with {confidence:.0%} intervals"
        figure.legend(handles, labels, loc="outside lower center", ncols=2, title=note, title_fontsize=8)
    return figure


def _beside(places: Sequence[float], index: int, count: int) -> list[float]:
    """Return the places of one contract, moved a little so that intervals of several do not cover each other."""
    gaps = [right - left for left, right in itertools.pairwise(places)]
    step = APART * min(gaps) / max(1, count - 1) if gaps else 0.0
    return [place + step * (index - 0.5 * (count - 1)) for place in places]
