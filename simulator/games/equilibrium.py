"""All Nash equilibria of a bimatrix game, each with a certificate; the one module that imports nashpy.

Our own compiled search (`games.enumeration`) finds every extreme equilibrium, ties or not; all other equilibria are
mixtures of interchangeable extreme ones. Nashpy's vertex enumeration is the reference on the readable path: payoffs are
scaled to [1, 2] and tied ones made equal before it sees them, which is the safe way to use it.

References
----------
Nash (1951), Non-cooperative games, Annals of Mathematics 54.
Avis, Rosenberg, Savani and von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory 42.
Knight and Campbell (2018), Nashpy: a Python library for the computation of Nash equilibria, JOSS 3.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, SolverError, unknown
from simulator.foundation.numbers import whole
from simulator.games.batch import pure_equilibria, strictly_dominated
from simulator.games.components import (
    component_indices,
    connected_components,
    maximal_nash_subsets,
)
from simulator.games.enumeration.outcomes import OVER_BUDGET, TOO_MANY
from simulator.games.exact import ExactEquilibrium
from simulator.games.lemke_howson import lemke_howson
from simulator.games.many import BUDGET, MOST, many_equilibria
from simulator.games.normal_form import SAME, TIE, NormalFormGame, settled

SOLVERS = ("own", "nashpy")

_LARGEST_NASHPY = 16
_MAX_PIVOTS = 10_000
_HINT = (
    f"The list takes payoffs within {TIE:g} of the payoff range for ties, rational arithmetic takes them as they are. "
    "Write the payoffs so that they tie or clearly differ, or leave --exact out."
)
_LABELS = 200

Matrix = NDArray[np.float64]
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
    indices : tuple of (int or None)
        The index of each component, see `games.components`; None where it is not known; empty if not all are found.
    """

    equilibria: tuple[Equilibrium, ...]
    complete: bool
    method: str
    components: tuple[tuple[int, ...], ...]
    indices: tuple[int | None, ...] = ()

    def maximal_nash_subsets(self) -> tuple[tuple[int, ...], ...]:
        """Return the maximal sets of interchangeable equilibria, as sorted indices into `equilibria`."""
        return maximal_nash_subsets(
            np.array([each.small for each in self.equilibria]), np.array([each.big for each in self.equilibria])
        )


def all_equilibria(
    game: NormalFormGame, *, solver: str = "own", budget: int = BUDGET, most: int = MOST
) -> EquilibriumSet:
    """Return all extreme equilibria; if they are too many or too costly, all pure ones and those Lemke-Howson finds.

    Strictly dominated actions are struck first, repeatedly.

    Parameters
    ----------
    game : NormalFormGame
        Payoffs (money) on any scale.
    solver : {"own", "nashpy"}
        Our own complete search, or nashpy's vertex enumeration as a reference for small games.
    budget : int
        Largest number of multiplications spent by our own search, at least 0.
    most : int
        Largest number of equilibria listed, at least 1.

    Returns
    -------
    EquilibriumSet
        Every member has a regret of at most `TIE` times the payoff range of each player.

    Raises
    ------
    ParameterError
        If the budget or `most` is out of range, or the game too large for nashpy.
    UnknownNameError
        If there is no such solver.
    SolverError
        If nothing found passes the regret check.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> [(e.small, e.big) for e in all_equilibria(pennies).equilibria]
    [((0.5, 0.5), (0.5, 0.5))]
    """
    if solver not in SOLVERS:
        raise unknown("solver", solver, SOLVERS)
    budget, most = whole("all_equilibria.budget", budget, 0), whole("all_equilibria.most", most, 1)
    if solver == "nashpy":
        return _by_nashpy(game)
    found = many_equilibria([game.small], [game.big], budget=budget, most=most)
    m, n = game.shape
    rows, columns = (int(kept) for kept in found.kept[0])
    struck = " after elimination of strictly dominated levels" if rows * columns < m * n else ""
    known = list(zip(found.small, found.big, strict=True))
    if not found.complete[0]:
        if found.outcome[0] == TOO_MANY:
            why = f"there are more than {most} extreme equilibria"
        elif found.outcome[0] == OVER_BUDGET:
            why = f"the search was not finished within {budget:,} multiplications"
        else:
            why = "some payoffs are so near to a tie that rounding decides"
        return _partial(game, known, f"{why}{struck}")
    components = connected_components(found.small, found.big)
    indices = component_indices(game, found.small, found.big, components)
    if None not in indices and sum(index or 0 for index in indices) != 1:
        return _partial(game, known, f"the indices of those found do not sum to 1{struck}")
    if rows == columns == 1:
        method = f"the only equilibrium{struck}"
    else:
        method = f"all extreme equilibria by {'closed form' if max(rows, columns) <= 2 else 'pivoting'}{struck}"
    members = tuple(
        Equilibrium(tuple(x), tuple(y), (u, v), max(r), max(x) == 1.0 == max(y))
        for x, y, (u, v), r in zip(
            found.small.tolist(), found.big.tolist(), found.payoffs.tolist(), found.regrets.tolist(), strict=True
        )
    )
    return EquilibriumSet(members, True, method, components, indices)


