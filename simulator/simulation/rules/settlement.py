"""Settle: bonds, audits, penalties, disputes, and the month's cash flows."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.economy.alliance import false_report_gain, short_of, with_equity
from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import AUDIT, BIG_REVIEW, DISPUTE, FAULT, SMALL_REVIEW, VERDICT, bernoulli


@compiled
def affordable(amount: float, cash: float) -> float:
    """Return what a firm pays of an amount it owes: no more than its cash (limited liability).

    Examples
    --------
    >>> affordable(5.0, 3.0), affordable(5.0, -1.0)
    (3.0, 0.0)
    """
    return min(amount, max(cash, 0.0))


@compiled
def review_due(review: int, month: int, signed: int) -> bool:
    """Return whether the plan of record is reviewed this month."""
    return (month - signed + 1) % review == 0


@compiled
def forfeited(
    bond: float,
    floor: float,
    commitment: float,
    detection: float,
    key: np.uint64,
    month: int,
    alliance: int,
    purpose: int,
) -> float:
    """Return the bond a firm forfeits in a review: all of it if it is short of its floor and found out, else 0."""
    if bond > 0.0 and short_of(floor, commitment) and bernoulli(key, month, alliance, purpose, detection):
        return bond
    return 0.0


@compiled
def bonds(
    g: Any, small: float, big: float, key: np.uint64, month: int, alliance: int, signed: int
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
    g: Any,
    cell: Any,
    x_small: float,
    x_big: float,
    small_bond: float,
    big_bond: float,
    transfer: float,
    small_lost: float,
    big_lost: float,
) -> tuple[float, float]:
    """Return both firms' cash flows from the alliance, equation (7).

    Receipts, costs, forfeited bonds, what else BigCo pays SmallCo (`transfer`) and what each pays to nobody (`lost`:
    audits, checks, disputes); then equity.
    """
    small = x_small - cell.small_cost - small_bond + g.bond_to_partner * big_bond + transfer - small_lost
    big = x_big - cell.big_cost - big_bond + g.bond_to_partner * small_bond - transfer - big_lost
    return with_equity(small, big, g.equity)


@compiled
def audit(
    settings: Any, g: Any, honest: int, cash: float, key: np.uint64, month: int, alliance: int
) -> tuple[float, float, float]:
    """Return (gain of a false report, fine, cost of the audit) of a month.

    A SmallCo that is not honest reports falsely unless the clause's rate and fine deter it. A false report moves
    `temptation` from BigCo to SmallCo; an audit undoes it and fines SmallCo up to its cash. The cost is BigCo's and
    burnt.
    """
    audited = g.audit_rate > 0.0 and bernoulli(key, month, alliance, AUDIT, g.audit_rate)
    cost = g.audit_cost if audited else 0.0
    if honest == 1 or false_report_gain(settings.temptation, g.audit_rate, g.fine) <= 0.0:
        return 0.0, 0.0, cost
    if audited:
        return 0.0, affordable(g.fine, cash), cost
    return settings.temptation, 0.0, 0.0


@compiled
def late_penalty(g: Any, settings: Any, stage: int, age: int, paid: float, cash: float) -> float:
    """Return the penalty SmallCo owes this month: the last milestone is missing after the due month and the grace.

    `age` counts the months since signing, this one included; `paid` is what it has paid so far.
    """
    if g.late_penalty == 0.0 or stage >= settings.milestones or age <= g.due + g.grace:
        return 0.0
    return affordable(max(min(g.late_penalty, g.late_cap - paid), 0.0), cash)


@compiled
def disputes(settings: Any, misfit: float, key: np.uint64, month: int, alliance: int) -> bool:
    """Return whether the partners quarrel this month."""
    return bernoulli(key, month, alliance, DISPUTE, settings.dispute_rate * misfit)


@routine
def verdict(
    g: Any, small_broke: float, big_broke: float, small_cash: float, big_cash: float, key: np.uint64, month: int,
    alliance: int,
) -> float:  # fmt: skip
    """Return the award of a dispute, from BigCo to SmallCo (negative: the other way); the loser pays what it can.

    The firm that has broken fewer promises is right (where they are equal, luck says which), and the forum finds so
    with its accuracy.
    """
    small_right = small_broke < big_broke
    if small_broke == big_broke:
        small_right = bernoulli(key, month, alliance, FAULT, 0.5)
    just = bernoulli(key, month, alliance, VERDICT, g.dispute_accuracy)
    if small_right == just:
        return affordable(g.award, big_cash)
    return -affordable(g.award, small_cash)


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
