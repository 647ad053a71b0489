import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from simulator.foundation.draws import BOOTSTRAP, run_key, uniform
from simulator.foundation.errors import ParameterError
from simulator.sweeps.bootstrap import Clusters, Moments, bootstrap_means, clustered_mean, interval, merged

finite = st.floats(-1e6, 1e6)


@pytest.mark.kernels
def test_a_resample_draws_the_clusters_its_key_says():
    sums, counts = np.array([[1.0], [10.0], [100.0]]), np.array([[1.0], [2.0], [4.0]])
    means = bootstrap_means(sums, counts, resamples=100, seed=7)
    for resample in (0, 1, 99):
        key = np.uint64(run_key(7, resample))
        chosen = [int(3 * uniform(key, draw, 0, BOOTSTRAP)) for draw in range(3)]
        assert means[resample, 0] == sums[chosen].sum() / counts[chosen].sum()


def test_the_interval_is_that_of_scipy():
    sample = np.random.default_rng(1).gamma(2.0, size=60)
    theirs = stats.bootstrap(
        (sample,), np.mean, n_resamples=40_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    means = bootstrap_means(sample[:, None], np.ones((60, 1)), resamples=40_000)[:, 0]
    # both are Monte Carlo: a quantile of 40,000 resamples is known to about 0.02 standard errors
    assert interval(means) == pytest.approx(tuple(theirs), abs=0.06 * sample.std() / math.sqrt(60))
    assert means.mean() == pytest.approx(sample.mean(), abs=4 * sample.std() / math.sqrt(60 * 40_000))
    assert means.std() == pytest.approx(clustered_mean(sample, np.ones(60))[1], rel=0.03)


@pytest.mark.statistical
def test_intervals_cover_the_truth_about_as_often_as_they_say():
    samples = np.random.default_rng(3).normal(size=(1000, 40))
    covered = 0
    for seed, sample in enumerate(samples):
        low, high = interval(bootstrap_means(sample[:, None], np.ones((40, 1)), resamples=1000, seed=seed)[:, 0])
        covered += low <= 0.0 <= high
    assert 0.91 <= covered / 1000 <= 0.965  # percentile intervals of 40 values are a little short


def test_clusters_of_correlated_runs_widen_the_interval():
    """Nine runs that always agree say no more than one."""
    luck = np.random.default_rng(4).normal(size=50)
    alone = clustered_mean(luck, np.ones(50))
    together = clustered_mean(9.0 * luck, np.full(50, 9.0))
    assert together == pytest.approx(alone)
    assert alone[1] == pytest.approx(stats.sem(luck))
    ninefold = bootstrap_means(9.0 * luck[:, None], np.full((50, 1), 9.0))
    np.testing.assert_allclose(ninefold, bootstrap_means(luck[:, None], np.ones((50, 1))), rtol=0.0, atol=1e-14)


def test_the_standard_error_of_a_ratio_of_unequal_clusters_is_that_of_the_jackknife():
    """For a ratio the linearised error and the jackknife agree to first order."""
    random = np.random.default_rng(5)
    counts = random.integers(1, 4, size=400).astype(float)
    sums = counts * random.normal(1.0, 0.5, size=400)
    leave_out = (sums.sum() - sums) / (counts.sum() - counts)
    jackknife = math.sqrt(399 / 400 * ((leave_out - leave_out.mean()) ** 2).sum())
    assert clustered_mean(sums, counts)[1] == pytest.approx(jackknife, rel=0.01)


def test_merging_clusters_leaves_the_mean_and_hardly_changes_the_error():
    values = np.random.default_rng(6).normal(size=(30_000, 1))
    grouped = merged(values, 20_000)
    assert grouped.shape == (20_000, 1)
    assert grouped.sum() == pytest.approx(values.sum())
    assert clustered_mean(grouped[:, 0], merged(np.ones((30_000, 1)), 20_000)[:, 0])[1] == pytest.approx(
        stats.sem(values[:, 0]), rel=0.03
    )


@given(arrays(float, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=finite), st.data())
def test_moments_and_clusters_agree_with_numpy_however_the_runs_are_cut(values, data):
    rows = values.shape[0]
    holes = data.draw(arrays(bool, values.shape))
    values = np.where(holes, np.nan, values)
    cut = data.draw(st.integers(0, rows))
    moments, clusters = Moments(values.shape[1]), Clusters(values.shape[1], rows)
    for tally in (moments, clusters):
        tally.add(0, values[:cut])
        tally.add(cut, values[cut:])
    for column, found in enumerate(zip(moments.statistics(), clusters.statistics(), strict=True)):
        defined = values[~holes[:, column], column]
        scale = max(1.0, float(np.abs(defined).max())) if defined.size else 1.0
        for count, mean, error in found:
            assert count == defined.size
            assert mean == pytest.approx(defined.mean() if count else math.nan, abs=1e-12 * scale, nan_ok=True)
            assert error == pytest.approx(stats.sem(defined) if count > 1 else math.nan, abs=1e-7 * scale, nan_ok=True)


@given(arrays(float, st.tuples(st.integers(1, 20), st.integers(1, 3)), elements=finite), st.integers(1, 5))
def test_scattered_runs_are_the_same_sums_as_blocks_of_them(values, replicates):
    turns = np.arange(values.shape[0]) % replicates
    values[values > 0.9 * values.max()] = np.nan
    blocks, scattered = Clusters(values.shape[1], replicates), Clusters(values.shape[1], replicates)
    for turn, row in zip(turns, values, strict=True):
        blocks.add(turn, row[None, :])
    scattered.scatter(turns, values)
    np.testing.assert_array_equal(scattered.statistics(), blocks.statistics())


def test_runs_that_are_all_the_same_have_no_error():
    tally = Moments(1)
    tally.add(0, np.full((1000, 1), 0.1))
    tally.add(1000, np.full((77, 1), 0.1))
    assert tally.statistics() == [(1077, pytest.approx(0.1, rel=1e-14), 0.0)]
    assert clustered_mean(np.full(7, 0.3), np.full(7, 3.0))[1] == 0.0


def test_too_few_resamples_are_refused():
    with pytest.raises(ParameterError, match="at least 100; got 99"):
        bootstrap_means(np.ones((2, 1)), np.ones((2, 1)), resamples=99)
