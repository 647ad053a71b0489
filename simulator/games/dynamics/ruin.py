"""Ruin of the firm with little cash: gambler's ruin against a richer partner, and cash as a Brownian motion.

References
----------
Feller (1968), An Introduction to Probability Theory and Its Applications, volume 1, chapter XIV.
Cox and Miller (1965), The Theory of Stochastic Processes (first passage of a drifted Brownian motion).
Asmussen and Albrecher (2010), Ruin Probabilities.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import log_ndtr

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter

_SERIES = 1.0
_TERMS = 25
_NO_LUCK = 1e-100


@dataclass(frozen=True, slots=True)
class GamblersRuin:
    """Rounds for one unit of money each, until SmallCo or BigCo has nothing left.

    Raises
    ------
    ParameterError
        If a value is out of range, money is not in whole units, or the stake exceeds the total.

    Examples
    --------
    >>> fair = GamblersRuin(win=0.5, stake=2, total=10)
    >>> fair.probability, fair.duration
    (0.8, 16.0)
    """

    win: float = parameter(low=0.0, high=1.0, doc="Probability p that SmallCo wins a round.")
    stake: float = parameter(unit="money", low=0.0, doc="SmallCo's money i at the start, a whole number.")
    total: float = parameter(
        math.inf, unit="money", low=0.0, high=math.inf, doc="Money N of both firms; infinite against a deep pocket."
    )

    def __post_init__(self) -> None:
        """Hold values to their ranges; money is counted in whole units."""
        check_limits(self)
        for name, value in (("stake", self.stake), ("total", self.total)):
            if math.isfinite(value) and value != math.floor(value):
                raise ParameterError(f"GamblersRuin.{name} must be a whole number; got {value}. Count in stakes.")
        if self.stake > self.total:
            raise ParameterError(
                f"GamblersRuin.total must be at least the stake {self.stake}; got {self.total}. Write the sum of both."
            )

    @property
    def _log_odds(self) -> float:
        """Return ln(q/p), which is what one unit of money changes."""
        if self.win in {0.0, 1.0}:
            return math.inf if self.win == 0.0 else -math.inf
        return math.log1p(-self.win) - math.log(self.win)

    @property
    def probability(self) -> float:
        """Return the probability that SmallCo is ruined, ((q/p)^i - (q/p)^N)/(1 - (q/p)^N).

        References
        ----------
        Feller (1968), XIV (2.4) and, against an infinitely rich opponent, its limit.
        """
        odds, i, n = self._log_odds, self.stake, self.total
        if i == 0.0:
            return 1.0
        if i == n:
            return 0.0
        if odds == 0.0:
            return 1.0 - i / n
        if odds > 0.0:
            return 1.0 if math.isinf(n) or math.isinf(odds) else math.expm1((i - n) * odds) / math.expm1(-n * odds)
        if math.isinf(n) or math.isinf(odds):
            return math.exp(i * odds)
        return math.exp(i * odds) * math.expm1((n - i) * odds) / math.expm1(n * odds)

    @property
    def duration(self) -> float:
        """Return the expected number of rounds, i/(q - p) - N/(q - p) (1 - (q/p)^i)/(1 - (q/p)^N); may be infinite.

        Near p = 1/2, where this is a difference of large numbers, the quotient is expanded in powers of ln(q/p).

        References
        ----------
        Feller (1968), XIV (3.4).
        """
        odds, i, n, excess = self._log_odds, self.stake, self.total, 1.0 - 2.0 * self.win
        if i in {0.0, n}:
            return 0.0
        if math.isinf(n):
            return i / excess if excess > 0.0 else math.inf
        if abs(n * odds) > _SERIES:
            return (i - n * (1.0 - self.probability)) / excess
        per_excess = odds / excess if excess != 0.0 else 2.0
        difference, scale = 0.0, 0.0
        for k in range(_TERMS):
            weight = odds**k / math.factorial(k + 1)
            scale += weight * n**k
            if k > 0:
                difference += odds ** (k - 1) / math.factorial(k + 1) * (n**k - i**k)
        return i * per_excess * difference / scale


@dataclass(frozen=True, slots=True)
class BrownianCash:
    """SmallCo's cash as a Brownian motion with drift, ruined at its first passage of 0.

    Raises
    ------
    ParameterError
        If a value is out of range.

    Examples
    --------
    Without luck, cash 6 burnt at 2 a month lasts 3 months.

    >>> burning = BrownianCash(cash=6.0, drift=-2.0, volatility=0.0)
    >>> burning.ruin_by(2.9), burning.ruin_by(3.0)
    (0.0, 1.0)
    >>> round(burning.ruin_before_event(0.1), 12) == round(math.exp(-0.1 * 3.0), 12)
    True
    """

    cash: float = parameter(unit="money", low=0.0, doc="Cash x at the start.")
    drift: float = parameter(unit="money/time", doc="Drift mu of cash; minus the burn where there is no income.")
    volatility: float = parameter(unit="money/root time", low=0.0, doc="Volatility s of cash.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    def ruin_by(self, horizon: float) -> float:
        """Return the probability of ruin by a horizon (time, may be infinite).

        Phi((-x - mu T)/(s sqrt T)) + exp(-2 mu x/s^2) Phi((-x + mu T)/(s sqrt T)); the product is formed of logarithms,
        because its factors overflow and underflow when cash falls fast.

        References
        ----------
        Cox and Miller (1965); the first-passage time is inverse Gaussian.
        """
        if not horizon >= 0.0:
            raise ParameterError(f"BrownianCash.horizon must be at least 0; got {horizon}. Write a time, or inf.")
        x, mu, s = self.cash, self.drift, self.volatility
        if x == 0.0:
            return 1.0
        if s <= _NO_LUCK * x:
            return float(mu < 0.0 and x <= -mu * horizon)
        if math.isinf(horizon):
            return 1.0 if mu <= 0.0 else math.exp(-2.0 * (mu / s) * (x / s))
        spread = s * math.sqrt(horizon)
        if spread == 0.0:
            return 0.0
        direct = math.exp(log_ndtr((-x - mu * horizon) / spread))
        reflected = math.exp(log_ndtr((-x + mu * horizon) / spread) - 2.0 * (mu / s) * (x / s))
        return min(direct + reflected, 1.0)

    def ruin_before_event(self, hazard: float) -> float:
        """Return the probability of ruin before an independent event of constant hazard, exp(-gamma x).

        Parameters
        ----------
        hazard : float
            Rate h per time of the event (a milestone, a rescue, a deadline), at least 0.

        Notes
        -----
        It is the Laplace transform of the first-passage time at h, gamma = (mu + sqrt(mu^2 + 2 h s^2))/s^2; without
        luck, cash burnt steadily, exp(-h x/burn).

        References
        ----------
        Cox and Miller (1965), the Laplace transform of the first-passage time.
        """
        if not 0.0 <= hazard < math.inf:
            raise ParameterError(f"BrownianCash.hazard must be at least 0 and finite; got {hazard}. Write a rate.")
        x, mu, s = self.cash, self.drift, self.volatility
        if x == 0.0:
            return 1.0
        reach = math.hypot(mu, math.sqrt(2.0 * hazard) * s)
        if mu < 0.0:
            return math.exp(-2.0 * hazard / (reach - mu) * x)
        if s <= _NO_LUCK * x:
            return 0.0
        return math.exp(-((mu + reach) / s) * (x / s))
