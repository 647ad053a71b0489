"""An option for BigCo to acquire SmallCo at a fixed price, after seeing what SmallCo has invested.

SmallCo invests a, then BigCo, as the owner, b; together they are worth A sqrt(a) + B sqrt(b), and each investment costs
what it is. If the option lapses SmallCo can realise the fraction phi of its own part. Without renegotiation the strike
that leaves BigCo just willing at the first best makes SmallCo invest first best. If a lapsed option is followed by
bargaining, BigCo exercises only where that is cheaper than bargaining, so SmallCo never earns more than the marginal
return m = phi + theta (1 - phi) of bargaining.

References
----------
Demski and Sappington (1991), Resolving double moral hazard problems with buyout agreements, RAND 22 (no renegotiation).
Noldeke and Schmidt (1998), Sequential investments and options to own, RAND Journal of Economics 29.
Edlin and Hermalin (2000), Contract renegotiation and options in agency problems, JLEO 16 (renegotiation breaks it).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.split import DEAL_ME_OUT, split
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What the option leads to.

    Parameters
    ----------
    strike : float
        Price of SmallCo (money).
    investment : float
        SmallCo's investment a (money).
    exercised : bool
        Whether BigCo exercises; it does when indifferent, unless SmallCo would then stop just short of that point.
    small, big : float
        Payoffs (money), investments deducted.
    """

    strike: float
    investment: float
    exercised: bool
    small: float
    big: float

    @property
    def surplus(self) -> float:
        """Return the joint surplus (money)."""
        return self.small + self.big


@dataclass(frozen=True, slots=True)
class AcquisitionOption:
    """The technology A sqrt(a) + B sqrt(b) and what each firm has without the other.

    Raises
    ------
    ParameterError
        If a value is out of range, or BigCo has more alone than with its part.

    Examples
    --------
    First best a = 4, b = 1, worth 10 - 4 - 1; BigCo breaks even at a price of 9.

    >>> deal = AcquisitionOption(small_scale=4.0, big_scale=2.0, stand_alone=0.5)
    >>> deal.without_renegotiation(deal.first_best_strike)
    Acquisition(strike=9.0, investment=4.0, exercised=True, small=5.0, big=0.0)
    >>> deal.with_renegotiation(math.inf).surplus
    4.75
    """

    small_scale: float = parameter(unit="money^1/2", low=0.0, open_low=True, doc="Scale A of SmallCo's part.")
    big_scale: float = parameter(unit="money^1/2", low=0.0, doc="Scale B of BigCo's part.")
    stand_alone: float = parameter(0.0, low=0.0, high=1.0, doc="Fraction phi of its part that SmallCo realises alone.")
    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's share theta of what bargaining after a lapse adds.")
    big_alone: float = parameter(0.0, unit="money", doc="BigCo's payoff d_B without SmallCo, at most B^2/4.")

    def __post_init__(self) -> None:
        """Hold every value to its range; BigCo must bring at least what it has alone."""
        check_limits(self)
        if self.big_alone > self._big_net:
            raise ParameterError(
                f"AcquisitionOption.big_alone must be at most big_scale^2/4 = {self._big_net:g}; "
                f"got {self.big_alone!r}. Write a smaller stand-alone payoff."
            )

    @property
    def _big_net(self) -> float:
        """Return what BigCo's part is worth at its best investment, net of it: B^2/4."""
        return 0.25 * self.big_scale**2

    @property
    def first_best(self) -> float:
        """Return SmallCo's first-best investment a* = (A/2)^2."""
        return 0.25 * self.small_scale**2

    def joint_value(self, investment: float) -> float:
        """Return the joint value of SmallCo's investment (money), net of BigCo's best investment only."""
        return self.small_scale * math.sqrt(investment) + self._big_net

    @property
    def first_best_strike(self) -> float:
        """Return the strike P = V(a*, b*) - b* - d_B at which BigCo is just willing to exercise at the first best.

        References
        ----------
        Demski and Sappington (1991), RAND Journal of Economics 22.
        """
        return self.joint_value(self.first_best) - self.big_alone

    @property
    def renegotiated_strike(self) -> float:
        """Return the smallest strike with which renegotiation lets SmallCo invest as much as it ever will."""
        return self._bargained((0.5 * self._bargained_slope) ** 2)

    def without_renegotiation(self, strike: float) -> Acquisition:
        """Return what happens if a lapsed option is the end of the matter.

        Parameters
        ----------
        strike : float
            Price P (money).

        Notes
        -----
        SmallCo invests just enough to be bought, or goes alone where that is better; at a low strike
        BigCo buys it even without investment.

        References
        ----------
        Demski and Sappington (1991), RAND 22; Noldeke and Schmidt (1998), RAND 29.
        """
        finite("AcquisitionOption.without_renegotiation.strike", strike, "Write the price of SmallCo.")
        root = max((strike + self.big_alone - self._big_net) / self.small_scale, 0.0)
        bought = root * root
        alone = min(0.5 * self.stand_alone * self.small_scale, root) ** 2
        alone_payoff = self.stand_alone * self.small_scale * math.sqrt(alone) - alone
        if root == 0.0 or strike - bought >= alone_payoff - _ROUNDING * max(1.0, abs(alone_payoff)):
            return Acquisition(strike, bought, True, strike - bought, self.joint_value(bought) - strike)
        return Acquisition(strike, alone, False, alone_payoff, self.big_alone)

    def with_renegotiation(self, strike: float) -> Acquisition:
        """Return what happens if the firms bargain after a lapse, from what each has alone.

        Parameters
        ----------
        strike : float
            Price P (money), possibly infinite: no option.

        Notes
        -----
        BigCo pays min{P, x_S(a)}, x_S what SmallCo gets by bargaining.

        References
        ----------
        Edlin and Hermalin (2000), JLEO 16.
        """
        if math.isnan(strike):
            raise ParameterError(
                f"AcquisitionOption.with_renegotiation.strike must be a number; got {strike!r}. Write a price, or inf."
            )
        free = (0.5 * self._bargained_slope) ** 2
        if strike >= self._bargained(free) - _ROUNDING * max(1.0, abs(self._bargained(free))):
            paid = self._bargained(free)
            exercised = strike <= paid + _ROUNDING * max(1.0, abs(paid))
            return Acquisition(strike, free, exercised, paid - free, self.joint_value(free) - paid)
        constant = self._bargained(0.0)
        investment = max((strike - constant) / self._bargained_slope, 0.0) ** 2 if strike > constant else 0.0
        return Acquisition(strike, investment, True, strike - investment, self.joint_value(investment) - strike)

    @property
    def _bargained_slope(self) -> float:
        """Return m A, the slope of what SmallCo gets by bargaining in the square root of its investment."""
        return (self.stand_alone + self.power * (1.0 - self.stand_alone)) * self.small_scale

    def _bargained(self, investment: float) -> float:
        """Return x_S(a), what SmallCo gets by bargaining after the option has lapsed."""
        alone = self.stand_alone * self.small_scale * math.sqrt(investment)
        value = self.joint_value(investment)
        small, _ = split(value, alone, self.big_alone, -math.inf, -math.inf, self.power, DEAL_ME_OUT)
        return float(small)
