"""An experiment as a file: its keys, the values of its factors, and the checks against the scenario it varies."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from simulator.economy.contract import NOTHING_SIGNED
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, FileError, Problem, nearest
from simulator.foundation.parameters import Limits
from simulator.interfaces.design_file import design_of, design_type, factor_of, levels
from simulator.interfaces.document import Document, open_document, validated
from simulator.interfaces.edge_file import with_ties
from simulator.interfaces.locate import locate
from simulator.interfaces.scenario_file import scenario_of
from simulator.interfaces.schema import (
    NAME,
    OWNED,
    TEXT,
    Table,
    checked,
    fault,
    new_model,
    number,
    table_of,
    texts,
    worded,
)
from simulator.sweeps.constraints import Constraints
from simulator.sweeps.designs import DESIGNS, Design
from simulator.sweeps.distributions import Continuous, Discrete
from simulator.sweeps.experiment import ALL, LARGEST, Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.measures import MEASURES
from simulator.sweeps.plan import faults
from simulator.sweeps.replication import Replication

REPLICATES = Limits("histories", 1, LARGEST, False, False, "Histories per point and contract.")
SEED = Limits("-", 0, LARGEST, False, False, "The luck; 0 is a seed.")
VALUES = ("small_value", "big_value", "surplus")


@functools.cache
def experiment_table() -> Table:
    """Return how an experiment's file is read: its keys; the scenario is still a name."""
    replication = table_of(Replication)
    menu = worded(Literal["all"] | texts, 'a list of names or "all"', 'Write, say, contracts = "all".')
    fields: dict[str, Any] = {
        "name": (NAME, ...),
        "scenario": (TEXT, ...),
        "title": (TEXT, ""),
        "claim": (TEXT, ""),
        "contracts": (checked(menu, _some), "all"),
        "baseline": (TEXT, ""),
        "design": (design_type()[0], "grid"),
        "replicates": (number(REPLICATES, whole=True), 100),
        "seed": (number(SEED, whole=True), 0),
        "measures": (worded(texts, "a list of names", 'Write, say, ["surplus"].'), VALUES),
        "factors": (dict[str, Annotated[Any, BeforeValidator(_levels)]], {}),
        "constraints": (worded(texts, "a list of texts", 'Write, say, ["small.cash > 2 * small.burn"].'), ()),
        "replication": (replication.type | None, None),
    }
    tables: dict[str, Any] = {"design": design_type()[1], "replication": replication}
    return Table(Annotated[new_model("Experiment", fields), AfterValidator(dict)], tuple(fields), tables)


def _some(contracts: Any) -> Any:
    """Return the contracts, unless there are none: "all" is a word of its own."""
    if not contracts:
        raise fault('must name at least one; got []. Write contracts = "all", or names of the menu.')
    return contracts


def _levels(value: Any, info: ValidationInfo) -> Any:
    """Return the values of a factor, or what they are drawn from, as the design says."""
    design = info.data.get("design")  # none where it is itself at fault
    return levels(value, sampled=design is None or (DESIGNS[design] if isinstance(design, str) else design).sampled)


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
        problems += _baseline_problem(document, scenario)
        problems += _factor_problems(document, scenario)
        if not problems:
            try:
                experiment = _experiment(read, scenario, text)
                if experiment.replication is not None:
                    faults(experiment)  # for the most runs of it
                return experiment
            except AllianceError as error:
                problems.append(_owned(document, error))
    raise FileError(sorted(problems, key=lambda problem: (problem.file != str(document.path), problem.line or 0)))


def _owned(document: Document, error: AllianceError, default: str = "") -> Problem:
    """Return an error of the frozen objects as a problem of the key it names, or of the default key."""
    owner, key = str(error).partition(".")[0], OWNED.match(str(error))
    place = [key.group(1)] if key else [default] * bool(default)
    if owner == "Replication" or "measure of the replication" in str(error):
        place = ["replication", *(place if key else ["measure"])]
    elif key and owner != "Experiment":
        place = ["design", *place]
    return document.problem(OWNED.sub("", str(error)), *place)


