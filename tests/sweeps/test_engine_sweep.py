"""The machinery around the real engine."""

import dataclasses
import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from simulator.economy.contract import Contract
from simulator.economy.firm import SmallFirm, StrategyChoice
from simulator.economy.scenario import Scenario
from simulator.economy.terms import PlanOfRecord, RevenueShare
from simulator.economy.venture import ConstantElasticity, LinearRevenue, Lognormal, Venture
from simulator.simulation import record
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.sweeps.cells import Cells, EngineDriver
from simulator.sweeps.compare import compare
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.measures import MEASURES
from simulator.sweeps.plan import plan
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

SCENARIO = Scenario(
    "pair",
    small=SmallFirm(strategy=StrategyChoice("random")),
    venture=Venture(ConstantElasticity(-1.0), LinearRevenue(4.0), Lognormal(0.3), milestones=2, delay=1),
    contracts=(
        Contract("share", (RevenueShare(0.35),)),
        Contract("plan of record", (RevenueShare(0.35), PlanOfRecord(small_floor=0.6, big_floor=0.3, bond=20.0))),
        Contract(),
    ),
)
EXPERIMENT = Experiment(
    "pair",
    SCENARIO,
    replicates=30,
    seed=20260101,
    measures=tuple(MEASURES),
    factors=(Factor("small.cash", (6, 12)), Factor("contract.revenue_share.share", (0.3, 0.5))),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engine")
    result = run_sweep(EXPERIMENT, folder, jobs=1, chunk_runs=45)
    assert (result.failed, result.failures) == (0, ())
    return folder


def test_every_row_is_what_the_engine_says(folder):
    frame = load(folder)
    contracts = {
        ("plan of record", 0.5): Contract(
            "plan of record", (RevenueShare(0.5), PlanOfRecord(small_floor=0.6, big_floor=0.3, bond=20.0))
        ),
        ("nothing signed", 0.3): Contract(),
    }
    for (name, share), contract in contracts.items():
        for cash in (6.0, 12.0):
            scenario = dataclasses.replace(SCENARIO, small=dataclasses.replace(SCENARIO.small, cash=cash))
            outcomes = simulate(prepare(scenario, contract), 20260101, np.arange(30))
            rows = frame[
                (frame["contract"] == name)
                & (frame["small.cash"] == cash)
                & (frame["contract.revenue_share.share"] == share)
            ]
            np.testing.assert_array_equal(rows["small_value"], outcomes[:, record.SMALL_VALUE])
            np.testing.assert_array_equal(rows["big_value"], outcomes[:, record.BIG_VALUE])


def test_a_contract_without_the_varied_term_is_the_same_at_every_value(folder):
    frame = load(folder)
    unsigned = frame[frame["contract"] == "nothing signed"].drop(columns="run")
    low, high = (unsigned[unsigned["contract.revenue_share.share"] == share] for share in (0.3, 0.5))
    pd.testing.assert_frame_equal(
        low.drop(columns="contract.revenue_share.share").reset_index(drop=True),
        high.drop(columns="contract.revenue_share.share").reset_index(drop=True),
    )


@pytest.mark.parametrize(("executor", "jobs"), [("threads", 2), ("processes", 2)])
def test_the_same_bytes_whoever_computes_them(folder, tmp_path, executor, jobs):
    run_sweep(EXPERIMENT, tmp_path, jobs=jobs, executor=executor, chunk_runs=45)
    for part in (folder / "runs").iterdir():
        assert (tmp_path / "runs" / part.name).read_bytes() == part.read_bytes()


def test_common_luck_says_more_than_independent_luck(folder, tmp_path):
    rows = compare(folder, measures=["surplus"]).rows
    assert [row.contract for row in rows] == ["plan of record", "nothing signed"]
    assert all(row.pairs == 120 and row.dropped == 0 for row in rows)
    shares = tuple(Contract(f"{share:.0%}", (RevenueShare(share),)) for share in (0.35, 0.4))
    scenario = dataclasses.replace(SCENARIO, small=SmallFirm(cash=60.0), contracts=shares)
    run_sweep(Experiment("shares", scenario, replicates=100), tmp_path, jobs=1)
    assert all(row.variance_ratio > 2.0 for row in compare(tmp_path).rows)


def test_other_programs_read_the_parts_as_they_are(folder):
    whole = pd.read_parquet(folder / "runs")
    pd.testing.assert_frame_equal(whole.sort_values("run", ignore_index=True), load(folder))


def test_a_strategy_can_be_a_factor(tmp_path):
    strategies = ("nash", "all_in_pig", "reciprocator")
    factors = (Factor("small.strategy", strategies), Factor("small.strategy.patience", (1, 3)))
    run_sweep(dataclasses.replace(EXPERIMENT, factors=factors, measures=("surplus",)), tmp_path, jobs=1)
    frame = load(tmp_path)
    assert tuple(frame["small.strategy"].unique()) == strategies
    assert frame["error"].isna().all()


def test_the_engine_is_a_driver_that_can_be_sent_to_workers():
    import pickle

    assert pickle.loads(pickle.dumps(EngineDriver())) == EngineDriver()
    assert hash(EngineDriver()) == hash(EngineDriver())


def test_what_is_prepared_goes_with_the_sweep():
    """Without waiting for the collector of reference cycles: prepared tables are large."""

    class Tables:
        """What a driver prepares."""

    class Preparing(EngineDriver):
        """A driver that prepares nothing to speak of."""

        def prepare(self, scenario, contract):
            return Tables()

    gc.collect()
    gc.disable()
    try:
        cells = Cells(plan(EXPERIMENT), Preparing())
        kept = weakref.ref(cells.prepared(0))
        assert kept() is cells.prepared(0)
        del cells
        assert kept() is None
    finally:
        gc.enable()
