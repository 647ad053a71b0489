"""Risk dominance among the pure equilibria of a solved game."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.games.analysis.applies import NotApplicable
from simulator.games.equilibrium import EquilibriumSet
from simulator.games.normal_form import NormalFormGame
from simulator.games.selection import risk_defeats

MOST_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class RiskDominance:
    """Which pure equilibrium risk-dominates.

    Parameters
    ----------
    candidates : tuple of int
        Indices of the pure equilibria.
    defeats : tuple of int
        How many of the other candidates risk-dominate each.
    dominant : int or None
        Index of the only one that none risk-dominates; None if there is no such one, or several.
    """

    candidates: tuple[int, ...]
    defeats: tuple[int, ...]
    dominant: int | None


def risk_dominance(game: NormalFormGame, found: EquilibriumSet) -> RiskDominance | NotApplicable:
    """Return how the pure equilibria of a game compare by risk dominance.

    References
    ----------
    Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games, chapter 3.

    Examples
    --------
    >>> from simulator.games.equilibrium import all_equilibria
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> found = all_equilibria(hunt)
    >>> found.equilibria[risk_dominance(hunt, found).dominant].payoffs
    (3.0, 3.0)
    """
    pure = tuple(k for k, each in enumerate(found.equilibria) if each.pure)
    if len(pure) < 2:
        count = "no pure equilibrium" if not pure else "one pure equilibrium"
        return NotApplicable(f"there is {count}, so none to compare")
    if len(pure) > MOST_CANDIDATES:
        return NotApplicable(f"there are {len(pure)} pure equilibria; compared are at most {MOST_CANDIDATES}")
    defeats = risk_defeats(game, [found.equilibria[k] for k in pure])
    winners = [k for k, defeated in zip(pure, defeats, strict=True) if defeated == 0]
    return RiskDominance(pure, defeats, winners[0] if len(winners) == 1 else None)
