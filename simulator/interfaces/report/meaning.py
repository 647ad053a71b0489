"""What the keys of a scenario mean: their units and sentences, read off the objects that check them."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import simulator.economy.terms  # noqa: F401  (registers the terms)
from simulator.economy.contract import TERMS
from simulator.economy.firm import StrategyChoice
from simulator.economy.scenario import Scenario
from simulator.foundation.parameters import Limits, limits_of
from simulator.interfaces.cli.tables import shown
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.factors import CONTRACT


@dataclass(frozen=True, slots=True)
class Meaning:
    """Unit and sentence of a key; both empty if nothing states them."""

    unit: str = ""
    doc: str = ""


def sentence(owner: object) -> str:
    """Return the first sentence of what describes a class, on one line.

    Examples
    --------
    >>> sentence(TERMS["revenue_share"])
    'SmallCo gets the share phi of revenue: D_S += phi R, D_B -= phi R.'
    """
    return " ".join(inspect.cleandoc(owner.__doc__ or "").split("\n\n", maxsplit=1)[0].split())


def sources(owner: object) -> str:
    """Return the references of what describes a class, on one line; empty if it has none.

    Examples
    --------
    >>> sources(TERMS["plan_of_record"])
    'Holmstrom (1982), Bell Journal of Economics 13 (bonding against free riding).'
    """
    _, found, rest = inspect.cleandoc(owner.__doc__ or "").partition("References\n----------\n")
    return " ".join(rest.split("\n\n", maxsplit=1)[0].split()) if found else ""


def meaning_of(scenario: Scenario, path: str) -> Meaning:
    """Return what a dotted path means in a scenario.

    Examples
    --------
    >>> meaning_of(Scenario("pair"), "small.cash")
    Meaning(unit='money', doc='Cash at the start, X_i.')
    >>> meaning_of(Scenario("pair"), "contract.revenue_share.share").doc
    "SmallCo's share phi of revenue; BigCo keeps the rest."
    """
    *parents, last = path.split(".")
    owner: Any = scenario
    if parents[:1] == [CONTRACT]:
        owner, parents = TERMS.get(".".join(parents[1:])), []
    for name in parents:
        owner = getattr(owner, name, None)
    if isinstance(owner, StrategyChoice):
        known = STRATEGIES[owner.name].parameters if owner.name in STRATEGIES else ()
        return next((_stated(p.limits) for p in known if p.name == last), Meaning())
    if not dataclasses.is_dataclass(owner):
        return Meaning()
    stated = {field.name: limits for field, limits in limits_of(owner)}
    if last in stated:
        return _stated(stated[last])
    value = getattr(owner, last, None)
    if isinstance(value, StrategyChoice):
        return Meaning("", STRATEGIES[value.name].doc if value.name in STRATEGIES else "")
    return Meaning("", sentence(type(value)) if dataclasses.is_dataclass(value) else "")


def _stated(limits: Limits) -> Meaning:
    """Return what a key's limits say of it; a pure number has no unit."""
    return Meaning("" if limits.unit == "-" else limits.unit, limits.doc)


def given(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of every key that stands in a scenario's tables, a kind's name before its parameters.

    Examples
    --------
    >>> list(given({"small": {"cash": 3}, "venture": {"shock": {"name": "uniform", "low": 0.5}}}))
    [('small.cash', 3), ('venture.shock', 'uniform'), ('venture.shock.low', 0.5)]
    """
    for key, value in data.items():
        here = f"{path}.{key}" if path else key
        if not isinstance(value, dict):
            yield here, value
        else:
            rest = dict(value)
            if path and "name" in rest:
                yield here, rest.pop("name")
            yield from given(rest, here)


def worded(value: Any) -> str:
    """Return a value of a scenario as text.

    Examples
    --------
    >>> worded([0, 0.5]), worded(True), worded({"low": 0.1, "high": 2})
    ('0, 0.5', 'yes', 'low 0.1, high 2')
    """
    if isinstance(value, dict):
        return ", ".join(f"{key} {worded(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(f"({worded(item)})" if isinstance(item, list | tuple) else worded(item) for item in value)
    return shown(value)
