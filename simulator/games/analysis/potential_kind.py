"""Which kind of potential a solved game has, if any, and where it is largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.games.analysis.applies import NotApplicable
from simulator.games.concepts.potential import (
    exact_potential,
    generalised_ordinal_potential,
    ordinal_potential,
    weighted_potential,
)
from simulator.games.normal_form import TIE, NormalFormGame

MOST_CELLS = 2_601


@dataclass(frozen=True, slots=True)
class PotentialKind:
    """The strongest kind of potential of a game.

    Parameters
    ----------
    kind : str or None
        ``"exact"``, ``"weighted"``, ``"ordinal"``, ``"generalised ordinal"``; None if better replies can cycle.
    weights : tuple of float
        Payoff changes of SmallCo and BigCo per change of the potential; (1, 1) unless the kind is weighted.
    potential : tuple of tuple of float
        One row for each action of SmallCo; empty without a potential.
    maximisers : tuple of (int, int)
        The cells where it is largest: pure equilibria.
    """

    kind: str | None
    weights: tuple[float, float] = (1.0, 1.0)
    potential: tuple[tuple[float, ...], ...] = ()
    maximisers: tuple[tuple[int, int], ...] = ()


def potential_kind(game: NormalFormGame) -> PotentialKind | NotApplicable:
    """Return the strongest kind of potential of a game.

    References
    ----------
    Monderer and Shapley (1996), Potential games, Games and Economic Behavior 14.

    Examples
    --------
    >>> potential_kind(NormalFormGame([[1, 0], [0, 1]], [[5, 0], [0, 5]])).kind
    'weighted'
    >>> potential_kind(NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])).kind is None
    True
    """
    exact = exact_potential(game)
    if exact is not None:
        return _described("exact", exact)
    weighted = weighted_potential(game)
    if weighted is not None:
        return _described("weighted", weighted.potential, weighted.weights)
    if game.small.size > MOST_CELLS:
        return NotApplicable(
            f"neither exact nor weighted, and ordinal ones are looked for in at most {MOST_CELLS:,} cells; "
            f"got {game.small.size:,}"
        )
    for kind, ordinal in (("ordinal", ordinal_potential), ("generalised ordinal", generalised_ordinal_potential)):
        levels = ordinal(game)
        if levels is not None:
            return _described(kind, levels.astype(np.float64))
    return PotentialKind(None)


def _described(kind: str, potential: NDArray[np.float64], weights: tuple[float, float] = (1.0, 1.0)) -> PotentialKind:
    """Return the description of a potential."""
    best = potential >= potential.max() - TIE * float(np.ptp(potential))
    cells = tuple((int(i), int(j)) for i, j in np.argwhere(best))
    return PotentialKind(kind, weights, tuple(tuple(row) for row in potential.tolist()), cells)
