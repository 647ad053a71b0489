"""A model whose simulated moments are known in closed form: means of A theta + luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.calibration.problem import Calibration, Moment, Parameter
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError
from simulator.foundation.registry import Registry

# rows are measures, columns the parameters small.cash and big.cash; theta = (8, 30) gives the means below
A = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -0.5], [0.3, 0.2]])
ROOT = np.array([[1.0, 0.0, 0.0, 0.0], [0.5, 2.0, 0.0, 0.0], [0.0, 0.7, 1.5, 0.0], [0.2, 0.0, 0.4, 0.8]])
TRUE = np.array([8.0, 30.0])


@dataclass(frozen=True)
class Column:
    name: str
    column: int
    undefined_ok: bool = False

    def of(self, outcomes):
        return outcomes[:, self.column]


MEASURES: Registry[Any] = Registry("measure")
for _index, _name in enumerate(("first", "second", "third", "fourth", "luck", "sometimes")):
    MEASURES.register(_name)(Column(_name, _index, undefined_ok=_name == "sometimes"))


def luck(seed, replicates):
    """Return standard normal draws, shape (n, 4): a function of the seed and the replicate's number alone."""
    return np.array([np.random.default_rng([seed, int(each)]).standard_normal(4) for each in replicates])


_kept: dict[tuple[int, int, int], np.ndarray] = {}


@dataclass(frozen=True)
class LinearDriver:
    """`first` to `fourth` are A theta + ROOT luck; no parameter moves `luck`; half of the runs lack `sometimes`."""

    refuses_above: float = np.inf
    interrupts_after: int = -1

    @property
    def measures(self):
        return MEASURES

    def prepare(self, scenario, contract):
        if scenario.small.cash > self.refuses_above:
            raise ParameterError("this cash cannot be prepared.")
        return np.array([scenario.small.cash, scenario.big.cash])

    def simulate(self, prepared, seed, replicates):
        key = seed, int(replicates[0]), len(replicates)
        if key not in _kept:
            _kept[key] = luck(seed, replicates)
        draws = _kept[key]
        measures = A @ prepared + draws @ ROOT.T
        sometimes = np.where(draws[:, 0] > 0.0, measures[:, 0], np.nan)
        return np.column_stack([measures, draws[:, 0], sometimes])


def problem(values, names=("first", "second", "third", "fourth"), **changes):
    """Return the calibration of both parameters to means with these observed values."""
    moment = {"count": 400} | changes.pop("moment", {})
    settings = {
        "name": "linear",
        "scenario": Scenario("pair"),
        "parameters": (Parameter("small.cash", 0.0, 20.0), Parameter("big.cash", 0.0, 50.0)),
        "moments": tuple(Moment(name, "mean", float(v), **moment) for name, v in zip(names, values, strict=True)),
        "replicates": 1000,
        "seed": 3,
    } | changes
    return Calibration(**settings)
