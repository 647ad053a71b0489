"""How equilibria hang together: maximal Nash subsets, connected components, and the index of each component.

References
----------
Winkels (1979), An algorithm to determine all equilibrium points of a bimatrix game (maximal Nash subsets).
Shapley (1974), A note on the Lemke-Howson algorithm, Mathematical Programming Study 1 (the index).
Kohlberg and Mertens (1986), On the strategic stability of equilibria, Econometrica 54 (components).
von Schemde (2005), Index and Stability in Bimatrix Games.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import SolverError
from simulator.games.many import many_equilibria
from simulator.games.normal_form import SAME, TIE, NormalFormGame

MOST_SUBSETS = 20_000

_PERTURBATIONS = (1e-4, 1e-5, 1e-6)
_SEED = 20260101
_NEAR = 0.02
_HEAVY = 100.0
_LARGEST_PERTURBED = 30

Matrix = NDArray[np.float64]
Indices = tuple[int, ...]


def distinct(actions: Matrix) -> NDArray[np.int64]:
    """Return for each mixed action, a row of (k, d), the index of the first one equal to it up to `SAME`.

    Examples
    --------
    >>> distinct(np.array([[0.5, 0.5], [1.0, 0.0], [0.5, 0.5]])).tolist()
    [0, 1, 0]
    """
    # equal actions have nearly equal projections on a line, so only neighbours there need to be compared
    line = actions @ np.random.default_rng(_SEED).uniform(1.0, 2.0, actions.shape[1])
    order = np.argsort(line, kind="stable")
    reach = 2.0 * SAME * actions.shape[1]
    found = np.arange(len(actions))
    for place, k in enumerate(order):
        back = place - 1
        while back >= 0 and line[k] - line[order[back]] <= reach:
            other = order[back]
            if found[k] != found[other] and np.max(np.abs(actions[k] - actions[other])) <= SAME:
                found[found == max(found[k], found[other])] = min(found[k], found[other])
            back -= 1
    return found


def maximal_nash_subsets(small: Matrix, big: Matrix) -> tuple[Indices, ...]:
    """Return the maximal sets of interchangeable equilibria, as sorted indices.

    Within one set any action of SmallCo is in equilibrium with any of BigCo, and so are their mixtures. The sets are
    the maximal complete bipartite subgraphs of the graph that links the actions of each equilibrium.

    Parameters
    ----------
    small, big : array of float64, shapes (k, m) and (k, n)
        All extreme equilibria of a game.

    Raises
    ------
    SolverError
        If there are more than MOST_SUBSETS: their number can be exponential.

    Examples
    --------
    >>> maximal_nash_subsets(np.eye(2)[[0, 0, 1]], np.eye(2)[[0, 1, 1]])
    ((0, 1), (1, 2))
    """
    smalls, bigs = distinct(small).tolist(), distinct(big).tolist()
    subsets: list[Indices] = []
    for component in _joined(smalls, bigs):
        partners: dict[int, frozenset[int]] = {}
        for k in component:
            partners[smalls[k]] = partners.get(smalls[k], frozenset()) | {bigs[k]}
        closed: set[frozenset[int]] = set()
        for replies in partners.values():
            closed |= {replies} | {replies & other for other in closed if replies & other}
            if len(closed) > MOST_SUBSETS:
                raise SolverError(
                    f"maximal_nash_subsets: more than {MOST_SUBSETS} sets of interchangeable equilibria. "
                    "Take the components instead."
                )
        for replies in closed:
            owners = {s for s, mine in partners.items() if replies <= mine}
            subsets.append(tuple(k for k in component if smalls[k] in owners and bigs[k] in replies))
    return tuple(sorted(subsets))


def connected_components(small: Matrix, big: Matrix) -> tuple[Indices, ...]:
    """Return the connected components of the set of equilibria, as sorted indices of extreme ones.

    Extreme equilibria that share one firm's action are connected: all mixtures of the other's are equilibria too.

    Examples
    --------
    >>> connected_components(np.eye(3), np.eye(3)[[0, 0, 2]])
    ((0, 1), (2,))
    """
    return _joined(distinct(small).tolist(), distinct(big).tolist())


def _joined(smalls: list[int], bigs: list[int]) -> tuple[Indices, ...]:
    """Return the connected components of a bipartite graph, as sorted indices of its edges."""
    if not smalls:
        return ()
    size = max(*smalls, *bigs) + 1
    from scipy.sparse import coo_array, csgraph  # a sweep's workers rarely come here, and need not wait for it

    links = coo_array((np.ones(len(smalls)), (smalls, [size + b for b in bigs])), shape=(2 * size, 2 * size))
    _, labels = csgraph.connected_components(links, directed=False)
    members: dict[int, list[int]] = {}
    for k, s in enumerate(smalls):
        members.setdefault(int(labels[s]), []).append(k)
    return tuple(sorted(tuple(component) for component in members.values()))


def component_indices(
    game: NormalFormGame, small: Matrix, big: Matrix, components: Sequence[Indices]
) -> tuple[int | None, ...]:
    """Return the index of each component: 1 in sum; a component whose index is not 0 is hyperstable.

    An isolated regular equilibrium has the index (-1)^(k-1) sign(det A det B) of the payoffs, made positive, on its
    supports of k actions each: 1 if it is strict. The index of any other component is the sum of those in a generic
    game nearby; two perturbations of different size must agree on it.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    small, big : array of float64, shapes (k, m) and (k, n)
        All its extreme equilibria.
    components : sequence of tuple of int
        From `connected_components`.

    Returns
    -------
    tuple of int or None
        None where the perturbations do not agree, or the game is too large to perturb.

    Examples
    --------
    >>> battle = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    >>> x, y = np.array([[0, 1], [0.6, 0.4], [1, 0]]), np.array([[0, 1], [0.4, 0.6], [1, 0]])
    >>> component_indices(battle, x, y, ((0,), (1,), (2,)))
    (1, -1, 1)
    """
    found = [regular_index(game, small[one[0]], big[one[0]]) if len(one) == 1 else None for one in components]
    unknown = [k for k, index in enumerate(found) if index is None]
    if len(unknown) == 1:
        found[unknown[0]] = 1 - sum(index for index in found if index is not None)
    elif unknown and sum(game.shape) <= _LARGEST_PERTURBED:
        perturbed = _perturbed_indices(game, small, big, components)
        if perturbed is not None and all(index in (None, new) for index, new in zip(found, perturbed, strict=True)):
            return perturbed
    return tuple(found)


def regular_index(game: NormalFormGame, x: Matrix, y: Matrix) -> int | None:
    """Return the index of a regular equilibrium, 1 or -1; None if it is not regular.

    Regular: each firm's best replies are the actions it plays, and they determine the other's probabilities.
    """
    rows, columns = np.flatnonzero(x > 0.0), np.flatnonzero(y > 0.0)
    A, B = (_positive(payoffs) for payoffs in (game.small, game.big))
    replies_small, replies_big = A @ y, x @ B
    tied_small = np.count_nonzero(replies_small >= replies_small.max() - 2.0 * TIE)
    tied_big = np.count_nonzero(replies_big >= replies_big.max() - 2.0 * TIE)
    if not len(rows) == len(columns) == tied_small == tied_big:
        return None
    signs = [np.linalg.slogdet(payoffs[np.ix_(rows, columns)])[0] for payoffs in (A, B)]
    return int((-1) ** (len(rows) - 1) * signs[0] * signs[1]) or None


def _positive(payoffs: Matrix) -> Matrix:
    """Return payoffs on a scale from 1 to 2."""
    spread = float(np.ptp(payoffs)) or 1.0
    scaled: Matrix = (payoffs - payoffs.min()) / spread + 1.0
    return scaled


def _perturbed_indices(
    game: NormalFormGame, small: Matrix, big: Matrix, components: Sequence[Indices]
) -> tuple[int, ...] | None:
    """Return the indices that two perturbations agree on, or None."""
    rng = np.random.default_rng(_SEED)
    owner = {k: number for number, members in enumerate(components) for k in members}
    pieces = [(owner[subset[0]], small[list(subset)], big[list(subset)]) for subset in maximal_nash_subsets(small, big)]
    last = None
    for size in _PERTURBATIONS:
        shaken = NormalFormGame(*(
            payoffs + size * (spread or 1.0) * rng.uniform(-1.0, 1.0, payoffs.shape)
            for payoffs, spread in zip((game.small, game.big), game.payoff_range, strict=True)
        ))  # fmt: skip
        indices = _summed(shaken, pieces, len(components))
        if indices is not None and indices == last:
            return indices
        last = indices
    return None


def _summed(game: NormalFormGame, pieces: list[tuple[int, Matrix, Matrix]], components: int) -> tuple[int, ...] | None:
    """Return the sum of the indices of a perturbed game's equilibria near each component; None if one is near none.

    A piece is the number of a component and the extreme actions of one of its maximal Nash subsets.
    """
    found = many_equilibria([game.small], [game.big])
    if not found.complete[0]:
        return None
    sums = [0] * components
    for x, y in zip(found.small, found.big, strict=True):
        away = [max(_distance(x, smalls), _distance(y, bigs)) for _, smalls, bigs in pieces]
        index = regular_index(game, x, y)
        if index is None or min(away) > _NEAR:
            return None
        sums[pieces[int(np.argmin(away))][0]] += index
    return tuple(sums) if sum(sums) == 1 else None


def _distance(action: Matrix, corners: Matrix) -> float:
    """Return how far a mixed action is from the mixtures of others, the rows of `corners`."""
    different = np.unique(corners, axis=0)
    system = np.vstack((different.T, np.full(len(different), _HEAVY)))
    from scipy.optimize import nnls  # here, for the time that it takes

    return float(nnls(system, np.append(action, _HEAVY))[1])
