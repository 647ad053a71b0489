"""Positions in a network of alliances: Burt's constraint and Freeman's betweenness.

A network is a networkx graph whose edges carry the strength of an alliance as `weight`. Low constraint means partners
who are not tied to each other (structural holes to bridge); high betweenness means many shortest paths run through.

References
----------
Burt (1992), Structural Holes: equation (2.4), c_i = sum_j (p_ij + sum_q p_iq p_qj)^2 over the contacts j of i, where
p_ij is the share of i's ties that goes to j.
Freeman (1977), A set of measures of centrality based on betweenness, Sociometry 40.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import networkx as nx

from simulator.foundation.errors import ParameterError, unknown


def alliance_network(alliances: Iterable[Sequence[Any]], firms: Iterable[Hashable] = ()) -> nx.Graph:
    """Return the network of alliances as a graph.

    Parameters
    ----------
    alliances : iterable of (firm, firm) or (firm, firm, strength)
        Each pair once, in either order; a strength left out is 1.
    firms : iterable
        Firms that may be in no alliance.

    Raises
    ------
    ParameterError
        If an alliance does not join two firms, is named twice, or has a strength that is not above 0.

    Examples
    --------
    >>> alliance_network([("B", "s1"), ("B", "s2", 3.0)])["B"]["s2"]["weight"]
    3.0
    """
    graph = nx.Graph()
    graph.add_nodes_from(firms)
    for alliance in alliances:
        if len(alliance) not in (2, 3) or alliance[0] == alliance[1]:
            raise ParameterError(
                f"alliance_network.alliances must join two firms; got {list(alliance)}. Write [firm, firm, strength]."
            )
        one, two, *rest = alliance
        strength = float(rest[0]) if rest else 1.0
        if not 0.0 < strength < math.inf:
            raise ParameterError(
                f"alliance_network.alliances must have finite strengths above 0; got {strength} for {one!r} and "
                f"{two!r}. Leave out alliances of no strength."
            )
        if graph.has_edge(one, two):
            raise ParameterError(
                f"alliance_network.alliances must name each pair once; got {one!r} and {two!r} twice. Add up strengths."
            )
        graph.add_edge(one, two, weight=strength)
    return graph


def constraint(network: nx.Graph, firm: Hashable) -> float:
    """Return Burt's constraint of a firm: 1 for one partner only, 1/n for n who are not tied; nan without partners.

    Raises
    ------
    UnknownNameError
        If the network does not hold the firm.

    References
    ----------
    Burt (1992), equation (2.4), as networkx computes it.

    Examples
    --------
    >>> star = alliance_network([("B", "s1"), ("B", "s2"), ("B", "s3"), ("B", "s4")])
    >>> constraint(star, "B"), constraint(star, "s1")
    (0.25, 1.0)
    """
    numbered, place = _numbered(network, firm)
    return float(nx.constraint(numbered, nodes=[place], weight="weight")[place])


def betweenness(network: nx.Graph, firm: Hashable) -> float:
    """Return the share of shortest paths between pairs of others that run through a firm, in [0, 1].

    Every alliance is one step, whatever its strength; where a pair has several shortest paths each counts in part.

    Raises
    ------
    UnknownNameError
        If the network does not hold the firm.

    References
    ----------
    Freeman (1977), relative betweenness; Brandes (2001), as networkx computes it.

    Examples
    --------
    >>> star = alliance_network([("B", "s1"), ("B", "s2"), ("B", "s3")])
    >>> betweenness(star, "B"), betweenness(star, "s1")
    (1.0, 0.0)
    """
    numbered, place = _numbered(network, firm)
    return float(nx.betweenness_centrality(numbered, normalized=True)[place])


def _numbered(network: nx.Graph, firm: Hashable) -> tuple[nx.Graph, int]:
    """Return the network with numbers for names, and the firm's.

    networkx sums over sets, and the order of a set of names changes from one process to the next.
    """
    order = list(network)
    if firm not in network:
        raise unknown("firm in the network", str(firm), [str(each) for each in order])
    return nx.convert_node_labels_to_integers(network), order.index(firm)
