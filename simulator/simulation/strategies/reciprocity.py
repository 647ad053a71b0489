"""Strategies that answer what the partner did: forgiving, unforgiving, or checking at random.

References
----------
Axelrod (1984), The Evolution of Cooperation. Friedman (1971), Review of Economic Studies 38 (trigger strategies).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import bernoulli
from simulator.simulation.strategies.registry import Strategy, register, setting

RECIPROCATOR = 4
GRIM = 8
TRUST_BUT_VERIFY = 9

register(
    Strategy(
        "reciprocator",
        RECIPROCATOR,
        "Commits at the first best while promises are kept, and nothing after `patience` broken ones in a row.",
        "the stage game and the partner's promises kept or broken",
        "Axelrod (1984), The Evolution of Cooperation (tit for tat)",
        (setting("patience", 1.0, "Broken promises in a row forgiven.", unit="broken promises", low=1.0),),
        simple=True,
    )
)
register(
    Strategy(
        "grim",
        GRIM,
        "Commits at the first best until the partner breaks a promise, and nothing ever after.",
        "the stage game and whether the partner ever broke a promise",
        "Friedman (1971), Review of Economic Studies 38",
        simple=True,
    )
)
register(
    Strategy(
        "trust_but_verify",
        TRUST_BUT_VERIFY,
        "Commits at the first best, but now and then checks; if the last promise was broken it commits nothing for "
        "`patience` months, or until a promise is kept again.",
        "the stage game, and the partner's last promise in months in which it checks or commits nothing",
        "the proverb; inspection games: Avenhaus, von Stengel and Zamir (2002)",
        (
            setting("rate", 0.25, "Chance of a check in a month.", high=1.0),
            setting("cost", 0.0, "What a check costs.", unit="money", high=1e12),
            setting("patience", 1.0, "Months of no commitment after a breach was found.", unit="months", low=1.0),
        ),
    )
)


@compiled
def verifies(
    code: int, parameters: NDArray[np.float64], key: np.uint64, month: int, alliance: int, purpose: int
) -> bool:
    """Return whether a firm checks its partner this month; only one that trusts but verifies does."""
    return code == TRUST_BUT_VERIFY and bernoulli(key, month, alliance, purpose, parameters[0])


@compiled
def verification_cost(code: int, parameters: NDArray[np.float64]) -> float:
    """Return what a check costs, money."""
    return parameters[1] if code == TRUST_BUT_VERIFY else 0.0


@routine
def caught(
    code: int,
    parameters: NDArray[np.float64],
    partner_breaks: int,
    key: np.uint64,
    month: int,
    alliance: int,
    purpose: int,
) -> bool:
    """Return whether a check of the last `patience` months found a promise broken that was not followed by a kept one.

    A check finds what the partner did the month before. Whether there was one is drawn again rather than remembered:
    a draw is the same whenever it is asked for.

    Parameters
    ----------
    partner_breaks : int
        Promises the partner has broken in a row, so no more than the months since signing.
    """
    for ago in range(partner_breaks):
        if ago >= parameters[2]:
            return False
        if verifies(code, parameters, key, month - ago, alliance, purpose):
            return True
    return False
