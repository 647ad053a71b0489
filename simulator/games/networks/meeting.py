"""The links of a network of acquaintance: which BigCos each SmallCo can meet.

A network is grown over all N + M firms; only its ties between a SmallCo and a BigCo are meetings.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from simulator.economy.meeting import Complete, Edges, Network, ScaleFree, SmallWorld
from simulator.foundation.numbers import whole

Indices = NDArray[np.int64]
NETWORKS_KEPT = 8


def meeting_links(network: Network, smalls: int, bigs: int, seed: int) -> tuple[Indices, Indices]:
    """Return where the links of each SmallCo start, shape (N + 1,), and the links, shape (E,): ascending BigCo indices.

    SmallCo i can meet links[start[i] : start[i + 1]], which may be nobody. Where everybody can meet everybody both
    arrays are empty, of shape (0,).

    Parameters
    ----------
    network : Network
        The rule.
    smalls, bigs : int
        Numbers of firms, N and M, at least 1.
    seed : int
        Non-negative; 0 is a seed. The same seed gives the same links, whatever the state of any global generator.

    Raises
    ------
    ParameterError
        If the network needs more firms than there are, or an edge names a firm that is not.

    Notes
    -----
    ``small_world``: the N + M places of the ring are numbered around it. BigCo j stands on place floor(j (N + M) / M),
    so that the gaps between BigCos differ by one place at most; the SmallCos fill the other places in ascending order.
    ``scale_free``: the M BigCos join first, in ascending order, then the N SmallCos, so that BigCos are the hubs: the
    k-th firm to join has ties in proportion to 1/sqrt(k) on average (Barabasi and Albert 1999). The first links + 1
    firms start as a star around the first.

    Examples
    --------
    >>> start, links = meeting_links(Edges(((0, 1), (2, 0), (0, 0))), 3, 2, 0)
    >>> start.tolist(), links.tolist()
    ([0, 2, 2, 3], [0, 1, 0])
    """
    smalls, bigs = whole("meeting_links.smalls", smalls, 1), whole("meeting_links.bigs", bigs, 1)
    seed = whole("meeting_links.seed", seed, 0)
    network.check_firms(smalls, bigs)
    if isinstance(network, Complete):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if isinstance(network, Edges):
        pairs = np.array(network.pairs, dtype=np.int64)
    else:
        pairs = _grown(network, smalls, bigs, seed)  # type: ignore[arg-type]  # networks are frozen dataclasses
    pairs = np.unique(pairs, axis=0)
    start = np.zeros(smalls + 1, dtype=np.int64)
    start[1:] = np.cumsum(np.bincount(pairs[:, 0], minlength=smalls))
    return start, np.ascontiguousarray(pairs[:, 1])


@functools.lru_cache(NETWORKS_KEPT)
def _grown(network: Network, smalls: int, bigs: int, seed: int) -> Indices:
    """Return the pairs (SmallCo, BigCo) that are tied in a network grown over all firms, shape (E, 2).

    The latest are kept, because the cells of a sweep mostly have the same network.
    """
    import networkx as nx  # its import takes longer than a short history, and most networks are complete

    firms = smalls + bigs
    if isinstance(network, SmallWorld):
        graph = nx.watts_strogatz_graph(firms, network.neighbours, network.rewiring, seed=seed)
        big_places = np.arange(bigs) * firms // bigs
    elif isinstance(network, ScaleFree):
        graph = nx.barabasi_albert_graph(firms, network.links, seed=seed)
        big_places = np.arange(bigs)
    else:
        raise TypeError(f"no way to grow {network!r} is known")
    role = np.full(firms, -1, dtype=np.int64)  # the index of a BigCo, or -1
    role[big_places] = np.arange(bigs)
    small = np.cumsum(role < 0) - 1
    ties = np.array(graph.edges, dtype=np.int64).reshape(-1, 2)
    ties = np.concatenate([ties, ties[:, ::-1]])
    ties = ties[(role[ties[:, 0]] < 0) & (role[ties[:, 1]] >= 0)]
    return np.column_stack([small[ties[:, 0]], role[ties[:, 1]]])
