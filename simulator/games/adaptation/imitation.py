"""Imitation in finite populations: the Moran process, and what populations play in the long run.

N firms of one population; fitness of an action is exp(w payoff), w the intensity of selection (1/money). In each step
one firm, drawn in proportion to fitness, is imitated by another drawn evenly. A mutant takes over with its fixation
probability; when mutations are rare both populations nearly always play one action each, and move between these pure
profiles at rates proportional to the fixation probabilities. The pairwise comparison (Fermi) process has the same
ratio of steps up and down and hence the same fixation probabilities.

References
----------
Nowak, Sasaki, Taylor and Fudenberg (2004), Emergence of cooperation and evolutionary stability in finite populations,
Nature 428.
Fudenberg and Imhof (2006), Imitation processes with small mutations, JET 131.
Traulsen, Pacheco and Nowak (2007), Pairwise comparison and selection temperature, J. theor. Biology 246.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from simulator.foundation.errors import ParameterError, SolverError
from simulator.foundation.numbers import whole
from simulator.games.normal_form import NormalFormGame

Matrix = NDArray[np.float64]

MOST_FIRMS = 10_000_000
"""Largest population."""


def fixation_probability(payoffs: ArrayLike, population: int, intensity: float) -> float:
    """Return the probability that one firm with the first action takes over a population with the second.

    Firms meet all others of the same population. With k firms on the first action it pays
    ((k - 1) a + (N - k) b) / (N - 1) and the second (k c + (N - k - 1) d) / (N - 1).

    Parameters
    ----------
    payoffs : array_like, shape (2, 2)
        [[a, b], [c, d]]: of the row's action against the column's (money).
    population : int
        N, at least 2.
    intensity : float
        w (1/money), at least 0.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    References
    ----------
    Nowak et al. (2004), equation (1); Traulsen et al. (2007), equation (7) with exponential fitness.

    Examples
    --------
    Without selection everybody is as likely to be imitated for ever:

    >>> fixation_probability([[3, 0], [5, 1]], 10, 0.0)
    0.1
    """
    game = NormalFormGame(payoffs, payoffs)
    if game.shape != (2, 2):
        raise ParameterError(
            f"fixation_probability.payoffs must be 2 x 2; got shape {game.shape}. Write [[a, b], [c, d]]."
        )
    _check("fixation_probability", population, intensity)
    k = np.arange(1.0, population)
    (a, b), (c, d) = game.small
    advantage = ((k - 1) * a + (population - k) * b - k * c - (population - k - 1) * d) / (population - 1)
    return _takes_over(-intensity * advantage)


def rare_mutation_shares(game: NormalFormGame, small: int, big: int, intensity: float) -> Matrix:
    """Return how often (m, n) two populations that imitate play each pure profile, when mutations are rare.

    SmallCos meet BigCos and imitate SmallCos. While one population plays one action, a mutant of the other has constant
    relative fitness.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    small, big : int
        Sizes of the populations, at least 2.
    intensity : float
        w (1/money), at least 0.

    Raises
    ------
    ParameterError
        If an argument is out of range.
    SolverError
        If selection is so strong that a rate of leaving a profile is below the smallest float.

    References
    ----------
    Fudenberg and Imhof (2006), theorem 2, for two populations.

    Examples
    --------
    >>> rare_mutation_shares(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 20, 20, 1.0).round(9).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    for population in (small, big):
        _check("rare_mutation_shares", population, intensity)
    m, n = game.shape
    rates = np.zeros((m, n, m, n))
    for i in range(m):
        for j in range(n):
            for k in range(m):
                if k != i:
                    advantage = game.small[k, j] - game.small[i, j]
                    rates[i, j, k, j] = _takes_over(np.full(small - 1, -intensity * advantage)) / max(m - 1, 1)
            for k in range(n):
                if k != j:
                    advantage = game.big[i, k] - game.big[i, j]
                    rates[i, j, i, k] = _takes_over(np.full(big - 1, -intensity * advantage)) / max(n - 1, 1)
    return _stationary(rates.reshape(m * n, m * n)).reshape(m, n)


def _takes_over(log_ratios: Matrix) -> float:
    """Return 1 / (1 + sum_j prod_{k <= j} T-_k / T+_k), given the logs of the ratios of steps down and up."""
    exponents = np.append(0.0, np.cumsum(log_ratios))
    return math.exp(-float(logsumexp(exponents)))


def _stationary(rates: Matrix) -> Matrix:
    """Return the stationary distribution of a chain in continuous time, by elimination of states without subtraction.

    Grassmann, Taksar and Heyman (1985): exact signs even where rates differ by hundreds of orders of magnitude.
    """
    flows = rates.copy()
    size = len(flows)
    for last in range(size - 1, 0, -1):
        out = float(flows[last, :last].sum())
        if not out > 0.0:
            raise SolverError(
                "rare_mutation_shares finds a profile that is left too rarely to compute. Lower intensity."
            )
        flows[:last, last] /= out
        flows[:last, :last] += np.outer(flows[:last, last], flows[last, :last])
    shares = np.zeros(size)
    shares[0] = 1.0
    for state in range(1, size):
        shares[state] = float(shares[:state] @ flows[:state, state])
        shares /= shares.sum()
    return shares


def _check(owner: str, population: int, intensity: float) -> None:
    """Raise ParameterError unless the population and the intensity are in range."""
    whole(f"{owner}.population", population, 2, "Write 50.", MOST_FIRMS)
    if not 0.0 <= intensity < math.inf:
        raise ParameterError(f"{owner}.intensity must be finite and at least 0; got {intensity}. Write 0.1.")
