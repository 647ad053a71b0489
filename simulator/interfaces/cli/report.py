"""``alliance report``: a sweep as one page of HTML."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.interfaces.cli.shared import ShippedOrFile, table_file


@click.command(
    "report",
    short_help="Write a sweep as one page of HTML.",
    epilog="Example: alliance report results/ham_and_egg --by small.cash --out report.html",
)
@click.argument("target", metavar="DIR|EXPERIMENT", type=ShippedOrFile("experiments"))
@click.option(
    "--out", metavar="FILE.html", type=click.Path(dir_okay=False, path_type=Path), help="By default DIR/report.html."
)
@click.option("--measure", "measures", multiple=True, help="By default both values and surplus; may be repeated.")
@click.option("--by", metavar="FACTOR", help="Compare at each level of a factor as well, such as small.cash.")
def command(target: str, out: Path | None, measures: tuple[str, ...], by: str | None) -> None:
    """Write what a sweep asked, how, and what it found as one self-contained page, and print the page's name.

    Of an experiment the sweep is run first, or continued. The page holds its figures, needs no network and no script,
    prints on A4, and has the same bytes for the same folder and options. Of the folder of a sweep that was interrupted
    it says what is missing.
    """
    from simulator.foundation.errors import ParameterError
    from simulator.interfaces.cli.analysed import folder_of
    from simulator.interfaces.report.sources import is_page

    named = table_file("--out", out)
    if named is not None and not is_page(named):
        raise ParameterError(f"--out must end in .html; got {str(named)!r}. Write, say, {named.stem or 'report'}.html.")
    folder = folder_of(target, "report")
    from simulator.interfaces.report.material import gather
    from simulator.interfaces.report.page import page
    from simulator.sweeps.provenance import write_atomically

    text = page(gather(folder, measures, by))
    written = named or folder / "report.html"
    write_atomically(written, text.encode("utf-8"))
    click.echo(str(written))
