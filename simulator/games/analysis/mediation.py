"""What a mediator could do for the firms: the best correlated equilibria of a solved game.

References
----------
Aumann (1987), Correlated equilibrium as an expression of Bayesian rationality, Econometrica 55: nothing that iterated
strict dominance strikes is ever recommended, so the linear programmes are those of the game that is left.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.games.analysis.applies import NotApplicable
from simulator.games.concepts.correlated import (
    BestCorrelated,
    CorrelatedEquilibrium,
    best_correlated,
    correlated_regret,
)
from simulator.games.concepts.rationalisable import RationalisableSet
from simulator.games.normal_form import NormalFormGame

MOST_CELLS = 961


def best_mediated(game: NormalFormGame, left: RationalisableSet) -> BestCorrelated | NotApplicable:
    """Return the correlated equilibria best for SmallCo, for BigCo and for the surplus, given what dominance leaves.

    Raises
    ------
    SolverError
        If a linear programme is not solved.

    Examples
    --------
    >>> from simulator.games.concepts.rationalisable import rationalisable
    >>> chicken = NormalFormGame([[6, 2, 0], [7, 0, 0], [0, 0, -1]], [[6, 7, 0], [2, 0, 0], [0, 0, -1]])
    >>> sum(best_mediated(chicken, rationalisable(chicken)).surplus.payoffs)
    10.5
    """
    rows, columns = np.array(left.small), np.array(left.big)
    if rows.size * columns.size > MOST_CELLS:
        return NotApplicable(
            f"{rows.size} x {columns.size} actions are left by dominance; solved are at most {MOST_CELLS} cells"
        )
    cells = np.ix_(rows, columns)

    def embedded(found: CorrelatedEquilibrium) -> CorrelatedEquilibrium:
        p = np.zeros(game.shape)
        p[cells] = found.probabilities
        p /= p.sum()
        return replace(found, probabilities=tuple(tuple(row) for row in p.tolist()), regret=correlated_regret(game, p))

    best = best_correlated(NormalFormGame(game.small[cells], game.big[cells]))
    return BestCorrelated(embedded(best.small), embedded(best.big), embedded(best.surplus))
