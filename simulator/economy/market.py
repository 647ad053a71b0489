"""The market of the venture's output: revenue R(Q, omega), equation (2), and the units that contract terms look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.economy import luck
from simulator.economy.clauses import Clauses
from simulator.economy.venture import LINEAR, LINEAR_DEMAND, NEWSVENDOR
from simulator.foundation.compiled import compiled

if TYPE_CHECKING:
    from simulator.economy.world import World

FLOOR_TOLERANCE = 1e-9


@compiled
def rebated_units(g: Clauses, sold: float) -> float:
    """Return the units sold beyond the threshold of a sales rebate, (s - t)^+."""
    return max(sold - g.rebate_threshold, 0.0)


@compiled
def mean_unsold(w: World, quantity: float) -> float:
    """Return E (q - omega)^+ of a newsvendor, whose demand is at least 0."""
    below_zero = luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, 0.0)
    return luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, quantity) - below_zero


@compiled
def mean_rebated_units(w: World, g: Clauses, quantity: float, unsold: float) -> float:
    """Return the expectation of `rebated_units`: S(Q) - S(t) beyond the threshold, with S(q) = E min(q, omega).

    References
    ----------
    Taylor (2002), Management Science 48; Cachon (2003), section 6.2.6.
    """
    if w.revenue_kind != NEWSVENDOR:
        return rebated_units(g, quantity)
    if quantity <= g.rebate_threshold:
        return 0.0
    return (quantity - unsold) - (g.rebate_threshold - mean_unsold(w, g.rebate_threshold))


class Sales(NamedTuple):
    """What the market makes of the output in one state, or on average.

    Parameters
    ----------
    revenue : float
        R(Q, omega), money, less what a missed output target burns.
    unsold, beyond : float
        Unsold units, and those of them beyond the flexible part of the order.
    rebated : float
        Units sold beyond the threshold of a sales rebate.
    performed : float
        Revenue (money) of the units alone that a court would have traded, less what a missed output target burns.
    """

    revenue: float
    unsold: float
    beyond: float
    rebated: float
    performed: float


@compiled
def performed_units(g: Clauses, quantity: float) -> float:
    """Return the units that a court would have traded, min(q, Q)."""
    return min(g.performance_quantity, quantity)


@compiled
def after_target(g: Clauses, quantity: float, revenue: float) -> float:
    """Return what an output target leaves of a revenue: where it is missed a part is burnt, never of a loss."""
    return revenue - g.forfeit * max(revenue, 0.0) if quantity < g.target - FLOOR_TOLERANCE else revenue


@compiled
def market(w: World, g: Clauses, quantity: float, omega: float) -> Sales:
    """Return what the market makes of the output in state omega, equation (2); a newsvendor's demand is at least 0."""
    unsold = 0.0
    beyond = 0.0
    performed = 0.0
    part = performed_units(g, quantity) if g.performance > 0.0 else 0.0
    if w.revenue_kind == LINEAR:
        revenue = omega * w.price * quantity
        performed = omega * w.price * part
    elif w.revenue_kind == LINEAR_DEMAND:
        revenue = omega * (w.price - w.slope * quantity) * quantity
        performed = omega * (w.price - w.slope * part) * part
    else:
        demand = max(omega, 0.0)
        unsold = max(quantity - demand, 0.0)
        beyond = max((1.0 - g.flexibility) * quantity - demand, 0.0)
        revenue = w.price * (quantity - unsold) + w.salvage * unsold
        left = max(part - demand, 0.0)
        performed = w.price * (part - left) + w.salvage * left
    rebated = rebated_units(g, quantity - unsold) if g.rebate > 0.0 else 0.0
    return Sales(after_target(g, quantity, revenue), unsold, beyond, rebated, after_target(g, quantity, performed))


@compiled
def mean_market(w: World, g: Clauses, quantity: float) -> Sales:
    """Return the expectations of what `market` returns, in closed form."""
    if w.revenue_kind != NEWSVENDOR:
        return market(w, g, quantity, w.mean_state)
    unsold = mean_unsold(w, quantity)
    beyond = mean_unsold(w, (1.0 - g.flexibility) * quantity)
    revenue = w.price * (quantity - unsold) + w.salvage * unsold
    performed = 0.0
    if g.performance > 0.0:
        part = performed_units(g, quantity)
        left = mean_unsold(w, part)
        performed = w.price * (part - left) + w.salvage * left
    rebated = mean_rebated_units(w, g, quantity, unsold) if g.rebate > 0.0 else 0.0
    return Sales(after_target(g, quantity, revenue), unsold, beyond, rebated, after_target(g, quantity, performed))


@compiled
def stocked_cost(w: World, quantity: float) -> float:
    """Return the production cost that parting does not save: a newsvendor stocks before demand is known."""
    return w.unit_cost * quantity if w.revenue_kind == NEWSVENDOR else 0.0
