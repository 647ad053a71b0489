"""What the commands that analyse a sweep share: its folder, and the condition on its runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simulator.sweeps.folder import Folder
    from simulator.sweeps.sensitivity.condition import Condition
    from simulator.sweeps.sensitivity.outcomes import Outcomes

where_option = click.option(
    "--where", metavar="CONDITION", help='A condition on the measures of a run, such as "small_survived < 0.5".'
)


def names_sweep(target: str) -> bool:
    """Return whether a target is the folder of a sweep, by its path or URL, or an experiment, which can be swept."""
    from simulator.interfaces.files import means_experiment
    from simulator.sweeps.folder import is_url

    return is_url(target) or Path(target).is_dir() or means_experiment(target)


def folder_of(target: str, command: str) -> Folder:
    """Return the folder of a sweep, or that of an experiment once its sweep has been run or continued.

    A folder in which there is no sweep gives way to an experiment of the same name.

    Parameters
    ----------
    target : str
        A folder by its path or its URL, or an experiment.
    command : str
        On whose behalf, which tells an interrupted user how to go on.

    Raises
    ------
    ParameterError
        If the target is a scenario, which has no factors.
    """
    from simulator.foundation.errors import ParameterError
    from simulator.interfaces.cli.sweep import swept
    from simulator.interfaces.files import means_experiment, shipped
    from simulator.sweeps.folder import folder_at, is_url
    from simulator.sweeps.provenance import MANIFEST

    if is_url(target):
        return folder_at(target)
    path, experiment = Path(target), means_experiment(target)
    if path.is_dir() and ((path / MANIFEST).exists() or not experiment):
        return path
    if not experiment and (path.is_file() or target in shipped("scenarios")):
        raise ParameterError(
            f"{target} must be an experiment, whose factors say what varies, or the folder of its sweep; got a "
            "scenario. Write an experiment for it: alliance new NAME."
        )
    return swept(target, command)


def condition_of(folder: Folder, where: str) -> Condition:
    """Return the condition of ``--where`` on the measures that a sweep has kept."""
    from simulator.sweeps.provenance import read_manifest
    from simulator.sweeps.sensitivity.condition import Condition

    return Condition(where, read_manifest(folder)["experiment"]["measures"])


def say_failed(outcomes: Outcomes) -> None:
    """Say on standard error how many runs failed."""
    if outcomes.failed:
        click.echo(f"{outcomes.failed} of {outcomes.runs} runs failed and are left out.", err=True)


def percent(share: float) -> str:
    """Return a share as people read it.

    Examples
    --------
    >>> percent(0.834), percent(0.004), percent(float("nan"))
    ('83 %', '0.4 %', '-')
    """
    if math.isnan(share):
        return "-"
    return f"{100.0 * share:.0f} %" if share == 0.0 or share >= 0.0995 else f"{100.0 * share:.2g} %"
