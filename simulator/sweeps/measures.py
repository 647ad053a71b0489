"""What is measured of a run: each measure with its unit, its definition, and how it follows from the run's outcomes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.registry import Registry
from simulator.simulation import record as r

Column = NDArray[np.float64]
UNBOUNDED = (-math.inf, math.inf)
OF_UNITS = dict.fromkeys(("share", "probability", "share of cash", "index"), (0.0, 1.0)) | dict.fromkeys(
    ("count", "months", "alliances", "commitment", "money/month"), (0.0, math.inf)
)
"""The values that measures of a unit can have; other units have any."""


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
    bounds : (float, float), optional
        The lowest and the highest value it can have, where those of its unit do not hold.

    Examples
    --------
    >>> MEASURES["small_survived"].limits, MEASURES["alliances"].limits, MEASURES["surplus"].limits
    ((0.0, 1.0), (0.0, inf), (-inf, inf))
    """

    name: str
    unit: str
    doc: str
    of: Callable[[NDArray[np.float64]], Column]
    undefined_ok: bool = False
    bounds: tuple[float, float] | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """Return the lowest and the highest value it can have."""
        return OF_UNITS.get(self.unit, UNBOUNDED) if self.bounds is None else self.bounds


MEASURES: Registry[Measure] = Registry("measure")


def _column(name: str, unit: str, doc: str, column: int) -> None:
    """Register a measure that is one column of the outcomes."""
    MEASURES.register(name)(Measure(name, unit, doc, lambda outcomes: outcomes[:, column].copy()))


def _difference(name: str, unit: str, doc: str, column: int, less: int) -> None:
    """Register a measure that is one column of the outcomes less another."""
    MEASURES.register(name)(Measure(name, unit, doc, lambda outcomes: outcomes[:, column] - outcomes[:, less]))


def _quotient(top: Column, bottom: Column) -> Column:
    """Return the quotient of two columns; NaN where the second is not above 0."""
    values: Column = np.divide(top, bottom, out=np.full(len(bottom), np.nan), where=bottom > 0.0)
    return values


