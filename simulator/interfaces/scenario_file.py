"""A scenario as a file."""

from __future__ import annotations

from simulator.economy.scenario import Scenario
from simulator.foundation.errors import FileError, Problem
from simulator.interfaces.document import Document, validated
from simulator.interfaces.schema import table_of

NEEDED = {
    "small": "the firm that stakes everything",
    "big": "the firm that does not",
    "venture": "what the two can make together",
}
OF_VENTURES = ("venture", "commitment")


def scenario_of(document: Document) -> Scenario:
    """Return the scenario that a document describes.

    Raises
    ------
    FileError
        With every problem in the file.
    """
    scenario, problems = validated(document, table_of(Scenario))
    if "payoffs" in document.data:
        problems += [
            document.problem("must not stand beside [payoffs], where it plays no part; got both. Leave out one.", key)
            for key in OF_VENTURES
            if key in document.data
        ]
    else:
        problems += [
            Problem(f"is missing. Add a [{key}] table: {what}.", str(document.path), None, key)
            for key, what in NEEDED.items()
            if key not in document.data
        ]
    if problems or scenario is None:
        raise FileError(problems)
    made: Scenario = scenario
    return made
