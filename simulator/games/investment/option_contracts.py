"""An option to deliver: SmallCo may deliver for p_1 or not for p_0, and both firms invest first best.

SmallCo's cost of delivering is omega - s i_S with omega uniform on [0, 1], BigCo's value v_0 + b i_B; investments cost
i^2/2 and are sunk before omega is known. With v and z = v + s i_S, delivery is efficient iff omega <= z. Under the
option SmallCo delivers iff omega <= t = k + s i_S, k = p_1 - p_0 the strike; what is left is renegotiated.

References
----------
Noldeke and Schmidt (1995), Option contracts and renegotiation: a solution to the hold-up problem, RAND Journal of
Economics 26 (the uniform, linear-quadratic case).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from simulator.foundation.errors import ParameterError, SolverError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.investment.uniform_cost import expected_gain, trade_probability, trade_threshold

_MOST_ROUNDS = 200
_SETTLED = 1e-14
_GRID = 512


@dataclass(frozen=True, slots=True)
class Investments:
    """Investments i_S and i_B, and the joint surplus they lead to (money)."""

    small: float
    big: float
    surplus: float


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A delivery of which both firms' investments raise the gain.

    Raises
    ------
    ParameterError
        If s^2 + b^2 is not below 1: investment would then feed on itself, with several equilibria.

    Examples
    --------
    >>> option = DeliveryOption(base_value=0.25, small_return=0.5, big_return=0.5)
    >>> option.first_best, option.first_best_strike  # z = v_0/(1 - s^2 - b^2)
    (Investments(small=0.25, big=0.25, surplus=0.0625), 0.375)
    >>> option.equilibrium(0.375) == option.first_best
    True
    """

    base_value: float = parameter(unit="money", low=0.0, doc="BigCo's value v_0 of a delivery without investment.")
    small_return: float = parameter(low=0.0, doc="Fall s of SmallCo's cost per unit of its investment.")
    big_return: float = parameter(low=0.0, doc="Rise b of BigCo's value per unit of its investment.")
    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's share of what renegotiation adds.")

    def __post_init__(self) -> None:
        """Hold every value to its range, and the returns together to theirs."""
        check_limits(self)
        if self.small_return**2 + self.big_return**2 >= 1.0:
            raise ParameterError(
                "DeliveryOption.small_return and big_return must have squares that sum to less than 1; got "
                f"{self.small_return!r} and {self.big_return!r}. Write smaller returns to investment."
            )

    def surplus(self, small: float, big: float) -> float:
        """Return the joint surplus (money) of investments i_S and i_B with efficient delivery."""
        threshold = self.base_value + self.big_return * big + self.small_return * small
        return expected_gain(threshold) - 0.5 * (small * small + big * big)

    @property
    def first_best(self) -> Investments:
        """Return the investments that maximise the joint surplus: i_S = s F(z), i_B = b F(z)."""
        return self._at(1.0, 1.0)

    @property
    def null_contract(self) -> Investments:
        """Return the equilibrium investments with nothing signed: each firm keeps only its share of the return."""
        return self._at(self.power, 1.0 - self.power)

    @property
    def first_best_strike(self) -> float:
        """Return the strike k = v(i_B*), BigCo's value at the first best.

        References
        ----------
        Noldeke and Schmidt (1995), RAND Journal of Economics 26.
        """
        return self.base_value + self.big_return * self.first_best.big

    def equilibrium(self, strike: float) -> Investments:
        """Return the equilibrium investments under the option with strike k = p_1 - p_0 (money), and their surplus.

        Notes
        -----
        With t and z on the inside SmallCo's reply does not depend on BigCo: a return s whenever it delivers by itself.
        BigCo earns b on deliveries under the option and its share of b on those renegotiated. Best replies, found
        exactly piece by piece, are followed from there until they agree, or else their meeting is looked for.

        Raises
        ------
        ParameterError
            If the strike is not finite.
        SolverError
            If no pure equilibrium exists: SmallCo's payoff has several peaks, and its best reply jumps from one to
            another.
        """
        finite("DeliveryOption.equilibrium.strike", strike, "Write the strike p_1 - p_0.")

        def moved(small: float) -> float:
            """Return by how much SmallCo's reply to BigCo's reply exceeds its investment."""
            value = self.base_value + self.big_return * self._big_reply(strike, small)
            return self._small_reply(strike, value) - small

        small = self.small_return * trade_probability(trade_threshold(strike, self.small_return**2))
        for _ in range(_MOST_ROUNDS):
            step = moved(small)
            if abs(step) <= _SETTLED:
                break
            small += step
        else:
            small = self._crossing(moved, strike)
        big = self._big_reply(strike, small)
        return Investments(small, big, self.surplus(small, big))

    def _crossing(self, moved: Callable[[float], float], strike: float) -> float:
        """Return the least investment that SmallCo's reply does not move, looked for between all points of a grid."""
        grid = [k / _GRID for k in range(_GRID + 1)]
        steps = [moved(point) for point in grid]
        for (start, at_start), (end, at_end) in pairwise(zip(grid, steps, strict=True)):
            if at_start >= 0.0 >= at_end:
                low, high = start, end
                while low < (middle := 0.5 * (low + high)) < high:
                    low, high = (middle, high) if moved(middle) >= 0.0 else (low, middle)
                least = min((low, high), key=lambda point: abs(moved(point)))
                if abs(moved(least)) <= 1e3 * _SETTLED:  # otherwise the reply jumps across
                    return least
        raise SolverError(
            f"DeliveryOption.equilibrium must have a strike at which the firms' replies meet; got {strike!r}, where "
            "SmallCo's best reply jumps and no pure equilibrium exists. Write a strike closer to first_best_strike."
        )

    def _big_reply(self, strike: float, small: float) -> float:
        """Return BigCo's best investment: it earns b on deliveries under the option and its share on the others."""
        s, b = self.small_return, self.big_return
        probability = trade_probability(strike + s * small)
        threshold = trade_threshold(
            self.base_value + s * small + b * b * self.power * probability, b * b * (1.0 - self.power)
        )
        return b * (self.power * probability + (1.0 - self.power) * trade_probability(threshold))

    def _small_reply(self, strike: float, value: float) -> float:
        """Return SmallCo's best investment: its payoff is concave between the points where t or z is 0 or 1."""
        s, share = self.small_return, self.power
        if s == 0.0:
            return 0.0

        def payoff(own: float) -> float:
            option, threshold = strike + s * own, value + s * own
            probability = trade_probability(option)
            renegotiated = expected_gain(threshold) - probability * threshold + 0.5 * probability * probability
            return expected_gain(option) + share * renegotiated - 0.5 * own * own

        bends = ((end - start) / s for end in (0.0, 1.0) for start in (strike, value))
        edges = [0.0, *sorted(bend for bend in bends if 0.0 < bend < 1.0), 1.0]
        candidates = []
        for low, high in pairwise(edges):
            middle = 0.5 * (low + high)
            option, threshold = strike + s * middle, value + s * middle
            inside, within = float(0.0 < option < 1.0), float(0.0 < threshold < 1.0)
            gained = trade_probability(threshold) - trade_probability(option) - (threshold - option) * inside
            slope = s * (trade_probability(option) + share * gained) - middle
            bend = 1.0 - s * s * (inside + share * (within - inside))
            candidates.append(min(max(middle + slope / bend, low), high))
        return max(candidates, key=payoff)

    def _at(self, small_share: float, big_share: float) -> Investments:
        """Return the investments when each firm earns its share of what its investment adds."""
        s, b = self.small_return, self.big_return
        probability = trade_probability(trade_threshold(self.base_value, small_share * s * s + big_share * b * b))
        small, big = small_share * s * probability, big_share * b * probability
        return Investments(small, big, self.surplus(small, big))
