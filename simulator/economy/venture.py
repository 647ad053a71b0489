"""The venture: how two commitments become output, output becomes revenue, and what luck can do to it.

Each technology, revenue function and shock is a frozen dataclass registered under its name in files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol, cast

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import Checked, check_limits, parameter
from simulator.foundation.registry import Registry


class Technology(Protocol):
    """Output Q(c_S, c_B) = A [a_S c_S^rho + a_B c_B^rho]^(nu/rho), equation (1) with its limits."""

    @property
    def productivity(self) -> float:
        """Return A."""

    @property
    def small_weight(self) -> float:
        """Return a_S."""

    @property
    def big_weight(self) -> float:
        """Return a_B."""

    @property
    def returns(self) -> float:
        """Return nu."""

    @property
    def exponent(self) -> float:
        """Return rho."""


TECHNOLOGIES: Registry[type[Technology]] = Registry("technology")


def check_weights(technology: Technology) -> None:
    """Raise ParameterError if neither firm's commitment counts."""
    if technology.small_weight == 0.0 and technology.big_weight == 0.0:
        raise ParameterError(
            f"{type(technology).__name__} needs a positive weight; got 0 for both firms. Write small_weight = 1."
        )


@TECHNOLOGIES.register("ces")
@dataclass(frozen=True, slots=True)
class ConstantElasticity:
    """Constant elasticity of substitution; rho = 1 sum, 0 Cobb-Douglas, -inf weakest link, +inf best of two.

    References
    ----------
    Arrow, Chenery, Minhas and Solow (1961), Review of Economics and Statistics 43, equation (13).
    """

    substitution: float = parameter(
        1.0, low=-math.inf, high=math.inf, doc="Substitution rho: at most 1, or +inf for the best of two."
    )
    small_weight: float = parameter(1.0, low=0.0, doc="Weight a_S of SmallCo's commitment (its exponent when rho = 0).")
    big_weight: float = parameter(1.0, low=0.0, doc="Weight a_B of BigCo's commitment (its exponent when rho = 0).")
    returns: float = parameter(1.0, low=0.0, open_low=True, doc="Returns to scale nu.")
    productivity: float = parameter(1.0, low=0.0, doc="Productivity A.")

    def __post_init__(self) -> None:
        """Hold values to their ranges; rho infinite is allowed, between 1 and +inf is not."""
        rho = self.substitution
        number = isinstance(rho, int | float)
        if number and (math.isnan(rho) or 1.0 < rho < math.inf):
            raise ParameterError(
                f"ConstantElasticity.substitution must be at most 1, or inf; got {rho!r}. "
                "Write 1 for a sum, 0 for Cobb-Douglas, -inf for the weakest link or inf for the best of two."
            )
        check_limits(replace(self, substitution=1.0) if number and math.isinf(rho) else self)
        check_weights(self)

    @property
    def exponent(self) -> float:
        """Return rho."""
        return float(self.substitution)


@dataclass(frozen=True, slots=True)
class _Limit(Checked):
    """Checks shared by the named limits of the CES family."""

    small_weight: float = parameter(1.0, low=0.0, doc="Weight a_S of SmallCo's commitment.")
    big_weight: float = parameter(1.0, low=0.0, doc="Weight a_B of BigCo's commitment.")
    returns: float = parameter(1.0, low=0.0, open_low=True, doc="Returns to scale nu.")
    productivity: float = parameter(1.0, low=0.0, doc="Productivity A.")

    def __post_init__(self) -> None:
        """Hold every value to its range; at least one firm must count."""
        check_limits(self)
        check_weights(cast(Technology, self))


@TECHNOLOGIES.register("sum")
@dataclass(frozen=True, slots=True)
class Sum(_Limit):
    """Perfect substitutes (rho = 1): Q = A (a_S c_S + a_B c_B)^nu."""

    @property
    def exponent(self) -> float:
        """Return rho = 1."""
        return 1.0


@TECHNOLOGIES.register("cobb_douglas")
@dataclass(frozen=True, slots=True)
class CobbDouglas(_Limit):
    """The limit rho = 0: Q = A (c_S^a_S c_B^a_B)^nu, with the weights as exponents."""

    small_weight: float = parameter(0.5, low=0.0, doc="Exponent a_S of SmallCo's commitment.")
    big_weight: float = parameter(0.5, low=0.0, doc="Exponent a_B of BigCo's commitment.")

    @property
    def exponent(self) -> float:
        """Return rho = 0."""
        return 0.0


@TECHNOLOGIES.register("weakest_link")
@dataclass(frozen=True, slots=True)
class WeakestLink(_Limit):
    """Perfect complements (rho = -inf): Q = A min(c_S, c_B)^nu; a firm with weight 0 does not count."""

    @property
    def exponent(self) -> float:
        """Return rho = -inf."""
        return -math.inf


@TECHNOLOGIES.register("best_of_two")
@dataclass(frozen=True, slots=True)
class BestOfTwo(_Limit):
    """The better commitment decides (rho = +inf): Q = A max(c_S, c_B)^nu; a firm with weight 0 does not count."""

    @property
    def exponent(self) -> float:
        """Return rho = +inf."""
        return math.inf


class Revenue(Protocol):
    """Revenue R(Q, omega), equation (2); `kind` is the branch of the compiled function."""

    @property
    def price(self) -> float:
        """Return p."""

    @property
    def kind(self) -> int:
        """Return the branch of `alliance.market`."""


REVENUES: Registry[type[Revenue]] = Registry("revenue")
LINEAR = 0
LINEAR_DEMAND = 1
NEWSVENDOR = 2


