"""When to walk away: from a project that may be worthless, and from a business whose income has fallen.

References
----------
Keller, Rady and Cripps (2005), Strategic experimentation with exponential bandits, Econometrica 73.
Bergemann and Hege (1998), Venture capital financing, moral hazard, and learning, Journal of Banking and Finance 22.
Dixit and Pindyck (1994), Investment under Uncertainty, chapters 5 to 7 (abandonment).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.dynamics.options import negative_root


@dataclass(frozen=True, slots=True)
class ExponentialProject:
    """A project that is good with some probability; a good one succeeds at a constant hazard, which ends it.

    Symbols: p_0 prior, h hazard, V value of success, c flow cost, r discount rate, T runway. No news is bad news: the
    belief after time t without success is p(t) = p_0 e^{-ht}/(p_0 e^{-ht} + 1 - p_0), equation (10) of the model.

    Raises
    ------
    ParameterError
        If a value is out of range.

    Examples
    --------
    >>> project = ExponentialProject(prior=0.5, hazard=1.0, value=4.0, cost=1.0)
    >>> project.threshold, round(project.quitting_time, 12) == round(math.log(3.0), 12)
    (0.25, True)
    """

    prior: float = parameter(low=0.0, high=1.0, doc="Prior probability p_0 that the project is good.")
    hazard: float = parameter(unit="per time", low=0.0, open_low=True, doc="Hazard h of success if it is good.")
    value: float = parameter(unit="money", low=0.0, open_low=True, doc="Value V of success.")
    cost: float = parameter(unit="money/time", low=0.0, doc="Cost c of going on.")
    rate: float = parameter(0.0, unit="per time", low=0.0, doc="Discount rate r.")
    runway: float = parameter(
        math.inf, unit="time", low=0.0, high=math.inf, doc="Time T after which cash forces an end; may be infinite."
    )

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    def belief(self, time: float) -> float:
        """Return the probability that the project is good after a time (at least 0) without success."""
        if not time >= 0.0:
            raise ParameterError(f"ExponentialProject.time must be at least 0; got {time}. Write a time.")
        if self.prior == 1.0:
            return 1.0
        alive = self.prior * math.exp(-self.hazard * time)
        return alive / (alive + 1.0 - self.prior)

    @property
    def threshold(self) -> float:
        """Return the belief p* = c/(h V) at which to walk away, whatever the discount rate; above 1, never start.

        Success ends the project, so waiting has no value beyond its flow p h V - c.
        """
        return self.cost / (self.hazard * self.value)

    @property
    def quitting_time(self) -> float:
        """Return t* = ln[p_0 (1 - p*)/((1 - p_0) p*)]/h, when to walk away unless there is success; may be infinite.

        It is 0 if the project is not worth starting.
        """
        p, stop = self.prior, self.threshold
        if p <= stop:
            return 0.0
        if p == 1.0 or stop == 0.0:
            return math.inf
        return (math.log(p) - math.log1p(-p) + math.log1p(-stop) - math.log(stop)) / self.hazard

    @property
    def end(self) -> float:
        """Return when the project ends without success: at t*, or before it when the runway ends."""
        return min(self.runway, self.quitting_time)

    @property
    def success(self) -> float:
        """Return the probability of success, p_0 (1 - e^{-h min(T, t*)})."""
        return -self.prior * math.expm1(-self.hazard * self.end)

    @property
    def worth(self) -> float:
        """Return the project's value (money) if it is ended at t* or by the runway; see `worth_until`."""
        return self.worth_until(self.end)

    def worth_until(self, end: float) -> float:
        """Return the expected present value (money) of going on until success or until `end` (may be infinite).

        int_0^end e^{-rt} [p_0 e^{-ht} (h V - c) - (1 - p_0) c] dt.
        """
        if not end >= 0.0:
            raise ParameterError(f"ExponentialProject.end must be at least 0; got {end}. Write a time, or inf.")
        good = self.prior * (self.hazard * self.value - self.cost) * _annuity(self.rate + self.hazard, end)
        wasted = (1.0 - self.prior) * self.cost
        return good if wasted == 0.0 else good - wasted * _annuity(self.rate, end)


@dataclass(frozen=True, slots=True)
class Abandonment:
    """A business that earns x and costs c per time, x following a geometric Brownian motion, and can be left for good.

    Leaving brings `scrap` (negative: it costs). Symbols: r discount rate, a drift and s volatility of x, b < 0 the
    negative root of s^2/2 b (b - 1) + a b - r = 0.

    Raises
    ------
    ParameterError
        If a value is out of range, the drift is not below the rate, or staying has no finite value.

    References
    ----------
    Dixit and Pindyck (1994), chapters 5 to 7 (value matching and smooth pasting of an abandonment option).

    Examples
    --------
    Here b = -1, so the firm waits until income is half of what would just cover the cost.

    >>> round(Abandonment(rate=0.04, drift=0.0, volatility=0.2, cost=1.0).trigger, 12)
    0.5
    """

    rate: float = parameter(unit="per time", low=0.0, open_low=True, doc="Discount rate r.")
    drift: float = parameter(unit="per time", doc="Drift of x, below the discount rate.")
    volatility: float = parameter(unit="per root time", low=0.0, doc="Volatility of log x.")
    cost: float = parameter(unit="money/time", low=0.0, doc="Cost c of staying.")
    scrap: float = parameter(0.0, unit="money", doc="Money that leaving brings.")

    def __post_init__(self) -> None:
        """Hold values to their ranges; a business that outgrows the discount rate has no value to speak of."""
        check_limits(self)
        if not self.drift < self.rate:
            raise ParameterError(
                f"Abandonment.drift must be below the rate {self.rate}; got {self.drift}. Write a smaller drift."
            )
        if not self.cost / self.rate < math.inf:
            raise ParameterError(
                f"Abandonment.rate must be large enough for a finite value of staying; got {self.rate}. Write 0.04."
            )

    @property
    def trigger(self) -> float:
        """Return x* = b/(b - 1) (r - a)(c/r + scrap): walk away once income falls to it; 0 if never."""
        root = negative_root(self.drift, self.volatility, self.rate)
        wedge = 1.0 if math.isinf(root) else root / (root - 1.0)
        return max(wedge * (self.rate - self.drift) * (self.cost / self.rate + self.scrap), 0.0)

    def worth(self, income: float) -> float:
        """Return the value (money) of the business at an income, with the option to leave it."""
        if not 0.0 <= income < math.inf:
            raise ParameterError(
                f"Abandonment.income must be at least 0 and finite; got {income}. Write money per time."
            )
        trigger, root = self.trigger, negative_root(self.drift, self.volatility, self.rate)
        staying = income / (self.rate - self.drift) - self.cost / self.rate
        if income <= trigger:
            return self.scrap if trigger > 0.0 else staying
        if trigger == 0.0 or math.isinf(root):
            return staying
        at_trigger = trigger / (self.rate - self.drift) - self.cost / self.rate
        return staying + (self.scrap - at_trigger) * math.exp(root * math.log(income / trigger))


def _annuity(rate: float, end: float) -> float:
    """Return int_0^end e^{-rate t} dt."""
    if rate == 0.0:
        return end
    return -math.expm1(-rate * end) / rate
