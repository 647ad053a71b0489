"""All Nash equilibria of a bimatrix game, each with a certificate; the one module that imports nashpy.

Nashpy builds the half-spaces of the two best-response polytopes and qhull lists their vertices, half-space by
half-space, so that a polytope with too many vertices is noticed while it grows (games of complementary commitments
have few). Pairs of vertices that together carry every label are the extreme equilibria; all other equilibria are
mixtures of interchangeable extreme ones. A label is "action i is not played" or "action j is a best reply". Payoffs
are first scaled to [1, 2] and values tied up to rounding are made equal, because rounding noise would split a
degenerate vertex and lose equilibria.

References
----------
Avis, Rosenberg, Savani and von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory 42.
Winkels (1979), An algorithm to determine all equilibrium points of a bimatrix game (maximal Nash subsets).
Barber, Dobkin and Huhdanpaa (1996), The quickhull algorithm for convex hulls, ACM TOMS 22.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.batch import pure_equilibria, strictly_dominated
from simulator.games.lemke_howson import lemke_howson
from simulator.games.normal_form import NormalFormGame

TIE = 1e-9
"""Payoffs closer than this share of the player's payoff range are equal; also the largest regret certified."""
BUDGET = 10_000
"""Largest number of vertices of a polytope: enough for random games of 12 x 12, commitment games of 31 levels."""

_SAME = 1e-8
_MAX_PIVOTS = 10_000
_CHUNK = 2_000_000

Matrix = NDArray[np.float64]
Labels = NDArray[np.bool_]
Profile = tuple[Matrix, Matrix]


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """One Nash equilibrium.

    Parameters
    ----------
    small, big : tuple of float
        Probabilities of SmallCo's and BigCo's actions.
    payoffs : tuple of float
        (u_S, u_B), expected payoffs (money).
    regret : float
        The largest gain (money) either firm could make alone; the certificate.
    pure : bool
        Whether both firms play one action with certainty.
    """

    small: tuple[float, ...]
    big: tuple[float, ...]
    payoffs: tuple[float, float]
    regret: float
    pure: bool


@dataclass(frozen=True, slots=True)
class EquilibriumSet:
    """The equilibria found, in lexicographic order of their probabilities, and what that is worth.

    Parameters
    ----------
    equilibria : tuple of Equilibrium
        Extreme equilibria: every other one is a mixture of interchangeable ones among them.
    complete : bool
        Whether these are all extreme equilibria.
    method : str
        What was computed, in words.
    components : tuple of tuple of int
        Indices of the equilibria in each connected component of the set of equilibria (of those found).
    """

    equilibria: tuple[Equilibrium, ...]
    complete: bool
    method: str
    components: tuple[tuple[int, ...], ...]

    def maximal_nash_subsets(self) -> tuple[tuple[int, ...], ...]:
        """Return the maximal sets of interchangeable equilibria, as sorted indices into `equilibria`.

        Within one set any action of SmallCo is in equilibrium with any of BigCo, and so are their mixtures. The sets
        are the maximal complete bipartite subgraphs of the graph that links the actions of each equilibrium.
        """
        smalls, bigs = _nodes([e.small for e in self.equilibria]), _nodes([e.big for e in self.equilibria])
        partners: dict[int, frozenset[int]] = {}
        for s, b in zip(smalls, bigs, strict=True):
            partners[s] = partners.get(s, frozenset()) | {b}
        closed: set[frozenset[int]] = set()
        for replies in partners.values():
            closed |= {replies} | {replies & other for other in closed if replies & other}
        subsets = []
        for replies in closed:
            owners = {s for s, mine in partners.items() if replies <= mine}
            pairs = enumerate(zip(smalls, bigs, strict=True))
            subsets.append(tuple(k for k, (s, b) in pairs if s in owners and b in replies))
        return tuple(sorted(subsets))


