"""Which parameter matters: the indices that a sweep's design allows, for every measure, contract and contrast."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, unknown
from simulator.sweeps.bootstrap import CONFIDENCE
from simulator.sweeps.sensitivity.given_data import factorial_indices, factorial_order, first_order, rank_regression
from simulator.sweeps.sensitivity.indices import RESAMPLES, Index, morris_effects, sobol_indices
from simulator.sweeps.sensitivity.luck import Luck, luck_of
from simulator.sweeps.sensitivity.outcomes import Outcomes, is_number, means

SOBOL, MORRIS, FACTORIAL, GIVEN_DATA = "sobol", "morris", "factorial", "given data"
LEAST_POINTS = 10
LEAST_BLOCKS = 2
CONSTANT = 1e-12


@dataclass(frozen=True, slots=True)
class Target:
    """What is explained.

    Parameters
    ----------
    measure, contract : str
        A measure under a contract,
    against : str or None
        less the same under this one, for the same luck.
    """

    measure: str
    contract: str
    against: str | None = None

    def __str__(self) -> str:
        """Return it in words."""
        less = f" less {self.against}" if self.against is not None else ""
        return f"{self.measure}, {self.contract}{less}"


@dataclass(frozen=True, slots=True)
class Explained:
    """What the parameters say of one target.

    Parameters
    ----------
    target : Target
        What is explained.
    mean, deviation : float
        Of its means over the points.
    points, dropped : int
        Points used, and those left out because no run has a value, with those that belong to them.
    luck : Luck
        How much of what varies is luck.
    indices : tuple of Index
        Empty where nothing varies; `notes` says so.
    r_squared : float or None
        Of the regression of ranks.
    notes : tuple of str
        What is to be known to read the numbers.
    """

    target: Target
    mean: float
    deviation: float
    points: int
    dropped: int
    luck: Luck
    indices: tuple[Index, ...] = ()
    r_squared: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Which parameter matters: the method that the design allows, its confidence, and what it found."""

    method: str
    confidence: float
    factors: tuple[str, ...]
    explained: tuple[Explained, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per target, factor and index."""
        rows = [
            {
                "measure": each.target.measure,
                "contract": each.target.contract,
                "against": each.target.against,
                **dataclasses.asdict(index),
            }
            for each in self.explained
            for index in each.indices
        ]
        columns = ["measure", "contract", "against", *(field.name for field in dataclasses.fields(Index))]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, for JSON."""
        return {
            "method": self.method,
            "confidence": self.confidence,
            "factors": list(self.factors),
            "explained": [
                dataclasses.asdict(each.target)
                | {name: value for name, value in dataclasses.asdict(each).items() if name != "target"}
                for each in self.explained
            ],
        }


def targets_of(outcomes: Outcomes, contract: str | None = None) -> list[Target]:
    """Return every measure under every contract, and its contrasts with the baseline; or under one contract only.

    Raises
    ------
    UnknownNameError
        If there is no such contract.
    """
    if contract is not None and contract not in outcomes.contracts:
        raise unknown("contract", contract, outcomes.contracts)
    chosen = outcomes.contracts if contract is None else (contract,)
    contrasts = [name for name in chosen if name != outcomes.baseline]
    return [
        target
        for measure in outcomes.measures
        for target in (
            *(Target(measure, name) for name in chosen),
            *(Target(measure, name, outcomes.baseline) for name in contrasts),
        )
    ]


def sensitivity(
    outcomes: Outcomes,
    contract: str | None = None,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Return the indices that the design allows, for every target.

    Parameters
    ----------
    outcomes : Outcomes
        See `read_outcomes`.
    contract : str, optional
        By default all of them.
    confidence, resamples, seed : float, int, int
        Of the intervals.
    progress : function of done and total, optional
        Told after every target.

    Raises
    ------
    ParameterError
        If there are too few points to tell.
    UnknownNameError
        If there is no such contract.
    AllianceError
        If the design needs SALib and it is not installed.
    """
    targets = targets_of(outcomes, contract)
    grid = None
    if outcomes.design in {"morris", "saltelli"}:
        method = MORRIS if outcomes.design == "morris" else SOBOL
        blocks = len(outcomes.points) // outcomes.block
        if blocks < LEAST_BLOCKS:
            what = "trajectories" if method == MORRIS else "samples"
            raise ParameterError(
                f"The design {outcomes.design!r} needs at least {LEAST_BLOCKS} {what} to be analysed; got {blocks}. "
                f"Write {what} = 16."
            )
    else:
        grid = factorial_order(outcomes.points)
        method = FACTORIAL if grid is not None else GIVEN_DATA
        least = 2 if grid is not None else LEAST_POINTS
        if len(outcomes.points) < least:
            raise ParameterError(
                f"The design {outcomes.design!r} must have at least {least} points to tell which parameter matters; "
                f'got {len(outcomes.points)}. Write more, or design = {{ name = "saltelli", samples = 256 }}.'
            )
    explained = []
    for done, target in enumerate(targets):
        values = outcomes.of(target.measure, target.contract, target.against)
        explained.append(_explained(outcomes, target, values, method, grid, confidence, resamples, seed))
        if progress is not None:
            progress(done + 1, len(targets))
    return Sensitivity(method, confidence, outcomes.paths, tuple(explained))


def _explained(
    outcomes: Outcomes,
    target: Target,
    values: NDArray[np.float64],
    method: str,
    grid: tuple[tuple[int, ...], NDArray[np.int64]] | None,
    confidence: float,
    resamples: int,
    seed: int,
) -> Explained:
    """Return what the parameters say of one target."""
    y = means(values)
    whole = np.isfinite(y)
    if method in {SOBOL, MORRIS}:
        whole = np.repeat(whole.reshape(-1, outcomes.block).all(axis=1), outcomes.block)
    y, used, points = y[whole], values[whole], outcomes.points[whole]
    notes = list(_notes(outcomes, values, points, whole))
    blocks = len(y) // outcomes.block
    base = Explained(
        target=target,
        mean=float(y.mean()) if len(y) else float("nan"),
        deviation=float(y.std()) if len(y) else float("nan"),
        points=len(y),
        dropped=int(len(whole) - len(y)),
        luck=luck_of(used),
        notes=tuple(notes),
    )
    least = LEAST_BLOCKS if method in {SOBOL, MORRIS} else LEAST_POINTS if method == GIVEN_DATA else 2
    if blocks < least:
        return dataclasses.replace(base, notes=(*notes, "too few points have a value to explain it"))
    if np.ptp(y) <= CONSTANT * np.abs(y).max():
        return dataclasses.replace(base, notes=(*notes, "it is the same at every point: there is nothing to explain"))
    options: dict[str, Any] = {"confidence": confidence, "resamples": resamples, "seed": seed}
    if method == SOBOL:
        second = bool(outcomes.settings["second_order"])
        return dataclasses.replace(
            base, indices=tuple(sobol_indices(outcomes.paths, y, second_order=second, **options))
        )
    if method == MORRIS and outcomes.unit is not None:
        levels = int(outcomes.settings["levels"])
        unit = outcomes.unit[whole]
        return dataclasses.replace(
            base, indices=tuple(morris_effects(outcomes.paths, unit, y, levels=levels, **options))
        )
    varied = [path for path in outcomes.paths if points[path].nunique() > 1]
    if grid is not None and whole.all():
        shares = factorial_indices(outcomes.paths, *grid, values, **options)
    elif grid is not None and len(y) < LEAST_POINTS:
        return dataclasses.replace(base, notes=(*notes, "too few points have a value to explain it"))
    else:
        shares = [first_order(points[path], y, **options) for path in varied]
    ordered = [path for path in varied if is_number(points[path])]
    if not ordered or len(y) <= len(ordered) + 1:
        return dataclasses.replace(base, indices=tuple(shares))
    coefficients, r_squared, aliased = rank_regression(points[ordered], y, **options)
    if aliased:
        notes.append("some factors move together: their coefficients cannot be told apart")
    return dataclasses.replace(base, indices=(*shares, *coefficients), r_squared=r_squared, notes=tuple(notes))


def _notes(
    outcomes: Outcomes, values: NDArray[np.float64], points: pd.DataFrame, whole: NDArray[np.bool_]
) -> Iterator[str]:
    """Yield what is to be known of the points."""
    missing = int(np.count_nonzero(outcomes.made & ~np.isfinite(values)))
    if missing:
        yield f"{missing:,} of {np.count_nonzero(outcomes.made):,} runs have no value and are left out"
    if not whole.all():
        with_them = ", with those that belong to them" if outcomes.block > 1 else ""
        yield f"{int((~whole).sum())} of {len(whole)} points are left out, because no run has a value{with_them}"
    if values.shape[1] == 1:
        yield "one replicate: luck cannot be told from parameters"
    for path in outcomes.paths:
        if len(points) and points[path].nunique() == 1:
            yield f"{path} does not vary"
