"""Preferences over both firms' payoffs, and how those who hold them make offers, accept them and return trust.

Symbols, from the eyes of firm i: x_i its own payoff and x_j the other's (money); alpha_i its dislike of being behind,
beta_i of being ahead. A proposer divides a pie, offering s to the responder and keeping pie - s; after a rejection the
responder is left with d_S and the proposer with d_B. A sender trusts a trustee with money that grows on the way.
The utility of money itself is `money_frontier.crra`.

References
----------
Fehr and Schmidt (1999), A theory of fairness, competition, and cooperation, QJE 114: equation (1), proposition 1.
Charness and Rabin (2002), Understanding social preferences with simple tests, QJE 117: utility of section II.
Berg, Dickhaut and McCabe (1995), Trust, reciprocity, and social history, GEB 10: the game of trust.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.negotiation.money_frontier import crra

TIE = 1e-12
"""Payoff differences up to this share of the pie are rounding, not reasons."""


@dataclass(frozen=True, slots=True)
class InequityAversion:
    """Who dislikes being behind by alpha, and being ahead by beta, per unit of money; both 0 is selfish.

    Raises
    ------
    ParameterError
        If alpha is below 0 or beta outside [0, 1].

    References
    ----------
    Fehr and Schmidt (1999), section II; they also assume beta <= alpha, which no result here needs.
    """

    alpha: float = parameter(0.0, low=0.0, doc="Utility lost per unit of money the other is ahead.")
    beta: float = parameter(0.0, low=0.0, high=1.0, doc="Utility lost per unit of money the other is behind.")

    def __post_init__(self) -> None:
        """Check ranges."""
        check_limits(self)

    def utility(self, own: float, *others: float) -> float:
        """Return x_i - alpha mean(max(x_j - x_i, 0)) - beta mean(max(x_i - x_j, 0)) over the others, equation (1).

        Examples
        --------
        >>> InequityAversion(alpha=1.0).utility(2.0, 5.0), InequityAversion(beta=0.5).utility(5.0, 2.0, 5.0)
        (-1.0, 4.25)
        """
        for value in (own, *others):
            finite("InequityAversion.utility", value, "Write payoffs.")
        if not others:
            return own
        behind = sum(max(other - own, 0.0) for other in others)
        ahead = sum(max(own - other, 0.0) for other in others)
        return own - (self.alpha * behind + self.beta * ahead) / len(others)

    def value(self, own: float, other: float, risk_aversion: float) -> float:
        """Return CRRA utility of one's own money less the disutility of inequity: equation (17) of the formal model.

        Examples
        --------
        >>> InequityAversion(alpha=0.5).value(4.0, 5.0, 0.5)
        3.5
        """
        return crra(own, risk_aversion) + self.utility(own, other) - own

    def acceptance_threshold(self, disagreement: tuple[float, float] = (0.0, 0.0), pie: float = 1.0) -> float:
        """Return the smallest offer that is as good as (d_S, d_B), what responder and proposer get after a rejection.

        Infinite if no division of the pie is. With nothing to fall back on it is pie alpha / (1 + 2 alpha).

        References
        ----------
        Fehr and Schmidt (1999), proposition 1; other disagreement payoffs: derived.

        Examples
        --------
        >>> InequityAversion(alpha=0.5).acceptance_threshold()
        0.25
        >>> round(InequityAversion(alpha=1.0).acceptance_threshold((0.1, 0.3)), 12)
        0.3
        """
        _check_pie("acceptance_threshold", disagreement, pie)
        needed = self.utility(*disagreement)
        if needed <= 0.5 * pie:
            return max((needed + self.alpha * pie) / (1.0 + 2.0 * self.alpha), 0.0)
        if self.beta >= 0.5:
            return math.inf
        offer = (needed - self.beta * pie) / (1.0 - 2.0 * self.beta)
        return offer if offer <= pie else math.inf

    def accepts(self, offer: float, disagreement: tuple[float, float] = (0.0, 0.0), pie: float = 1.0) -> bool:
        """Return whether an offer out of the pie is at least as good as the disagreement payoffs (d_S, d_B).

        Examples
        --------
        >>> InequityAversion(alpha=0.5).accepts(0.25), InequityAversion(alpha=0.5).accepts(0.24)
        (True, False)
        """
        _check_pie("accepts", disagreement, pie)
        return self.utility(offer, pie - offer) >= self.utility(*disagreement) - TIE * pie


Population = Sequence[tuple[InequityAversion, float]]
"""Types with their shares, which sum to 1."""


def implied_alpha(offer: float, pie: float = 1.0) -> float:
    """Return the alpha of the responder whom a selfish proposer offers this much; infinite at half the pie.

    Raises
    ------
    ParameterError
        If the offer is not between 0 and half the pie: no aversion to being behind explains more.

    References
    ----------
    Fehr and Schmidt (1999), proposition 1, solved for alpha.

    Examples
    --------
    >>> implied_alpha(0.25)
    0.5
    """
    _check_pie("implied_alpha", (0.0, 0.0), pie)
    if not 0.0 <= offer <= 0.5 * pie:
        raise ParameterError(
            f"implied_alpha.offer must be between 0 and half the pie, {0.5 * pie:g}; got {offer}. Write an offer in it."
        )
    return math.inf if offer == 0.5 * pie else offer / (pie - 2.0 * offer)


@dataclass(frozen=True, slots=True)
class Offer:
    """The best offer of a proposer.

    Parameters
    ----------
    amount : float
        What the responder is offered (money).
    acceptance : float
        Probability that it is accepted.
    utility : float
        Expected utility of the proposer (money).
    """

    amount: float
    acceptance: float
    utility: float


def best_offer(
    proposer: InequityAversion,
    responders: Population,
    disagreement: tuple[float, float] = (0.0, 0.0),
    pie: float = 1.0,
) -> Offer:
    """Return the offer that is best against a population of responders whose types are not seen.

    Parameters
    ----------
    proposer : InequityAversion
        Who makes the offer.
    responders : sequence of (InequityAversion, float)
        Types with their shares; one type with share 1 is a responder who is known.
    disagreement : tuple of float
        (d_S, d_B): payoffs (money) of responder and proposer after a rejection.
    pie : float
        What there is to divide (money), above 0.

    Notes
    -----
    Utility is linear between the thresholds of the types and half the pie, so the best offer is among these. Of offers
    equally good the smallest is made; one that everybody rejects only if it is better than all others.

    Raises
    ------
    ParameterError
        If shares are negative or do not sum to 1, or the pie is not above 0.

    References
    ----------
    Fehr and Schmidt (1999), proposition 1 and section V.

    Examples
    --------
    >>> best_offer(InequityAversion(beta=0.3), [(InequityAversion(alpha=0.5), 1.0)]).amount
    0.25
    >>> best_offer(InequityAversion(beta=0.6), [(InequityAversion(alpha=0.5), 1.0)]).amount
    0.5
    """
    _check_pie("best_offer", disagreement, pie)
    _check_shares("best_offer.responders", responders)
    thresholds = {responder.acceptance_threshold(disagreement, pie) for responder, _ in responders}
    rejected = proposer.utility(disagreement[1], disagreement[0])
    best = Offer(0.0, 0.0, -math.inf)
    for amount in (*sorted(each for each in thresholds | {0.5 * pie} if each <= pie), 0.0):
        chance = sum(share for responder, share in responders if responder.accepts(amount, disagreement, pie))
        if amount > 0.0 and chance == 0.0:
            continue
        utility = chance * proposer.utility(pie - amount, amount) + (1.0 - chance) * rejected
        if utility > best.utility + TIE * pie:
            best = Offer(amount, min(chance, 1.0), utility)
    return best


@dataclass(frozen=True, slots=True)
class UltimatumOutcome:
    """What a population of proposers and one of responders do.

    Parameters
    ----------
    offers : tuple of Offer
        The offer of each type of proposer, in the order given.
    mean_offer : float
        Mean offer (money).
    rejection_rate : float
        Share of offers rejected.
    """

    offers: tuple[Offer, ...]
    mean_offer: float
    rejection_rate: float


def ultimatum(
    proposers: Population,
    responders: Population,
    disagreement: tuple[float, float] = (0.0, 0.0),
    pie: float = 1.0,
) -> UltimatumOutcome:
    """Return the equilibrium of the ultimatum game between two populations whose types are private.

    Parameters are those of `best_offer`, with a population of proposers.

    References
    ----------
    Fehr and Schmidt (1999), section V and table III.

    Examples
    --------
    >>> selfish, fair = InequityAversion(), InequityAversion(alpha=0.5, beta=0.6)
    >>> found = ultimatum([(selfish, 0.5), (fair, 0.5)], [(fair, 1.0)])
    >>> [offer.amount for offer in found.offers], found.mean_offer, found.rejection_rate
    ([0.25, 0.5], 0.375, 0.0)
    """
    _check_shares("ultimatum.proposers", proposers)
    offers = tuple(best_offer(proposer, responders, disagreement, pie) for proposer, _ in proposers)
    shares = [share for _, share in proposers]
    mean = sum(share * offer.amount for share, offer in zip(shares, offers, strict=True))
    rejected = sum(share * (1.0 - offer.acceptance) for share, offer in zip(shares, offers, strict=True))
    return UltimatumOutcome(offers, mean, rejected)


@dataclass(frozen=True, slots=True)
class TrustGame:
    """A sender sends s out of an endowment; the trustee gets multiplier times s and returns r of that.

    Examples
    --------
    >>> game = TrustGame()
    >>> game.returned(InequityAversion(beta=0.6), 5.0), game.returned(InequityAversion(beta=0.4), 5.0)
    (10.0, 0.0)
    """

    sender_endowment: float = parameter(10.0, unit="money", low=0.0, doc="What the sender has.")
    trustee_endowment: float = parameter(10.0, unit="money", low=0.0, doc="What the trustee has to begin with.")
    multiplier: float = parameter(3.0, low=0.0, doc="What each unit sent becomes.")

    def __post_init__(self) -> None:
        """Check ranges."""
        check_limits(self)

    def returned(self, trustee: InequityAversion, sent: float) -> float:
        """Return what the trustee gives back (money): what makes both equal if beta > 1/2, otherwise nothing.

        Raises
        ------
        ParameterError
            If more is sent than there is, or less than nothing.
        """
        if not 0.0 <= sent <= self.sender_endowment:
            raise ParameterError(
                f"TrustGame.returned.sent must be between 0 and {self.sender_endowment:g}; got {sent}. "
                "Write at most the sender's endowment."
            )
        received = self.multiplier * sent
        ahead = self.trustee_endowment + received - (self.sender_endowment - sent)
        return min(max(0.5 * ahead, 0.0), received) if trustee.beta > 0.5 else 0.0

    def sent(self, sender: InequityAversion, trustees: Population) -> float:
        """Return the amount (money) that is best for a sender who does not see the trustee's type, the least of ties.

        Utility is linear between the amounts where a trustee begins to return something, or all of it.

        Examples
        --------
        >>> fair = InequityAversion(beta=0.6)
        >>> TrustGame().sent(InequityAversion(), [(fair, 0.6), (InequityAversion(), 0.4)])
        10.0
        >>> TrustGame().sent(InequityAversion(), [(fair, 0.4), (InequityAversion(), 0.6)])
        0.0
        """
        _check_shares("TrustGame.sent.trustees", trustees)
        lead = self.sender_endowment - self.trustee_endowment
        kinks = [lead / (self.multiplier + 1.0)]
        if self.multiplier != 1.0:
            kinks.append(lead / (1.0 - self.multiplier))
        amounts = sorted({min(max(each, 0.0), self.sender_endowment) for each in (0.0, *kinks, self.sender_endowment)})
        best, highest = 0.0, -math.inf
        for amount in amounts:
            utility = sum(share * self._utility(sender, trustee, amount) for trustee, share in trustees)
            if utility > highest + TIE * max(self.sender_endowment, 1.0):
                best, highest = amount, utility
        return best

    def _utility(self, sender: InequityAversion, trustee: InequityAversion, sent: float) -> float:
        """Return the sender's utility when this trustee replies."""
        returned = self.returned(trustee, sent)
        own = self.sender_endowment - sent + returned
        return sender.utility(own, self.trustee_endowment + self.multiplier * sent - returned)


