"""Regional sensitivity analysis: which factors differ between the runs that behave in some way and the others.

For a factor with an order the distance is that of Kolmogorov and Smirnov, the largest gap between the two distribution
functions. A factor of words has no order: there it is the total variation, the largest gap over all sets of values. The
p-value permutes whole points (see `cases`), so runs that share their parameters count as what they are.

References
----------
Hornberger and Spear (1981), An approach to the preliminary analysis of environmental systems, Journal of Environmental
    Management 12.
Spear and Hornberger (1980), Eutrophication in Peel Inlet, Water Research 14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.comparison.intervals import holm
from simulator.sweeps.sensitivity.cases import Cases

PERMUTATIONS = 1999
ROUNDING = 1e-12
Distance = Callable[[NDArray[np.float64], NDArray[np.float64]], float]


@dataclass(frozen=True, slots=True)
class RegionalRow:
    """How far a factor's values in the runs that meet the condition are from those in the others.

    Parameters
    ----------
    factor : str
        Its path.
    distance : float
        In [0, 1]: of Kolmogorov and Smirnov, or the total variation of words.
    p_value, p_adjusted : float
        That the factor makes no difference; adjusted by Holm over all factors.
    met, other : float or str
        Median of the factor in the runs that meet it and in the others; of words the commonest.
    """

    factor: str
    distance: float
    p_value: float
    p_adjusted: float
    met: float | str
    other: float | str


def regional(
    cases: Cases,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[RegionalRow, ...]:
    """Return the distance of every factor that varies, the largest first.

    Parameters
    ----------
    cases : Cases
        With runs that meet the condition and others.
    permutations, seed : int
        Of the test; the smallest p-value is 1 / (permutations + 1).
    progress : function of done and total, optional
        Told how far it is.
    """
    other = cases.runs - cases.hits
    distances = [_distance(column, words is None) for column, words in zip(cases.columns, cases.words, strict=True)]
    found = np.array([distance(cases.hits, other) for distance in distances])
    reached = np.zeros(len(found))
    rng = np.random.default_rng(seed)
    blocks = cases.of_blocks()
    for done in range(permutations):
        order = _permuted(blocks, rng)
        hits, rest = cases.hits[order], other[order]
        reached += [distance(hits, rest) >= each - ROUNDING for distance, each in zip(distances, found, strict=True)]
        if progress is not None:
            progress(done + 1, permutations)
    p_values = (1.0 + reached) / (1.0 + permutations)
    rows = [
        RegionalRow(
            name,
            float(found[place]),
            float(p_values[place]),
            float(adjusted),
            _middle(cases, place, cases.hits),
            _middle(cases, place, other),
        )
        for place, (name, adjusted) in enumerate(zip(cases.names, holm(p_values), strict=True))
    ]
    return tuple(sorted(rows, key=lambda row: -row.distance))


def _permuted(blocks: list[NDArray[np.int64]], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return an order of the points in which blocks of one size have changed places."""
    order = np.empty(sum(map(len, blocks)), dtype=np.int64)
    for _, group in groupby(sorted(blocks, key=len), key=len):
        places = np.stack(list(group))
        order[places] = places[rng.permutation(len(places))]
    return order


def _distance(column: NDArray[np.float64], ordered: bool) -> Distance:
    """Return the distance between two sets of weights on the points, by the values of one factor."""
    _, codes = np.unique(column, return_inverse=True)
    size = int(codes.max()) + 1

    def distance(hits: NDArray[np.float64], rest: NDArray[np.float64]) -> float:
        gaps = np.bincount(codes, hits / hits.sum() - rest / rest.sum(), size)
        return float(np.abs(np.cumsum(gaps)).max()) if ordered else 0.5 * float(np.abs(gaps).sum())

    return distance


def _middle(cases: Cases, place: int, weights: NDArray[np.float64]) -> float | str:
    """Return the weighted median of a factor, or its commonest word."""
    column, words = cases.columns[place], cases.words[place]
    if words is not None:
        return words[int(np.argmax(np.bincount(column.astype(np.int64), weights)))]
    order = np.argsort(column, kind="stable")
    reach = np.cumsum(weights[order])
    return float(column[order][int(np.searchsorted(reach, 0.5 * reach[-1]))])
