"""Four solutions of a bargaining problem on any frontier: Nash (weighted), Kalai-Smorodinsky, egalitarian, utilitarian.

A frontier is a curve t -> (u_S(t), u_B(t)) along which SmallCo's utility rises and BigCo's falls: a function u_B(u_S),
the mixtures of some points, or a parametrised curve such as the divisions of a sum of money. All solutions are taken on
its individually rational part, where neither firm gets less than its disagreement utility d_i.

The Nash and Kalai-Smorodinsky solutions do not change when a firm's utility is rescaled. The egalitarian and the
utilitarian solution compare utilities between firms, so the scale is part of their meaning.

References
----------
Nash (1950), The bargaining problem, Econometrica 18; Roth (1979), Axiomatic Models of Bargaining (weights).
Kalai and Smorodinsky (1975), Other solutions to Nash's bargaining problem, Econometrica 43.
Kalai (1977), Proportional solutions to bargaining situations, Econometrica 45 (egalitarian).
Thomson (1994), Cooperative models of bargaining, Handbook of Game Theory 2 (utilitarian).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite_array
from simulator.games.bargaining import pareto_frontier
from simulator.games.maximum import maximise

Array = NDArray[np.float64]
Curve = Callable[[float], float]

_SAMPLE = 65
_ROUNDING = 1e-12
_WINDOW = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """A curve of undominated outcomes.

    Parameters
    ----------
    small, big : function from float to float
        u_S(t), nowhere falling, and u_B(t), nowhere rising.
    low, high : float
        Range of the parameter t.
    kinks : tuple of float
        Parameters at which the curve bends.

    Raises
    ------
    ParameterError
        If the range is not one, or the curve is seen to run the wrong way.
    """

    small: Curve
    big: Curve
    low: float
    high: float
    kinks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse ranges that are none, and curves that no frontier can be."""
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ParameterError(
                f"Frontier.low and Frontier.high must be finite, low <= high; got {self.low!r} and {self.high!r}. "
                "Write the range of the curve's parameter."
            )
        seen = np.array([self.payoffs(float(t)) for t in np.linspace(self.low, self.high, _SAMPLE)])
        if np.isnan(seen).any() or np.isposinf(seen).any():
            raise ParameterError("Frontier.small and Frontier.big must return numbers below inf; got nan or inf.")
        for name, column in (("small must not fall", seen[:, 0]), ("big must not rise", -seen[:, 1])):
            if np.any(column[1:] < column[:-1] - _ROUNDING * (1.0 + np.abs(column[1:]))):
                raise ParameterError(
                    f"Frontier.{name} along the curve; got one that does. Leave out dominated outcomes."
                )

    def payoffs(self, at: float) -> tuple[float, float]:
        """Return (u_S, u_B) at the parameter."""
        return float(self.small(at)), float(self.big(at))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A point of a frontier: its parameter, and the utilities u_S and u_B there."""

    at: float
    small: float
    big: float


def function_frontier(big: Curve, low: float, high: float) -> Frontier:
    """Return the frontier u_B = big(u_S) for u_S in [low, high].

    Examples
    --------
    >>> nash(function_frontier(lambda u: 1.0 - u * u, 0.0, 1.0), (0.0, 0.0)).small  # max u (1 - u^2): 1/sqrt 3
    0.577350269
    """
    return Frontier(lambda u: u, big, low, high)


def points_frontier(points: ArrayLike) -> Frontier:
    """Return the Pareto frontier of all mixtures of outcomes (u_S, u_B), shape (n, 2).

    The parameter counts vertices: 1.5 is halfway between the second and the third.

    Raises
    ------
    ParameterError
        If the points are not a table of finite pairs.

    Examples
    --------
    >>> frontier = points_frontier([[0, 3], [2, 2], [3, 0], [1, 1]])
    >>> egalitarian(frontier, (0.0, 0.0))
    Agreement(at=1.0, small=2.0, big=2.0)
    """
    table = finite_array("points_frontier.points, finite pairs (u_S, u_B),", points, "Write one pair per outcome.")
    if table.ndim != 2 or table.shape[1] != 2 or not len(table):
        raise ParameterError(
            f"points_frontier.points must be finite pairs (u_S, u_B); got shape {table.shape}. "
            "Write one pair per outcome."
        )
    vertices = pareto_frontier(table)
    index = np.arange(float(len(vertices)))
    return Frontier(
        lambda t: float(np.interp(t, index, vertices[:, 0])),
        lambda t: float(np.interp(t, index, vertices[:, 1])),
        0.0,
        float(len(vertices) - 1),
        tuple(index.tolist()),
    )


def nash(frontier: Frontier, disagreement: tuple[float, float], power: float = 0.5) -> Agreement:
    """Return the weighted Nash solution, the maximiser of (u_S - d_S)^beta (u_B - d_B)^(1 - beta).

    Parameters
    ----------
    frontier : Frontier
        Need not be concave; the global maximum is returned.
    disagreement : tuple of float
        (d_S, d_B), utilities.
    power : float
        SmallCo's weight beta in [0, 1].

    Raises
    ------
    ParameterError
        If the weight is outside [0, 1], or no outcome is as good as disagreement for both.

    References
    ----------
    Nash (1950), Econometrica 18; Roth (1979) (weights).

    Examples
    --------
    >>> nash(function_frontier(lambda u: 10.0 - u, 0.0, 10.0), (1.0, 3.0), 0.25).small  # 1 + (10 - 1 - 3)/4
    2.5
    """
    if not 0.0 <= power <= 1.0:
        raise ParameterError(f"nash.power must be in [0, 1]; got {power!r}. Write SmallCo's bargaining weight.")
    low, high = _rational_part(frontier, _finite(disagreement))

    def product(small: Array, big: Array) -> Array:
        gains = np.maximum(small - disagreement[0], 0.0), np.maximum(big - disagreement[1], 0.0)
        value: Array = gains[0] ** power * gains[1] ** (1.0 - power)
        return value

    return _best(frontier, product, low, high)


def kalai_smorodinsky(frontier: Frontier, disagreement: tuple[float, float]) -> Agreement:
    """Return the Kalai-Smorodinsky solution: both firms gain the same fraction of the most they could hope for.

    Parameters
    ----------
    frontier : Frontier
        The outcomes.
    disagreement : tuple of float
        (d_S, d_B), utilities.

    Raises
    ------
    ParameterError
        If no outcome is as good as disagreement for both.

    References
    ----------
    Kalai and Smorodinsky (1975), Econometrica 43.

    Examples
    --------
    >>> kalai_smorodinsky(function_frontier(lambda u: 1.0 - u * u, 0.0, 1.0), (0.0, 0.0)).small  # u = 1 - u^2
    0.618033989
    """
    small_least, big_least = _finite(disagreement)
    low, high = _rational_part(frontier, disagreement)
    small_hope = frontier.payoffs(high)[0] - small_least
    big_hope = frontier.payoffs(low)[1] - big_least

    def enough(at: float) -> bool:
        small, big = frontier.payoffs(at)
        return (small - small_least) * big_hope >= (big - big_least) * small_hope

    return _agreement(frontier, _first(enough, low, high))


def egalitarian(
    frontier: Frontier, disagreement: tuple[float, float], weights: tuple[float, float] = (1.0, 1.0)
) -> Agreement:
    """Return the egalitarian solution: equal gains of utility, or gains in proportion to the weights.

    Where the frontier ends before gains are equal, it is the end at which the smaller gain is largest.

    Parameters
    ----------
    frontier : Frontier
        The outcomes, in utilities that may be compared between the firms.
    disagreement : tuple of float
        (d_S, d_B), utilities.
    weights : tuple of float
        Gains of SmallCo and BigCo are in this proportion; positive.

    Raises
    ------
    ParameterError
        If a weight is not positive, or no outcome is as good as disagreement for both.

    References
    ----------
    Kalai (1977), Econometrica 45 (proportional solutions).

    Examples
    --------
    >>> egalitarian(function_frontier(lambda u: 10.0 - u, 0.0, 10.0), (1.0, 3.0), (2.0, 1.0)).small
    5.0
    """
    small_weight, big_weight = _positive("egalitarian", weights)
    small_least, big_least = _finite(disagreement)
    low, high = _rational_part(frontier, disagreement)

    def enough(at: float) -> bool:
        small, big = frontier.payoffs(at)
        return (small - small_least) * big_weight >= (big - big_least) * small_weight

    return _agreement(frontier, _first(enough, low, high))


def utilitarian(
    frontier: Frontier, disagreement: tuple[float, float], weights: tuple[float, float] = (1.0, 1.0)
) -> Agreement:
    """Return the utilitarian solution, the maximiser of w_S u_S + w_B u_B among what both firms accept.

    Of outcomes that tie the one best for SmallCo is returned.

    Parameters
    ----------
    frontier : Frontier
        The outcomes, in utilities that may be compared between the firms.
    disagreement : tuple of float
        (d_S, d_B), utilities; -inf leaves a firm's acceptance out of account.
    weights : tuple of float
        w_S and w_B, positive.

    Raises
    ------
    ParameterError
        If a weight is not positive, or no outcome is as good as disagreement for both.

    References
    ----------
    Thomson (1994), Handbook of Game Theory 2.

    Examples
    --------
    >>> utilitarian(function_frontier(lambda u: 10.0 - u * u, 0.0, 3.0), (0.0, 0.0)).small
    0.5
    """
    small_weight, big_weight = _positive("utilitarian", weights)
    low, high = _rational_part(frontier, disagreement)
    return _best(frontier, lambda small, big: small_weight * small + big_weight * big, low, high)


def _finite(disagreement: tuple[float, float]) -> tuple[float, float]:
    """Return the disagreement point, refused unless both utilities are finite."""
    if not all(math.isfinite(value) for value in disagreement):
        raise ParameterError(
            f"disagreement must be two finite utilities; got {disagreement!r}. A firm whose utility of disagreement is "
            "-inf accepts anything, and gains from it cannot be compared: write a positive disagreement payoff."
        )
    return disagreement


def _positive(owner: str, weights: tuple[float, float]) -> tuple[float, float]:
    """Return the weights, refused unless both are positive."""
    if not all(weight > 0.0 and math.isfinite(weight) for weight in weights):
        raise ParameterError(f"{owner}.weights must be two positive numbers; got {weights!r}. Write (1.0, 1.0).")
    return weights


def _first(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Return the smallest parameter at which a condition that stays true holds, or `high`, by bisection."""
    if holds(low):
        return low
    while True:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            return high
        low, high = (low, middle) if holds(middle) else (middle, high)


