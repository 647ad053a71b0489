"""The state of a market as arrays: one entry per SmallCo, per BigCo, and per alliance (a SmallCo has one at a time)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled
from simulator.simulation.tables import Prepared

SMALL = np.dtype(
    [
        (name, np.float64)
        for name in (
            "cash", "value", "belief", "kept_by_small", "broken_by_small", "kept_by_big", "broken_by_big",
            "small_income", "big_income", "revenue", "small_bond", "big_bond",
        )
    ]
    + [
        (name, np.int64)
        for name in (
            "alive", "partner", "former", "signed", "stage", "wait", "feasible", "launched", "small_level", "big_level",
            "small_breaks", "big_breaks", "ended",
        )
    ]
)  # fmt: skip
BIG = np.dtype(
    [("cash", np.float64), ("value", np.float64)] + [(n, np.int64) for n in ("alive", "active", "portfolio")]
)


class State(NamedTuple):
    """The market at one moment.

    Parameters
    ----------
    smalls : record array, shape (N,)
        One per SmallCo with its alliance: ``partner`` and ``former`` are BigCo indices or -1; ``small_level`` and
        ``big_level`` the last commitments as level indices or -1; ``kept_by_*`` and ``broken_by_*`` the Beta counts of
        the other firm's belief, prior included; ``*_breaks`` broken promises in a row; ``launched`` the month of the
        first revenue or -1; ``ended`` how the last alliance ended (a code of `rules`); ``value`` the present value of
        the firm's alliance cash flows, money; ``small_income``, ``big_income``, ``revenue`` and ``*_bond``
        (forfeited) the alliance's flows of the month.
    bigs : record array, shape (M,)
        One per BigCo: ``active`` counts its alliances now, ``portfolio`` at this month's commitments.
    doors : int array, shape (M + 1,)
        Scratch: the BigCos with an open slot; the last entry is the number of living SmallCos without a partner, so
        that a month in which nobody looks for one need not look for them.
    """

    smalls: Any
    bigs: Any
    doors: NDArray[np.int64]


def new_state(t: Prepared) -> State:
    """Return the market before its first month."""
    settings = t.settings
    state = State(
        np.zeros(settings.smalls, dtype=SMALL).view(np.recarray),
        np.zeros(settings.bigs, dtype=BIG).view(np.recarray),
        np.zeros(settings.bigs + 1, dtype=np.int64),
    )
    reset(settings, state.smalls, state.bigs, state.doors)
    return state


@compiled
def reset(settings: Any, smalls: Any, bigs: Any, doors: NDArray[np.int64]) -> None:
    """Put the market back to before its first month, in place."""
    for i in range(settings.smalls):
        found(settings, smalls[i])
        smalls[i].value = 0.0
    for j in range(settings.bigs):
        big = bigs[j]
        big.cash = settings.big_cash
        big.alive = 1
        big.value = 0.0
        big.active = 0
        big.portfolio = 0
    doors[-1] = settings.smalls


@compiled
def found(settings: Any, small: Any) -> None:
    """Make a SmallCo a newly founded firm, in place; the value of its predecessor stays in the books."""
    small.cash = settings.small_cash
    small.alive = 1
    small.partner = -1
    small.former = -1
    small.small_level = -1
    small.big_level = -1
    small.signed = -1
    small.ended = 0
    clear_month(small)


@compiled
def clear_month(small: Any) -> None:
    """Forget last month's flows of a SmallCo's alliance, in place."""
    small.small_income = 0.0
    small.big_income = 0.0
    small.revenue = 0.0
    small.small_bond = 0.0
    small.big_bond = 0.0


@compiled
def ally(settings: Any, small: Any, big: Any, partner: int, month: int, feasible: bool) -> None:
    """Start an alliance this month, in place; `partner` is BigCo's index."""
    big.active += 1
    small.partner = partner
    small.signed = month
    small.stage = 0
    small.wait = settings.delay
    small.feasible = 1 if feasible else 0
    small.belief = settings.prior
    small.launched = -1
    small.small_level = -1
    small.big_level = -1
    small.kept_by_small = settings.kept
    small.broken_by_small = settings.broken
    small.kept_by_big = settings.kept
    small.broken_by_big = settings.broken
    small.small_breaks = 0
    small.big_breaks = 0


@compiled
def part(small: Any, big: Any, how: int) -> None:
    """End an alliance, in place; `how` is one of the codes of `rules`."""
    small.ended = how
    small.former = small.partner
    small.partner = -1
    big.active -= 1
