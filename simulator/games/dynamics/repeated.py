"""Repeated play: how patient each firm must be for cooperation to sustain itself, and the share that asks least.

A grim trigger: cooperate until somebody does not, then play a stage-game equilibrium for ever. Symbols per firm i:
T_i temptation (best deviation from the cooperative cell), R_i reward (payoff in that cell), P_i punishment (payoff in
the equilibrium that follows), delta_i its own discount factor. Cooperation is subgame perfect iff every firm that is
tempted (T_i > R_i) has R_i >= (1 - delta_i) T_i + delta_i P_i; deviations that do not pay at once are ignored.

References
----------
Friedman (1971), A non-cooperative equilibrium for supergames, Review of Economic Studies 38.
Mailath and Samuelson (2006), Repeated Games and Reputations, chapter 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.economy.terms import RevenueShare
from simulator.foundation.errors import ParameterError
from simulator.games.commitment_game import commitment_game
from simulator.games.equilibrium import Equilibrium
from simulator.games.normal_form import TIE, NormalFormGame

_HALVINGS = 80


@dataclass(frozen=True, slots=True)
class CriticalDiscountFactors:
    """The smallest discount factors with which each firm keeps to the cooperative cell.

    Parameters
    ----------
    small, big : float or None
        In [0, 1); 0 where the firm is not tempted, None where no discount factor below 1 is enough.
    """

    small: float | None
    big: float | None

    @property
    def common(self) -> float | None:
        """Return the smallest discount factor that does for both firms, or None."""
        return None if self.small is None or self.big is None else max(self.small, self.big)

    def sustained_by(self, small_discount: float, big_discount: float) -> bool:
        """Return whether firms with these discount factors sustain cooperation, each by its own patience.

        Examples
        --------
        >>> CriticalDiscountFactors(0.8, 0.4).sustained_by(0.9, 0.5)
        True
        """
        pairs = ((self.small, small_discount), (self.big, big_discount))
        return all(needed is not None and discount >= needed for needed, discount in pairs)


@dataclass(frozen=True, slots=True)
class EasiestShare:
    """SmallCo's revenue share for which the more tempted firm needs least patience.

    Parameters
    ----------
    share : float
        In [0, 1].
    discount : float or None
        The critical discount factor of both at that share; None if none is below 1.
    """

    share: float
    discount: float | None


def grim_trigger_threshold(
    temptation: float, reward: float, punishment: float, *, tolerance: float = 0.0
) -> float | None:
    """Return the critical discount factor (T - R)/(T - P) of one firm.

    Parameters
    ----------
    temptation, reward, punishment : float
        T, R and P, money per period.
    tolerance : float
        Differences of payoffs (money) up to this are ties.

    Returns
    -------
    float or None
        0 if the firm is not tempted (T <= R), None if the punishment does not hurt (R <= P < T).

    Raises
    ------
    ParameterError
        If a payoff is not finite.

    References
    ----------
    Friedman (1971); Mailath and Samuelson (2006), chapter 2.

    Examples
    --------
    >>> grim_trigger_threshold(5.0, 3.0, 1.0)
    0.5
    """
    for name, value in (("temptation", temptation), ("reward", reward), ("punishment", punishment)):
        if not math.isfinite(value):
            raise ParameterError(
                f"grim_trigger_threshold.{name} must be finite; got {value}. Write the payoff of a period."
            )
    if temptation - reward <= tolerance:
        return 0.0
    if reward - punishment <= tolerance:
        return None
    return (temptation - reward) / (temptation - punishment)


def critical_discount_factors(
    game: NormalFormGame,
    cooperative: tuple[int, int],
    punishment: Equilibrium,
    *,
    big_punishment: Equilibrium | None = None,
) -> CriticalDiscountFactors:
    """Return how patient each firm must be for a cell of a bimatrix to be played for ever under a grim trigger.

    Parameters
    ----------
    game : NormalFormGame
        The stage game.
    cooperative : tuple of int
        Row and column of the cell to be sustained.
    punishment : Equilibrium
        The stage-game equilibrium, pure or mixed, played for ever after a deviation.
    big_punishment : Equilibrium, optional
        What follows a deviation by BigCo, if not the same.

    Raises
    ------
    ParameterError
        If the cell is not in the game, or a punishment is not one of its equilibria.

    Examples
    --------
    >>> dilemma = NormalFormGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> defect = Equilibrium((0.0, 1.0), (0.0, 1.0), (1.0, 1.0), 0.0, True)
    >>> critical_discount_factors(dilemma, (0, 0), defect)
    CriticalDiscountFactors(small=0.5, big=0.5)
    """
    row, column = _cell(game, cooperative)
    after_small = _continuation(game, punishment)
    after_big = after_small if big_punishment is None else _continuation(game, big_punishment)
    small_range, big_range = game.payoff_range
    small = grim_trigger_threshold(
        float(game.small[:, column].max()),
        float(game.small[row, column]),
        after_small[0],
        tolerance=TIE * small_range,
    )
    big = grim_trigger_threshold(
        float(game.big[row].max()), float(game.big[row, column]), after_big[1], tolerance=TIE * big_range
    )
    return CriticalDiscountFactors(small, big)


def easiest_share(
    scenario: Scenario,
    cooperative: tuple[int, int] = (-1, -1),
    punishment: tuple[int, int] = (0, 0),
) -> EasiestShare:
    """Return the revenue share with which a pair of commitments is easiest to sustain by repeated play.

    A larger share makes SmallCo need less patience and BigCo more, so the best one makes the two equal. Where neither
    is tempted, (T - R)/(T - P) is made equal all the same; and where it has no meaning (T <= P) the gains R - P are.

    Parameters
    ----------
    scenario : Scenario
        A venture with levels of commitment (not payoffs given outright); revenue must be largest in the cooperative
        cell, so that a share of it is worth most there.
    cooperative, punishment : tuple of int
        Cells of the game over the levels; by default the largest commitments and the smallest.

    Raises
    ------
    ParameterError
        If a cell is not in the game, or the punishment is not an equilibrium at the best share.

    References
    ----------
    Friedman (1971) for the condition; the choice of the share is derived. Compare Telser (1980), A theory of
    self-enforcing agreements, Journal of Business 53.

    Examples
    --------
    Each firm alone makes 3 and both make 6; commitments cost 4 and 1: the share is 4/5, and delta is 2 * 5/6 - 1.

    >>> from simulator.economy.firm import BigFirm, SmallFirm
    >>> from simulator.economy.scenario import CommitmentSpace
    >>> from simulator.economy.venture import LinearRevenue, Venture
    >>> world = Scenario(
    ...     "example",
    ...     small=SmallFirm(cost=4.0, curvature=1.0),
    ...     big=BigFirm(cost=1.0, curvature=1.0),
    ...     venture=Venture(revenue=LinearRevenue(price=3.0)),
    ...     commitment=CommitmentSpace(levels=(0.0, 1.0)),
    ... )
    >>> best = easiest_share(world)
    >>> round(best.share, 9), round(best.discount, 9)
    (0.8, 0.666666667)
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        share = 0.5 * (low + high)
        small, big = _strains(_shared(scenario, share), cooperative, punishment)
        if small > big:
            low = share
        else:
            high = share
        if high - low <= 2.0**-52 * high:
            break
    share = high
    game = _shared(scenario, share)
    row, column = _cell(game, punishment)
    small_mix = tuple(float(i == row) for i in range(game.shape[0]))
    big_mix = tuple(float(j == column) for j in range(game.shape[1]))
    payoffs = float(game.small[row, column]), float(game.big[row, column])
    cell = Equilibrium(small_mix, big_mix, payoffs, 0.0, True)
    if all(pressure <= 0.0 for pressure, _ in _strains(game, cooperative, punishment)):
        return EasiestShare(share, 0.0)
    return EasiestShare(share, critical_discount_factors(game, cooperative, cell).common)


