"""Which equilibria of a solved game evolution would keep: their stability in the replicator dynamics.

Where iterated strict dominance leaves two actions to each firm, the dynamics of the whole game tends to that of the 2x2
game left (Hofbauer and Sigmund 1998, theorem 8.3.2 and section 10.2), and all its rest points are told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.games.adaptation.stability import RestPoint, classified, rest_points
from simulator.games.analysis.applies import NotApplicable
from simulator.games.concepts.rationalisable import RationalisableSet
from simulator.games.equilibrium import EquilibriumSet
from simulator.games.normal_form import NormalFormGame

MOST_ACTIONS = 130
MOST_EQUILIBRIA = 60


@dataclass(frozen=True, slots=True)
class ReplicatorStability:
    """Stability of the equilibria, and all rest points of what dominance leaves if that is 2x2.

    Parameters
    ----------
    equilibria : tuple of RestPoint
        The equilibria in the order of the solution.
    rows, columns : tuple of int
        The two actions of each firm that dominance leaves; empty unless there are just two each.
    square : tuple of RestPoint
        Rest points of the 2x2 game of these actions; empty if it is none.
    complete : bool
        Whether these equilibria are all there are.
    """

    equilibria: tuple[RestPoint, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    square: tuple[RestPoint, ...]
    complete: bool = True


def replicator_stability(
    game: NormalFormGame, found: EquilibriumSet, left: RationalisableSet
) -> ReplicatorStability | NotApplicable:
    """Return how stable the equilibria are in the replicator dynamics of two populations.

    Examples
    --------
    >>> from simulator.games.concepts.rationalisable import rationalisable
    >>> from simulator.games.equilibrium import all_equilibria
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> found = replicator_stability(hunt, all_equilibria(hunt), rationalisable(hunt))
    >>> [point.kind for point in found.equilibria]
    ['stable', 'saddle', 'stable']
    """
    if sum(game.shape) > MOST_ACTIONS:
        return NotApplicable(f"{game.shape[0]} x {game.shape[1]} actions; judged are at most {MOST_ACTIONS} together")
    if len(found.equilibria) > MOST_EQUILIBRIA:
        return NotApplicable(f"there are {len(found.equilibria)} equilibria; judged are at most {MOST_EQUILIBRIA}")
    judged = tuple(classified(game, each.small, each.big) for each in found.equilibria)
    if not len(left.small) == len(left.big) == 2:
        return ReplicatorStability(judged, (), (), (), found.complete)
    cells = np.ix_(left.small, left.big)
    square = rest_points(NormalFormGame(game.small[cells], game.big[cells]))
    return ReplicatorStability(judged, left.small, left.big, square, found.complete)
