"""The plain Mesa model follows the engine's rules, so that the two may be compared for speed."""

from __future__ import annotations

import dataclasses
import gc
import math
import weakref

import numpy as np
import pytest

from benchmarks.plain_mesa import COUNTED, PlainMarket, stage_game
from simulator.economy.scenario import Market, Trust
from simulator.interfaces.files import read_scenario
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES

STANDARD_ERRORS = 4.0
PLAIN_RUNS = 400
ENGINE_RUNS = 20_000
COMPARED = ("small_survivors", *COUNTED)
HAM_AND_EGG = read_scenario("ham_and_egg")
CONTRACT = HAM_AND_EGG.contract("revenue share")


def market(smalls, bigs, slots, **changes):
    """Return a small ham-and-egg market."""
    return dataclasses.replace(
        HAM_AND_EGG,
        small=dataclasses.replace(HAM_AND_EGG.small, count=smalls),
        big=dataclasses.replace(HAM_AND_EGG.big, count=bigs, slots=slots),
        **changes,
    )


def plain_runs(scenario, prepared, runs):
    """Return the compared outcomes of the plain model, shape (runs, len(COMPARED))."""
    rows = []
    for seed in range(runs):
        model = PlainMarket(scenario, CONTRACT, stage_game(prepared), seed)
        outcomes = model.run()
        model.release()
        rows.append([outcomes[name] for name in COMPARED])
    return np.array(rows)


def assert_same_means(scenario, prepared):
    """The means agree within sampling error; an outcome that luck does not touch agrees exactly."""
    plain = plain_runs(scenario, prepared, PLAIN_RUNS)
    engine = simulate(prepared, 0, np.arange(ENGINE_RUNS))[:, [OUTCOMES.index(name) for name in COMPARED]]
    gap = np.abs(plain.mean(axis=0) - engine.mean(axis=0))
    error = np.sqrt(plain.var(axis=0, ddof=1) / len(plain) + engine.var(axis=0, ddof=1) / len(engine))
    worst = dict(zip(COMPARED, (gap / np.maximum(error, 1e-12)).round(1), strict=True))
    assert np.all(gap <= STANDARD_ERRORS * error + 1e-9), worst


@pytest.mark.statistical
@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(market(6, 2, 3), id="room for all"),
        pytest.param(market(6, 2, 2, market=Market(meeting_rate=0.3)), id="too few slots and rare meetings"),
        pytest.param(
            dataclasses.replace(market(4, 2, 2), big=dataclasses.replace(market(4, 2, 2).big, cash=8.0, burn=0.2)),
            id="BigCos that fail",
        ),
    ],
)
def test_the_means_are_those_of_the_engine(scenario):
    assert_same_means(scenario, prepare(scenario, CONTRACT))


@pytest.mark.statistical
def test_firms_walk_away_from_broken_promises_as_in_the_engine():
    """BigCo is held to a promise it never keeps: SmallCo stays until its trust is gone, then looks for another."""
    scenario = market(4, 3, 2, market=Market(meeting_rate=0.5))
    prepared = prepare(scenario, CONTRACT)
    prepared.rows["big_promise"] = len(prepared.big_levels) - 1
    assert simulate(prepared, 0, np.arange(100))[:, OUTCOMES.index("walked_small")].mean() > 4.0
    assert_same_means(scenario, prepared)


def test_nobody_signs_without_enough_trust_or_time():
    """As in the engine: an opening trust of 0.6 below a threshold of 0.7, and a horizon before the first revenue."""
    wary = market(3, 1, 3, trust=Trust(small_threshold=0.7))
    brief = market(3, 1, 3, horizon=dataclasses.replace(HAM_AND_EGG.horizon, months=20))
    for scenario in (wary, brief):
        prepared = prepare(scenario, CONTRACT)
        assert plain_runs(scenario, prepared, 1)[0, COMPARED.index("alliances")] == 0.0
        assert simulate(prepared, 0, np.arange(1))[0, OUTCOMES.index("alliances")] == 0.0


def test_the_value_of_a_certain_alliance_by_hand():
    """Without milestones, delay or luck to speak of: 60 months of 35 % of revenue less cost, discounted."""
    venture = dataclasses.replace(
        HAM_AND_EGG.venture, milestones=0, delay=0, shock=dataclasses.replace(HAM_AND_EGG.venture.shock, sigma=1e-9)
    )
    scenario = market(1, 1, 1, venture=venture)
    stage = stage_game(prepare(scenario, CONTRACT))
    revenue = 4.0 / (1.0 / stage.small_commitment + 1.0 / stage.big_commitment)
    factor = sum(math.exp(-0.01 * month) for month in range(60))
    outcomes = PlainMarket(scenario, CONTRACT, stage, 0).run()
    assert outcomes["small_value"] == pytest.approx((0.35 * revenue - 0.5 * stage.small_commitment**2) * factor)
    assert outcomes["big_value"] == pytest.approx((0.65 * revenue - 0.5 * stage.big_commitment**2) * factor)
    assert outcomes["alliance_months"] == 60.0


def test_a_released_model_is_gone():
    scenario = market(2, 1, 2)
    model = PlainMarket(scenario, CONTRACT, stage_game(prepare(scenario, CONTRACT)), 0)
    model.run()
    gone = weakref.ref(model)
    model.release()
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("changes", "contract", "rule"),
    [
        ({"market": Market(entry=True)}, "revenue share", "no entry"),
        ({}, "plan of record", "a revenue share and no other term"),
        ({}, "nothing signed", "a revenue share and no other term"),
    ],
)
def test_other_rules_are_refused(changes, contract, rule):
    scenario = market(1, 1, 1, **changes)
    stage = stage_game(prepare(scenario, scenario.contract(contract)))
    with pytest.raises(ValueError, match=f"got a scenario without {rule}"):
        PlainMarket(scenario, scenario.contract(contract), stage, 0)
