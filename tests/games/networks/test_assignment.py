"""The assignment game against enumeration of pairings, the dual programme and the lattice of the core."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.foundation.errors import ParameterError
from simulator.games.networks.assignment import (
    Array,
    CorePayoffs,
    best_pairing,
    column_optimal,
    core_point,
    fair_division,
    in_core,
    marginal_contributions,
    row_optimal,
    row_range,
)

HOUSES = [[5.0, 8.0, 2.0], [7.0, 9.0, 6.0], [2.0, 3.0, 0.0]]
surpluses = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(-3, 12).map(float))
)


def value_by_enumeration(surplus: Array) -> float:
    m, n = surplus.shape
    padded = np.hstack((np.maximum(surplus, 0.0), np.zeros((m, m))))
    return max(float(padded[range(m), chosen].sum()) for chosen in itertools.permutations(range(n + m), m))


@settings(deadline=None)
@given(surpluses)
def test_value_by_enumeration(surplus: Array) -> None:
    found = best_pairing(surplus)
    assert found.value == pytest.approx(value_by_enumeration(surplus))
    assert sum(surplus[i, j] for i, j in found.pairs) == found.value
    for side in (0, 1):
        assert len({pair[side] for pair in found.pairs}) == len(found.pairs)


@settings(deadline=None)
@given(surpluses)
def test_both_ends_are_in_the_core_and_are_the_extremes_of_the_dual(surplus: Array) -> None:
    m, n = surplus.shape
    ends = row_optimal(surplus), column_optimal(surplus), fair_division(surplus)
    assert all(in_core(surplus, end) for end in ends)
    for i in range(m):
        most, least = (core_point(surplus, sign * np.eye(m)[i], np.zeros(n)).rows[i] for sign in (1.0, -1.0))
        assert (ends[0].rows[i], ends[1].rows[i]) == pytest.approx((most, least), abs=1e-8)
    for j in range(n):
        most, least = (core_point(surplus, np.zeros(m), sign * np.eye(n)[j]).columns[j] for sign in (1.0, -1.0))
        assert (ends[1].columns[j], ends[0].columns[j]) == pytest.approx((most, least), abs=1e-8)


@settings(deadline=None)
@given(surpluses)
def test_total_of_the_rows_by_the_dual_and_by_marginal_contributions(surplus: Array) -> None:
    most = marginal_contributions(surplus)
    value = best_pairing(surplus).value
    assert row_range(surplus) == pytest.approx((value - sum(most.columns), sum(most.rows)), abs=1e-8)


@settings(deadline=None)
@given(surpluses, st.floats(0.001, 1e6))
def test_core_scales_with_money(surplus: Array, scale: float) -> None:
    one, many = row_range(surplus), row_range(scale * surplus)
    assert many == pytest.approx([scale * each for each in one], rel=1e-9, abs=1e-9 * scale)


@given(surpluses)
def test_swapping_sides_swaps_the_ends(surplus: Array) -> None:
    swapped = row_optimal(surplus.T)
    assert column_optimal(surplus) == CorePayoffs(swapped.columns, swapped.rows)


def test_houses_of_shapley_and_shubik() -> None:
    assert row_optimal(HOUSES) == CorePayoffs((5.0, 6.0, 1.0), (1.0, 3.0, 0.0))
    assert column_optimal(HOUSES) == CorePayoffs((3.0, 5.0, 0.0), (2.0, 5.0, 1.0))
    assert fair_division(HOUSES) == CorePayoffs((4.0, 5.5, 0.5), (1.5, 4.0, 0.5))


def test_pairs_that_lose_are_not_formed() -> None:
    assert best_pairing([[5.0, -100.0], [4.0, -1.0]]).pairs == ((0, 0),)
    assert row_optimal([[-1.0]]) == CorePayoffs((0.0,), (0.0,))
    assert row_range([[-1.0, 0.0]]) == (0.0, 0.0)


def test_payoffs_outside_the_core() -> None:
    assert not in_core([[4.0]], CorePayoffs((5.0,), (-1.0,)))
    assert not in_core([[4.0]], CorePayoffs((3.0,), (2.0,)))
    with pytest.raises(ParameterError, match="1 rows and 1 columns"):
        in_core([[4.0]], CorePayoffs((3.0, 1.0), (0.0,)))


@pytest.mark.parametrize("surplus", [[1.0, 2.0], [[1.0], [1.0, 2.0]], [["a"]], [[np.nan]], [[np.inf, 1.0]]])
def test_bad_surplus(surplus: list[object]) -> None:
    with pytest.raises(ParameterError, match="must be a matrix"):
        best_pairing(surplus)  # type: ignore[arg-type]


def test_bad_weights() -> None:
    with pytest.raises(ParameterError, match="row_weights"):
        core_point([[1.0]], [1.0, 2.0], [1.0])
