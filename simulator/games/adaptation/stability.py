"""Which rest points of the replicator dynamics are stable, by the eigenvalues of the Jacobian there.

References
----------
Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics, sections 10.3 and 10.4: in two populations a
rest point is asymptotically stable exactly if it is a strict equilibrium; interior ones are saddles or centres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.games.adaptation.evolution import growth_rates, rest_point
from simulator.games.normal_form import NormalFormGame

Vector = NDArray[np.float64]

STABLE, SADDLE, UNSTABLE, CENTRE, UNDECIDED = "stable", "saddle", "unstable", "centre", "undecided"

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class RestPoint:
    """A rest point of the two-population replicator dynamics.

    Parameters
    ----------
    small, big : tuple of float
        Shares of each action.
    kind : str
        ``"stable"`` if all deviations die out, ``"saddle"`` if some do and some grow, ``"unstable"`` if some grow and
        none dies out, ``"centre"`` if play circles around it (all eigenvalues are imaginary, and none is zero);
        ``"undecided"`` if the eigenvalues do not decide.
    growth : tuple of float
        Real parts of the eigenvalues (money), largest first; empty if neither firm has two actions.
    """

    small: tuple[float, ...]
    big: tuple[float, ...]
    kind: str
    growth: tuple[float, ...]


def classified(game: NormalFormGame, x: ArrayLike, y: ArrayLike) -> RestPoint:
    """Return a rest point with its kind.

    Examples
    --------
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> classified(hunt, [1, 0], [1, 0]).kind, classified(hunt, [0.4, 0.6], [0.4, 0.6]).kind
    ('stable', 'saddle')
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    rates = _rates(game, x, y)
    scale = max(game.payoff_range) or 1.0
    grows, dies = rates.real > _NOTHING * scale, rates.real < -_NOTHING * scale
    if np.all(dies) and len(rates):
        kind = STABLE
    elif np.any(grows):
        kind = SADDLE if np.any(dies) else UNSTABLE
    elif len(rates) and not np.any(dies) and np.all(np.abs(rates.imag) > _NOTHING * scale):
        kind = CENTRE
    else:
        kind = UNDECIDED
    return RestPoint(tuple(x.tolist()), tuple(y.tolist()), kind, tuple(rates.real.tolist()))


def _rates(game: NormalFormGame, x: Vector, y: Vector) -> NDArray[np.complex128]:
    """Return the eigenvalues, largest real part first.

    An action that nobody plays grows at the rate of its payoff over what is earned (a transversal eigenvalue); the
    other eigenvalues are those among the actions played.
    """
    rows, columns = np.flatnonzero(x > 0.0), np.flatnonzero(y > 0.0)
    cells = np.ix_(rows, columns)
    earned = game.payoffs(x, y)
    parts: list[NDArray[np.float64] | NDArray[np.complex128]] = [
        np.delete(game.small @ y, rows) - earned[0],
        np.delete(x @ game.big, columns) - earned[1],
    ]
    if rows.size + columns.size > 2:
        parts.append(growth_rates(NormalFormGame(game.small[cells], game.big[cells]), x[rows], y[columns]))
    rates = np.concatenate(parts).astype(np.complex128)
    return rates[np.lexsort((-rates.imag, -rates.real))]


def rest_points(game: NormalFormGame) -> tuple[RestPoint, ...]:
    """Return the corners and the isolated interior rest point, if any, of a 2x2 game.

    Raises
    ------
    ParameterError
        If the game is not 2x2.

    Examples
    --------
    >>> pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> [(point.small[0], point.big[0], point.kind) for point in rest_points(pennies)][-2:]
    [(0.0, 0.0, 'saddle'), (0.5, 0.5, 'centre')]
    """
    inside = rest_point(game)
    shares = [(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0), *([inside] if inside is not None else [])]
    return tuple(classified(game, (x, 1.0 - x), (y, 1.0 - y)) for x, y in shares)
