"""Conditions, and distances between runs that meet one and others: against scipy, by hand, and by laws."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sweeps.fakes import FakeDriver, small_experiment
from sweeps.sensitivity.functions import PATHS, FunctionDriver, function_experiment, made_cases

from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.sweeps.designs import Saltelli
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.sensitivity.cases import condition_cases
from simulator.sweeps.sensitivity.condition import Condition
from simulator.sweeps.sensitivity.outcomes import read_outcomes
from simulator.sweeps.sensitivity.regional import regional


@settings(deadline=None)
@given(st.integers(3, 60), st.integers(0, 10_000), st.booleans())
def test_the_distance_is_scipys(n, seed, ties):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 4, n) if ties else rng.random(n)
    hits = np.concatenate([[0.0, 1.0], rng.integers(0, 2, n - 2)])
    (row,) = regional(made_cases([x], hits), permutations=1)
    assert row.distance == pytest.approx(stats.ks_2samp(x[hits == 1], x[hits == 0]).statistic, abs=1e-12)


def test_the_p_value_is_the_share_of_all_permutations():
    x, hits = np.arange(7.0), np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0])
    (row,) = regional(made_cases([x], hits), permutations=4000)
    exact = stats.ks_2samp(x[hits == 1], x[hits == 0], method="exact").pvalue
    assert row.p_value == pytest.approx(exact, abs=0.03)
    wanted = [
        stats.ks_2samp(x[list(chosen)], np.delete(x, list(chosen))).statistic >= row.distance - 1e-12
        for chosen in itertools.combinations(range(7), 4)
    ]
    assert exact == pytest.approx(np.mean(wanted))


def test_several_runs_at_a_point_count_as_so_many_but_do_not_make_it_surer():
    x = np.arange(12.0)
    hits = np.array([0, 1, 0, 0, 2, 1, 3, 2, 4, 3, 4, 4], dtype=float)
    (row,) = regional(made_cases([x], hits, np.full(12, 4.0)))
    met, other = np.repeat(x, hits.astype(int)), np.repeat(x, (4 - hits).astype(int))
    of_runs = stats.ks_2samp(met, other)
    assert row.distance == pytest.approx(of_runs.statistic)
    assert row.p_value > of_runs.pvalue
    assert (row.met, row.other) == (np.quantile(met, 0.5, method="lower"), np.quantile(other, 0.5, method="lower"))


def test_words_have_a_total_variation_and_every_test_is_adjusted():
    codes = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    hits = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0], dtype=float)
    noise = np.random.default_rng(0).random(10)
    rows = {row.factor: row for row in regional(made_cases([codes, noise], hits, words=(("a", "b", "c"), None)))}
    assert rows["x0"].distance == pytest.approx(0.5 * (3 / 4 + abs(1 / 4 - 2 / 6) + 4 / 6))
    assert (rows["x0"].met, rows["x0"].other) == ("a", "c")
    assert rows["x0"].p_adjusted == pytest.approx(2 * rows["x0"].p_value)


def test_conditions_are_the_language_of_constraints():
    known = ["surplus", "small_survived"]
    values = {"surplus": np.array([[1.0, np.nan], [3.0, -2.0]]), "small_survived": np.array([[0.0, 0.0], [1.0, 0.0]])}
    both = Condition(" small_survived < 0.5 and not surplus > 0 ", known)
    assert both.measures == ("small_survived", "surplus")
    np.testing.assert_equal(both.holds(values), [[0.0, np.nan], [0.0, 1.0]])
    with pytest.raises(UnknownNameError, match=r"Unknown measure 'surplis'. Did you mean 'surplus'"):
        Condition("surplis < 1", known)
    with pytest.raises(ParameterError, match=r"Condition '1 < 2' must name a measure.*small_survived"):
        Condition("1 < 2", known)
    with pytest.raises(ParameterError, match=r"^Condition 'surplus' must be possible to compute; got 1.0 where true"):
        Condition("surplus", known).holds(values)
    with pytest.raises(ParameterError, match=r"^Condition 'log\(surplus\) > 0' must be possible .* at surplus = -2"):
        Condition("log(surplus) > 0", known).holds(values)
    for text in ("surplus <", "__import__('os').system('true')", "surplus + 1", "x" * 600):
        with pytest.raises(ParameterError, match=r"^Condition "):
            Condition(text, known)


def test_points_are_counted_and_missing_runs_left_out(tmp_path):
    run_sweep(small_experiment(), tmp_path, driver=FakeDriver(), jobs=1)
    outcomes = read_outcomes(tmp_path, ["months", "small_value"])
    cases = condition_cases(outcomes, Condition("months > 9", outcomes.measures), "share")
    defined = np.isfinite(outcomes.of("months", "share"))
    assert cases.runs.sum() == defined.sum() < defined.size
    assert cases.words == (("big", "small"), None)
    for text, what in (("small_value > -1", "all"), ("small_value < -1", "none")):
        with pytest.raises(ParameterError, match=rf"must hold in some runs and not in others; got {what} of 42 under"):
            condition_cases(outcomes, Condition(text, outcomes.measures), "share")


def test_base_samples_stay_together(tmp_path):
    run_sweep(function_experiment(design=Saltelli(32), replicates=1), tmp_path, driver=FunctionDriver(), jobs=1)
    outcomes = read_outcomes(tmp_path, ["big_value"])
    cases = condition_cases(outcomes, Condition("big_value > 2", outcomes.measures), "share")
    assert [len(block) for block in cases.of_blocks()] == [5] * 32
    rows = {row.factor: row for row in regional(cases, permutations=199)}
    assert rows[PATHS[0]].p_adjusted <= 0.02
    assert rows[PATHS[2]].p_value > 0.02