def _ratio(
    name: str,
    unit: str,
    doc: str,
    top: Callable[[NDArray[np.float64]], Column],
    below: int,
    bounds: tuple[float, float] | None = None,
) -> None:
    """Register a measure that is a ratio to a column; undefined where that is zero."""

    def of(outcomes: NDArray[np.float64]) -> Column:
        return _quotient(top(outcomes), outcomes[:, below])

    MEASURES.register(name)(Measure(name, unit, doc, of, undefined_ok=True, bounds=bounds))


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
    "Share of all SmallCos founded (entrants included) that were not ruined: solvent at the horizon, or bought.",
    lambda o: o[:, r.SMALL_SURVIVORS],
    r.SMALL_FIRMS,
)
_column("small_spent", "money", "Present value of what SmallCos paid for commitments and planning.", r.SMALL_SPENT)
_column("big_spent", "money", "Present value of what BigCos paid for commitments and planning.", r.BIG_SPENT)
_ratio(
    "small_return",
    "ratio",
    "SmallCos' return on alliance spending: small_value over small_spent.",
    lambda o: o[:, r.SMALL_VALUE],
    r.SMALL_SPENT,
)
_ratio(
    "big_return",
    "ratio",
    "BigCos' return on alliance spending: big_value over big_spent.",
    lambda o: o[:, r.BIG_VALUE],
    r.BIG_SPENT,
)
_difference(
    "small_gain",
    "money",
    "SmallCos' participation gain: small_value less the present value of their alternatives in allied months.",
    r.SMALL_VALUE,
    r.SMALL_OUTSIDE,
)
_difference(
    "big_gain",
    "money",
    "BigCos' participation gain: big_value less the present value of their alternatives in allied months.",
    r.BIG_VALUE,
    r.BIG_OUTSIDE,
)
MEASURES.register("small_share")(
    Measure(
        "small_share",
        "share",
        "Split: SmallCos' part of the joint surplus, where that is positive.",
        lambda o: _quotient(o[:, r.SMALL_VALUE], o[:, r.SMALL_VALUE] + o[:, r.BIG_VALUE]),
        undefined_ok=True,
        bounds=UNBOUNDED,  # the part of one is above the whole where the other loses
    )
)
_ratio(
    "efficiency",
    "share",
    "Share of the first best: mean surplus of the levels played over that of the best ones, in months with revenue.",
    lambda o: o[:, r.PLAYED_SURPLUS],
    r.BEST_SURPLUS,
    bounds=(-math.inf, 1.0),
)
_ratio(
    "price_of_anarchy",
    "ratio",
    "First-best surplus over the mean surplus of the levels played, in months with revenue.",
    lambda o: o[:, r.BEST_SURPLUS],
    r.PLAYED_SURPLUS,
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
_column(
    "burnt",
    "money",
    "Paid to nobody, undiscounted: forfeited bonds that went to neither firm, audits, checks and disputes.",
    r.BURNT,
)
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
for _cause, _column_of, _said in (
    ("completed", r.COMPLETED_ENDS, "that were completed"),
    ("acquired", r.ACQUIRED_ENDS, "that ended with SmallCo bought"),
    ("dropped", r.DROPPED_ENDS, "that BigCo dropped after a tournament"),
    ("failed_pilot", r.FAILED_PILOT_ENDS, "whose pilot was not deepened"),
    ("expired", r.EXPIRED_ENDS, "that lasted to the horizon"),
    ("walked_small", r.WALKED_SMALL_ENDS, "that SmallCo walked away from"),
    ("walked_big", r.WALKED_BIG_ENDS, "that BigCo walked away from"),
):
    _ratio(
        _cause,
        "share",
        f"Share of alliances {_said}.",
        lambda o, _column_of=_column_of: o[:, _column_of],  # type: ignore[misc]
        r.ALLIANCES,
    )
_column("audit_spending", "money", "Spent on vetting, audits and checks by both firms, undiscounted.", r.AUDIT_SPENDING)
_ratio(
    "small_regret",
    "money/month",
    "SmallCo's mean regret: what its best reply to the level BigCo played would have added to its payoff.",
    lambda o: o[:, r.SMALL_REGRET],
    r.ALLIANCE_MONTHS,
)
_ratio(
    "big_regret",
    "money/month",
    "BigCo's mean regret: what its best reply to the level SmallCo played would have added to its payoff.",
    lambda o: o[:, r.BIG_REGRET],
    r.ALLIANCE_MONTHS,
)
_ratio(
    "portfolio",
    "alliances",
    "Mean number of alliances of a solvent BigCo.",
    lambda o: o[:, r.PORTFOLIO_MONTHS],
    r.BIG_MONTHS,
)
_ratio(
    "leaked",
    "share",
    "Mean share of SmallCo's knowledge that BigCo has learnt when an alliance ends, or at the horizon.",
    lambda o: o[:, r.BIG_KNOWLEDGE],
    r.ALLIANCES,
)
_ratio(
    "learnt",
    "share",
    "Mean share of BigCo's knowledge that SmallCo has learnt when an alliance ends, or at the horizon.",
    lambda o: o[:, r.SMALL_KNOWLEDGE],
    r.ALLIANCES,
)
_ratio(
    "concentration",
    "index",
    "Mean concentration of a SmallCo's revenue over its partners in months with revenue (Herfindahl; 1 with one).",
    lambda o: o[:, r.CONCENTRATION],
    r.EARNING_MONTHS,
)
_column("gini", "index", "Gini coefficient of SmallCos' cash at the horizon; ruined ones have 0.", r.GINI)
_ratio("signed", "share", "Share of meetings after which both signed.", lambda o: o[:, r.ALLIANCES], r.MET)
_column("imbalance", "money", "Money that the books cannot account for; zero up to rounding.", r.IMBALANCE)
