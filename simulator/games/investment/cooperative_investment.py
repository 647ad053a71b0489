"""Cooperative investment: what SmallCo invests raises BigCo's value, and the contract can be renegotiated.

SmallCo's investment i makes full trade worth a i, of which the fraction gamma accrues to BigCo. A contract fixes the
quantity q in [0, 1] as the default, so that D_S = q (1 - gamma) a i and D_B = q gamma a i; the firms renegotiate to
full trade and SmallCo gets theta of what that adds. It invests i = a [theta + q (1 - gamma - theta)] / kappa.

References
----------
Che and Hausch (1999), Cooperative investments and the value of contracting, American Economic Review 89 (the linear,
deterministic case, in which their result is exact).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class CooperativeInvestment:
    """An investment of which a part accrues to the partner; it costs kappa i^2 / 2.

    Raises
    ------
    ParameterError
        If a value is out of range, or the first best is not finite.

    Examples
    --------
    >>> own = CooperativeInvestment(marginal_return=2.0, partner_share=0.0)
    >>> own.investment(0.0), own.investment(1.0), own.best_quantities
    (1.0, 2.0, (1.0, 1.0))
    """

    marginal_return: float = parameter(unit="money", low=0.0, doc="Value a of a unit of investment at full trade.")
    partner_share: float = parameter(low=0.0, high=1.0, doc="Fraction gamma of the return that accrues to BigCo.")
    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's share theta of what renegotiation adds.")
    cost: float = parameter(1.0, unit="money", low=0.0, open_low=True, doc="Cost level kappa.")

    def __post_init__(self) -> None:
        """Hold every value to its range, and the first best to a finite surplus."""
        check_limits(self)
        if not self.marginal_return * self.first_best < math.inf:
            raise ParameterError(
                f"CooperativeInvestment.cost must be large enough for a finite first best; got {self.cost!r}. "
                "Write a larger cost."
            )

    @property
    def first_best(self) -> float:
        """Return the investment that maximises the joint surplus, a / kappa."""
        return self.marginal_return / self.cost

    def investment(self, quantity: float) -> float:
        """Return what SmallCo invests if the contract fixes the quantity q in [0, 1].

        References
        ----------
        Che and Hausch (1999), with linear payoffs.
        """
        if not 0.0 <= quantity <= 1.0:
            raise ParameterError(
                f"CooperativeInvestment.investment.quantity must be in [0, 1]; got {quantity!r}. "
                "Write the share of full trade that is contracted."
            )
        default = quantity * (1.0 - self.partner_share)
        return self.marginal_return * (default + self.power * (1.0 - quantity)) / self.cost

    def surplus(self, quantity: float) -> float:
        """Return the joint surplus (money) under the contract quantity."""
        investment = self.investment(quantity)
        return self.marginal_return * investment - 0.5 * self.cost * investment * investment

    @property
    def best_quantities(self) -> tuple[float, float]:
        """Return the ends of the interval of contract quantities with the largest joint surplus.

        (1, 1) if a contract helps, which it does iff gamma < 1 - theta; (0, 0) if the best contract is none; (0, 1) if
        it makes no difference.

        References
        ----------
        Che and Hausch (1999) (contracting has no value if investments are sufficiently cooperative).
        """
        gain = 1.0 - self.partner_share - self.power
        if abs(gain) <= _TIE or self.marginal_return == 0.0:
            return 0.0, 1.0
        return (1.0, 1.0) if gain > 0.0 else (0.0, 0.0)
