"""The market of the venture's output: revenue R(Q, omega), equation (2), and the units that contract terms look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    below_zero = luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, 0.0)
    left_over = luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, g.rebate_threshold) - below_zero
    return (quantity - unsold) - (g.rebate_threshold - left_over)


@compiled
def market(w: World, g: Clauses, quantity: float, omega: float) -> tuple[float, float, float, float]:
    """Return revenue R(Q, omega), unsold units, those of them beyond the flexible part of the order, and rebated units.

    Equation (2). An output target that is missed burns its part of revenue, never of a loss; a newsvendor's demand is
    at least 0.
    """
    unsold = 0.0
    beyond = 0.0
    if w.revenue_kind == LINEAR:
        revenue = omega * w.price * quantity
    elif w.revenue_kind == LINEAR_DEMAND:
        revenue = omega * (w.price - w.slope * quantity) * quantity
    else:
        demand = max(omega, 0.0)
        unsold = max(quantity - demand, 0.0)
        beyond = max((1.0 - g.flexibility) * quantity - demand, 0.0)
        revenue = w.price * (quantity - unsold) + w.salvage * unsold
    if quantity < g.target - FLOOR_TOLERANCE:
        revenue -= g.forfeit * max(revenue, 0.0)
    rebated = rebated_units(g, quantity - unsold) if g.rebate > 0.0 else 0.0
    return revenue, unsold, beyond, rebated


@compiled
def mean_market(w: World, g: Clauses, quantity: float) -> tuple[float, float, float, float]:
    """Return the expectations of what `market` returns, in closed form."""
    if w.revenue_kind != NEWSVENDOR:
        return market(w, g, quantity, w.mean_state)
    firm_order = (1.0 - g.flexibility) * quantity
    below_zero = luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, 0.0)
    unsold = luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, quantity) - below_zero
    beyond = luck.expected_excess(w.shock_kind, w.shock_first, w.shock_second, firm_order) - below_zero
    revenue = w.price * (quantity - unsold) + w.salvage * unsold
    if quantity < g.target - FLOOR_TOLERANCE:
        revenue -= g.forfeit * max(revenue, 0.0)
    rebated = mean_rebated_units(w, g, quantity, unsold) if g.rebate > 0.0 else 0.0
    return revenue, unsold, beyond, rebated


@compiled
def stocked_cost(w: World, quantity: float) -> float:
    """Return the production cost that parting does not save: a newsvendor stocks before demand is known."""
    return w.unit_cost * quantity if w.revenue_kind == NEWSVENDOR else 0.0