def _shared(scenario: Scenario, share: float) -> NormalFormGame:
    """Return the game over the scenario's levels when SmallCo gets a share of revenue."""
    return commitment_game(scenario, Contract("share", (RevenueShare(share=share),))).game


Strain = tuple[float, float]


def _strains(game: NormalFormGame, cooperative: tuple[int, int], punishment: tuple[int, int]) -> tuple[Strain, Strain]:
    """Return each firm's (T - R)/(T - P) without its bounds, and P - R; T is the best of the other actions.

    Where T <= P the first is infinite if the firm prefers something to the cell, and -inf if not.
    """
    row, column = _cell(game, cooperative)
    low = _cell(game, punishment)
    return (
        _strain(np.delete(game.small[:, column], row), float(game.small[row, column]), float(game.small[low])),
        _strain(np.delete(game.big[row], column), float(game.big[row, column]), float(game.big[low])),
    )


def _strain(others: NDArray[np.float64], reward: float, hurt: float) -> Strain:
    """Return one firm's strain."""
    temptation = float(np.max(others, initial=-math.inf))
    if temptation > hurt:
        return (temptation - reward) / (temptation - hurt), hurt - reward
    return math.inf if hurt > reward else -math.inf, hurt - reward


def _cell(game: NormalFormGame, cell: tuple[int, int]) -> tuple[int, int]:
    """Return row and column of a cell, counted from 0; negative ones count from the end."""
    found = []
    for name, index, size in zip(("row", "column"), cell, game.shape, strict=True):
        if not -size <= index < size:
            raise ParameterError(
                f"critical_discount_factors.{name} must be in [0, {size - 1}]; got {index}. Write a cell of the game."
            )
        found.append(index % size)
    return found[0], found[1]


def _continuation(game: NormalFormGame, equilibrium: Equilibrium) -> tuple[float, float]:
    """Return the payoffs of an equilibrium of the game, or raise ParameterError if it is none."""
    regrets = game.regrets(equilibrium.small, equilibrium.big)
    if any(regret > 1e-6 * spread for regret, spread in zip(regrets, game.payoff_range, strict=True)):
        raise ParameterError(
            "critical_discount_factors.punishment must be an equilibrium of the stage game; got a profile with regrets "
            f"{regrets[0]:.6g} and {regrets[1]:.6g}. Write one of all_equilibria(game).equilibria."
        )
    return game.payoffs(equilibrium.small, equilibrium.big)
