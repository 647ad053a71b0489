"""Milestones against the runway: whether SmallCo gets there before its cash ends, and what payments underway bring.

Symbols: k stages in a row, each passed at hazard h; T runway; D delay before work starts; c_B the fraction of time
BigCo attends, which thins the hazard to c_B h; P(k, x) the regularised lower incomplete gamma function.

References
----------
Feller (1971), An Introduction to Probability Theory and Its Applications, volume 2 (gamma waiting times).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm
from scipy.special import gammainc

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import Checked, parameter

MOST_STAGES = 1000
"""Most milestones in a row."""

_SURE = 200.0
_FASTEST = 1e12


@dataclass(frozen=True, slots=True)
class MilestoneRace(Checked):
    """A SmallCo that lives for its runway and needs k milestones in a row.

    Raises
    ------
    ParameterError
        If a value is out of range, or the milestones are not counted.

    Examples
    --------
    >>> race = MilestoneRace(stages=1, hazard=0.5, runway=2.0)
    >>> round(race.survival, 12) == round(1.0 - math.exp(-1.0), 12)
    True
    """

    stages: int = parameter(unit="milestones", low=1, high=MOST_STAGES, doc="Milestones k to pass, one after another.")
    hazard: float = parameter(unit="per time", low=0.0, doc="Hazard h of each at BigCo's full attention.")
    runway: float = parameter(
        math.inf, unit="time", low=0.0, high=math.inf, doc="Time T that SmallCo's cash lasts; may be infinite."
    )
    delay: float = parameter(0.0, unit="time", low=0.0, doc="Delay D that passes before work starts.")
    attention: float = parameter(1.0, low=0.0, high=1.0, doc="Fraction c_B of the time that BigCo attends.")

    @property
    def _pace(self) -> float:
        """Return the hazard that BigCo's attention leaves, c_B h."""
        return self.attention * self.hazard

    @property
    def _time(self) -> float:
        """Return the time there is to work, (T - D)^+."""
        return max(self.runway - self.delay, 0.0)

    @property
    def survival(self) -> float:
        """Return the probability that all milestones are passed within the runway, P(k, c_B h (T - D))."""
        if self._pace == 0.0:
            return 0.0
        return float(gammainc(self.stages, self._pace * self._time))

    def survival_after_random_start(self, start_rate: float) -> float:
        """Return the probability of survival if BigCo starts after a further delay that is exponential.

        Parameters
        ----------
        start_rate : float
            Rate per time at which BigCo starts, above 0; its mean delay is the inverse.

        References
        ----------
        Neuts (1981), Matrix-Geometric Solutions in Stochastic Models (phase-type distributions).

        Examples
        --------
        >>> race = MilestoneRace(stages=1, hazard=1.0, runway=1.0)
        >>> round(race.survival_after_random_start(1.0), 12) == round(1.0 - 2.0 * math.exp(-1.0), 12)
        True
        """
        if not start_rate > 0.0:
            raise ParameterError(f"MilestoneRace.start_rate must be above 0; got {start_rate}. Write a rate, or inf.")
        if math.isinf(start_rate):
            return self.survival
        return completion(self._time, [start_rate] + [self._pace] * int(self.stages))

    def payment_value(self, payment: float, rate: float) -> float:
        """Return today's value of a payment at the last milestone if SmallCo still lives.

        Parameters
        ----------
        payment : float
            Money M paid at the k-th milestone.
        rate : float
            Discount rate r per time, at least 0.

        Returns
        -------
        float
            M e^{-r D} (h/(h + r))^k P(k, (h + r)(T - D)), with h thinned by BigCo's attention.

        Notes
        -----
        e^{-r t} times the gamma density of rate h is (h/(h + r))^k times that of rate h + r.

        Examples
        --------
        >>> MilestoneRace(stages=2, hazard=0.1).payment_value(100.0, 0.1)
        25.0
        """
        if not 0.0 <= rate < math.inf:
            raise ParameterError(
                f"MilestoneRace.rate must be at least 0 and finite; got {rate}. Write a discount rate."
            )
        finite("MilestoneRace.payment", payment, "Write money.")
        if self._pace == 0.0:
            return 0.0
        faster = self._pace + rate
        waiting = math.exp(-rate * self.delay) * (self._pace / faster) ** self.stages
        return float(payment * waiting * gammainc(self.stages, faster * self._time))

    def value_of_cash(self, success: float, burn: float) -> float:
        """Return what one more unit of cash adds to SmallCo's expected value, V f(T - D)/burn; may exceed 1.

        Parameters
        ----------
        success : float
            Value V (money) of passing the last milestone.
        burn : float
            Money burnt per time, above 0: a unit of cash buys 1/burn of runway.

        Notes
        -----
        f is the density of the time the milestones take, the derivative of `survival` in the runway.
        """
        finite("MilestoneRace.success", success, "Write money.")
        if math.isinf(self.runway):
            return 0.0
        if not 0.0 < burn < math.inf:
            raise ParameterError(f"MilestoneRace.burn must be above 0 and finite; got {burn}. Write money per time.")
        time, pace = self._time, self._pace
        if pace == 0.0 or self.runway < self.delay:
            return 0.0
        if time == 0.0:
            return success * pace / burn if self.stages == 1 else 0.0
        log_density = self.stages * math.log(pace) + (self.stages - 1) * math.log(time) - pace * time
        return success * math.exp(log_density - math.lgamma(self.stages)) / burn


def completion(horizon: float, rates: Sequence[float]) -> float:
    """Return the probability that independent exponential stages, one after another, are all over by a horizon.

    Parameters
    ----------
    horizon : float
        Time, at least 0; may be infinite.
    rates : sequence of float
        Rate of each stage, at least 0; equal or different.

    Raises
    ------
    ParameterError
        If the horizon or a rate is negative or no number.

    References
    ----------
    Neuts (1981): the last entry of the first row of exp(A T), A the generator of the stages, whatever the rates.

    Examples
    --------
    >>> round(completion(1.0, [1.0, 2.0]), 12) == round(1.0 - 2.0 * math.exp(-1.0) + math.exp(-2.0), 12)
    True
    """
    if not horizon >= 0.0 or not all(0.0 <= rate < math.inf for rate in rates):
        raise ParameterError(
            f"completion.horizon and completion.rates must be at least 0; got {horizon} and {list(rates)}. Write rates."
        )
    if any(rate == 0.0 for rate in rates):
        return 0.0
    # if all stages were as slow as the slowest they would long be over; those faster than time resolves are at once
    if horizon * min(rates, default=math.inf) > _SURE + 4.0 * len(rates):
        return 1.0
    rates = [rate for rate in rates if rate * horizon <= _FASTEST]
    size = len(rates)
    generator = np.zeros((size + 1, size + 1))
    for stage, rate in enumerate(rates):
        generator[stage, stage], generator[stage, stage + 1] = -rate, rate
    return float(min(max(expm(generator * horizon)[0, size], 0.0), 1.0))
