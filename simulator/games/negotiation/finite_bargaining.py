"""Bargaining with a last round, by backward induction: alternating or random proposers, burn, ruin, outside options.

Each round somebody proposes; after a rejection firm i burns k_i, a period passes (delta_i), and the next round comes.
After the last rejection the talks end and each is left with b_i (SmallCo is ruined, BigCo takes the fire sale).

References
----------
Stahl (1972), Bargaining Theory (the finite game of alternating offers).
Ochs and Roth (1989), An experimental study of sequential bargaining, American Economic Review 79 (its cells).
The formal model, proposition 1: with a common discount factor and a random proposer,
x_S = D_S + beta (pie - D_S - D_B).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.alternating_offers import Negotiator

MOST_ROUNDS = 1_000_000


@dataclass(frozen=True, slots=True)
class FirstRound:
    """The subgame-perfect equilibrium seen from the first round.

    Parameters
    ----------
    small, big : float
        Expected payoffs (money) before it is known who proposes.
    small_proposes, big_proposes : tuple of float
        (x_S, x_B), money, when SmallCo or BigCo makes the first offer.
    agreement : bool
        Whether whoever may propose first makes an offer that is accepted.
    """

    small: float
    big: float
    small_proposes: tuple[float, float]
    big_proposes: tuple[float, float]
    agreement: bool


def alternation(first: Literal["S", "B"], rounds: int) -> tuple[float, ...]:
    """Return SmallCo's probability of proposing in each round of strict alternation.

    Raises
    ------
    ParameterError
        If nobody of that name proposes first, or the rounds are not a whole number that can be played through.

    Examples
    --------
    >>> alternation("B", 3)
    (0.0, 1.0, 0.0)
    """
    if first not in ("S", "B"):
        raise ParameterError(f'alternation.first must be "S" or "B"; got {first!r}. Name who proposes first.')
    return tuple(float((number % 2 == 0) == (first == "S")) for number in range(_counted(rounds)))


def random_proposer(chance: float, rounds: int) -> tuple[float, ...]:
    """Return SmallCo's probability of proposing in each round when a draw decides, the same in every round.

    Examples
    --------
    >>> random_proposer(0.5, 3)
    (0.5, 0.5, 0.5)
    """
    return (chance,) * _counted(rounds)


def _counted(rounds: int) -> int:
    """Return the number of rounds, refused unless it is whole and can be played through."""
    if isinstance(rounds, bool) or not 1 <= rounds <= MOST_ROUNDS or rounds != int(rounds):
        raise ParameterError(
            f"rounds must be a whole number from 1 to {MOST_ROUNDS}; got {rounds!r}. "
            "Write a number in that range, or use alternating_offers for bargaining without end."
        )
    return int(rounds)


def finite_bargaining(small: Negotiator, big: Negotiator, proposer: Sequence[float], *, pie: float = 1.0) -> FirstRound:
    """Return the subgame-perfect equilibrium of a finite number of rounds.

    Parameters
    ----------
    small, big : Negotiator
        The firms; `end_value` is what each is left with after the last rejection.
    proposer : sequence of float
        SmallCo's probability of proposing in each round: `alternation` or `random_proposer`.
    pie : float
        What there is to divide (money).

    Notes
    -----
    A proposer who gains nothing from the offer that would be accepted waits; so end values that exceed the pie delay
    the agreement. Shares may be negative: a firm pays to be spared the burn.

    Raises
    ------
    ParameterError
        If there is no round, or a probability is none.

    References
    ----------
    Stahl (1972); Ochs and Roth (1989).

    Examples
    --------
    Three rounds with $30, discount factors .4 and .4: player 2 is offered $7.20 (cell 5 of Ochs and Roth).

    >>> finite_bargaining(Negotiator(0.4), Negotiator(0.4), alternation("S", 3), pie=30.0).big
    7.2
    """
    if not len(proposer) or not all(0.0 <= chance <= 1.0 for chance in proposer):
        raise ParameterError(
            f"finite_bargaining.proposer must be probabilities, one per round; got {list(proposer)!r}. "
            "Write at least one number in [0, 1]."
        )
    if not math.isfinite(pie):
        raise ParameterError(f"finite_bargaining.pie must be finite; got {pie!r}. Write the joint value.")
    after = small.end_value, big.end_value
    for chance in reversed(proposer):
        later = (
            small.discount_factor * after[0] - small.burn,
            big.discount_factor * after[1] - big.burn,
        )
        to_big, least_big = _accepted(big.outside_option, later[1], (small.outside_option, later[0]), pie)
        to_small, least_small = _accepted(small.outside_option, later[0], (big.outside_option, later[1]), pie)
        small_proposes = to_big, least_big
        big_proposes = least_small, to_small
        after = (
            chance * to_big + (1.0 - chance) * least_small,
            chance * least_big + (1.0 - chance) * to_small,
        )
        agreement = all(
            math.isclose(sum(shares), pie, rel_tol=1e-12, abs_tol=1e-12)
            for shares, weight in ((small_proposes, chance), (big_proposes, 1.0 - chance))
            if weight > 0.0
        )
    return FirstRound(*after, small_proposes, big_proposes, agreement)


def _accepted(outside_option: float, waiting: float, proposer: tuple[float, float], pie: float) -> tuple[float, float]:
    """Return what the proposer and the responder get, given the responder's alternatives and the proposer's."""
    least = max(outside_option, waiting)
    rejected = proposer[0] if outside_option > waiting else proposer[1]
    if pie - least >= rejected:
        return pie - least, least
    return rejected, least
