"""``alliance check``: validates scenarios, experiments and calibrations, and reports every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from simulator.interfaces.cli.shared import ShippedOrFile


@click.command(
    "check",
    short_help="Validate scenarios, experiments and calibrations.",
    epilog="Example: alliance check my_alliance.toml my_alliance_experiment.toml",
)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=ShippedOrFile("scenarios", "experiments", "calibrations")
)
def command(files: tuple[str, ...]) -> None:
    """Validate scenarios, experiments and calibrations.

    Every problem of every file is reported, with its line, its key and the nearest known name.
    """
    from simulator.foundation.errors import FileError, Problem

    problems: list[Problem] = []
    for name in files:
        try:
            for line in _checked(name):
                click.echo(line)
        except FileError as error:
            problems += error.problems
    if problems:
        raise FileError(problems)


def _checked(name: str) -> Iterator[str]:
    """Yield what is right: one line for a file, more for a name that files of several kinds share."""
    from simulator.interfaces.files import (
        is_calibration,
        is_experiment,
        read_calibration,
        read_experiment,
        read_scenario,
        shipped,
    )

    path = Path(name)
    if path.is_file():
        calibration_given = is_calibration(path)
        experiment_given = not calibration_given and is_experiment(path)
        scenario_given = not calibration_given and not experiment_given
    else:
        calibration_given, experiment_given = name in shipped("calibrations"), name in shipped("experiments")
        scenario_given = name in shipped("scenarios") or not (calibration_given or experiment_given)
    if scenario_given:
        scenario = read_scenario(name)
        yield f"{name}: OK, a scenario with {_count(len(scenario.contracts), 'contract')}"
    if experiment_given:
        experiment = read_experiment(name)
        varied = f"{_count(len(experiment.factors), 'factor')} and {_count(len(experiment.contracts), 'contract')}"
        yield f"{name}: OK, an experiment with {varied}"
    if calibration_given:
        calibration = read_calibration(name)
        sought = f"{_count(len(calibration.parameters), 'parameter')} and {_count(len(calibration.moments), 'moment')}"
        yield f"{name}: OK, a calibration with {sought}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
