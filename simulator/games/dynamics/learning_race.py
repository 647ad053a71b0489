"""Learning races: each firm learns the other's skill, and one that has learnt may have no reason to stay.

Symbols: l_i learning rate (a firm knows all at 1), and the flows of a firm while allied: common benefit and cost. The
private benefit comes with complete knowledge and is kept outside, so a firm that has learnt everything stays iff its
common benefit covers its cost.

References
----------
Khanna, Gulati and Nohria (1998), The dynamics of learning alliances, Strategic Management Journal 19 (private against
common benefits; the two formal versions here are derived from the argument in words).
Hamel (1991), Competition for competence and interpartner learning, Strategic Management Journal 12.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.firm import Role
from simulator.foundation.compiled import compiled
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter


@compiled
def absorbed(absorption: float, partner_commitment: float, protection: float) -> float:
    """Return lambda_i c_j (1 - protection_i), what a firm learns in a unit of time; see `learning_rate`."""
    return absorption * partner_commitment * (1.0 - protection)


def learning_rate(absorption: float, partner_commitment: float, protection: float = 0.0) -> float:
    """Return the rate l_i = lambda_i c_j (1 - protection_i) of equation (14).

    Parameters
    ----------
    absorption : float
        lambda_i, per month and unit of the partner's commitment, at least 0.
    partner_commitment : float
        c_j, at least 0.
    protection : float
        Share in [0, 1] of the partner's knowledge that the contract keeps from leaking.

    Raises
    ------
    ParameterError
        If a value is out of range.

    Examples
    --------
    >>> learning_rate(0.2, 0.5, 0.75)
    0.025
    """
    for name, value, high in (
        ("absorption", absorption, math.inf),
        ("partner_commitment", partner_commitment, math.inf),
        ("protection", protection, 1.0),
    ):
        if not 0.0 <= value <= high or math.isinf(value):
            raise ParameterError(f"learning_rate.{name} must be in [0, {high:g}]; got {value}. Write a number in it.")
    return float(absorbed(absorption, partner_commitment, protection))


@dataclass(frozen=True, slots=True)
class PoissonRace:
    """Knowledge comes all at once, at a random time: rate l_i for firm i, independent of the other.

    Raises
    ------
    ParameterError
        If a rate is out of range, or nobody learns.

    References
    ----------
    Loury (1979), Market structure and innovation, Quarterly Journal of Economics 93 (exponential races).

    Examples
    --------
    >>> race = PoissonRace(small_rate=1.0, big_rate=3.0)
    >>> race.first(Role.SMALL), race.duration
    (0.25, 0.25)
    """

    small_rate: float = parameter(unit="per month", low=0.0, doc="SmallCo's learning rate l_S.")
    big_rate: float = parameter(unit="per month", low=0.0, doc="BigCo's learning rate l_B.")

    def __post_init__(self) -> None:
        """Hold every value to its range; somebody must learn."""
        check_limits(self)
        if self.small_rate + self.big_rate == 0.0:
            raise ParameterError("PoissonRace.small_rate must be above 0 if big_rate is 0; got 0. Write a rate.")

    def first(self, role: Role) -> float:
        """Return the probability that a firm learns first, l_i/(l_S + l_B)."""
        own = self.small_rate if role is Role.SMALL else self.big_rate
        return own / (self.small_rate + self.big_rate)

    @property
    def duration(self) -> float:
        """Return the expected time until one firm has learnt, 1/(l_S + l_B), months."""
        return 1.0 / (self.small_rate + self.big_rate)

    def lag(self, first: Role) -> float:
        """Return how long the other firm is expected to need once `first` has learnt, months; possibly infinite."""
        slower = self.big_rate if first is Role.SMALL else self.small_rate
        return 1.0 / slower if slower > 0.0 else math.inf

    @property
    def expected_lag(self) -> float:
        """Return the expected time between the two firms' learning, months; possibly infinite."""
        parts = [self.first(role) * self.lag(role) for role in Role if self.first(role) > 0.0]
        return sum(parts)


@dataclass(frozen=True, slots=True)
class RaceOutcome:
    """How a deterministic race ends.

    Parameters
    ----------
    end : float or None
        When the alliance ends, months; None if it does not.
    leaver : Role or None
        Who leaves; None if nobody does. If both would leave at once, SmallCo is named.
    small_knowledge, big_knowledge : float
        What each firm has learnt by then (or in the long run), in [0, 1].
    """

    end: float | None
    leaver: Role | None
    small_knowledge: float
    big_knowledge: float


@dataclass(frozen=True, slots=True)
class DeterministicRace:
    """Knowledge grows steadily, l_i a month, up to 1; the firm that has learnt all leaves iff staying costs more.

    References
    ----------
    Khanna, Gulati and Nohria (1998), in words there.

    Examples
    --------
    SmallCo has learnt all after 1/2 month and then loses 0.1 a month by staying; BigCo has learnt half.

    >>> DeterministicRace(2.0, 1.0, small_common=0.1, small_cost=0.2, big_common=1.0, big_cost=0.0).outcome().end
    0.5
    """

    small_rate: float = parameter(unit="per month", low=0.0, doc="SmallCo's learning rate l_S.")
    big_rate: float = parameter(unit="per month", low=0.0, doc="BigCo's learning rate l_B.")
    small_common: float = parameter(unit="money/month", doc="SmallCo's common benefit while allied.")
    small_cost: float = parameter(unit="money/month", doc="SmallCo's cost of staying allied.")
    big_common: float = parameter(unit="money/month", doc="BigCo's common benefit while allied.")
    big_cost: float = parameter(unit="money/month", doc="BigCo's cost of staying allied.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    def leaves(self, role: Role) -> bool:
        """Return whether a firm leaves once it has learnt everything; one that is indifferent stays."""
        if role is Role.SMALL:
            return self.small_common < self.small_cost
        return self.big_common < self.big_cost

    def learnt_after(self, role: Role) -> float:
        """Return the months a firm needs to learn everything; possibly infinite."""
        rate = self.small_rate if role is Role.SMALL else self.big_rate
        return 1.0 / rate if rate > 0.0 else math.inf

    def outcome(self) -> RaceOutcome:
        """Return when the alliance ends and what each firm knows by then."""
        leaving = [(self.learnt_after(role), role) for role in Role if self.leaves(role)]
        end, leaver = min(leaving, key=lambda pair: pair[0], default=(math.inf, Role.SMALL))
        small, big = (_knowledge(rate, end) for rate in (self.small_rate, self.big_rate))
        if math.isinf(end):
            return RaceOutcome(None, None, small, big)
        return RaceOutcome(end, leaver, small, big)


def _knowledge(rate: float, time: float) -> float:
    """Return min(1, l t), also at the end of time."""
    return min(1.0, rate * time) if rate > 0.0 else 0.0
