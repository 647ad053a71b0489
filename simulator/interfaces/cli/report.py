"""``alliance report``: a sweep as one page of HTML."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "report",
    short_help="Write a sweep as one page of HTML.",
    epilog="Example: alliance report results/ham_and_egg --by small.cash --out report.html",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="FILE.html", type=click.Path(dir_okay=False, path_type=Path), help="By default DIR/report.html."
)
@click.option("--measure", "measures", multiple=True, help="By default both values and surplus; may be repeated.")
@click.option("--by", metavar="FACTOR", help="Compare at each level of a factor as well, such as small.cash.")
def command(folder: Path, out: Path | None, measures: tuple[str, ...], by: str | None) -> None:
    """Write what a sweep asked, how, and what it found as one self-contained page, and print the page's name.

    The page holds its figures, needs no network and no script, prints on A4, and has the same bytes for the same folder
    and options. Of a sweep that was interrupted it says what is missing.
    """
    from simulator.foundation.errors import ParameterError
    from simulator.interfaces.cli.shared import table_file
    from simulator.interfaces.report.sources import is_page

    target = table_file("--out", out) or folder / "report.html"
    if not is_page(target):
        raise ParameterError(
            f"--out must end in .html; got {str(target)!r}. Write, say, {target.stem or 'report'}.html."
        )
    from simulator.interfaces.report.material import gather
    from simulator.interfaces.report.page import page
    from simulator.sweeps.provenance import write_atomically

    text = page(gather(folder, measures, by))
    write_atomically(target, text.encode("utf-8"))
    click.echo(str(target))
