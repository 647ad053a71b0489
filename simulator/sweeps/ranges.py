"""What a sampled design may draw for a factor: its distribution, held to the range and kind of the key it varies."""

from __future__ import annotations

import dataclasses
import math
import types
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import TERMS
from simulator.economy.firm import StrategyChoice
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import Limits, limits_of
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.distributions import Continuous, Discrete, distribution_name
from simulator.sweeps.factors import CONTRACT, KINDS, Factor, Value

LEAST_MASS = 0.01
SMALLEST = 2.0**-53
EVERYWHERE = Limits("-", -math.inf, math.inf, True, True, "Any number.")


@dataclass(frozen=True, slots=True)
class NumberKey:
    """What a key that holds a number admits.

    Parameters
    ----------
    limits : Limits
        Its range; all numbers where it states none.
    whole : bool
        Whether only whole numbers have a meaning.
    """

    limits: Limits = EVERYWHERE
    whole: bool = False


def number_key(scenario: Scenario, path: str) -> NumberKey | None:
    """Return what the key at a dotted path admits; None where it holds no number or there is none.

    Examples
    --------
    >>> key = number_key(Scenario("pair"), "small.count")
    >>> str(key.limits), key.whole
    ('[1, 1e+06]', True)
    """
    first, _, rest = path.partition(".")
    if first == CONTRACT:
        term, _, field = rest.partition(".")
        return _field_key((TERMS[term],), field) if term in TERMS else None
    owner: Any = scenario
    *above, last = path.split(".")
    for part in above:
        current = getattr(owner, part, None)
        if isinstance(current, StrategyChoice):
            return _strategy_key(current, last)
        if part in KINDS:
            return _field_key((type(current), *KINDS[part].values()), last)
        if not dataclasses.is_dataclass(current):
            return None
        owner = current
    return _field_key((type(owner),), last)


def _strategy_key(choice: StrategyChoice, name: str) -> NumberKey | None:
    """Return what a parameter of the strategy admits, or of the first other strategy that has it."""
    for strategy in (STRATEGIES[choice.name], *STRATEGIES.values()):
        for parameter in strategy.parameters:
            if parameter.name == name:
                return NumberKey(parameter.limits)
    return None


def _field_key(owners: tuple[Any, ...], name: str) -> NumberKey | None:
    """Return what a field admits in the first of several dataclasses that has it."""
    for owner in owners:
        hint = get_type_hints(owner).get(name)
        if hint is None:
            continue
        options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
        if float not in options and int not in options:
            return None
        limits = {field.name: each for field, each in limits_of(owner)}
        return NumberKey(limits.get(name, EVERYWHERE), whole=float not in options)
    return None


@dataclass(frozen=True, slots=True)
class Marginal:
    """One factor as a function of its coordinate u in [0, 1].

    Parameters
    ----------
    path : str
        The factor's.
    distribution : Continuous or Discrete
        What is drawn from, ends moved outwards by a half where whole numbers are rounded from it.
    low, high : float
        Where values end; whole numbers where `whole`.
    below, mass : float
        Probability below the ends, and between them, before the cut.
    whole : bool
        Whether values are rounded to whole numbers.
    """

    path: str
    distribution: Continuous | Discrete
    low: float = -math.inf
    high: float = math.inf
    below: float = 0.0
    mass: float = 1.0
    whole: bool = False

    @property
    def bounded(self) -> bool:
        """Return whether u = 0 and u = 1 have values."""
        return isinstance(self.distribution, Discrete) or (math.isfinite(self.low) and math.isfinite(self.high))

    def values(self, u: NDArray[np.float64]) -> list[Value]:
        """Return the values at some coordinates, shape (n,): plain Python numbers, or entries of a list."""
        if isinstance(self.distribution, Discrete):
            entries = self.distribution.values
            return [entries[index] for index in self.distribution.chosen(u).tolist()]
        least = 0.0 if math.isfinite(self.low) else SMALLEST  # so that no value is infinite
        most = 1.0 if math.isfinite(self.high) else 1.0 - SMALLEST
        drawn = self.distribution.quantile(np.clip(self.below + u * self.mass, least, most))
        if self.whole:
            return [int(value) for value in np.clip(np.rint(drawn), self.low, self.high).tolist()]
        kept: list[Value] = np.clip(drawn, self.low, self.high).tolist()
        return kept


def marginal(factor: Factor, scenario: Scenario) -> Marginal:
    """Return what a sampled design draws for a factor.

    A list of values is drawn from as if all weighed the same. Ends that are written must be in the key's range; a
    distribution without ends is cut there.

    Raises
    ------
    ParameterError
        If the distribution does not fit the key: it holds no number, an end is out of its range, less than LEAST_MASS
        lies inside it, or no two whole numbers do.

    Examples
    --------
    >>> from simulator.sweeps.distributions import Uniform
    >>> dice = marginal(Factor("small.count", distribution=Uniform(1, 6)), Scenario("pair"))
    >>> dice.values(np.array([0.0, 0.16, 0.17, 0.99]))
    [1, 1, 2, 6]
    """
    given = Discrete(factor.values) if factor.distribution is None else factor.distribution
    if isinstance(given, Discrete):
        return Marginal(factor.path, dataclasses.replace(given, values=factor.values))
    here, name = f"Factor {factor.path!r}", distribution_name(given)
    key = number_key(scenario, factor.path)
    if key is None:
        raise ParameterError(
            f"{here} must hold a number to be drawn from a {name} distribution; got a key that holds none. "
            'Write a list of its values, or { distribution = "discrete", values = [...], weights = [...] }.'
        )
    limits = key.limits
    for end, written in (("low", given.low), ("high", given.high)):
        if written is not None and not limits.low <= written <= limits.high:
            raise ParameterError(
                f"{here}: {end} must be in {limits}, the range of the key; got {written!r}. Write an end inside it."
            )
    low = limits.low if given.low is None else given.low
    high = limits.high if given.high is None else given.high
    if limits.open_low and low == limits.low and math.isfinite(low):
        low = low + 1.0 if key.whole else math.nextafter(low, math.inf)
    if limits.open_high and high == limits.high and math.isfinite(high):
        high = high - 1.0 if key.whole else math.nextafter(high, -math.inf)
    wide, margin = given, 0.0
    if key.whole:
        low = low if math.isinf(low) else math.ceil(low)
        high = high if math.isinf(high) else math.floor(high)
        if low >= high:
            raise ParameterError(
                f"{here} must have two whole numbers between its ends to vary; got a {name} distribution from "
                f"{given.low!r} to {given.high!r}. Move the ends apart."
            )
        whole_ends = dataclasses.replace(
            given,  # type: ignore[type-var]
            low=None if given.low is None else low,
            high=None if given.high is None else high,
        )
        wide, margin = whole_ends.widened(0.5), 0.5
    below, upto = wide.cdf(low - margin), wide.cdf(high + margin)
    if upto - below < LEAST_MASS:
        raise ParameterError(
            f"{here} must have at least {LEAST_MASS:.0%} of its {name} distribution in {low:g} to {high:g}, where its "
            f"values can lie; got {upto - below:.2g}. Move or widen the distribution."
        )
    return Marginal(factor.path, wide, low, high, below, upto - below, key.whole)
