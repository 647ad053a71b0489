"""Alternating offers without a last round: patience, burn, breakdown and outside options in one equilibrium.

A round goes: one firm proposes a division; the other accepts, rejects, or rejects and leaves for good. After a
rejection each firm burns k_i, a period passes (discount factors delta_i), with probability p the talks break down and
each is left with b_i, and otherwise the other firm proposes. Firm i as responder therefore accepts

    R_i = max{o_i, -k_i + delta_i [p b_i + (1 - p) P_i]},        P_j = pie - R_i,

with P_i what i gets as proposer. An outside option o_i is a constraint: it matters only where it exceeds what waiting
is worth (deal-me-out).

References
----------
Rubinstein (1982), Perfect equilibrium in a bargaining model, Econometrica 50.
Shaked and Sutton (1984), Involuntary unemployment as a perfect equilibrium, Econometrica 52 (outside options).
Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17 (risk of breakdown).
Osborne and Rubinstein (1990), Bargaining and Markets, theorem 3.4, proposition 3.5 and section 4.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter


@dataclass(frozen=True, slots=True)
class Negotiator:
    """A firm at the table."""

    discount_factor: float = parameter(1.0, unit="per round", low=0.0, high=1.0, doc="Discount factor delta_i.")
    burn: float = parameter(0.0, unit="money/round", low=0.0, doc="What a rejected offer costs the firm, k_i.")
    end_value: float = parameter(0.0, unit="money", doc="Payoff b_i when the talks end without agreement.")
    outside_option: float = parameter(
        -math.inf, unit="money", low=-math.inf, open_high=True, doc="Payoff o_i of leaving after rejecting an offer."
    )

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)


@dataclass(frozen=True, slots=True)
class AlternatingOffers:
    """The stationary subgame-perfect equilibrium.

    Parameters
    ----------
    small_proposes, big_proposes : tuple of float
        (x_S, x_B), money, when SmallCo or BigCo makes the first offer.
    agreement : bool
        Whether that offer is accepted; otherwise parting is worth more than the pie, and these are its payoffs.
    """

    small_proposes: tuple[float, float]
    big_proposes: tuple[float, float]
    agreement: bool


def alternating_offers(
    small: Negotiator, big: Negotiator, *, breakdown: float = 0.0, pie: float = 1.0
) -> AlternatingOffers:
    """Return the stationary subgame-perfect equilibrium of alternating offers.

    Parameters
    ----------
    small, big : Negotiator
        The firms.
    breakdown : float
        Probability p in [0, 1] that the talks break down after a rejection.
    pie : float
        What there is to divide (money).

    Raises
    ------
    ParameterError
        If neither impatience nor a risk of breakdown presses the firms, so that any division is an equilibrium, or
        if an immediate agreement is not an equilibrium although parting is worth less than the pie.

    References
    ----------
    Rubinstein (1982), Econometrica 50; Osborne and Rubinstein (1990), theorem 3.4 and proposition 3.5.

    Examples
    --------
    >>> alternating_offers(Negotiator(0.5), Negotiator(0.5)).small_proposes  # 1/(1 + delta)
    (0.666666667, 0.333333333)
    >>> alternating_offers(Negotiator(0.5, outside_option=0.4), Negotiator(0.5)).big_proposes
    (0.4, 0.6)
    """
    if not 0.0 <= breakdown <= 1.0:
        raise ParameterError(f"breakdown must be in [0, 1]; got {breakdown!r}. Write a probability per round.")
    if not math.isfinite(pie):
        raise ParameterError(f"pie must be finite; got {pie!r}. Write the joint value.")
    if small.outside_option + big.outside_option > pie:
        parted = small.outside_option, big.outside_option
        return AlternatingOffers(parted, parted, agreement=False)
    firms = small, big
    kept = [(1.0 - breakdown) * firm.discount_factor for firm in firms]
    ended = [breakdown * firm.discount_factor * firm.end_value - firm.burn for firm in firms]
    if kept[0] * kept[1] == 1.0:
        raise ParameterError(
            "Negotiator.discount_factor must be below 1 for one firm where talks never break down; got 1 for both. "
            "Write a discount factor below 1 or a breakdown above 0."
        )
    waits = [
        end / (1.0 - keep) if keep < 1.0 else (-math.inf if end < 0.0 else 0.0)
        for end, keep in zip(ended, kept, strict=True)
    ]
    leaves = any(firm.outside_option > wait for firm, wait in zip(firms, waits, strict=True))
    if waits[0] + waits[1] > pie and not leaves:
        waited = waits[0], waits[1]
        return AlternatingOffers(waited, waited, agreement=False)

    def responders(small_gets: float) -> tuple[float, float]:
        """Return (R_S, R_B) if SmallCo gets that much when it proposes."""
        least_small = max(small.outside_option, ended[0] + kept[0] * small_gets)
        return least_small, max(big.outside_option, ended[1] + kept[1] * (pie - least_small))

    candidates = []
    for small_leaves, big_leaves in product((False, True), repeat=2):
        if big_leaves:
            gets = pie - big.outside_option
        elif small_leaves:
            gets = pie - ended[1] - kept[1] * (pie - small.outside_option)
        else:
            gets = (pie - ended[1] - kept[1] * (pie - ended[0])) / (1.0 - kept[0] * kept[1])
        if math.isfinite(gets):
            candidates.append((abs(pie - responders(gets)[1] - gets), gets))
    small_gets = min(candidates)[1]
    least_small, least_big = responders(small_gets)
    _check_immediate(firms, (least_small, least_big), kept, ended, pie)
    return AlternatingOffers((pie - least_big, least_big), (least_small, pie - least_small), agreement=True)


def _check_immediate(
    firms: tuple[Negotiator, Negotiator], least: tuple[float, float], kept: list[float], ended: list[float], pie: float
) -> None:
    """Raise ParameterError if a proposer would rather be rejected than make the offer that is accepted."""
    for proposer, responder in ((0, 1), (1, 0)):
        leaves = firms[responder].outside_option >= least[responder]
        rejected = firms[proposer].outside_option if leaves else ended[proposer] + kept[proposer] * least[proposer]
        if rejected > pie - least[responder] + 1e-9 * max(1.0, abs(pie)):
            name = "small" if proposer == 0 else "big"
            raise ParameterError(
                f"Negotiator.end_value must leave the {name} firm better off with an agreement now; waiting is worth "
                f"{rejected:.6g} to it and agreeing {pie - least[responder]:.6g}. Write smaller end values."
            )
