"""A contract as numbers: the one NamedTuple that every compiled rule reads, with a neutral value for every clause."""

from __future__ import annotations

from typing import NamedTuple


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
