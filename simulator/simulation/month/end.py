"""End an alliance: what is paid, what is remembered of it, and the row it leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import routine
from simulator.simulation import record as r
from simulator.simulation.month.sign import Tally, pay
from simulator.simulation.rules import departure
from simulator.simulation.rules.experience import trust
from simulator.simulation.state import part


@routine
def end_alliance(
    settings: Any, g: Any, alliance: Any, small: Any, big: Any, spells: Any, tally: Tally,
    discount: NDArray[np.float64], i: int, month: int, paid: int, how: int,
) -> None:  # fmt: skip
    """End an alliance of SmallCo i, in place; `month` is its last, `paid` that in which it is settled.

    Notes how it ended, with the mean of both firms' trust, and writes its row if there is room for it.
    """
    small_trust = trust(alliance.kept_by_big, alliance.broken_by_big)
    big_trust = trust(alliance.kept_by_small, alliance.broken_by_small)
    tally[r.TRUST_END] += 0.5 * (small_trust + big_trust)
    tally[r.FIRST_END + how] += 1.0
    tally[r.SMALL_KNOWLEDGE] += alliance.small_knowledge
    tally[r.BIG_KNOWLEDGE] += alliance.big_knowledge
    if settings.extras:
        to_small, to_big = departure.parting(settings, g, alliance, how, small.cash, big.cash)
        pay(alliance, small, big, discount, paid, to_small, to_big)
        if departure.leaves_asset(settings, alliance, how):
            tally[r.EXTERNAL] += settings.asset
        alliance.small_escrow = 0.0
        alliance.big_escrow = 0.0
    write_spell(spells, int(tally[r.ENDED]), alliance, settings, i, month, how, small_trust, big_trust)
    tally[r.ENDED] += 1.0
    part(alliance, small, big, how)


@routine
def write_spell(
    spells: Any, at: int, alliance: Any, settings: Any, i: int, month: int, how: int, small_trust: float,
    big_trust: float,
) -> None:  # fmt: skip
    """Write what an alliance was into row `at` of `spells`, in place, if there is one."""
    if at >= spells.shape[0]:
        return
    spell = spells[at]
    spell.small = i
    spell.big = alliance.partner
    spell.contract = alliance.contract
    spell.start = alliance.signed
    spell.end = month
    spell.cause = how
    spell.months = alliance.months
    spell.stage = alliance.stage
    spell.launched = alliance.launched
    spell.fee = alliance.fee
    spell.small_value = alliance.small_value
    spell.big_value = alliance.big_value
    spell.small_spent = alliance.small_spent
    spell.big_spent = alliance.big_spent
    spell.small_sunk = alliance.small_sunk
    spell.big_sunk = alliance.big_sunk
    lived = max(alliance.months, 1)
    spell.small_exposure = alliance.small_exposure / lived
    spell.big_exposure = alliance.big_exposure / lived
    spell.small_kept = (alliance.kept_by_small - settings.kept) / lived
    spell.big_kept = (alliance.kept_by_big - settings.kept) / lived
    spell.small_trust = small_trust
    spell.big_trust = big_trust
    spell.revenue = alliance.earned
    spell.audited = alliance.audited
    spell.small_knowledge = alliance.small_knowledge
    spell.big_knowledge = alliance.big_knowledge
