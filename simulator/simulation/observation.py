"""What a strategy written by a user may see when it chooses."""

from __future__ import annotations

from typing import NamedTuple


class Observation(NamedTuple):
    """What a firm knows of one alliance when it chooses its level; levels are indices, from 0; all numbers are floats.

    Parameters
    ----------
    month, together : float
        Months since the market opened, and since the alliance was signed.
    top : float
        The highest level.
    equilibrium, reply, hedge, first_best, promise, leading : float
        The level played in the current equilibrium, the best reply to the partner's last commitment, an even split of
        the budget, the joint optimum, the own promise, and the own level as a Stackelberg leader.
    partner_level : float
        The partner's last level, or -1.
    partner_breaks, partner_broke : float
        Promises the partner has broken in a row, and in all.
    trust : float
        The firm's mean trust in its partner, in [0, 1].
    knowledge : float
        What it has learnt of the partner's skill, in [0, 1].
    cash : float
        The firm's own, money.
    """

    month: float
    together: float
    top: float
    equilibrium: float
    reply: float
    hedge: float
    first_best: float
    promise: float
    leading: float
    partner_level: float
    partner_breaks: float
    partner_broke: float
    trust: float
    knowledge: float
    cash: float
