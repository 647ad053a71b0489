"""The first sections of a report: the question, the scenario and its contracts in words, and the design."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from simulator.economy.contract import Contract, term_name
from simulator.economy.scenario import Scenario
from simulator.foundation.parameters import limits_of
from simulator.interfaces.cli.tables import shown
from simulator.interfaces.report.markup import (
    NONE,
    Markup,
    element,
    escaped,
    folded,
    joined,
    number,
    pairs,
    table,
    verbatim,
)
from simulator.interfaces.report.material import Material
from simulator.interfaces.report.meaning import Meaning, given, meaning_of, sentence, worded
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.designs import DESIGNS
from simulator.sweeps.factors import CONTRACT
from simulator.sweeps.measures import MEASURES

LEADS = {"small": "SmallCo commits first", "big": "BigCo commits first", "simultaneous": "both commit at once"}
NOT_TABLES = {"name", "title", "summary", "source", CONTRACT}
SMALLCO = element("span", "SmallCo", class_="smallco")
BIGCO = element("span", "BigCo", class_="bigco")
FEW = 12


def counted(count: int, what: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> counted(1, "point"), counted(9600, "run")
    ('1 point', '9600 runs')
    """
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def question(material: Material) -> Iterator[Markup]:
    """Yield what is asked, and what is compared."""
    experiment = material.experiment
    if experiment["claim"]:
        yield element("p", "The claim to be shown or refuted:")
        yield element("p", experiment["claim"], class_="claim")
    else:
        yield element("p", "The experiment states no claim.")
    contracts, baseline = experiment["contracts"], experiment["baseline"]
    if len(contracts) > 1:
        others = [element("b", name) for name in contracts if name != baseline]
        yield element(
            "p", "Compared with the baseline ", element("b", baseline), ": ", joined(others, ", "),
            ". A contract is judged by ", ", ".join(material.measures),
            ", as a difference from the baseline in histories that have the same luck.",
        )  # fmt: skip
    else:
        yield element("p", "Only ", element("b", baseline), " is simulated; nothing is compared with it.")
    yield table(
        "What is measured",
        ("measure", "unit", "definition"),
        [
            (name, MEASURES[name].unit if name in MEASURES else "", MEASURES[name].doc if name in MEASURES else "")
            for name in experiment["measures"]
        ],
    )


def setup(material: Material) -> Iterator[Markup]:
    """Yield the scenario in words, the contracts, the factors, the parameters, and the scenario's text."""
    scenario, text = material.scenario, str(material.manifest["scenario"]["text"])
    yield element("h3", "The scenario")
    if scenario is None:
        yield element("p", "This version of the program cannot read the scenario's text, which stands below as kept.")
    else:
        if scenario.title or scenario.summary:
            yield element("p", element("b", scenario.title), ". " if scenario.title else "", scenario.summary)
        yield element("ul", *(element("li", line) for line in _in_words(scenario)))
        yield element("h3", "The contracts")
        yield from _contracts(material, scenario)
    yield element("h3", "What varies")
    yield _factors(material)
    if scenario is not None:
        yield element("h3", "The parameters")
        yield _parameters(material, scenario)
    lines = counted(text.count("\n") + (not text.endswith("\n")), "line")
    yield folded(f"The scenario as written ({lines})", verbatim(text, "The scenario as written"))


def _in_words(scenario: Scenario) -> Iterator[Markup]:
    """Yield what a scenario is, sentence by sentence."""
    small, big = scenario.small, scenario.big
    lead = LEADS[scenario.lead]
    if scenario.payoffs is not None:
        rows, columns = len(scenario.payoffs.small), len(scenario.payoffs.small[0])
        yield joined(
            ("A game whose payoffs are given outright: ", SMALLCO, f" has {rows} actions, ", BIGCO, f" {columns}.")
        )
    else:
        for who, firm in ((SMALLCO, small), (BIGCO, big)):
            burn = f"spends {shown(firm.burn)} a month" if firm.burn else "spends nothing by the month"
            income = f", has {shown(firm.income)} a month from other business" if firm.income else ""
            runway = f", a runway of {shown(firm.runway)} months" if firm.burn > firm.income == 0 else ""
            yield joined(
                (
                    f"{firm.count} ", who, f": starts with {shown(firm.cash)} (money), {burn}{runway}{income}; ",
                    f"{firm.specificity:.0%} of what it commits is worthless elsewhere. ",
                    f"Strategy {firm.strategy.name}: ",
                    STRATEGIES[firm.strategy.name].doc if firm.strategy.name in STRATEGIES else "your own",
                )
            )  # fmt: skip
        venture = scenario.venture
        for what in ("technology", "revenue", "shock"):
            yield joined((element("b", what.capitalize()), ": ", sentence(type(getattr(venture, what)))))
        if venture.milestones or venture.delay:
            yield escaped(
                f"{counted(venture.milestones, 'milestone')} to pass before anything is sold, each with a chance of "
                f"{shown(venture.hazard)} a month at full commitment, then {counted(venture.delay, 'month')} of delay."
            )
        yield joined(
            (
                "Where nothing is signed the firms bargain; the weight of ", SMALLCO,
                f" is {shown(scenario.bargaining.power)} ({scenario.bargaining.rule.replace('_', ' ')}).",
            )
        )  # fmt: skip
    yield escaped(f"A history lasts {counted(scenario.horizon.months, 'month')}; {lead}.")


