"""``alliance verify``: published results recomputed, beside what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.shared import json_option

if TYPE_CHECKING:
    from simulator.validation.verify import Result, Status

WIDTH = 44


@click.command(
    "verify",
    short_help="Recompute published results.",
    epilog="Example: alliance verify --only D2",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--only",
    metavar="PREFIX[,PREFIX]",
    multiple=True,
    help="A chapter, such as B1, or any beginning of an item's id; may be repeated.",
)
@click.option("--markdown", is_flag=True, help="Print the page of docs/verification.md instead of the table.")
@json_option
@click.pass_context
def command(ctx: click.Context, file: Path | None, only: tuple[str, ...], markdown: bool, as_json: bool) -> None:
    """Recompute published results and print them beside what is published.

    FILE is a JSON list of items, each with an id (chapter, then details), inputs, expected and tolerance; by default
    those that are shipped. Human and field data are shown with the model's fit and never pass. The exit code is 1 if
    an item failed.
    """
    if markdown and as_json:
        raise click.UsageError("--markdown and --json exclude each other.")
    beginnings = [part.strip() for text in only for part in text.split(",") if part.strip()]
    if only and not beginnings:
        raise click.UsageError("--only must name a chapter or the beginning of an id. Write, say, --only B1.")
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.validation.items import read_items
    from simulator.validation.verify import counts, verify

    items = read_items(file)
    with ProgressBar("items") as bar:
        results = verify(items, beginnings or "", bar)
    if markdown:
        from simulator.validation.page import page

        click.echo(page(results), nl=False)
    elif as_json:
        from simulator.interfaces.cli.tables import print_json

        print_json(document(results))
    else:
        report(results)
    found = counts(results)
    if not found["pass"] and not found["fail"]:
        click.echo(f"nothing was verified: {_why_nothing(found)}", err=True)
    if found["fail"]:
        ctx.exit(1)


def _why_nothing(found: Mapping[Status, int]) -> str:
    """Return why no item passed or failed."""
    if not any(found.values()):
        return "the list is empty."
    kinds: tuple[Status, ...] = ("unsupported", "data")
    parts = [f"{found[kind]} {kind}" for kind in kinds if found[kind]]
    return f"{' and '.join(parts)}, which neither pass nor fail."


def document(results: Sequence[Result]) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    from simulator.validation.verify import counts

    found = counts(results)
    return {
        "items": [result.to_dict() for result in results],
        "passed": found["pass"],
        "failed": found["fail"],
        "unsupported": found["unsupported"],
        "data": found["data"],
    }


def report(results: Sequence[Result]) -> None:
    """Print the table, the reasons of what did not pass, and a summary."""
    from simulator.interfaces.cli.tables import print_table
    from simulator.validation.page import asked_for, compact

    rows = [
        (
            result.item.id,
            compact(result.item.expected, WIDTH),
            compact(asked_for(result), WIDTH),
            "" if result.difference is None else f"{result.difference:.1e}" if result.difference else "0",
            result.status,
        )
        for result in results
    ]
    print_table(("item", "expected", "computed", "difference", "status"), rows)
    for result in results:
        if result.message and result.status != "data":
            click.echo(result.line, err=True)
    counted = document(results)
    words = ("passed", "failed", "unsupported", "data")
    click.echo(f"{len(results)} items: {', '.join(f'{counted[word]} {word}' for word in words)}")
