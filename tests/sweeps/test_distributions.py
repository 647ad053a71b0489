"""Distributions against scipy.stats and against sums written out, and their fit to the range of a key."""

import math

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.economy.terms import RevenueShare
from simulator.foundation.errors import ParameterError
from simulator.sweeps.distributions import (
    DISTRIBUTIONS,
    Discrete,
    Lognormal,
    Loguniform,
    Normal,
    Triangular,
    Uniform,
    distribution_name,
)
from simulator.sweeps.factors import Factor
from simulator.sweeps.ranges import marginal, number_key

SCENARIO = Scenario("pair", contracts=(Contract("share", (RevenueShare(0.3),)),))
MIDDLES = (np.arange(20_000) + 0.5) / 20_000
MOMENTS = 2e-3

# the same distribution as scipy cuts or shapes it; cash is in [0, inf), power in [0, 1]
PAIRS = [
    ("small.cash", Uniform(2, 7), stats.uniform(2, 5)),
    ("small.cash", Loguniform(0.5, 40), stats.loguniform(0.5, 40)),
    ("small.cash", Triangular(2, 3, 9), stats.triang(1 / 7, 2, 7)),
    ("small.cash", Triangular(2, 2, 9), stats.triang(0, 2, 7)),
    ("small.cash", Triangular(2, 9, 9), stats.triang(1, 2, 7)),
    ("small.cash", Normal(12, 3), stats.truncnorm(-4, math.inf, 12, 3)),
    ("small.cash", Normal(1, 3, high=4), stats.truncnorm(-1 / 3, 1, 1, 3)),
    ("bargaining.power", Normal(0.5, 0.4), stats.truncnorm(-1.25, 1.25, 0.5, 0.4)),
    ("small.cash", Lognormal(10, 0.5), stats.lognorm(0.5, scale=10)),
]


@pytest.mark.parametrize(("path", "distribution", "reference"), PAIRS)
def test_quantiles_and_moments_are_those_of_scipy(path, distribution, reference):
    drawn = np.array(marginal(Factor(path, distribution=distribution), SCENARIO).values(MIDDLES))
    np.testing.assert_allclose(drawn, reference.ppf(MIDDLES), rtol=1e-9)
    assert drawn.mean() == pytest.approx(reference.mean(), rel=MOMENTS)
    assert drawn.std() == pytest.approx(reference.std(), rel=1e-2)
    for x in (reference.ppf(0.2), reference.ppf(0.9)):
        below, upto = distribution.cdf(reference.support()[0]), distribution.cdf(reference.support()[1])
        assert (distribution.cdf(x) - below) / (upto - below) == pytest.approx(reference.cdf(x), rel=1e-9)


def test_a_lognormal_cut_on_both_sides():
    marginals = marginal(Factor("small.cash", distribution=Lognormal(10, 0.5, low=5, high=20)), SCENARIO)
    whole = stats.lognorm(0.5, scale=10)
    below, upto = whole.cdf(5), whole.cdf(20)
    expected = whole.ppf(below + MIDDLES * (upto - below))
    np.testing.assert_allclose(marginals.values(MIDDLES), expected, rtol=1e-9)


def test_whole_numbers_are_as_likely_as_they_should_be():
    dice = marginal(Factor("small.count", distribution=Uniform(1, 6)), SCENARIO).values(MIDDLES)
    assert all(type(value) is int for value in dice)
    assert np.bincount(dice, minlength=7)[1:] == pytest.approx(np.full(6, 20_000 / 6), abs=1)
    bell = np.array(marginal(Factor("small.count", distribution=Normal(4, 2)), SCENARIO).values(MIDDLES))
    within = stats.norm(4, 2).cdf(bell.max() + 0.5) - stats.norm(4, 2).cdf(0.5)
    for count in range(1, 9):
        mass = stats.norm(4, 2).cdf(count + 0.5) - stats.norm(4, 2).cdf(count - 0.5)
        assert np.mean(bell == count) == pytest.approx(mass / within, abs=1e-3)
    assert bell.min() == 1
    logs = np.array(marginal(Factor("small.count", distribution=Loguniform(1, 64)), SCENARIO).values(MIDDLES))
    assert np.mean(logs == 1) == pytest.approx(math.log(3) / math.log(129), abs=1e-3)
    assert (logs.min(), logs.max()) == (1, 64)


