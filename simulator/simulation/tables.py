"""The tables that every driver reads: a scenario under its contracts, its stage games solved, as numbers and arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.economy.scenario import MATCHING, SIGNING
from simulator.economy.world import World

BARGAINED = SIGNING.index("bargained")
DEFERRED_ACCEPTANCE, NETWORK = MATCHING.index("deferred_acceptance"), MATCHING.index("network")

SETTINGS = np.dtype(
    [
        (name, np.int64)
        for name in (
            "tabled", "extras", "small_count", "big_count", "small_code", "big_code", "smalls", "bigs", "small_slots",
            "big_slots", "months",
            "milestones", "delay", "life", "entry", "matching", "candidates", "linked", "signing",
            "cut_months", "cut_level", "review", "keeps", "deadlock", "memory", "small_learns", "big_learns",
            "small_asked", "big_asked",
        )
    ]
    + [
        (name, np.float64)
        for name in (
            "prior", "small_cash", "small_burn", "small_income", "small_noise", "big_cash", "big_burn", "big_income",
            "big_noise", "kept", "broken", "meeting_rate", "quality_spread", "honest", "embellishment", "temptation",
            "suitors", "cut_rate", "shark_cut_rate", "small_bias", "big_bias", "small_vetting",
            "big_vetting", "small_accuracy", "big_accuracy", "small_learning", "big_learning", "small_benefit",
            "big_benefit", "legitimacy_rate", "legitimacy_option", "misfit", "output_loss", "dispute_rate", "asset",
        )
    ]
    + [("small_parameters", np.float64, (5,)), ("big_parameters", np.float64, (5,)), ("shark_parameters", np.float64,
    (5,))]
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
    [
        (name, np.int64)
        for name in ("small_play", "big_play", "small_promise", "big_promise", "small_leading", "big_leading")
    ]
    + [
        (name, np.float64)
        for name in (
            "small_wear", "big_wear", "ruin_share", "small_selling", "big_selling", "small_waiting", "big_waiting",
            "small_alternative", "big_alternative", "small_threshold", "big_threshold", "pace",
        )
    ]
)  # fmt: skip
TERMS = np.dtype(
    [(name, np.int64) for name in ("small_first_best", "big_first_best", "pilot_small", "pilot_big")]
    + [("first_best", np.float64)]
)


class Prepared(NamedTuple):
    """Everything a history needs, as numbers and arrays.

    m and n count SmallCo's and BigCo's levels, K the contracts that can be signed (the one in force, or the menu), R
    the rows of the solved stage game: whole months of SmallCo's runway, or one where it does not matter.

    Parameters
    ----------
    world : World
        The scenario as numbers.
    clauses : record array, shape (K,)
        The contracts as numbers.
    settings : record
        The rest of the scenario: counts, cash, strategies, trust, market; the fields of SETTINGS. ``small_asked`` and
        ``big_asked`` are the addresses of compiled strategies of the user's (see `strategies.own`), or 0.
    small_levels, big_levels : float arrays, shape (m,) and (n,)
        Commitment levels, ascending.
    cells : record array, shape (K, m, n)
        What a pair of levels does: output, milestone hazard and monthly probability, costs after reimbursements, the
        specific part of them, mean joint value, and payoffs where they are given outright.
    rows : record array, shape (K, R)
        The solved stage game: level indices played (-1 where mixed), promised, and played by a leader; wear and BigCo's
        share at ruin (Proposition 1); payoffs per month without fee once there is revenue (`selling`) and before
        (`waiting`); alternatives; trust thresholds; and the expected monthly probability of a milestone (`pace`).
    terms : record array, shape (K,)
        By contract: level indices of the first best and its joint surplus a month, and the highest levels in a pilot.
    regrets : float array, shape (K, R, m, n, 2)
        What SmallCo and BigCo lose at a pair of levels by not playing their best reply, money a month.
    mixtures : float array, shape (2, K, R, L)
        Equilibrium probabilities of SmallCo (0) and BigCo (1); L = max(m, n), the rest is 0.
    quantals : float array, shape (2, K, R, L) or (2, K, R, 1)
        Logit equilibrium probabilities where a strategy asks for them.
    replies : int array, shape (2, K, R, L)
        Best replies to the partner's level.
    stages : float array, shape (2, K, R, L, L) or (2, K, R, 1, 1)
        Payoffs, money a month, the firm's own level first, where a strategy asks for them.
    hedges : int array, shape (2, slots + 1)
        Level that an even split of a hedging firm's budget affords, by number of alliances.
    discount : float array, shape (months + 1, 2)
        Discount factors of SmallCo and BigCo.
    quantiles : float array, shape (CELLS + 1, 2)
        The quantile function of omega, from `luck.quantile_table`.
    link_start, links : int arrays, shape (N + 1,) and (E,)
        SmallCo i can meet the BigCos links[link_start[i] : link_start[i + 1]], in ascending order; empty where
        everybody can meet everybody.
    contacts : float array, shape (M,)
        How many SmallCos can meet each BigCo; 0 where everybody can.
    """

    world: World
    clauses: Any
    settings: Any
    small_levels: NDArray[np.float64]
    big_levels: NDArray[np.float64]
    cells: Any
    rows: Any
    terms: Any
    regrets: NDArray[np.float64]
    mixtures: NDArray[np.float64]
    quantals: NDArray[np.float64]
    replies: NDArray[np.int64]
    stages: NDArray[np.float64]
    hedges: NDArray[np.int64]
    discount: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    link_start: NDArray[np.int64]
    links: NDArray[np.int64]
    contacts: NDArray[np.float64]
