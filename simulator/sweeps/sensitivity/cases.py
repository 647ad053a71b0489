"""Points as cases: the value of every factor, how many runs there are, and what share of them meets a condition.

Runs at one point share its parameters, so points and not runs are what is counted, drawn again and permuted; the points
of a Morris trajectory, or of a base sample of a Saltelli design, share theirs as well and stay together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError
from simulator.sweeps.sensitivity.condition import Condition
from simulator.sweeps.sensitivity.outcomes import Outcomes, is_number


@dataclass(frozen=True, slots=True)
class Cases:
    """What is to be explained, point by point.

    Parameters
    ----------
    names : tuple of str
        The factors that vary.
    columns : tuple of float arrays, shape (n,)
        Their values; of a factor of words the places in `words`.
    words : tuple of (tuple of str, or None)
        The values of a factor that has no order; None of one that has.
    hits : float array, shape (n,)
        Runs that meet the condition; or the sum of a measure.
    runs : float array, shape (n,)
        Runs in all, at least one.
    blocks : int array, shape (n,)
        Number of the block of each point; all points of a block stay together.
    constant : tuple of str
        Factors that do not vary.
    """

    names: tuple[str, ...]
    columns: tuple[NDArray[np.float64], ...]
    words: tuple[tuple[str, ...] | None, ...]
    hits: NDArray[np.float64]
    runs: NDArray[np.float64]
    blocks: NDArray[np.int64]
    constant: tuple[str, ...] = ()

    def drawn(self, points: NDArray[np.int64]) -> Cases:
        """Return the cases at these places, in this order, repeated if they are."""
        columns = tuple(column[points] for column in self.columns)
        return Cases(
            self.names, columns, self.words, self.hits[points], self.runs[points], self.blocks[points], self.constant
        )

    def of_blocks(self) -> list[NDArray[np.int64]]:
        """Return the places of the points of every block."""
        order = np.argsort(self.blocks, kind="stable")
        edges = np.flatnonzero(np.diff(self.blocks[order])) + 1
        return [np.asarray(part, dtype=np.int64) for part in np.split(order, edges)]


def cases_of(outcomes: Outcomes, values: NDArray[np.float64]) -> Cases:
    """Return the points with the sums of values, shape (points, replicates), NaN where a run says nothing.

    Raises
    ------
    ParameterError
        If no factor varies, or no run says anything.
    """
    defined = np.isfinite(values)
    runs = defined.sum(axis=1).astype(np.float64)
    used = np.flatnonzero(runs > 0.0)
    if not used.size:
        raise ParameterError("There must be runs in which the measures have a value; got none. Name other measures.")
    points = outcomes.points.iloc[used]
    varied = [path for path in outcomes.paths if points[path].nunique() > 1]
    if not varied:
        raise ParameterError("A factor must vary to explain anything; got none that does. Give one two values.")
    columns: list[NDArray[np.float64]] = []
    words: list[tuple[str, ...] | None] = []
    for path in varied:
        if is_number(points[path]):
            columns.append(points[path].to_numpy(dtype=np.float64))
            words.append(None)
        else:
            distinct, codes = np.unique(points[path].astype(str).to_numpy(dtype=str), return_inverse=True)
            columns.append(codes.astype(np.float64))
            words.append(tuple(distinct.tolist()))
    return Cases(
        names=tuple(varied),
        columns=tuple(columns),
        words=tuple(words),
        hits=np.where(defined, values, 0.0).sum(axis=1)[used],
        runs=runs[used],
        blocks=used // outcomes.block,
        constant=tuple(path for path in outcomes.paths if path not in varied),
    )


def condition_cases(outcomes: Outcomes, condition: Condition, contract: str) -> Cases:
    """Return the points with the number of runs under a contract that meet a condition.

    Raises
    ------
    ParameterError
        If every run meets it, or none does.
    """
    met = condition.holds({name: outcomes.of(name, contract) for name in condition.measures})
    cases = cases_of(outcomes, met)
    hits, runs = int(cases.hits.sum()), int(cases.runs.sum())
    if hits in {0, runs}:
        raise ParameterError(
            f"Condition {condition.text!r} must hold in some runs and not in others; got "
            f"{'all' if hits else 'none'} of {runs:,} under {contract!r}. Move its threshold."
        )
    return cases
