"""Specific performance: a contract quantity as the default from which the firms renegotiate (a plan of record).

SmallCo supplies q at cost (theta - i) q + q^2/2, theta random, and BigCo values a unit at v; an investment i costs
i^2/(2 kappa). With m = v - E theta the efficient quantity is m + i on average. If the contract quantity is q and
SmallCo gets the share lambda of what renegotiation adds, a unit of investment earns it (1 - lambda) q + lambda (m + i).

References
----------
Edlin and Reichelstein (1996), Holdups, standard breach remedies, and optimal investment, American Economic Review 86
(a quantity equal to the expected efficient one restores the first best; linear-quadratic case).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter


@dataclass(frozen=True, slots=True)
class DefaultQuantity:
    """A supply relation with cost-reducing investment by SmallCo.

    Raises
    ------
    ParameterError
        If a value is out of range.

    Examples
    --------
    >>> supply = DefaultQuantity(margin=0.5, response=0.5, power=0.5)
    >>> supply.first_best, supply.best_quantity, supply.investment(1.0)
    (0.5, 1.0, 0.5)
    """

    margin: float = parameter(unit="money/unit", low=0.0, doc="Margin m = v - E theta without investment.")
    response: float = parameter(
        low=0.0, high=1.0, open_high=True, doc="Response kappa: an investment i costs i^2/(2 kappa)."
    )
    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's share lambda of what renegotiation adds.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def first_best(self) -> float:
        """Return the efficient investment i* = kappa m / (1 - kappa)."""
        return self.response * self.margin / (1.0 - self.response)

    @property
    def best_quantity(self) -> float:
        """Return the contract quantity that restores it, the expected efficient quantity m + i*."""
        return self.margin + self.first_best

    def investment(self, quantity: float) -> float:
        """Return what SmallCo invests under the contract quantity, i = kappa [(1-l) q + l m] / (1 - kappa l).

        References
        ----------
        Edlin and Reichelstein (1996), American Economic Review 86, linear-quadratic.
        """
        if not (quantity >= 0.0 and math.isfinite(quantity)):
            raise ParameterError(
                f"DefaultQuantity.investment.quantity must be at least 0; got {quantity!r}. Write 0 for no contract."
            )
        earned = (1.0 - self.power) * quantity + self.power * self.margin
        return self.response * earned / (1.0 - self.response * self.power)