def all_equilibria(game: NormalFormGame, *, budget: int = BUDGET) -> EquilibriumSet:
    """Return all extreme equilibria if the game is small enough, else all pure ones and those Lemke-Howson finds.

    Strictly dominated actions are struck first, repeatedly. `complete` is True only if all vertices were enumerated
    and every fully labelled pair of them passed the regret check.

    Parameters
    ----------
    game : NormalFormGame
        Payoffs (money) on any scale.
    budget : int
        Largest number of vertices of either polytope that is attempted; 0 leaves only what has a closed form.

    Returns
    -------
    EquilibriumSet
        Every member has a regret of at most `TIE` times the payoff range of each player.

    Raises
    ------
    ParameterError
        If the budget is negative.
    SolverError
        If nothing found passes the regret check.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> [(e.small, e.big) for e in all_equilibria(pennies).equilibria]
    [((0.5, 0.5), (0.5, 0.5))]
    """
    if budget < 0:
        raise ParameterError(f"all_equilibria.budget must be at least 0; got {budget}. Write {BUDGET}.")
    small, big = _settled(game.small), _settled(game.big)
    rows, columns = strictly_dominated(small, big, TIE)
    kept = np.flatnonzero(rows), np.flatnonzero(columns)
    A, tie_small = _rescaled(small[np.ix_(*kept)])
    B, tie_big = _rescaled(big[np.ix_(*kept)])
    m, n = A.shape
    pure = [(np.eye(m)[np.searchsorted(kept[0], i)], np.eye(n)[np.searchsorted(kept[1], j)])
            for i, j in pure_equilibria(small, big, TIE)]  # fmt: skip
    struck = " after elimination of strictly dominated levels" if m * n < small.size else ""
    vertices = _polytopes(A, B, tie_small, tie_big, budget)
    if vertices is None:
        found, _ = _certified(game, kept, pure + _paths(A, B))
        return _gathered(
            found,
            False,
            f"all {len(pure)} pure equilibria and those found by Lemke-Howson from every label{struck}; "
            "there may be more",
        )
    candidates = _fully_labelled(A, B, vertices)
    found, rejected = _certified(game, kept, candidates)
    checks = pure if max(m, n) <= 2 else pure + _paths(A, B)
    everything, _ = _certified(game, kept, candidates + checks)
    if rejected > 0 or len(everything) > len(found):
        return _gathered(
            everything,
            False,
            f"extreme equilibria by vertex enumeration{struck}, not all of which passed the checks; there may be more",
        )
    if m == n == 1:
        return _gathered(found, True, f"the only equilibrium{struck}")
    way = "closed form" if max(m, n) <= 2 else "vertex enumeration"
    return _gathered(found, True, f"all extreme equilibria by {way}{struck}")


def _settled(payoffs: Matrix) -> Matrix:
    """Return payoffs scaled to [0, 1] (constant ones to 0) in which values tied within `TIE` are equal."""
    spread = float(np.ptp(payoffs))
    if spread == 0.0:
        return np.zeros_like(payoffs)
    scaled: Matrix = (payoffs - payoffs.min()) / spread
    values = np.unique(scaled)
    if np.all(np.diff(values) > TIE):
        return scaled
    start = 0
    for stop in range(1, len(values) + 1):
        if stop == len(values) or values[stop] - values[start] > TIE:
            tied = (scaled >= values[start]) & (scaled <= values[stop - 1])
            scaled[tied] = 0.5 * (values[start] + values[stop - 1])
            start = stop
    return scaled


def _rescaled(payoffs: Matrix) -> tuple[Matrix, float]:
    """Return payoffs on [1, 2] and the tie tolerance on that scale, given payoffs whose full game had range 1."""
    spread = float(np.ptp(payoffs))
    if spread <= TIE:
        return np.ones_like(payoffs), TIE
    return (payoffs - payoffs.min()) / spread + 1.0, TIE / spread


def _polytopes(A: Matrix, B: Matrix, tie_small: float, tie_big: float, budget: int) -> Profile | None:
    """Return the vertices (as mixed actions, one per row) of SmallCo's and BigCo's polytopes, or None if too many."""
    small = _vertices(np.ascontiguousarray(B.T), tie_big, budget)
    if small is None:
        return None
    big = _vertices(A, tie_small, budget)
    return None if big is None else (small, big)