def _contracts(material: Material, scenario: Scenario) -> Iterator[Markup]:
    """Yield the terms of every contract in words, their parameters as signed unless a factor varies them."""
    rows: list[tuple[object, ...]] = []
    for name in material.experiment["contracts"]:
        contract = scenario.contract(name)
        shown_as = f"{name} (baseline)" if name == material.experiment["baseline"] else name
        rows += _terms(contract, shown_as, set(material.experiment["factors"]))
    yield table("The contracts and their terms", ("contract", "term", "what it does", "as signed"), rows)


def _terms(contract: Contract, name: str, varied: set[str]) -> Iterator[tuple[object, ...]]:
    """Yield a row for every term of a contract."""
    if not contract.terms:
        yield name, "none", "Nothing is signed: the firms bargain over every month's revenue.", NONE
    for place, term in enumerate(contract.terms):
        kind = term_name(term)
        signed = []
        for field, limits in limits_of(term):
            value, path = getattr(term, field.name), f"{CONTRACT}.{kind}.{field.name}"
            if path in varied:
                signed.append(f"{field.name}: varied")
            elif field.default is dataclasses.MISSING or value != field.default:
                unit = "" if limits.unit == "-" else f" {limits.unit}"
                signed.append(f"{field.name} {worded(value)}{unit}: {limits.doc}")
        told = element("ul", *(element("li", each) for each in signed)) if len(signed) > 1 else "".join(signed) or NONE
        yield name if place == 0 else element("span", name, class_="interval"), kind, sentence(type(term)), told


def _factors(material: Material) -> Markup:
    """Return the factors with their values or distributions."""
    factors = material.experiment["factors"]
    if not factors:
        return element("p", "Nothing varies: the scenario is run as it is.")
    rows = []
    for path, values in factors.items():
        meant = meaning_of(material.scenario, path) if material.scenario is not None else Meaning()
        told = worded(values)
        if isinstance(values, list) and len(values) > FEW:
            told = f"{len(values)} values: {worded(values[:3])}, ... {worded(values[-1])}"
        rows.append((path, told, meant.unit, meant.doc))
    return table("The factors", ("factor", "values", "unit", "meaning"), rows)


def _parameters(material: Material, scenario: Scenario) -> Markup:
    """Return the parameters that the scenario states or a factor varies; all others have their defaults."""
    varied = material.experiment["factors"]
    stated = {key: value for key, value in material.data.items() if key not in NOT_TABLES}
    values = {path: worded(value) for path, value in given(stated)}
    values |= {path: "varied" for path in varied if not path.startswith(f"{CONTRACT}.")}
    rows = []
    for path, value in values.items():
        meant = meaning_of(scenario, path)
        rows.append((path, value, meant.unit, meant.doc))
    return table(
        "Parameters that the scenario states; all others have their defaults",
        ("parameter", "value", "unit", "meaning"),
        rows,
    )


def design(material: Material) -> Iterator[Markup]:
    """Yield the design, the numbers of runs, what failed, and what common luck is."""
    experiment, manifest = material.experiment, material.manifest
    named = experiment["design"]
    name = str(named.get("name") if isinstance(named, dict) else named)
    told = f"{name}: {sentence(DESIGNS[name]).removeprefix('Return ')}" if name in DESIGNS else worded(named)
    contracts, replicates = len(experiment["contracts"]), int(experiment["replicates"])
    yield pairs(
        (
            ("Design", told),
            ("Points", joined((number(material.points), " combinations of the factors' values"))),
            ("Contracts", joined((number(contracts), " at every point"))),
            ("Replicates", joined((number(replicates), " histories of every contract at every point"))),
            (
                "Runs",
                joined(
                    (number(manifest["runs"]), " = ", " × ".join(map(str, (material.points, contracts, replicates))),
                     "" if material.runs == manifest["runs"] else f", of which {material.runs} are there")
                ),
            ),
            ("Failed runs", joined((number(material.failed), ", left out of every mean" if material.failed else ""))),
            ("Seed", str(experiment["seed"])),
        )
    )  # fmt: skip
    if material.errors:
        yield table("The most frequent errors", ("error", "runs"), [(e, number(n)) for e, n in material.errors])
    yield element("h3", "The same luck for every contract")
    yield element(
        "p",
        "A replicate meets the same shocks in the same months, the same milestones and the same partners under "
        "every contract and at every point: each random draw is a function of the seed, the replicate, the month, the "
        "firm and the purpose, and of nothing else. What luck does to both contracts cancels in their difference, so "
        "the difference is that of the contracts, and far fewer runs are needed to see it. The replicate, not the run, "
        "is the unit of every interval and test, because all runs of one replicate share their luck.",
    )
