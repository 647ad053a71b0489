"""Distributions of a factor: what a sampled design draws its values from, each as the quantile of a uniform number.

A value is a function of one coordinate u of the design's point in the unit cube and of nothing else. Unbounded
distributions are cut at the range of the key they are drawn for (`Marginal` in `ranges`); what is left is scaled to 1.

References
----------
Law (2015), Simulation Modeling and Analysis, sections 6.2.2 (the densities) and 8.2.1 (inverse transform, truncation).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import check_limits, parameter
from simulator.foundation.registry import Registry

Numbers = NDArray[np.float64]
Bounded = TypeVar("Bounded", bound="Continuous")


class Continuous:
    """A distribution of numbers: its ends, its distribution function and the inverse of that.

    Attributes
    ----------
    low, high : float or None
        The ends as written; None where there is none.
    """

    __slots__ = ()
    low: float | None
    high: float | None

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to x, before any cut."""
        raise NotImplementedError

    def quantile(self, p: Numbers) -> Numbers:
        """Return the values below which the probabilities p lie, before any cut."""
        raise NotImplementedError

    def widened(self: Bounded, by: float) -> Bounded:
        """Return the distribution with its written ends moved outwards, for the rounding of whole numbers."""
        low = None if self.low is None else self.low - by
        high = None if self.high is None else self.high + by
        return dataclasses.replace(self, low=low, high=high)  # type: ignore[type-var]


@dataclass(frozen=True, slots=True)
class Discrete:
    """Some values, each with its weight (keys values and weights); by default all weigh the same.

    Parameters
    ----------
    values : tuple
        Numbers, words, booleans or lists, at least two different ones.
    weights : tuple of float
        Non-negative, one for each value; they are scaled to sum to 1.

    Raises
    ------
    ParameterError
        If the weights are not as many as the values, one is negative or not finite, or fewer than two are positive.

    Examples
    --------
    >>> Discrete((3, 6, 12), (2, 1, 1)).chosen(np.array([0.0, 0.49, 0.5, 0.99])).tolist()
    [0, 0, 1, 2]
    """

    values: tuple[Any, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Hold the weights to what they must be."""
        object.__setattr__(self, "values", tuple(self.values))
        object.__setattr__(self, "weights", tuple(self.weights))
        if not self.weights:
            return
        if len(self.weights) != len(self.values):
            raise ParameterError(
                f"Discrete.weights must be one for each of the {len(self.values)} values; got {len(self.weights)}. "
                "Write as many weights as values."
            )
        for weight in self.weights:
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0.0 <= weight < math.inf:
                raise ParameterError(
                    f"Discrete.weights must be numbers, 0 or more; got {weight!r}. Write, say, weights = [2, 1, 1]."
                )
        if sum(weight > 0.0 for weight in self.weights) < 2:
            raise ParameterError(
                f"Discrete.weights must be above 0 for at least two values; got {list(self.weights)!r}. "
                "Set the key in the scenario if one value is certain."
            )

    def chosen(self, u: Numbers) -> NDArray[np.int64]:
        """Return the index of the value at each coordinate u in [0, 1]."""
        weights = np.array(self.weights or (1.0,) * len(self.values), dtype=np.float64)
        edges = np.cumsum(weights / weights.sum())
        last = int(np.flatnonzero(weights)[-1])
        return np.minimum(np.searchsorted(edges, u, side="right"), last).astype(np.int64)


Distribution = Continuous | Discrete
DISTRIBUTIONS: Registry[Any] = Registry("distribution")
DISTRIBUTIONS.register("discrete")(Discrete)


def _low(doc: str = "Smallest value.", default: Any = dataclasses.MISSING) -> Any:
    return parameter(default, doc=doc)


def _high(doc: str = "Largest value.", default: Any = dataclasses.MISSING) -> Any:
    return parameter(default, doc=doc)


def _check_ends(owner: Any) -> None:
    """Raise ParameterError unless every number is in its range and the ends, where there are two, are in order."""
    check_limits(owner)
    if owner.low is not None and owner.high is not None and not owner.low < owner.high:
        raise ParameterError(
            f"{type(owner).__name__}.high must be above low = {owner.low:g}; got {owner.high:g}. "
            "Write the larger end last."
        )
    if owner.low is not None and owner.high is not None and math.isinf(owner.high - owner.low):
        raise ParameterError(
            f"{type(owner).__name__}.high must be so near that the difference is a number; got {owner.low:g} and "
            f"{owner.high:g}. Write ends closer together."
        )


@DISTRIBUTIONS.register("uniform")
@dataclass(frozen=True, slots=True)
class Uniform(Continuous):
    """Equally likely everywhere between two ends."""

    low: float = _low()
    high: float = _high()

    def __post_init__(self) -> None:
        """Hold the ends to their order."""
        _check_ends(self)

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to x."""
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def quantile(self, p: Numbers) -> Numbers:
        """Return the values at the probabilities p."""
        return self.low + p * (self.high - self.low)


@DISTRIBUTIONS.register("loguniform")
@dataclass(frozen=True, slots=True)
class Loguniform(Continuous):
    """The logarithm is equally likely everywhere: as much between 1 and 10 as between 10 and 100."""

    low: float = parameter(low=0.0, open_low=True, doc="Smallest value.")
    high: float = _high()

    def __post_init__(self) -> None:
        """Hold the ends to their order."""
        _check_ends(self)

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to x."""
        if x <= self.low:
            return 0.0
        if x >= self.high:
            return 1.0
        least, most = math.log(self.low), math.log(self.high)
        return (math.log(x) - least) / (most - least)

    def quantile(self, p: Numbers) -> Numbers:
        """Return the values at the probabilities p."""
        least, most = math.log(self.low), math.log(self.high)
        values: Numbers = np.exp(least + p * (most - least))
        return values


@DISTRIBUTIONS.register("triangular")
@dataclass(frozen=True, slots=True)
class Triangular(Continuous):
    """The density rises from the smallest value to the likeliest and falls to the largest."""

    low: float = _low()
    mode: float = parameter(doc="Likeliest value, between the ends.")
    high: float = _high()

    def __post_init__(self) -> None:
        """Hold the ends to their order and the mode between them."""
        _check_ends(self)
        if not self.low <= self.mode <= self.high:
            raise ParameterError(
                f"Triangular.mode must be between low = {self.low:g} and high = {self.high:g}; got {self.mode:g}. "
                "Write the likeliest value."
            )

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to x."""
        low, mode, high = self.low, self.mode, self.high
        if x <= low:
            return 0.0
        if x >= high:
            return 1.0
        if x <= mode:
            return (x - low) ** 2 / ((high - low) * (mode - low))
        return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))

    def quantile(self, p: Numbers) -> Numbers:
        """Return the values at the probabilities p."""
        low, mode, high = self.low, self.mode, self.high
        rising = low + np.sqrt(p * (high - low) * (mode - low))
        falling = high - np.sqrt((1.0 - p) * (high - low) * (high - mode))
        values: Numbers = np.where(p <= (mode - low) / (high - low), rising, falling)
        return values


