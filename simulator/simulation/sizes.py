"""How large an amount may be: sums over all months of all firms, their squares and their cubes must stay finite."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from simulator.economy.contract import Contract, term_name
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import limits_of

LARGEST = 1e90
MONEY = "money"


def check_size(what: str, amounts: ArrayLike) -> None:
    """Raise ParameterError unless all amounts lie within LARGEST; NaN does not.

    Examples
    --------
    >>> check_size("small.cash", 1e300)
    Traceback (most recent call last):
        ...
    simulator.foundation.errors.ParameterError: small.cash must lie between -1e+90 and 1e+90; got 1e+300. Write all ...
    """
    given = np.asarray(amounts, dtype=np.float64)
    within = np.abs(given) <= LARGEST
    if not within.all():
        raise ParameterError(
            f"{what} must lie between -{LARGEST:g} and {LARGEST:g}; got {given[~within][0]:g}. "
            "Write all amounts in a larger unit of money."
        )


def check_scenario(scenario: Scenario) -> None:
    """Raise ParameterError if an amount of the scenario is too large to be simulated."""
    _check_amounts(scenario, "")
    if scenario.payoffs is not None:
        check_size("payoffs.small", scenario.payoffs.small)
        check_size("payoffs.big", scenario.payoffs.big)


def check_contract(contract: Contract) -> None:
    """Raise ParameterError if an amount of the contract is too large to be simulated."""
    for term in contract.terms:
        _check_amounts(term, f"contract.{term_name(term)}.")


def _check_amounts(owner: Any, path: str) -> None:
    """Raise ParameterError if an amount of money below a frozen dataclass is too large; infinite ones mean none."""
    for name, money in _fields(type(owner)):  # type: ignore[arg-type]
        value = getattr(owner, name)
        if dataclasses.is_dataclass(value):
            _check_amounts(value, f"{path}{name}.")
        elif money and value is not None and LARGEST < abs(value) < math.inf:
            check_size(f"{path}{name}", value)


@functools.cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a dataclass, each with whether it holds an amount of money."""
    money = {field.name for field, limits in limits_of(kind) if limits.unit.startswith(MONEY)}
    return tuple((field.name, field.name in money) for field in dataclasses.fields(kind))
