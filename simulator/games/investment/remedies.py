"""Remedies for breach and how much the protected firm relies on the promise: reliance r, at cost r^2/2, sunk.

Performance is worth V = v_0 + b r to the relying firm and costs the other c, uniform on [0, 1]. Each remedy pays the
relying firm b for a unit of reliance in some states:

- first best: when it is efficient to perform, c <= V;
- expectation damages: always, because the loss of V is made good (over-reliance);
- specific performance: always if it insists, less its share of what is saved by being bought off when c > V;
- no contract: its share of the gain when it is efficient to perform (hold-up);
- liquidated damages L: when the other firm prefers to perform, c <= L.

References
----------
Shavell (1980), Damage measures for breach of contract, Bell Journal of Economics 11.
Rogerson (1984), Efficient reliance and damage measures for breach of contract, RAND Journal of Economics 15.
Edlin and Reichelstein (1996), American Economic Review 86 (renegotiation of each).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.investment.uniform_cost import expected_gain, trade_probability, trade_threshold


@dataclass(frozen=True, slots=True)
class Reliance:
    """Reliance on a promise to perform.

    Examples
    --------
    >>> promise = Reliance(base_value=0.3, slope=0.5)
    >>> promise.no_contract < promise.first_best < promise.specific_performance < promise.expectation_damages
    True
    >>> promise.first_best  # b v_0 / (1 - b^2)
    0.2
    """

    base_value: float = parameter(unit="money", low=0.0, doc="Value v_0 of performance without reliance.")
    slope: float = parameter(low=0.0, high=1.0, open_high=True, doc="Rise b of the value per unit of reliance.")
    power: float = parameter(0.5, low=0.0, high=1.0, doc="The relying firm's share of what renegotiation adds.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def first_best(self) -> float:
        """Return efficient reliance, b V on the inside: b v_0 / (1 - b^2)."""
        return self._reliance(0.0, 1.0)

    @property
    def expectation_damages(self) -> float:
        """Return reliance when a breach is compensated in full.

        References
        ----------
        Shavell (1980), Bell Journal of Economics 11.
        """
        return self._reliance(1.0, 0.0)

    @property
    def specific_performance(self) -> float:
        """Return reliance when the firm may insist on performance and is bought off where that is inefficient.

        References
        ----------
        Rogerson (1984), RAND Journal of Economics 15; b (1 + v_0) / (2 - b^2) with equal shares.
        """
        return self._reliance(1.0 - self.power, self.power)

    @property
    def no_contract(self) -> float:
        """Return reliance when nothing is signed and the gain is shared."""
        return self._reliance(0.0, self.power)

    def liquidated_damages(self, amount: float) -> float:
        """Return reliance when a breach costs a fixed amount (money), whatever is lost, without renegotiation.

        The amount V(r*) makes both breach and reliance efficient.

        References
        ----------
        Shavell (1980), Bell Journal of Economics 11 (damages that do not depend on reliance).
        """
        return self.slope * trade_probability(finite("Reliance.liquidated_damages.amount", amount, "Write money."))

    def surplus(self, reliance: float) -> float:
        """Return the joint surplus (money) of a reliance with efficient performance."""
        finite("Reliance.surplus.reliance", reliance)
        return expected_gain(self.base_value + self.slope * reliance) - 0.5 * reliance * reliance

    def _reliance(self, always: float, if_efficient: float) -> float:
        """Return r = b [always + if_efficient F(V)] at V = v_0 + b r."""
        b = self.slope
        value = trade_threshold(self.base_value + b * b * always, b * b * if_efficient)
        return b * (always + if_efficient * trade_probability(value))