@dataclass(frozen=True, slots=True)
class SocialWelfare:
    """Who weighs the other's payoff by rho when ahead, by sigma when behind, and by theta less after misbehaviour.

    Notes
    -----
    Charity is sigma, rho > 0, competition sigma <= rho <= 0, inequity aversion sigma < 0 < rho: rho = beta and
    sigma = -alpha is `InequityAversion`.

    References
    ----------
    Charness and Rabin (2002), section II: u_B = (rho r + sigma s + theta q) x_A + (1 - rho r - sigma s - theta q) x_B,
    with r = 1 if x_B > x_A, s = 1 if x_B < x_A, and q = -1 if A has misbehaved.

    Examples
    --------
    >>> round(SocialWelfare(rho=0.4, sigma=0.02).utility(4.0, 6.0), 12), SocialWelfare(rho=0.5).utility(6.0, 4.0)
    (4.04, 5.0)
    """

    rho: float = parameter(0.0, doc="Weight of the other's payoff when ahead.")
    sigma: float = parameter(0.0, doc="Weight of the other's payoff when behind.")
    theta: float = parameter(0.0, doc="What misbehaviour takes from that weight.")

    def __post_init__(self) -> None:
        """Check ranges."""
        check_limits(self)

    def utility(self, own: float, other: float, *, misbehaved: bool = False) -> float:
        """Return the weighted mean of one's own payoff and the other's (money)."""
        finite("SocialWelfare.utility.own", own, "Write a payoff.")
        finite("SocialWelfare.utility.other", other, "Write a payoff.")
        weight = self.rho if own > other else self.sigma if own < other else 0.0
        weight -= self.theta if misbehaved else 0.0
        return weight * other + (1.0 - weight) * own


def _check_pie(owner: str, disagreement: tuple[float, float], pie: float) -> None:
    """Raise ParameterError unless there is something to divide and the alternative is known."""
    if not 0.0 < pie < math.inf:
        raise ParameterError(f"{owner}.pie must be finite and above 0; got {pie}. Write 1.")
    if not all(math.isfinite(each) for each in disagreement):
        raise ParameterError(f"{owner}.disagreement must be finite; got {disagreement}. Write (0, 0) for nothing.")


def _check_shares(owner: str, population: Population) -> None:
    """Raise ParameterError unless shares are at least 0 and sum to 1."""
    shares = [share for _, share in population]
    if not all(share >= 0.0 for share in shares) or not math.isclose(sum(shares), 1.0, abs_tol=1e-9):
        raise ParameterError(
            f"{owner} must have shares of at least 0 that sum to 1; got {shares}. Divide them by their sum."
        )
