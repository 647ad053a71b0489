"""Fitting the logit precision to how people played, and where along the precision an action is played most.

lambda is the precision (1/money). Of a game played, x and y are the observed frequencies of SmallCo's and BigCo's
actions and p(lambda), q(lambda) the logit equilibrium. The distance of a prediction is half the squared Euclidean
distance of both firms' frequencies: with two actions each, (x_1 - p_1)^2 + (y_1 - q_1)^2.

References
----------
McKelvey and Palfrey (1995), Quantal response equilibria for normal form games, GEB 10 (maximum likelihood).
Selten and Chmura (2008), Stationary concepts for experimental 2x2-games, AER 98 (least squares over games).
Brunner, Camerer and Goeree (2011), Stationary concepts for experimental 2x2 games: comment, AER 101.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.games.concepts.quantal import LogitEquilibrium, logit_equilibrium
from simulator.games.equilibrium import Equilibrium, all_equilibria
from simulator.games.normal_form import NormalFormGame

Vector = NDArray[np.float64]

LARGEST = 1e3
"""Largest precision that is tried, times the payoff range: beyond it logit play is Nash to three digits."""

_SMALLEST = 1e-2
_GRID = 24
_ACCURACY = 1e-7


@dataclass(frozen=True, slots=True)
class ObservedPlay:
    """How a game was played.

    Parameters
    ----------
    game : NormalFormGame
        The game, in the money the players got.
    small, big : tuple of float
        Frequencies of SmallCo's (rows) and BigCo's (columns) actions, each summing to 1.
    weight : float
        Of the game in the fit, above 0: the number of choices of each firm for maximum likelihood; 1 for games of
        equal weight.

    Raises
    ------
    ParameterError
        If the frequencies do not fit the game or the weight is out of range.
    """

    game: NormalFormGame
    small: tuple[float, ...]
    big: tuple[float, ...]
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Check shapes and ranges."""
        for name, length in zip(("small", "big"), self.game.shape, strict=True):
            shares = getattr(self, name)
            proper = len(shares) == length and all(share >= 0.0 for share in shares)
            if not (proper and math.isclose(sum(shares), 1.0, abs_tol=1e-6)):
                raise ParameterError(
                    f"ObservedPlay.{name} must be {length} frequencies that sum to 1; got {shares}. "
                    "Write one for each action."
                )
        if not 0.0 < self.weight < math.inf:
            raise ParameterError(f"ObservedPlay.weight must be finite and above 0; got {self.weight}. Write 1.")


@dataclass(frozen=True, slots=True)
class PrecisionFit:
    """A fitted precision.

    Parameters
    ----------
    precision : float
        lambda (1/money).
    distance : float
        Weighted mean distance of the logit equilibria from play.
    log_likelihood : float
        Of all choices at that precision; minus infinity if something impossible was played.
    at_limit : bool
        Whether the fit is at the largest precision tried, so that no finite precision fits best.
    """

    precision: float
    distance: float
    log_likelihood: float
    at_limit: bool


@dataclass(frozen=True, slots=True)
class Peak:
    """Where along the principal logit branch an action is played most: precision (1/money) and probability."""

    precision: float
    probability: float


def least_squares_precision(plays: Sequence[ObservedPlay]) -> PrecisionFit:
    """Return the precision whose logit equilibria are nearest to play in the weighted mean distance.

    Raises
    ------
    ParameterError
        If there is nothing to fit.

    Examples
    --------
    Two actions whose payoffs differ by 1 whatever the other does; odds of 2.718... to 1 mean a precision of 1:

    >>> dominant = NormalFormGame([[1, 1], [0, 0]], [[1, 0], [1, 0]])
    >>> often = 1 / (1 + math.exp(-1))
    >>> round(least_squares_precision([ObservedPlay(dominant, (often, 1 - often), (often, 1 - often))]).precision, 6)
    1.0
    """
    return _fitted(plays, logit_distance)


def likeliest_precision(plays: Sequence[ObservedPlay]) -> PrecisionFit:
    """Return the precision with the largest likelihood of play, every choice an independent draw.

    Raises
    ------
    ParameterError
        If there is nothing to fit.

    Examples
    --------
    >>> dominant = NormalFormGame([[1, 1], [0, 0]], [[1, 0], [1, 0]])
    >>> often = 1 / (1 + math.exp(-1))
    >>> round(likeliest_precision([ObservedPlay(dominant, (often, 1 - often), (often, 1 - often), 50)]).precision, 6)
    1.0
    """
    return _fitted(plays, lambda every, precision: -log_likelihood(every, precision))