def _vertices(payoffs: Matrix, tie: float, budget: int) -> Matrix | None:
    """Return all mixed actions z that are vertices of {z >= 0, payoffs z <= 1}, the origin left out.

    `payoffs` (k, d), on [1, 2], are the opponent's: one row for each reply, one column for each own action. None if
    there are, or soon will be, more than `budget` vertices, or if qhull gives up.
    """
    replies, dimension = payoffs.shape
    if dimension == 1:
        return np.ones((1, 1))
    if dimension == 2:
        return _breakpoints(payoffs, tie)
    if dimension > budget:
        return None
    from nashpy.polytope import build_halfspaces
    from scipy.spatial import HalfspaceIntersection, QhullError

    halfspaces = build_halfspaces(payoffs)
    start = np.vstack((halfspaces[replies:], halfspaces[:1]))
    try:
        hull = HalfspaceIntersection(start, np.full(dimension, 0.25 / dimension), incremental=True)
        for row in range(1, replies):
            before = len(hull.intersections)
            hull.add_halfspaces(halfspaces[row : row + 1])
            after = len(hull.intersections)
            if after > budget or (row < replies - 1 and after * after > 4 * budget * before):
                return None
        raw = np.array(hull.intersections)
        hull.close()
    except QhullError:
        return None
    raw[raw < _SAME] = 0.0
    totals = raw.sum(axis=1, keepdims=True)
    mixed: Matrix = (raw / np.where(totals > 0.0, totals, 1.0))[totals[:, 0] > 0.0]
    return mixed


def _breakpoints(payoffs: Matrix, tie: float) -> Matrix:
    """Return the two ends of the line of mixed actions and the breakpoints of the best-reply payoff between them."""
    rise, level = payoffs[:, 0] - payoffs[:, 1], payoffs[:, 1]
    j, k = np.triu_indices(len(payoffs), 1)
    differ = np.abs(rise[j] - rise[k]) > tie
    p = (level[k[differ]] - level[j[differ]]) / (rise[j[differ]] - rise[k[differ]])
    value = level[j[differ]] + p * rise[j[differ]]
    inside = (p > _SAME) & (p < 1.0 - _SAME)
    p, value = p[inside], value[inside]
    p = p[value >= (level[:, None] + np.outer(rise, p)).max(axis=0) - tie]
    ends = np.concatenate(([0.0, 1.0], p))
    _, first = np.unique(np.round(ends / _SAME), return_index=True)
    return np.column_stack((ends[first], 1.0 - ends[first]))


