"""The plain Mesa model with every feature follows the engine's rules, so that the two may be compared for speed."""

from __future__ import annotations

import dataclasses
import gc
import types
import weakref

import numpy as np
import pytest

from benchmarks.plain_market import COUNTED, PlainMarket, Tables, rules
from benchmarks.plain_market.matching import deferred_acceptance as by_textbook
from benchmarks.plain_market.model import gini
from simulator.economy.firm import StrategyChoice
from simulator.economy.meeting import Complete
from simulator.games.networks.acceptance import deferred_acceptance
from simulator.interfaces.files import read_scenario
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES
from simulator.simulation.rules import decisions

STANDARD_ERRORS = 4.0
PLAIN_RUNS = 600
ENGINE_RUNS = 20_000
ROUNDING = 1e-9
MARKET = read_scenario("alliance_market")


def changed(market=(), small=(), big=(), world=MARKET):
    """Return a scenario with some of its parameters changed."""
    return dataclasses.replace(
        world,
        market=dataclasses.replace(world.market, **dict(market)),
        small=dataclasses.replace(world.small, **dict(small)),
        big=dataclasses.replace(world.big, **dict(big)),
    )


def smaller(market=(), small=(), big=()):
    """Return the market with half the firms and every feature."""
    return changed(market, {"count": 7, **dict(small)}, {"count": 3, **dict(big)})


def assert_same_means(scenario, contract):
    """The means agree within sampling error, the spread of an outcome being that of the engine's many runs."""
    prepared = prepare(scenario, scenario.contract(contract))
    tables, rows = Tables(prepared), []
    for seed in range(PLAIN_RUNS):
        model = PlainMarket(tables, seed)
        outcomes = model.run()
        model.release()
        rows.append([outcomes[name] for name in COUNTED])
    plain = np.array(rows)
    engine = simulate(prepared, 0, np.arange(ENGINE_RUNS))[:, [OUTCOMES.index(name) for name in COUNTED]]
    gap = np.abs(plain.mean(axis=0) - engine.mean(axis=0))
    error = np.sqrt(engine.var(axis=0, ddof=1) * (1.0 / len(plain) + 1.0 / len(engine)))
    worst = dict(zip(COUNTED, (gap / np.maximum(error, 1e-12)).round(1), strict=True))
    assert np.all(gap <= STANDARD_ERRORS * error + ROUNDING), worst
    return dict(zip(COUNTED, engine.mean(axis=0), strict=True))


@pytest.mark.slow
@pytest.mark.statistical
def test_the_means_are_those_of_the_engine_in_the_shipped_market():
    means = assert_same_means(MARKET, "development alliance")
    happens = ("walked_small", "walked_big", "ruined_small", "completed", "dropped", "failed_pilot", "entrants")
    assert min(means[name] for name in happens) > 1.0


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize(
    ("scenario", "contract", "happens"),
    [
        pytest.param(smaller({"signing": "menu"}), "development alliance", "acquired", id="signed from the menu"),
        pytest.param(smaller({"signing": "bargained"}), "court performs", "refused", id="bargained fees"),
        pytest.param(smaller({"matching": "network"}), "development alliance", "dropped", id="referrals"),
        pytest.param(smaller({"network": Complete()}), "distribution", "walked_small", id="no network"),
        pytest.param(
            dataclasses.replace(
                smaller(big={"suitors": 0.5, "cut_rate": 0.02, "shark_cut_rate": 0.4}),
                venture=dataclasses.replace(MARKET.venture, hazard=0.2, prior=1.0),
            ),
            "development alliance",
            "walked_small",
            id="late projects, sharks that show",
        ),
        pytest.param(
            smaller({"matching": "random", "network": Complete(), "meeting_rate": 0.3}),
            "flexible distribution",
            "walked_small",
            id="random doors",
        ),
        pytest.param(smaller(), "venture client", "bought", id="options to acquire, exclusive SmallCos"),
        pytest.param(
            smaller({"entry": False}, big={"cash": 60.0, "burn": 3.0}),
            "development alliance",
            "ruined_big",
            id="BigCos that fail",
        ),
    ],
)
def test_the_means_are_those_of_the_engine_in_other_markets(scenario, contract, happens):
    assert assert_same_means(scenario, contract)[happens] > 0.1


@pytest.mark.statistical
def test_the_means_are_those_of_the_engine_where_no_feature_is_on():
    world = read_scenario("ham_and_egg")
    assert_same_means(changed(small={"count": 4}, big={"count": 2, "slots": 2}, world=world), "revenue share")


class Named:
    """A firm as far as matching is concerned."""

    def __init__(self, number, alliances=0):
        self.number, self.alliances = number, [None] * alliances


def test_the_textbook_matches_as_the_package_does():
    """Without ties the stable matching that is best for SmallCos is unique."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        smalls, bigs, slots = (int(each) for each in rng.integers(1, 9, size=3))
        scores = rng.normal(0.5, 1.0, size=(2, smalls, bigs))
        doors = [Named(j, int(rng.integers(0, slots + 1))) for j in range(bigs)]
        wishes = {Named(i): [(scores[0, i, j], doors[j], scores[1, i, j]) for j in range(bigs)] for i in range(smalls)}
        pairs = {small.number: big.number for small, big in by_textbook(wishes, slots)}
        start, candidates = np.arange(smalls + 1) * bigs, np.tile(np.arange(bigs), smalls)
        quotas = np.array([slots - len(door.alliances) for door in doors])
        expected = deferred_acceptance(start, candidates, scores[0].ravel(), scores[1].ravel(), quotas)
        assert [pairs.get(i, -1) for i in range(smalls)] == expected.tolist()


def test_inequality_by_hand():
    """One of four has all: 3/4. One has 3 and one 1: the mean difference, 1, over twice the mean, 2, is 1/4."""
    assert gini([0.0, 0.0, 0.0, 1.0]) == pytest.approx(0.75)
    assert gini([3.0, 1.0]) == pytest.approx(0.25)
    assert gini([0.0, 0.0]) == 0.0


def test_rules_are_ordinary_python_all_the_way_down():
    """A rule taken from the package calls no machine code, and draws from the generator it is given."""
    waiting, seen = [rules.interpreted(decisions.passes_pilot), rules.doubts, rules.offer, rules.sell], set()
    while waiting:
        rule = waiting.pop()
        seen.add(rule.__name__)
        for name in rule.__code__.co_names:
            called = rule.__globals__.get(name)
            assert not hasattr(called, "py_func"), (rule.__name__, name)
            if isinstance(called, types.FunctionType) and called.__name__ not in seen:
                waiting.append(called)
    assert {"annuity", "relies", "bernoulli", "split", "both_accept"} <= seen


def test_a_released_model_is_gone():
    model = PlainMarket(Tables(prepare(smaller(), smaller().contract())), 0)
    model.run()
    gone = weakref.ref(model)
    model.release()
    del model
    gc.collect()
    assert gone() is None


def test_strategies_other_than_the_equilibrium_are_refused():
    scenario = smaller(small={"strategy": StrategyChoice("grim")})
    tables = Tables(prepare(scenario, scenario.contract()))
    with pytest.raises(ValueError, match="got a scenario without firms that play the equilibrium"):
        PlainMarket(tables, 0)