def test_discrete_values_have_their_weights():
    factor = Factor("small.strategy", distribution=Discrete(("nash", "random", "leader"), (3, 0, 1)))
    drawn = marginal(factor, SCENARIO).values(MIDDLES)
    assert drawn.count("nash") == 15_000
    assert drawn.count("leader") == 5_000
    assert factor.values == ("nash", "random", "leader")
    alike = marginal(Factor("small.cash", (3, 6, 12, 24)), SCENARIO).values(MIDDLES)
    assert [alike.count(value) for value in (3, 6, 12, 24)] == [5_000] * 4


ENDS = st.floats(-50, 50)


@settings(max_examples=1000)
@given(
    st.sampled_from(["uniform", "triangular", "normal", "lognormal", "loguniform"]),
    ENDS, ENDS, st.floats(0, 1), st.floats(0.01, 10),
    st.sampled_from(["small.cash", "small.count", "bargaining.power", "small.specificity", "venture.milestones"]),
    st.lists(st.floats(0, 1), min_size=2, max_size=8),
)  # fmt: skip
def test_values_stay_in_the_range_and_rise_with_their_coordinate(name, a, b, share, spread, path, u):
    low, high = min(a, b), max(a, b)
    try:
        made = {
            "uniform": lambda: Uniform(low, high),
            "triangular": lambda: Triangular(low, min(max(low + share * (high - low), low), high), high),
            "normal": lambda: Normal(a, spread),
            "lognormal": lambda: Lognormal(math.exp(a / 10), spread / 5),
            "loguniform": lambda: Loguniform(abs(a), abs(a) + spread),
        }[name]()
        drawn = marginal(Factor(path, distribution=made), SCENARIO)
    except ParameterError:
        reject()
    key = number_key(SCENARIO, path)
    values = drawn.values(np.sort(np.array([*u, 0.0, 1.0 - 2**-53])))
    assert all(key.limits.admits(value) for value in values)
    assert values == sorted(values)
    assert all(type(value) is (int if key.whole else float) for value in values)


@pytest.mark.parametrize(
    ("path", "distribution", "says"),
    [
        ("small.cash", Uniform(-1, 5), r"low must be in \[0, inf\), the range of the key; got -1"),
        ("bargaining.power", Triangular(0, 0.5, 2), r"high must be in \[0, 1\]"),
        ("bargaining.power", Normal(7, 1), "at least 1% of its normal distribution in 0 to 1"),
        ("lead", Normal(7, 1), "must hold a number to be drawn from a normal distribution"),
        ("small.strategy", Uniform(0, 1), "must hold a number"),
        ("small.count", Uniform(2.1, 2.9), "must have two whole numbers between its ends"),
    ],
)
def test_a_distribution_that_does_not_fit_is_refused(path, distribution, says):
    with pytest.raises(ParameterError, match=says) as caught:
        marginal(Factor(path, distribution=distribution), SCENARIO)
    assert str(caught.value).startswith(f"Factor {path!r}")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Uniform(3, 3), "Uniform.high must be above low = 3; got 3"),
        (lambda: Uniform(-1.5e308, 1.5e308), "Uniform.high must be so near"),
        (lambda: Normal(3, 0), r"Normal.deviation must be in \(0, inf\)"),
        (lambda: Normal(math.nan, 1), "Normal.mean must be in"),
        (lambda: Triangular(1, 5, 3), "Triangular.mode must be between low = 1 and high = 3; got 5"),
        (lambda: Loguniform(0, 3), r"Loguniform.low must be in \(0, inf\)"),
        (lambda: Discrete((1, 2), (1,)), "one for each of the 2 values; got 1"),
        (lambda: Discrete((1, 2), (1, -1)), "numbers, 0 or more; got -1"),
        (lambda: Discrete((1, 2), (1, 0)), "above 0 for at least two values"),
        (lambda: Factor("small.cash", distribution=Discrete((1, 1.0))), "must vary; got 1 alone"),
    ],
)
def test_an_impossible_distribution_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_keys_know_their_range_and_kind():
    assert str(number_key(SCENARIO, "contract.revenue_share.share").limits) == "[0, 1]"
    assert number_key(SCENARIO, "venture.technology.substitution").whole is False
    assert number_key(SCENARIO, "venture.milestones").whole
    assert number_key(SCENARIO, "small.strategy.patience") is not None
    for path in ("lead", "small.strategy", "small.nothing", "contract.nothing.x", "nowhere.x", "small.cash.x"):
        assert number_key(SCENARIO, path) is None


def test_every_distribution_knows_its_name():
    assert set(DISTRIBUTIONS) == {"discrete", "uniform", "loguniform", "triangular", "normal", "lognormal"}
    assert distribution_name(Discrete((1, 2))) == "discrete"
