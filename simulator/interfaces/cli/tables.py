"""Tables and JSON on standard output: boxed and coloured on a terminal, plain aligned columns in a pipe."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

LONGEST_UNBROKEN = 40
NOISE = 1e-12
"""What rounding leaves of a 0 where numbers are of the order of 1."""


def shown(value: object, zero: float = 0.0) -> str:
    """Return a cell's text; numbers with four significant digits, below `zero` in absolute value as 0.

    Examples
    --------
    >>> shown(0.123456), shown(True), shown(None), shown(1200.0), shown(-0.0)
    ('0.1235', 'yes', '-', '1200', '0')
    >>> shown(2e-300), shown(1e-17, zero=1e-12)
    ('2e-300', '0')
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if math.isnan(value):
            return "-"
        if abs(value) < zero:
            return "0"
        return f"{value + 0.0:,.0f}".replace(",", "") if 10_000 <= abs(value) < 1e15 else f"{value + 0.0:.4g}"
    return str(value)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", *, zero: float = NOISE
) -> None:
    """Print a table with a title; columns that hold only numbers are aligned to the right, those below `zero` are 0."""
    cells = [tuple(row) for row in rows]
    numeric = [bool(cells) and all(_is_number(row[column]) for row in cells) for column in range(len(columns))]
    texts = [[shown(value, zero) for value in row] for row in cells]
    if sys.stdout.isatty():
        _print_rich(columns, texts, numeric, title)
    else:
        _print_plain(columns, texts, numeric, title)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _print_plain(columns: Sequence[str], texts: list[list[str]], numeric: list[bool], title: str) -> None:
    widths = [max(len(line[column]) for line in [list(columns), *texts]) for column in range(len(columns))]
    if title:
        click.echo(title)
    for line in (list(columns), *texts):
        parts = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        ]
        click.echo("  ".join(parts).rstrip())
    click.echo()


def _print_rich(columns: Sequence[str], texts: list[list[str]], numeric: list[bool], title: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for column, right in zip(columns, numeric, strict=True):
        table.add_column(Text(column), justify="right" if right else "left", overflow="fold", no_wrap=right)
    for line in texts:
        table.add_row(*(Text(text) for text in line))
    console = Console()
    if max((len(text) for line in texts for text in line), default=0) <= LONGEST_UNBROKEN:
        # a line too long for the terminal is still readable, a number broken over two lines is not
        console.width = max(console.width, console.measure(table, options=console.options.update(width=10_000)).maximum)
    console.print(table)


def plain(value: Any) -> Any:
    """Return a value that JSON can hold: arrays as lists, infinite and missing numbers as null.

    Examples
    --------
    >>> plain({"a": (1.0, float("inf"))})
    {'a': [1.0, None]}
    """
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_json(document: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False))
