"""Demand in a newsvendor's supply chain: one protocol for the shocks of a venture, the gamma family and observations.

F is the distribution of demand D, L(q) = E (q - D)^+ what is left of a stock q, M(q) = E [(q - D)^+]^2. Demand below 0,
which a normal distribution has, sells nothing and counts as 0.

References
----------
Cachon (2003), Supply chain coordination with contracts, section 6.2.1 (S(q) = q - L(q)).
Scarf (1958), A min-max solution of an inventory problem (gamma and empirical demand go back to the same literature).
Levi, Perakis and Uichanco (2015), The data-driven newsvendor problem, Operations Research 63 (observations as demand).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincinv, ndtr

from simulator.economy import luck
from simulator.economy.venture import CERTAIN, EXPONENTIAL, LOGNORMAL, UNIFORM, Shock
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite, finite_array
from simulator.foundation.parameters import check_limits, parameter

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS
_MARKS = (1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1.0 - 1e-6, 1.0 - 1e-12)
_ROUNDING = 1e-12
_OFTEN = 1e300


@runtime_checkable
class Demand(Protocol):
    """A distribution of demand (units), at least 0."""

    @property
    def mean(self) -> float:
        """Return E D (units)."""

    def distribution(self, quantity: float) -> float:
        """Return F(q), the probability of a demand of at most q."""

    def quantile(self, probability: float) -> float:
        """Return the largest quantile: of quantities that tie the largest; at 1 the largest demand, maybe infinite."""

    def expected_excess(self, stock: float) -> float:
        """Return L(q) = E (q - D)^+ (units), q at least 0."""

    def squared_excess(self, stock: float) -> float:
        """Return M(q) = E [(q - D)^+]^2 (units^2), q at least 0."""


def as_demand(source: Demand | Shock) -> Demand:
    """Return a distribution of demand: a demand as it is, or a shock of a venture with what lies below 0 at 0.

    Raises
    ------
    ParameterError
        If it is neither.

    Examples
    --------
    >>> from simulator.economy.venture import Uniform
    >>> as_demand(Uniform(0.0, 100.0)).quantile(0.7)
    70.0
    """
    if isinstance(source, Demand):
        return source
    if hasattr(source, "code"):
        return _ShockDemand(source)
    raise ParameterError(
        f"demand must be a shock such as Uniform(0.0, 100.0), a GammaDemand or an EmpiricalDemand; got {source!r}. "
        "Write one of these."
    )


@dataclass(frozen=True, slots=True)
class _ShockDemand:
    """A shock of `venture` as demand; the closed forms are those of `luck`."""

    shock: Shock

    @property
    def mean(self) -> float:
        """Return E D: the shock's mean, and what counting demand below 0 as 0 adds."""
        code = self.shock.code
        return float(luck.mean(*code)) + float(luck.expected_excess(*code, 0.0))

    def distribution(self, quantity: float) -> float:
        """Return F(q)."""
        kind, first, second = self.shock.code
        if quantity < 0.0:
            return 0.0
        if kind == CERTAIN:
            return float(quantity >= first)
        if kind == UNIFORM:
            return min(max((quantity - first) / (second - first), 0.0), 1.0)
        if kind == EXPONENTIAL:
            return -math.expm1(-quantity / first)
        if kind == LOGNORMAL:
            return float(ndtr(math.log(quantity / first) / second + 0.5 * second)) if quantity / first > 0.0 else 0.0
        return float(ndtr((quantity - first) / second))

    def quantile(self, probability: float) -> float:
        """Return the quantile, at least 0."""
        kind, first, second = self.shock.code
        if kind == CERTAIN:
            return max(first, 0.0)
        if probability >= 1.0:
            return max(second, 0.0) if kind == UNIFORM else math.inf
        return max(float(luck.quantile(kind, first, second, probability)), 0.0) if probability > 0.0 else self._least

    def expected_excess(self, stock: float) -> float:
        """Return L(q)."""
        code = self.shock.code
        return max(float(luck.expected_excess(*code, stock)) - float(luck.expected_excess(*code, 0.0)), 0.0)

    def squared_excess(self, stock: float) -> float:
        """Return M(q) = 2 int_0^q L, by Gauss-Legendre quadrature between quantiles."""
        marks = sorted({self.quantile(mark) for mark in _MARKS})
        edges = [0.0, *(mark for mark in marks if 0.0 < mark < stock), stock]
        total = 0.0
        for low, high in pairwise(edges):
            points = low + (high - low) * _NODES
            left = [self.expected_excess(float(x)) for x in points]
            total += (high - low) * float(_WEIGHTS @ left)
        return 2.0 * total

    @property
    def _least(self) -> float:
        """Return the largest quantity that is surely sold."""
        kind, first, _ = self.shock.code
        return max(first, 0.0) if kind == UNIFORM else 0.0