def _passed_on(document: Document, problem: Problem) -> Problem:
    """Return a problem of the scenario: where it stands in its file, or the line that names the file."""
    return problem if problem.line else document.problem(f"{problem.file}: {problem.message}", "scenario")


def _experiment(read: dict[str, Any], scenario: Scenario, text: str) -> Experiment:
    """Return the frozen experiment."""
    given = dict(read)
    contracts = given.pop("contracts")
    given |= {"scenario": scenario, "scenario_text": text, "contracts": ALL if contracts == "all" else contracts}
    given["factors"] = tuple(
        Factor(path, distribution=values) if isinstance(values, Continuous | Discrete) else Factor(path, tuple(values))
        for path, values in given["factors"].items()
    )
    return Experiment(**given)


def _names(document: Document, key: str, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for every unknown name in a list."""
    names = document.data.get(key)
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            yield document.problem(f"unknown {key.removesuffix('s')} {name!r}. {nearest(name, known)}", key, index)


def _baseline_problem(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Yield a problem if the baseline is none of the contracts that are compared."""
    name, given = document.data.get("baseline"), document.data.get("contracts")
    menu = [each.name for each in scenario.contracts] or [NOTHING_SIGNED]
    compared = [each for each in given if isinstance(each, str)] if isinstance(given, list) else menu
    if isinstance(name, str) and name and compared and name not in compared:
        yield document.problem(f"must be one of the contracts; got {name!r}. {nearest(name, compared)}", "baseline")


def _factor_problems(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with the factors, whatever else is wrong with the file."""
    try:
        design = design_of(document.data.get("design", "grid"))
    except ValidationError:
        return  # reported when the table was validated
    table = document.data.get("factors")
    factors = []
    for path, value in table.items() if isinstance(table, dict) else ():
        try:
            factors.append(factor_of(path, value, sampled=design.sampled))
        except AllianceError as error:
            yield document.problem(_about(path, error), "factors", path)
        except PydanticCustomError:
            continue  # reported when the table was validated
    complete = len(factors) == len(table or ())  # else a constraint or the design may miss one that is at fault
    held = []
    texts_given = document.data.get("constraints")
    for index, text in enumerate(texts_given if isinstance(texts_given, list) else ()):
        if not isinstance(text, str):
            continue  # reported when the table was validated
        try:
            Constraints([text], scenario, list(table) if isinstance(table, dict) else [])
            if complete:
                held.append(text)
        except AllianceError as error:
            yield document.problem(str(error), "constraints", index)
    try:
        found = faults(_probed(document, scenario, design, tuple(factors), tuple(held)))
    except AllianceError as error:
        if complete:
            yield _owned(document, error, "design" if "design" in document.data and _of_design(error) else "factors")
        return
    for path, fault_found in found:
        yield document.problem(_about(path, fault_found), "factors", path)


def _of_design(error: AllianceError) -> bool:
    """Return whether an error is about the design rather than its factors."""
    return str(error).startswith(("The design ", "Morris and Saltelli designs "))


def _probed(
    document: Document, scenario: Scenario, design: Design, factors: tuple[Factor, ...], held: tuple[str, ...]
) -> Experiment:
    """Return the experiment as far as its factors are concerned, whatever else is wrong with the file."""
    given, menu = document.data.get("contracts"), {each.name for each in scenario.contracts}
    contracts = tuple(name for name in given if name in menu) if isinstance(given, list) else ALL
    whole = {"replicates": REPLICATES, "seed": SEED}
    numbers = {
        key: document.data[key]
        for key, limits in whole.items()
        if type(document.data.get(key)) is int and limits.admits(document.data[key])
    }
    return Experiment("any", scenario, contracts=contracts, design=design, factors=factors, constraints=held, **numbers)


def _about(path: str, error: AllianceError) -> str:
    """Return an error's line without the factor's path, which stands before it."""
    text = str(error).removeprefix(f"Factor {path!r}").removeprefix(":").strip()
    return OWNED.sub("", text).removeprefix(f"{path} ")
