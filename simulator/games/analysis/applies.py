"""When an analysis does not apply: why, in one phrase."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """In place of a result: the reason there is none.

    Parameters
    ----------
    reason : str
        One phrase, such as "there is one pure equilibrium, so there is nothing to compare".
    """

    reason: str