def _rational_part(frontier: Frontier, disagreement: tuple[float, float]) -> tuple[float, float]:
    """Return the range of the parameter in which neither firm gets less than by disagreement."""
    small_least, big_least = disagreement
    slack = _ROUNDING * max(1.0, *(abs(value) for value in disagreement if math.isfinite(value)), 1.0)
    low = _first(lambda t: frontier.small(t) >= small_least, frontier.low, frontier.high)
    high = -_first(lambda t: frontier.big(-t) >= big_least, -frontier.high, -frontier.low)
    if (
        frontier.small(low) < small_least - slack
        or frontier.big(high) < big_least - slack
        or _crossed(frontier, low, high, slack)
    ):
        raise ParameterError(
            f"disagreement must leave room for an agreement; got {disagreement!r}, and no outcome on the frontier "
            "gives both firms as much. Write smaller disagreement payoffs."
        )
    return min(low, high), high


def _crossed(frontier: Frontier, low: float, high: float, slack: float) -> bool:
    """Return whether the range is empty by more than rounding."""
    return low > high and (
        frontier.small(low) - frontier.small(high) > slack and frontier.big(high) - frontier.big(low) > slack
    )


def _agreement(frontier: Frontier, at: float) -> Agreement:
    """Return the point of the frontier."""
    return Agreement(at, *frontier.payoffs(at))


def _best(frontier: Frontier, goal: Callable[[Array, Array], Array], low: float, high: float) -> Agreement:
    """Return the point of the frontier in [low, high] that maximises a function of both utilities.

    A second search close to the maximum of the first makes the size of values far away irrelevant.
    """
    if high - low <= _ROUNDING * max(abs(low), abs(high)):
        return _agreement(frontier, high)
    kinks = np.array([[kink for kink in frontier.kinks if low < kink < high]])

    def values(points: Array) -> Array:
        seen = np.array([frontier.payoffs(float(t)) for t in points.ravel()]).reshape(*points.shape, 2)
        found = goal(seen[..., 0], seen[..., 1])
        finite = np.isfinite(found)
        return np.where(finite, found, np.min(found[finite]) if np.any(finite) else 0.0)

    where, _ = maximise(values, high, kinks, low=low, largest=True)
    reach = _WINDOW * min(high - low, abs(float(where[0]) - low) or math.inf)
    near = max(low, float(where[0]) - reach), min(high, float(where[0]) + reach)
    where, _ = maximise(values, near[1], np.clip(kinks, *near), low=near[0], scan=65, largest=True)
    return _agreement(frontier, float(where[0]))
