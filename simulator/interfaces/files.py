"""Scenarios, experiments and calibrations as files: found, read, checked as a whole, and turned into frozen objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.economy.scenario import Scenario
from simulator.interfaces.document import open_document
from simulator.interfaces.game_file import game_scenario, is_game_file
from simulator.interfaces.locate import locate, shipped
from simulator.interfaces.scenario_file import scenario_of

if TYPE_CHECKING:
    from simulator.calibration.problem import Calibration
    from simulator.sweeps.experiment import Experiment

__all__ = ["is_calibration", "is_experiment", "read_calibration", "read_experiment", "read_scenario", "shipped"]

OF_EXPERIMENTS = {"scenario", "factors", "replicates", "measures", "design", "contracts", "constraints", "replication"}
OF_CALIBRATIONS = {"parameters", "moment", "moments"}


def read_scenario(name_or_path: str | Path) -> Scenario:
    """Return the scenario in a file, or the shipped one of that name; a game of Gambit is one with payoffs outright.

    Raises
    ------
    FileError
        With every problem in the file.

    Examples
    --------
    >>> read_scenario("ham_and_egg").contract().name
    'revenue share'
    """
    path = locate(name_or_path, "scenarios")
    return game_scenario(path) if is_game_file(path) else scenario_of(open_document(path))


def read_experiment(name_or_path: str | Path) -> Experiment:
    """Return the experiment in a file, or the shipped one of that name; its scenario is read as well.

    Raises
    ------
    FileError
        With every problem in the file and in its scenario's.

    Examples
    --------
    >>> read_experiment("ham_and_egg").scenario.name
    'ham_and_egg'
    """
    from simulator.interfaces.experiment_file import experiment_of

    return experiment_of(open_document(locate(name_or_path, "experiments")))


def read_calibration(name_or_path: str | Path) -> Calibration:
    """Return the calibration in a file, or the shipped one of that name; its scenario is read as well.

    Raises
    ------
    FileError
        With every problem in the file, in its table of moments and in its scenario's.

    Examples
    --------
    >>> [each.path for each in read_calibration("runway").parameters]
    ['venture.hazard', 'small.cash_noise']
    """
    from simulator.interfaces.calibration_file import calibration_of

    return calibration_of(open_document(locate(name_or_path, "calibrations")))


def is_calibration(path: Path) -> bool:
    """Return whether the file holds a calibration, judged by its keys."""
    return not is_game_file(path) and bool(OF_CALIBRATIONS & set(open_document(path).data))


def is_experiment(path: Path) -> bool:
    """Return whether the file holds an experiment rather than a scenario, judged by its keys."""
    return not is_game_file(path) and bool(OF_EXPERIMENTS & set(open_document(path).data))
