"""Holding out: wars of attrition, obstinate bargainers, and what finite budgets do to both.

Symbols: v_i prize, c_i cost of fighting per time, lambda_i rate at which firm i concedes.

References
----------
Maynard Smith (1974), The theory of games and the evolution of animal conflicts, Journal of Theoretical Biology 47.
Hendricks, Weiss and Wilson (1988), The war of attrition in continuous time with complete information, International
Economic Review 29.
Abreu and Gul (2000), Bargaining and reputation, Econometrica 68.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter


@dataclass(frozen=True, slots=True)
class WarOfAttrition:
    """Both firms fight until one concedes; the other gets its prize. Time is continuous, budgets have no end.

    In the mixed equilibria each firm concedes at the rate that keeps the other indifferent, so the firm with the higher
    cost, whose partner must concede faster, wins more often: use budgets or obstinacy where that is not meant. They
    differ in who concedes at once, and with which probability; at most one firm does.

    Raises
    ------
    ParameterError
        If a value is out of range, both firms may concede at once, or costs and prizes do not compare.

    Examples
    --------
    >>> war = WarOfAttrition(small_prize=1.0, big_prize=1.0, small_cost=3.0, big_cost=1.0)
    >>> war.rate(Role.SMALL), war.rate(Role.BIG), war.concedes(Role.SMALL), war.length
    (1.0, 3.0, 0.25, 0.25)
    """

    small_prize: float = parameter(unit="money", low=0.0, open_low=True, doc="SmallCo's prize v_S.")
    big_prize: float = parameter(unit="money", low=0.0, open_low=True, doc="BigCo's prize v_B.")
    small_cost: float = parameter(unit="money/time", low=0.0, open_low=True, doc="SmallCo's cost c_S of fighting.")
    big_cost: float = parameter(unit="money/time", low=0.0, open_low=True, doc="BigCo's cost c_B of fighting.")
    small_at_once: float = parameter(0.0, low=0.0, high=1.0, doc="Probability that SmallCo concedes at once.")
    big_at_once: float = parameter(0.0, low=0.0, high=1.0, doc="Probability that BigCo concedes at once.")

    def __post_init__(self) -> None:
        """Hold values to their ranges; in equilibrium at most one firm may concede at once."""
        check_limits(self)
        if self.small_at_once > 0.0 and self.big_at_once > 0.0:
            raise ParameterError(
                f"WarOfAttrition.big_at_once must be 0 if small_at_once is above 0; got {self.big_at_once}. Write 0."
            )
        if not all(0.0 < self.rate(role) < math.inf for role in Role):
            raise ParameterError(
                "WarOfAttrition.small_cost and big_cost must be of sizes that compare with the prizes; got "
                f"{self.small_cost} and {self.big_cost}. Write costs and prizes in one unit of money."
            )

    def rate(self, role: Role) -> float:
        """Return the rate at which a firm concedes: l_S = c_B/v_B, l_B = c_S/v_S."""
        return self.big_cost / self.big_prize if role is Role.SMALL else self.small_cost / self.small_prize

    def concedes(self, role: Role) -> float:
        """Return the probability that it is this firm that concedes."""
        own, other = self._at_once(role), self._at_once(_rival(role))
        fights_on = (1.0 - own) * (1.0 - other)
        return own + fights_on * self.rate(role) / (self.rate(Role.SMALL) + self.rate(Role.BIG))

    @property
    def length(self) -> float:
        """Return the expected time until somebody concedes, 1/(l_S + l_B) unless it happens at once."""
        fights_on = (1.0 - self.small_at_once) * (1.0 - self.big_at_once)
        return fights_on / (self.rate(Role.SMALL) + self.rate(Role.BIG))

    def payoff(self, role: Role, concession: float) -> float:
        """Return a firm's expected payoff (money) from conceding at a time (may be infinite) unless the other does.

        It gets the prize if the rival concedes first and pays its cost until the end.
        """
        if not concession >= 0.0:
            raise ParameterError(
                f"WarOfAttrition.concession must be at least 0; got {concession}. Write a time, or inf."
            )
        rival = _rival(role)
        prize, cost = (self.small_prize, self.small_cost) if role is Role.SMALL else (self.big_prize, self.big_cost)
        pace, at_once = self.rate(rival), self._at_once(rival)
        ended = -math.expm1(-pace * concession)
        return at_once * prize + (1.0 - at_once) * (prize - cost / pace) * ended

    @property
    def indifference_gap(self) -> float:
        """Return the largest difference (money) between two times of conceding, over both firms; 0 in equilibrium."""
        return max(abs(self.payoff(role, math.inf) - self.payoff(role, 0.0)) for role in Role)

    def _at_once(self, role: Role) -> float:
        """Return the firm's probability of conceding at once."""
        return self.small_at_once if role is Role.SMALL else self.big_at_once


