"""Strategies that learn from what happened in an alliance: fictitious play, reinforcement, and attraction.

What is remembered of an alliance is a row of numbers: how often the partner played each of its levels, or how
attractive each of the firm's own levels has become.

References
----------
Brown (1951), in Activity Analysis of Production and Allocation; Fudenberg and Levine (1998), The Theory of Learning in
Games, chapter 4 (smooth fictitious play). Roth and Erev (1995), GEB 8; Erev and Roth (1998), AER 88.
Camerer and Ho (1999), Econometrica 67.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, routine
from simulator.foundation.draws import categorical
from simulator.games.behaviour.updates import (
    attraction_after,
    experience_after,
    initial_propensity,
    lesson,
    reinforced,
)
from simulator.simulation.strategies.registry import Strategy, register, setting

FICTITIOUS_PLAY = 10
ROTH_EREV = 11
EWA = 12
TIE = 1e-9

register(
    Strategy(
        "fictitious_play",
        FICTITIOUS_PLAY,
        "Plays the best reply to the frequencies of the partner's levels so far, counting its promise once.",
        "the stage game and all the partner's commitments in the alliance",
        "Brown (1951); softened by a precision: Fudenberg and Levine (1998), chapter 4",
        (
            setting(
                "precision", 0.0, "Precision of a logit reply; 0 plays the best reply itself.", unit="1/money", high=1e6
            ),
        ),
        learns=True,
        reads_payoffs=True,
    )
)
register(
    Strategy(
        "roth_erev",
        ROTH_EREV,
        "Repeats what paid: a level is chosen in proportion to what it has earned.",
        "its own payoffs",
        "Erev and Roth (1998), AER 88",
        (
            setting("strength", 1.0, "Initial propensities sum to s(1) times the mean payoff.", low=1e-9, high=1e6),
            setting("forgetting", 0.1, "Share phi of every propensity lost in a month.", high=1.0),
            setting("experimentation", 0.2, "Share epsilon of a payoff from which other levels learn.", high=1.0),
        ),
        learns=True,
        reads_payoffs=True,
    )
)
register(
    Strategy(
        "ewa",
        EWA,
        "Experience-weighted attraction: also learns from what its other levels would have paid.",
        "the stage game and the partner's commitments in the alliance",
        "Camerer and Ho (1999), Econometrica 67",
        (
            setting("imagination", 0.5, "Weight delta of payoffs of levels not chosen.", high=1.0),
            setting("retention", 0.9, "Share phi of past attractions kept.", high=1.0),
            setting("experience_retention", 0.9, "Share rho of past experience kept.", high=1.0),
            setting("precision", 1.0, "Precision lambda of the choice.", unit="1/money", high=1e6),
            setting("experience", 1.0, "Experience N(0) at signing.", unit="months", high=1e6),
        ),
        learns=True,
        reads_payoffs=True,
    )
)


@allocating
def begin(
    code: int,
    parameters: NDArray[np.float64],
    memory: NDArray[np.float64],
    payoffs: NDArray[np.float64],
    partner_promise: int,
) -> float:
    """Fill a firm's memory of a new alliance, in place; return its experience, 0 for a strategy that learns nothing.

    Fictitious play counts the partner's promise as one month of play. Reinforcement starts with equal propensities
    whose sum is s(1) times the mean payoff above the smallest. Attractions start at 0.

    Parameters
    ----------
    memory : float array, shape (L,), L at least the number of levels of either firm
        What is to be filled.
    payoffs : float array, shape (m, n)
        The firm's payoffs (money a month), its own level first.
    partner_promise : int
        The level that the partner has promised.
    """
    memory[:] = 0.0
    if code == FICTITIOUS_PLAY:
        memory[partner_promise] = 1.0
        return 1.0
    if code == ROTH_EREV:
        levels, lowest, total = payoffs.shape[0], payoffs.min(), 0.0
        for level in range(levels):
            for other in range(payoffs.shape[1]):
                total += payoffs[level, other] - lowest
        memory[:levels] = initial_propensity(parameters[0], total / payoffs.size, levels)
        return 0.0
    return parameters[4] if code == EWA else 0.0


@allocating
def remember(
    code: int,
    parameters: NDArray[np.float64],
    memory: NDArray[np.float64],
    experience: float,
    own_level: int,
    partner_level: int,
    payoffs: NDArray[np.float64],
) -> float:
    """Update a firm's memory after a month at these levels, in place; return its experience."""
    levels = payoffs.shape[0]
    if code == FICTITIOUS_PLAY:
        memory[partner_level] += 1.0
        return experience + 1.0
    if code == ROTH_EREV:
        paid = payoffs[own_level, partner_level] - payoffs.min()
        for level in range(levels):
            learnt = lesson(paid, level == own_level, parameters[2], levels)
            memory[level] = reinforced(memory[level], parameters[1], learnt)
        return experience + 1.0
    if code == EWA:
        renewed = experience_after(experience, parameters[2])
        for level in range(levels):
            weight = 1.0 if level == own_level else parameters[0]
            memory[level] = attraction_after(
                memory[level], payoffs[level, partner_level], weight, parameters[1], experience, renewed
            )
        return renewed
    return experience


@allocating
def learnt_level(
    code: int,
    parameters: NDArray[np.float64],
    memory: NDArray[np.float64],
    experience: float,
    payoffs: NDArray[np.float64],
    key: np.uint64,
    month: int,
    alliance: int,
    purpose: int,
) -> int:
    """Return the level that a learning strategy commits; of equal best replies the highest."""
    values = np.empty(payoffs.shape[0])
    if code == FICTITIOUS_PLAY:
        _expect(memory, experience, payoffs, values)
        if parameters[0] == 0.0:
            return _highest_best(values, TIE * (payoffs.max() - payoffs.min()))
        _soften(values, parameters[0])
    else:
        values[:] = memory[: values.shape[0]]
        if code == EWA:
            _soften(values, parameters[3])
    _share_out(values)
    return categorical(key, month, alliance, purpose, values)


@routine
def _expect(
    memory: NDArray[np.float64], months: float, payoffs: NDArray[np.float64], values: NDArray[np.float64]
) -> None:
    """Write into `values` (m,) each level's mean payoff if the partner plays its levels as often as it did."""
    for level in range(payoffs.shape[0]):
        total = 0.0
        for other in range(payoffs.shape[1]):
            total += memory[other] * payoffs[level, other]
        values[level] = total / months


@allocating
def _highest_best(values: NDArray[np.float64], slack: float) -> int:
    """Return the highest level whose value (m,) is the largest one, up to `slack`."""
    least = values.max() - slack
    best = values.shape[0] - 1
    while values[best] < least:
        best -= 1
    return best


@allocating
def _soften(values: NDArray[np.float64], precision: float) -> None:
    """Turn values (m,) into logit weights e^(lambda (v - max v)), in place."""
    largest = values.max()
    for level in range(values.shape[0]):
        values[level] = math.exp(precision * (values[level] - largest))


@allocating
def _share_out(weights: NDArray[np.float64]) -> None:
    """Turn weights of at least 0 (m,) into probabilities, in place; all 0 means that every level is as likely."""
    largest, total = weights.max(), 0.0
    for level in range(weights.shape[0]):
        weights[level] = weights[level] / largest if largest > 0.0 else 1.0
        total += weights[level]
    for level in range(weights.shape[0]):
        weights[level] /= total
