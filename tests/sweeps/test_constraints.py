"""Constraints against Python's own arithmetic, and all that they refuse."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweeps.fakes import SCENARIO, small_experiment

from simulator.foundation.errors import AllianceError, ParameterError, UnknownNameError
from simulator.sweeps.constraints import Constraints, parsed
from simulator.sweeps.designs import Halton, LatinHypercube, Morris, Rows, Saltelli, Sobol
from simulator.sweeps.distributions import Uniform
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import faults, plan

CASH = "small.cash"
NUMBERS = st.floats(-100, 100) | st.integers(-100, 100)


def held(text, **values):
    paths = [path.replace("__", ".") for path in values]
    return Constraints([text], SCENARIO, paths)(tuple(values.values()))


TEXTS = (
    "{a} > 2 * {b} - 1",
    "{a} + {b} <= 3 and not {a} == {b}",
    "-{a} < {b} < {a} or abs({a}) >= 50",
    "min({a}, {b}, 3) * max({a}, 0) != {b} / 4",
    "{a} ** 2 > {b} ** 2",
    "{a} % 7 >= {b} // 3",
    "{a} in [1, 2, {b}] or {b} not in (3, 4)",
)


@given(st.sampled_from(TEXTS), NUMBERS, NUMBERS)
def test_constraints_are_pythons_own_arithmetic(text, a, b):
    names = {"a": "small.cash", "b": "small.burn"}
    expected = eval(text.format(a="a", b="b"), {"a": a, "b": b})
    assert held(text.format(**names), small__cash=a, small__burn=b) is bool(expected)


def test_names_that_are_no_factors_have_the_scenarios_value():
    assert SCENARIO.small.burn == 1.0
    assert not held("small.cash > 2 * small.burn", small__cash=2)
    assert held("small.cash > 2 * small.burn", small__cash=2.5)
    assert held('small.strategy == "nash" and lead != "big"', lead="small") is (SCENARIO.small.strategy.name == "nash")
    assert held('lead in ["small", "big"]', lead="small")
    assert held('venture.technology == "ces" or small.cash > 0', small__cash=1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("__import__('os').system('true')", "must compare keys and numbers"),
        ("(lambda: 1)() > small.cash", "must compare keys"),
        ("small.cash.__class__ > 1", "unknown key"),
        ("[x for x in (1, 2)] > small.cash", "must compare keys"),
        ("open('x') > small.cash", "must compare keys"),
        ("small.cash > 2; 1", "must be a comparison; got invalid syntax"),
        ("small.cash >", "must be a comparison"),
        ("small.cash + 1", "must compare something"),
        ("", "must be a comparison"),
        ("small.cash > " + "(" * 230 + "1" + ")" * 230, "must be a comparison"),
        ("small.cash > " + "-" * 100 + "1", "nested at most"),
        ("small.cash > 1 " * 100, "at most 500 characters"),
        ("small.cash is 3", "must compare keys"),
        ("small.cash @ 3 > 1", "must compare keys"),
        ("small.cash > 1j", "must compare keys"),
        ("max(small.cash, key=1) > 1", "must compare keys"),
        ("small.cash in small.burn", "must compare keys"),
        ("f'{small.cash}' == '1'", "must compare keys"),
        ("small.cash[0] > 1", "must compare keys"),
        ("small.csh > 1", "unknown key 'small.csh'. Did you mean 'small.cash'?"),
        ("small.burn > 1", "must name a factor; got none of small.cash"),
        ("1 > 2", "must name a factor"),
        ("contract.revenue_share.share > small.cash", "must name a term only as a factor"),
        ("small.cash > 1\0", "must be a comparison"),
    ],
)
def test_what_is_not_understood_is_refused_in_one_line(text, says):
    with pytest.raises(AllianceError) as caught:
        Constraints([text], SCENARIO, [CASH])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(alphabet="small.cash<>=+-*/()[]{}'\"0123456789 andornotinlambda:_,;!@\\\n", max_size=60))
def test_no_text_does_anything_but_hold_or_be_refused(text):
    with contextlib.suppress(AllianceError):
        assert Constraints([text], SCENARIO, [CASH])((3,)) in (True, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("small.cash / 0 > 1", "division by zero at small.cash = 3"),
        ("small.cash ** 9999 > 1", "must be possible to compute"),
        ("small.cash > 'nash'", "'nash' where a number must stand"),
        ("sqrt(-small.cash) > 1", "must be possible to compute"),
        ("not small.cash", "3 where true or false must stand"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_point(text, says):
    with pytest.raises(ParameterError, match=says):
        Constraints([text], SCENARIO, [CASH])((3,))


def test_a_grid_and_a_list_drop_the_points_that_violate():
    made = plan(small_experiment(constraints=("small.cash < 12 or lead == 'big'",)))
    assert made.points == (("small", 3), ("small", 6), ("big", 3), ("big", 6), ("big", 12))
    rows = (Factor("small.cash", (3, 6)), Factor("big.cash", (30, 6)))
    assert plan(small_experiment(design=Rows(), factors=rows, constraints=("big.cash > small.cash",))).points == (
        (30, 3),
    )


def test_constraints_that_contradict_are_one_clear_line():
    contradiction = small_experiment(constraints=("small.cash < 4", "small.cash > 5"))
    with pytest.raises(ParameterError) as caught:
        plan(contradiction)
    assert str(caught.value) == (
        "Experiment.constraints must leave at least one point; got none of 6 that satisfies 'small.cash < 4' and "
        "'small.cash > 5'. Relax one, or move the factors."
    )
    with pytest.raises(ParameterError, match="must leave at least one point"):
        faults(contradiction)


DRAWN = (Factor("small.cash", distribution=Uniform(1, 10)), Factor("small.burn", distribution=Uniform(0, 5)))


@given(
    st.sampled_from([LatinHypercube(64), Sobol(64), Halton(50)]),
    st.integers(0, 2**63 - 1),
    st.floats(1.2, 4.0),
)
def test_samples_are_drawn_again_until_all_points_hold(design, seed, ratio):
    text = f"small.cash > {ratio} * small.burn"
    experiment = small_experiment(design=design, seed=seed, factors=DRAWN, constraints=(text,))
    points = plan(experiment).points
    assert len(points) == design.points
    assert all(cash > ratio * burn for burn, cash in points)
    free = plan(small_experiment(design=design, seed=seed, factors=DRAWN)).points
    kept = [point for point in free if point[1] > ratio * point[0]]
    assert list(points[: len(kept)]) == kept
    assert plan(experiment).points == points


def test_a_sample_that_hardly_ever_holds_is_refused():
    with pytest.raises(ParameterError, match=r"at least 1% of what the factors draw; got \d+ of 1\d,\d+ points"):
        plan(small_experiment(design=Sobol(64), factors=DRAWN, constraints=("small.cash < 1.001",)))
    with pytest.raises(ParameterError, match="got 0 of"):
        plan(small_experiment(design=LatinHypercube(16), factors=DRAWN, constraints=("small.cash > 11",)))


@pytest.mark.parametrize("design", [Morris(4), Saltelli(8)])
def test_designs_that_need_all_their_points_refuse_constraints(design):
    with pytest.raises(ParameterError, match="cannot leave out or move a point") as caught:
        plan(small_experiment(design=design, factors=DRAWN, constraints=("small.cash > small.burn",)))
    assert "latin_hypercube" in str(caught.value)


def test_an_unknown_key_has_its_own_error():
    with pytest.raises(UnknownNameError):
        plan(small_experiment(constraints=("small.csh > 1",)))
    with pytest.raises(ParameterError, match="must be a comparison"):
        small_experiment(constraints=("small.cash >",))
    assert parsed("small.cash > 1") is not None
