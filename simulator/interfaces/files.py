"""Scenarios, experiments and calibrations as files: found, read, checked as a whole, and turned into frozen objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError
from simulator.interfaces.document import Document, open_document
from simulator.interfaces.game_file import game_scenario, is_game_file
from simulator.interfaces.locate import locate, shipped
from simulator.interfaces.scenario_file import scenario_of

if TYPE_CHECKING:
    from simulator.calibration.problem import Calibration
    from simulator.sweeps.experiment import Experiment

__all__ = [
    "is_calibration", "is_experiment", "means_experiment", "read_calibration", "read_experiment", "read_scenario",
    "shipped",
]  # fmt: skip

OF_EXPERIMENTS = {"scenario", "factors", "replicates", "measures", "design", "contracts", "constraints", "replication"}
OF_CALIBRATIONS = {"parameters", "moment", "moments"}
OF_SCENARIOS = {"small", "big", "venture", "contract", "payoffs"}
_WITH_ARTICLE = {"scenario": "a scenario", "experiment": "an experiment", "calibration": "a calibration"}
_USES = {
    "scenario": "Name an experiment that uses it, or use solve, run or compare.",
    "experiment": "Name its scenario, or use sweep or compare.",
    "calibration": "Name its scenario, or use calibrate.",
}


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
    return game_scenario(path) if is_game_file(path) else scenario_of(_document(path, "scenario"))


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

    return experiment_of(_document(locate(name_or_path, "experiments"), "experiment"))


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

    return calibration_of(_document(locate(name_or_path, "calibrations"), "calibration"))


def _document(path: Path, wanted: str) -> Document:
    """Return the document in a file; raise ParameterError in one line if it is plainly of another kind."""
    document = open_document(path)
    keys = set(document.data)
    found = {kind for kind, own in (("scenario", OF_SCENARIOS), ("calibration", OF_CALIBRATIONS)) if own & keys} or (
        {"experiment"} if OF_EXPERIMENTS & keys else {wanted}
    )
    if wanted not in found:
        raise ParameterError(
            f"{path} must be {_WITH_ARTICLE[wanted]}; got {_WITH_ARTICLE[min(found)]}. {_USES[min(found)]}"
        )
    return document


def means_experiment(target: str) -> bool:
    """Return whether a file, or a name that comes with the program, means an experiment; a name both have does."""
    path = Path(target)
    return is_experiment(path) if path.is_file() else target in shipped("experiments")


def is_calibration(path: Path) -> bool:
    """Return whether the file holds a calibration, judged by its keys."""
    return not is_game_file(path) and bool(OF_CALIBRATIONS & set(open_document(path).data))


def is_experiment(path: Path) -> bool:
    """Return whether the file holds an experiment rather than a scenario, judged by its keys."""
    return not is_game_file(path) and bool(OF_EXPERIMENTS & set(open_document(path).data))
