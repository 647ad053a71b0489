"""An experiment as a file: its keys, the values of its factors, and the checks against the scenario it varies."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Strict
from pydantic_core import PydanticCustomError

from simulator.economy.contract import NOTHING_SIGNED
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, FileError, Problem, nearest
from simulator.foundation.parameters import Limits
from simulator.interfaces.document import Document, open_document, validated
from simulator.interfaces.edge_file import with_ties
from simulator.interfaces.locate import locate
from simulator.interfaces.scenario_file import scenario_of
from simulator.interfaces.schema import OWNED, Table, fault, new_model, number, shown, texts, worded
from simulator.sweeps.design import DESIGNS
from simulator.sweeps.experiment import ALL, LARGEST, Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.measures import MEASURES
from simulator.sweeps.plan import faults

REPLICATES = Limits("histories", 1, LARGEST, False, False, "Histories per point and contract.")
SEED = Limits("-", 0, LARGEST, False, False, "The luck; 0 is a seed.")
RANGE = "{ low = 3, high = 6, steps = 4 }"
VALUES = ("small_value", "big_value", "surplus")
STEPS = Limits("values", 2, 10_000, False, False, "Equally spaced values, both ends included.")


def _values(value: Any) -> Any:
    """Return the values of a factor from a list or from ``{ low, high, steps }``."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise fault(f"must be a list of values or a range; got {shown(value)}. Write [3, 6] or {RANGE}.")
    given = dict(value)
    for key in ("low", "high", "steps"):
        if key not in given:
            raise fault(f"is missing. A range is written {RANGE}.", key)
    low, high, steps = (given.pop(key) for key in ("low", "high", "steps"))
    for key in given:
        raise fault(f"unknown key. {nearest(key, ('low', 'high', 'steps'))}", key)
    for key, end in (("low", low), ("high", high)):
        if isinstance(end, bool) or not isinstance(end, int | float) or not abs(end) < float("inf"):
            raise fault(f"must be a finite number; got {shown(end)}. Write a number, without quotes.", key)
    if isinstance(steps, bool) or not isinstance(steps, int) or not STEPS.admits(steps):
        raise fault(f"must be a whole number in {STEPS}; got {shown(steps)}. Write, say, steps = 5.", "steps")
    if not low < high:
        raise fault(f"must be above low = {shown(low)}; got {shown(high)}. Write the larger end last.", "high")
    return [spaced(low, high, steps, index) for index in range(steps)]


def spaced(low: float, high: float, steps: int, index: int) -> float:
    """Return one of equally spaced values, as the decimal number one would write.

    Examples
    --------
    >>> [spaced(0.1, 0.5, 5, index) for index in range(5)]
    [0.1, 0.2, 0.3, 0.4, 0.5]
    """
    return float(f"{low + (high - low) * index / (steps - 1):.12g}")


def _design(value: Any) -> Any:
    """Return the name of a design from ``"grid"`` or ``{ name = "grid" }``."""
    name = value
    if isinstance(value, dict):
        for key in value:
            if key != "name":
                raise fault("unknown key. A design has a name only.", key)
        name = value.get("name")
    if not isinstance(name, str):
        raise fault(f'must be the name of a design; got {shown(name)}. Write, say, {{ name = "grid" }}.')
    if name not in DESIGNS:
        raise fault(f"unknown design {name!r}. {nearest(name, DESIGNS)}", "name" if isinstance(value, dict) else "")
    return name


