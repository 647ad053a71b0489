"""What is measured of a run: each measure with its unit, its definition, and how it follows from the run's outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.registry import Registry
from simulator.simulation import record as r

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number per run.

    Parameters
    ----------
    name, unit, doc : str
        What it is called, its unit, and its definition.
    of : function from outcomes of shape (n, len(OUTCOMES)) to values of shape (n,)
        How it is computed.
    undefined_ok : bool
        Whether it can be NaN because a run gives it no meaning (such as the months to a revenue that never came).
    """

    name: str
    unit: str
    doc: str
    of: Callable[[NDArray[np.float64]], Column]
    undefined_ok: bool = False


MEASURES: Registry[Measure] = Registry("measure")


def _column(name: str, unit: str, doc: str, column: int) -> None:
    """Register a measure that is one column of the outcomes."""
    MEASURES.register(name)(Measure(name, unit, doc, lambda outcomes: outcomes[:, column].copy()))


def _ratio(name: str, unit: str, doc: str, top: Callable[[NDArray[np.float64]], Column], below: int) -> None:
    """Register a measure that is a ratio to a column; undefined where that is zero."""

    def of(outcomes: NDArray[np.float64]) -> Column:
        bottom = outcomes[:, below]
        values: Column = np.divide(top(outcomes), bottom, out=np.full(len(outcomes), np.nan), where=bottom > 0.0)
        return values

    MEASURES.register(name)(Measure(name, unit, doc, of, undefined_ok=True))


_column(
    "small_value", "money", "Present value of all SmallCos' alliance cash flows, at their discount rate.", r.SMALL_VALUE
)
_column("big_value", "money", "Present value of all BigCos' alliance cash flows, at their discount rate.", r.BIG_VALUE)
MEASURES.register("surplus")(
    Measure(
        "surplus", "money", "Joint surplus: small_value + big_value.", lambda o: o[:, r.SMALL_VALUE] + o[:, r.BIG_VALUE]
    )
)
_ratio(
    "small_survived",
    "share",
    "Share of all SmallCos founded (entrants included) that are solvent at the horizon.",
    lambda o: o[:, r.SMALL_SURVIVORS],
    r.SMALL_FIRMS,
)
_column("alliances", "count", "Alliances signed.", r.ALLIANCES)
_ratio("length", "months", "Mean length of an alliance.", lambda o: o[:, r.ALLIANCE_MONTHS], r.ALLIANCES)
_ratio(
    "months_to_revenue",
    "months",
    "Mean months from signing to first revenue, over the alliances that reached it.",
    lambda o: o[:, r.LAUNCH_MONTHS],
    r.LAUNCHES,
)
_ratio("launched", "share", "Share of alliances that reached revenue.", lambda o: o[:, r.LAUNCHES], r.ALLIANCES)
_ratio(
    "small_commitment",
    "commitment",
    "SmallCo's mean commitment over the months of its alliances.",
    lambda o: o[:, r.SMALL_COMMITMENT],
    r.ALLIANCE_MONTHS,
)
_ratio(
    "big_commitment",
    "commitment",
    "BigCo's mean commitment per alliance and month.",
    lambda o: o[:, r.BIG_COMMITMENT],
    r.ALLIANCE_MONTHS,
)
_ratio(
    "small_exposure",
    "share of cash",
    "SmallCo's mean exposure: specific commitment cost over cash, sigma_S K_S / X_S, at most 1.",
    lambda o: o[:, r.SMALL_EXPOSURE],
    r.ALLIANCE_MONTHS,
)
_ratio(
    "big_exposure",
    "share of cash",
    "BigCo's mean exposure: specific commitment cost over cash, sigma_B K_B / X_B, at most 1.",
    lambda o: o[:, r.BIG_EXPOSURE],
    r.ALLIANCE_MONTHS,
)
_ratio(
    "kept_promises", "share", "Share of monthly promises that were kept.", lambda o: o[:, r.PROMISES_KEPT], r.PROMISES
)
_ratio(
    "trust_end",
    "probability",
    "Mean trust of both firms when an alliance ends, or at the horizon.",
    lambda o: o[:, r.TRUST_END],
    r.ALLIANCES,
)
_column("sunk", "money", "Commitment costs that are worthless elsewhere, both firms, undiscounted.", r.SUNK)
_column("burnt", "money", "Forfeited bonds that went to neither firm, undiscounted.", r.BURNT)
_column("revenue", "money", "Revenue of all alliances, undiscounted.", r.REVENUE)
_ratio(
    "walked_away",
    "share",
    "Share of alliances that either firm walked away from.",
    lambda o: o[:, r.WALKED_SMALL_ENDS] + o[:, r.WALKED_BIG_ENDS],
    r.ALLIANCES,
)
_ratio(
    "ruined",
    "share",
    "Share of alliances that ended with the ruin of either firm.",
    lambda o: o[:, r.RUINED_SMALL_ENDS] + o[:, r.RUINED_BIG_ENDS],
    r.ALLIANCES,
)
_column("imbalance", "money", "Money that the books cannot account for; zero up to rounding.", r.IMBALANCE)
