"""What the runs say: who gains, tables of means and differences, and the figures beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.interfaces.cli.compare_tables import notes, p_text, who_gains
from simulator.interfaces.report.markup import Markup, element, escaped, interval, joined, number, table
from simulator.interfaces.report.material import Findings, Material
from simulator.interfaces.report.plots import figures
from simulator.interfaces.report.setup import counted
from simulator.sweeps.bootstrap import CONFIDENCE
from simulator.sweeps.compare import Comparison
from simulator.sweeps.comparison.differences import ComparisonRow
from simulator.sweeps.comparison.frontier import ContractMeans
from simulator.sweeps.comparison.means import MeasureMean
from simulator.sweeps.measures import MEASURES

MOST_COLUMNS = 4
MOST_GAPS = 20


def standing(material: Material) -> Iterator[Markup]:
    """Yield what is missing of a sweep that is not finished; nothing if it is."""
    manifest = material.manifest
    if manifest["status"] == "finished":
        return
    status = manifest["status"]
    told = {
        "running": "is still running, or was killed",
        "interrupted": "was interrupted",
        "stopped": "was stopped by an error",
    }.get(status, f"is {status}")
    gaps = _gaps(material.missing)
    yield element(
        "div",
        element(
            "p",
            element("b", f"This sweep {told}."),
            f" It holds {material.runs} of {counted(manifest['runs'], 'run')}; {len(material.missing)} of "
            f"{counted(len(manifest['plan']), 'part')} are missing{f' (numbers {gaps})' if gaps else ''}.",
        ),
        element(
            "p",
            "No means and no differences are given: the runs that came first are not a fair sample of all. Run the "
            "same sweep again: it goes on where it stopped.",
        ),
        class_="warning",
    )


def _gaps(missing: Sequence[int]) -> str:
    """Return numbers as ranges.

    Examples
    --------
    >>> _gaps([1, 2, 3, 7])
    '1-3, 7'
    """
    ranges: list[list[int]] = []
    for index in missing:
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    told = [f"{first}-{last}" if last > first else str(first) for first, last in ranges[:MOST_GAPS]]
    return ", ".join(told) + (", ..." if len(ranges) > MOST_GAPS else "")


def results(material: Material) -> Iterator[Markup]:
    """Yield the results of a finished sweep, or why there are none."""
    found = material.findings
    if found is None:
        yield element("p", "The sweep is not finished; see the note at the top of this page.")
        return
    drawn: dict[str, list[Markup]] = {}
    for part, figure in figures(material):
        drawn.setdefault(part, []).append(figure)
    yield element("h3", "Means by contract")
    yield _means(found)
    yield from drawn.pop("worth", ())
    if found.comparison is not None:
        yield element("h3", f"Differences from {found.comparison.baseline}")
        yield _differences(found.comparison)
        yield _columns(found.comparison)
        yield from drawn.pop("differences", ())
    if material.by is not None:
        yield element("h3", f"At each value of {material.by}")
        if found.by_level is not None:
            yield _differences(found.by_level)
            yield from (element("p", note, class_="small-print") for note in notes(found.by_level))
        yield from drawn.pop("levels", ())
    if "factors" in drawn:
        yield element("h3", "By one factor")
        yield from drawn.pop("factors")
    if "map" in drawn and found.regions is not None:
        yield element("h3", "Who wins where")
        yield from drawn.pop("map")
        yield _cells(found)


def answer(material: Material) -> Iterator[Markup]:
    """Yield what was found, in a few lines, and what could not be said."""
    found = material.findings
    if found is None:
        yield element("p", "None yet: the sweep is not finished.")
        return
    if found.comparison is not None:
        yield element("ul", *(element("li", line) for line in _in_short(found.comparison, found.worth)))
        sure = f"{found.comparison.confidence:.0%}"
        yield element(
            "p", f"In brackets: {sure} intervals. Who gains or loses is said only where the interval excludes 0. ",
            element("a", "All results", href="#results"), "; ",
            element("a", "what they do not say", href="#limits"), ".", class_="small-print",
        )  # fmt: skip
    for note in found.notes:
        yield element("p", note, class_="warning")


def _in_short(comparison: Comparison, worth: Sequence[ContractMeans]) -> Iterator[Markup]:
    """Yield who gains from every contract, and which contracts are worse for both."""
    verdicts = who_gains(comparison)
    for contract in dict.fromkeys(row.contract for row in comparison.rows):
        told: list[object] = []
        for row in comparison.rows:
            if row.contract == contract:
                told += [
                    "; " if told else "",
                    row.measure,
                    " ",
                    number(row.difference),
                    " ",
                    interval(row.low, row.high),
                ]
        verdict = f"{verdicts[contract]}. " if contract in verdicts else ""
        yield joined((element("b", contract), ": ", verdict, "Difference from ", comparison.baseline, ": ", *told, "."))
    for each in worth:
        if each.dominated_by:
            sure = "clearly " if each.clearly else ""
            yield joined(
                (
                    element("b", each.name),
                    f" is {sure}worse on average for both firms than ",
                    ", ".join(each.dominated_by),
                    ".",
                )
            )


def _unit(measure: str) -> str:
    """Return a measure's unit."""
    unit = MEASURES[measure].unit if measure in MEASURES else ""
    return "" if unit == "-" else unit