@functools.cache
def experiment_table() -> Table:
    """Return how an experiment's file is read: its keys; the scenario is still a name."""
    text = worded(Annotated[str, Strict()], "text", 'Write it in quotes, "like this".')
    menu = worded(Literal["all"] | texts, 'a list of names or "all"', 'Write, say, contracts = "all".')
    fields: dict[str, Any] = {
        "name": (text, ...),
        "scenario": (text, ...),
        "title": (text, ""),
        "claim": (text, ""),
        "contracts": (menu, "all"),
        "baseline": (text, ""),
        "design": (Annotated[str, BeforeValidator(_design)], "grid"),
        "replicates": (number(REPLICATES, whole=True), 100),
        "seed": (number(SEED, whole=True), 0),
        "measures": (worded(texts, "a list of names", 'Write, say, ["surplus"].'), VALUES),
        "factors": (dict[str, Annotated[list[Any], BeforeValidator(_values)]], {}),
    }
    return Table(Annotated[new_model("Experiment", fields), AfterValidator(dict)], tuple(fields), {})


def experiment_of(document: Document) -> Experiment:
    """Return the experiment that a document describes.

    Raises
    ------
    FileError
        With every problem in the file and in the scenario it names.
    """
    read, problems = validated(document, experiment_table())
    problems += _names(document, "measures", MEASURES)
    scenario, text = None, ""
    if isinstance(document.data.get("scenario"), str):
        try:
            source = open_document(locate(document.data["scenario"], "scenarios", document.path.parent))
            scenario, text = scenario_of(source), with_ties(source)[0].text
        except FileError as error:
            problems += [_passed_on(document, problem) for problem in error.problems]
    if scenario is not None:
        problems += _names(document, "contracts", [*(each.name for each in scenario.contracts), NOTHING_SIGNED])
        problems += _factor_problems(document, scenario)
        if not problems:
            try:
                return _experiment(read, scenario, text)
            except AllianceError as error:
                owned = OWNED.match(str(error))
                problems.append(document.problem(OWNED.sub("", str(error)), *([owned.group(1)] if owned else [])))
    raise FileError(sorted(problems, key=lambda problem: (problem.file != str(document.path), problem.line or 0)))


def _passed_on(document: Document, problem: Problem) -> Problem:
    """Return a problem of the scenario: where it stands in its file, or the line that names the file."""
    return problem if problem.line else document.problem(f"{problem.file}: {problem.message}", "scenario")


def _experiment(read: dict[str, Any], scenario: Scenario, text: str) -> Experiment:
    """Return the frozen experiment."""
    given = dict(read)
    contracts = given.pop("contracts")
    given |= {"scenario": scenario, "scenario_text": text, "contracts": ALL if contracts == "all" else contracts}
    given["factors"] = tuple(Factor(path, tuple(values)) for path, values in given["factors"].items())
    return Experiment(**given)


def _names(document: Document, key: str, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for every unknown name in a list."""
    names = document.data.get(key)
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            yield document.problem(f"unknown {key.removesuffix('s')} {name!r}. {nearest(name, known)}", key, index)


def _factor_problems(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with the factors, whatever else is wrong with the file."""
    table = document.data.get("factors")
    factors = []
    for path, value in table.items() if isinstance(table, dict) else ():
        try:
            factors.append(Factor(path, tuple(_values(value))))
        except AllianceError as error:
            yield document.problem(_about(path, error), "factors", path)
        except PydanticCustomError:
            continue  # reported when the table was validated
    given, design = document.data.get("contracts"), document.data.get("design", "grid")
    menu = {each.name for each in scenario.contracts}
    contracts = tuple(name for name in given if name in menu) if isinstance(given, list) else ALL
    found: list[tuple[str, AllianceError]] = []
    try:
        known = _design(design)
        found = faults(Experiment("any", scenario, contracts=contracts, design=known, factors=tuple(factors)))
    except AllianceError as error:
        yield document.problem(str(error), "factors")
    except PydanticCustomError:
        return  # reported when the table was validated
    for path, fault_found in found:
        yield document.problem(_about(path, fault_found), "factors", path)


def _about(path: str, error: AllianceError) -> str:
    """Return an error's line without the factor's path, which stands before it."""
    text = str(error).removeprefix(f"Factor {path!r}").removeprefix(":").strip()
    return OWNED.sub("", text)
