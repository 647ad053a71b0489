"""How an alliance ends: one code for each way, and its name in outcomes, spells and stories."""

from __future__ import annotations

CONTINUES = 0
WALKED_SMALL = 1
WALKED_BIG = 2
RUINED_SMALL = 3
RUINED_BIG = 4
EXPIRED = 5
COMPLETED = 6
ACQUIRED = 7
DROPPED = 8
FAILED_PILOT = 9

ENDINGS = {
    WALKED_SMALL: "walked_small",
    WALKED_BIG: "walked_big",
    RUINED_SMALL: "ruined_small",
    RUINED_BIG: "ruined_big",
    EXPIRED: "expired",
    COMPLETED: "completed",
    ACQUIRED: "acquired",
    DROPPED: "dropped",
    FAILED_PILOT: "failed_pilot",
}
"""The name of each code, which is also the outcome that counts the alliances that ended in this way."""