def logit_distance(plays: Sequence[ObservedPlay], precision: float) -> float:
    """Return the weighted mean distance of the logit equilibria at a precision from play."""
    distances = [distance(play, logit_equilibrium(play.game, precision)) for play in plays]
    return float(np.average(distances, weights=[play.weight for play in plays]))


def nash_distance(plays: Sequence[ObservedPlay]) -> float:
    """Return the weighted mean distance of Nash equilibrium from play, of the nearest extreme one where there are many.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> nash_distance([ObservedPlay(pennies, (0.6, 0.4), (0.5, 0.5))])
    0.01
    """
    distances = [min(distance(play, each) for each in all_equilibria(play.game).equilibria) for play in plays]
    return float(np.average(distances, weights=[play.weight for play in plays]))


def distance(play: ObservedPlay, predicted: LogitEquilibrium | Equilibrium) -> float:
    """Return half the squared Euclidean distance of a predicted profile from play."""
    gaps = np.subtract((*play.small, *play.big), (*predicted.small, *predicted.big))
    return 0.5 * float(gaps @ gaps)


def log_likelihood(plays: Sequence[ObservedPlay], precision: float) -> float:
    """Return the log-likelihood of play at a precision, the binomial coefficients left out."""
    total = 0.0
    for play in plays:
        predicted = logit_equilibrium(play.game, precision)
        for seen, chance in zip((*play.small, *play.big), (*predicted.small, *predicted.big), strict=True):
            if seen > 0.0:
                total += play.weight * seen * (math.log(chance) if chance > 0.0 else -math.inf)
    return total


def logit_peak(game: NormalFormGame, role: Role, action: int) -> Peak:
    """Return where along the precision a firm plays an action most; the own-payoff effect can make it interior.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    role : Role
        Whose action.
    action : int
        Its index.

    Raises
    ------
    ParameterError
        If the firm has no such action.

    Examples
    --------
    >>> pennies = NormalFormGame([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    >>> peak = logit_peak(pennies, Role.SMALL, 0)
    >>> 0.5 < peak.probability < 1 and 0 < peak.precision < 10
    True
    """
    actions = game.shape[0 if role is Role.SMALL else 1]
    if not 0 <= action < actions:
        raise ParameterError(f"logit_peak.action must lie between 0 and {actions - 1}; got {action}. Write 0.")

    def played(precision: float) -> float:
        found = logit_equilibrium(game, precision)
        return (found.small if role is Role.SMALL else found.big)[action]

    precision, least, _ = _minimised(lambda each: -played(each), [game])
    return Peak(precision, -least)


def _fitted(plays: Sequence[ObservedPlay], objective: Callable[[Sequence[ObservedPlay], float], float]) -> PrecisionFit:
    """Return the precision that makes the objective smallest."""
    if not plays:
        raise ParameterError("PrecisionFit.plays must hold at least one game; got none. Give an ObservedPlay.")
    precision, _, at_limit = _minimised(lambda each: objective(plays, each), [play.game for play in plays])
    return PrecisionFit(precision, logit_distance(plays, precision), log_likelihood(plays, precision), at_limit)


def _minimised(objective: Callable[[float], float], games: Sequence[NormalFormGame]) -> tuple[float, float, bool]:
    """Return (precision, value, whether at the largest tried) where the objective is smallest.

    A geometric grid in precision times payoff range brackets the lowest point, then golden sections close in.
    """
    scale = max(max(game.payoff_range) for game in games) or 1.0
    grid = np.append(0.0, np.geomspace(_SMALLEST, LARGEST, _GRID)) / scale
    values = [objective(float(precision)) for precision in grid]
    best = int(np.argmin(values))
    if best == len(grid) - 1:
        return float(grid[best]), values[best], True
    low, high = float(grid[max(best - 1, 0)]), float(grid[best + 1])
    found = minimize_scalar(objective, bounds=(low, high), method="bounded", options={"xatol": _ACCURACY * high})
    if found.fun < values[best]:
        return float(found.x), float(found.fun), False
    return float(grid[best]), values[best], False
