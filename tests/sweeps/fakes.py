"""A driver whose histories are three lines, so that the machinery around them can be tested exactly."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.economy.terms import RevenueShare, UpfrontFee
from simulator.foundation.draws import SHOCK, run_key, uniform
from simulator.foundation.errors import ParameterError
from simulator.foundation.registry import Registry
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor


@dataclass(frozen=True)
class FakeMeasure:
    name: str
    column: int
    undefined_ok: bool = False

    def of(self, outcomes):
        return outcomes[:, self.column]


MEASURES: Registry[Any] = Registry("measure")
for _measure in (
    FakeMeasure("small_value", 0),
    FakeMeasure("big_value", 1),
    FakeMeasure("surplus", 2),
    FakeMeasure("months", 3, undefined_ok=True),
):
    MEASURES.register(_measure.name)(_measure)


@dataclass(frozen=True)
class FakeDriver:
    """SmallCo gets cash x luck + share, BigCo luck; `months` is undefined in half of the runs."""

    delay: float = 0.0
    fails_at: int = -1
    infinite_at: int = -1
    refuses_cash: float = -1.0
    dies_at: int = -1

    @property
    def measures(self):
        return MEASURES

    def prepare(self, scenario, contract):
        if scenario.small.cash == self.refuses_cash:
            raise ParameterError("this cash cannot be prepared")
        return scenario.small.cash, contract.clauses.revenue_share, contract.clauses.fee

    def simulate(self, prepared, seed, replicates):
        time.sleep(self.delay)
        if self.dies_at in replicates:
            os._exit(7)
        if self.fails_at in replicates:
            raise ZeroDivisionError("by hand")
        cash, share, fee = prepared
        luck = np.array([uniform(np.uint64(run_key(seed, int(replicate))), 0, 0, SHOCK) for replicate in replicates])
        small, big = cash * luck + share, luck * luck + fee
        months = np.where(luck < 0.5, np.nan, 12.0 * luck)
        small[replicates == self.infinite_at] = np.inf
        return np.column_stack([small, big, small + big, months])


SCENARIO = Scenario(
    "pair",
    contracts=(
        Contract("share", (RevenueShare(0.3),)),
        Contract("share and fee", (UpfrontFee(2.0), RevenueShare(0.4))),
        Contract("nothing signed"),
    ),
)


def small_experiment(name="small", **changes):
    """Return 3 x 2 points, 3 contracts and 7 replicates: 126 runs."""
    settings = {
        "replicates": 7,
        "seed": 0,
        "measures": ("small_value", "big_value", "surplus", "months"),
        "factors": (Factor("small.cash", (3, 6, 12)), Factor("lead", ("small", "big"))),
    } | changes
    return Experiment(name, SCENARIO, **settings)
