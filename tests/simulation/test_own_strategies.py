"""Strategies written as Python functions: compiled or asked one by one, the numbers are the same, to the last bit."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from simulation.worlds import BUSY, FULL_CONTRACT, PLAN, RICH

from simulator.economy.firm import Role, StrategyChoice
from simulator.foundation.errors import AnswerError, ParameterError
from simulator.simulation import engine
from simulator.simulation.engine import simulate
from simulator.simulation.history import asked_by, history
from simulator.simulation.model import AllianceMarket
from simulator.simulation.prepare import prepare
from simulator.simulation.reference import ReferenceMarket
from simulator.simulation.strategies.own import level_of, with_strategies

WORLDS = {"busy": (BUSY, PLAN), "rich": (RICH, FULL_CONTRACT)}
COPIES = {
    "nash": lambda seen: seen.equilibrium,
    "best_reply": lambda seen: seen.reply,
    "all_in_pig": lambda seen: seen.top,
    "hedging_chicken": lambda seen: seen.hedge,
    "leader": lambda seen: seen.leading,
    "reciprocator": lambda seen: 0 if seen.partner_breaks >= 1 else max(seen.first_best, seen.promise),
    "grim": lambda seen: 0 if seen.partner_broke > 0 else max(seen.first_best, seen.promise),
}
SHARE = 0.4


def cautious(seen):
    """Read everything there is, with a helper, a loop, a constant and a function of `math`."""
    known = (
        seen.month + seen.together + seen.equilibrium + seen.reply + seen.hedge + seen.leading + seen.partner_level
        + seen.partner_breaks + seen.partner_broke + seen.trust + seen.knowledge + seen.cash / 7
    )  # fmt: skip
    level = 0
    for step in range(int(seen.top)):
        if known % 3 > SHARE * step + math.exp(-seen.trust):
            level = step + 1
    return within(level, seen)


def within(level, seen):
    """Return the level, or the promise where that is more."""
    return max(level, seen.promise) if seen.trust > SHARE else level


def played(scenario, role, name):
    """Return the scenario with one firm playing a built-in strategy."""
    firm = dataclasses.replace(getattr(scenario, role.value), strategy=StrategyChoice(name))
    return dataclasses.replace(scenario, **{role.value: firm})


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("world", WORLDS)
def test_a_copy_of_a_built_in_strategy_has_its_history(world, role, name):
    """Compiled, by the engine and the Mesa model, and asked one by one; sharks follow their own strategy in all."""
    scenario, contract = WORLDS[world]
    built_in = simulate(prepare(played(scenario, role, name), contract), 3, np.arange(4))
    asks = {role: COPIES[name]}
    tables = with_strategies(prepare(played(scenario, role, "nash"), contract), asks)
    np.testing.assert_array_equal(simulate(tables, 3, np.arange(4)), built_in)
    mesa = AllianceMarket(scenario, contract, 3, 2, tables)
    np.testing.assert_array_equal(mesa.run(), built_in[2])
    mesa.release()
    reference = ReferenceMarket(played(scenario, role, "nash"), contract, 3, 2, strategies=asks)
    np.testing.assert_array_equal(reference.run(), built_in[2])
    reference.release()


@pytest.mark.parametrize("roles", [(Role.SMALL,), (Role.BIG,), tuple(Role)])
@pytest.mark.parametrize("world", WORLDS)
def test_compiled_and_asked_one_by_one_a_strategy_has_one_history(world, roles):
    """Outcomes and the final state, field by field; the strategy reads all that a firm may see."""
    scenario, contract = WORLDS[world]
    asks = dict.fromkeys(roles, cautious)
    tables = prepare(scenario, contract)
    compiled = AllianceMarket(scenario, contract, 5, 1, with_strategies(tables, asks), 500)
    reference = ReferenceMarket(scenario, contract, 5, 1, tables, 500, strategies=asks)
    np.testing.assert_array_equal(compiled.run(), reference.run())
    for market in (compiled, reference):
        market.state.bigs.ranked = 0  # scratch of the engine's tournaments
    for name in ("smalls", "bigs", "alliances", "spells", "memory"):
        np.testing.assert_array_equal(getattr(compiled.state, name), getattr(reference.state, name))
    assert np.any(compiled.outcomes() != simulate(tables, 5, np.array([1]))[0])
    compiled.release()
    reference.release()


def told_of(strategy, driver="engine", role=Role.SMALL):
    """Return a short history in which a strategy decides for a firm."""
    return history(BUSY, PLAN, seed=2, driver=driver, strategies={role: strategy})


def test_a_history_says_how_a_strategy_was_asked():
    """Compiled, or by the reference driver and why; the numbers are the same."""
    kept = []
    told = {
        "compiled": told_of(cautious),
        "as asked for": told_of(cautious, "reference"),
        "line .* it uses .append|kept is|numba says": told_of(lambda seen: (kept.append(1), cautious(seen))[1]),
    }
    for how, each in told.items():
        assert list(each.strategies) == ["small"]
        assert each.outcomes == told["compiled"].outcomes
        assert each.events == told["compiled"].events
        assert each.driver == ("engine" if how == "compiled" else "reference")
    assert told["compiled"].strategies["small"] == "compiled"
    assert told["as asked for"].strategies["small"] == "reference driver: as asked for"
    assert told_of(cautious, "mesa").driver == "mesa"
    assert history(BUSY, PLAN).strategies == {}


def test_one_strategy_that_cannot_be_compiled_has_both_asked_one_by_one():
    """A run has one driver."""
    driver, how = asked_by({Role.SMALL: cautious, Role.BIG: lambda seen: seen.top**1}, "engine")
    assert driver == "reference"
    assert how.startswith("reference driver: big(seen) cannot be compiled: line")


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        (lambda seen: 99, r"small\(seen\) must return a level from 0 to 4; got 99 in month"),
        (lambda seen: -1, "must return a level from 0 to 4; got -1"),
        (lambda seen: 0.5, "got 0.5"),
        (lambda seen: math.inf - math.inf, "got nan"),
        (lambda seen: math.inf, "got inf"),
        (lambda seen: None, "got None"),
        (lambda seen: "3", "got '3'"),
        (lambda seen: True, "got True"),
        (lambda seen: 1 / (seen.top - 4), r"small\(seen\) failed in month .: ZeroDivisionError"),
        (lambda seen: int(math.log(seen.top - 4)), "failed in month .: ValueError: math domain error"),
        (lambda seen: min(int(math.inf), 2), "failed in month .: OverflowError"),
        (lambda seen: [1, 2][int(seen.top)], "failed in month .: IndexError"),
        (lambda seen: seen.nonsense, "failed in month .: AttributeError"),
    ],
)
def test_a_bad_answer_is_one_clear_line_by_every_driver(strategy, words):
    """Who asks makes no difference to what is said: the file, the function, what is wrong and what to write."""
    lines = []
    for driver in ("engine", "mesa", "reference"):
        with pytest.raises(ParameterError, match=words) as error:
            told_of(strategy, driver)
        lines.append(str(error.value))
    assert len(set(lines)) == 1
    assert lines[0].startswith(f"{__file__}:{strategy.__code__.co_firstlineno}: small(seen)")
    assert "eturn a" in lines[0]
    assert "\n" not in lines[0]


def test_an_answer_that_only_python_can_give_is_asked_for_again():
    """The smaller of a googol and 2 is 2: machine code cannot hold the googol, so the reference driver is asked."""
    told = told_of(lambda seen: min(int(seen.top * 1e100), 2))
    assert told.strategies["small"] == "reference driver: an answer that machine code cannot give"
    assert told.outcomes == told_of(lambda seen: 2).outcomes


def test_a_strategy_compiles_no_engine_of_its_own():
    """An address is a number: built-in or own, and whichever own, the engine's machine code is the same."""
    tables = prepare(BUSY, PLAN)
    simulate(tables, 1, np.arange(1))
    before = engine._simulate.signatures
    for strategy in (lambda seen: 0, lambda seen: seen.top / 2):
        simulate(with_strategies(tables, {Role.SMALL: strategy}), 1, np.arange(1))
    assert engine._simulate.signatures == before


def test_the_engine_itself_refuses_a_bad_answer():
    """A block of runs ends in one line that says whom to ask."""
    tables = with_strategies(prepare(BUSY, PLAN), {Role.BIG: lambda seen: seen.top + 1})
    with pytest.raises(AnswerError, match="Run it by the reference driver"):
        simulate(tables, 1, np.arange(2))


@pytest.mark.parametrize(
    ("answer", "level"),
    [(3, 3), (3.0, 3), (np.int64(2), 2), (np.float64(0.0), 0), (-0.0, 0), (4, 4), (5, None), (2.5, None), (True, None),
     (math.nan, None), ("1", None), (None, None), (np.True_, None), (1j, None)],
)  # fmt: skip
def test_a_level_is_a_whole_number_within_the_levels(answer, level):
    """Of whatever kind the number is; truth is no level."""
    assert level_of(answer, 4) == level
