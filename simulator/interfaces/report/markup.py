"""HTML in which every text is escaped unless it says that it is markup already."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

from simulator.interfaces.cli.tables import NOISE, shown

VOID = frozenset({"br", "col", "meta"})
NONE = "–"
NUMBER = "<data "


class Markup(str):
    """Text that is HTML already; any other text is escaped where it enters a page."""

    __slots__ = ()


Part = object
"""What can stand in an element: Markup as it is, None as nothing, anything else as escaped text."""


def escaped(part: Part) -> Markup:
    """Return a part as HTML.

    Examples
    --------
    >>> print(escaped("<script>"), escaped(Markup("<br>")), escaped(0.5))
    &lt;script&gt; <br> 0.5
    """
    if part is None:
        return Markup("")
    return part if isinstance(part, Markup) else Markup(html.escape(str(part)))


def element(tag: str, *parts: Part, **attributes: str | int | bool | None) -> Markup:
    """Return an element; an underscore in an attribute's name stands for a hyphen, and a last one for nothing.

    Examples
    --------
    >>> print(element("p", "a < b", class_="note", aria_label='"x"'))
    <p class="note" aria-label="&quot;x&quot;">a &lt; b</p>
    """
    given = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{html.escape(str(value))}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{tag}{given}>" if tag in VOID else f"<{tag}{given}>{joined(parts)}</{tag}>")


def joined(parts: Iterable[Part], between: str = "") -> Markup:
    """Return the parts one after the other."""
    return Markup(between.join(escaped(part) for part in parts))


def number(value: float | None, text: str | None = None) -> Markup:
    """Return a number as tables write it, with all its digits for whoever reads the page by program.

    Examples
    --------
    >>> print(number(0.123456), number(0.5, "50%"), number(float("nan")))
    <data value="0.123456">0.1235</data> <data value="0.5">50%</data> –
    """
    if value is None or math.isnan(value):
        return Markup(NONE)
    return element("data", shown(value, NOISE) if text is None else text, value=repr(value))


def interval(low: float, high: float, form: str | None = None) -> Markup:
    """Return the ends of an interval, by a format of their own where they have one; a dash if there are none.

    Examples
    --------
    >>> print(interval(0.25, 1.0, ".2f"))
    <span class="interval">[<data value="0.25">0.25</data>, <data value="1.0">1.00</data>]</span>
    """
    if math.isnan(low):
        return Markup(NONE)
    lower, upper = (number(end, None if form is None else format(end, form)) for end in (low, high))
    return element("span", "[", lower, ", ", upper, "]", class_="interval")


def table(caption: str, columns: Sequence[Part], rows: Iterable[Sequence[Part]], *, heads: int = 1) -> Markup:
    """Return a table in a box of its own that scrolls where the page is too narrow.

    Parameters
    ----------
    caption : str
        What it shows.
    columns, rows : sequences of parts
        Heads of the columns, and the cells. A column in which a number stands is aligned to the right, unless it
        says what the row is about.
    heads : int
        How many cells at the beginning of a row say what the row is about.
    """
    lines = [[escaped(cell) for cell in row] for row in rows]
    numeric = [any(NUMBER in line[place] for line in lines) for place in range(len(columns))]
    kinds = ["number" if each and place >= heads else "word" for place, each in enumerate(numeric)]
    head = [element("th", column, scope="col", class_=kind) for column, kind in zip(columns, kinds, strict=True)]
    body = [
        element(
            "tr",
            *(
                element("th", cell, scope="row", class_=kind) if place < heads else element("td", cell, class_=kind)
                for place, (cell, kind) in enumerate(zip(line, kinds, strict=True))
            ),
        )
        for line in lines
    ]
    made = element(
        "table",
        element("caption", element("span", caption)),
        element("thead", element("tr", *head)),
        element("tbody", *body),
        class_="sortable" if len(body) > 1 and any(numeric) else None,
    )
    return element("div", made, class_="box", role="region", aria_label=f"Table: {caption}", tabindex=0)


def pairs(entries: Iterable[tuple[Part, Part]]) -> Markup:
    """Return a list of names and what they mean."""
    return element("dl", *(element("div", element("dt", name), element("dd", told)) for name, told in entries))


def folded(summary: Part, *parts: Part) -> Markup:
    """Return parts that open on demand, and in print always."""
    return element("details", element("summary", summary), *parts)


def verbatim(text: str, label: str) -> Markup:
    """Return a text as it stands in a file, in a box of its own."""
    return element("pre", element("code", text), class_="box", role="region", aria_label=label, tabindex=0)
