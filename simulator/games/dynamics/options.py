"""The option to acquire: what BigCo's right to buy SmallCo at a strike is worth, and when it should be used.

Symbols: V value of SmallCo, K strike, r rate of interest, sigma volatility, T time to expiry, payout the part of V that
accrues to the owner per unit of time (what waiting forgoes). Rates and times share one unit of time. With `sells` the
option is a put: SmallCo's right to sell itself.

References
----------
Kogut (1991), Joint ventures and the option to expand and acquire, Management Science 37.
Black and Scholes (1973), Journal of Political Economy 81; Merton (1973), Bell Journal of Economics 4 (payouts).
Cox, Ross and Rubinstein (1979), Option pricing: a simplified approach, Journal of Financial Economics 7.
McDonald and Siegel (1986), The value of waiting to invest, Quarterly Journal of Economics 101.
Dixit and Pindyck (1994), Investment under Uncertainty, chapters 4 to 6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter

_MOST_GROWTH = 300.0

MOST_STEPS = 20_000
"""Largest number of steps of a binomial tree."""


@dataclass(frozen=True, slots=True)
class AcquisitionOption:
    """The right to buy SmallCo at a strike until an expiry, its value being lognormal.

    Examples
    --------
    At no volatility only the discounted strike counts: 100 - 50 e^0 = 50.

    >>> AcquisitionOption(value=100.0, strike=50.0, rate=0.0, volatility=0.0, expiry=1.0).black_scholes()
    50.0
    """

    value: float = parameter(unit="money", low=0.0, doc="Value V of SmallCo today.")
    strike: float = parameter(unit="money", low=0.0, doc="Price K at which it may be bought.")
    rate: float = parameter(unit="per time", doc="Rate of interest r.")
    volatility: float = parameter(unit="per root time", low=0.0, doc="Volatility sigma of log V.")
    expiry: float = parameter(unit="time", low=0.0, doc="Time T until the option lapses.")
    payout: float = parameter(0.0, unit="per time", doc="Part of V per unit of time that accrues to the owner.")
    sells: bool = parameter(False, doc="Whether it is SmallCo's right to sell (a put).")

    def __post_init__(self) -> None:
        """Hold every value to its range, and what grows at these rates to numbers that can be written."""
        check_limits(self)
        growth = max(abs(self.rate), abs(self.payout), abs(self.rate - self.payout)) * self.expiry
        if growth > _MOST_GROWTH or self.volatility * math.sqrt(self.expiry) > _MOST_GROWTH:
            raise ParameterError(
                "AcquisitionOption.expiry must leave rates and volatility times it below "
                f"{_MOST_GROWTH:g}; got {self.expiry!r}. Write rates and expiry in one unit of time."
            )

    def exercised(self, value: float) -> float:
        """Return what using the option brings (money) when SmallCo is worth `value`."""
        return max(self.strike - value if self.sells else value - self.strike, 0.0)

    def black_scholes(self) -> float:
        """Return the option's value (money) if it can be used at expiry only.

        References
        ----------
        Black and Scholes (1973), equation (13); Merton (1973), with a payout.
        """
        forward = self.value * math.exp(-self.payout * self.expiry)
        owed = self.strike * math.exp(-self.rate * self.expiry)
        spread = self.volatility * math.sqrt(self.expiry)
        sign = -1.0 if self.sells else 1.0
        if spread == 0.0 or forward == 0.0 or owed == 0.0:
            return max(sign * (forward - owed), 0.0)
        d = (math.log(forward) - math.log(owed)) / spread + 0.5 * spread
        return float(sign * (forward * ndtr(sign * d) - owed * ndtr(sign * (d - spread))))

    def binomial(self, steps: int = 500, *, american: bool = False) -> float:
        """Return the option's value (money) on a binomial tree with u = exp(sigma sqrt(T/n)) and d = 1/u.

        Parameters
        ----------
        steps : int
            Number n of steps.
        american : bool
            Whether it can be used at any step.

        Raises
        ------
        ParameterError
            If the number of steps is not from 1 to `MOST_STEPS`, or so small that the tree admits arbitrage.

        References
        ----------
        Cox, Ross and Rubinstein (1979).
        """
        if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
            raise ParameterError(
                f"AcquisitionOption.steps must be a whole number in [1, {MOST_STEPS}]; got {steps!r}. Write, say, 500."
            )
        if self.volatility == 0.0 or self.expiry == 0.0:
            return self._certain(steps, american)
        step = self.expiry / steps
        log_up = self.volatility * math.sqrt(step)
        wide = 2.0 * math.sinh(log_up)
        if wide == 0.0:
            return self._certain(steps, american)
        chance = (math.expm1((self.rate - self.payout) * step) - math.expm1(-log_up)) / wide
        if not 0.0 < chance < 1.0:
            odds = abs(self.rate - self.payout) / self.volatility
            raise ParameterError(
                f"AcquisitionOption.steps must be enough for sigma sqrt(T/n) to exceed |r - payout| T/n; got {steps}. "
                f"Write more than {self.expiry * odds * odds:.4g}, or a volatility of 0."
            )
        discount = math.exp(-self.rate * step)
        ups = np.arange(steps + 1)
        values = self.value * np.exp(log_up * (2.0 * ups - steps))
        sign = -1.0 if self.sells else 1.0
        worth = np.maximum(sign * (values - self.strike), 0.0)
        for left in range(steps - 1, -1, -1):
            worth = discount * (chance * worth[1:] + (1.0 - chance) * worth[:-1])
            if american:
                values = self.value * np.exp(log_up * (2.0 * ups[: left + 1] - left))
                np.maximum(worth, sign * (values - self.strike), out=worth)
        return float(worth[0])

    def _certain(self, steps: int, american: bool) -> float:
        """Return the value without luck: the best of the dates, or the last."""
        times = np.linspace(0.0, self.expiry, steps + 1) if american else np.array([self.expiry])
        values = self.value * np.exp((self.rate - self.payout) * times)
        return max(math.exp(-self.rate * t) * self.exercised(v) for t, v in zip(times, values, strict=True))


def one_period_option(value: float, up: float, down: float, strike: float, gross_rate: float) -> float:
    """Return the value (money) of an option to buy at the end of one period, in which V becomes u V or d V.

    Parameters
    ----------
    value, strike : float
        V and K, money, at least 0.
    up, down, gross_rate : float
        Factors u > R > d >= 0, R being 1 plus the rate of interest.

    Raises
    ------
    ParameterError
        If the factors are not in that order, which would allow arbitrage.

    References
    ----------
    Cox, Ross and Rubinstein (1979), one period: q = (R - d)/(u - d).

    Examples
    --------
    >>> one_period_option(100.0, 2.0, 0.5, 100.0, 1.25)
    40.0
    """
    if not 0.0 <= down < gross_rate < up < math.inf:
        raise ParameterError(
            f"one_period_option.gross_rate must lie between down and up; got down {down}, gross_rate {gross_rate}, "
            f"up {up}. Write factors with 0 <= down < gross_rate < up."
        )
    if not (0.0 <= value < math.inf and 0.0 <= strike < math.inf):
        raise ParameterError(
            f"one_period_option.value and strike must be at least 0 and finite; got {value} and {strike}. Write money."
        )
    chance = (gross_rate - down) / (up - down)
    rich, poor = max(up * value - strike, 0.0), max(down * value - strike, 0.0)
    return (chance * rich + (1.0 - chance) * poor) / gross_rate


@dataclass(frozen=True, slots=True)
class PerpetualOption:
    """The right, without expiry, to pay I for a SmallCo whose value follows a geometric Brownian motion.

    References
    ----------
    McDonald and Siegel (1986); Dixit and Pindyck (1994), chapter 5.

    Examples
    --------
    >>> option = PerpetualOption(rate=0.04, payout=0.04, volatility=0.2, investment=1.0)
    >>> round(option.elasticity, 12), round(option.trigger, 12), round(option.worth(1.0), 12)
    (2.0, 2.0, 0.25)
    """

    rate: float = parameter(unit="per time", low=0.0, open_low=True, doc="Rate of interest r.")
    payout: float = parameter(
        unit="per time", low=0.0, open_low=True, doc="Payout of V; without any, it never pays to stop waiting."
    )
    volatility: float = parameter(unit="per root time", low=0.0, doc="Volatility sigma of log V.")
    investment: float = parameter(unit="money", low=0.0, open_low=True, doc="Price I of the acquisition.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def elasticity(self) -> float:
        """Return beta > 1, the positive root of sigma^2/2 b (b - 1) + (r - payout) b - r = 0; possibly infinite."""
        drift = self.rate - self.payout
        return positive_root(drift, self.volatility, self.rate)

    @property
    def trigger(self) -> float:
        """Return V* = beta/(beta - 1) I (money): acquire once V reaches it."""
        b = self.elasticity
        if math.isinf(b):
            return self.investment
        return b / (b - 1.0) * self.investment if b > 1.0 else math.inf

    def worth(self, value: float) -> float:
        """Return the option's value (money) when SmallCo is worth `value`: (V* - I)(V/V*)^beta below V*.

        Raises
        ------
        ParameterError
            If the value is negative or not finite.
        """
        if not 0.0 <= value < math.inf:
            raise ParameterError(
                f"PerpetualOption.worth.value must be at least 0 and finite; got {value!r}. Write money."
            )
        trigger = self.trigger
        if value >= trigger:
            return value - self.investment
        if value == 0.0 or math.isinf(trigger):
            return value  # with hardly any payout the option is worth what it buys
        return (trigger - self.investment) * math.exp(self.elasticity * (math.log(value) - math.log(trigger)))


def positive_root(drift: float, volatility: float, rate: float) -> float:
    """Return the positive root b of sigma^2/2 b (b - 1) + drift b - rate = 0; infinite if nothing moves V up.

    Examples
    --------
    >>> positive_root(0.0, 2.0, 4.0)
    2.0
    """
    variance, slope, reach = _quadratic(drift, volatility, rate)
    if slope > 0.0:
        return 2.0 * rate / (slope + reach)
    return (reach - slope) / variance if variance > 0.0 else math.inf


def negative_root(drift: float, volatility: float, rate: float) -> float:
    """Return the negative root of the same equation; -infinite if nothing moves V down.

    Examples
    --------
    >>> negative_root(0.0, 2.0, 4.0)
    -1.0
    """
    variance, slope, reach = _quadratic(drift, volatility, rate)
    if slope < 0.0:
        return -2.0 * rate / (reach - slope)
    return -(reach + slope) / variance if variance > 0.0 else -math.inf


def _quadratic(drift: float, volatility: float, rate: float) -> tuple[float, float, float]:
    """Return sigma^2, drift - sigma^2/2 and the root of the discriminant; raise unless they are finite numbers."""
    finite("positive_root.drift", drift, "Write a rate per unit of time.")
    variance = volatility * volatility
    if not (math.isfinite(variance) and 0.0 <= rate < math.inf):
        raise ParameterError(
            "positive_root.rate must be at least 0 and finite, and volatility have a finite square; got "
            f"{rate!r} and {volatility!r}. Write rates per unit of time."
        )
    slope = drift - 0.5 * variance
    return variance, slope, math.hypot(slope, math.sqrt(2.0 * rate) * abs(volatility))
