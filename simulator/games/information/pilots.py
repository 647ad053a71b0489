"""Learning who the partner is: what a pilot is worth, and how kept and broken promises become trust.

A partner is a suitor with probability theta, worth G, or a shark, who costs L.

References
----------
Raiffa and Schlaifer (1961), Applied Statistical Decision Theory (value of information, Beta beliefs).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter


@dataclass(frozen=True, slots=True)
class Pilot:
    """A small trial before the real alliance, which exposes a shark with some probability and never a suitor.

    Examples
    --------
    >>> pilot = Pilot(prior=0.5, gain=10.0, loss=20.0, detection=0.5, cost=1.0)
    >>> pilot.without, pilot.value, round(pilot.posterior, 6), round(pilot.threshold, 6)
    (0.0, -1.0, 0.666667, 0.666667)
    """

    prior: float = parameter(low=0.0, high=1.0, doc="Prior probability theta of a suitor.")
    gain: float = parameter(unit="money", low=0.0, doc="Gain G from a suitor.")
    loss: float = parameter(unit="money", low=0.0, doc="Loss L from a shark.")
    detection: float = parameter(low=0.0, high=1.0, doc="Probability q that the pilot exposes a shark.")
    cost: float = parameter(0.0, unit="money", low=0.0, doc="Cost of the pilot.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def threshold(self) -> float:
        """Return the belief L/(G + L) from which on an alliance is worth entering."""
        return self.loss / (self.gain + self.loss) if self.loss > 0.0 else 0.0

    @property
    def without(self) -> float:
        """Return the value (money) of entering or staying out on the prior, max(0, theta G - (1 - theta) L)."""
        return max(0.0, self.prior * self.gain - (1.0 - self.prior) * self.loss)

    @property
    def value(self) -> float:
        """Return the value (money) with the pilot, its cost paid: entering only after a clean one, if at all."""
        missed = (1.0 - self.prior) * (1.0 - self.detection)
        return max(0.0, self.prior * self.gain - missed * self.loss) - self.cost

    @property
    def worth_running(self) -> bool:
        """Return whether the pilot is worth more than deciding without it."""
        return self.value > self.without

    @property
    def posterior(self) -> float:
        """Return the probability of a suitor after a clean pilot, theta/(theta + (1 - theta)(1 - q)).

        If a clean pilot is impossible (no suitors, and every shark exposed) it is 0.
        """
        clean = self.prior + (1.0 - self.prior) * (1.0 - self.detection)
        return self.prior / clean if clean > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class BetaTrust:
    """A belief Beta(a, b) about the chance that the partner keeps its next promise, equation (11) of the model.

    Raises
    ------
    ParameterError
        If a value is out of range.

    Examples
    --------
    >>> BetaTrust(1.0, 1.0).after(kept=2, broken=0).mean
    0.75
    """

    kept: float = parameter(low=0.0, open_low=True, doc="Kept promises a, prior ones included.")
    broken: float = parameter(low=0.0, open_low=True, doc="Broken promises b, prior ones included.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    def after(self, kept: float, broken: float) -> BetaTrust:
        """Return the belief after so many more promises were kept and broken."""
        for name, count in (("kept", kept), ("broken", broken)):
            if not count >= 0.0:
                raise ParameterError(f"BetaTrust.after.{name} must be at least 0; got {count}. Count promises.")
        return BetaTrust(self.kept + kept, self.broken + broken)

    @property
    def mean(self) -> float:
        """Return the expected chance that the next promise is kept, a/(a + b)."""
        return self.kept / (self.kept + self.broken)

    @property
    def variance(self) -> float:
        """Return the variance of that chance, a b/((a + b)^2 (a + b + 1))."""
        total = self.kept + self.broken
        return self.kept * self.broken / (total * total * (total + 1.0))
