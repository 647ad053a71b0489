"""Replicator dynamics on a bimatrix: actions that pay more than the average of their population spread.

x (m,) and y (n,) are the shares of SmallCos and BigCos that play each action. In the replicator dynamics the log of a
share grows at the rate of its payoff, (ln x_i)' = (A y)_i less what keeps the sum at 1; it is these logarithms that are
integrated, so no share ever leaves [0, 1] and none that is tiny is lost.

References
----------
Taylor and Jonker (1978), Evolutionary stable strategies and game dynamics, Mathematical Biosciences 40.
Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics, chapters 7, 10 and 11.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp
from scipy.special import expit, logit

from simulator.foundation.errors import ParameterError, SolverError
from simulator.foundation.numbers import finite_array, whole
from simulator.games.concepts.quantal import softmax
from simulator.games.normal_form import NormalFormGame

Vector = NDArray[np.float64]

_RELATIVE, _ABSOLUTE = 1e-11, 1e-12
_FIXED = 1e-9
_LONGEST = 1e4
_MOST_CALLS = 1_000_000
MOST_SAMPLES = 1_000_000
"""Most times at which a path is returned."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A path of two populations.

    Parameters
    ----------
    times : array of float64, shape (k,)
        In units of 1/money.
    small, big : arrays of float64, shapes (k, m) and (k, n)
        Shares of each action at each time.
    average_small, average_big : arrays of float64, shapes (m,) and (n,)
        Their time averages from the first to the last time.
    """

    times: Vector
    small: Vector
    big: Vector
    average_small: Vector
    average_big: Vector


@dataclass(frozen=True, slots=True)
class Orbit:
    """A closed orbit of the 2x2 replicator dynamics around its rest point.

    Parameters
    ----------
    period : float
        Time until the populations are back (1/money).
    average_small, average_big : float
        Time averages of x_1 and y_1 over one period.
    constant : float
        H, see `constant_of_motion`, at the end of the period.
    drift : float
        By how much H has changed in that period: an error of integration.
    """

    period: float
    average_small: float
    average_big: float
    constant: float
    drift: float


def replicator(game: NormalFormGame, x: ArrayLike, y: ArrayLike, duration: float, samples: int = 201) -> Path:
    """Return the path of the two-population replicator dynamics x_i' = x_i ((A y)_i - x' A y), and alike for y.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    x, y : array_like
        Starting shares; actions with share 0 stay at 0.
    duration : float
        Above 0 (1/money).
    samples : int
        Equally spaced times returned, at least 2.

    Raises
    ------
    ParameterError
        If a start is no distribution or another argument out of range.
    SolverError
        If the integration fails.

    References
    ----------
    Hofbauer and Sigmund (1998), equation (10.5).

    Examples
    --------
    With a payoff difference of 1 odds grow e-fold per unit of time:

    >>> path = replicator(NormalFormGame([[1, 1], [0, 0]], [[0, 0], [0, 0]]), [0.5, 0.5], [0.5, 0.5], 1.0)
    >>> bool(abs(path.small[-1, 0] / path.small[-1, 1] - math.e) < 1e-9)
    True
    """
    start = shares_of("replicator.x", x, game.shape[0]), shares_of("replicator.y", y, game.shape[1])
    times = _times("replicator", duration, samples)
    m = game.shape[0]
    kept = np.concatenate(start) > 0.0
    rows, columns = kept[:m], kept[m:]
    A, B = game.small[np.ix_(rows, columns)], game.big[np.ix_(rows, columns)].T
    k, played = len(A), int(kept.sum())

    def flow(_: float, state: Vector) -> Vector:
        small, big = softmax(state[:k]), softmax(state[k:played])
        to_small, to_big = A @ big, B @ small
        return np.concatenate((to_small - small @ to_small, to_big - big @ to_big, small, big))

    state = np.concatenate((np.log(start[0][rows]), np.log(start[1][columns]), np.zeros(played)))
    solved = _integrated(flow, state, duration, t_eval=times)
    shares, averages = np.zeros((samples, kept.size)), np.zeros(kept.size)
    shares[:, np.flatnonzero(rows)] = _softmax_each(solved.y[:k])
    shares[:, m + np.flatnonzero(columns)] = _softmax_each(solved.y[k:played])
    averages[kept] = solved.y[played:, -1] / duration
    return Path(times, shares[:, :m], shares[:, m:], averages[:m], averages[m:])


def replicator_one(payoffs: ArrayLike, x: ArrayLike, duration: float, samples: int = 201) -> tuple[Vector, Vector]:
    """Return (times, shares) of the replicator dynamics of one population that plays against itself.

    Parameters
    ----------
    payoffs : array_like, shape (m, m)
        Payoff (money) of the row's action against the column's.
    x, duration, samples
        As in `replicator`.

    Raises
    ------
    ParameterError
        If the payoffs are not square, or another argument is out of range.

    Examples
    --------
    In hawk-dove with value 2 and cost 4 half are hawks in the end:

    >>> _, shares = replicator_one([[-1, 2], [0, 1]], [0.1, 0.9], 50.0)
    >>> shares[-1].round(6).tolist()
    [0.5, 0.5]
    """
    matrix = NormalFormGame(payoffs, payoffs).small
    if matrix.shape[0] != matrix.shape[1]:
        raise ParameterError(
            f"replicator_one.payoffs must be square; got shape {matrix.shape}. Write one row and column per action."
        )
    start, times = shares_of("replicator_one.x", x, len(matrix)), _times("replicator_one", duration, samples)
    kept = start > 0.0
    A = matrix[np.ix_(kept, kept)]

    def flow(_: float, state: Vector) -> Vector:
        own = softmax(state)
        values: Vector = A @ own
        return values - own @ values

    shares = np.zeros((samples, len(matrix)))
    shares[:, kept] = _softmax_each(_integrated(flow, np.log(start[kept]), duration, t_eval=times).y)
    return times, shares


def settled_profile(game: NormalFormGame, x: ArrayLike, y: ArrayLike) -> tuple[int, int] | None:
    """Return the pure profile that the replicator dynamics tends to from a start, or None if it tends to none.

    A profile counts once all but 1e-9 of both populations play it.

    Examples
    --------
    >>> settled_profile(NormalFormGame([[3, -1], [0, 0]], [[8, 0], [-4, 0]]), [0.4, 0.6], [0.3, 0.7])
    (0, 0)
    """
    spreads = [spread for spread in game.payoff_range if spread > 0.0] or [1.0]
    duration, longest = 64.0 / max(spreads), _LONGEST / min(spreads)
    while duration <= longest:
        path = replicator(game, x, y, duration, 2)
        if min(path.small[-1].max(), path.big[-1].max()) >= 1.0 - _FIXED:
            return int(np.argmax(path.small[-1])), int(np.argmax(path.big[-1]))
        duration *= 4.0
    return None


def constant_of_motion(game: NormalFormGame, x_1: float, y_1: float) -> float:
    """Return H = p ln x + q ln (1 - x) - r ln y - s ln (1 - y), constant along every path of a 2x2 game.

    p and r are BigCo's and SmallCo's gains from the first action when the other plays its second, -q and -s when the
    other plays its first.

    Raises
    ------
    ParameterError
        If the game is not 2 x 2, or a share is not between 0 and 1.

    References
    ----------
    Hofbauer and Sigmund (1998), section 10.3.

    Examples
    --------
    >>> round(constant_of_motion(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 0.5, 0.5), 6)
    -5.545177
    """
    small, big = _gains(game)
    for name, share in (("x_1", x_1), ("y_1", y_1)):
        if not 0.0 < share < 1.0:
            raise ParameterError(f"constant_of_motion.{name} must lie between 0 and 1; got {share}. Write 0.5.")
    of_small = big[1] * math.log(x_1) - big[0] * math.log1p(-x_1)
    return of_small - small[1] * math.log(y_1) + small[0] * math.log1p(-y_1)


def rest_point(game: NormalFormGame) -> tuple[float, float] | None:
    """Return (x_1, y_1), the isolated interior rest point of a 2x2 game, or None if there is none.

    Examples
    --------
    >>> rest_point(NormalFormGame([[75, -5], [-20, 0]], [[-80, 0], [20, 0]]))
    (0.2, 0.05)
    """
    small, big = _gains(game)
    if not (small[0] * small[1] < 0.0 and big[0] * big[1] < 0.0):
        return None
    return big[1] / (big[1] - big[0]), small[1] / (small[1] - small[0])


def growth_rates(game: NormalFormGame, x: ArrayLike, y: ArrayLike) -> NDArray[np.complex128]:
    """Return the eigenvalues (money) of the replicator dynamics at a rest point, along the simplices.

    All real parts negative: a sink; of both signs: a saddle; zero with imaginary parts: a centre, with a period of
    small oscillations of 2 pi over the imaginary part.

    Examples
    --------
    >>> growth_rates(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), [0.5, 0.5], [0.5, 0.5]).round(9).tolist()
    [1j, -1j]
    """
    x, y = shares_of("growth_rates.x", x, game.shape[0]), shares_of("growth_rates.y", y, game.shape[1])
    m = len(x)
    jacobian = np.zeros((m + len(y), m + len(y)))
    for own, other, payoffs, mine, theirs in (
        (x, y, game.small, slice(0, m), slice(m, None)),
        (y, x, game.big.T, slice(m, None), slice(0, m)),
    ):
        values = payoffs @ other
        jacobian[mine, mine] = np.diag(values - own @ values) - np.outer(own, values)
        jacobian[mine, theirs] = own[:, None] * (payoffs - own @ payoffs)
    inside = np.zeros((m + len(y), m + len(y) - 2))
    inside[:m, : m - 1] = np.vstack((np.eye(m - 1), -np.ones(m - 1)))
    inside[m:, m - 1 :] = np.vstack((np.eye(len(y) - 1), -np.ones(len(y) - 1)))
    rates: NDArray[np.complex128] = np.linalg.eigvals(np.linalg.pinv(inside) @ jacobian @ inside).astype(np.complex128)
    return rates[np.lexsort((-rates.imag, -rates.real))]


def closed_orbit(game: NormalFormGame, x_1: float, y_1: float) -> Orbit:
    """Return the closed orbit of a 2x2 game whose firms chase each other, such as inspection, through a start.

    The angle around the rest point is integrated along and ends the orbit after one turn.

    Raises
    ------
    ParameterError
        If the rest point is no centre, so that orbits are not closed, or the start is not inside the square.
    SolverError
        If the integration fails.

    References
    ----------
    Hofbauer and Sigmund (1998), section 10.3 and theorem 11.1.2 (time averages equal the mixed equilibrium).

    Examples
    --------
    >>> orbit = closed_orbit(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 0.9, 0.5)
    >>> round(orbit.average_small, 9), round(orbit.average_big, 9)
    (0.5, 0.5)
    """
    before, centre = constant_of_motion(game, x_1, y_1), rest_point(game)
    small, big = _gains(game)
    if centre is None or small[0] * big[0] > 0.0:
        raise ParameterError(
            "closed_orbit.game must have a mixed equilibrium that is a centre; got none or a saddle. "
            "Use replicator for other games."
        )
    x, y = centre
    if max(abs(x_1 - x), abs(y_1 - y)) <= _FIXED:
        rates = growth_rates(game, (x, 1.0 - x), (y, 1.0 - y))
        return Orbit(2.0 * math.pi / float(np.max(rates.imag)), x_1, y_1, before, 0.0)
    at: Vector = logit(np.array([x, y]))
    start = logit(np.array([x_1, y_1])) - at
    turning = 1.0 if small[0] - small[1] < 0.0 else -1.0

    def flow(_: float, state: Vector) -> Vector:
        p, q = expit(state[:2] + at).tolist()
        u = small[1] + (small[0] - small[1]) * q
        v = big[1] + (big[0] - big[1]) * p
        sweep = turning * (state[0] * v - state[1] * u) / float(state[:2] @ state[:2])
        return np.array([u, v, p, q, sweep])

    def turned(_: float, state: Vector) -> float:
        return float(state[4] - 2.0 * math.pi)

    turned.terminal = True  # type: ignore[attr-defined]
    solved = _integrated(flow, np.concatenate((start, np.zeros(3))), math.inf, events=turned)
    period, last = float(solved.t[-1]), solved.y[:, -1]
    p, q = expit(last[:2] + at).tolist()
    after = constant_of_motion(game, p, q)
    return Orbit(period, float(last[2]) / period, float(last[3]) / period, after, after - before)


def _times(owner: str, duration: float, samples: int) -> Vector:
    """Return the sample times, or raise ParameterError."""
    if not 0.0 < duration < math.inf:
        raise ParameterError(f"{owner}.duration must be finite and above 0; got {duration}. Write 100.")
    times: Vector = np.linspace(0.0, duration, whole(f"{owner}.samples", samples, 2, "Write 201.", MOST_SAMPLES))
    if not np.all(np.diff(times) > 0.0):
        raise ParameterError(f"{owner}.duration must be long enough to be divided; got {duration}. Write 100.")
    return times


def _softmax_each(logarithms: Vector) -> Vector:
    """Return the shares (samples, actions) of the logarithms (actions, samples)."""
    return np.array([softmax(each) for each in logarithms.T])


def _integrated(flow: Callable[[float, Vector], Vector], state: Vector, duration: float, **options: Any) -> Any:
    """Return scipy's solution of state' = flow from 0 to the duration, to near machine accuracy."""
    calls = itertools.count()

    def counted(time: float, at: Vector) -> Vector:
        if next(calls) >= _MOST_CALLS:
            raise SolverError(
                f"The replicator dynamics is not integrated beyond {time:.3g} of a duration of {duration:.3g} in "
                f"{_MOST_CALLS} evaluations. Shorten the duration."
            )
        return flow(time, at)

    solved = solve_ivp(counted, (0.0, duration), state, method="DOP853", rtol=_RELATIVE, atol=_ABSOLUTE, **options)
    if not solved.success:
        raise SolverError(f"The replicator dynamics was not integrated: {solved.message} Shorten the duration.")
    return solved


def _gains(game: NormalFormGame) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return each firm's gain from its first action when the other plays its first, and its second."""
    if game.shape != (2, 2):
        raise ParameterError(f"The game must have two actions each; got shape {game.shape}. Use replicator.")
    small, big = game.small[0] - game.small[1], game.big[:, 0] - game.big[:, 1]
    return (float(small[0]), float(small[1])), (float(big[0]), float(big[1]))


def shares_of(name: str, shares: ArrayLike, length: int) -> Vector:
    """Return shares as a vector, or raise ParameterError naming the argument.

    Raises
    ------
    ParameterError
        If they are not that many shares of at least 0 that sum to 1.

    Examples
    --------
    >>> shares_of("replicator.x", [1, 0], 2).tolist()
    [1.0, 0.0]
    """
    vector = finite_array(name, shares, "Write one share for each action.")
    proper = vector.shape == (length,) and bool(np.all((vector >= 0.0) & (vector <= 2.0)))
    if not (proper and math.isclose(float(vector.sum()), 1.0, abs_tol=1e-9)):
        raise ParameterError(
            f"{name} must be {length} shares that sum to 1; got {vector.tolist()}. Write one for each action."
        )
    return vector
