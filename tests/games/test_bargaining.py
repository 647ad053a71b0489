"""The bargaining picture against the Nash product and convex hulls."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.spatial import ConvexHull

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.terms import RevenueShare
from simulator.economy.venture import LinearRevenue, Venture
from simulator.games.bargaining import bargaining_picture, pareto_frontier, table_picture
from simulator.games.commitment_game import commitment_game, stage_game
from simulator.games.normal_form import NormalFormGame

HOLD_UP = Scenario(
    "hold-up",
    small=SmallFirm(stand_alone=0.3, cost=0.5),
    big=BigFirm(stand_alone=-0.2, cost=1.0, specificity=1.0),
    venture=Venture(revenue=LinearRevenue(price=2.0)),
    bargaining=Bargaining(power=0.3),
    commitment=CommitmentSpace(levels=3),
)


def test_the_solution_maximises_the_nash_product() -> None:
    game = commitment_game(HOLD_UP, Contract()).game
    picture = bargaining_picture(stage_game(HOLD_UP, Contract()), 1.0, 0.5, game)
    costs = 0.25, 0.125
    assert picture.disagreement == pytest.approx((0.3 - costs[0], -0.2 - costs[1]))
    pie = 2.0 * 1.5 - sum(costs)

    def product(u_small: float) -> float:
        gains = u_small - picture.disagreement[0], pie - u_small - picture.disagreement[1]
        return -(0.3 * math.log(gains[0]) + 0.7 * math.log(gains[1]))

    ends = picture.disagreement[0] + 1e-9, pie - picture.disagreement[1] - 1e-9
    truth = minimize_scalar(product, bounds=ends, method="bounded", options={"xatol": 1e-10})
    assert picture.solution[0] == pytest.approx(truth.x, abs=1e-6)
    assert sum(picture.solution) == pytest.approx(pie)
    assert picture.frontier.sum(axis=1) == pytest.approx([pie, pie])
    assert picture.solution == pytest.approx(stage_game(HOLD_UP, Contract()).payoffs(1.0, 0.5))


def test_the_contract_does_not_move_the_picture() -> None:
    signed = Contract("share", (RevenueShare(share=0.9),))
    game = commitment_game(HOLD_UP, signed).game
    with_it = bargaining_picture(stage_game(HOLD_UP, signed), 1.0, 0.5, game)
    without = bargaining_picture(stage_game(HOLD_UP, Contract()), 1.0, 0.5, game)
    assert with_it.disagreement == without.disagreement
    assert with_it.solution == without.solution


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=25))
def test_the_frontier_is_the_upper_right_of_the_hull(cells: list[tuple[int, int]]) -> None:
    points = np.array(cells, dtype=float)
    frontier = pareto_frontier(points)
    assert np.all(np.diff(frontier[:, 0]) > 0.0)
    assert np.all(np.diff(frontier[:, 1]) < 0.0)
    try:
        corners = points[ConvexHull(points).vertices]
    except Exception:  # a flat set of points has no hull in qhull's sense
        corners = points
    for weight in np.linspace(0.01, 0.99, 33):
        direction = np.array([weight, 1.0 - weight])
        assert np.max(frontier @ direction) == pytest.approx(np.max(corners @ direction))
    for vertex in frontier:
        assert np.any(np.all(points == vertex, axis=1))


def test_a_table_shares_its_best_cell() -> None:
    game = NormalFormGame([[3.0, 0.0], [4.0, 1.0]], [[3.0, 4.0], [0.0, 1.0]])
    picture = table_picture(game, (1.0, 1.0), 0.5)
    assert picture.solution == (3.0, 3.0)
    assert picture.frontier.tolist() == [[1.0, 5.0], [5.0, 1.0]]
    assert picture.hull.tolist() == [[0.0, 4.0], [3.0, 3.0], [4.0, 0.0]]
