"""Constant hazards: the yearly rate at which alliances end that a reported share of survivors or a median life implies.

Under a constant hazard h the share still alive after t is exp(-h t), whatever has happened before, so the mean
remaining life is always 1/h. Two reported shares that give two hazards tell how far the truth is from constant.

References
----------
Lawless (2003), Statistical Models and Methods for Lifetime Data, section 1.3.1 (the exponential distribution).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.foundation.errors import ParameterError


def hazard_of_survival(share: float, time: float) -> float:
    """Return -log(share) / time, the hazard that leaves this share alive.

    Parameters
    ----------
    share : float
        Share in (0, 1] still alive.
    time : float
        After how long, above 0; its unit (years, months) is that of the hazard.

    Raises
    ------
    ParameterError
        If the share or the time is out of range.

    Examples
    --------
    >>> round(hazard_of_survival(0.4, 4.0), 6)
    0.229073
    """
    if not 0.0 < share <= 1.0:
        raise ParameterError(f"hazard_of_survival.share must be in (0, 1]; got {share}. Write the share still alive.")
    if not 0.0 < time < math.inf:
        raise ParameterError(f"hazard_of_survival.time must be finite and above 0; got {time}. Write a length of time.")
    return max(-math.log(share) / time, 0.0)


def hazard_of_median(median_life: float) -> float:
    """Return log(2) / median_life, the hazard under which half have ended by then.

    Examples
    --------
    >>> round(hazard_of_median(7.0), 6)
    0.099021
    """
    return hazard_of_survival(0.5, median_life)


def survival(hazard: float, time: float) -> float:
    """Return exp(-hazard time), the share alive after a time, at least 0.

    Raises
    ------
    ParameterError
        If the hazard or the time is negative or no number.

    Examples
    --------
    >>> round(survival(hazard_of_median(7.0), 14.0), 12)
    0.25
    """
    _check_hazard("survival", hazard)
    if not time >= 0.0:
        raise ParameterError(f"survival.time must be at least 0; got {time}. Write a length of time.")
    return math.exp(-hazard * time) if hazard > 0.0 else 1.0


def mean_remaining_life(hazard: float) -> float:
    """Return 1 / hazard, at any age; infinite if nothing ends.

    Examples
    --------
    >>> mean_remaining_life(0.25)
    4.0
    """
    _check_hazard("mean_remaining_life", hazard)
    return 1.0 / hazard if hazard > 0.0 else math.inf


def common_hazard(times: Sequence[float], shares: Sequence[float]) -> float:
    """Return the one hazard nearest to several shares alive: least squares of log share on time, through (0, 1).

    Parameters
    ----------
    times : sequence of float
        Times, above 0.
    shares : sequence of float
        Shares in (0, 1] alive at these times.

    Raises
    ------
    ParameterError
        If there is nothing to fit, or a value is out of range.

    Examples
    --------
    >>> round(common_hazard([1.0, 2.0], [math.exp(-0.1), math.exp(-0.2)]), 12)
    0.1
    """
    if not times or len(times) != len(shares):
        raise ParameterError(
            f"common_hazard.shares must have one share for each of at least one time; got {len(shares)} for "
            f"{len(times)}. Write as many shares as times."
        )
    lost = [hazard_of_survival(share, time) * time for share, time in zip(shares, times, strict=True)]
    fitted = sum(time * each for time, each in zip(times, lost, strict=True))
    return fitted / sum(time * time for time in times)


def _check_hazard(owner: str, hazard: float) -> None:
    """Raise ParameterError unless the hazard is a finite number of at least 0."""
    if not 0.0 <= hazard < math.inf:
        raise ParameterError(f"{owner}.hazard must be finite and at least 0; got {hazard}. Write a rate like 0.1.")
