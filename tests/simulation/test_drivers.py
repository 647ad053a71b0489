"""The drivers agree to the last bit: the engine, the Mesa model and the reference that decides agent by agent."""

from __future__ import annotations

import dataclasses
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulation.worlds import BUSY, CONTRACTS, FULL_CONTRACT, NOTHING, PLAN, RICH, SHARE, scenarios

from simulator.economy.firm import Role, StrategyChoice
from simulator.economy.meeting import Complete, ScaleFree, SmallWorld
from simulator.economy.scenario import Trust
from simulator.foundation.errors import AllianceError, ParameterError
from simulator.interfaces.files import read_scenario
from simulator.interfaces.locate import shipped
from simulator.simulation.endings import ENDINGS
from simulator.simulation.engine import simulate, simulate_with_spells
from simulator.simulation.history import DRIVERS, history
from simulator.simulation.model import AllianceMarket, market
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES
from simulator.simulation.reference import ReferenceMarket
from simulator.simulation.strategies import STRATEGIES

BOOKS = 1e-7  # money that rounding may lose over a run


def outcomes_of_all_drivers(scenario, contract, seed, replicate):
    """Return the outcomes of one run by each driver; the Mesa model and the reference also end in the same state."""
    prepared = prepare(scenario, contract)
    runs, states = [simulate(prepared, seed, np.array([replicate]))[0]], []
    for kind in (AllianceMarket, ReferenceMarket):
        model = kind(scenario, contract, seed=seed, replicate=replicate, prepared=prepared)
        runs.append(model.run())
        model.state.bigs.ranked = 0  # scratch of the engine's tournaments
        states.append(model.state)
        model.release()
    for name in ("smalls", "bigs", "alliances", "memory"):
        np.testing.assert_array_equal(*(getattr(state, name) for state in states), err_msg=name)
    return runs


@pytest.mark.parametrize(("small", "big"), list(itertools.product(STRATEGIES, STRATEGIES)))
def test_drivers_agree_for_every_pair_of_strategies(small, big):
    """Every built-in strategy against every other, in a market with ruin, entry, noise, bonds and doubt."""
    scenario = dataclasses.replace(
        BUSY,
        small=dataclasses.replace(BUSY.small, strategy=StrategyChoice(small)),
        big=dataclasses.replace(BUSY.big, strategy=StrategyChoice(big)),
    )
    engine, mesa, reference = outcomes_of_all_drivers(scenario, PLAN, 3, 5)
    np.testing.assert_array_equal(engine, mesa)
    np.testing.assert_array_equal(engine, reference)


@pytest.mark.parametrize("role", ["small", "big"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_drivers_agree_for_every_strategy_in_a_rich_market(strategy, role):
    """Types, vetting, pilots, audits, disputes, learning, tournaments and acquisitions, with every term over time."""
    firm = dataclasses.replace(getattr(RICH, role), strategy=StrategyChoice(strategy))
    scenario = dataclasses.replace(RICH, **{role: firm})
    engine, mesa, reference = outcomes_of_all_drivers(scenario, FULL_CONTRACT, 3, 1)
    np.testing.assert_array_equal(engine, mesa)
    np.testing.assert_array_equal(engine, reference)


@pytest.mark.parametrize("signing", ["menu", "bargained"])
@pytest.mark.parametrize("matching", ["random", "deferred_acceptance", "network"])
@pytest.mark.parametrize("network", [Complete(), SmallWorld(4, 0.2), ScaleFree(2)], ids=lambda n: type(n).__name__)
def test_drivers_agree_however_firms_meet_and_sign(signing, matching, network):
    """Every matching rule over every network, from a menu and with a bargained fee."""
    market = dataclasses.replace(RICH.market, signing=signing, matching=matching, network=network)
    scenario = dataclasses.replace(RICH, market=market, contracts=(FULL_CONTRACT, SHARE, PLAN, NOTHING))
    engine, mesa, reference = outcomes_of_all_drivers(scenario, SHARE, 5, 2)
    np.testing.assert_array_equal(engine, mesa)
    np.testing.assert_array_equal(engine, reference)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), CONTRACTS, st.integers(0, 2**40), st.integers(0, 10_000))
def test_drivers_agree_on_generated_scenarios(scenario, contract, seed, replicate):
    """Any technology, term, lead, selection and strategy; the books balance and nothing is NaN."""
    engine, mesa, reference = outcomes_of_all_drivers(scenario, contract, seed, replicate)
    np.testing.assert_array_equal(engine, mesa)
    np.testing.assert_array_equal(engine, reference)
    assert np.all(np.isfinite(engine))
    assert abs(engine[OUTCOMES.index("imbalance")]) < BOOKS


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), CONTRACTS, st.integers(0, 2**40))
def test_the_books_of_every_generated_market_balance(scenario, contract, seed):
    """No run ends with unbalanced books, a NaN or an exception, and every alliance ends once."""
    out = simulate(prepare(scenario, contract), seed, np.arange(3))
    assert np.all(np.isfinite(out))
    assert np.all(np.abs(out[:, OUTCOMES.index("imbalance")]) < BOOKS)
    endings = out[:, [OUTCOMES.index(name) for name in ENDINGS.values()]].sum(axis=1)
    np.testing.assert_array_equal(endings, out[:, OUTCOMES.index("alliances")])


@pytest.mark.parametrize("name", sorted(shipped("scenarios")))
def test_drivers_agree_on_every_shipped_scenario_and_contract(name):
    """What users run first."""
    scenario = read_scenario(name)
    for contract in scenario.contracts or (NOTHING,):
        engine, mesa, reference = outcomes_of_all_drivers(scenario, contract, 0, 1)
        np.testing.assert_array_equal(engine, mesa)
        np.testing.assert_array_equal(engine, reference)