@dataclass(frozen=True, slots=True)
class ObstinateBargaining:
    """Each firm demands a share of a pie of 1, and may be obstinate: a type that never takes less.

    Rational firms imitate obstinate ones and concede at the rate that keeps the other indifferent, until at T_0 only
    obstinate ones are left; the firm that would take longer to build that reputation concedes at once with the
    probability that makes both arrive together.

    Raises
    ------
    ParameterError
        If a value is out of range, the demands are compatible, or nobody may be obstinate.

    References
    ----------
    Abreu and Gul (2000), the game with one obstinate type on each side.

    Examples
    --------
    >>> even = ObstinateBargaining(0.75, 0.75, 0.1, 0.1, small_rate=0.1, big_rate=0.1)
    >>> round(even.rate(Role.SMALL), 12), even.at_once(Role.SMALL), even.payoff(Role.SMALL)
    (0.05, 0.0, 0.25)
    """

    small_demand: float = parameter(low=0.0, high=1.0, open_high=True, doc="Share alpha_S that SmallCo demands.")
    big_demand: float = parameter(low=0.0, high=1.0, open_high=True, doc="Share alpha_B that BigCo demands.")
    small_obstinacy: float = parameter(low=0.0, high=1.0, doc="Probability z_S that SmallCo is obstinate.")
    big_obstinacy: float = parameter(low=0.0, high=1.0, doc="Probability z_B that BigCo is obstinate.")
    small_rate: float = parameter(unit="per time", low=0.0, open_low=True, doc="SmallCo's discount rate r_S.")
    big_rate: float = parameter(unit="per time", low=0.0, open_low=True, doc="BigCo's discount rate r_B.")

    def __post_init__(self) -> None:
        """Hold values to their ranges; the demands must conflict, and somebody may be obstinate."""
        check_limits(self)
        if not self.small_demand + self.big_demand > 1.0:
            raise ParameterError(
                "ObstinateBargaining.small_demand and big_demand must sum to more than 1; got "
                f"{self.small_demand} and {self.big_demand}. Compatible demands need no bargaining."
            )
        if self.small_obstinacy == 0.0 and self.big_obstinacy == 0.0:
            raise ParameterError(
                "ObstinateBargaining.small_obstinacy must be above 0 if big_obstinacy is 0; got 0. Without obstinacy "
                "use WarOfAttrition."
            )
        if not all(0.0 < self.rate(role) < math.inf for role in Role):
            raise ParameterError(
                "ObstinateBargaining.small_rate and big_rate must be large enough to concede at; got "
                f"{self.small_rate} and {self.big_rate}. Write them in another unit of time."
            )

    def rate(self, role: Role) -> float:
        """Return the rate at which a firm concedes, lambda_i = r_j (1 - alpha_i)/(alpha_S + alpha_B - 1)."""
        own, patience = (self.small_demand, self.big_rate) if role is Role.SMALL else (self.big_demand, self.small_rate)
        return patience * (1.0 - own) / (self.small_demand + self.big_demand - 1.0)

    def alone_until(self, role: Role) -> float:
        """Return the time -ln z_i/lambda_i by which a firm that never concedes at once is known as obstinate."""
        obstinacy = self._obstinacy(role)
        if obstinacy == 1.0:
            return 0.0
        return -math.log(obstinacy) / self.rate(role) if obstinacy > 0.0 else math.inf

    @property
    def end(self) -> float:
        """Return T_0, by which every rational firm has conceded."""
        return min(self.alone_until(role) for role in Role)

    def at_once(self, role: Role) -> float:
        """Return the probability F_i(0) = 1 - z_i e^{lambda_i T_0} with which a firm concedes at once."""
        obstinacy = self._obstinacy(role)
        if obstinacy == 0.0:
            return 1.0
        return max(-math.expm1(math.log(obstinacy) + self.rate(role) * self.end), 0.0) + 0.0

    def payoff(self, role: Role) -> float:
        """Return a rational firm's payoff: its demand if the other concedes at once, else what the other leaves."""
        own, other = self.small_demand, self.big_demand
        if role is Role.BIG:
            own, other = other, own
        at_once = self.at_once(_rival(role))
        return at_once * own + (1.0 - at_once) * (1.0 - other)

    def _obstinacy(self, role: Role) -> float:
        """Return the firm's z_i."""
        return self.small_obstinacy if role is Role.SMALL else self.big_obstinacy


def _rival(role: Role) -> Role:
    """Return the other firm."""
    return Role.BIG if role is Role.SMALL else Role.SMALL