def _fully_labelled(A: Matrix, B: Matrix, vertices: tuple[Matrix, Matrix]) -> list[Profile]:
    """Return the pairs of vertices in which every action is unplayed or a best reply, re-solved to full precision."""
    x_unplayed, x_best = _labels(vertices[0], B.T)
    y_unplayed, y_best = _labels(vertices[1], A)
    missing = np.hstack((~x_unplayed, ~x_best)).astype(np.float32)
    lacking = np.hstack((~y_best, ~y_unplayed)).astype(np.float32)
    profiles = []
    step = max(1, _CHUNK // len(lacking))
    for start in range(0, len(missing), step):
        block = missing[start : start + step] @ lacking.T
        for s, b in zip(*np.nonzero(block == 0.0), strict=True):
            k = start + s
            x = _resolved(vertices[0][k], ~x_unplayed[k], B.T[x_best[k]])
            y = _resolved(vertices[1][b], ~y_unplayed[b], A[y_best[b]])
            profiles.append((x, y))
    return profiles


def _labels(vertices: Matrix, payoffs: Matrix) -> tuple[Labels, Labels]:
    """Return, for each vertex, which own actions are unplayed and which replies of the opponent are best."""
    values = vertices @ payoffs.T
    return vertices == 0.0, values >= values.max(axis=1, keepdims=True) - 2.0 * TIE


def _resolved(action: Matrix, played: Labels, tied: Matrix) -> Matrix:
    """Return the mixed action on `played` that equalises the `tied` replies (rows of payoffs), or the one given."""
    support = np.flatnonzero(played)
    solved = np.zeros_like(action)
    if len(support) == 1:
        solved[support] = 1.0
        return solved
    system = np.zeros((len(tied) + 1, len(support) + 1))
    system[:-1, :-1], system[:-1, -1], system[-1, :-1] = tied[:, support], -1.0, 1.0
    right = np.append(np.zeros(len(tied)), 1.0)
    probabilities = np.linalg.lstsq(system, right)[0][:-1]
    if np.any(probabilities < 0.0) or np.max(np.abs(probabilities - action[support])) > 1e3 * _SAME:
        return action
    solved[support] = probabilities / probabilities.sum()
    return solved


def _paths(A: Matrix, B: Matrix) -> list[Profile]:
    """Return the ends of the Lemke-Howson paths from every label, re-solved on their supports."""
    profiles = []
    for label in range(sum(A.shape)):
        x, y, converged = lemke_howson(A, B, label, _MAX_PIVOTS)
        if converged:
            x[x < _SAME], y[y < _SAME] = 0.0, 0.0
            replies_to_x, replies_to_y = x @ B, A @ y
            profiles.append((
                _resolved(x, x > 0.0, B.T[replies_to_x >= replies_to_x.max() - _SAME]),
                _resolved(y, y > 0.0, A[replies_to_y >= replies_to_y.max() - _SAME]),
            ))  # fmt: skip
    return profiles


def _certified(
    game: NormalFormGame, kept: tuple[NDArray[np.int64], NDArray[np.int64]], profiles: list[Profile]
) -> tuple[list[Equilibrium], int]:
    """Return the distinct profiles (of the actions kept) without regret in the full game, and how many have some."""
    m, n = game.shape
    allowed = [
        TIE * spread + 1e-14 * float(np.max(np.abs(payoffs)))
        for spread, payoffs in zip(game.payoff_range, (game.small, game.big), strict=True)
    ]
    full = np.zeros((len(profiles), m + n))
    found: list[Equilibrium] = []
    rejected = 0
    for x_kept, y_kept in profiles:
        profile = full[len(found)]
        profile[:] = 0.0
        profile[kept[0]], profile[m + kept[1]] = x_kept, y_kept
        x, y = profile[:m], profile[m:]
        regrets = game.regrets(x, y)
        if regrets[0] > allowed[0] or regrets[1] > allowed[1]:
            rejected += 1
            continue
        if np.any(np.max(np.abs(full[: len(found)] - profile), axis=1) <= _SAME):
            continue
        pure = bool(np.max(x) == 1.0 and np.max(y) == 1.0)
        small, big = tuple(x.tolist()), tuple(y.tolist())
        found.append(Equilibrium(small, big, game.payoffs(x, y), max(regrets), pure))
    if not found:
        raise SolverError("all_equilibria found no profile that passes the regret check. Rescale the payoffs.")
    return found, rejected


def _gathered(found: list[Equilibrium], complete: bool, method: str) -> EquilibriumSet:
    """Return the sorted set with its components: equilibria that share one firm's action are connected."""
    ordered = tuple(sorted(found, key=lambda e: tuple(round(p, 9) for p in e.small + e.big)))
    smalls, bigs = _nodes([e.small for e in ordered]), _nodes([e.big for e in ordered])
    component = np.arange(len(ordered))
    for nodes in (np.array(smalls), np.array(bigs)):
        for node in np.unique(nodes):
            joined = np.unique(component[nodes == node])
            component[np.isin(component, joined)] = joined[0]
    members = [tuple(np.flatnonzero(component == c).tolist()) for c in np.unique(component)]
    return EquilibriumSet(ordered, complete, method, tuple(sorted(members)))


def _nodes(actions: list[tuple[float, ...]]) -> list[int]:
    """Return for each mixed action the index of the first one equal to it."""
    matrix = np.array(actions)
    return [int(np.argmax(np.max(np.abs(matrix - action), axis=1) <= _SAME)) for action in matrix]
