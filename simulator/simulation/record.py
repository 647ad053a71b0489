"""What is kept of a run: its tallies, one column each, from which every measure is computed."""

from __future__ import annotations

TALLIES = (
    "alliances",
    "alliance_months",
    "selling_months",
    "launches",
    "launch_months",
    "small_commitment",
    "big_commitment",
    "small_exposure",
    "big_exposure",
    "promises",
    "promises_kept",
    "sunk",
    "burnt",
    "revenue",
    "walked_small",
    "walked_big",
    "ruined_small",
    "ruined_big",
    "expired",
    "trust_end",
    "small_ruins",
    "big_ruins",
    "entrants",
    "external",
)
FINALS = ("small_value", "big_value", "small_firms", "small_survivors", "big_survivors", "imbalance")
OUTCOMES = TALLIES + FINALS

(
    ALLIANCES,
    ALLIANCE_MONTHS,
    SELLING_MONTHS,
    LAUNCHES,
    LAUNCH_MONTHS,
    SMALL_COMMITMENT,
    BIG_COMMITMENT,
    SMALL_EXPOSURE,
    BIG_EXPOSURE,
    PROMISES,
    PROMISES_KEPT,
    SUNK,
    BURNT,
    REVENUE,
    WALKED_SMALL_ENDS,
    WALKED_BIG_ENDS,
    RUINED_SMALL_ENDS,
    RUINED_BIG_ENDS,
    EXPIRED_ENDS,
    TRUST_END,
    SMALL_RUINS,
    BIG_RUINS,
    ENTRANTS,
    EXTERNAL,
) = range(len(TALLIES))
(SMALL_VALUE, BIG_VALUE, SMALL_FIRMS, SMALL_SURVIVORS, BIG_SURVIVORS, IMBALANCE) = range(len(TALLIES), len(OUTCOMES))
FIRST_END = WALKED_SMALL_ENDS - 1
