"""A condition on the measures of a run, such as ``small_survived < 0.5``, in the language of constraints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, unknown
from simulator.sweeps.constraints import condition, names, parsed

NOUN = "Condition"
EXAMPLE = 'Write, say, "small_survived < 0.5".'


class Condition:
    """A condition that a run meets, does not meet, or to which it says nothing.

    Parameters
    ----------
    text : str
        Names are measures; see `simulator.sweeps.constraints` for what else may stand there.
    known : sequence of str
        The measures that were kept.

    Raises
    ------
    ParameterError, UnknownNameError
        If it cannot be understood, names what was not kept, or names no measure.

    Examples
    --------
    >>> fails = Condition("small_survived < 0.5", ["small_survived"])
    >>> fails.holds({"small_survived": np.array([0.0, 1.0, np.nan])}).tolist()
    [1.0, 0.0, nan]
    """

    def __init__(self, text: str, known: Sequence[str]) -> None:
        """Parse the text and resolve its names."""
        tree = parsed(text, NOUN, EXAMPLE)
        self.text = text.strip()
        self.measures = tuple(sorted(names(tree)))
        for name in self.measures:
            if name not in known:
                raise unknown("measure", name, known)
        if not self.measures:
            raise ParameterError(f"{NOUN} {text!r} must name a measure; got none. {EXAMPLE}")
        self._holds = condition(tree)

    def holds(self, values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return 1 where a run meets the condition, 0 where not, and NaN where a measure that it names is missing.

        Parameters
        ----------
        values : mapping of str to float array
            The measures it names, all of one shape.

        Raises
        ------
        ParameterError
            If it cannot be computed for a run.
        """
        columns = [np.asarray(values[name], dtype=np.float64) for name in self.measures]
        rows = np.column_stack([column.ravel() for column in columns])
        met = np.full(len(rows), np.nan)
        for place in np.flatnonzero(np.isfinite(rows).all(axis=1)).tolist():
            run = dict(zip(self.measures, rows[place].tolist(), strict=True))
            try:
                met[place] = self._holds(run)
            except (ArithmeticError, TypeError, ValueError) as error:
                where = ", ".join(f"{name} = {value:.6g}" for name, value in run.items())
                raise ParameterError(
                    f"{NOUN} {self.text!r} must be possible to compute; got {error} at {where}. Write it otherwise."
                ) from None
        return met.reshape(columns[0].shape)
