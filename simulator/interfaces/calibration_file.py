"""A calibration as a file: its keys, its moments (in it or in a table beside it), and checks against the scenario."""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Strict, TypeAdapter, ValidationError

from simulator.calibration.problem import OPTIMISERS, SAMPLES, WEIGHTINGS, Calibration, Moment, Parameter
from simulator.calibration.statistics import STATISTICS
from simulator.economy.contract import NOTHING_SIGNED, Contract, term_name
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, FileError, Problem, nearest
from simulator.interfaces.document import Document, open_document, validated
from simulator.interfaces.locate import locate
from simulator.interfaces.scenario_file import scenario_of
from simulator.interfaces.schema import NAME, OWNED, TEXT, Table, fault, guarded, new_model, worded
from simulator.sweeps.factors import with_value
from simulator.sweeps.measures import MEASURES

NUMBER = worded(Annotated[float, Strict()], "a number", "Write a number, without quotes.")
WHOLE = worded(Annotated[int, Strict()], "a whole number", "Write a whole number, without quotes.")
NUMBERS = ("value", "q", "threshold", "standard_error", "weight")
KEYS = ("measure", "statistic", *NUMBERS, "count")
SECTION = {"moments": "moment"}
INSIDE = 0.41421356
"""Where between the bounds a value is tried that is no whole number."""


def _moment(filled: Any) -> Moment:
    """Return a moment from the keys of its table."""
    if filled.measure not in MEASURES:
        raise fault(f"unknown measure {filled.measure!r}. {nearest(filled.measure, MEASURES)}", "measure")
    if filled.statistic not in STATISTICS:
        raise fault(f"unknown statistic {filled.statistic!r}. {nearest(filled.statistic, STATISTICS)}", "statistic")
    needed = STATISTICS[filled.statistic].needs
    for key in ("q", "threshold"):
        if getattr(filled, key) is not None and key != needed:
            raise fault(f"must be left out of a {filled.statistic}; got {getattr(filled, key)}. Remove it.", key)
    level = getattr(filled, needed) if needed else None
    try:
        return Moment(
            filled.measure,
            filled.statistic,
            filled.value,
            math.nan if level is None else level,
            filled.standard_error,
            filled.count,
            filled.weight,
        )
    except AllianceError as error:
        owned = OWNED.match(str(error))
        raise fault(OWNED.sub("", str(error)), owned.group(1) if owned else "") from error


@functools.cache
def moment_table() -> Table:
    """Return how a ``[[moment]]`` table, or a row of a table of moments, is read."""
    fields: dict[str, Any] = {"measure": (TEXT, ...), "statistic": (TEXT, "mean"), "value": (NUMBER, ...)}
    fields |= dict.fromkeys(NUMBERS[1:], (NUMBER | None, None)) | {"count": (WHOLE | None, None)}
    return Table(Annotated[new_model("Moment", fields), AfterValidator(_moment)], KEYS, {})


@functools.cache
def parameter_table() -> Table:
    """Return how the table of a parameter is read; its path is the key it stands at."""
    fields: dict[str, Any] = {"low": (NUMBER, ...), "high": (NUMBER, ...), "start": (NUMBER, math.nan)}

    def make(filled: Any) -> Parameter:
        return Parameter("", filled.low, filled.high, filled.start)

    return Table(Annotated[new_model("Parameter", fields), AfterValidator(guarded(make))], tuple(fields), {})


@functools.cache
def calibration_table() -> Table:
    """Return how a calibration's file is read; the scenario is still a name, and so is a table of moments."""
    moment, parameter = moment_table(), parameter_table()
    fields: dict[str, Any] = {
        "name": (NAME, ...),
        "scenario": (TEXT, ...),
        "title": (TEXT, ""),
        "contract": (TEXT, ""),
        "replicates": (WHOLE, 2000),
        "seed": (WHOLE, 0),
        "weighting": (TEXT, WEIGHTINGS[0]),
        "samples": (TEXT, SAMPLES[0]),
        "optimiser": (TEXT, OPTIMISERS[0]),
        "starts": (WHOLE, 4),
        "evaluations": (WHOLE, 400),
        "parameters": (dict[str, parameter.type], ...),  # type: ignore[name-defined]
        "moment": (list[moment.type], []),  # type: ignore[name-defined]
        "moments": (TEXT, ""),
    }
    tables: dict[str, Table | Mapping[str, Table]] = {"moment": moment, "parameters": _Any(parameter)}
    return Table(Annotated[new_model("Calibration", fields), AfterValidator(dict)], tuple(fields), tables)


class _Any(dict[str, Table]):
    """The same table under every name."""

    def __init__(self, table: Table) -> None:
        """Keep the table."""
        super().__init__()
        self.table = table

    def __missing__(self, _: str) -> Table:
        """Return the table."""
        return self.table


