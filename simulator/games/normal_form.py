"""The game in normal form: two payoff matrices, rows are SmallCo's actions, columns BigCo's.

Symbols used across this layer: A (m, n) SmallCo's payoffs, B (m, n) BigCo's, x (m,) SmallCo's mixed action, y (n,)
BigCo's, u_S = x' A y and u_B = x' B y.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError

TIE = 1e-9
"""Payoffs closer than this share of the player's payoff range are equal; also the largest regret certified."""
NOISE = 1e-6
"""A range of payoffs is at least this share of the largest of them: below `TIE` of it, rounding would decide."""
SAME = 1e-8
"""Probabilities closer than this are equal."""
LARGEST_PAYOFF = 1e150
"""Money beyond which products of payoffs overflow."""

_KINDS = {2: "matrix", 3: "list of matrices"}


@dataclass(frozen=True, slots=True, eq=False)
class NormalFormGame:
    """A two-player game with finitely many actions.

    Parameters
    ----------
    small : array_like
        SmallCo's payoffs (money), shape (m, n): row i is SmallCo's action, column j BigCo's. Kept as a read-only copy.
    big : array_like
        BigCo's payoffs (money), the same shape.

    Raises
    ------
    ParameterError
        If the matrices are not two-dimensional, non-empty, of one shape, finite and within LARGEST_PAYOFF.

    References
    ----------
    Nash (1951), Non-cooperative games, Annals of Mathematics 54.

    Examples
    --------
    >>> game = NormalFormGame([[1, -2], [3, 0]], [[1, 3], [-2, 0]])
    >>> game.payoffs([0, 1], [0, 1])
    (0.0, 0.0)
    >>> game.regrets([1, 0], [0, 1])
    (2.0, 0.0)
    """

    small: NDArray[np.float64]
    big: NDArray[np.float64]

    def __init__(self, small: ArrayLike, big: ArrayLike) -> None:
        """Check and copy the matrices."""
        object.__setattr__(self, "small", payoff_array(small, "NormalFormGame.small", 2))
        object.__setattr__(self, "big", payoff_array(big, "NormalFormGame.big", 2))
        if self.small.shape != self.big.shape:
            raise ParameterError(
                f"NormalFormGame.big must be of the shape of NormalFormGame.small, {self.small.shape}; "
                f"got {self.big.shape}. Write one payoff of BigCo for each payoff of SmallCo."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Return (m, n), the numbers of actions of SmallCo and BigCo."""
        return int(self.small.shape[0]), int(self.small.shape[1])

    @property
    def payoff_range(self) -> tuple[float, float]:
        """Return largest minus smallest payoff of SmallCo and of BigCo (money): the scale of every tolerance."""
        return float(np.ptp(self.small)), float(np.ptp(self.big))

    def payoffs(self, x: ArrayLike, y: ArrayLike) -> tuple[float, float]:
        """Return (u_S, u_B), the expected payoffs (money) of the mixed actions x (m,) and y (n,)."""
        x, y = self._profile(x, y)
        return float(x @ self.small @ y), float(x @ self.big @ y)

    def regrets(self, x: ArrayLike, y: ArrayLike) -> tuple[float, float]:
        """Return (r_S, r_B): what each firm would gain (money, >= 0) by its best reply; both 0 at an equilibrium."""
        x, y = self._profile(x, y)
        against_y, against_x = self.small @ y, x @ self.big
        small = float(np.max(against_y) - x @ against_y)
        big = float(np.max(against_x) - against_x @ y)
        return max(small, 0.0), max(big, 0.0)

    def swapped(self) -> NormalFormGame:
        """Return the game with the roles exchanged: BigCo's actions become rows."""
        return NormalFormGame(self.big.T, self.small.T)

    def _profile(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the profile as two vectors of the game's shape."""
        vectors = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        for name, vector, length in zip("xy", vectors, self.shape, strict=True):
            if vector.shape != (length,):
                raise ParameterError(
                    f"NormalFormGame.payoffs.{name} must be a vector of {length} probabilities; "
                    f"got shape {vector.shape}. Write one probability for each action."
                )
        return vectors


def payoff_array(payoffs: ArrayLike, field: str, dimensions: int) -> NDArray[np.float64]:
    """Return a read-only float64 copy of payoffs.

    Parameters
    ----------
    payoffs : array_like
        Numbers: rows are SmallCo's actions, columns BigCo's; with three dimensions, one such matrix after another.
    field : str
        What an error calls them.
    dimensions : int
        2 for one game, 3 for several.

    Raises
    ------
    ParameterError
        If they are not such an array, if it is empty, or if a number is not finite or so large that the range of the
        payoffs is not.

    Examples
    --------
    >>> payoff_array([[1, -2], [3, 0]], "PayoffTable.small", 2).tolist()
    [[1.0, -2.0], [3.0, 0.0]]
    """
    try:
        array = np.array(payoffs, dtype=np.float64, order="C")
    except (TypeError, ValueError, OverflowError):
        got = type(payoffs).__name__ if not isinstance(payoffs, Sequence) else "rows of unequal length or not numbers"
        raise ParameterError(
            f"{field} must be a {_KINDS[dimensions]} of numbers; got {got}. "
            "Write one row of numbers for each action of SmallCo."
        ) from None
    if array.ndim != dimensions or array.size == 0:
        raise ParameterError(
            f"{field} must be a non-empty {_KINDS[dimensions]}; got shape {array.shape}. "
            "Write one row for each action of SmallCo and one column for each of BigCo."
        )
    if not np.all(np.isfinite(array)):
        *_, row, column = np.argwhere(~np.isfinite(array))[0]
        raise ParameterError(
            f"{field} must be finite; got {array[~np.isfinite(array)][0]} at row {row}, column {column}. "
            "Write a large finite loss for what must not be chosen."
        )
    largest = array.flat[np.argmax(np.abs(array))]
    if abs(largest) > LARGEST_PAYOFF:
        raise ParameterError(
            f"{field} must lie between -{LARGEST_PAYOFF:g} and {LARGEST_PAYOFF:g}; got {largest:g}. "
            "Write the payoffs in a larger unit of money."
        )
    array.setflags(write=False)
    return array


def settled(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return payoffs scaled to a range of 1 (constant ones to 0) in which values tied within `TIE` are equal.

    Examples
    --------
    >>> settled(np.array([[0.3, 0.1 + 0.2, 1.3]])).tolist()
    [[0.0, 0.0, 1.0]]
    """
    spread = max(float(np.ptp(payoffs)), NOISE * float(np.max(np.abs(payoffs))))
    if spread == 0.0:
        return np.zeros_like(payoffs)
    scaled: NDArray[np.float64] = (payoffs - payoffs.min()) / spread
    values = np.unique(scaled)
    start = 0
    for stop in range(1, len(values) + 1):
        if stop == len(values) or values[stop] - values[start] > TIE:
            tied = (scaled >= values[start]) & (scaled <= values[stop - 1])
            scaled[tied] = 0.5 * (values[start] + values[stop - 1])
            start = stop
    return scaled
