"""A contract as numbers: what every compiled rule reads, with a neutral value for every clause."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

NEVER = 10**9
"""A number of months that no history reaches."""


class Clauses(NamedTuple):
    """The terms of a contract; the default of each field is the value without effect.

    ``priced`` is 1 when a term says who gets the revenue: the contract is then complete and its execution divides the
    joint value (D_S + D_B = Y). Otherwise the firms bargain over it.
    """

    priced: float = 0.0
    fee: float = 0.0
    revenue_share: float = 0.0
    small_reimbursed: float = 0.0
    big_reimbursed: float = 0.0
    wholesale: float = 0.0
    buy_back: float = 0.0
    accepts_returns: float = 0.0
    flexibility: float = 0.0
    minimum: float = 0.0
    small_floor: float = 0.0
    big_floor: float = 0.0
    small_bond: float = 0.0
    big_bond: float = 0.0
    detection: float = 1.0
    bond_to_partner: float = 0.0
    review: int = 1
    equity: float = 0.0
    small_exclusive: float = 0.0
    big_exclusive: float = 0.0
    target: float = 0.0
    forfeit: float = 0.0
    milestone_payment: float = 0.0
    rebate: float = 0.0
    rebate_threshold: float = 0.0
    audit_rate: float = 0.0
    audit_cost: float = 0.0
    fine: float = 0.0
    late_penalty: float = 0.0
    due: int = 0
    grace: int = 0
    late_cap: float = math.inf
    performance: float = 0.0
    performance_quantity: float = 0.0
    performance_price: float = 0.0
    damages_to: float = 0.0
    damages: float = 0.0
    strike: float = math.inf
    expiry: int = NEVER
    notice: int = 0
    kill_fee: float = 0.0
    asset_share: float = 0.5
    small_protection: float = 0.0
    big_protection: float = 0.0
    pilot_length: int = 0
    pilot_scale: float = 1.0
    pilot_detection: float = 0.0
    small_escrow: float = 0.0
    big_escrow: float = 0.0
    forum: float = 0.0
    dispute_cost: float = 0.0
    dispute_delay: int = 0
    dispute_accuracy: float = 0.5
    award: float = 0.0


CLAUSES = np.dtype(
    [(name, np.int64 if isinstance(neutral, int) else np.float64) for name, neutral in Clauses._field_defaults.items()]
)


def clauses_record(clauses: Clauses) -> Any:
    """Return the clauses as a record of the fields of CLAUSES, which compiled code passes on as one pointer."""
    return np.array([tuple(clauses)], dtype=CLAUSES).view(np.recarray)[0]
