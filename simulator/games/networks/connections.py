"""The connections model: a link costs both ends, and whoever is reached is worth less the longer the way.

n firms; u_i = sum over the firms j that i reaches of delta^d_ij, less c for each of i's own links (money relative to
the value of a direct contact before decay). d_ij is the number of links on the shortest way. A network is pairwise
stable if nobody gains by cutting a link of its own, and no two who lack one would both agree to add it.

References
----------
Jackson and Wolinsky (1996), A strategic model of social and economic networks, JET 71: symmetric connections model,
propositions 1 and 2.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite_array, whole

Links = NDArray[np.bool_]
Architecture = Literal["complete", "star", "empty"]

MOST_FIRMS = 20_000
"""Most firms of a network that is written out as a matrix."""

TIE = 1e-12
"""Differences in utility up to this are rounding."""


def empty_network(firms: int) -> Links:
    """Return the network (n, n) without links.

    Examples
    --------
    >>> int(empty_network(3).sum())
    0
    """
    firms = whole("connections.firms", firms, 1, "Write 4.", MOST_FIRMS)
    return np.zeros((firms, firms), dtype=np.bool_)


def star_network(firms: int) -> Links:
    """Return the network (n, n) in which firm 0 is linked to all others, and these to nobody else.

    Examples
    --------
    >>> star_network(4).sum(axis=1).tolist()
    [3, 1, 1, 1]
    """
    links = empty_network(firms)
    links[0, 1:] = links[1:, 0] = True
    return links


def complete_network(firms: int) -> Links:
    """Return the network (n, n) in which all are linked.

    Examples
    --------
    >>> complete_network(3).sum(axis=1).tolist()
    [2, 2, 2]
    """
    links: Links = ~empty_network(firms)
    np.fill_diagonal(links, False)
    return links


def connection_utilities(links: ArrayLike, decay: float, cost: float) -> NDArray[np.float64]:
    """Return the utility (n,) of each firm.

    Parameters
    ----------
    links : array_like of bool, shape (n, n)
        Symmetric, nothing on the diagonal.
    decay : float
        delta in (0, 1).
    cost : float
        c of a link to each of its ends, at least 0.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    References
    ----------
    Jackson and Wolinsky (1996), section 3.

    Examples
    --------
    >>> connection_utilities(star_network(3), 0.5, 0.25).tolist()
    [0.5, 0.5, 0.5]
    """
    network = _checked(links)
    _check_values(decay, cost)
    return np.array([_utility(network, firm, decay, cost) for firm in range(len(network))])


def is_pairwise_stable(links: ArrayLike, decay: float, cost: float) -> bool:
    """Return whether no firm gains by cutting one of its links and no two by adding one they lack.

    A missing link is added if one of the two gains and the other does not lose.

    References
    ----------
    Jackson and Wolinsky (1996), section 2, definition of pairwise stability.

    Examples
    --------
    Links cost less than the decay of one step saves, so that even a star gets more:

    >>> is_pairwise_stable(star_network(4), 0.6, 0.1), is_pairwise_stable(complete_network(4), 0.6, 0.1)
    (False, True)
    """
    network = _checked(links).copy()
    now = connection_utilities(network, decay, cost)
    for one in range(len(network)):
        for two in range(one):
            linked = bool(network[one, two])
            network[one, two] = network[two, one] = not linked
            gains = [_utility(network, firm, decay, cost) - float(now[firm]) for firm in (one, two)]
            network[one, two] = network[two, one] = linked
            if max(gains) > TIE and (linked or min(gains) >= -TIE):
                return False
    return True


def efficient_architecture(firms: int, decay: float, cost: float) -> Architecture:
    """Return the shape of the network with the largest sum of utilities.

    Complete if c < delta - delta^2, a star if c < delta + (n - 2) delta^2 / 2, otherwise empty; where two are equally
    good, the one with fewer links.

    References
    ----------
    Jackson and Wolinsky (1996), proposition 1.

    Examples
    --------
    >>> [efficient_architecture(4, 0.6, cost) for cost in (0.1, 0.7, 1.1)]
    ['complete', 'star', 'empty']
    """
    _check_count(firms)
    _check_values(decay, cost)
    if firms == 1:
        return "empty"
    if cost < decay - decay**2 - TIE:
        return "complete"
    return "star" if cost < decay + 0.5 * (firms - 2) * decay**2 - TIE else "empty"


def _utility(network: Links, firm: int, decay: float, cost: float) -> float:
    """Return one firm's utility: breadth-first search, one step of distance at a time."""
    reached = np.zeros(len(network), dtype=np.bool_)
    reached[firm] = True
    frontier, worth, total = network[firm], decay, 0.0
    while frontier.any():
        total += worth * int(frontier.sum())
        reached = reached | frontier
        frontier = network[frontier].any(axis=0) & ~reached
        worth *= decay
    return total - cost * int(network[firm].sum())


def _checked(links: ArrayLike) -> Links:
    """Return the links as a matrix of bools, or raise ParameterError."""
    network = finite_array("connections.links", links, "Write one row and column of 0 and 1 for each firm.")
    square = network.ndim == 2 and network.shape[0] == network.shape[1] > 0
    if not square or not np.all((network == 0) | (network == 1)):
        raise ParameterError(
            f"connections.links must be a square matrix of 0 and 1; got shape {network.shape}. "
            "Write one row and column for each firm."
        )
    if np.any(network != network.T) or np.any(np.diag(network)):
        raise ParameterError(
            "connections.links must be symmetric with nothing on the diagonal; got a link of one side only, or of a "
            "firm to itself. Write each link at [i, j] and [j, i]."
        )
    return network.astype(np.bool_)


def _check_count(firms: int) -> None:
    """Raise ParameterError unless there is a whole number of firms, at least 1."""
    whole("connections.firms", firms, 1, "Write 4.")


def _check_values(decay: float, cost: float) -> None:
    """Raise ParameterError unless decay and cost are in range."""
    if not 0.0 < decay < 1.0:
        raise ParameterError(f"connections.decay must be between 0 and 1; got {decay}. Write 0.5.")
    if not 0.0 <= cost < np.inf:
        raise ParameterError(f"connections.cost must be finite and at least 0; got {cost}. Write 0.1.")
