"""What is calibrated: the parameters that are free, the moments they are to meet, and how they are searched for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.calibration.statistics import STATISTICS
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.parameters import Limits
from simulator.sweeps.measures import MEASURES, UNBOUNDED

LARGEST = 2**63 - 1
WEIGHTINGS = ("diagonal", "optimal")
SAMPLES = ("one", "separate")
OPTIMISERS = ("nelder_mead", "powell", "differential_evolution")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One scenario key whose value is sought.

    Parameters
    ----------
    path : str
        Dotted path of a number that can be a fraction, such as ``venture.hazard`` or ``contract.revenue_share.share``.
    low, high : float
        Where it is sought; both ends are possible.
    start : float, optional
        Where the first search begins; by default in the middle.

    Raises
    ------
    ParameterError
        If the bounds are not finite and in order, or the start lies outside them.

    Examples
    --------
    >>> Parameter("venture.hazard", 0.1, 0.5).start
    0.3
    """

    path: str
    low: float
    high: float
    start: float = math.nan

    def __post_init__(self) -> None:
        """Put the start into the middle, and refuse contradictory bounds."""
        for name, end in (("low", self.low), ("high", self.high)):
            _check_finite("Parameter", name, end)
        if not self.low < self.high:
            raise ParameterError(
                f"Parameter.high must be above low = {self.low!r}; got {self.high!r}. Write the larger end last."
            )
        if math.isnan(self.start):
            object.__setattr__(self, "start", 0.5 * (self.low + self.high))
        if not self.low <= self.start <= self.high:
            raise ParameterError(
                f"Parameter.start must be in [{self.low!r}, {self.high!r}]; got {self.start!r}. Write one between them."
            )


