"""Functions with known indices, a driver that computes one of them, and cases made from arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from sweeps.fakes import MEASURES, small_experiment

from simulator.foundation.draws import SHOCK, run_key, uniform
from simulator.sweeps.distributions import Uniform
from simulator.sweeps.factors import Factor
from simulator.sweeps.sensitivity.cases import Cases

# Ishigami and Homma (1990) with a = 7, b = 0.1
_A, _B = 7.0, 0.1
_V1 = 0.5 * (1.0 + _B * math.pi**4 / 5.0) ** 2
_V2 = _A**2 / 8.0
_V13 = _B**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
_V = _V1 + _V2 + _V13
ISHIGAMI_FIRST = (_V1 / _V, _V2 / _V, 0.0)
ISHIGAMI_TOTAL = ((_V1 + _V13) / _V, _V2 / _V, _V13 / _V)
ISHIGAMI_PAIR = _V13 / _V


def ishigami(unit):
    x = math.pi * (2.0 * np.asarray(unit) - 1.0)
    return np.sin(x[..., 0]) + _A * np.sin(x[..., 1]) ** 2 + _B * x[..., 2] ** 4 * np.sin(x[..., 0])


UNIT = tuple(
    Factor(path, distribution=Uniform(0, 1)) for path in ("bargaining.power", "big.specificity", "small.specificity")
)
PATHS = tuple(factor.path for factor in UNIT)


@dataclass(frozen=True)
class FunctionDriver:
    """SmallCo gets Ishigami's function, BigCo a line; luck moves all points alike, or with `own` each its own way."""

    own: float = 0.0
    fails_below: float = -1.0

    @property
    def measures(self):
        return MEASURES

    def prepare(self, scenario, contract):
        u = (scenario.bargaining.power, scenario.big.specificity, scenario.small.specificity)
        return np.array(u), contract.clauses.fee

    def simulate(self, prepared, seed, replicates):
        u, fee = prepared
        if u[0] < self.fails_below:
            raise ZeroDivisionError("by hand")
        luck = np.array([uniform(np.uint64(run_key(seed, int(replicate))), 0, 0, SHOCK) for replicate in replicates])
        wild = np.sin(1e4 * (luck[:, None] * (u + 0.1)).sum(axis=1))
        small = ishigami(u) + luck + self.own * wild
        big = 4.0 * u[0] - 2.0 * u[1] + luck + fee * u[2]
        return np.column_stack([small, big, small + big, np.where(luck < 0.5, np.nan, 12.0 * luck)])


def function_experiment(**changes):
    settings = {"factors": UNIT, "contracts": ("share", "share and fee"), "replicates": 4, "seed": 1} | changes
    return small_experiment(**settings)


def made_cases(columns, hits, runs=None, words=None, blocks=None):
    """Return cases from arrays, one run a point unless said."""
    columns = tuple(np.asarray(column, dtype=float) for column in columns)
    n = len(columns[0])
    return Cases(
        tuple(f"x{place}" for place in range(len(columns))),
        columns,
        tuple(words or (None,) * len(columns)),
        np.asarray(hits, dtype=float),
        np.ones(n) if runs is None else np.asarray(runs, dtype=float),
        np.arange(n) if blocks is None else np.asarray(blocks),
    )
