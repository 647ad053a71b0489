"""Scenario discovery: the box in which a condition holds often enough, how sure its limits are, and in words.

The quasi-p-value of a factor is the chance to find as many points that meet the condition as there are in the box if
they were drawn from what lies within all of its other limits. It counts points, not runs, and does not know that the
limits were chosen to look good, hence its name. The check by resampling does know: whole points are drawn again with
replacement, a box is looked for in each resample, and judged by the points that were not drawn.

References
----------
Bryant and Lempert (2010), Thinking inside the box: A participatory, computer-assisted approach to scenario discovery,
    Technological Forecasting and Social Change 77.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from simulator.foundation.errors import ParameterError
from simulator.sweeps.sensitivity.cases import Cases
from simulator.sweeps.sensitivity.prim import PEEL, Box, Limit, box_of, inside, pasted, peeled

THRESHOLD = 0.8
RESAMPLES = 20
LIKELY_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Restriction:
    """How a box holds a factor.

    Parameters
    ----------
    factor, words : str
        Its path, and its limit in words.
    low, high : float or None
        The values it may have; None where there is no limit.
    values : tuple of str or None
        The words it may have, for a factor without order.
    quasi_p : float
        Chance to do as well without this limit.
    reproduced : float
        Share of the resamples whose box holds the factor as well.
    """

    factor: str
    words: str
    low: float | None
    high: float | None
    values: tuple[str, ...] | None
    quasi_p: float
    reproduced: float


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where a condition holds.

    Parameters
    ----------
    base : float
        Share of all runs that meet it.
    points, runs : int
        How many there are.
    trajectory : tuple of Box
        From peeling, the largest first.
    chosen : int
        Place in the trajectory of the box that was chosen.
    box : Box
        The chosen box after pasting.
    reached : bool
        Whether its density is the threshold at least.
    restrictions : tuple of Restriction
        The factors that it holds, the surest first.
    reproduced : dict of str to float
        Share of resamples whose box holds a factor, for every factor.
    unseen_density, unseen_coverage : float
        Of the boxes of the resamples among the points they have not seen, on average; NaN where there were none.
    resamples : int
        How many.
    constant : tuple of str
        Factors that do not vary.
    """

    base: float
    points: int
    runs: int
    trajectory: tuple[Box, ...]
    chosen: int
    box: Box
    reached: bool
    restrictions: tuple[Restriction, ...]
    reproduced: dict[str, float]
    unseen_density: float
    unseen_coverage: float
    resamples: int
    constant: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the box in words."""
        return " and ".join(each.words for each in self.restrictions) or "everywhere"

    def to_dict(self, cases: Cases) -> dict[str, Any]:
        """Return everything, for JSON."""

        def plain(box: Box) -> dict[str, Any]:
            return {
                "coverage": box.coverage,
                "density": box.density,
                "mass": box.mass,
                "points": box.points,
                "restricted": len(box.restricted(cases)),
                "limits": [
                    {"factor": cases.names[place], "words": limit_words(cases, place, box.limits[place])}
                    for place in box.restricted(cases)
                ],
            }

        return {
            "base": self.base,
            "points": self.points,
            "runs": self.runs,
            "words": self.words,
            "reached": self.reached,
            "box": plain(self.box),
            "restrictions": [
                {
                    "factor": each.factor,
                    "words": each.words,
                    "low": each.low,
                    "high": each.high,
                    "values": each.values,
                    "quasi_p": each.quasi_p,
                    "reproduced": each.reproduced,
                }
                for each in self.restrictions
            ],
            "trajectory": [plain(box) for box in self.trajectory],
            "chosen": self.chosen,
            "reproduced": self.reproduced,
            "unseen_density": self.unseen_density,
            "unseen_coverage": self.unseen_coverage,
            "resamples": self.resamples,
            "constant": list(self.constant),
        }


def chosen_box(trajectory: tuple[Box, ...], threshold: float) -> int:
    """Return the place of the largest box that is dense enough; of the densest one if none is."""
    for place, box in enumerate(trajectory):
        if box.density >= threshold:
            return place
    return max(range(len(trajectory)), key=lambda place: trajectory[place].density)


def discover(
    cases: Cases,
    *,
    threshold: float = THRESHOLD,
    peel: float = PEEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Discovery:
    """Return the largest box on the peeling trajectory in which the condition holds often enough.

    Parameters
    ----------
    cases : Cases
        Of runs that meet the condition and others, see `condition_cases`.
    threshold : float
        Share of the runs in the box that are to meet it, in (0, 1].
    peel : float
        Share of a slice, in (0, 0.5].
    resamples, seed : int
        Of the check; 0 resamples are none.
    progress : function of done and total, optional
        Told after every resample.

    Raises
    ------
    ParameterError
        If the condition holds often enough everywhere.
    """
    base = float(cases.hits.sum() / cases.runs.sum())
    if base >= threshold:
        raise ParameterError(
            f"The condition must hold in less than --threshold {threshold:g} of all runs, or there is nothing to look "
            f"for; got {base:.3g}. Raise the threshold, or make the condition stricter."
        )
    trajectory = peeled(cases, peel=peel)
    place = chosen_box(trajectory, threshold)
    box = pasted(cases, trajectory[place], peel=peel)
    held = np.zeros(len(cases.names))
    unseen: list[tuple[float, float]] = []
    rng = np.random.default_rng(seed)
    blocks = cases.of_blocks()
    for done in range(resamples):
        drawn = rng.integers(len(blocks), size=len(blocks))
        again = cases.drawn(np.concatenate([blocks[each] for each in drawn]))
        if again.hits.sum() > 0.0:
            other = _found(again, threshold, peel)
            held[list(other.restricted(again))] += 1.0
            left = sorted(set(range(len(blocks))) - set(drawn.tolist()))
            if left:
                judged = box_of(cases.drawn(np.concatenate([blocks[each] for each in left])), other.limits)
                if math.isfinite(judged.density) and math.isfinite(judged.coverage):
                    unseen.append((judged.density, judged.coverage))
        if progress is not None:
            progress(done + 1, resamples)
    reproduced = held / resamples if resamples else np.full(len(held), np.nan)
    density, coverage = np.mean(unseen, axis=0).tolist() if unseen else (math.nan, math.nan)
    restrictions = [_restriction(cases, box, each, float(reproduced[each])) for each in box.restricted(cases)]
    return Discovery(
        base=base,
        points=len(cases.hits),
        runs=int(cases.runs.sum()),
        trajectory=trajectory,
        chosen=place,
        box=box,
        reached=box.density >= threshold,
        restrictions=tuple(sorted(restrictions, key=lambda each: each.quasi_p)),
        reproduced={name: float(share) for name, share in zip(cases.names, reproduced, strict=True)},
        unseen_density=density,
        unseen_coverage=coverage,
        resamples=resamples,
        constant=cases.constant,
    )


def _found(cases: Cases, threshold: float, peel: float) -> Box:
    """Return the box that is chosen among some cases."""
    trajectory = peeled(cases, peel=peel)
    return pasted(cases, trajectory[chosen_box(trajectory, threshold)], peel=peel)


def quasi_p(cases: Cases, box: Box, place: int) -> float:
    """Return the chance to find as many points that meet the condition without the limit of one factor.

    Examples
    --------
    Half of four points meet it, and both of those in the box: (1/2)^2.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> cases = Cases(("x",), (x,), (None,), np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4), np.arange(4))
    >>> quasi_p(cases, box_of(cases, (Limit(high=2.0),)), 0)
    0.25
    """
    words = cases.words[place]
    free = Limit(words=None if words is None else frozenset(range(len(words))))
    wider = box_of(cases, (*box.limits[:place], free, *box.limits[place + 1 :]))
    held = inside(cases, box.limits)
    found = float((cases.hits[held] / cases.runs[held]).sum())
    if found <= 0.0 or wider.density >= 1.0:
        return 1.0
    return float(special.betainc(found, box.points - found + 1.0, wider.density))


def _restriction(cases: Cases, box: Box, place: int, reproduced: float) -> Restriction:
    """Return how the box holds one factor."""
    limit, words = box.limits[place], cases.words[place]
    return Restriction(
        factor=cases.names[place],
        words=limit_words(cases, place, limit),
        low=limit.low if math.isfinite(limit.low) else None,
        high=limit.high if math.isfinite(limit.high) else None,
        values=None if limit.words is None or words is None else tuple(words[each] for each in sorted(limit.words)),
        quasi_p=quasi_p(cases, box, place),
        reproduced=reproduced,
    )


def limit_words(cases: Cases, place: int, limit: Limit) -> str:
    """Return a limit in words.

    Examples
    --------
    >>> cases = Cases(("small.cash",), (np.array([3.0]),), (None,), np.ones(1), np.ones(1), np.zeros(1, dtype=int))
    >>> limit_words(cases, 0, Limit(high=8.0)), limit_words(cases, 0, Limit(low=3.0, high=8.0))
    ('small.cash at most 8', 'small.cash from 3 to 8')
    """
    name, words = cases.names[place], cases.words[place]
    if limit.words is not None and words is not None:
        return f"{name} {' or '.join(words[each] for each in sorted(limit.words))}"
    if limit.low == limit.high:
        return f"{name} {limit.low:.4g}"
    if math.isinf(limit.low):
        return f"{name} at most {limit.high:.4g}"
    if math.isinf(limit.high):
        return f"{name} at least {limit.low:.4g}"
    return f"{name} from {limit.low:.4g} to {limit.high:.4g}"
