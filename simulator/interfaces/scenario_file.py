"""A scenario as a file."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.economy.scenario import Scenario
from simulator.foundation.errors import FileError, ParameterError, Problem
from simulator.interfaces.document import Document, validated
from simulator.interfaces.edge_file import PLACE, with_ties
from simulator.interfaces.schema import OWNED, table_of

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
    read, at_fault = with_ties(document)
    scenario, found = validated(read, table_of(Scenario))
    found += at_fault
    if scenario is not None:
        found += _beyond_the_market(document, scenario)
    problems = sorted(found, key=lambda problem: (problem.file != str(document.path), problem.line or 0))
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


def _beyond_the_market(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Yield a problem if there are too few firms for the network."""
    try:
        scenario.market.network.check_firms(scenario.small.count, scenario.big.count)
    except ParameterError as error:
        given, owned = document.data["market"]["network"], OWNED.match(str(error))
        key = "file" if "file" in given else owned.group(1) if owned else ""
        yield document.problem(OWNED.sub("", str(error)), *PLACE, *([key] if key else []))
