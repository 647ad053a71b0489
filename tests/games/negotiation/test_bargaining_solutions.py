"""Bargaining solutions against dense grids, closed forms, first-order conditions and the axioms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.bargaining_solutions import (
    Agreement,
    Frontier,
    egalitarian,
    function_frontier,
    kalai_smorodinsky,
    nash,
    points_frontier,
    utilitarian,
)
from simulator.games.negotiation.money_frontier import crra, money_frontier

ZERO = (0.0, 0.0)


def risk_averse(pie: float, aversion: float, *, scaled: bool = True) -> Frontier:
    return money_frontier(pie, lambda x: crra(x, aversion, scaled=scaled), lambda x: x)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.0, 0.95), st.floats(0.05, 0.95), st.floats(0.1, 50.0))
def test_nash_with_risk_aversion_has_a_closed_form(aversion: float, power: float, pie: float) -> None:
    found = nash(risk_averse(pie, aversion), ZERO, power)
    weight = power * (1.0 - aversion)
    assert found.at == pytest.approx(pie * weight / (weight + 1.0 - power), rel=1e-7)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.1, 0.9), st.floats(0.2, 2.5), st.floats(0.05, 1.5), st.floats(0.0, 1.5))
def test_nash_meets_its_first_order_condition(power: float, aversion: float, small: float, big: float) -> None:
    pie = 4.0
    found = nash(risk_averse(pie, aversion), (crra(small, aversion), big), power)

    def slope(x: float) -> float:
        gain = crra(x, aversion) - crra(small, aversion)
        return power * x**-aversion * (pie - x - big) - (1.0 - power) * gain

    truth = brentq(slope, small + 1e-12, pie - big, xtol=1e-14)
    # utilities of the size 1/|1 - gamma| round gains of the size 1, and a flat maximum moves by the root of that
    assert found.at == pytest.approx(truth, rel=1e-6 + 4.0 * math.sqrt(2.0**-52 / abs(1.0 - aversion or 1.0)))


@settings(deadline=None, max_examples=30)
@given(st.floats(0.0, 0.95), st.floats(0.1, 50.0))
def test_kalai_smorodinsky_gives_equal_fractions_of_the_ideal(aversion: float, pie: float) -> None:
    found = kalai_smorodinsky(risk_averse(pie, aversion), ZERO)
    share = found.at / pie
    assert share ** (1.0 - aversion) == pytest.approx(1.0 - share, abs=1e-9)


def test_golden_sections_of_the_square_root() -> None:
    frontier = risk_averse(1.0, 0.5)
    assert kalai_smorodinsky(frontier, ZERO).at == pytest.approx((3.0 - math.sqrt(5.0)) / 2.0, abs=1e-12)
    assert egalitarian(frontier, ZERO).at == pytest.approx((math.sqrt(2.0) - 1.0) ** 2, abs=1e-12)
    unscaled = egalitarian(risk_averse(1.0, 0.5, scaled=False), ZERO)
    assert unscaled.small == pytest.approx(unscaled.big, abs=1e-12)
    assert unscaled.at == pytest.approx((3.0 - math.sqrt(5.0)) / 2.0, abs=1e-12)


@pytest.mark.parametrize("aversion", [0.2, 0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("pie", [0.4, 1.0, 10.0])
def test_the_utilitarian_gives_until_marginal_utilities_meet(aversion: float, pie: float) -> None:
    found = utilitarian(risk_averse(pie, aversion), (crra(0.0, aversion), 0.0))
    assert found.at == pytest.approx(min(1.0, pie), rel=1e-7)


def test_a_utilitarian_tie_goes_to_small() -> None:
    assert utilitarian(function_frontier(lambda u: 3.0 - u, 0.0, 3.0), (0.0, 1.0)).small == 2.0


def solutions(frontier: Frontier, disagreement: tuple[float, float], power: float) -> list[Agreement]:
    return [
        nash(frontier, disagreement, power),
        kalai_smorodinsky(frontier, disagreement),
        egalitarian(frontier, disagreement),
        utilitarian(frontier, disagreement, (1.0, 1.1)),
    ]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12),
    st.floats(0.1, 0.9),
)
def test_on_mixtures_of_points_no_grid_point_is_better(cells: list[tuple[int, int]], power: float) -> None:
    frontier = points_frontier(cells)
    assume(frontier.high > 0.0)
    grid = np.array([frontier.payoffs(float(t)) for t in np.linspace(frontier.low, frontier.high, 2001)])
    low = np.array([0.0, 0.0])
    found_nash, found_ks, found_equal, found_sum = solutions(frontier, ZERO, power)
    product = (grid[:, 0] - low[0]) ** power * (grid[:, 1] - low[1]) ** (1.0 - power)
    assert found_nash.small**power * found_nash.big ** (1.0 - power) >= np.max(product) - 1e-9
    ideal = grid.max(axis=0)
    fractions = np.divide(grid, ideal, out=np.ones_like(grid), where=ideal > 0.0)
    reached = min(
        found_ks.small / ideal[0] if ideal[0] > 0.0 else 1.0, found_ks.big / ideal[1] if ideal[1] > 0.0 else 1.0
    )
    assert reached >= np.max(np.min(fractions, axis=1)) - 1e-9
    assert min(found_equal.small, found_equal.big) >= np.max(np.min(grid, axis=1)) - 1e-9
    assert found_sum.small + 1.1 * found_sum.big >= np.max(grid @ [1.0, 1.1]) - 1e-9


@settings(deadline=None, max_examples=30)
@given(st.floats(0.2, 5.0), st.floats(-3.0, 3.0), st.floats(0.2, 5.0), st.floats(-3.0, 3.0), st.floats(0.1, 0.9))
def test_nash_and_kalai_smorodinsky_do_not_see_the_scale(
    a: float, shift_a: float, b: float, shift_b: float, power: float
) -> None:
    plain = Frontier(math.sin, lambda t: 2.0 * math.cos(t), 0.0, math.pi / 2.0)
    scaled = Frontier(lambda t: a * math.sin(t) + shift_a, lambda t: 2.0 * b * math.cos(t) + shift_b, 0.0, math.pi / 2)
    at = 0.1, 0.3
    moved = a * at[0] + shift_a, b * at[1] + shift_b
    assert nash(scaled, moved, power).at == pytest.approx(nash(plain, at, power).at, abs=1e-6)
    assert kalai_smorodinsky(scaled, moved).at == pytest.approx(kalai_smorodinsky(plain, at).at, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.1, 0.9), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_swapping_the_firms_swaps_the_solution(power: float, small: float, big: float) -> None:
    plain = Frontier(lambda t: t, lambda t: 1.0 - t**3, 0.0, 1.0)
    swapped = Frontier(lambda t: 1.0 - (1.0 - t) ** 3, lambda t: 1.0 - t, 0.0, 1.0)
    one, two = solutions(plain, (small, big), power), solutions(swapped, (big, small), 1.0 - power)
    for first, second in zip(one[:3], two[:3], strict=True):
        assert (first.small, first.big) == pytest.approx((second.big, second.small), abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.0, 1.0), st.floats(-5.0, 4.0), st.floats(-5.0, 4.0))
def test_with_money_alone_all_agree_with_the_split(power: float, small: float, big: float) -> None:
    frontier = function_frontier(lambda u: 10.0 - u, -6.0, 16.0)
    rest = 10.0 - small - big
    assert nash(frontier, (small, big), power).small == pytest.approx(small + power * rest, abs=1e-6)
    assert kalai_smorodinsky(frontier, (small, big)).small == pytest.approx(small + rest / 2.0, abs=1e-9)
    assert egalitarian(frontier, (small, big), (2.0, 1.0)).small == pytest.approx(small + rest * 2.0 / 3.0, abs=1e-9)


def test_where_gains_cannot_be_equal_the_end_is_taken() -> None:
    assert egalitarian(points_frontier([[0.0, 3.0], [1.0, 2.0]]), ZERO).small == 1.0
    assert egalitarian(points_frontier([[2.0, 1.0], [3.0, 0.0]]), ZERO).small == 2.0


def test_one_undominated_point_is_every_solution() -> None:
    for found in solutions(points_frontier([[2.0, 3.0], [1.0, 1.0]]), ZERO, 0.5):
        assert (found.small, found.big) == (2.0, 3.0)


def test_a_frontier_that_is_not_concave_has_its_global_maximum() -> None:
    frontier = function_frontier(lambda u: (1.0 - math.sqrt(u)) ** 2 + 0.3 * (u < 0.2), 0.0, 1.0)
    grid = np.linspace(0.0, 1.0, 200_001)
    truth = grid[np.argmax(grid * ((1.0 - np.sqrt(grid)) ** 2 + 0.3 * (grid < 0.2)))]
    assert nash(frontier, ZERO).small == pytest.approx(truth, abs=1e-4)


def test_what_is_not_a_bargaining_problem_is_refused() -> None:
    line = function_frontier(lambda u: 1.0 - u, 0.0, 1.0)
    with pytest.raises(ParameterError, match="must leave room"):
        nash(line, (0.7, 0.5))
    with pytest.raises(ParameterError, match="must leave room"):
        kalai_smorodinsky(line, (1.5, 0.0))
    with pytest.raises(ParameterError, match="must be two finite utilities"):
        nash(line, (-math.inf, 0.0))
    with pytest.raises(ParameterError, match=r"nash.power"):
        nash(line, ZERO, 1.2)
    with pytest.raises(ParameterError, match="weights must be two positive"):
        utilitarian(line, ZERO, (0.0, 1.0))
    with pytest.raises(ParameterError, match="big must not rise"):
        function_frontier(lambda u: u, 0.0, 1.0)
    with pytest.raises(ParameterError, match="low <= high"):
        function_frontier(lambda u: -u, 1.0, 0.0)
    with pytest.raises(ParameterError, match="nan or inf"):
        function_frontier(lambda u: math.nan, 0.0, 1.0)
    for points in ([], [[1.0]], [[1.0, math.inf]]):
        with pytest.raises(ParameterError, match="finite pairs"):
            points_frontier(points)
