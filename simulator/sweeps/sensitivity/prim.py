"""The patient rule induction method: boxes in the space of factors in which a condition holds more and more often.

Peeling starts with everything and takes off, again and again, a thin slice at one end of one factor (or one of the
words of a factor without order): the slice whose loss raises the density most for what it costs. Coverage falls on the
way and density rises; each step is a box, and all of them together the trajectory. Pasting then gives slices back to a
chosen box as long as its density does not fall.

Coverage is the share of all runs that meet the condition that lie in the box; density the share of the runs in the box
that meet it; mass the share of all runs that lie in it. The limits of a box are values that occur, so they stay where
they are whatever increasing function is applied to a factor.

References
----------
Friedman and Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9.
Kwakkel and Jaxa-Rozen (2016), Improving scenario discovery for handling heterogeneous uncertainties and multinomial
    classified outcomes, Environmental Modelling & Software 79 (the gain per run taken off).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.sensitivity.cases import Cases

PEEL = 0.05
LEAST_MASS = 0.05
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a factor is held: between two values, both included, or in a set of words.

    Parameters
    ----------
    low, high : float
        Infinite where there is no limit.
    words : frozenset of int or None
        Places of the words that are allowed; None for a factor with an order.
    """

    low: float = -math.inf
    high: float = math.inf
    words: frozenset[int] | None = None

    def holds(self, column: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return where the factor is within the limit."""
        if self.words is not None:
            return np.isin(column, list(self.words))
        return (column >= self.low) & (column <= self.high)


@dataclass(frozen=True, slots=True)
class Box:
    """A limit for every factor, and what lies within.

    Parameters
    ----------
    limits : tuple of Limit
        In the order of the factors.
    coverage, density, mass : float
        In [0, 1].
    points : int
        Points inside.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    points: int

    def restricted(self, cases: Cases) -> tuple[int, ...]:
        """Return the places of the factors that the box holds."""
        return tuple(place for place, limit in enumerate(self.limits) if not _free(limit, cases.words[place]))


def _free(limit: Limit, words: Sequence[str] | None) -> bool:
    """Return whether a limit allows everything."""
    if limit.words is not None:
        return words is not None and len(limit.words) == len(words)
    return math.isinf(limit.low) and math.isinf(limit.high)


def everything(cases: Cases) -> tuple[Limit, ...]:
    """Return limits that allow everything."""
    return tuple(Limit(words=None if words is None else frozenset(range(len(words)))) for words in cases.words)


def inside(cases: Cases, limits: Sequence[Limit]) -> NDArray[np.bool_]:
    """Return which points lie within all limits."""
    held = np.ones(len(cases.hits), dtype=bool)
    for limit, column in zip(limits, cases.columns, strict=True):
        held &= limit.holds(column)
    return held


def box_of(cases: Cases, limits: tuple[Limit, ...]) -> Box:
    """Return the box of some limits with its coverage, density and mass; density is NaN where nothing lies in it.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> cases = Cases(("x",), (x,), (None,), np.array([1.0, 1.0, 0.0, 1.0]), np.ones(4), np.arange(4))
    >>> box = box_of(cases, (Limit(high=2.0),))
    >>> round(box.coverage, 3), box.density, box.mass, box.points
    (0.667, 1.0, 0.5, 2)
    """
    held = inside(cases, limits)
    hits, runs = float(cases.hits[held].sum()), float(cases.runs[held].sum())
    all_hits = float(cases.hits.sum())
    return Box(
        limits=limits,
        coverage=hits / all_hits if all_hits > 0.0 else math.nan,
        density=hits / runs if runs > 0.0 else math.nan,
        mass=runs / float(cases.runs.sum()),
        points=int(held.sum()),
    )


def peeled(cases: Cases, *, peel: float = PEEL, least_mass: float = LEAST_MASS) -> tuple[Box, ...]:
    """Return the trajectory: everything, and a smaller box after every slice that was taken off.

    Parameters
    ----------
    cases : Cases
        With runs that meet the condition.
    peel : float
        Share of the points in the box that a slice may have, in (0, 0.5]; more where many have the same value.
    least_mass : float
        Share of all runs at which to stop.
    """
    boxes = [box_of(cases, everything(cases))]
    held = np.arange(len(cases.hits))
    least = max(least_mass * float(cases.runs.sum()), 1.0)
    while boxes[-1].density < 1.0 - ROUNDING:
        hits, runs = cases.hits[held], cases.runs[held]
        before, total = float(hits.sum()), float(runs.sum())
        best: tuple[float, int, Limit, NDArray[np.bool_]] | None = None
        for place, limit, kept in _slices(cases, boxes[-1].limits, held, peel):
            left = float(runs[kept].sum())
            if left < least - ROUNDING or left >= total:
                continue
            gain = (float(hits[kept].sum()) / left - before / total) / (total - left)
            if best is None or gain > best[0] + ROUNDING * abs(best[0]):
                best = gain, place, limit, kept
        if best is None:
            break
        _, place, limit, kept = best
        held = held[kept]
        boxes.append(box_of(cases, _with(boxes[-1].limits, place, limit)))
    return tuple(boxes)


def _with(limits: tuple[Limit, ...], place: int, limit: Limit) -> tuple[Limit, ...]:
    """Return the limits with another one for one factor."""
    return (*limits[:place], limit, *limits[place + 1 :])


def _slices(
    cases: Cases, limits: tuple[Limit, ...], held: NDArray[np.int64], peel: float
) -> Iterator[tuple[int, Limit, NDArray[np.bool_]]]:
    """Yield every slice that can be taken off: the factor, its new limit, and which of the points held are kept."""
    size = max(int(peel * len(held)), 1)
    if len(held) <= size:
        return
    for place, limit in enumerate(limits):
        column = cases.columns[place][held]
        if limit.words is not None:
            present = frozenset(np.unique(column).astype(np.int64).tolist())
            if len(present) > 1:
                for word in sorted(present):
                    yield place, dataclasses.replace(limit, words=limit.words - {word}), column != word
            continue
        low, high = float(column.min()), float(column.max())
        if low == high:
            continue
        parted = np.partition(column, [size, len(column) - size - 1])
        bottom, top = float(parted[size]), float(parted[len(column) - size - 1])
        if bottom == low:
            bottom = float(column[column > low].min())
        if top == high:
            top = float(column[column < high].max())
        yield place, dataclasses.replace(limit, low=bottom), column >= bottom
        yield place, dataclasses.replace(limit, high=top), column <= top


def pasted(cases: Cases, box: Box, *, peel: float = PEEL) -> Box:
    """Return the box after slices have been given back, each the best there is, while the density does not fall.

    Parameters
    ----------
    cases, box, peel : Cases, Box, float
        As in `peeled`.
    """
    while True:
        best = box
        for limits in _expansions(cases, box, peel):
            larger = box_of(cases, limits)
            dense = larger.density > best.density + ROUNDING
            equal = larger.density >= best.density - ROUNDING and larger.mass > best.mass + ROUNDING
            if dense or equal:
                best = larger
        if best is box:
            return _without_idle(cases, box)
        box = best


def _without_idle(cases: Cases, box: Box) -> Box:
    """Return the box without limits that keep nothing out, given the others."""
    for place in box.restricted(cases):
        wider = box_of(cases, _with(box.limits, place, everything(cases)[place]))
        if wider.points == box.points:
            box = wider
    return box


def _expansions(cases: Cases, box: Box, peel: float) -> Iterator[tuple[Limit, ...]]:
    """Yield the limits of boxes that have one slice, or one word, more."""
    size = max(int(peel * box.points), 1)
    for place in box.restricted(cases):
        limit = box.limits[place]
        if limit.words is not None:
            for word in range(len(cases.words[place] or ())):
                if word not in limit.words:
                    yield _with(box.limits, place, dataclasses.replace(limit, words=limit.words | {word}))
            continue
        column = cases.columns[place][inside(cases, _with(box.limits, place, Limit()))]
        if math.isfinite(limit.low):
            below = np.sort(column[column < limit.low])[::-1]
            if below.size:
                low = -math.inf if below.size <= size else float(below[size - 1])
                yield _with(box.limits, place, dataclasses.replace(limit, low=low))
            else:
                yield _with(box.limits, place, dataclasses.replace(limit, low=-math.inf))
        if math.isfinite(limit.high):
            above = np.sort(column[column > limit.high])
            high = math.inf if above.size <= size else float(above[size - 1])
            yield _with(box.limits, place, dataclasses.replace(limit, high=high))
