"""Vet and sign: what due diligence shows, who signs what, and for which fee."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulator.economy.alliance import with_equity
from simulator.economy.split import split
from simulator.economy.world import World
from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import BIG_VETTING, FEASIBLE, SMALL_VETTING, bernoulli, normal
from simulator.simulation.rules.experience import perceived_quality, posterior, relies
from simulator.simulation.rules.valuation import alternatives, both_accept, deal_values

NOBODY = -1


@compiled
def runway_row(rows: int, burn: float, cash: float) -> int:
    """Return the row of a runway table with `rows` rows for SmallCo's whole months of cash, at most the last row."""
    if rows == 1:
        return 0
    return int(min(max(cash, 0.0) / burn, float(rows - 1)))


@compiled
def small_vets(settings: Any, cash: float) -> bool:
    """Return whether SmallCo looks into BigCo: its signal says something, and it can pay for it."""
    return settings.small_accuracy > 0.5 and cash >= settings.small_vetting


@compiled
def big_vets(settings: Any, cash: float) -> bool:
    """Return whether BigCo looks into SmallCo: its signal says something, and it can pay for it."""
    return settings.big_accuracy > 0.0 and cash >= settings.big_vetting


@compiled
def suitor_signal(settings: Any, suitor: int, key: np.uint64, month: int, pair: int) -> float:
    """Return SmallCo's belief that BigCo is a suitor after vetting it: right with the accuracy, then Bayes' rule."""
    right = settings.small_accuracy
    shows = bernoulli(key, month, pair, SMALL_VETTING, right if suitor == 1 else 1.0 - right)
    if shows:
        return posterior(settings.suitors, right, 1.0 - right)
    return posterior(settings.suitors, 1.0 - right, right)


@compiled
def quality_signal(settings: Any, small: Any, key: np.uint64, month: int, pair: int) -> float:
    """Return BigCo's estimate of SmallCo's quality after vetting it; see `perceived_quality`."""
    overstated = 0.0 if small.honest == 1 else math.log1p(settings.embellishment)
    return perceived_quality(
        math.log(small.quality), settings.quality_spread, settings.big_accuracy, overstated,
        normal(key, month, pair, BIG_VETTING),
    )  # fmt: skip


@compiled
def both_rely(settings: Any, row: Any, suitor: float) -> bool:
    """Return whether each firm trusts the other enough to sign: its prior, and SmallCo's belief in a suitor."""
    dearest = max(row.small_threshold, row.big_threshold)
    return relies(settings.kept, settings.broken, dearest) and relies(suitor, 1.0 - suitor, row.small_threshold)


@compiled
def offer(
    settings: Any, w: World, g: Any, row: Any, legitimacy: float, months: int, small_factor: float, big_factor: float,
    suitor: float,
) -> tuple[bool, float, float]:  # fmt: skip
    """Return whether both sign a contract as it stands, and what SmallCo and BigCo gain by it.

    Each must rely on the other and expect at least its alternative over the rest of the horizon.
    """
    span = float(months)
    if not both_rely(settings, row, suitor):
        return False, 0.0, 0.0
    small, big = deal_values(settings, w, g, row, span, small_factor, big_factor)
    small_fee, big_fee = with_equity(g.fee, -g.fee, g.equity)
    small += small_fee
    big += big_fee
    small_else, big_else = alternatives(settings, w, row, legitimacy, span)
    return both_accept(small, big, small_else, big_else), small - small_else, big - big_else


@compiled
def nash_product(w: World, small_gain: float, big_gain: float) -> float:
    """Return the product of both firms' gains, weighed by bargaining power: g_S^beta g_B^(1 - beta).

    Rounding may leave a gain just below 0, which counts as none.
    """
    return max(small_gain, 0.0) ** w.power * max(big_gain, 0.0) ** (1.0 - w.power)


@routine
def bargained_fee(
    settings: Any, w: World, g: Any, row: Any, legitimacy: float, months: int, small_factor: float, big_factor: float,
    suitor: float, small_cash: float, big_cash: float,
) -> tuple[bool, float]:  # fmt: skip
    """Return whether the firms agree on an upfront fee, and the fee, by which the deal's value is split as in (5).

    SmallCo's threat is its alternative, BigCo's its own and what it takes when SmallCo's runway ends
    (`row.ruin_share`). Neither can pay more than its cash.
    """
    span = float(months)
    if not both_rely(settings, row, suitor):
        return False, 0.0
    small, big = deal_values(settings, w, g, row, span, small_factor, big_factor)
    small_else, big_else = alternatives(settings, w, row, legitimacy, span)
    total = small + big
    gain = total - small_else - big_else
    threat = big_else + min(row.ruin_share * max(total, 0.0), max(gain, 0.0))
    if not both_accept(total - big_else, big_else, small_else, big_else):
        return False, 0.0
    share, _ = split(total, small_else, threat, -math.inf, -math.inf, w.power, w.rule)
    fee = (share - small) / (1.0 - g.equity)
    fee = max(min(fee, max(big_cash, 0.0)), -max(small_cash, 0.0))
    small_fee, big_fee = with_equity(fee, -fee, g.equity)
    return both_accept(small + small_fee, big + big_fee, small_else, big_else), fee


@compiled
def feasible(prior: float, key: np.uint64, month: int, alliance: int) -> bool:
    """Return whether the project of an alliance signed this month can ever succeed."""
    return prior >= 1.0 or bernoulli(key, month, alliance, FEASIBLE, prior)


@compiled
def can_deposit(g: Any, small_cash: float, big_cash: float) -> bool:
    """Return whether both firms can pay what the contract wants in escrow, after any fee."""
    return g.small_escrow <= max(small_cash, 0.0) and g.big_escrow <= max(big_cash, 0.0)
