"""Upkeep: what firms earn and spend outside their alliances."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulator.foundation.compiled import routine
from simulator.foundation.draws import BIG_CASH, SMALL_CASH, central_normal, normal
from simulator.simulation.rules import departure


@routine
def note_upkeep(firms: Any, net: float, noise: float, key: np.uint64, month: int, purpose: int) -> None:
    """Write what every firm earns and spends outside its alliances this month into its record.

    In two passes: the first has no branches, so that it draws for several firms at once; the second mends the draws
    far from 0, for which the first leaves NaN. Firms that have left have none.
    """
    for i in range(firms.shape[0]):
        firms[i].upkeep = departure.upkeep(net, noise, central_normal(key, month, i, purpose))
    for i in range(firms.shape[0]):
        if firms[i].alive == 0:
            firms[i].upkeep = 0.0
        elif math.isnan(firms[i].upkeep):
            firms[i].upkeep = departure.upkeep(net, noise, normal(key, month, i, purpose))


@routine
def note_small_upkeep(settings: Any, smalls: Any, key: np.uint64, month: int) -> None:
    """Write `departure.small_upkeep` of this month into the record of every SmallCo."""
    if settings.small_noise > 0.0:
        net = settings.small_income - settings.small_burn
        note_upkeep(smalls, net, settings.small_noise, key, month, SMALL_CASH)
    else:
        for i in range(smalls.shape[0]):
            smalls[i].upkeep = departure.small_upkeep(settings, key, month, i) if smalls[i].alive == 1 else 0.0


@routine
def note_big_upkeep(settings: Any, bigs: Any, key: np.uint64, month: int) -> None:
    """Write `departure.big_upkeep` of this month into the record of every BigCo."""
    if settings.big_noise > 0.0:
        note_upkeep(bigs, settings.big_income - settings.big_burn, settings.big_noise, key, month, BIG_CASH)
    else:
        for j in range(bigs.shape[0]):
            bigs[j].upkeep = departure.big_upkeep(settings, key, month, j) if bigs[j].alive == 1 else 0.0
