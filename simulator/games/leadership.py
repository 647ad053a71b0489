"""Commitment: one firm moves first and cannot take it back, the other replies (Stackelberg on a bimatrix).

References
----------
von Stackelberg (1934), Marktform und Gleichgewicht.
von Stengel and Zamir (2010), Leadership games with convex strategy sets, Games and Economic Behavior 69 (how ties of
the follower bound the leader's payoff).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.foundation.errors import ParameterError
from simulator.games.equilibrium import Equilibrium
from simulator.games.normal_form import TIE, NormalFormGame

LEADERS = ("small", "big")


@dataclass(frozen=True, slots=True)
class LeadershipOutcome:
    """What is played when one firm moves first.

    Parameters
    ----------
    leader : str
        ``"small"`` or ``"big"``.
    small_action, big_action : int
        Row and column played, from 0.
    payoffs : tuple of float
        (u_S, u_B), money.
    pessimistic_payoff : float
        What the leader can secure (money) by some first move even if the follower's ties go against it: at most its
        payoff in `payoffs`, and equal to it if no tie matters.
    """

    leader: str
    small_action: int
    big_action: int
    payoffs: tuple[float, float]
    pessimistic_payoff: float

    @property
    def leader_payoff(self) -> float:
        """Return the payoff (money) of the firm that moved first."""
        return self.payoffs[LEADERS.index(self.leader)]


def leadership(game: NormalFormGame, leader: str) -> LeadershipOutcome:
    """Return the strong Stackelberg outcome in pure actions.

    The follower's ties (within `equilibrium.TIE` times its payoff range) are broken in the leader's favour, further
    ties by the larger reply; the leader's by the follower's payoff, then by the larger action.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    leader : str
        ``"small"`` or ``"big"``.

    Raises
    ------
    ParameterError
        If the leader is neither.

    Examples
    --------
    >>> game = NormalFormGame([[2, 4], [1, 3]], [[1, 0], [0, 2]])
    >>> leadership(game, "small")
    LeadershipOutcome(leader='small', small_action=1, big_action=1, payoffs=(3.0, 2.0), pessimistic_payoff=3.0)
    """
    if leader not in LEADERS:
        raise ParameterError(f'leadership.leader must be "small" or "big"; got {leader!r}. Write "small" or "big".')
    seen = game if leader == "small" else game.swapped()
    lead, follow = seen.small, seen.big
    slack_lead, slack_follow = (TIE * spread for spread in seen.payoff_range)
    best_replies = follow >= follow.max(axis=1, keepdims=True) - slack_follow
    outcomes = []
    for action, allowed in enumerate(best_replies):
        replies = np.flatnonzero(allowed)
        favour = lead[action, replies].max()
        outcomes.append((action, int(replies[lead[action, replies] >= favour - slack_lead].max())))
    best = max(lead[o] for o in outcomes)
    outcomes = [o for o in outcomes if lead[o] >= best - slack_lead]
    kindest = max(follow[o] for o in outcomes)
    action, reply = [o for o in outcomes if follow[o] >= kindest - slack_follow][-1]
    small_action, big_action = (action, reply) if leader == "small" else (reply, action)
    return LeadershipOutcome(
        leader,
        small_action,
        big_action,
        (float(game.small[small_action, big_action]), float(game.big[small_action, big_action])),
        float(np.where(best_replies, lead, np.inf).min(axis=1).max()),
    )


def value_of_leading(outcome: LeadershipOutcome, simultaneous: Equilibrium) -> float:
    """Return what moving first adds to the leader's payoff (money) over a simultaneous equilibrium.

    Examples
    --------
    >>> both = Equilibrium((1.0, 0.0), (1.0, 0.0), (2.0, 1.0), 0.0, True)
    >>> value_of_leading(LeadershipOutcome("small", 1, 1, (3.0, 2.0), 3.0), both)
    1.0
    """
    return outcome.leader_payoff - simultaneous.payoffs[LEADERS.index(outcome.leader)]
