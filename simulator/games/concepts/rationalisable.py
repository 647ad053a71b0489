"""Rationalisable actions: what is left when actions that are never a best reply are struck, again and again.

With two firms an action is never a best reply to any belief exactly if some mixed action strictly dominates it, so
each round solves one linear programme per action left that is no best reply to a single action: the mixture with the
largest least advantage over it.

References
----------
Bernheim (1984), Rationalizable strategic behavior, Econometrica 52.
Pearce (1984), Rationalizable strategic behavior and the problem of perfection, Econometrica 52 (lemma 3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.economy.firm import Role
from simulator.games.concepts.security import maximin
from simulator.games.normal_form import TIE, NormalFormGame

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Elimination:
    """One action struck, with the proof.

    Parameters
    ----------
    round : int
        From 1; all actions dominated in the same game are struck together.
    role : Role
        Whose action.
    action : int
        Its index in the full game.
    dominated_by : tuple of float
        A mixed action of the same firm, over its actions of the full game, that does better whatever is left to the
        other firm.
    margin : float
        By how much (money), at least.
    """

    round: int
    role: Role
    action: int
    dominated_by: tuple[float, ...]
    margin: float


@dataclass(frozen=True, slots=True)
class RationalisableSet:
    """The rationalisable actions (indices) of each firm, and the eliminations that lead there."""

    small: tuple[int, ...]
    big: tuple[int, ...]
    eliminations: tuple[Elimination, ...]

    @property
    def solves(self) -> bool:
        """Return whether the game is dominance-solvable: one action is left to each."""
        return len(self.small) == len(self.big) == 1


def rationalisable(game: NormalFormGame) -> RationalisableSet:
    """Return the actions that survive iterated strict dominance by mixed actions.

    Raises
    ------
    SolverError
        If a linear programme is not solved.

    Examples
    --------
    The middle row is no one's inferior alone, but half of each other row beats it:

    >>> game = NormalFormGame([[4, 0], [1, 1], [0, 4]], [[1, 0], [0, 1], [0, 1]])
    >>> rationalisable(game).small
    (0, 2)
    >>> [(step.action, step.dominated_by) for step in rationalisable(game).eliminations]
    [(1, (0.5, 0.0, 0.5))]
    """
    payoffs = {Role.SMALL: game.small, Role.BIG: game.big.T}
    spread = dict(zip(Role, game.payoff_range, strict=True))
    left = {Role.SMALL: list(range(game.shape[0])), Role.BIG: list(range(game.shape[1]))}
    eliminations: list[Elimination] = []
    for number in range(1, sum(game.shape) + 1):
        struck: list[Elimination] = []
        for role, other in ((Role.SMALL, Role.BIG), (Role.BIG, Role.SMALL)):
            if len(left[role]) == 1:
                continue
            kept = payoffs[role][np.ix_(left[role], left[other])]
            best_reply = np.any(kept == kept.max(axis=0), axis=1)
            for place, action in enumerate(left[role]):
                if best_reply[place]:
                    continue
                mixture, margin = best_mixture(kept, place)
                if margin > TIE * spread[role]:
                    full = np.zeros(len(payoffs[role]))
                    full[left[role]] = mixture
                    struck.append(Elimination(number, role, action, tuple(full.tolist()), margin))
        if not struck:
            break
        eliminations += struck
        for step in struck:
            left[step.role].remove(step.action)
    return RationalisableSet(tuple(left[Role.SMALL]), tuple(left[Role.BIG]), tuple(eliminations))


def best_mixture(payoffs: Matrix, action: int) -> tuple[Matrix, float]:
    """Return the mixed action with the largest least advantage over an action, and that advantage (money, >= 0).

    Parameters
    ----------
    payoffs : array of float64, shape (m, n)
        Own payoffs: one row for each own action, one column for each of the other firm's.
    action : int
        The row to beat.

    Raises
    ------
    SolverError
        If the linear programme is not solved.

    Examples
    --------
    >>> mixture, margin = best_mixture(np.array([[4.0, 0.0], [1.0, 1.0], [0.0, 4.0]]), 1)
    >>> mixture.tolist(), margin
    ([0.5, 0.0, 0.5], 1.0)
    """
    if float(np.ptp(payoffs)) == 0.0:
        return np.eye(len(payoffs))[action], 0.0
    mixture, advantage = maximin(payoffs - payoffs[action])
    return mixture, max(advantage, 0.0)
