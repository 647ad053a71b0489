"""Indices of designs that were made for them: Sobol' indices of a Saltelli sample and elementary effects, by SALib.

Results are looked at as a function of the unit cube: the indices do not depend on the units of the factors, and a
Morris effect is the change of the measure along the whole range of a factor.

References
----------
Sobol' (2001), Global sensitivity indices for nonlinear mathematical models, Mathematics and Computers in Simulation 55.
Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics Communications 181.
Campolongo, Cariboni and Saltelli (2007), An effective screening design for sensitivity analysis of large models,
    Environmental Modelling & Software 22 (the mean absolute effect).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.bootstrap import CONFIDENCE
from simulator.sweeps.designs.sensitivity import problem, salib

RESAMPLES = 500
LEAST_RESAMPLES = 100
MOST_DRAWS = 4_000_000
FIRST, TOTAL, SECOND = "first", "total", "second"
MU, MU_STAR, SIGMA = "mu", "mu_star", "sigma"
COEFFICIENT = "rank_coefficient"


@dataclass(frozen=True, slots=True)
class Index:
    """One number that says how much a factor matters.

    Parameters
    ----------
    factor : str
        Its path; of a pair, both paths with " x " between them.
    index : str
        first, total or second: share of the variance by the factor alone, with all that involves it, or by two
        factors together. mu, mu_star, sigma: mean, mean absolute value and deviation of its elementary effects.
        rank_coefficient: in the regression of ranks, in [-1, 1] if factors are independent.
    estimate, low, high : float
        With its interval; NaN where there is none.
    """

    factor: str
    index: str
    estimate: float
    low: float
    high: float


def resamples_for(points: int, wanted: int = RESAMPLES) -> int:
    """Return how many resamples of so many points fit into memory and time."""
    return min(wanted, max(LEAST_RESAMPLES, MOST_DRAWS // max(points, 1)))


def sobol_indices(
    paths: Sequence[str],
    outcomes: NDArray[np.float64],
    *,
    second_order: bool = False,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Index]:
    """Return first-order and total indices of every factor, and of every pair if they were sampled.

    Parameters
    ----------
    paths : sequence of str
        The factors.
    outcomes : float array, shape (samples x (factors + 2),), or (samples x (2 factors + 2),) with the second order
        Finite and not constant, base sample by base sample.
    second_order : bool
        Whether the sample has what pairs need.
    confidence, resamples, seed : float, int, int
        Of the intervals, which are normal with the bootstrap's standard error over base samples.
    """
    block = len(paths) * (2 if second_order else 1) + 2
    found = salib("analyze.sobol").analyze(
        problem(paths),
        outcomes,
        calc_second_order=second_order,
        num_resamples=resamples_for(outcomes.size // block, resamples),
        conf_level=confidence,
        seed=seed + 1,  # SALib takes 0 for none
    )
    indices = []
    for place, path in enumerate(paths):
        for name, key in ((FIRST, "S1"), (TOTAL, "ST")):
            indices.append(_around(path, name, found[key][place], found[f"{key}_conf"][place]))
    if second_order:
        for left, one in enumerate(paths):
            for right in range(left + 1, len(paths)):
                pair = f"{one} x {paths[right]}"
                indices.append(_around(pair, SECOND, found["S2"][left, right], found["S2_conf"][left, right]))
    return indices


def morris_effects(
    paths: Sequence[str],
    unit: NDArray[np.float64],
    outcomes: NDArray[np.float64],
    *,
    levels: int,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Index]:
    """Return mean, mean absolute value and standard deviation of the elementary effects of every factor.

    Parameters
    ----------
    paths : sequence of str
        The factors.
    unit : float array, shape (trajectories x (factors + 1), factors)
        The points in the unit cube; at least two trajectories.
    outcomes : float array, shape (trajectories x (factors + 1),)
        Finite.
    levels : int
        Of the design.
    confidence, resamples, seed : float, int, int
        Of the interval of the mean absolute value, see `sobol_indices`.
    """
    found = salib("analyze.morris").analyze(
        problem(paths),
        np.asarray(unit, dtype=np.float64),
        outcomes,
        num_resamples=resamples_for(outcomes.size, resamples),
        conf_level=confidence,
        num_levels=levels,
        seed=seed + 1,
    )
    indices = []
    for place, path in enumerate(paths):
        indices.append(Index(path, MU, float(found["mu"][place]), math.nan, math.nan))
        indices.append(_around(path, MU_STAR, found["mu_star"][place], found["mu_star_conf"][place]))
        indices.append(Index(path, SIGMA, float(found["sigma"][place]), math.nan, math.nan))
    return indices


def _around(factor: str, name: str, estimate: float, half: float) -> Index:
    """Return an index with an interval of this half width."""
    return Index(factor, name, float(estimate), float(estimate) - float(half), float(estimate) + float(half))