def equilibrium_from_label(game: NormalFormGame, label: int) -> Equilibrium:
    """Return the equilibrium at the end of the Lemke-Howson path that drops one label: a choice among several.

    Parameters
    ----------
    game : NormalFormGame
        Payoffs (money) on any scale, m x n.
    label : int
        The dropped label: 0 .. m - 1 are SmallCo's actions, m .. m + n - 1 BigCo's.

    Raises
    ------
    ParameterError
        If there is no such label.
    SolverError
        If the path does not end within some thousand pivots, or its end does not pass the regret check.

    References
    ----------
    Lemke and Howson (1964), Equilibrium points of bimatrix games, SIAM Journal 12.

    Examples
    --------
    >>> battle = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    >>> [equilibrium_from_label(battle, label).payoffs for label in range(4)]
    [(3.0, 2.0), (2.0, 3.0), (3.0, 2.0), (2.0, 3.0)]
    """
    labels = sum(game.shape)
    if whole("equilibrium_from_label.label", label, 0) >= labels:
        raise ParameterError(
            f"equilibrium_from_label.label must be below {labels}, the number of actions; got {label}. "
            "SmallCo's actions come first, counted from 0."
        )
    end = _path(game.small, game.big, int(label))
    if end is None:
        raise SolverError(f"equilibrium_from_label: the path of label {label} did not end. Drop another label.")
    (found,), _ = _certified(game, [end])
    return found


def check_exact(found: EquilibriumSet, exact: Sequence[ExactEquilibrium]) -> None:
    """Raise SolverError unless a list is the exact one: the same actions played, probabilities up to `SAME`.

    Examples
    --------
    >>> from simulator.games.exact import exact_equilibria, rational_payoffs
    >>> game = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    >>> check_exact(all_equilibria(game), exact_equilibria(*rational_payoffs(game)))
    """
    theirs = [np.array(each.small + each.big, dtype=np.float64) for each in exact]
    for number, each in enumerate(found.equilibria, start=1):
        profile = np.array(each.small + each.big)
        match = next((k for k, other in enumerate(theirs) if _is_same(profile, other)), None)
        if match is None:
            raise SolverError(f"Rational arithmetic does not find equilibrium {number} of the list. {_HINT}")
        del theirs[match]
    if theirs and found.complete:
        raise SolverError(f"Rational arithmetic finds {len(exact)} equilibria, not {len(found.equilibria)}. {_HINT}")


def _is_same(one: Matrix, other: Matrix) -> bool:
    """Return whether two profiles play the same actions with the same probabilities, up to `SAME`."""
    return bool(np.max(np.abs(one - other)) <= SAME and np.array_equal(one > 0.0, other > 0.0))


def _allowed(game: NormalFormGame) -> Matrix:
    """Return the largest regret (money) of SmallCo and BigCo that is due to ties and rounding."""
    return np.array([
        TIE * spread + 1e-14 * float(np.max(np.abs(payoffs)))
        for spread, payoffs in zip(game.payoff_range, (game.small, game.big), strict=True)
    ])  # fmt: skip