def test_a_run_is_the_same_alone_in_a_block_and_in_any_order():
    """A run is a function of its seed and number only."""
    prepared = prepare(BUSY, SHARE)
    block = simulate(prepared, 11, np.arange(50))
    np.testing.assert_array_equal(simulate(prepared, 11, np.arange(50)[::-1])[::-1], block)
    np.testing.assert_array_equal(simulate(prepared, 11, np.array([37]))[0], block[37])
    assert not np.array_equal(simulate(prepared, 12, np.arange(50)), block)
    assert not np.array_equal(block[0], block[1])


def test_blocks_put_together_from_any_number_of_workers_are_the_same():
    """One, two or eight threads over the same replicates, and one run inside a larger block."""
    prepared = prepare(RICH, FULL_CONTRACT)
    whole = simulate(prepared, 11, np.arange(48))
    for workers in (2, 8):
        with ThreadPoolExecutor(workers) as pool:
            parts = list(pool.map(lambda block: simulate(prepared, 11, block), np.array_split(np.arange(48), workers)))
        np.testing.assert_array_equal(np.concatenate(parts), whole)
    np.testing.assert_array_equal(simulate(prepared, 11, np.array([31]))[0], whole[31])


def test_rows_of_alliances_add_up_to_the_outcomes():
    """One row per alliance, the same from every driver; values, spending and endings sum to those of the run."""
    told = [history(RICH, FULL_CONTRACT, 3, 1, driver) for driver in DRIVERS]
    rows, out = told[0].alliances, told[0].outcomes
    for other in told[1:]:
        for name, column in rows.items():
            np.testing.assert_array_equal(column, other.alliances[name])
        for name, column in told[0].panel.items():
            np.testing.assert_array_equal(column, other.panel[name])
    assert len(rows["small"]) == out["alliances"]
    assert rows["months"].sum() == out["alliance_months"] == len(told[0].panel["month"])
    assert rows["revenue"].sum() == pytest.approx(out["revenue"])
    assert rows["small_sunk"].sum() + rows["big_sunk"].sum() == pytest.approx(out["sunk"])
    for cause in ENDINGS.values():
        assert np.count_nonzero(rows["cause"] == cause) == out[cause]
    engine = simulate_with_spells(prepare(RICH, FULL_CONTRACT), 3, np.array([1]))[1][0]
    np.testing.assert_array_equal(engine.small_value, rows["small_value"])


def test_histories_agree_month_by_month_and_with_the_engine():
    """Series, events and outcomes are the same whatever the driver."""
    erratic = StrategyChoice("random")
    scenario = dataclasses.replace(
        BUSY, big=dataclasses.replace(BUSY.big, strategy=erratic), trust=Trust(small_threshold=0.5, big_threshold=0.0)
    )
    histories = [history(scenario, PLAN, seed=4, replicate=2, driver=driver) for driver in DRIVERS]
    for other in histories[1:]:
        assert other.events == histories[0].events
        for name, series in histories[0].months.items():
            np.testing.assert_array_equal(series, other.months[name])
    kinds = {event.kind for event in histories[0].events}
    assert {"signed", "milestone", "launched", "forfeited", "ended", "ruined", "entered"} <= kinds
    engine = simulate(prepare(scenario, PLAN), 4, np.array([2]))[0]
    np.testing.assert_array_equal(engine, list(histories[0].outcomes.values()))


def test_python_strategies_run_on_the_reference_driver():
    """A Python copy of a built-in strategy gives its numbers; a level out of range is refused with one clear line."""
    scenario = dataclasses.replace(BUSY, small=dataclasses.replace(BUSY.small, strategy=StrategyChoice("all_in_pig")))
    built_in = ReferenceMarket(scenario, SHARE, seed=1).run()
    own = ReferenceMarket(BUSY, SHARE, seed=1, strategies={Role.SMALL: lambda seen: seen.top}).run()
    np.testing.assert_array_equal(built_in, own)
    with pytest.raises(ParameterError, match="level from 0 to 4; got 9"):
        ReferenceMarket(BUSY, SHARE, strategies={Role.BIG: lambda seen: 9}).run()


def test_agents_are_views_of_the_arrays():
    """Reading and writing an agent reads and writes the array; Mesa's AgentSet works on them."""
    with market(BUSY, SHARE, seed=2) as model:
        for _ in range(6):
            model.step()
        for small in model.smallcos:
            assert small.cash == model.state.smalls[small.index].cash
            partner = small.partner
            assert partner is None or small in partner.partners
        model.smallcos[0].cash = 123.0
        assert model.state.smalls[0].cash == 123.0
        assert model.agents.get("cash") == [f.cash for f in model.smallcos] + [f.cash for f in model.bigcos]
        assert sum(big.active for big in model.bigcos) == sum(s.partner is not None for s in model.smallcos)


def test_released_models_leave_no_trace_in_mesa():
    """Mesa 3.3 keeps every model it ever made unless it is told to let go."""
    import gc
    import weakref

    model = AllianceMarket(BUSY, SHARE)
    model.run()
    gone = weakref.ref(model)
    model.release()
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("changes", [{"seed": -1}, {"replicate": -1}])
def test_negative_seeds_are_refused(changes):
    """One clear line."""
    with pytest.raises(AllianceError, match="at least 0"):
        AllianceMarket(BUSY, SHARE, **changes)
