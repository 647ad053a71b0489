"""A scenario and an experiment written out as commented files, so that a new one can start from them.

Keys, units, ranges and explanations come from the same metadata that checks a file, so the comments cannot lie.
"""

from __future__ import annotations

import dataclasses
import json
import textwrap
import typing
from collections.abc import Iterable, Iterator
from typing import Any

from simulator.economy.contract import TERMS, Contract, term_name
from simulator.economy.firm import StrategyChoice
from simulator.economy.meeting import NETWORKS
from simulator.economy.scenario import LEADS, SELECTIONS, Scenario
from simulator.economy.venture import REVENUES, SHOCKS, TECHNOLOGIES
from simulator.foundation.parameters import Limits, limits_of
from simulator.foundation.registry import Registry
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.factors import paths
from simulator.sweeps.measures import MEASURES

NAMED: dict[str, Registry[Any]] = {
    "technology": TECHNOLOGIES,
    "revenue": REVENUES,
    "shock": SHOCKS,
    "network": NETWORKS,
    "strategy": STRATEGIES,
}
WIDTH = 110
COMMENT_AT = 32


def toml(value: Any) -> str:
    """Return a value as TOML.

    Examples
    --------
    >>> toml(("a", 1.0, True)), toml(-float("inf"))
    ('["a", 1.0, true]', '-inf')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(item) for item in value)}]"
    return repr(value)


def _inline(pairs: Iterable[tuple[str, Any]]) -> str:
    inside = ", ".join(f"{key} = {toml(value)}" for key, value in pairs)
    return f"{{ {inside} }}" if inside else "{}"


def _named(registry: Registry[Any], value: Any) -> str:
    """Return a technology, revenue, shock or strategy as it stands in a file."""
    if isinstance(value, StrategyChoice):
        return _inline([("name", value.name), *value.parameters]) if value.parameters else toml(value.name)
    name = next(name for name, entry in registry.items() if entry is type(value))
    return _inline([("name", name), *((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))])


def _line(code: str, comment: str) -> str:
    """Return a line with its comment beside it, or above it where that would be too long."""
    line = f"{code.ljust(COMMENT_AT - 1)} # {comment}" if comment else code
    return line if len(line) <= WIDTH + 10 else "\n".join([*_wrapped(comment), code])


def _explained(limits: Limits | None, hint: Any) -> str:
    """Return what a key means: its unit, its range and its sentence."""
    if limits is not None and hint is bool:
        return f"true or false: {limits.doc}"
    if limits is not None and limits.words:
        return f"one of {limits}: {limits.doc}"
    if limits is not None:
        return f"{'' if limits.unit == '-' else f'{limits.unit}, '}{limits}: {limits.doc}"
    if typing.get_origin(hint) is typing.Literal:
        return f"one of {', '.join(typing.get_args(hint))}"
    return ""


def _section(name: str, owner: Any) -> Iterator[str]:
    """Yield the lines of one table, every key with its meaning; keys without a value stand as comments."""
    yield f"[{name}]"
    limits = {field.name: each for field, each in limits_of(owner)}
    hints = typing.get_type_hints(type(owner))
    for field in dataclasses.fields(owner):
        value = getattr(owner, field.name)
        comment = _explained(limits.get(field.name), hints[field.name])
        if field.name in NAMED:
            yield from _wrapped(f"{field.name}: one of {', '.join(NAMED[field.name])}")
            yield f"{field.name} = {_named(NAMED[field.name], value)}"
        elif value is None:
            yield _line(f"# {field.name} = ...", comment or "may be left out")
        elif field.name == "levels":
            yield _line(f"levels = {toml(value)}", 'a number of levels, a list of them, or "continuous"')
        else:
            yield _line(f"{field.name} = {toml(value)}", comment)


def _contract(contract: Contract) -> Iterator[str]:
    """Yield the lines of one contract."""
    yield "[[contract]]"
    yield f"name = {toml(contract.name)}"
    for term in contract.terms:
        given = (
            (field.name, getattr(term, field.name))
            for field in dataclasses.fields(term)  # type: ignore[arg-type]
            if getattr(term, field.name) != field.default
        )
        yield f"{term_name(term)} = {_inline(given)}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)


def scenario_text(scenario: Scenario) -> str:
    """Return a scenario that has a venture as a commented TOML file."""
    lines = [
        "# A scenario: two firms, what they can make together, and the contracts on the menu.",
        "# Every key but name and the tables small, big and venture may be left out; it then has its default.",
        "",
        f"name = {toml(scenario.name)}",
        f"title = {toml(scenario.title)}",
        f"summary = {toml(scenario.summary)}",
        _line(f"source = {toml(scenario.source)}", '"own" or a citation'),
        _line(f"lead = {toml(scenario.lead)}", f"who commits first: {', '.join(LEADS)}"),
        _line(f"selection = {toml(scenario.selection)}", "which equilibrium, if there are several:"),
        _line("", ", ".join(SELECTIONS)),
    ]
    sections = (
        "small", "big", "venture", "bargaining", "commitment", "trust", "vetting", "learning", "legitimacy", "culture",
        "market", "horizon",
    )  # fmt: skip
    for name in sections:
        lines += ["", *_section(name, getattr(scenario, name))]
    lines += ["", "# The menu of contracts; the first is the default. One without terms is bargained over every month."]
    lines += _wrapped(f"Terms: {', '.join(TERMS)}. Their parameters, with units and ranges: alliance list terms")
    for contract in scenario.contracts:
        lines += ["", *_contract(contract)]
    return "\n".join(lines) + "\n"


def experiment_text(scenario: Scenario, scenario_file: str) -> str:
    """Return a commented experiment that varies a few keys of the scenario in `scenario_file`."""
    measures = [f"#   {name} ({measure.unit}): {measure.doc}" for name, measure in MEASURES.items()]
    return "\n".join(
        [
            "# An experiment: what is varied, how often each history is run, and what is kept.",
            "",
            f"name = {toml(scenario.name)}",
            'title = ""',
            _line('claim = ""', "what the experiment is to show or refute"),
            f"scenario = {toml(scenario_file)}",
            _line('contracts = "all"', "or a list of names from the scenario's menu"),
            _line('design = { name = "grid" }', "every combination of the values; others: alliance list designs"),
            _line('# constraints = ["small.cash > 2 * small.burn"]', "what must hold at every point"),
            _line("replicates = 100", "histories per combination and contract, each with its own luck"),
            _line("seed = 1", "the luck; 0 is a seed"),
            'measures = ["small_value", "big_value", "surplus", "small_survived"]',
            "# Measures:",
            *measures,
            "",
            _line("[factors]", "any key of the scenario, by its dotted path"),
            '"small.cash" = [6, 12, 24]',
            '"contract.revenue_share.share" = { low = 0.25, high = 0.55, steps = 4 }',
            *_wrapped(f"What can vary: {', '.join(paths(scenario))}"),
            "# In a sampled design also { low = 6, high = 24 } or { distribution = ... }: alliance list distributions",
            "",
            "# [replication]                 # runs are added until the interval of a measure is narrow everywhere",
            '# measure = "surplus"',
            "# half_width = 1.0              # in the unit of the measure; with relative = true a share of its mean",
            "# most = 10000                  # replicates at a point",
            "",
        ]
    )
