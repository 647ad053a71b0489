"""The tables that every driver reads: a scenario under a contract, its stage game solved, as numbers and arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.economy.clauses import Clauses
from simulator.economy.world import World

SETTINGS = np.dtype(
    [
        (name, np.int64)
        for name in (
            "tabled", "small_first_best", "big_first_best", "small_code", "big_code", "smalls", "bigs", "slots",
            "months", "milestones", "delay", "entry",
        )
    ]
    + [
        (name, np.float64)
        for name in (
            "small_parameter", "big_parameter", "prior", "small_cash", "small_burn", "small_income", "small_noise",
            "big_cash", "big_burn", "big_income", "big_noise", "kept", "broken", "meeting_rate",
        )
    ]
)  # fmt: skip
CELL = np.dtype(
    [
        (name, np.float64)
        for name in (
            "quantity", "hazard", "progress", "small_cost", "big_cost", "small_sunk", "big_sunk", "joint",
            "small_share", "big_share",
        )
    ]
)  # fmt: skip
ROW = np.dtype(
    [(name, np.int64) for name in ("small_play", "big_play", "small_promise", "big_promise")]
    + [
        (name, np.float64)
        for name in (
            "small_wear", "big_wear", "ruin_share", "small_selling", "big_selling", "small_waiting", "big_waiting",
            "small_alternative", "big_alternative", "small_threshold", "big_threshold", "pace",
        )
    ]
)  # fmt: skip


class Prepared(NamedTuple):
    """Everything a history needs, as numbers and arrays; m and n count SmallCo's and BigCo's levels.

    Parameters
    ----------
    world, clauses : World, Clauses
        The scenario and the contract as numbers.
    settings : record
        The rest of the scenario: counts, cash, strategies, trust, market; the fields of SETTINGS.
    small_levels, big_levels : float arrays, shape (m,) and (n,)
        Commitment levels, ascending.
    cells : record array, shape (m, n)
        What a pair of levels does: output, milestone hazard and monthly probability, costs after reimbursements, the
        specific part of them, mean joint value, and payoffs where they are given outright.
    rows : record array, shape (rows,)
        The solved stage game by whole months of SmallCo's runway, or a single row where it does not matter: level
        indices played (-1 where mixed) and promised, wear and BigCo's share at ruin (Proposition 1), payoffs per month
        without fee once there is revenue (`selling`) and before (`waiting`), alternatives, trust thresholds, and the
        expected monthly probability of a milestone (`pace`).
    small_mixture, big_mixture : float arrays, shape (rows, m) and (rows, n)
        Equilibrium probabilities.
    small_replies, big_replies : int arrays, shape (rows, n) and (rows, m)
        Best replies to the partner's level.
    small_hedge, big_hedge : int arrays, by number of alliances
        Level that an even split of a hedging firm's budget affords.
    discount : float array, shape (months + 1, 2)
        Discount factors of SmallCo and BigCo.
    quantiles : float array, shape (CELLS + 1, 2)
        The quantile function of omega, from `luck.quantile_table`.
    """

    world: World
    clauses: Clauses
    settings: Any
    small_levels: NDArray[np.float64]
    big_levels: NDArray[np.float64]
    cells: Any
    rows: Any
    small_mixture: NDArray[np.float64]
    big_mixture: NDArray[np.float64]
    small_replies: NDArray[np.int64]
    big_replies: NDArray[np.int64]
    small_hedge: NDArray[np.int64]
    big_hedge: NDArray[np.int64]
    discount: NDArray[np.float64]
    quantiles: NDArray[np.float64]
