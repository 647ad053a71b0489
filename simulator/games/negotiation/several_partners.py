"""One BigCo with several SmallCos: pairwise bargaining that can be reopened, random rematching, and playing them off.

References
----------
Stole and Zwiebel (1996), Intra-firm bargaining under non-binding contracts, Review of Economic Studies 63.
Rubinstein and Wolinsky (1985), Equilibrium in a market with sequential bargaining, Econometrica 53.
Osborne and Rubinstein (1990), Bargaining and Markets, chapter 9 (one seller, several buyers).
Binmore (1985), Bargaining and coalitions; Shaked and Sutton (1984), Econometrica 52 (the rival as outside option).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from simulator.economy.split import DEAL_ME_OUT, split
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite, whole

MOST_PARTNERS = 16


@dataclass(frozen=True, slots=True)
class PairwiseBargain:
    """BigCo's payoff and each SmallCo's, money."""

    big: float
    small: float


def pairwise_bargaining(
    output: Sequence[float], *, power: float = 0.5, outside: float = 0.0
) -> tuple[PairwiseBargain, ...]:
    """Return the stable bargains of BigCo with 0, 1, ..., n identical SmallCos.

    Each SmallCo bargains with BigCo knowing that, should it leave, the others will bargain anew.

    Parameters
    ----------
    output : sequence of float
        Joint value F(0), F(1), ..., F(n) with so many SmallCos (money).
    power : float
        A SmallCo's bargaining weight, in [0, 1).
    outside : float
        What a SmallCo gets elsewhere (money).

    Notes
    -----
    With weight 1/2 and outside 0, BigCo gets the mean of F(0), ..., F(n): its Shapley value.

    Raises
    ------
    ParameterError
        If there is no output, or the weight is outside [0, 1).

    References
    ----------
    Stole and Zwiebel (1996), Review of Economic Studies 63.

    Examples
    --------
    >>> pairwise_bargaining([0.0, 6.0, 9.0])[-1]  # BigCo: (0 + 6 + 9)/3
    PairwiseBargain(big=5.0, small=2.0)
    """
    _check_power("pairwise_bargaining.power", power)
    if not len(output) or not all(math.isfinite(value) for value in output):
        raise ParameterError(
            f"pairwise_bargaining.output must be finite numbers F(0), F(1), ...; got {list(output)!r}. "
            "Write at least F(0)."
        )
    finite("pairwise_bargaining.outside", outside, "Write what a SmallCo gets elsewhere.")
    ratio = power / (1.0 - power)
    bargains = [PairwiseBargain(float(output[0]), 0.0)]
    for count, value in enumerate(output[1:], start=1):
        gained = count * ratio
        big = (value - count * outside + gained * bargains[-1].big) / (1.0 + gained)
        bargains.append(PairwiseBargain(big, (value - big) / count))
    return tuple(bargains)


def coalition_bargaining(
    value: Callable[[frozenset[Hashable]], float], partners: Sequence[Hashable], *, power: float = 0.5
) -> tuple[float, Mapping[Hashable, float]]:
    """Return BigCo's payoff and each SmallCo's when the SmallCos differ.

    Parameters
    ----------
    value : function from frozenset of partners to float
        Joint value of BigCo with these SmallCos (money); without BigCo there is none.
    partners : sequence
        The SmallCos, distinct, at most `MOST_PARTNERS`.
    power : float
        A SmallCo's bargaining weight, in [0, 1); with 1/2 the payoffs are the Shapley value.

    Raises
    ------
    ParameterError
        If partners are too many or doubled, or the weight is outside [0, 1).

    References
    ----------
    Stole and Zwiebel (1996), Review of Economic Studies 63 (unlike workers; the Shapley value).

    Examples
    --------
    >>> coalition_bargaining(lambda team: 12.0 if "a" in team else 0.0, ["a", "b"])
    (6.0, {'a': 6.0, 'b': 0.0})
    """
    _check_power("coalition_bargaining.power", power)
    if len(partners) > MOST_PARTNERS or len(set(partners)) != len(partners):
        raise ParameterError(
            f"coalition_bargaining.partners must be at most {MOST_PARTNERS} distinct firms; got {len(partners)} with "
            f"{len(set(partners))} distinct. Use pairwise_bargaining for many identical ones."
        )
    ratio = power / (1.0 - power)
    big: dict[frozenset[Hashable], float] = {}
    for size in range(len(partners) + 1):
        for members in combinations(partners, size):
            team = frozenset(members)
            without = sum(big[team - {member}] for member in members)
            big[team] = (value(team) + ratio * without) / (1.0 + ratio * size)
    everyone = frozenset(partners)
    small = {member: ratio * (big[everyone] - big[everyone - {member}]) for member in partners}
    return big[everyone], small


def rematched(count: int, discount_factor: float, *, power: float = 0.5, pie: float = 1.0) -> PairwiseBargain:
    """Return BigCo's and a SmallCo's expected payoff when every round BigCo meets a random one of n SmallCos.

    One alliance is formed; the SmallCos left over get nothing.

    Parameters
    ----------
    count : int
        Number n of identical SmallCos, at least 1.
    discount_factor : float
        delta in [0, 1], common; below 1 if there is one SmallCo.
    power : float
        Probability that the SmallCo met makes the offer.
    pie : float
        What there is to divide (money).

    Notes
    -----
    BigCo gets a responder's delta V_B or a proposer's pie - delta V_S, and n V_S + V_B = pie because there is no delay.
    With equal chances V_B = (n - delta)/(2n - delta (n + 1)).

    Raises
    ------
    ParameterError
        If the number of firms, the discount factor or the probability is outside its range.

    References
    ----------
    After Rubinstein and Wolinsky (1985); Osborne and Rubinstein (1990), chapter 9.

    Examples
    --------
    >>> rematched(1, 0.9).big, rematched(2, 1.0).big
    (0.5, 1.0)
    """
    count = whole("rematched.count", count, 1)
    finite("rematched.pie", pie, "Write the joint value.")
    if not 0.0 <= discount_factor <= 1.0 or not 0.0 <= power <= 1.0:
        raise ParameterError(
            f"rematched.discount_factor and rematched.power must be in [0, 1]; got {discount_factor!r} and {power!r}. "
            "Write numbers in that range."
        )
    slope = 1.0 - discount_factor * power - discount_factor * (1.0 - power) / count
    if slope <= 1e-15:
        raise ParameterError(
            "rematched.discount_factor must be below 1 with one SmallCo, and rematched.power below 1 "
            "with no discounting; got a market in which nobody is pressed. Write a discount factor below 1."
        )
    big = pie * (1.0 - power) * (1.0 - discount_factor / count) / slope
    return PairwiseBargain(big, (pie - big) / count)


@dataclass(frozen=True, slots=True)
class PlayOff:
    """Which SmallCo wins, and what it, BigCo and the others (nothing) get."""

    winner: int
    big: float
    small: float


def play_off(values: Sequence[float], *, power: float = 0.5, rule: int = DEAL_ME_OUT) -> PlayOff:
    """Return what happens when rival SmallCos bid away their whole surplus to be BigCo's partner.

    BigCo bargains with the SmallCo that is worth most; its outside option is the value of the next best one.

    Parameters
    ----------
    values : sequence of float
        Joint value with each SmallCo (money), at least one.
    power : float
        The winner's bargaining weight in [0, 1].
    rule : int
        DEAL_ME_OUT or SPLIT_THE_DIFFERENCE, of `economy.split`.

    Raises
    ------
    ParameterError
        If there is no SmallCo, or the weight is outside [0, 1].

    References
    ----------
    Shaked and Sutton (1984), Econometrica 52; Binmore (1985).

    Examples
    --------
    >>> play_off([4.0, 10.0]), play_off([10.0, 8.0]).big
    (PlayOff(winner=1, big=5.0, small=5.0), 8.0)
    """
    if not len(values) or not all(math.isfinite(value) for value in values):
        raise ParameterError(f"play_off.values must be finite numbers; got {list(values)!r}. Write one per SmallCo.")
    if not 0.0 <= power <= 1.0:
        raise ParameterError(f"play_off.power must be in [0, 1]; got {power!r}. Write the winner's bargaining weight.")
    order = sorted(range(len(values)), key=lambda firm: -values[firm])
    rival = max(values[order[1]], 0.0) if len(order) > 1 else 0.0
    best = max(values[order[0]], 0.0)
    small, big = split(float(best), 0.0, 0.0, -math.inf, float(rival), float(power), rule)
    return PlayOff(order[0], float(big), float(small))


def _check_power(name: str, power: float) -> None:
    """Raise ParameterError unless the weight leaves BigCo something."""
    if not 0.0 <= power < 1.0:
        raise ParameterError(f"{name} must be in [0, 1); got {power!r}. Write a SmallCo's bargaining weight.")
