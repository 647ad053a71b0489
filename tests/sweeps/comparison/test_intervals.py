"""Intervals and corrections against SciPy, closed forms and numbers from papers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.sweeps.bootstrap import bootstrap_means
from simulator.sweeps.comparison.intervals import (
    acceleration,
    bca_interval,
    check_method,
    holm,
    t_interval,
    t_test,
    wilson_interval,
)


def test_student_is_that_of_scipy():
    sample = np.random.default_rng(1).gamma(2.0, size=23) - 1.5
    theirs = stats.ttest_1samp(sample, 0.0)
    mean, error = sample.mean(), stats.sem(sample)
    assert t_interval(mean, error, 23, 0.9) == pytest.approx(tuple(theirs.confidence_interval(0.9)))
    assert t_test(mean, error, 23) == pytest.approx(theirs.pvalue)


def test_bca_is_that_of_scipy():
    """On a skewed sample, where it differs from the percentile interval by much more than the tolerance."""
    sample = np.random.default_rng(2).lognormal(sigma=1.2, size=40)
    theirs = stats.bootstrap(
        (sample,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(3)
    ).confidence_interval
    plain = stats.bootstrap((sample,), np.mean, n_resamples=40_000, method="percentile", rng=np.random.default_rng(3))
    means = bootstrap_means(sample[:, None], np.ones((40, 1)), resamples=40_000)[:, 0]
    ours = bca_interval(means, sample.mean(), acceleration(sample, np.ones(40)))
    close = 0.06 * stats.sem(sample)  # both are Monte Carlo
    assert ours == pytest.approx(tuple(theirs), abs=close)
    assert abs(ours[1] - plain.confidence_interval.high) > 4 * close


def test_acceleration_is_a_sixth_of_the_skewness_over_the_root_of_the_size():
    sample = np.random.default_rng(4).gamma(1.0, size=57)
    assert acceleration(sample, np.ones(57)) == pytest.approx(stats.skew(sample) / (6.0 * np.sqrt(57)))


def test_acceleration_of_a_ratio_is_that_of_the_jackknife():
    random = np.random.default_rng(5)
    counts = random.integers(1, 4, size=300).astype(float)
    sums = counts * random.gamma(1.0, size=300)
    left = (sums.sum() - sums) / (counts.sum() - counts)
    away = left.mean() - left
    assert acceleration(sums, counts) == pytest.approx((away**3).sum() / (6.0 * (away**2).sum() ** 1.5), rel=0.05)


def test_bca_without_spread_is_the_percentile_interval():
    assert bca_interval(np.full(100, 2.0), 2.0, 0.0) == (2.0, 2.0)
    assert bca_interval(np.linspace(1.0, 2.0, 101), 0.5, 0.0, 0.9) == pytest.approx((1.05, 1.95))


@pytest.mark.parametrize(("better", "clusters"), [(0, 12), (3, 12), (12, 12), (40, 77)])
def test_wilson_is_that_of_scipy_for_independent_pairs_without_ties(better, clusters):
    theirs = stats.binomtest(better, clusters).proportion_ci(0.95, method="wilson")
    scores = np.arange(clusters) < better
    share = better / clusters
    assert wilson_interval(share, stats.sem(scores), clusters) == pytest.approx(tuple(theirs))


def test_wilson_narrows_where_ties_leave_less_to_chance():
    wide, narrow = wilson_interval(0.5, 0.1, 26), wilson_interval(0.5, 0.02, 26)
    assert wide[0] < narrow[0] < 0.5 < narrow[1] < wide[1]


def test_holm_by_hand():
    """Holm's steps: 4 x 0.005, 3 x 0.01, 2 x 0.03, then 0.04, which may not fall below the step before."""
    adjusted = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(arrays(float, st.integers(1, 12), elements=st.floats(0.0, 1.0)), st.randoms(use_true_random=False))
def test_holm_rejects_what_the_closed_test_of_bonferroni_rejects(p_values, random):
    """The adjusted value is the largest Bonferroni value over all sets that hold the hypothesis (its definition)."""
    adjusted = holm(p_values)
    place = random.randrange(p_values.size)
    others = sorted((p for index, p in enumerate(p_values) if index != place), reverse=True)
    sets = [[p_values[place], *others[:size]] for size in range(p_values.size)]  # of each size, the worst set
    assert adjusted[place] == pytest.approx(min(max(min(len(each) * min(each), 1.0) for each in sets), 1.0))
    order = random.sample(range(p_values.size), p_values.size)
    np.testing.assert_array_equal(holm(p_values[order]), adjusted[order])


def test_unknown_methods_and_wrong_levels_are_refused():
    with pytest.raises(UnknownNameError, match=r"Unknown interval 'bcaa'\. Did you mean 'bca'"):
        check_method("bcaa", 0.95)
    with pytest.raises(ParameterError, match=r"confidence must be in \(0, 1\); got 95"):
        check_method("t", 95)
