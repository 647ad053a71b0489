"""Who wins where: one field per pair of values of two factors, with the letter and the colour of the best contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib

from simulator.interfaces.figures.style import INK, MUTED, RULES, new_figure, plain_text, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.sweeps.comparison.regions import RegionCell, RegionMap

# Okabe and Ito (2008), Color universal design: the colour-blind can tell these apart; the letters do without colour.
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#CC79A7", "#0072B2", "#D55E00", "#999999")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LARGEST = 8


def regions_figure(regions: RegionMap, title: str) -> Figure:
    """Return a map for every measure: clear winners are filled, others hatched and set in brackets."""
    measures = list(dict.fromkeys(cell.measure for cell in regions.cells))
    xs, ys = (_distinct([getattr(cell, axis) for cell in regions.cells]) for axis in ("x", "y"))
    winners = [name for name in regions.contracts if any(cell.best == name for cell in regions.cells)]
    with matplotlib.rc_context(RULES):
        width = min(3.0 + 0.55 * len(xs), LARGEST)
        figure = new_figure(max(width * len(measures), 6.0), min(3.2 + 0.5 * len(ys), LARGEST), title)
        for axes, measure in zip(figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True):
            for cell in regions.cells:
                if cell.measure == measure:
                    _draw(axes, cell, xs.index(cell.x), ys.index(cell.y), list(regions.contracts))
            axes.set_xlim(-0.5, len(xs) - 0.5)
            axes.set_ylim(-0.5, len(ys) - 0.5)
            axes.set_xticks(range(len(xs)), [_text(x) for x in xs], rotation=45 if len(xs) > LARGEST else 0)
            axes.set_yticks(range(len(ys)), [_text(y) for y in ys])
            axes.set_xlabel(plain_text(regions.x, 60))
            axes.set_ylabel(plain_text(regions.y, 60))
            axes.set_title(plain_text(measure, 40), fontsize=10)
        _legend(figure, winners, regions)
    return figure


def _distinct(values: list[Any]) -> list[Any]:
    """Return the values once each, sorted."""
    return sorted(set(values))


def _text(value: Any) -> str:
    """Return a tick's text."""
    return short(value) if isinstance(value, float) else plain_text(str(value), 16)


def letter(place: int) -> str:
    """Return the letter of a contract, two of them beyond the alphabet.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    return LETTERS[place] if place < len(LETTERS) else letter(place // len(LETTERS) - 1) + letter(place % len(LETTERS))


def _style(place: int, *, clear: bool) -> dict[str, Any]:
    """Return how a field is filled."""
    filled = {"facecolor": COLOURS[place % len(COLOURS)], "edgecolor": "white", "linewidth": 1.0}
    return filled if clear else filled | {"hatch": "////", "alpha": 0.45}


def _draw(axes: Axes, cell: RegionCell, x: int, y: int, contracts: list[str]) -> None:
    """Draw one field."""
    from matplotlib.patches import Rectangle

    place = contracts.index(cell.best)
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1.0, 1.0, **_style(place, clear=cell.clear)))
    named = letter(place) if cell.clear else f"({letter(place)})"
    axes.text(x, y, named, ha="center", va="center", color=INK, fontweight="bold" if cell.clear else "normal")


def _legend(figure: Figure, winners: list[str], regions: RegionMap) -> None:
    """Say which letter is which contract, and what brackets mean."""
    from matplotlib.patches import Patch

    places = [regions.contracts.index(name) for name in winners]
    handles = [
        Patch(**_style(place, clear=True), label=plain_text(f"{letter(place)}  {regions.contracts[place]}", 50))
        for place in places
    ]
    note = f"best mean; in brackets and hatched: a lead within its {regions.confidence:.0%} interval"
    legend = figure.legend(handles=handles, loc="outside lower center", ncols=2, title=note, title_fontsize=8)
    legend.get_title().set_color(MUTED)
