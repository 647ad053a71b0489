"""Measures by one factor: a panel per measure, a line per contract, told apart by colour, marker and dashes.

The values of a factor that takes words have no order: they stand below each other, and no line joins them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib

from simulator.interfaces.figures.compare import MARKERS
from simulator.interfaces.figures.regions import COLOURS, letter
from simulator.interfaces.figures.style import BIG, INK, RULES, SMALL, faint_grid, new_figure, plain_text, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.sweeps.comparison.means import MeasureMean

DASHES = ("-", "--", "-.", ":")
PANELS_IN_A_ROW = 3
MOST_TICKS = 6
APART = 0.08
BETWEEN_WORDS = 0.4
"""How far apart the contracts of one value lie, as a share of the gap to the next value."""


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
    ordered = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    columns = min(PANELS_IN_A_ROW, len(measures))
    rows = -(-len(measures) // columns)
    tall = 3.0 if ordered else max(0.9 + 0.3 * len(values), 1.8)
    with matplotlib.rc_context(RULES):
        width = 3.3 * columns + (0.3 if ordered else 1.2)
        figure = new_figure(max(width, 5.5), tall * rows + 0.9 + 0.13 * len(contracts), title)
        panels = figure.subplots(rows, columns, squeeze=False, sharey=not ordered).ravel()
        for axes, measure in zip(panels, measures, strict=False):
            for index, contract in enumerate(contracts):
                found = [next(e for e in at if (e.measure, e.contract) == (measure, contract)) for _, at in levels]
                _draw(axes, found, values if ordered else None, index, len(contracts))
            axes.set_title(
                plain_text(measure, 30), fontsize=10, color={"small_value": SMALL, "big_value": BIG}.get(measure, INK)
            )
            if ordered:
                axes.set_xlabel(plain_text(factor, 40))
                if len(values) <= MOST_TICKS:
                    axes.set_xticks(values, [short(value) for value in values])
            else:
                axes.set_yticks(range(len(values)), [plain_text(str(value), 30) for value in values])
                axes.set_ylim(len(values) - 0.5, -0.5)
            faint_grid(axes)
        for axes in panels[len(measures) :]:
            axes.set_visible(False)
        handles, labels = panels[0].get_legend_handles_labels()
        note = f"means with {confidence:.0%} intervals"
        figure.legend(handles, labels, loc="outside lower center", ncols=2, title=note, title_fontsize=8)
    return figure


def _draw(axes: Axes, found: Sequence[MeasureMean], values: Sequence[float] | None, index: int, contracts: int) -> None:
    """Draw one contract: a line over the values of the factor, or points beside its words if it has no values."""
    means = [each.mean for each in found]
    ends = [[max(e.mean - e.low, 0.0) for e in found], [max(e.high - e.mean, 0.0) for e in found]]
    look: dict[str, Any] = {
        "color": COLOURS[index % len(COLOURS)],
        "ecolor": INK,
        "elinewidth": 0.8,
        "linewidth": 2.0,
        "marker": MARKERS[index % len(MARKERS)],
        "markersize": 7,
        "markeredgecolor": INK,
        "capsize": 2,
        "label": plain_text(f"{letter(index)}  {found[0].contract}", 50),
    }
    if values is None:
        places = _beside(range(len(found)), index, contracts, BETWEEN_WORDS)
        axes.errorbar(means, places, xerr=ends, linestyle="", **look)
    else:
        places = _beside(values, index, contracts, APART)
        axes.errorbar(places, means, yerr=ends, linestyle=DASHES[index % len(DASHES)], **look)


def _beside(places: Sequence[float], index: int, count: int, apart: float) -> list[float]:
    """Return the places of one contract, moved a little so that intervals of several do not cover each other."""
    gaps = [right - left for left, right in itertools.pairwise(places)]
    step = apart * min(gaps) / max(1, count - 1) if gaps else 0.0
    return [place + step * (index - 0.5 * (count - 1)) for place in places]