@dataclass(frozen=True, slots=True)
class Moment:
    """One observed number, and how sure it is.

    Parameters
    ----------
    measure, statistic : str
        Of which measure of a run it is which statistic over runs: one of STATISTICS.
    value : float
        What was observed.
    level : float, optional
        The probability of a quantile, or the threshold of a share.
    standard_error : float, optional
        Of the observed value, above 0.
    count : int, optional
        From how many observations it was computed, those included in which the measure has no meaning.
    weight : float, optional
        Weight of its squared difference, above 0, in place of the inverse of its variance.

    Raises
    ------
    ParameterError, UnknownNameError
        If a number is out of range or the level is missing.

    Examples
    --------
    >>> Moment("length", "quantile", 12.0, level=0.5).label
    'quantile 0.5 of length'
    """

    measure: str
    statistic: str
    value: float
    level: float = math.nan
    standard_error: float | None = None
    count: int | None = None
    weight: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no sample can have."""
        statistic = STATISTICS[self.statistic]
        _check_finite("Moment", "value", self.value)
        low, high = statistic.of_range(*(MEASURES[self.measure].limits if self.measure in MEASURES else UNBOUNDED))
        limits = Limits("-", low, high, math.isinf(low), math.isinf(high), "What such a statistic can be.")
        if not limits.admits(self.value):
            raise ParameterError(
                f"Moment.value must be in {limits}, being a {self.statistic} of {self.measure}; "
                f"got {self.value!r}. Write what was observed."
            )
        if not statistic.needs and not math.isnan(self.level):
            raise ParameterError(f"Moment.level must be left out of a {self.statistic}; got {self.level!r}. Remove it.")
        if statistic.needs and not math.isfinite(self.level):
            raise ParameterError(
                f"Moment.{statistic.needs} must be given for a {self.statistic}; got none. "
                f"Write {statistic.needs} = {0.5 if statistic.needs == 'q' else 12.0}."
            )
        if statistic.needs == "q" and not 0.0 < self.level < 1.0:
            raise ParameterError(f"Moment.q must be in (0, 1); got {self.level!r}. Write, say, q = 0.5.")
        for name, value in (("standard_error", self.standard_error), ("weight", self.weight)):
            if value is not None and not 0.0 < value < math.inf:
                raise ParameterError(f"Moment.{name} must be above 0; got {value!r}. Write it, or leave it out.")
        if self.count is not None:
            _check_whole("Moment", "count", self.count, 2)

    @property
    def label(self) -> str:
        """Return what it is in words."""
        if self.statistic == "quantile":
            return f"quantile {self.level:g} of {self.measure}"
        if self.statistic in {"share_above", "share_below"}:
            return f"share of {self.measure} {self.statistic.removeprefix('share_')} {self.level:g}"
        return f"{self.statistic} of {self.measure}"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Which parameters of a scenario are to meet which moments.

    Parameters
    ----------
    name, title : str
        What it is called.
    scenario : Scenario
        The world whose keys are sought; the others stay as they are.
    parameters : tuple of Parameter
        At least one, each path once.
    moments : tuple of Moment
        At least as many as parameters.
    contract : str, optional
        From the scenario's menu; by default the first.
    replicates : int
        Histories per vector of parameters, at least 2, under the same luck everywhere.
    seed : int
        Non-negative; 0 is a seed.
    weighting : str
        ``diagonal``: by the inverse of each moment's variance, or its given weight; ``optimal``: by the inverse of the
        moments' covariance matrix at the first step's estimate.
    samples : str
        ``one``: all moments were observed in one sample, and covary as in the model; ``separate``: each in its own.
    optimiser : str
        One of OPTIMISERS.
    starts : int
        Searches from different places, at least 1.
    evaluations : int
        Most vectors of parameters that one search may try, at least 10.

    Raises
    ------
    ParameterError, UnknownNameError
        If a number is out of range, a name is unknown, or there are too few moments.
    """

    name: str
    scenario: Scenario
    parameters: tuple[Parameter, ...]
    moments: tuple[Moment, ...]
    title: str = ""
    contract: str = ""
    replicates: int = 2000
    seed: int = 0
    weighting: str = "diagonal"
    samples: str = "one"
    optimiser: str = "nelder_mead"
    starts: int = 4
    evaluations: int = 400

    def __post_init__(self) -> None:
        """Refuse what cannot be estimated."""
        if not self.name.strip():
            raise ParameterError("Calibration.name must not be empty; got ''. Write a short name.")
        for field, value, low in (
            ("replicates", self.replicates, 2),
            ("seed", self.seed, 0),
            ("starts", self.starts, 1),
            ("evaluations", self.evaluations, 10),
        ):
            _check_whole("Calibration", field, value, low)
        for field, word, known in (
            ("weighting", self.weighting, WEIGHTINGS),
            ("samples", self.samples, SAMPLES),
            ("optimiser", self.optimiser, OPTIMISERS),
        ):
            if word not in known:
                raise unknown(field, word, known)
        object.__setattr__(self, "contract", self.scenario.contract(self.contract or None).name)
        if not self.parameters:
            raise ParameterError("Calibration.parameters must name at least one; got none. Write which are sought.")
        _check_once("parameters", [each.path for each in self.parameters])
        if len(self.moments) < len(self.parameters):
            raise ParameterError(
                f"Calibration.moments must be at least as many as the parameters; got {len(self.moments)} for "
                f"{len(self.parameters)} parameters. Observe more, or fix a parameter in the scenario."
            )
        _check_once("moments", [each.label for each in self.moments])
        for each in self.moments:
            if each.weight is not None and self.weighting == "optimal":
                raise ParameterError(
                    f"Calibration.weighting must be 'diagonal' where a moment has a weight; got 'optimal' and a weight "
                    f"for the {each.label}. Leave one of them out."
                )


def _check_once(field: str, names: list[str]) -> None:
    """Raise ParameterError if a name stands there twice."""
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"Calibration.{field} must name each once; got the {name} twice. Write it once.")


def _check_finite(owner: str, name: str, value: float) -> None:
    """Raise ParameterError unless the value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ParameterError(f"{owner}.{name} must be a finite number; got {value!r}. Write a number.")


def _check_whole(owner: str, name: str, value: int, low: int) -> None:
    """Raise ParameterError unless the value is a whole number from `low` to the largest of 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= LARGEST:
        raise ParameterError(
            f"{owner}.{name} must be a whole number, {low} or more; got {value!r}. Write {name} = {max(low, 200)}."
        )
