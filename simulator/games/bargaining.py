"""The bargaining problem behind a solved game: disagreement point, frontier, and the asymmetric Nash solution.

References
----------
Nash (1950), The bargaining problem, Econometrica 18.
Roth (1979), Axiomatic Models of Bargaining (weights); the split itself is `economy.split`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import expected_split, produce, settle_payoffs
from simulator.economy.clauses import Clauses
from simulator.economy.disagreement import disagreement, waiting
from simulator.economy.market import mean_market
from simulator.economy.split import DEAL_ME_OUT, split
from simulator.games.commitment_game import StageGame
from simulator.games.normal_form import NormalFormGame

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BargainingPicture:
    """Payoff space at the commitments played, costs sunk (money).

    Parameters
    ----------
    disagreement : tuple of float
        (d_S, d_B) if nothing is agreed.
    frontier : array of float64, shape (2, 2)
        The ends of the line u_S + u_B = pie on which money is shared, from SmallCo's disagreement payoff to BigCo's.
    solution : tuple of float
        (u_S, u_B), the asymmetric Nash bargaining solution with SmallCo's weight beta, outside options respected.
    hull : array of float64, shape (k, 2)
        Pareto frontier of all mixtures of the game's cells, without side payments; u_S ascending.
    """

    disagreement: tuple[float, float]
    frontier: Array
    solution: tuple[float, float]
    hull: Array


def pareto_frontier(points: Array) -> Array:
    """Return the vertices (k, 2) of the Pareto frontier of the convex hull of points (n, 2), u_S ascending.

    Examples
    --------
    >>> pareto_frontier(np.array([[0.0, 3.0], [2.0, 2.0], [3.0, 0.0], [1.0, 1.0]])).tolist()
    [[0.0, 3.0], [2.0, 2.0], [3.0, 0.0]]
    """
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]
    chain: list[Array] = []
    for point in ordered:
        while chain and point[1] >= chain[-1][1]:
            chain.pop()
        while len(chain) > 1 and _turns_left(chain[-2], chain[-1], point):
            chain.pop()
        chain.append(point)
    return np.array(chain)


def _turns_left(first: Array, second: Array, third: Array) -> bool:
    """Return whether the second point lies on or below the line from the first to the third."""
    one, two = second - first, third - first
    return bool(one[0] * two[1] - one[1] * two[0] >= 0.0)


def bargaining_picture(stage: StageGame, small: float, big: float, game: NormalFormGame) -> BargainingPicture:
    """Return the bargaining problem if nothing were signed at the commitments (c_S, c_B).

    Parameters
    ----------
    stage : StageGame
        The stage game; of its contract only the runway matters here.
    small, big : float
        The commitments played (expected ones of a mixed equilibrium).
    game : NormalFormGame
        The game whose cells span the hull.

    Notes
    -----
    The disagreement point is that of the mean state of the market; the solution is the expectation over states.
    """
    w, nothing = stage.world, Clauses()
    wear = waiting(w, stage.runway)
    quantity = produce(w, small, big)
    default = disagreement(w, nothing, small, big, quantity, mean_market(w, nothing, quantity), *wear)
    shared = expected_split(w, nothing, small, big, *wear)
    sunk_small, sunk_big = settle_payoffs(w, nothing, small, big, 0.0, 0.0)
    point = (float(default[0] + sunk_small), float(default[1] + sunk_big))
    solution = (float(shared[0] + sunk_small), float(shared[1] + sunk_big))
    return BargainingPicture(point, _line(point, sum(solution)), solution, _hull(game))


def table_picture(game: NormalFormGame, status_quo: tuple[float, float], power: float) -> BargainingPicture:
    """Return the bargaining problem over a game given outright: share the largest joint payoff, or play on as now.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    status_quo : tuple of float
        (u_S, u_B) that is played without an agreement.
    power : float
        SmallCo's weight beta in [0, 1].

    Examples
    --------
    >>> game = NormalFormGame([[3.0, 0.0], [4.0, 1.0]], [[3.0, 4.0], [0.0, 1.0]])
    >>> table_picture(game, (1.0, 1.0), 0.25).solution
    (2.0, 4.0)
    """
    pie = float(np.max(game.small + game.big))
    shared = split(pie, *status_quo, -math.inf, -math.inf, power, DEAL_ME_OUT)
    solution = (float(shared[0]), float(shared[1]))
    return BargainingPicture(status_quo, _line(status_quo, sum(solution)), solution, _hull(game))


def _line(point: tuple[float, float], pie: float) -> Array:
    """Return the ends of the line of shared money that leaves neither firm below its disagreement payoff."""
    return np.array([[point[0], pie - point[0]], [pie - point[1], point[1]]])


def _hull(game: NormalFormGame) -> Array:
    """Return the Pareto frontier of the mixtures of the game's cells."""
    return pareto_frontier(np.column_stack((game.small.ravel(), game.big.ravel())))
