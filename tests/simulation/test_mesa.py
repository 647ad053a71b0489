"""The Mesa model with Mesa's own tools: AgentSet, DataCollector, batch_run."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from simulation.worlds import BUSY, FULL_CONTRACT, RICH, SHARE

from simulator.simulation.agents import BigCo, SmallCo
from simulator.simulation.engine import simulate
from simulator.simulation.model import AllianceMarket, market
from simulator.simulation.prepare import prepare
from simulator.simulation.record import ALLIANCES, OUTCOMES


def test_agent_sets_select_group_and_aggregate():
    """By type, by condition, and by attribute."""
    with market(RICH, FULL_CONTRACT, seed=3) as model:
        for _ in range(8):
            model.step()
        smallcos = model.agents_by_type[SmallCo]
        allied = smallcos.select(lambda small: small.active > 0)
        assert len(allied) == len({each.small.index for each in model.alliances if each.active}) > 0
        assert smallcos.agg("cash", np.sum) == pytest.approx(model.state.smalls.cash.sum())
        suitors = model.agents_by_type[BigCo].groupby("suitor", result_type="list").groups
        assert sum(map(len, suitors.values())) == len(model.bigcos)
        for alliance in model.alliances:
            if alliance.active:
                assert alliance in alliance.big.alliances
                assert alliance.small in alliance.big.partners


def test_the_data_collector_sees_what_the_arrays_hold():
    """Market and firms, month by month."""
    with market(BUSY, SHARE, seed=2, collect=True) as model:
        model.run()
        frame = model.datacollector.get_model_vars_dataframe()
        firms = model.datacollector.get_agent_vars_dataframe()
        assert list(frame.month) == list(range(1, 41))
        assert frame.small_cash.iloc[-1] == model.state.smalls.cash.mean()
        assert frame.small_value.iloc[-1] + frame.big_value.iloc[-1] == (
            model.state.smalls.value.sum() + model.state.bigs.value.sum()
        )
        assert len(firms) == 40 * (len(model.smallcos) + len(model.bigcos))
        assert model.datacollector.model_vars["alliances"][0] <= 6


def test_batch_run_lives_the_same_histories():
    """Three replicates by Mesa's batch tool, as many alliances as the engine finds."""
    results = mesa.batch_run(
        AllianceMarket,
        {"scenario": [BUSY], "contract": [SHARE], "replicate": [0, 1, 2], "collect": [True]},
        number_processes=1,
        data_collection_period=-1,
        max_steps=BUSY.horizon.months,
        display_progress=False,
    )
    prepared = prepare(BUSY, SHARE)
    for number in range(3):
        rows = [row for row in results if row["replicate"] == number]
        engine = simulate(prepared, 0, np.array([number]))[0]
        assert engine[ALLIANCES] > 0
        model = AllianceMarket(BUSY, SHARE, 0, number, prepared)
        model.run()
        assert {row["small_value"] for row in rows} == {float(model.state.smalls.value.sum())}
        np.testing.assert_array_equal(model.outcomes(), engine)
        model.release()
    assert len(OUTCOMES) == len(set(OUTCOMES))
