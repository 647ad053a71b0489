"""Meet: who meets whom this month, and what each thinks of the other before they talk."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.foundation.compiled import compiled
from simulator.foundation.draws import DOOR, MEET, MISFIT, ROTATION, bernoulli, uniform
from simulator.simulation.rules.experience import trust


@compiled
def meeting(settings: Any, legitimacy: float, key: np.uint64, month: int, small: int) -> bool:
    """Return whether a SmallCo with an open slot meets anybody this month; legitimacy opens doors."""
    rate = settings.meeting_rate + (1.0 - settings.meeting_rate) * legitimacy
    return rate >= 1.0 or bernoulli(key, month, small, MEET, rate)


@compiled
def first_to_meet(smalls: int, key: np.uint64, month: int) -> int:
    """Return the SmallCo that meets first this month; the others follow in order, so none has a standing advantage."""
    return min(int(uniform(key, month, 0, ROTATION) * smalls), smalls - 1)


@compiled
def door(key: np.uint64, month: int, small: int, doors: int) -> int:
    """Return which of the `doors` BigCos with an open slot a SmallCo knocks at."""
    return min(int(uniform(key, month, small, DOOR) * doors), doors - 1)


@compiled
def referral(key: np.uint64, month: int, small: int, contacts: float) -> float:
    """Return the place, among the contacts of all BigCos a SmallCo can meet, that decides to whom it is referred."""
    return uniform(key, month, small, DOOR) * contacts


@compiled
def open_to(big: Any, slots: int) -> bool:
    """Return whether a BigCo can take on another SmallCo."""
    return big.alive == 1 and big.bound == 0 and big.active < slots


@compiled
def looking(small: Any, slots: int) -> bool:
    """Return whether a SmallCo can take on another BigCo."""
    return small.alive == 1 and small.bound == 0 and small.active < slots


@compiled
def pair_misfit(settings: Any, key: np.uint64, small: int, big: int) -> float:
    """Return the misfit between the cultures of a SmallCo and a BigCo: the pair's own, uniform up to the largest."""
    if settings.misfit == 0.0:
        return 0.0
    return settings.misfit * uniform(key, 0, small * settings.bigs + big, MISFIT)


@compiled
def fit_of(settings: Any, misfit: float) -> float:
    """Return the share of output that a misfit of cultures leaves, in [0, 1]."""
    return 1.0 - misfit * settings.output_loss


@compiled
def public_record(settings: Any, firm: Any) -> float:
    """Return how far a firm is known to keep its promises, in (0, 1), with the prior of trust."""
    return trust(settings.kept + firm.kept, settings.broken + firm.broken)


@compiled
def pair_scores(row: Any, small_record: float, big_record: float, fit: float, legitimacy: float) -> tuple[float, float]:
    """Return what SmallCo and BigCo expect a month with each other to be worth, equation (16); below 0 means no.

    The payoff of a selling month, times the public record of the other, times what the misfit of the pair leaves of
    output; a SmallCo's legitimacy recommends it.
    """
    return row.small_selling * big_record * fit, row.big_selling * small_record * fit * (1.0 + legitimacy)
