"""The figures of a report, inside the page as SVG, each with its text alternative."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.foundation.errors import ParameterError
from simulator.interfaces.cli.tables import NOISE, shown
from simulator.interfaces.report.markup import Markup, Part, element
from simulator.sweeps.bootstrap import CONFIDENCE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.interfaces.report.material import ByLevel, Findings, Material
    from simulator.sweeps.comparison.frontier import ContractMeans
    from simulator.sweeps.comparison.regions import RegionMap

_HEAD = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>\s*")
_OPENING = re.compile(r"<svg[^>]*viewBox=\"([^\"]*)\"[^>]*>")
_POINTED = re.compile(r'(\bid="|xlink:href="#|url\(#)')
CROSSED = "crossed out"
PIXELS_PER_INCH = 96
PADDING = 20
READABLE = 0.75
"""A figure on a narrow page is scaled down so far, then it scrolls in its box."""


def inline(figure: Figure, number: int, name: str, told: str, caption: Part) -> Markup:
    """Return a figure as part of the page.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    number : int
        Of the figure in the page; it keeps the figures' identifiers apart.
    name, told : str
        Its name, and what it shows in words, for those who do not see it.
    caption : part
        What stands below it.
    """
    from simulator.interfaces.figures.save import svg_text

    own = f"figure-{number}"
    drawn = _STYLE.sub("", _METADATA.sub("", _HEAD.sub("", svg_text(figure))))
    drawn = _POINTED.sub(lambda match: f"{match.group(1)}{own}-", drawn).replace("xlink:href", "href")
    words = element("title", name, id=f"{own}-title") + element("desc", told, id=f"{own}-told")
    width = figure.get_figwidth() * PIXELS_PER_INCH
    opening = (
        rf'<svg viewBox="\1" role="img" style="min-width: {READABLE * width:.0f}px" '
        f'aria-labelledby="{own}-title" aria-describedby="{own}-told">'
    )
    drawn = _OPENING.sub(lambda match: match.expand(opening) + words, drawn, count=1)
    box = element(
        "div",
        Markup(drawn.strip()),
        class_="plot",
        role="region",
        aria_label=name,
        tabindex=0,
        style=f"max-width: {width + PADDING:.0f}px",
    )
    return element("figure", box, element("figcaption", element("b", f"Figure {number}. "), caption), id=own)


def figures(material: Material) -> Iterator[tuple[str, Markup]]:
    """Yield every figure that the runs allow, numbered, with the part of the results it belongs to."""
    found = material.findings
    drawn: list[tuple[str, Figure, str, str, str]] = [] if found is None else list(_drawn(material, found))
    for place, (part, figure, name, told, caption) in enumerate(drawn, start=1):
        yield part, inline(figure, place, name, told, caption)


def _drawn(material: Material, found: Findings) -> Iterator[tuple[str, Figure, str, str, str]]:
    """Yield part, figure, name, text alternative and caption of every figure."""
    from simulator.interfaces.figures.compare import compare_figure, levels_figure
    from simulator.interfaces.figures.differences import differences_figure
    from simulator.interfaces.figures.lines import lines_figure
    from simulator.interfaces.figures.regions import regions_figure

    sure = f"{CONFIDENCE:.0%} intervals"
    if found.worth:
        yield (
            "worth",
            compare_figure(found.worth, "Who gains", CONFIDENCE),
            "Who gains: BigCo's mean value against SmallCo's",
            _worth(found.worth),
            f"What each contract is worth to SmallCo (across) and to BigCo (up), means over all points with {sure}. A "
            f"contract that is {CROSSED} is dominated: on average another is better for one firm and no worse for the "
            "other. On a dotted line both firms together get the same.",
        )
    if found.comparison is not None:
        rows, baseline = found.comparison.rows, found.comparison.baseline
        said = [f"{r.measure}, {r.contract}: {_n(r.difference)}, interval {_n(r.low)} to {_n(r.high)}." for r in rows]
        yield (
            "differences",
            differences_figure(rows, baseline, CONFIDENCE, f"Differences from {baseline}"),
            f"Differences from {baseline}",
            " ".join(said),
            f"Mean differences from {baseline} under the same luck, with {sure}. A filled point's interval excludes 0.",
        )
    if material.by is not None and found.worth_by:
        try:
            figure = levels_figure(found.worth_by, material.by, f"Who gains, by {material.by}", CONFIDENCE)
        except ParameterError:
            figure = None  # more values than panels: the lines and the table say it
        if figure is not None:
            yield (
                "levels",
                figure,
                f"Who gains at each value of {material.by}",
                " ".join(f"{material.by} = {level}: {_worth(worth)}" for level, worth in found.worth_by),
                f"What each contract is worth to both firms at each value of {material.by}, with {sure}.",
            )
    for factor, levels in found.lines.items():
        yield (
            "factors",
            lines_figure(levels, factor, CONFIDENCE, f"By {factor}"),
            f"Means by {factor}",
            _lines(factor, levels),
            f"Means at each value (or bin) of {factor}, averaged over what else varies, with {sure}. Points of one "
            "value are drawn a little apart so that they can be told from each other.",
        )
    if found.regions is not None:
        x, y = found.regions.x, found.regions.y
        for measure in dict.fromkeys(cell.measure for cell in found.regions.cells):
            cells = tuple(cell for cell in found.regions.cells if cell.measure == measure)
            regions = dataclasses.replace(found.regions, cells=cells)
            yield (
                "map",
                regions_figure(regions, "Which contract is best where"),
                f"Which contract is best in {measure} by {x} and {y}",
                _regions(regions),
                f"The contract with the highest mean {measure} at every pair of {x} and {y}. Brackets and hatching: "
                f"its lead over some other contract is within its {CONFIDENCE:.0%} interval. With many cells and no "
                "effect, one in twenty looks clear by chance.",
            )


def _n(value: float) -> str:
    """Return a number in a text alternative."""
    return shown(value, NOISE)


def _worth(worth: Sequence[ContractMeans]) -> str:
    """Return in words what each contract is worth."""
    return " ".join(
        f"{each.name}: SmallCo {_n(each.small[0])} ({_n(each.small[1])} to {_n(each.small[2])}), "
        f"BigCo {_n(each.big[0])} ({_n(each.big[1])} to {_n(each.big[2])})"
        + (f", dominated by {' and '.join(each.dominated_by)}." if each.dominated_by else ".")
        for each in worth
    )


def _lines(factor: str, levels: ByLevel) -> str:
    """Return in words how every measure changes with a factor."""
    told = []
    for place, first in enumerate(levels[0][1]):
        values = ", ".join(f"{_n(means[place].mean)} at {level}" for level, means in levels)
        told.append(f"{first.measure}, {first.contract}, by {factor}: {values}.")
    return " ".join(told)


def _regions(regions: RegionMap) -> str:
    """Return in words who wins where."""
    return " ".join(
        f"{cell.measure} at {regions.x} = {cell.x}, {regions.y} = {cell.y}: "
        f"{cell.best}{'' if cell.clear else ' (not clear)'}."
        for cell in regions.cells
    )
