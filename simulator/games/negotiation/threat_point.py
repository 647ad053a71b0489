"""What waiting is worth, and who gains from it: the threat points and the weight behind a split (runway proposition).

While the firms disagree, firm i burns k_i per unit of time and discounts at r_i; the talks end without agreement at a
random time (hazard h) or at SmallCo's ruin after a runway T, whichever comes first, and i is then left with b_i. Its
threat point is the value of waiting for that end,

    D_i = (h b_i - k_i) (1 - e^{-(r_i + h) T}) / (r_i + h) + b_i e^{-(r_i + h) T},

and the split is x_S = D_S + beta (pie - D_S - D_B). In rounds, with a common discount factor and a random proposer, the
same holds exactly with D_i = -k_i (1 - delta^n)/(1 - delta) + delta^n b_i, whatever the number n of rounds.

If the discount rates differ and the runway is finite, the weight changes with the time t that is left. With p the
chance that SmallCo proposes, R_i = r_i + h and K_i = k_i - h b_i, frequent offers leave x_S(t) to the linear equation

    x_S' = -a x_S + p R_B pie + p K_B - (1 - p) K_S,   a = (1 - p) R_S + p R_B,   x_S(0) = b_S + p (pie - b_S - b_B).

References
----------
Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17 (limits of strategic bargaining).
Muthoo (1999), Bargaining Theory with Applications, chapters 4 (breakdown) and 6 (inside options).
The formal model, proposition 1 (own derivation, held against backward induction in the tests).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.split import DEAL_ME_OUT, split
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite, whole
from simulator.foundation.parameters import check_limits, parameter


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waiting does to a firm."""

    discount_rate: float = parameter(0.0, unit="per time", low=0.0, doc="Discount rate r_i.")
    burn: float = parameter(0.0, unit="money/time", low=0.0, doc="Flow burn k_i while the firms disagree.")
    end_value: float = parameter(0.0, unit="money", doc="What the firm is left with when the talks end, b_i.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    def value(self, *, hazard: float = 0.0, runway: float = math.inf) -> float:
        """Return the threat point D_i, the value of waiting for the end of the talks.

        Parameters
        ----------
        hazard : float
            Hazard h of a random end, per unit of time, at least 0.
        runway : float
            Time T to SmallCo's ruin, at least 0, possibly infinite.

        Examples
        --------
        >>> Waiting(0.1, burn=0.05).value()
        -0.5
        >>> Waiting(0.0, end_value=0.8).value(runway=3.0)
        0.8
        """
        _at_least_zero("Waiting.value.hazard", hazard)
        _at_least_zero("Waiting.value.runway", runway, infinite=True)
        rate = self.discount_rate + hazard
        flow = hazard * self.end_value - self.burn
        if rate == 0.0:
            lost = self.burn * runway if self.burn > 0.0 else 0.0
            return self.end_value - lost if math.isfinite(runway) else -lost
        if math.isinf(runway):
            return flow / rate
        delay = rate * runway
        lasting = runway * (-math.expm1(-delay) / delay if delay > 0.0 else 1.0)
        return flow * lasting + self.end_value * math.exp(-delay)


@dataclass(frozen=True, slots=True)
class WaitingSplit:
    """A split and what is behind it: shares x, threat points D (money) and SmallCo's weight beta.

    With unequal discount rates and a finite runway beta is the weight that the split amounts to.
    """

    small: float
    big: float
    small_threat: float
    big_threat: float
    power: float


def value_of_rounds(discount_factor: float, burn: float, end_value: float, rounds: int) -> float:
    """Return D_i = -k (1 - delta^n)/(1 - delta) + delta^n b, the value of n rounds of waiting and then the end.

    Parameters
    ----------
    discount_factor : float
        delta in [0, 1].
    burn : float
        k (money/round).
    end_value : float
        b (money).
    rounds : int
        n, at least 0.

    Raises
    ------
    ParameterError
        If the discount factor is outside [0, 1], the rounds are not a whole number, or money is not finite.

    References
    ----------
    The formal model, proposition 1 in rounds.

    Examples
    --------
    >>> value_of_rounds(0.5, 1.0, 8.0, 2)  # -(1 + 1/2) + 8/4
    0.5
    """
    if not 0.0 <= discount_factor <= 1.0:
        raise ParameterError(f"discount_factor must be in [0, 1]; got {discount_factor!r}. Write a factor per round.")
    rounds = whole("rounds", rounds, 0, "Write SmallCo's runway.")
    finite("value_of_rounds.burn", burn, "Write what a rejected offer costs.")
    finite("value_of_rounds.end_value", end_value, "Write what is left at the end.")
    left = discount_factor**rounds
    waited = rounds if discount_factor == 1.0 else (1.0 - left) / (1.0 - discount_factor)
    return left * end_value - burn * waited


def patience_weight(small_rate: float, big_rate: float, *, hazard: float = 0.0, proposer: float = 0.5) -> float:
    """Return SmallCo's weight beta in the limit of frequent offers, (r_B + h)/(r_S + r_B + 2h) if both propose alike.

    Parameters
    ----------
    small_rate, big_rate : float
        Discount rates r_S and r_B, at least 0.
    hazard : float
        Hazard h of a random end, at least 0.
    proposer : float
        Probability that SmallCo makes an offer, in [0, 1]; 1/2 stands for alternation too.

    Raises
    ------
    ParameterError
        If nothing presses either firm.

    Notes
    -----
    With V_i the value of the talks, (r_i + h)(V_i - D_i) is firm i's chance of proposing times the rate at which delay
    would destroy surplus, so gains are shared in the ratio proposer/(r_S + h) to (1 - proposer)/(r_B + h).

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17; Muthoo (1999), chapter 4.

    Examples
    --------
    >>> patience_weight(0.3, 0.1)
    0.25
    """
    for name, value in (("small_rate", small_rate), ("big_rate", big_rate), ("hazard", hazard)):
        _at_least_zero(f"patience_weight.{name}", value)
    _probability("patience_weight.proposer", proposer)
    small, big = proposer * (big_rate + hazard), (1.0 - proposer) * (small_rate + hazard)
    if small + big == 0.0:
        raise ParameterError(
            "patience_weight needs a positive discount rate or hazard; got 0 for all. Write one of them above 0."
        )
    return small / (small + big)


def waiting_split(
    small: Waiting,
    big: Waiting,
    *,
    hazard: float = 0.0,
    runway: float = math.inf,
    proposer: float = 0.5,
    pie: float = 1.0,
) -> WaitingSplit:
    """Return the split in the limit of frequent offers, with its threat points and weight.

    Parameters
    ----------
    small, big : Waiting
        What waiting does to each firm.
    hazard, runway : float
        Random and certain end of the talks; see `Waiting.value`.
    proposer : float
        Probability that SmallCo makes an offer.
    pie : float
        What there is to divide (money).

    Raises
    ------
    ParameterError
        If nothing presses either firm, one burns for ever, or with unequal rates and a finite runway the firms would
        rather wait than agree.

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17; the formal model, proposition 1; unequal
    rates with a finite runway: own derivation, held against backward induction in the tests.

    Examples
    --------
    >>> waiting_split(Waiting(0.1, burn=0.05), Waiting(0.1)).small  # -1/2 + (1 + 1/2)/2
    0.25
    >>> round(waiting_split(Waiting(0.1), Waiting(0.0), runway=math.log(4.0) / 0.05).small, 12)  # e^{-0.05 T}/2
    0.125
    """
    finite("waiting_split.pie", pie, "Write the joint value.")
    power = _probability("waiting_split.proposer", proposer)
    if math.isinf(runway):
        power = patience_weight(small.discount_rate, big.discount_rate, hazard=hazard, proposer=proposer)
    threats = small.value(hazard=hazard, runway=runway), big.value(hazard=hazard, runway=runway)
    if not all(map(math.isfinite, threats)):
        raise ParameterError(
            "Waiting.burn must be 0 for a firm that neither discounts nor sees an end of the talks; got one that burns "
            "for ever. Write a discount rate, a hazard or a runway."
        )
    if math.isfinite(runway) and small.discount_rate != big.discount_rate:
        x_small = _with_time_left(small, big, hazard, runway, proposer, pie)
        gain = pie - threats[0] - threats[1]
        power = (x_small - threats[0]) / gain if gain > 0.0 else proposer
        return WaitingSplit(x_small, pie - x_small, *threats, power)
    x_small, x_big = split(pie, *threats, -math.inf, -math.inf, power, DEAL_ME_OUT)
    return WaitingSplit(float(x_small), float(x_big), *threats, power)


def _with_time_left(small: Waiting, big: Waiting, hazard: float, runway: float, proposer: float, pie: float) -> float:
    """Return x_S when a time is left; raise ParameterError if an agreement is ever worth less than waiting."""
    rates = small.discount_rate + hazard, big.discount_rate + hazard
    wear = small.burn - hazard * small.end_value, big.burn - hazard * big.end_value
    pace = (1.0 - proposer) * rates[0] + proposer * rates[1]
    pull = proposer * (rates[1] * pie + wear[1]) - (1.0 - proposer) * wear[0]
    at_ruin = small.end_value + proposer * (pie - small.end_value - big.end_value)
    delay = pace * runway
    x_small = at_ruin * math.exp(-delay) + pull * runway * (-math.expm1(-delay) / delay if delay > 0.0 else 1.0)
    saved = [rates[0] * each + rates[1] * (pie - each) + wear[0] + wear[1] for each in (at_ruin, x_small)]
    if min(pie - small.end_value - big.end_value, *saved) < -1e-12 * max(abs(pie), *map(abs, saved)):
        raise ParameterError(
            "Waiting.end_value must leave the firms better off with an agreement at every time before the end; got "
            f"{small.end_value!r} and {big.end_value!r}. Write smaller end values, or use finite_bargaining."
        )
    return x_small


def _probability(name: str, value: float) -> float:
    """Return a probability, or raise ParameterError that names it."""
    if not 0.0 <= value <= 1.0:
        raise ParameterError(f"{name} must be in [0, 1]; got {value!r}. Write a probability.")
    return value


def _at_least_zero(name: str, value: float, *, infinite: bool = False) -> None:
    """Raise ParameterError unless the value is at least 0 (and finite)."""
    if not value >= 0.0 or (math.isinf(value) and not infinite):
        raise ParameterError(f"{name} must be at least 0; got {value!r}. Write a number in that range.")
