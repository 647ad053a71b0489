"""Investment before bargaining: sunk costs do not enter the split, unless a norm of fairness says they should.

References
----------
Grout (1984), Investment and wages in the absence of binding contracts, Econometrica 52 (sunk costs and the split).
Ellingsen and Johannesson (2004), Promises, threats and fairness, Economic Journal 114 (the game and its norms).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.split import DEAL_ME_OUT, split
from simulator.foundation.parameters import check_limits, parameter

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class SunkInvestment:
    """SmallCo may sink an investment, after which the firms divide a pie.

    Examples
    --------
    >>> held_up = SunkInvestment(pie=100.0, investment=60.0)
    >>> held_up.invests, held_up.efficient, held_up.equal_net_split
    (False, True, 80.0)
    """

    pie: float = parameter(unit="money", low=0.0, doc="What there is to divide after the investment.")
    investment: float = parameter(unit="money", low=0.0, doc="What SmallCo sinks, I.")
    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's bargaining weight beta.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def share(self) -> float:
        """Return what SmallCo gets of the pie once the investment is sunk, beta pie."""
        part, _ = split(float(self.pie), 0.0, 0.0, -math.inf, -math.inf, float(self.power), DEAL_ME_OUT)
        return float(part)

    @property
    def invests(self) -> bool:
        """Return whether SmallCo invests: its share must cover the investment."""
        return self.share >= self.investment - _TIE * self.pie

    @property
    def efficient(self) -> bool:
        """Return whether investing is efficient: the pie must cover the investment."""
        return self.pie >= self.investment

    @property
    def payoff(self) -> float:
        """Return SmallCo's payoff (money): its share less the investment, or 0 if it does not invest."""
        return self.share - self.investment if self.invests else 0.0

    @property
    def equal_net_split(self) -> float:
        """Return SmallCo's share with which both firms net the same, (pie + I)/2, a loss of both if it exceeds the pie.

        References
        ----------
        Ellingsen and Johannesson (2004), Economic Journal 114 (the norm of equal net payoffs).
        """
        return 0.5 * (self.pie + self.investment)
