"""Strategies by hand, by what each may see, and by the frequencies of their draws; the registry of all of them."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation.choices import DRAWS, GAME, KEY, KNOWN, STANDARD_ERRORS, assert_frequencies, chosen, drawn, numbers

from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.foundation.draws import BIG_CHECK, BIG_CHOICE, SMALL_CHECK, SMALL_CHOICE, uniform
from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.games.concepts.quantal import logit_equilibrium
from simulator.games.normal_form import NormalFormGame
from simulator.simulation.strategies import (
    STRATEGIES,
    choose,
    defects,
    hedges,
    insight,
    planning_cost,
    quantal_precision,
    quits,
    shark_numbers,
    stays,
    strategy_numbers,
    sunk_cost_bias,
    verification_cost,
    verifies,
)

pytestmark = pytest.mark.kernels

# Every strategy, and all that its choice may depend on.
INFORMATION = {
    "nash": {"equilibrium"},
    "best_reply": {"reply"},
    "leader": {"leading"},
    "quantal_response": {"quantal"},
    "all_in_pig": {"top"},
    "hedging_chicken": {"hedge"},
    "random": {"top"},
    "reciprocator": {"first_best", "promise", "partner_breaks"},
    "grim": {"first_best", "promise", "partner_broke"},
    "trust_but_verify": {"first_best", "promise", "partner_breaks"},
    "fictitious_play": {"memory", "payoffs"},
    "roth_erev": {"memory"},
    "ewa": {"memory"},
    "suitor": {"equilibrium", "promise"},
    "shark": {"equilibrium", "together", "knowledge"},
    "rational_quitter": {"equilibrium"},
    "sunk_cost_stayer": {"equilibrium"},
}


@pytest.mark.parametrize(
    ("name", "known", "level"),
    [
        ("nash", {}, 4),
        ("best_reply", {}, 5),
        ("leader", {}, 7),
        ("all_in_pig", {}, 9),
        ("hedging_chicken", {}, 3),
        ("rational_quitter", {}, 4),
        ("sunk_cost_stayer", {}, 4),
        ("suitor", {}, 6),
        ("suitor", {"equilibrium": 7}, 7),
        ("suitor", {"partner_breaks": 3, "partner_broke": 9, "knowledge": 1.0, "partner_kept": 0.0}, 6),
        ("reciprocator", {}, 8),
        ("reciprocator", {"first_best": 2}, 6),
        ("reciprocator", {"partner_breaks": 1, "partner_broke": 1}, 0),
        ("reciprocator", {"partner_broke": 5}, 8),
        ("grim", {}, 8),
        ("grim", {"first_best": 2}, 6),
        ("grim", {"partner_broke": 1}, 0),
        ("shark", {"together": 11}, 4),
        ("shark", {"together": 12}, 0),
        ("shark", {"knowledge": 0.99}, 4),
        ("shark", {"knowledge": 1.0}, 0),
    ],
)
def test_levels_by_hand(name, known, level):
    assert chosen(numbers(name), **known) == level


def test_a_reciprocator_forgives_as_often_as_it_is_patient():
    patient = numbers("reciprocator", patience=3)
    assert [chosen(patient, partner_breaks=breaks) for breaks in range(5)] == [8, 8, 8, 0, 0]


def test_a_shark_mimics_for_as_long_as_it_is_told():
    for shark in (numbers("shark", mimics=2), (numbers("shark")[0], shark_numbers(2))):
        assert [chosen(shark, together=months) for months in range(4)] == [4, 4, 0, 0]
        assert [bool(defects(*shark, months, 0.0)) for months in range(4)] == [False, False, True, True]
    assert chosen(numbers("shark", mimics=0), together=0) == 0
    assert not defects(*numbers("suitor"), 1_000, 1.0)


def test_a_hedging_chicken_splits_its_budget_evenly():
    levels = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    assert hedges(StrategyChoice("hedging_chicken"), levels, 5).tolist() == [4, 4, 2, 1, 1, 0]
    assert hedges(StrategyChoice("hedging_chicken", (("budget", 1.5),)), levels, 3).tolist() == [4, 4, 3, 2]
    assert hedges(StrategyChoice("nash"), levels, 2).tolist() == [4, 4, 2]


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_choice_depends_on_what_the_strategy_sees_and_on_all_of_it(name):
    """Other values of what it does not see change nothing in any month; of what it sees, something."""
    strategy = numbers(name, **{"trust_but_verify": {"rate": 0.6}, "fictitious_play": {"precision": 0.4}}.get(name, {}))
    usual = {"memory": np.array([2.0, 1.0, 1.0, 3.0]), "payoffs": GAME, "quantal": np.array([0.1, 0.2, 0.3, 0.4])}
    other = {"memory": np.array([0.0, 1.0, 9.0, 0.5]), "payoffs": GAME[::-1], "quantal": np.array([0.7, 0.1, 0.1, 0.1])}
    other |= {name: 1.0 if isinstance(value, float) else value + 3 for name, value in KNOWN.items()}
    other |= {"together": 12, "promise": 9}

    def levels(**changed):
        given = {"experience": 4.0} | usual | changed
        return [chosen(strategy, month=month, **given) for month in range(20, 60)]

    before = levels()
    seen = {changed for changed, value in other.items() if levels(**{changed: value}) != before}
    assert seen == INFORMATION[name]


def test_draws_are_common_random_numbers():
    """A random strategy that plays against another one, or earns something else, has the same luck."""
    assert chosen(numbers("random")) == chosen(numbers("random"), partner_level=0, payoffs=-GAME, partner_broke=3)
    levels = {chosen(numbers("random"), month=month, place=place) for month in range(9) for place in range(9)}
    assert levels == set(range(10))


@pytest.mark.statistical
def test_random_picks_every_level_as_often():
    levels = [chosen(numbers("random"), month=month, top=4) for month in range(DRAWS)]
    assert_frequencies(levels, np.full(5, 0.2))
    assert levels[:50] == [int(5 * uniform(KEY, month, 2, SMALL_CHOICE)) for month in range(50)]


@pytest.mark.statistical
def test_a_quantal_response_is_drawn_from_the_logit_equilibrium():
    """Dominant actions whose payoffs differ by 2, at a precision of 0.5: the odds are e to 1."""
    choice = StrategyChoice("quantal_response", (("precision", 0.5),))
    game = NormalFormGame([[0.0, 0.0], [2.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]])
    mixture = np.array(logit_equilibrium(game, quantal_precision(choice)).small)
    levels = [chosen(strategy_numbers(choice, BigFirm()), quantal=mixture, month=month) for month in range(DRAWS)]
    assert_frequencies(levels, np.array([1.0, math.e]) / (1.0 + math.e))
    assert levels[:50] == [drawn(mixture, uniform(KEY, month, 2, SMALL_CHOICE)) for month in range(50)]


@pytest.mark.statistical
def test_a_level_without_probability_is_never_drawn():
    levels = [chosen(numbers("quantal_response"), quantal=[0.0, 0.5, 0.0, 0.5, 0.0], month=m) for m in range(DRAWS)]
    assert_frequencies(levels, np.array([0.0, 0.5, 0.0, 0.5, 0.0]))


def test_only_who_plays_a_logit_equilibrium_has_a_precision():
    assert quantal_precision(StrategyChoice("quantal_response")) == 1.0
    assert [name for name in STRATEGIES if quantal_precision(StrategyChoice(name)) is not None] == ["quantal_response"]


@pytest.mark.statistical
def test_checks_come_at_their_rate_and_only_from_who_verifies():
    code, parameters = numbers("trust_but_verify", rate=0.3)
    checks = [bool(verifies(code, parameters, KEY, month, 2, BIG_CHECK)) for month in range(DRAWS)]
    assert_frequencies(np.array(checks, dtype=int), np.array([0.7, 0.3]))
    choices = [uniform(KEY, month, 2, BIG_CHOICE) < 0.3 for month in range(DRAWS)]
    both = np.mean(np.logical_and(checks, choices))
    assert abs(both - 0.09) < STANDARD_ERRORS * math.sqrt(0.09 * 0.91 / DRAWS)
    for name in set(STRATEGIES) - {"trust_but_verify"}:
        strategy = (STRATEGIES[name].code, np.ones(5))
        assert not any(verifies(*strategy, KEY, month, 2, BIG_CHECK) for month in range(5))


@settings(deadline=None)
@given(
    st.lists(st.booleans(), max_size=25), st.sampled_from([0.0, 0.2, 0.6, 1.0]), st.integers(1, 5), st.integers(0, 9)
)
def test_trust_but_verify_is_a_firm_that_remembers_what_it_found(kept, rate, patience, place):
    """Against a firm with a memory: it counts down the months of no commitment, and stops when a promise is kept."""
    strategy = numbers("trust_but_verify", rate=rate, patience=patience)
    breaks = left = 0
    for month, last_kept in enumerate([True, *kept], start=30):
        breaks = 0 if last_kept else breaks + 1
        if last_kept:
            left = 0
        elif uniform(KEY, month, place, SMALL_CHECK) < rate:
            left = patience
        assert chosen(strategy, partner_breaks=breaks, month=month, place=place) == (0 if left else 8)
        left = max(left - 1, 0)


def test_who_always_verifies_once_is_a_reciprocator_and_who_never_does_trusts():
    always, never = numbers("trust_but_verify", rate=1), numbers("trust_but_verify", rate=0, patience=9)
    for breaks in range(4):
        assert chosen(always, partner_breaks=breaks) == chosen(numbers("reciprocator"), partner_breaks=breaks)
        assert chosen(never, partner_breaks=breaks) == 8


def of(function, name, **parameters):
    """Return what a function says of a strategy."""
    return function(*numbers(name, **parameters))


@pytest.mark.parametrize(
    ("function", "name", "parameters", "value"),
    [
        (planning_cost, "leader", {"planning": 3.5, "insight": 0.25}, 3.5),
        (insight, "leader", {"planning": 3.5, "insight": 0.25}, 0.25),
        (verification_cost, "trust_but_verify", {"rate": 0.5, "cost": 2.0, "patience": 3.0}, 2.0),
        (sunk_cost_bias, "sunk_cost_stayer", {"bias": 0.75}, 0.75),
    ],
)
def test_costs_and_biases_are_those_of_their_strategy_alone(function, name, parameters, value):
    assert of(function, name, **parameters) == value
    for other in set(STRATEGIES) - {name}:
        assert function(STRATEGIES[other].code, np.full(5, 0.5)) == 0.0


def test_planning_and_checks_cost_nothing_unless_said():
    assert [of(planning_cost, "leader"), of(insight, "leader"), of(verification_cost, "trust_but_verify")] == [0.0] * 3


def test_who_leaves_and_who_stays():
    assert [name for name in STRATEGIES if quits(STRATEGIES[name].code)] == ["rational_quitter"]
    assert [name for name in STRATEGIES if stays(STRATEGIES[name].code)] == ["suitor"]


def test_every_strategy_is_registered_and_none_twice():
    assert set(STRATEGIES) == set(INFORMATION)
    assert len({each.code for each in STRATEGIES.values()}) == len(STRATEGIES)
    assert next(iter(STRATEGIES)) == "nash"
    old = ["nash", "best_reply", "all_in_pig", "hedging_chicken", "reciprocator", "random"]
    assert [STRATEGIES[name].code for name in old] == list(range(6))
    assert list(inspect.signature(getattr(choose, "py_func", choose)).parameters)[2:15] == list(KNOWN)


@pytest.mark.parametrize("entry", STRATEGIES.values(), ids=lambda entry: entry.name)
def test_every_strategy_says_what_it_does_sees_and_comes_from(entry):
    assert all(len(text) > 5 for text in (entry.doc, entry.sees, entry.source))
    assert entry.doc.endswith(".")
    assert not entry.sees.endswith(".")  # it stands within a sentence
    assert len(entry.parameters) <= 5
    code, values = strategy_numbers(StrategyChoice(entry.name), SmallFirm())
    assert code == entry.code
    assert values.dtype == np.float64
    assert values.tolist() == [each.default for each in entry.parameters] + [0.0] * (5 - len(entry.parameters))
    for each in entry.parameters:
        assert each.limits.admits(each.default)
        assert each.limits.doc.endswith(".")


def test_parameters_stand_in_the_order_of_their_definition_however_given():
    given = {"experience": 5.0, "precision": 4, "retention": 0.2, "imagination": 0.1, "experience_retention": 0.3}
    assert numbers("ewa", **given)[1].tolist() == [0.1, 0.2, 0.3, 4.0, 5.0]
    assert numbers("roth_erev", experimentation=0.5)[1].tolist() == [1.0, 0.1, 0.5, 0.0, 0.0]


EVERY = [(name, each) for name, entry in STRATEGIES.items() for each in entry.parameters]


@pytest.mark.parametrize(("name", "parameter"), EVERY, ids=[f"{name}-{each.name}" for name, each in EVERY])
def test_unusable_parameters_are_refused_in_one_line(name, parameter):
    low, high = parameter.limits.low, parameter.limits.high
    assert numbers(name, **{parameter.name: low})[0] == numbers(name, **{parameter.name: high})[0]
    for value in (low - 1.0, math.nextafter(high, math.inf), math.nan, math.inf, -math.inf, True, None, "1"):
        with pytest.raises(ParameterError) as refused:
            strategy_numbers(StrategyChoice(name, ((parameter.name, value),)), BigFirm())
        said = str(refused.value)
        assert said.startswith(f"BigFirm.strategy: {parameter.name} must be in {parameter.limits}; got {value!r}. ")
        assert said.endswith(f"Write {{ name = {name!r}, {parameter.name} = {parameter.default:g} }}.")
        assert "\n" not in said


@pytest.mark.parametrize("name", STRATEGIES)
def test_unknown_parameters_are_refused_in_one_line(name):
    with pytest.raises(UnknownNameError, match=rf"^Unknown parameter of strategy '{name}' 'boldness'\. [^\n]+\.$"):
        numbers(name, boldness=1)


def test_unknown_strategies_are_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match=r"Unknown strategy 'grimm'\. Did you mean 'grim'\?"):
        numbers("grimm")
