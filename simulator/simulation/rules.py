"""The rules of a period, step by step, as scalar functions that every driver calls.

Order within a month: meet, sign, commit, produce, settle, learn, decide, exit and entry. A driver owns the state and
the order; every number comes from here, from `economy` and from `foundation.draws`. Records are passed on as they
are: `settings` of a scenario, `row` of the solved stage game at SmallCo's runway, `cell` of a pair of levels (all of
`Prepared`); `w` and `g` are the `World` and the `Clauses`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import divide, market, short_of, with_equity
from simulator.economy.clauses import Clauses
from simulator.economy.luck import tabled_quantile
from simulator.economy.venture import CERTAIN
from simulator.economy.world import World
from simulator.foundation.compiled import compiled, merged
from simulator.foundation.draws import (
    BIG_CASH,
    BIG_REVIEW,
    DOOR,
    FEASIBLE,
    MEET,
    MILESTONE,
    ROTATION,
    SHOCK,
    SMALL_CASH,
    SMALL_REVIEW,
    bernoulli,
    normal,
    uniform,
)

CONTINUES = 0
WALKED_SMALL = 1
WALKED_BIG = 2
RUINED_SMALL = 3
RUINED_BIG = 4
EXPIRED = 5
TRUST_TOLERANCE = 1e-12


@compiled
def runway_row(rows: int, burn: float, cash: float) -> int:
    """Return the row of a runway table with `rows` rows for SmallCo's whole months of cash, at most the last row."""
    if rows == 1:
        return 0
    return int(min(max(cash, 0.0) / burn, float(rows - 1)))


@compiled
def annuity(rate: float, start: float, end: float) -> float:
    """Return the present value of 1 a month from month `start` (included) to `end` (excluded), months from now.

    Examples
    --------
    >>> annuity(0.0, 2.0, 12.0)
    10.0
    """
    if end <= start:
        return 0.0
    if rate == 0.0:
        return end - start
    return (math.exp(-rate * start) - math.exp(-rate * end)) / -math.expm1(-rate)


@compiled
def expected_launch(stages_left: int, pace: float, wait: int) -> float:
    """Return the expected months until there is revenue: milestones at `pace` a month, then the delay."""
    if stages_left == 0:
        return float(wait)
    return stages_left / pace + wait if pace > 0.0 else math.inf


@compiled
def prospects(selling: float, waiting: float, rate: float, launch: float, months: float) -> float:
    """Return the expected present value of an alliance over `months`: waiting until `launch`, selling after it."""
    start = min(launch, months)
    return waiting * annuity(rate, 0.0, start) + selling * annuity(rate, start, months)


@compiled
def trust(kept: float, broken: float) -> float:
    """Return the mean of a Beta(kept, broken) belief that the next promise is kept, equation (11)."""
    return kept / (kept + broken)


@compiled
def relies(kept: float, broken: float, threshold: float) -> bool:
    """Return whether a firm relies on its partner: its mean trust reaches its threshold."""
    return kept >= (threshold - TRUST_TOLERANCE) * (kept + broken)


@compiled
def meeting(settings: Any, key: np.uint64, month: int, small: int) -> bool:
    """Return whether an unattached SmallCo meets anybody this month."""
    return settings.meeting_rate >= 1.0 or bernoulli(key, month, small, MEET, settings.meeting_rate)


@compiled
def first_to_meet(smalls: int, key: np.uint64, month: int) -> int:
    """Return the SmallCo that meets first this month; the others follow in order, so none has a standing advantage."""
    return min(int(uniform(key, month, 0, ROTATION) * smalls), smalls - 1)


@compiled
def door(key: np.uint64, month: int, small: int, doors: int) -> int:
    """Return which of the `doors` BigCos with an open slot a SmallCo knocks at."""
    return min(int(uniform(key, month, small, DOOR) * doors), doors - 1)


