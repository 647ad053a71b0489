"""Why the chicken is only involved: a portfolio of alliances against a single one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.parameters import Checked, parameter


@dataclass(frozen=True, slots=True)
class Portfolio(Checked):
    """BigCo's independent alliances, each of which succeeds with the same probability; a SmallCo has one of them.

    Raises
    ------
    ParameterError
        If a value is out of range, or the alliances are not counted.

    References
    ----------
    Feller (1968), An Introduction to Probability Theory and Its Applications, volume 1, chapter VI (Bernoulli trials).

    Examples
    --------
    >>> four = Portfolio(alliances=4, success=0.5)
    >>> four.any_success, four.big_deviation, four.small_deviation
    (0.9375, 0.25, 0.5)
    """

    alliances: int = parameter(unit="alliances", low=1, doc="Number n of BigCo's alliances.")
    success: float = parameter(low=0.0, high=1.0, doc="Probability p that an alliance succeeds.")

    @property
    def any_success(self) -> float:
        """Return the probability that at least one alliance succeeds, 1 - (1 - p)^n."""
        return 1.0 if self.success == 1.0 else -math.expm1(self.alliances * math.log1p(-self.success))

    @property
    def big_deviation(self) -> float:
        """Return the standard deviation of the share of BigCo's alliances that succeed, sqrt(p (1 - p)/n)."""
        return math.sqrt(self.success * (1.0 - self.success) / self.alliances)

    @property
    def small_deviation(self) -> float:
        """Return the standard deviation of a SmallCo's success, sqrt(p (1 - p))."""
        return math.sqrt(self.success * (1.0 - self.success))
