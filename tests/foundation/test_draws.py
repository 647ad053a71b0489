"""Draws against known distributions, an independent implementation, and each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.foundation import draws

MASK = (1 << 64) - 1
SIGNIFICANCE = 1e-4


def mix(key: int, part: int) -> int:
    """Return SplitMix64's output from the state key ^ part, in Python integers."""
    z = ((key ^ part) + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


@pytest.mark.kernels
def test_splitmix64_reproduces_the_published_sequence():
    """The first outputs of SplitMix64 from state 0 (Steele, Lea and Flood 2014; Vigna's reference code)."""
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    state = 0
    for output in published:
        assert int(draws.absorb(np.uint64(state), 0)) == output
        state = (state + 0x9E3779B97F4A7C15) & MASK


@pytest.mark.kernels
@pytest.mark.parametrize("where", [(0, 0, 0, 0, 1), (1, 2, 3, 4, 5), (2**62, 10**6, 59, 20_000, 13)])
def test_uniform_agrees_with_integer_arithmetic(where):
    """The same mixing written in Python integers gives the same double."""
    seed, run, period, entity, purpose = where
    key = 0
    for part in (seed, run, period, 256 * entity + purpose):
        key = mix(key, part)
    expected = ((key >> 12) + 0.5) * 2.0**-52
    assert draws.uniform(draws.key_of(seed, run), period, entity, purpose) == expected


def grid(draw, runs=40, periods=40, entities=40, purpose=draws.SHOCK, seed=7):
    """Return draws over a grid of keys, shape (runs, periods, entities)."""
    return np.array(
        [
            [[draw(draws.key_of(seed, run), t, e, purpose) for e in range(entities)] for t in range(periods)]
            for run in range(runs)
        ]
    )


def test_uniform_draws_are_uniform_and_in_the_open_interval():
    """A Kolmogorov-Smirnov test, and equal counts of the leading and of the trailing bits."""
    u = grid(draws.uniform)
    assert u.min() > 0.0
    assert u.max() < 1.0
    assert stats.kstest(u.ravel(), "uniform").pvalue > SIGNIFICANCE
    for scale in (256, 2.0**40):
        bins = np.bincount((np.floor(u.ravel() * scale) % 256).astype(int), minlength=256)
        assert stats.chisquare(bins).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("lag", [1, 2, 7])
def test_neighbouring_keys_are_uncorrelated(axis, lag):
    """Draws of neighbouring runs, periods or entities have no linear or absolute correlation."""
    u = grid(draws.uniform)
    first = np.take(u, range(u.shape[axis] - lag), axis).ravel()
    second = np.take(u, range(lag, u.shape[axis]), axis).ravel()
    assert stats.pearsonr(first, second).pvalue > SIGNIFICANCE
    assert stats.pearsonr(abs(first - 0.5), abs(second - 0.5)).pvalue > SIGNIFICANCE


def test_purposes_and_seeds_are_independent():
    """Two purposes, and two seeds, fill the unit square evenly."""
    base = grid(draws.uniform)
    for other in (grid(draws.uniform, purpose=draws.MILESTONE), grid(draws.uniform, seed=8)):
        cells = np.floor(base * 16).astype(int) * 16 + np.floor(other * 16).astype(int)
        assert stats.chisquare(np.bincount(cells.ravel(), minlength=256)).pvalue > SIGNIFICANCE


def test_one_flipped_bit_of_the_key_flips_half_of_the_output():
    """Avalanche: each of the 64 input bits flips each output bit with probability near one half."""
    words = [int(draws.absorb(np.uint64(word), 3)) for word in range(400)]
    for bit in range(64):
        flips = [
            bin(words[word] ^ int(draws.absorb(np.uint64(word ^ (1 << bit)), 3))).count("1") for word in range(400)
        ]
        assert abs(np.mean(flips) - 32.0) < 5 * 4.0 / np.sqrt(400)


@pytest.mark.kernels
def test_normal_quantile_agrees_with_scipy():
    """AS 241 against scipy.special.ndtri, far into both tails."""
    p = np.concatenate([np.geomspace(1e-300, 0.1, 300), np.linspace(0.1, 0.9, 81), 1.0 - np.geomspace(1e-15, 0.1, 60)])
    ours = np.array([draws.normal_quantile(value) for value in p])
    np.testing.assert_allclose(ours, stats.norm.ppf(p), rtol=1e-14, atol=1e-15)


def test_normal_draws_are_normal():
    """A Kolmogorov-Smirnov test against the standard normal."""
    assert stats.kstest(grid(draws.normal).ravel(), "norm").pvalue > SIGNIFICANCE


def test_bernoulli_has_its_probability_and_is_monotone_in_it():
    """A binomial test; and what happens at a low probability also happens at a higher one (common luck)."""
    low = grid(lambda *key: draws.bernoulli(*key, 0.2))
    high = grid(lambda *key: draws.bernoulli(*key, 0.3))
    assert stats.binomtest(int(low.sum()), low.size, 0.2).pvalue > SIGNIFICANCE
    assert np.all(high[low])


def test_categorical_has_its_probabilities_and_never_draws_an_impossible_index():
    """A chi-square test over the possible indices."""
    probabilities = np.array([0.0, 0.5, 0.0, 0.2, 0.3, 0.0])
    counts = np.bincount(grid(lambda *key: draws.categorical(*key, probabilities)).ravel(), minlength=6)
    assert counts[[0, 2, 5]].sum() == 0
    expected = probabilities[[1, 3, 4]] * counts.sum()
    assert stats.chisquare(counts[[1, 3, 4]], expected).pvalue > SIGNIFICANCE


@pytest.mark.kernels
def test_categorical_survives_probabilities_that_sum_to_less_than_one():
    """Rounding in the sum cannot run off the end."""
    assert draws.categorical(draws.key_of(0, 0), 0, 0, 1, np.array([1e-300, 0.0])) == 0
