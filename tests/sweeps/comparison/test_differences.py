"""Paired statistics by other routes: SciPy on the same pairs, and laws that hold for any runs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sweeps.comparison.samples import table

from simulator.foundation.errors import ParameterError
from simulator.sweeps.compare import compare
from simulator.sweeps.comparison.intervals import METHODS
from simulator.sweeps.comparison.pairs import paired
from simulator.sweeps.comparison.runs import read_runs

RANDOM = np.random.default_rng(7)
LUCK = RANDOM.gamma(2.0, size=(1, 60))
THREE = np.stack([LUCK, 1.1 * LUCK + RANDOM.normal(size=LUCK.shape), LUCK + RANDOM.normal(0.5, 0.3, LUCK.shape)])
whole = arrays(float, st.tuples(st.just(2), st.integers(1, 3), st.integers(2, 9)), elements=st.integers(-9, 9))


@pytest.mark.kernels
def test_a_pair_is_what_scipy_says_of_it():
    mine, theirs = THREE[1], THREE[0]
    found = paired(mine, theirs)
    test = stats.ttest_rel(mine[0], theirs[0])
    gaps = mine[0] - theirs[0]
    assert (found.pairs, found.clusters) == (60, 60)
    assert found.difference / found.error == pytest.approx(test.statistic)
    assert found.acceleration == pytest.approx(stats.skew(gaps) / (6.0 * math.sqrt(60)))
    assert found.correlation == pytest.approx(stats.pearsonr(mine[0], theirs[0]).statistic)
    assert found.variance_ratio == pytest.approx((mine.var() + theirs.var()) / gaps.var())
    wins = stats.wilcoxon(gaps, correction=False)  # only so that zero differences would be noticed
    assert np.isfinite(wins.statistic)
    assert (found.better, found.tied) == (int((gaps > 0).sum()), 0)


def test_rows_are_paired_t_tests_with_student_intervals():
    rows = compare(table(THREE), method="t", all_pairs=True).rows
    assert [(row.contract, row.against) for row in rows] == [("b", "a"), ("c", "a"), ("c", "b")]
    for row in rows:
        mine, theirs = (THREE[ord(name) - ord("a"), 0] for name in (row.contract, row.against))
        theirs_test = stats.ttest_rel(mine, theirs)
        assert row.p_value == pytest.approx(theirs_test.pvalue)
        assert (row.low, row.high) == pytest.approx(tuple(theirs_test.confidence_interval()))
        assert row.superiority == pytest.approx((mine > theirs).mean())
        ends = stats.binomtest(int((mine > theirs).sum()), 60).proportion_ci(method="wilson")
        assert (row.superiority_low, row.superiority_high) == pytest.approx(tuple(ends))
    smallest = min(row.p_value for row in rows)
    assert min(row.p_adjusted for row in rows) == pytest.approx(min(3.0 * smallest, 1.0))
    assert all(row.p_adjusted >= row.p_value for row in rows)


@pytest.mark.parametrize("method", METHODS)
def test_a_pair_among_all_pairs_has_the_interval_it_has_alone(method):
    among = {(row.contract, row.against): row for row in compare(table(THREE), method=method, all_pairs=True).rows}
    (alone,) = (row for row in compare(table(THREE), method=method, baseline="b").rows if row.contract == "c")
    assert (among["c", "b"].low, among["c", "b"].high) == pytest.approx((alone.low, alone.high), rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_missing_runs_leave_the_other_pairs_as_they_are(method):
    holed = THREE.copy()
    holed[2, 0, 5] = np.nan
    before, after = (
        {(row.contract, row.against): row for row in compare(table(v), method=method, all_pairs=True).rows}
        for v in (THREE, holed)
    )
    assert after["b", "a"].low == pytest.approx(before["b", "a"].low)
    assert (after["c", "b"].pairs, after["c", "b"].dropped) == (59, 1)
    gaps = np.delete(THREE[2, 0] - THREE[1, 0], 5)
    assert after["c", "b"].difference == pytest.approx(gaps.mean())
    assert after["c", "b"].standard_error == pytest.approx(stats.sem(gaps))


def test_superiority_of_discrete_runs_by_hand():
    """Better in 2, tied in 1, worse in 1 of 4: (2 + 1/2) / 4."""
    (row,) = compare(table(np.array([[[0.0, 0.0, 0.0, 0.0]], [[1.0, 2.0, 0.0, -1.0]]]))).rows
    assert row.superiority == pytest.approx(0.625)
    assert row.superiority_low < 0.625 < row.superiority_high


@given(whole)
@settings(max_examples=60)
def test_differences_are_antisymmetric(values):
    for method in ("t", "percentile"):
        (row,), (turned,) = (compare(table(values), method=method, baseline=name, resamples=100).rows for name in "ab")
        assert turned.difference == pytest.approx(-row.difference)
        assert (turned.low, turned.high) == pytest.approx((-row.high, -row.low))
        assert turned.superiority == pytest.approx(1.0 - row.superiority)
        assert (turned.superiority_low, turned.superiority_high) == pytest.approx(
            (1.0 - row.superiority_high, 1.0 - row.superiority_low)
        )
        assert (turned.p_value, turned.variance_ratio) == pytest.approx((row.p_value, row.variance_ratio), nan_ok=True)


@given(whole, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_numbers_of_replicates_mean_nothing(values, random):
    order = random.sample(range(values.shape[2]), values.shape[2])
    (row,), (moved,) = (compare(table(v), method="t").rows for v in (values, values[:, :, order]))
    for name in ("difference", "low", "high", "p_value", "superiority", "superiority_low", "variance_ratio"):
        assert getattr(moved, name) == pytest.approx(getattr(row, name), abs=1e-12, nan_ok=True)


@given(whole, st.sampled_from([0.25, 3.0]), st.integers(-5, 5))
@settings(max_examples=60)
def test_the_unit_of_money_means_nothing_but_scale(values, scale, shift):
    (row,), (turned,) = (compare(table(v), method="t").rows for v in (values, scale * values + shift))
    assert turned.difference == pytest.approx(scale * row.difference)
    assert (turned.superiority, turned.p_value) == pytest.approx((row.superiority, row.p_value))


@pytest.mark.statistical
def test_common_luck_reduces_variance_as_often_said():
    """With correlation rho and equal variances the factor is 1 / (1 - rho)."""
    luck, own = np.random.default_rng(8).normal(size=(2, 200_000))
    rho = 0.9
    pair = paired((rho * luck + math.sqrt(1.0 - rho**2) * own)[None], luck[None])
    assert pair.variance_ratio == pytest.approx(1.0 / (1.0 - rho), rel=0.02)


def test_runs_can_be_read_once_and_compared_again():
    runs = read_runs(table(THREE, cash=[3]), by=("cash",))
    assert compare(runs) == compare(table(THREE, cash=[3]))
    assert compare(runs, baseline="b") == compare(table(THREE, cash=[3]), baseline="b")


def test_a_factor_that_never_varies_is_refused():
    with pytest.raises(ParameterError, match=r"Factor 'cash' must vary to compare by it; got 3 alone\."):
        compare(table(THREE, cash=[3]), by="cash")


@pytest.mark.parametrize("method", METHODS)
def test_a_contract_that_never_has_a_measure_is_left_untold_and_the_others_compared(method):
    without = np.stack([THREE[0], THREE[1], np.full_like(LUCK, np.nan)])
    told, *untold = compare(table(without), method=method, all_pairs=True, dominance=True).rows
    (alone,) = compare(table(THREE[:2]), method=method).rows
    assert told == alone  # Holm's correction is over the tests that are made
    assert [(row.contract, row.against, row.untold) for row in untold] == [
        ("c", "a", "'c' never has surplus"),
        ("c", "b", "'c' never has surplus"),
    ]
    assert all((row.pairs, row.dropped) == (0, 60) and math.isnan(row.p_adjusted) for row in untold)


def test_one_pair_is_too_few_to_tell_anything_and_alone_an_error():
    holed = THREE[:2].copy()
    holed[1, 0, 1:] = np.nan
    with pytest.raises(ParameterError, match="got 1 of the 2 replicates needed have surplus under both 'b' and 'a'"):
        compare(table(holed))
    with pytest.raises(ParameterError, match="got 'b' never has surplus"):
        compare(table(np.stack([THREE[0], np.full_like(LUCK, np.nan)])))
