"""Produce: milestones, what the market gives, and what the contract or bargaining makes of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import divide
from simulator.economy.luck import tabled_quantile
from simulator.economy.market import market
from simulator.economy.venture import CERTAIN
from simulator.economy.world import World
from simulator.foundation.compiled import compiled, merged
from simulator.foundation.draws import MILESTONE, SHOCK, bernoulli, uniform
from simulator.simulation.rules.meeting import fit_of


@compiled
def output_factor(settings: Any, quality: float, boost: float, misfit: float) -> float:
    """Return the factor on output: SmallCo's quality, what a leader's planning added, and what misfit leaves."""
    return quality * boost * fit_of(settings, misfit)


@compiled
def milestone_chance(cell: Any, factor: float) -> float:
    """Return the probability that a feasible project passes its next milestone this month, equation (9)."""
    return cell.progress if factor == 1.0 else -math.expm1(-factor * cell.hazard)


@compiled
def milestone_passed(chance: float, key: np.uint64, month: int, alliance: int) -> bool:
    """Return whether the next milestone of a feasible project is passed."""
    return bernoulli(key, month, alliance, MILESTONE, chance)


@merged
def state(w: World, quantiles: NDArray[np.float64], key: np.uint64, month: int, alliance: int) -> float:
    """Return this month's state omega of the market of an alliance."""
    if w.shock_kind == CERTAIN:
        return w.mean_state
    luck = uniform(key, month, alliance, SHOCK)
    return tabled_quantile(quantiles, w.shock_kind, w.shock_first, w.shock_second, luck)


@compiled
def sell(
    tabled: int, w: World, g: Any, row: Any, cell: Any, small: float, big: float, factor: float, omega: float
) -> tuple[float, float, float]:
    """Return (x_S, x_B, revenue) of a month in state omega at these commitments, by the contract or by bargaining.

    Payoffs that a scenario gives outright are what they are, whatever the factor on output.
    """
    if tabled:
        return cell.small_share, cell.big_share, cell.joint
    quantity = cell.quantity * factor
    sales = market(w, g, quantity, omega)
    x_small, x_big = divide(w, g, small, big, quantity, sales, row.small_wear, row.big_wear, row.ruin_share)
    return x_small, x_big, sales.revenue