@compiled
def both_sign(settings: Any, w: World, g: Clauses, row: Any, months: int) -> bool:
    """Return whether both firms sign: each relies on the other and expects at least its alternative.

    Payoffs are expected at the equilibrium of the stage game, `row` being that of SmallCo's runway after the fee.
    """
    dearest = max(row.small_threshold, row.big_threshold)
    if not relies(settings.kept, settings.broken, dearest):
        return False
    launch = expected_launch(settings.milestones, row.pace, settings.delay)
    span = float(months)
    small_fee, big_fee = with_equity(g.fee, -g.fee, g.equity)
    small = prospects(row.small_selling, row.small_waiting, w.small_rate, launch, span) + small_fee
    big = prospects(row.big_selling, row.big_waiting, w.big_rate, launch, span) + big_fee
    small_else = row.small_alternative * annuity(w.small_rate, 0.0, span)
    big_else = row.big_alternative * annuity(w.big_rate, 0.0, span)
    slack = 1e-9 * (abs(small) + abs(big) + 1.0)
    return small >= small_else - slack and big >= big_else - slack


@compiled
def feasible(prior: float, key: np.uint64, month: int, small: int) -> bool:
    """Return whether the project of an alliance signed this month can ever succeed."""
    return prior >= 1.0 or bernoulli(key, month, small, FEASIBLE, prior)


@compiled
def milestone_passed(cell: Any, key: np.uint64, month: int, small: int) -> bool:
    """Return whether the next milestone of a feasible project is passed, equation (9)."""
    return uniform(key, month, small, MILESTONE) < cell.progress


@compiled
def belief_without_success(belief: float, hazard: float) -> float:
    """Return the belief in the project after a month without a milestone, equation (10).

    References
    ----------
    Keller, Rady and Cripps (2005), Econometrica 73, equation (1).
    """
    survived = belief * math.exp(-hazard)
    return survived / (survived + 1.0 - belief)


@merged
def state(w: World, quantiles: NDArray[np.float64], key: np.uint64, month: int, alliance: int) -> float:
    """Return this month's state omega of the market of an alliance."""
    if w.shock_kind == CERTAIN:
        return w.mean_state
    luck = uniform(key, month, alliance, SHOCK)
    return tabled_quantile(quantiles, w.shock_kind, w.shock_first, w.shock_second, luck)


@compiled
def sell(
    tabled: int, w: World, g: Clauses, row: Any, cell: Any, small: float, big: float, omega: float
) -> tuple[float, float, float]:
    """Return (x_S, x_B, revenue) of a month in state omega at these commitments, by the contract or by bargaining."""
    if tabled:
        return cell.small_share, cell.big_share, cell.joint
    quantity = cell.quantity
    revenue, unsold, beyond = market(w, g, quantity, omega)
    x_small, x_big = divide(
        w, g, small, big, quantity, revenue, unsold, beyond,
        row.small_wear, row.big_wear, row.ruin_share,
    )  # fmt: skip
    return x_small, x_big, revenue


@compiled
def review_due(review: int, month: int, signed: int) -> bool:
    """Return whether the plan of record is reviewed this month."""
    return (month - signed + 1) % review == 0


@compiled
def forfeited(
    bond: float, floor: float, commitment: float, detection: float, key: np.uint64, month: int, small: int, purpose: int
) -> float:
    """Return the bond a firm forfeits in a review: all of it if it is short of its floor and found out, else 0."""
    if bond > 0.0 and short_of(floor, commitment) and bernoulli(key, month, small, purpose, detection):
        return bond
    return 0.0


@compiled
def bonds(
    g: Clauses, small: float, big: float, key: np.uint64, month: int, alliance: int, signed: int
) -> tuple[float, float]:
    """Return what SmallCo and BigCo forfeit this month at these commitments."""
    if (g.small_bond == 0.0 and g.big_bond == 0.0) or not review_due(g.review, month, signed):
        return 0.0, 0.0
    return (
        forfeited(g.small_bond, g.small_floor, small, g.detection, key, month, alliance, SMALL_REVIEW),
        forfeited(g.big_bond, g.big_floor, big, g.detection, key, month, alliance, BIG_REVIEW),
    )


