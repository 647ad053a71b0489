"""Global maxima of functions of one variable that are smooth except for kinks and jumps, to almost full precision.

A scan finds the candidate peaks, section search closes in on each, and smooth interior maxima, which section search
places to about 1e-8 only, are polished by Newton's method on eighth-order central differences. Many functions are
maximised side by side, so that the objective can be one compiled call.

References
----------
Kiefer (1953), Sequential minimax search for a maximum, Proceedings of the AMS 4 (section search).
Fornberg (1988), Generation of finite difference formulas on arbitrarily spaced grids, Math. Comp. 51.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Objective = Callable[[Array], Array]

_SLOPE = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])
_BEND = np.array([-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560])
_SECTIONS = 30
_STENCIL = np.arange(-4.0, 5.0)
_TIE = 1e-13
_SNAP = 1e-7


def maximise(
    objective: Objective,
    high: float,
    kinks: Array | None = None,
    jumps: Array | None = None,
    *,
    low: float = 0.0,
    scan: int = 193,
    peaks: int = 3,
    rounds: int = 11,
    polish: bool = True,
    largest: bool = False,
) -> tuple[Array, Array]:
    """Return the global maximisers (B,) of B functions on [low, high], and the maxima (B,).

    Parameters
    ----------
    objective : callable
        Takes points of shape (B, P) and returns the B functions' values at them, same shape.
    low, high : float
        The interval.
    kinks, jumps : array of float64, shapes (B, K) and (B, J), optional
        Points to consider exactly. What lies within rounding below a jump is not a choice: the jump itself is taken.
    scan, peaks, rounds : int
        Points of the scan (more are added towards `low`), peaks followed, and rounds of section search.
    polish : bool
        Whether smooth maxima are polished from about 1e-8 to about 1e-12 of their size.
    largest : bool
        Take the largest of tied maximisers in place of the smallest.

    Examples
    --------
    >>> where, value = maximise(lambda x: x * (1.4 - x), 2.0)
    >>> round(float(where[0]), 12), round(float(value[0]), 12)
    (0.7, 0.49)
    """
    span = high - low
    exact, is_jump = _special(kinks, jumps, low, high)
    base = np.concatenate((np.linspace(low, high, scan), low + span * np.geomspace(1e-6, 1.0, scan // 4)))
    points = np.sort(np.column_stack((np.tile(base, (len(exact), 1)), exact)), axis=1)
    values = objective(points)
    scale = np.max(np.abs(values), axis=1, keepdims=True)
    tie = _TIE * scale
    best, maxima = _peaks(objective, points, values, peaks, rounds)
    curved = np.zeros(best.shape, dtype=np.bool_)
    if polish:
        best, maxima, curved = _polished(objective, best, maxima, 0.1 * tie, low, high)
    exact_values = objective(exact)
    near = np.abs(best[:, :, None] - exact[:, None, :]) <= _SNAP * span + 4e-9
    as_good = exact_values[:, None, :] >= (maxima - 0.01 * tie)[:, :, None]
    # A kink is where it is said to be and not beside it; a smooth maximum beside a special point is not at that point.
    snaps = near & ~curved[:, :, None] & (as_good | is_jump)
    snapped, nearest = snaps.any(axis=2), np.argmax(snaps, axis=2)
    best = np.where(snapped, np.take_along_axis(exact, nearest, axis=1), best)
    maxima = np.where(snapped, np.take_along_axis(exact_values, nearest, axis=1), maxima)
    beaten = near & curved[:, :, None] & (exact_values[:, None, :] <= (maxima + tie)[:, :, None])
    candidates = np.column_stack((best, exact))
    scores = np.column_stack((maxima, np.where(beaten.any(axis=1), -np.inf, exact_values)))
    top = np.max(scores, axis=1, keepdims=True)
    far = -np.inf if largest else np.inf
    tied = np.where(scores >= top - tie, candidates, far)
    chosen = np.argmax(tied, axis=1) if largest else np.argmin(tied, axis=1)
    rows = np.arange(len(exact))
    return candidates[rows, chosen], scores[rows, chosen]


def _special(kinks: Array | None, jumps: Array | None, low: float, high: float) -> tuple[Array, NDArray[np.bool_]]:
    """Return the points to consider exactly (B, K), the bounds among them, and which columns (K,) are jumps."""
    given = [part for part in (kinks, jumps) if part is not None]
    count = len(given[0]) if given else 1
    exact = np.clip(np.column_stack((np.tile([low, high], (count, 1)), *given)), low, high)
    is_jump = np.zeros(exact.shape[1], dtype=np.bool_)
    if jumps is not None:
        is_jump[-jumps.shape[1] :] = True
    return exact, is_jump


def _peaks(objective: Objective, points: Array, values: Array, peaks: int, rounds: int) -> tuple[Array, Array]:
    """Return the highest peaks (B, K) of the scan after section search, and their values."""
    padded = np.pad(values, ((0, 0), (1, 1)), constant_values=-np.inf)
    is_peak = (values >= padded[:, :-2]) & (values >= padded[:, 2:])
    order = np.argsort(np.where(is_peak, -values, np.inf), axis=1, kind="stable")[:, :peaks]
    order = np.where(np.take_along_axis(is_peak, order, axis=1), order, order[:, :1])
    last = points.shape[1] - 1
    left = np.take_along_axis(points, np.maximum(order - 1, 0), axis=1).ravel()
    right = np.take_along_axis(points, np.minimum(order + 1, last), axis=1).ravel()
    best = np.take_along_axis(points, order, axis=1).ravel()
    maxima = np.take_along_axis(values, order, axis=1).ravel()
    steps = np.linspace(0.0, 1.0, _SECTIONS + 1)
    rows = np.arange(len(best))
    for _ in range(rounds):
        sections = left[:, None] + (right - left)[:, None] * steps
        found = objective(sections.reshape(len(points), -1)).reshape(sections.shape)
        middle = np.argmax(found, axis=1)
        peak, where = found[rows, middle], sections[rows, middle]
        left = sections[rows, np.maximum(middle - 1, 0)]
        right = sections[rows, np.minimum(middle + 1, _SECTIONS)]
        best, maxima = np.where(peak >= maxima, where, best), np.maximum(peak, maxima)
    return best.reshape(order.shape), maxima.reshape(order.shape)


def _polished(
    objective: Objective, best: Array, maxima: Array, slack: Array, low: float, high: float
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return peaks, values and which were polished: smooth ones, where the slope's root settles as its step shrinks."""
    size = np.abs(best)
    edge = 1e-9 * (high - low)
    open_ = (best > low + edge) & (best < high - edge) & (size > 0.0)
    root, root_value = best, maxima
    agreed = np.full(best.shape, np.inf)
    before = np.full(best.shape, np.inf)
    for level in range(5, 18):
        if not np.any(open_ & (agreed > 1e-13 * size)):
            break
        step = np.where(open_, size, 0.0) * 2.0**-level
        here, usable = best, open_
        value = maxima
        for _ in range(3):
            around = objective((here[:, :, None] + step[:, :, None] * _STENCIL).reshape(len(best), -1))
            around = around.reshape(*best.shape, -1)
            bend = around @ _BEND
            usable = usable & (bend < 0.0)
            value = around[:, :, 4]
            move = np.where(usable, step * (around @ _SLOPE) / np.where(usable, bend, 1.0), 0.0)
            here = np.clip(here - move, best - step, best + step)
        difference = np.where(usable, np.abs(here - before), np.inf)
        better = (difference < agreed) & (np.abs(here - best) <= 1e-5 * size) & (value >= maxima - slack)
        root, root_value = np.where(better, here, root), np.where(better, value, root_value)
        agreed = np.where(better, difference, agreed)
        before = np.where(usable, here, np.inf)
    done = agreed <= 1e-7 * size
    return np.where(done, root, best), np.where(done, root_value, maxima), done
