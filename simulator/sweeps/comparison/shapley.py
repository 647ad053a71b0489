"""The Shapley value as weights of coalitions, so that the value of every player is a weighted sum of what they make.

A coalition is a whole number whose bit i says whether player i is in it. With v(S) what coalition S makes, the value of
player i is the mean over all orders of what i adds to those before it: with n players the sum over S without i of
|S|! (n - |S| - 1)! / n! times (v(S + i) - v(S)). Being linear in v, it can be taken run by run under common luck.

References
----------
Shapley (1953), A value for n-person games, Contributions to the Theory of Games II, (12).
Castro, Gomez and Tejada (2009), Polynomial calculation of the Shapley value based on sampling, Computers and Operations
Research 36 (sampled orders).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.draws import BOOTSTRAP, key_of, uniform
from simulator.foundation.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the values of players are made of those of coalitions.

    Parameters
    ----------
    players : int
        How many there are.
    coalitions : tuple of int
        Those whose values are needed, the empty and the full one among them.
    shapley, left_out, alone : float arrays, shape (players, coalitions)
        Weights of the Shapley value, of what everyone loses without the player, and of what the player adds to nothing.
    orders : tuple of tuple of int
        The sampled orders of the players; empty if the Shapley value is exact.
    """

    players: int
    coalitions: tuple[int, ...]
    shapley: NDArray[np.float64]
    left_out: NDArray[np.float64]
    alone: NDArray[np.float64]
    orders: tuple[tuple[int, ...], ...] = ()

    @property
    def total(self) -> NDArray[np.float64]:
        """Return the weights of what all players make together beyond none."""
        weights = np.zeros(len(self.coalitions))
        weights[self.coalitions.index(2**self.players - 1)] += 1.0
        weights[self.coalitions.index(0)] -= 1.0
        return weights

    def order_errors(self, values: Sequence[float]) -> list[float]:
        """Return the standard error that sampling orders adds to each Shapley value; 0 if they are exact.

        Parameters
        ----------
        values : sequence of float
            Of the coalitions.
        """
        if not self.orders:
            return [0.0] * self.players
        worth = dict(zip(self.coalitions, values, strict=True))
        added = np.array([_added(order, worth) for order in self.orders])
        pairs = 0.5 * (added[::2] + added[1::2])
        if len(pairs) < 2:
            return [math.nan] * self.players
        return [float(error) for error in pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))]


def exact(players: int) -> Scheme:
    """Return the weights of all 2^players coalitions.

    Examples
    --------
    >>> scheme = exact(2)
    >>> scheme.coalitions, scheme.shapley.tolist()
    ((0, 1, 2, 3), [[-0.5, 0.5, -0.5, 0.5], [-0.5, -0.5, 0.5, 0.5]])
    """
    coalitions = tuple(range(2**players))
    orders = math.factorial(players)
    weights = np.zeros((players, len(coalitions)))
    for player in range(players):
        for coalition in coalitions:
            size = coalition.bit_count()
            if coalition >> player & 1:
                weight = math.factorial(size - 1) * math.factorial(players - size) / orders
            else:
                weight = -math.factorial(size) * math.factorial(players - size - 1) / orders
            weights[player, coalition] = weight
    return _scheme(players, coalitions, weights, ())


def sampled(players: int, permutations: int, seed: int = 0) -> Scheme:
    """Return the weights of the coalitions met in so many random orders, each followed by its reverse.

    Parameters
    ----------
    players : int
        At least 1.
    permutations : int
        At least 2; an odd number is rounded up.
    seed : int
        Of the orders.

    Raises
    ------
    ParameterError
        If there are fewer than two permutations.
    """
    if permutations < 2:
        raise ParameterError(f"sampled.permutations must be at least 2; got {permutations!r}. Write, say, 200.")
    orders: list[tuple[int, ...]] = []
    for number in range(-(-permutations // 2)):
        key = key_of(seed, number)
        draws = [uniform(key, player, 1, BOOTSTRAP) for player in range(players)]
        order = tuple(sorted(range(players), key=draws.__getitem__))
        orders += [order, order[::-1]]
    full = 2**players - 1
    singles = [1 << player for player in range(players)]
    met = {0, full, *singles, *(full - one for one in singles)}
    for order in orders:
        met.update(_prefixes(order))
    coalitions = tuple(sorted(met))
    place = {coalition: index for index, coalition in enumerate(coalitions)}
    weights = np.zeros((players, len(coalitions)))
    for order in orders:
        for player, before, after in _steps(order):
            weights[player, place[after]] += 1.0 / len(orders)
            weights[player, place[before]] -= 1.0 / len(orders)
    return _scheme(players, coalitions, weights, tuple(orders))


def _scheme(
    players: int, coalitions: tuple[int, ...], shapley: NDArray[np.float64], orders: tuple[tuple[int, ...], ...]
) -> Scheme:
    """Return a scheme with the weights of leaving one out and of one alone."""
    place = {coalition: index for index, coalition in enumerate(coalitions)}
    full = 2**players - 1
    left_out, alone = np.zeros_like(shapley), np.zeros_like(shapley)
    for player in range(players):
        left_out[player, place[full]] += 1.0
        left_out[player, place[full - (1 << player)]] -= 1.0
        alone[player, place[1 << player]] += 1.0
        alone[player, place[0]] -= 1.0
    return Scheme(players, coalitions, shapley, left_out, alone, orders)


def _steps(order: Iterable[int]) -> Iterable[tuple[int, int, int]]:
    """Yield each player of an order with the coalition before it and the one with it."""
    before = 0
    for player in order:
        yield player, before, before | 1 << player
        before |= 1 << player


def _prefixes(order: Iterable[int]) -> Iterable[int]:
    """Yield the coalitions that an order passes through."""
    return (after for _, _, after in _steps(order))


def _added(order: tuple[int, ...], worth: dict[int, float]) -> list[float]:
    """Return what every player adds in an order."""
    added = [0.0] * len(order)
    for player, before, after in _steps(order):
        added[player] = worth[after] - worth[before]
    return added