def _partial(game: NormalFormGame, known: list[Profile], why: str) -> EquilibriumSet:
    """Return all pure equilibria, those already known, and the ends of Lemke-Howson paths."""
    m, n = game.shape
    pure = [(np.eye(m)[i], np.eye(n)[j]) for i, j in pure_equilibria(game.small, game.big, TIE)]
    rows, columns = strictly_dominated(game.small, game.big, TIE)
    paths = []
    for x, y in _paths(game.small[np.ix_(rows, columns)], game.big[np.ix_(rows, columns)]):
        full_x, full_y = np.zeros(m), np.zeros(n)
        full_x[rows], full_y[columns] = x, y
        paths.append((full_x, full_y))
    found, _ = _certified(game, pure + known + paths)
    method = f"all {len(pure)} pure equilibria and those found by Lemke-Howson; {why}, so there may be more"
    return _gathered(found, False, method)


def _paths(A: Matrix, B: Matrix) -> list[Profile]:
    """Return the ends of Lemke-Howson paths, from every label unless there are too many of them."""
    labels = sum(A.shape)
    ends = (_path(A, B, label) for label in range(0, labels, 1 + labels // _LABELS))
    return [end for end in ends if end is not None]


def _path(A: Matrix, B: Matrix, label: int) -> Profile | None:
    """Return the end of a Lemke-Howson path, or None if it does not end."""
    x, y, converged = lemke_howson(A, B, label, _MAX_PIVOTS)
    if not converged:
        return None
    x[x < SAME], y[y < SAME] = 0.0, 0.0
    return x / x.sum(), y / y.sum()


def _by_nashpy(game: NormalFormGame) -> EquilibriumSet:
    """Return the equilibria that nashpy's vertex enumeration finds after elimination."""
    small, big = settled(game.small), settled(game.big)
    rows, columns = strictly_dominated(small, big, TIE)
    m, n = int(rows.sum()), int(columns.sum())
    if m + n > _LARGEST_NASHPY:
        raise ParameterError(
            f"all_equilibria.solver: nashpy takes games of up to {_LARGEST_NASHPY} actions of both firms together; "
            f'got {m} + {n} after elimination. Use the solver "own", or fewer commitment levels.'
        )
    A, B = small[np.ix_(rows, columns)] + 1.0, big[np.ix_(rows, columns)] + 1.0
    if min(m, n) == 1:  # a polytope of one dimension is none for nashpy: all best replies are equilibria
        profiles = [(np.eye(m)[i], np.eye(n)[j]) for i, j in pure_equilibria(A, B, TIE)]
    else:
        from nashpy import Game

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of every degenerate game
            profiles = list(Game(A, B).vertex_enumeration())
    full = []
    for x, y in profiles:
        full_x, full_y = np.zeros(game.shape[0]), np.zeros(game.shape[1])
        full_x[rows], full_y[columns] = np.where(x < SAME, 0.0, x), np.where(y < SAME, 0.0, y)
        full.append((full_x / full_x.sum(), full_y / full_y.sum()))
    found, rejected = _certified(game, full)
    return _gathered(found, rejected == 0, "extreme equilibria by nashpy's vertex enumeration")


def _certified(game: NormalFormGame, profiles: list[Profile]) -> tuple[list[Equilibrium], int]:
    """Return the distinct profiles without regret, and how many have some."""
    allowed = _allowed(game)
    kept: list[Matrix] = []
    found: list[Equilibrium] = []
    rejected = 0
    for x, y in profiles:
        regrets = game.regrets(x, y)
        if regrets[0] > allowed[0] or regrets[1] > allowed[1]:
            rejected += 1
            continue
        profile = np.concatenate((x, y))
        if any(np.max(np.abs(other - profile)) <= SAME for other in kept):
            continue
        kept.append(profile)
        pure = bool(np.max(x) == 1.0 and np.max(y) == 1.0)
        found.append(Equilibrium(tuple(x.tolist()), tuple(y.tolist()), game.payoffs(x, y), max(regrets), pure))
    if not found:
        raise SolverError("all_equilibria found no profile that passes the regret check. Rescale the payoffs.")
    return found, rejected


def _gathered(found: list[Equilibrium], complete: bool, method: str) -> EquilibriumSet:
    """Return the sorted set with its components."""
    ordered = tuple(sorted(found, key=lambda e: tuple(round(p, 9) for p in e.small + e.big)))
    components = connected_components(np.array([e.small for e in ordered]), np.array([e.big for e in ordered]))
    return EquilibriumSet(ordered, complete, method, components)