def calibration_of(document: Document) -> Calibration:
    """Return the calibration that a document describes.

    Raises
    ------
    FileError
        With every problem in the file, in its table of moments, and in the scenario it names.
    """
    read, problems = validated(document, calibration_table())
    for key, known in (("weighting", WEIGHTINGS), ("samples", SAMPLES), ("optimiser", OPTIMISERS)):
        word = document.data.get(key)
        if isinstance(word, str) and word not in known:
            problems.append(document.problem(f"unknown {key} {word!r}. {nearest(word, known)}", key))
    moments = list(read["moment"]) if read else []
    if isinstance(document.data.get("moments"), str):
        more, found = _beside(document, document.data["moments"])
        moments, problems = [*moments, *more], [*problems, *found]
    elif "moment" not in document.data:
        message = 'is missing. Write what was observed, one [[moment]] each, or moments = "moments.csv".'
        problems.append(document.problem(message, "moment"))
    scenario = None
    if isinstance(document.data.get("scenario"), str):
        try:
            scenario = scenario_of(open_document(locate(document.data["scenario"], "scenarios", document.path.parent)))
        except FileError as error:
            problems += [_passed_on(document, problem) for problem in error.problems]
    if scenario is not None:
        contract, found = _contract(document, scenario)
        problems += [*found, *_misplaced(document, scenario, contract)]
        if not problems:
            try:
                return _calibration(read, scenario, tuple(moments))
            except AllianceError as error:
                owned = OWNED.match(str(error))
                key = owned.group(1) if owned else ""
                path = [SECTION.get(key, key) if SECTION.get(key, key) in document.data else key] if key else []
                problems.append(document.problem(OWNED.sub("", str(error)), *path))
    raise FileError(sorted(problems, key=lambda problem: (problem.file != str(document.path), problem.line or 0)))


def _calibration(read: dict[str, Any], scenario: Scenario, moments: tuple[Moment, ...]) -> Calibration:
    """Return the frozen calibration."""
    given = {key: value for key, value in read.items() if key != "moment"}
    parameters = tuple(
        Parameter(path, each.low, each.high, each.start) for path, each in given.pop("parameters").items()
    )
    return Calibration(**given | {"scenario": scenario, "parameters": parameters, "moments": moments})


def _passed_on(document: Document, problem: Problem) -> Problem:
    """Return a problem of the scenario: where it stands in its file, or the line that names the file."""
    return problem if problem.line else document.problem(f"{problem.file}: {problem.message}", "scenario")


def _contract(document: Document, scenario: Scenario) -> tuple[Contract, list[Problem]]:
    """Return the contract that is meant, the first if it is unknown, and what is wrong with its name."""
    name = document.data.get("contract")
    known = [*(each.name for each in scenario.contracts), NOTHING_SIGNED]
    if isinstance(name, str) and name and name not in known:
        message = f"unknown contract {name!r}. {nearest(name, known)}"
        return scenario.contract(), [document.problem(message, "contract")]
    return scenario.contract(name if isinstance(name, str) and name else None), []


def _misplaced(document: Document, scenario: Scenario, contract: Contract) -> Iterator[Problem]:
    """Yield a problem for every parameter that is no number of this scenario, or whose bounds it does not allow."""
    table = document.data.get("parameters")
    for path, entry in table.items() if isinstance(table, dict) else ():
        parts = path.split(".")
        terms = [term_name(term) for term in contract.terms]
        if parts[0] == "contract" and len(parts) > 1 and parts[1] not in terms:
            yield document.problem(
                f"must be a term of the contract {contract.name!r}; got {parts[1]!r}. "
                f"It has {', '.join(terms) or 'no terms'}.",
                "parameters",
                path,
            )
            continue
        ends = [entry.get(key) if isinstance(entry, dict) else None for key in ("low", "high")]
        if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
            continue  # reported when the table was validated
        low, high = map(float, ends)  # type: ignore[arg-type]
        for key, value in (("low", low), ("high", high), ("", low + INSIDE * (high - low))):
            try:
                with_value(scenario, contract, path, value, "parameter")
            except AllianceError as error:
                message = str(error).removeprefix(f"{path} ")
                if not key:
                    message = "must be a number with fractions; got a whole number. Sweep it with `alliance sweep`."
                yield document.problem(message, "parameters", path, *([key] if "must be in" in message else []))
                break


def _beside(document: Document, name: str) -> tuple[list[Moment], list[Problem]]:
    """Return the moments in a table of comma-separated values beside the file, and its problems."""
    path = document.path.parent / name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = (error.strerror or error) if isinstance(error, OSError) else "it is not text in UTF-8"
        message = f"{path} cannot be read: {reason}. Write its path relative to the calibration's file."
        return [], [document.problem(message, "moments")]
    rows = csv.reader(text.splitlines())
    head = [name.strip() for name in next(rows, [])]
    for column in head:
        if column not in KEYS:
            return [], [Problem(f"unknown column. {nearest(column, KEYS)}", str(path), 1, column)]
    moments: list[Moment] = []
    problems: list[Problem] = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if len(cells) > len(head):
            message = f"must have {len(head)} cells, as the first line; got {len(cells)}. Quote a cell with commas."
            problems.append(Problem(message, str(path), rows.line_num))
            continue
        data = {key: _cell(key, cell) for key, cell in zip(head, cells, strict=False) if cell}
        line = Document(path, text, data, {(key,): rows.line_num for key in KEYS})
        try:
            moments.append(TypeAdapter(moment_table().type).validate_python(data))
        except ValidationError as error:
            problems += line.problems(error, moment_table())
    if not moments and not problems:
        problems.append(Problem("must hold at least one moment; got none. Write measure,statistic,value.", str(path)))
    return moments, problems


def _cell(key: str, text: str) -> Any:
    """Return a cell as the number it is to be, or as text, which is then refused."""
    try:
        return int(text) if key == "count" else float(text) if key in NUMBERS else text
    except ValueError:
        return text