@dataclass(frozen=True, slots=True)
class GammaDemand:
    """Gamma demand: the sum of `shape` exponential demands of mean `scale`, for any positive shape.

    References
    ----------
    Burgin (1975), The gamma distribution and inventory control, Operational Research Quarterly 26.

    Examples
    --------
    With shape 1 it is exponential: F(q) = 1 - e^{-q/50}.

    >>> demand = GammaDemand(shape=1.0, scale=50.0)
    >>> demand.mean, round(demand.distribution(50.0), 9) == round(1.0 - math.exp(-1.0), 9)
    (50.0, True)
    """

    shape: float = parameter(low=0.0, open_low=True, doc="Shape k.")
    scale: float = parameter(unit="units", low=0.0, open_low=True, doc="Scale theta; the mean is k theta.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def mean(self) -> float:
        """Return E D = k theta (units)."""
        return self.shape * self.scale

    def distribution(self, quantity: float) -> float:
        """Return F(q) = P(k, q/theta), the regularised incomplete gamma function."""
        return self._below(0, quantity)

    def quantile(self, probability: float) -> float:
        """Return the quantile; infinite from probability 1 on."""
        if probability >= 1.0:
            return math.inf
        return self.scale * float(gammaincinv(self.shape, probability)) if probability > 0.0 else 0.0

    def expected_excess(self, stock: float) -> float:
        """Return L(q) = q P(k, x) - k theta P(k + 1, x) at x = q/theta."""
        finite("GammaDemand.expected_excess.stock", stock, "Write a stock.")
        return max(stock * self._below(0, stock) - self.mean * self._below(1, stock), 0.0)

    def squared_excess(self, stock: float) -> float:
        """Return M(q) = q^2 P(k, x) - 2 q k theta P(k + 1, x) + k (k + 1) theta^2 P(k + 2, x)."""
        cross = 2.0 * stock * self.mean * self._below(1, stock)
        square = self.mean * (self.mean + self.scale) * self._below(2, stock)
        return max(stock * stock * self._below(0, stock) - cross + square, 0.0)

    def _below(self, more: int, quantity: float) -> float:
        """Return P(k + more, q/theta)."""
        return float(gammainc(self.shape + more, quantity / self.scale)) if quantity > 0.0 else 0.0


@dataclass(frozen=True, slots=True, eq=False, init=False)
class EmpiricalDemand:
    """Demand as it was observed: each observation comes with its frequency.

    Parameters
    ----------
    observations : array_like, shape (n,)
        Demands (units), finite, at least one; in any order; those below 0 count as 0.
    frequencies : array_like, shape (n,), optional
        How often each was seen: at least 0, not all 0. Equal if left out.

    Raises
    ------
    ParameterError
        If there is no observation, or not one usable frequency for each.

    References
    ----------
    Levi, Perakis and Uichanco (2015), Operations Research 63.

    Examples
    --------
    >>> demand = EmpiricalDemand([30.0, 10.0, 20.0, 20.0])
    >>> demand.mean, demand.distribution(20.0), demand.quantile(0.75), demand.expected_excess(25.0)
    (20.0, 0.75, 30.0, 6.25)
    """

    observations: Array
    frequencies: Array

    def __init__(self, observations: ArrayLike, frequencies: ArrayLike | None = None) -> None:
        """Check, sort and scale."""
        seen = _vector("observations", observations)
        often = np.ones(len(seen)) if frequencies is None else _vector("frequencies", frequencies)
        if len(often) != len(seen) or np.any(often < 0.0) or not np.any(often) or np.max(often) > _OFTEN:
            raise ParameterError(
                f"EmpiricalDemand.frequencies must be {len(seen)} numbers from 0 to 1e300, not all 0; "
                f"got {often.tolist()}. Write one for each observation."
            )
        kept = often > 0.0
        order = np.argsort(seen[kept], kind="stable")
        for name, column in (
            ("observations", np.maximum(seen[kept][order], 0.0)),
            ("frequencies", often[kept][order] / often.sum()),
        ):
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    @property
    def mean(self) -> float:
        """Return E D, the weighted mean of the observations (units)."""
        return float(self.frequencies @ self.observations)

    def distribution(self, quantity: float) -> float:
        """Return F(q), the share of observations of at most q."""
        return min(float(self.frequencies[: np.searchsorted(self.observations, quantity, side="right")].sum()), 1.0)

    def quantile(self, probability: float) -> float:
        """Return the largest quantile: of observations that tie up to rounding the larger one."""
        place = int(np.searchsorted(np.cumsum(self.frequencies), probability + _ROUNDING, side="right"))
        return float(self.observations[min(place, len(self.observations) - 1)])

    def expected_excess(self, stock: float) -> float:
        """Return L(q)."""
        finite("EmpiricalDemand.expected_excess.stock", stock, "Write a stock.")
        return float(self.frequencies @ np.maximum(stock - self.observations, 0.0))

    def squared_excess(self, stock: float) -> float:
        """Return M(q)."""
        return float(self.frequencies @ np.maximum(stock - self.observations, 0.0) ** 2)


def _vector(name: str, numbers: ArrayLike) -> Array:
    """Return finite numbers as a vector that is not empty, or raise ParameterError."""
    vector = finite_array(f"EmpiricalDemand.{name}", numbers, "Write such as [80, 120, 95].")
    if vector.ndim != 1 or not len(vector):
        raise ParameterError(
            f"EmpiricalDemand.{name} must be a list of at least one number; got shape {vector.shape}. "
            "Write such as [80, 120, 95]."
        )
    return vector
