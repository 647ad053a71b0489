"""Whether repeated play sustains the first best, if breaking it means the selected equilibrium for ever after."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.games.analysis.applies import NotApplicable
from simulator.games.dynamics.repeated import CriticalDiscountFactors, critical_discount_factors
from simulator.games.equilibrium import Equilibrium
from simulator.games.normal_form import NormalFormGame

Pair = tuple[float, float]

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class RepeatedPlay:
    """What sustaining the first best asks of each firm, SmallCo first.

    Parameters
    ----------
    row, column : int
        The cell of the first best.
    temptation, reward, punishment : tuple of float
        Payoffs (money): of the best deviation, of keeping to it, and of the selected equilibrium.
    critical : CriticalDiscountFactors
        The smallest discount factors that do.
    own : tuple of float
        The firms' discount factors a month, exp(-r).
    """

    row: int
    column: int
    temptation: Pair
    reward: Pair
    punishment: Pair
    critical: CriticalDiscountFactors
    own: Pair

    @property
    def sustained(self) -> bool:
        """Return whether the firms, with their own discount rates, sustain the first best."""
        return self.critical.sustained_by(*self.own)


def repeated_play(
    game: NormalFormGame, cell: tuple[int, int], punishment: Equilibrium, first_best: float, rates: Pair
) -> RepeatedPlay | NotApplicable:
    """Return how patient each firm must be to keep to the first best under a grim trigger.

    Parameters
    ----------
    game : NormalFormGame
        The stage game.
    cell : tuple of int
        Row and column of the first best.
    punishment : Equilibrium
        What follows a deviation: the selected equilibrium.
    first_best : float
        The first-best surplus (money).
    rates : tuple of float
        Discount rates r_S and r_B a month.

    References
    ----------
    Friedman (1971), A non-cooperative equilibrium for supergames, Review of Economic Studies 38.

    Examples
    --------
    >>> dilemma = NormalFormGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> defect = Equilibrium((0.0, 1.0), (0.0, 1.0), (1.0, 1.0), 0.0, True)
    >>> found = repeated_play(dilemma, (0, 0), defect, 6.0, (0.01, 1.0))
    >>> found.critical.common, found.sustained
    (0.5, False)
    """
    row, column = cell
    reward = float(game.small[row, column]), float(game.big[row, column])
    if sum(punishment.payoffs) >= first_best - _NOTHING * abs(first_best):
        return NotApplicable("the selected equilibrium makes the first-best surplus already")
    critical = critical_discount_factors(game, cell, punishment)
    temptation = float(game.small[:, column].max()), float(game.big[row].max())
    own = math.exp(-rates[0]), math.exp(-rates[1])
    return RepeatedPlay(row, column, temptation, reward, punishment.payoffs, critical, own)
