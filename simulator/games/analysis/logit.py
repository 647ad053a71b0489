"""Where the principal branch of logit equilibria leads from uniform play, and whether that is the selected equilibrium.

References
----------
McKelvey and Palfrey (1995), Quantal response equilibria for normal form games, GEB 10 (the logit solution).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.games.analysis.applies import NotApplicable
from simulator.games.concepts.quantal import LogitPath, logit_path
from simulator.games.equilibrium import EquilibriumSet
from simulator.games.normal_form import NormalFormGame

LAST = 1e6
"""Precision at the end, in units of one over the larger payoff range."""
MOST_ACTIONS = 130

_NEAR = 0.02


@dataclass(frozen=True, slots=True)
class LogitPlay:
    """The principal branch and its end.

    Parameters
    ----------
    path : LogitPath
        From uniform play to almost best replies.
    surplus : float or None
        First-best surplus (money): lambda times it has no unit; None if it is not positive.
    equilibrium : int or None
        Index of the extreme equilibrium at the end; None if the end is another one.
    component : int or None
        Index of the connected component of equilibria it ends in; None if that is not known.
    selected : bool
        Whether it ends at the selected equilibrium.
    """

    path: LogitPath
    surplus: float | None
    equilibrium: int | None
    component: int | None
    selected: bool


def logit_play(
    game: NormalFormGame, found: EquilibriumSet, selected: int | None, first_best: float
) -> LogitPlay | NotApplicable:
    """Return the principal branch of logit equilibria of a solved game.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    found : EquilibriumSet
        Its equilibria.
    selected : int or None
        Index of the selected one.
    first_best : float
        The first-best surplus (money).

    Raises
    ------
    SolverError
        If the branch cannot be followed.

    Examples
    --------
    In this stag hunt it ends at the risk-dominant equilibrium, not at the better one:

    >>> from simulator.games.equilibrium import all_equilibria
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> found = all_equilibria(hunt)
    >>> play = logit_play(hunt, found, 0, 8.0)
    >>> found.equilibria[play.equilibrium].payoffs, play.selected
    ((3.0, 3.0), False)
    """
    if sum(game.shape) > MOST_ACTIONS:
        return NotApplicable(f"{game.shape[0]} x {game.shape[1]} actions; traced are at most {MOST_ACTIONS} together")
    path = logit_path(game, LAST / (max(game.payoff_range) or 1.0))
    end = np.concatenate((path.small[-1], path.big[-1]))
    profiles = np.array([each.small + each.big for each in found.equilibria])
    distance = np.max(np.abs(profiles - end), axis=1)
    nearest = int(np.argmin(distance))
    equilibrium = nearest if distance[nearest] <= _NEAR else None
    component = next(
        (
            k
            for k, members in enumerate(found.components)
            if equilibrium in members or (equilibrium is None and _mixes(path, found, members))
        ),
        None,
    )
    surplus = first_best if first_best > 0.0 else None
    return LogitPlay(path, surplus, equilibrium, component, equilibrium is not None and equilibrium == selected)


def _mixes(path: LogitPath, found: EquilibriumSet, members: tuple[int, ...]) -> bool:
    """Return whether each firm's play at the end is, nearly, a mixture of what it plays in some of these equilibria."""
    from scipy.optimize import nnls

    for end, mixed in (
        (path.small[-1], [found.equilibria[k].small for k in members]),
        (path.big[-1], [found.equilibria[k].big for k in members]),
    ):
        _, distance = nnls(np.array(mixed).T, end)
        if distance > _NEAR:
            return False
    return True