@compiled
def flows(
    g: Clauses, cell: Any, x_small: float, x_big: float, small_bond: float, big_bond: float
) -> tuple[float, float]:
    """Return both firms' cash flows from the alliance: receipts, costs, forfeited bonds, then equity (equation 7)."""
    small = x_small - cell.small_cost - small_bond + g.bond_to_partner * big_bond
    big = x_big - cell.big_cost - big_bond + g.bond_to_partner * small_bond
    return with_equity(small, big, g.equity)


@compiled
def abandons(belief: float, pace: float, value: float, spent: float) -> bool:
    """Return whether a firm rationally abandons an unproven project: p h V < c, equation (10)."""
    return belief < 1.0 and belief * pace * value < spent


@compiled
def decision(
    settings: Any,
    w: World,
    row: Any,
    pace: float,
    month: int,
    stages_left: int,
    wait: int,
    belief: float,
    kept_by_small: float,
    broken_by_small: float,
    kept_by_big: float,
    broken_by_big: float,
) -> int:
    """Return CONTINUES, WALKED_SMALL or WALKED_BIG: what the firms decide after what they have learnt this month.

    A firm walks away when its trust falls below its threshold, or when an unproven project is no longer worth its
    cost. If both would go, SmallCo is the one recorded.
    """
    if not relies(kept_by_big, broken_by_big, row.small_threshold):
        return WALKED_SMALL
    if not relies(kept_by_small, broken_by_small, row.big_threshold):
        return WALKED_BIG
    if stages_left > 0 and settings.prior < 1.0 and belief < 1.0:
        left = float(settings.months - 1 - month)
        launch = expected_launch(stages_left - 1, row.pace, wait)
        small_value = prospects(row.small_selling, row.small_waiting, w.small_rate, launch, left)
        if abandons(belief, pace, small_value, -row.small_waiting):
            return WALKED_SMALL
        big_value = prospects(row.big_selling, row.big_waiting, w.big_rate, launch, left)
        if abandons(belief, pace, big_value, -row.big_waiting):
            return WALKED_BIG
    return CONTINUES


@compiled
def taken_at_ruin(settings: Any, w: World, cell: Any, month: int, stages_left: int, wait: int) -> float:
    """Return what BigCo takes at SmallCo's ruin: the fraction b_B of the project's expected value to the horizon."""
    if w.ruin_share == 0.0 or settings.tabled:
        return 0.0
    left = float(settings.months - 1 - month)
    launch = expected_launch(stages_left, cell.progress, wait)
    return w.ruin_share * max(cell.joint, 0.0) * annuity(w.big_rate, min(launch, left), left)


@compiled
def small_upkeep(settings: Any, key: np.uint64, month: int, small: int) -> float:
    """Return SmallCo's cash flow outside the alliance: income less burn, with noise, equation (8)."""
    net = settings.small_income - settings.small_burn
    return net + settings.small_noise * normal(key, month, small, SMALL_CASH) if settings.small_noise > 0.0 else net


@compiled
def big_upkeep(settings: Any, key: np.uint64, month: int, big: int) -> float:
    """Return BigCo's cash flow outside its alliances: income less burn, with noise, equation (8)."""
    net = settings.big_income - settings.big_burn
    return net + settings.big_noise * normal(key, month, big, BIG_CASH) if settings.big_noise > 0.0 else net


@compiled
def exposure(sunk: float, cash: float) -> float:
    """Return the part of a firm's cash that is at risk here and worthless elsewhere: sigma_i K_i / X_i, at most 1.

    Examples
    --------
    >>> exposure(3.0, 12.0)
    0.25
    """
    if sunk <= 0.0:
        return 0.0
    return sunk / cash if cash > sunk else 1.0