@DISTRIBUTIONS.register("normal")
@dataclass(frozen=True, slots=True)
class Normal(Continuous):
    """The bell, cut at the ends where they are written and at the range of the key."""

    mean: float = parameter(doc="Mean before the cut.")
    deviation: float = parameter(low=0.0, open_low=True, doc="Standard deviation before the cut.")
    low: float | None = _low("Where it is cut below.", None)
    high: float | None = _high("Where it is cut above.", None)

    def __post_init__(self) -> None:
        """Hold the ends to their order."""
        _check_ends(self)

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to x, before the cut."""
        return _normal_cdf((x - self.mean) / self.deviation)

    def quantile(self, p: Numbers) -> Numbers:
        """Return the values at the probabilities p, before the cut."""
        values: Numbers = self.mean + self.deviation * _normal_quantile(p)
        return values


@DISTRIBUTIONS.register("lognormal")
@dataclass(frozen=True, slots=True)
class Lognormal(Continuous):
    """The logarithm is normal; cut at the ends where they are written and at the range of the key."""

    median: float = parameter(low=0.0, open_low=True, doc="Median before the cut.")
    sigma: float = parameter(low=0.0, open_low=True, doc="Standard deviation of the logarithm before the cut.")
    low: float | None = _low("Where it is cut below.", None)
    high: float | None = _high("Where it is cut above.", None)

    def __post_init__(self) -> None:
        """Hold the ends to their order."""
        _check_ends(self)

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to x, before the cut."""
        return _normal_cdf(math.log(x / self.median) / self.sigma) if x > 0.0 else 0.0

    def quantile(self, p: Numbers) -> Numbers:
        """Return the values at the probabilities p, before the cut."""
        values: Numbers = self.median * np.exp(self.sigma * _normal_quantile(p))
        return values


def _normal_cdf(z: float) -> float:
    """Return the standard normal distribution function; SciPy is imported by who draws, not by every worker."""
    from scipy.special import ndtr

    return float(ndtr(z))


def _normal_quantile(p: Numbers) -> Numbers:
    """Return the quantiles of the standard normal distribution; see `_normal_cdf`."""
    from scipy.special import ndtri

    values: Numbers = ndtri(p)
    return values


def distribution_name(distribution: Distribution) -> str:
    """Return the name under which a distribution is registered.

    Examples
    --------
    >>> distribution_name(Uniform(0, 1))
    'uniform'
    """
    return next(name for name, entry in DISTRIBUTIONS.items() if entry is type(distribution))


def settings_of(owner: Any, but: Sequence[str] = ()) -> dict[str, Any]:
    """Return the fields of a distribution or a design that are set, by name, ready for a manifest.

    Examples
    --------
    >>> settings_of(Normal(12, 3, low=0))
    {'mean': 12, 'deviation': 3, 'low': 0}
    """
    found = {field.name: getattr(owner, field.name) for field in dataclasses.fields(owner)}
    return {name: value for name, value in found.items() if value not in (None, ()) and name not in but}
