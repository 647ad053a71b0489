"""A user's strategies: a Python file with functions ``small(seen)`` and/or ``big(seen)`` that return a level."""

from __future__ import annotations

import runpy
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.economy.firm import Role
from simulator.foundation.errors import FileError, Problem

if TYPE_CHECKING:
    from simulator.simulation.strategies.own import PythonStrategies


def read_strategies(path: Path) -> PythonStrategies:
    """Return the functions of a strategy file by the firm for which they decide; see `Observation` for what they see.

    Raises
    ------
    FileError
        If the file cannot be run, or holds neither function, or one of the names is something else.
    """
    try:
        names = runpy.run_path(str(path))
    except SyntaxError as error:
        raise FileError([Problem(f"is not Python: {error.msg}.", str(path), error.lineno)]) from None
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise FileError([Problem(f"failed: {what}.", str(path), line)]) from None
    for role in Role:
        if role.value in names and not callable(names[role.value]):
            message = (
                f"must be a function; got {names[role.value]!r}. Write def {role.value}(seen): return seen.first_best"
            )
            raise FileError([Problem(f"{role.value} {message}.", str(path))])
    found = {role: names[role.value] for role in Role if role.value in names}
    if not found:
        message = (
            "must define small(seen) or big(seen); got neither. Write, say, def small(seen): return seen.first_best"
        )
        raise FileError([Problem(f"{message}.", str(path))])
    return found
