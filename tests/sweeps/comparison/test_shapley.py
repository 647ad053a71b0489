"""Shapley values against brute-force orders, textbook games and their axioms."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.foundation.errors import ParameterError
from simulator.sweeps.comparison.shapley import exact, sampled

games = st.integers(1, 5).flatmap(lambda n: arrays(float, 2**n, elements=st.integers(-20, 20)))


def brute(worth, players):
    """Return the mean of what everyone adds over all orders."""
    total = np.zeros(players)
    for order in itertools.permutations(range(players)):
        before = 0
        for player in order:
            total[player] += worth[before | 1 << player] - worth[before]
            before |= 1 << player
    return total / math.factorial(players)


def test_the_glove_game():
    """One left glove, two right ones, a pair is worth 1: 2/3, 1/6, 1/6 (Shapley 1953)."""
    worth = [min(c & 1, (c >> 1).bit_count()) for c in range(8)]
    assert exact(3).shapley @ worth == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_the_airport_game():
    """Runways of 8, 11 and 13: 8/3, 8/3 + 3/2, 8/3 + 3/2 + 2 (Littlechild and Owen 1973)."""
    worth = [max((cost for place, cost in enumerate((8, 11, 13)) if c >> place & 1), default=0) for c in range(8)]
    assert exact(3).shapley @ worth == pytest.approx([8 / 3, 8 / 3 + 3 / 2, 8 / 3 + 3 / 2 + 2])


@given(games)
def test_exact_values_are_those_of_all_orders_and_sum_to_the_total(worth):
    players = worth.size.bit_length() - 1
    scheme = exact(players)
    values = scheme.shapley @ worth
    assert values == pytest.approx(brute(worth, players), abs=1e-12)
    assert values.sum() == pytest.approx(scheme.total @ worth)
    assert scheme.total @ worth == worth[-1] - worth[0]
    for player in range(players):
        assert scheme.left_out[player] @ worth == worth[-1] - worth[worth.size - 1 - (1 << player)]
        assert scheme.alone[player] @ worth == worth[1 << player] - worth[0]
    assert scheme.order_errors(list(worth)) == [0.0] * players


@given(games, st.integers(2, 9), st.integers(0, 3))
@settings(max_examples=50)
def test_sampled_values_sum_to_the_total_whatever_the_orders(worth, permutations, seed):
    players = worth.size.bit_length() - 1
    scheme = sampled(players, permutations, seed)
    values = worth[list(scheme.coalitions)]
    assert len(scheme.orders) == permutations + permutations % 2
    assert (scheme.shapley @ values).sum() == pytest.approx(worth[-1] - worth[0])
    added = [brute_order(worth, order) for order in scheme.orders]
    assert scheme.shapley @ values == pytest.approx(np.mean(added, axis=0), abs=1e-12)


def brute_order(worth, order):
    added, before = np.zeros(len(order)), 0
    for player in order:
        added[player] = worth[before | 1 << player] - worth[before]
        before |= 1 << player
    return added


def test_players_alike_share_alike_and_a_player_that_adds_nothing_gets_nothing():
    worth = [float((c & 3) == 3) for c in range(8)]
    assert (exact(3).shapley @ worth).tolist() == [0.5, 0.5, 0.0]


@pytest.mark.statistical
def test_sampled_orders_come_close_within_the_error_they_state():
    worth = np.random.default_rng(1).normal(size=64)
    scheme = sampled(6, 2000, seed=1)
    values = worth[list(scheme.coalitions)]
    errors = np.array(scheme.order_errors(list(values)))
    assert np.all(np.abs(scheme.shapley @ values - exact(6).shapley @ worth) < 4.0 * errors)
    assert np.all(errors < 0.05)


def test_one_order_says_nothing_about_its_error():
    with pytest.raises(ParameterError, match="at least 2; got 1"):
        sampled(3, 1)
    assert all(math.isnan(error) for error in sampled(3, 2).order_errors([0.0] * len(sampled(3, 2).coalitions)))
