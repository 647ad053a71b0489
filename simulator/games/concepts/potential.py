"""Potential games: one function of the profile whose changes follow those of each firm's own payoff.

P is a potential. It is exact if a firm's change of action moves P by as much as its payoff, weighted if it does after
each firm's payoffs are divided by a weight, ordinal if the signs agree. In all of them playing better replies in turn
ends at a pure equilibrium; a generalised ordinal potential exists exactly if it always does.

References
----------
Monderer and Shapley (1996), Potential games, Games and Economic Behavior 14.
Voorneveld and Norde (1997), A characterization of ordinal potential games, Games and Economic Behavior 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from simulator.games.normal_form import TIE, NormalFormGame

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WeightedPotential:
    """A weighted potential.

    Parameters
    ----------
    potential : array of float64, shape (m, n)
        P, in SmallCo's money, 0 at the first profile.
    weights : tuple of float
        (w_S, w_B), positive, w_S = 1: firm i's payoff changes by w_i times the change of P.
    """

    potential: Matrix
    weights: tuple[float, float]


def exact_potential(game: NormalFormGame) -> Matrix | None:
    """Return the exact potential (m, n), money, 0 at the first profile, or None if there is none.

    It exists if and only if the payoff changes of the two firms sum to zero around every rectangle of profiles.

    References
    ----------
    Monderer and Shapley (1996), corollary 2.9.

    Examples
    --------
    >>> exact_potential(NormalFormGame([[1, -2], [3, 0]], [[1, 3], [-2, 0]])).tolist()
    [[0.0, 2.0], [2.0, 4.0]]
    >>> exact_potential(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])) is None
    True
    """
    A, B = game.small, game.big
    slack = 4.0 * TIE * max(game.payoff_range)
    if np.max(np.abs(_interaction(A) - _interaction(B))) > slack:
        return None
    potential: Matrix = A - A[:1] + B[:1] - B[0, 0]
    return potential


def weighted_potential(game: NormalFormGame) -> WeightedPotential | None:
    """Return a weighted potential, or None if there is none.

    Examples
    --------
    >>> weighted_potential(NormalFormGame([[1, 0], [0, 1]], [[5, 0], [0, 5]])).weights
    (1.0, 5.0)
    """
    mine, theirs = _interaction(game.small), _interaction(game.big)
    slack_mine, slack_theirs = (4.0 * TIE * spread for spread in game.payoff_range)
    if np.max(np.abs(mine)) <= slack_mine and np.max(np.abs(theirs)) <= slack_theirs:
        weight = 1.0
    else:
        weight = float(np.sum(mine * theirs) / np.sum(mine * mine)) if np.any(mine) else 0.0
    if not weight > 0.0:
        return None
    potential = exact_potential(NormalFormGame(game.small, game.big / weight))
    return None if potential is None else WeightedPotential(potential, (1.0, weight))


def ordinal_potential(game: NormalFormGame) -> NDArray[np.int64] | None:
    """Return an ordinal potential (m, n) of small integers, or None if there is none.

    It exists if and only if no cycle of moves that leave the mover no worse off makes some mover better off.

    References
    ----------
    Voorneveld and Norde (1997), theorem 3.1.

    Examples
    --------
    >>> ordinal_potential(NormalFormGame([[1, -2], [3, 0]], [[1, 3], [-2, 0]])).tolist()
    [[0, 1], [1, 2]]
    """
    return _levels(game, weak=True)


def generalised_ordinal_potential(game: NormalFormGame) -> NDArray[np.int64] | None:
    """Return integers (m, n) that rise with every strict improvement of a firm, or None if improvements can cycle.

    References
    ----------
    Monderer and Shapley (1996), lemma 2.5 (the finite improvement property).

    Examples
    --------
    >>> generalised_ordinal_potential(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])) is None
    True
    """
    return _levels(game, weak=False)


def _interaction(payoffs: Matrix) -> Matrix:
    """Return the double differences of payoffs against the first row and column."""
    result: Matrix = payoffs - payoffs[:1] - payoffs[:, :1] + payoffs[0, 0]
    return result


def _levels(game: NormalFormGame, weak: bool) -> NDArray[np.int64] | None:
    """Return for each profile the longest chain of improvements that leads to it, or None if one closes."""
    import networkx as nx

    graph = nx.DiGraph()
    m, n = game.shape
    graph.add_nodes_from(range(m * n))
    lines = [(game.small[:, j], [i * n + j for i in range(m)], game.payoff_range[0]) for j in range(n)]
    lines += [(game.big[i], [i * n + j for j in range(n)], game.payoff_range[1]) for i in range(m)]
    for payoffs, profiles, spread in lines:
        for here, there in permutations(range(len(profiles)), 2):
            gain = payoffs[there] - payoffs[here]
            if gain > TIE * spread or (weak and gain >= -TIE * spread):
                graph.add_edge(profiles[here], profiles[there], strict=bool(gain > TIE * spread))
    groups = nx.condensation(graph)
    member = groups.graph["mapping"]
    if any(strict and member[one] == member[other] for one, other, strict in graph.edges(data="strict")):
        return None
    levels = np.zeros(m * n, dtype=np.int64)
    for level, generation in enumerate(nx.topological_generations(groups)):
        for group in generation:
            levels[list(groups.nodes[group]["members"])] = level
    return levels.reshape(m, n)
