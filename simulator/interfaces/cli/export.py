"""``alliance export``: the runs of a sweep in the format of another program."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.interfaces.cli.shared import json_option


@click.command(
    "export",
    short_help="Write a sweep's runs as CSV, Parquet, NetCDF or Stata.",
    epilog="Example: alliance export results/ham_and_egg ham_and_egg.csv",
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--alliances", is_flag=True, help="Write the alliances that `sweep --alliances` kept, not the runs.")
@json_option
def command(folder: Path, file: Path, alliances: bool, as_json: bool) -> None:
    """Write the runs of the sweep in FOLDER to FILE: .csv, .parquet, .nc (NetCDF, for xarray) or .dta (Stata).

    pandas, polars, DuckDB and R read the folder as it is; this is for everything else, and for one file to hand on.
    """
    from simulator.interfaces.cli.tables import print_json
    from simulator.sweeps.export import export
    from simulator.sweeps.provenance import read_manifest

    status = read_manifest(folder)["status"]
    if status != "finished":
        click.echo(f"{folder}: the sweep is {status}; its first runs are not a fair sample of all.", err=True)
    rows = export(folder, file, alliances=alliances)
    if as_json:
        print_json({"folder": str(folder), "file": str(file), "rows": rows})
    else:
        click.echo(f"wrote {rows} rows to {file}", err=True)
