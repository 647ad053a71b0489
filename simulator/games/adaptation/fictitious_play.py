"""Learning by replying to the past: best-reply paths, fictitious play, and its smooth version.

x (m,) and y (n,) are beliefs: the frequencies with which SmallCo and BigCo have played each action so far.

References
----------
Brown (1951), Iterative solution of games by fictitious play.
Robinson (1951), An iterative method of solving a game, Annals of Mathematics 54.
Fudenberg and Levine (1998), The Theory of Learning in Games, chapters 2 and 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.games.adaptation.evolution import shares_of
from simulator.games.concepts.quantal import softmax
from simulator.games.normal_form import TIE, NormalFormGame

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """How beliefs moved: one row for the start and one after each round.

    Parameters
    ----------
    small, big : arrays of float64, shapes (rounds + 1, m) and (rounds + 1, n)
        Frequencies of SmallCo's and BigCo's actions so far.
    """

    small: Vector
    big: Vector


@dataclass(frozen=True, slots=True)
class BestReplyPath:
    """Pure profiles visited when the firms reply in turn.

    Parameters
    ----------
    profiles : tuple of (row, column)
        From the start on; on a cycle, up to the profile before the first repetition.
    settled : bool
        Whether the last one is an equilibrium, which the path never leaves; otherwise it cycles.
    """

    profiles: tuple[tuple[int, int], ...]
    settled: bool


def best_reply_path(game: NormalFormGame, row: int, column: int, first: Role) -> BestReplyPath:
    """Return the path of alternating best replies from a pure profile; `first` replies first.

    A firm that already plays a best reply stays; of several better ones it takes the first best.

    Raises
    ------
    ParameterError
        If the game has no such profile.

    Examples
    --------
    >>> best_reply_path(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 0, 0, Role.BIG)
    BestReplyPath(profiles=((0, 0), (0, 1), (1, 1), (1, 0)), settled=False)
    """
    m, n = game.shape
    if not (0 <= row < m and 0 <= column < n):
        raise ParameterError(
            f"best_reply_path.row and column must lie in the {m} x {n} game; got {(row, column)}. Write 0 and 0."
        )
    mover, visited, stayed = first, [(row, column)], 0
    seen = {(row, column, first)}
    while True:
        values = game.small[:, column] if mover is Role.SMALL else game.big[row]
        now = row if mover is Role.SMALL else column
        spread = game.payoff_range[0 if mover is Role.SMALL else 1]
        if values[now] < values.max() - TIE * spread:
            best = int(np.argmax(values))
            row, column = (best, column) if mover is Role.SMALL else (row, best)
            stayed = 0
        else:
            stayed += 1
        if stayed == 2:
            return BestReplyPath(tuple(visited), True)
        mover = Role.BIG if mover is Role.SMALL else Role.SMALL
        if stayed == 0:
            if (row, column, mover) in seen:
                return BestReplyPath(tuple(visited), False)
            visited.append((row, column))
        seen.add((row, column, mover))


def fictitious_play(game: NormalFormGame, rounds: int, x: ArrayLike, y: ArrayLike) -> Beliefs:
    """Return the beliefs of fictitious play: each round both play a best reply to the other's frequencies so far.

    Ties go to the first action. The start counts as one round.

    Examples
    --------
    >>> beliefs = fictitious_play(NormalFormGame([[2, 0], [0, 1]], [[2, 0], [0, 1]]), 9, [0.5, 0.5], [0.5, 0.5])
    >>> beliefs.small[-1].tolist()
    [0.95, 0.05]
    """

    def reply(values: Vector) -> Vector:
        best: Vector = np.eye(len(values))[int(np.argmax(values >= values.max() - TIE * max(game.payoff_range)))]
        return best

    return _learned(game, rounds, x, y, reply)


def smooth_fictitious_play(game: NormalFormGame, precision: float, rounds: int, x: ArrayLike, y: ArrayLike) -> Beliefs:
    """Return the beliefs of smooth fictitious play: replies are logit with a precision (1/money) instead of best.

    Where it settles, beliefs are a logit equilibrium.

    Raises
    ------
    ParameterError
        If the precision is negative or not finite, there is no round, or a start is no distribution.

    References
    ----------
    Fudenberg and Kreps (1993), Learning mixed equilibria, GEB 5.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> smooth_fictitious_play(pennies, 1.0, 500, [0.9, 0.1], [0.5, 0.5]).small[-1].round(2).tolist()
    [0.5, 0.5]
    """
    if not 0.0 <= precision < math.inf:
        raise ParameterError(
            f"smooth_fictitious_play.precision must be finite and at least 0; got {precision}. Write 1."
        )
    return _learned(game, rounds, x, y, lambda values: softmax(precision * values))


def _learned(
    game: NormalFormGame, rounds: int, x: ArrayLike, y: ArrayLike, reply: Callable[[Vector], Vector]
) -> Beliefs:
    """Return the beliefs when both reply to the mean of what the other has played."""
    if rounds < 1:
        raise ParameterError(f"fictitious_play.rounds must be at least 1; got {rounds}. Write 1000.")
    small, big = np.empty((rounds + 1, game.shape[0])), np.empty((rounds + 1, game.shape[1]))
    small[0], big[0] = (
        shares_of("fictitious_play.x", x, game.shape[0]),
        shares_of("fictitious_play.y", y, game.shape[1]),
    )
    for t in range(rounds):
        plays = reply(game.small @ big[t]), reply(small[t] @ game.big)
        small[t + 1] = small[t] + (plays[0] - small[t]) / (t + 2)
        big[t + 1] = big[t] + (plays[1] - big[t]) / (t + 2)
    return Beliefs(small, big)
