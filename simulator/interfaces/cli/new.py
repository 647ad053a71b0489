"""``alliance new``: a commented scenario and experiment to start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "new", short_help="Write a commented scenario and experiment.", epilog="Example: alliance new my_alliance"
)
@click.argument("name")
def command(name: str) -> None:
    """Write NAME.toml and NAME_experiment.toml to start from.

    Both explain every key with its unit and range. Existing files are never overwritten.
    """
    import dataclasses
    import re

    from simulator.foundation.errors import ParameterError, StoreError
    from simulator.interfaces.files import read_scenario
    from simulator.interfaces.template import experiment_text, scenario_text

    path = Path(name.removesuffix(".toml"))
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", path.name):
        raise ParameterError(
            f"A name must consist of letters, digits, _ and -; got {path.name!r}. Write, say, alliance new my_alliance."
        )
    scenario_file, experiment_file = path.with_name(f"{path.name}.toml"), path.with_name(f"{path.name}_experiment.toml")
    for file in (scenario_file, experiment_file):
        if file.exists():
            raise StoreError(f"{file}: exists already. Choose another name, or remove the file.")
    start = dataclasses.replace(
        read_scenario("ham_and_egg"),
        name=path.name,
        title=path.name.replace("_", " ").capitalize(),
        summary="What happens here, in one sentence.",
        source="own",
    )
    for file, text in (
        (scenario_file, scenario_text(start)),
        (experiment_file, experiment_text(start, scenario_file.name)),
    ):
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
        click.echo(f"wrote {file}", err=True)
    click.echo(f"next: alliance solve {scenario_file}; alliance sweep {experiment_file}", err=True)