def _means(found: Findings) -> Markup:
    """Return every measure under every contract: a column for each contract while they are few."""
    caption = f"Means over all points, with {CONFIDENCE:.0%} intervals"
    contracts = list(dict.fromkeys(each.contract for each in found.means))
    if len(contracts) > MOST_COLUMNS:
        rows = [
            (each.measure, each.contract, _unit(each.measure), number(each.mean), _ends(each), number(each.runs))
            for each in found.means
        ]
        return table(caption, ("measure", "contract", "unit", "mean", "interval", "runs"), rows, heads=2)
    by_measure: dict[str, list[MeasureMean]] = {}
    for each in found.means:
        by_measure.setdefault(each.measure, []).append(each)
    return table(
        caption,
        ("measure", "unit", *contracts),
        [
            (measure, _unit(measure), *(joined((number(e.mean), element("br"), _ends(e))) for e in entries))
            for measure, entries in by_measure.items()
        ],
    )


def _ends(each: MeasureMean) -> Markup:
    """Return the interval of a mean."""
    return interval(each.low, each.high)


def _differences(comparison: Comparison) -> Markup:
    """Return the differences with all that is said of them."""
    level = [comparison.by] if comparison.by else []
    sure = f"{comparison.confidence:.0%} interval"
    columns = (
        *level,
        "contract",
        "measure",
        "difference",
        sure,
        "p (Holm)",
        "better in",
        "P(better)",
        "luck saves",
        "pairs",
    )
    rows = [
        (
            *([_level(row.level)] if level else []),
            row.contract,
            row.measure,
            number(row.difference),
            interval(row.low, row.high),
            number(row.p_adjusted, p_text(row.p_adjusted)),
            number(row.share_better, f"{row.share_better:.0%}"),
            _superiority(row),
            number(row.variance_ratio),
            number(row.pairs),
        )
        for row in comparison.rows
    ]
    at = f" at each value of {comparison.by}" if comparison.by else ""
    caption = f"Differences from {comparison.baseline}{at}, under the same luck"
    return table(caption, columns, rows, heads=2 + len(level))


def _superiority(row: ComparisonRow) -> Markup:
    """Return the probability of superiority with its interval."""
    ends = interval(row.superiority_low, row.superiority_high, ".2f")
    return ends if row.untold else joined((number(row.superiority, f"{row.superiority:.2f}"), " ", ends))


def _level(value: object) -> object:
    """Return a factor's value, a number as such."""
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _columns(comparison: Comparison) -> Markup:
    """Return what the columns say."""
    dropped = max((row.dropped for row in comparison.rows), default=0)
    lost = (
        f" Up to {dropped} pairs of a row are left out because one of their runs failed or has no such measure."
        if dropped
        else ""
    )
    untold = "".join(f" {note}" for note in notes(comparison))
    return element(
        "p",
        "A pair is two histories of one point and replicate under two contracts. ",
        element("b", "difference"), ": mean over pairs, in the measure's unit, with its bootstrap interval. ",
        element("b", "p (Holm)"), f": paired t-test of a mean difference of 0, adjusted for "
        f"{comparison.tests} of them. ",
        element("b", "better in"), ": share of pairs in which the contract is strictly better. ",
        element("b", "P(better)"), ": probability of superiority, ties counting half, with Wilson's interval. ",
        element("b", "luck saves"), ": how many times as many runs independent luck would need to be as sure. ",
        element("b", "pairs"), f": runs on each side.{lost}{untold}",
        class_="small-print",
    )  # fmt: skip


def _cells(found: Findings) -> Markup:
    """Return the map as a table."""
    regions = found.regions
    if regions is None:
        return escaped(None)
    rows = [
        (
            cell.measure, _level(cell.x), _level(cell.y), cell.best, number(cell.mean), cell.second, number(cell.lead),
            interval(cell.low, cell.high), "yes" if cell.clear else "no",
        )
        for cell in regions.cells
    ]  # fmt: skip
    columns = ("measure", regions.x, regions.y, "best", "mean", "second", "lead", "interval", "clear")
    made = table(f"Best contract by {regions.x} and {regions.y}", columns, rows, heads=3)
    return element("details", element("summary", "The map as a table"), made, class_="screen")