@REVENUES.register("linear")
@dataclass(frozen=True, slots=True)
class LinearRevenue(Checked):
    """Every unit sells at one price: R = omega p Q."""

    price: float = parameter(1.0, unit="money/unit", low=0.0, doc="Price p.")

    @property
    def kind(self) -> int:
        """Return the branch of `alliance.market`."""
        return LINEAR


@REVENUES.register("linear_demand")
@dataclass(frozen=True, slots=True)
class LinearDemand(Checked):
    """The price falls with output: R = omega (p - b Q) Q.

    References
    ----------
    Spengler (1950), Journal of Political Economy 58 (the demand of double marginalisation).
    """

    price: float = parameter(1.0, unit="money/unit", low=0.0, doc="Choke price p, the price of the first unit.")
    slope: float = parameter(1.0, unit="money/unit^2", low=0.0, doc="Fall b of the price per unit sold.")

    @property
    def kind(self) -> int:
        """Return the branch of `alliance.market`."""
        return LINEAR_DEMAND


@REVENUES.register("newsvendor")
@dataclass(frozen=True, slots=True)
class Newsvendor(Checked):
    """Output is stocked before demand omega is known: R = p min(Q, omega) + v (Q - omega)^+.

    References
    ----------
    Cachon (2003), Supply chain coordination with contracts, section 6.2.1.
    """

    price: float = parameter(1.0, unit="money/unit", low=0.0, doc="Retail price p.")
    salvage: float = parameter(0.0, unit="money/unit", low=0.0, doc="Salvage value v of an unsold unit.")

    @property
    def kind(self) -> int:
        """Return the branch of `alliance.market`."""
        return NEWSVENDOR


class Shock(Protocol):
    """The state omega: demand of a newsvendor, a factor on revenue otherwise."""

    @property
    def code(self) -> tuple[int, float, float]:
        """Return the branch of `luck.quantile` and its two parameters."""


SHOCKS: Registry[type[Shock]] = Registry("shock")
CERTAIN = 0
LOGNORMAL = 1
UNIFORM = 2
EXPONENTIAL = 3
NORMAL = 4


@SHOCKS.register("none")
@dataclass(frozen=True, slots=True)
class Certain(Checked):
    """No luck: omega is a constant."""

    mean: float = parameter(1.0, low=0.0, doc="The constant value.")

    @property
    def code(self) -> tuple[int, float, float]:
        """Return the branch and its parameters."""
        return CERTAIN, float(self.mean), 0.0


@SHOCKS.register("lognormal")
@dataclass(frozen=True, slots=True)
class Lognormal(Checked):
    """Lognormal with a given mean and standard deviation of the logarithm."""

    sigma: float = parameter(0.3, low=0.0, open_low=True, high=5.0, doc="Standard deviation of log omega.")
    mean: float = parameter(1.0, low=0.0, open_low=True, doc="Mean of omega.")

    @property
    def code(self) -> tuple[int, float, float]:
        """Return the branch and its parameters."""
        return LOGNORMAL, float(self.mean), float(self.sigma)


@SHOCKS.register("uniform")
@dataclass(frozen=True, slots=True)
class Uniform(Checked):
    """Uniform between two bounds."""

    low: float = parameter(0.0, doc="Lower bound.")
    high: float = parameter(1.0, doc="Upper bound, above the lower.")

    def __post_init__(self) -> None:
        """Hold values to their ranges and the bounds to their order."""
        check_limits(self)
        if not self.low < self.high:
            raise ParameterError(
                f"Uniform.high must be above low; got low {self.low!r}, high {self.high!r}. Write low < high."
            )

    @property
    def code(self) -> tuple[int, float, float]:
        """Return the branch and its parameters."""
        return UNIFORM, float(self.low), float(self.high)


@SHOCKS.register("exponential")
@dataclass(frozen=True, slots=True)
class Exponential(Checked):
    """Exponential with a given mean."""

    mean: float = parameter(1.0, low=0.0, open_low=True, doc="Mean of omega.")

    @property
    def code(self) -> tuple[int, float, float]:
        """Return the branch and its parameters."""
        return EXPONENTIAL, float(self.mean), 0.0


@SHOCKS.register("normal")
@dataclass(frozen=True, slots=True)
class Normal(Checked):
    """Normal with a given mean and standard deviation (negative values are possible, and mean losses)."""

    mean: float = parameter(1.0, doc="Mean of omega.")
    deviation: float = parameter(0.3, low=0.0, open_low=True, doc="Standard deviation of omega.")

    @property
    def code(self) -> tuple[int, float, float]:
        """Return the branch and its parameters."""
        return NORMAL, float(self.mean), float(self.deviation)


@dataclass(frozen=True, slots=True)
class Venture:
    """What the two firms can make together, and how long it takes to reach the market.

    References
    ----------
    The formal model, equations (1), (2), (9) and (10).
    """

    technology: Technology = ConstantElasticity()
    revenue: Revenue = LinearRevenue()
    shock: Shock = Certain()
    unit_cost: float = parameter(0.0, unit="money/unit", low=0.0, doc="Production cost chi per unit, borne by SmallCo.")
    milestones: int = parameter(
        0, unit="milestones", low=0, doc="Milestones k to pass before there is anything to sell."
    )
    hazard: float = parameter(
        0.25, unit="per month", low=0.0, doc="Hazard h0 of the next milestone at full commitment."
    )
    delay: int = parameter(
        0, unit="months", low=0, doc="Months of BigCo's bureaucracy between the last milestone and revenue."
    )
    prior: float = parameter(
        1.0, low=0.0, high=1.0, open_low=True, doc="Prior probability p that the project is feasible."
    )
    asset: float = parameter(
        0.0, unit="money", low=0.0, doc="Value of what the firms have made together to those who own it when they part."
    )
    life: int = parameter(
        0, unit="months", low=0, doc="Months of revenue after which the project is complete; 0 is without end."
    )

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)
