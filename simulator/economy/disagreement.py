"""What happens if the firms do not agree: disagreement payoffs D, equation (3), and outside options O, equation (4)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.economy.clauses import Clauses
from simulator.economy.market import Sales, performed_units, stocked_cost
from simulator.foundation.compiled import compiled

if TYPE_CHECKING:
    from simulator.economy.world import World


@compiled
def waiting(w: World, runway: float) -> tuple[float, float, float]:
    """Return what disagreement until the end of SmallCo's runway does: wear of S, wear of B, BigCo's share at ruin.

    Proposition 1, deterministic runway T = X_S / burn_S (months): the wear of firm i is k_i (1 - e^{-r_i T}) / r_i, and
    BigCo then takes the fraction b_B e^{-r_B T} of the joint value.
    """
    if math.isinf(runway):
        small_wear = w.small_wear / w.small_rate if w.small_wear > 0.0 else 0.0
        big_wear = w.big_wear / w.big_rate if w.big_wear > 0.0 else 0.0
        return small_wear, big_wear, 0.0
    small_time = -math.expm1(-w.small_rate * runway) / w.small_rate if w.small_rate > 0.0 else runway
    big_time = -math.expm1(-w.big_rate * runway) / w.big_rate if w.big_rate > 0.0 else runway
    return w.small_wear * small_time, w.big_wear * big_time, w.ruin_share * math.exp(-w.big_rate * runway)


@compiled
def paid_to_small(w: World, g: Clauses, quantity: float, sales: Sales) -> float:
    """Return what BigCo pays SmallCo under a contract that prices the output, before any fee."""
    paid = g.revenue_share * sales.revenue + g.wholesale * max(quantity, g.minimum)
    if g.accepts_returns > 0.0:
        paid -= (g.buy_back - w.salvage) * sales.unsold
    elif g.flexibility > 0.0:
        paid -= (g.wholesale - w.salvage) * (sales.unsold - sales.beyond)
    if g.rebate > 0.0:
        paid -= g.rebate * sales.rebated
    return paid


@compiled
def disagreement(
    w: World,
    g: Clauses,
    small: float,
    big: float,
    quantity: float,
    sales: Sales,
    small_wear: float,
    big_wear: float,
    ruin_share: float,
) -> tuple[float, float]:
    """Return (D_S, D_B), equation (3), before any fee: what each gets if only what is signed is executed.

    A contract that prices the output divides the whole joint value. One that a court would perform has its quantity
    traded at its price, and the firms bargain over the rest (Edlin and Reichelstein 1996). Without either, each firm
    redeploys what is not specific to the venture and keeps its part of the joint asset, and Proposition 1 adds what
    waiting until SmallCo's ruin does to each; BigCo takes no more than that leaves of the joint value, so that waiting
    creates none. Damages then fix what their victim gets, at the cost of the other (Shavell 1980).
    """
    if g.priced > 0.0:
        paid = paid_to_small(w, g, quantity, sales)
        return paid - w.unit_cost * quantity, sales.revenue - paid
    stocked = stocked_cost(w, quantity)
    if g.performance > 0.0:
        part = performed_units(g, quantity)
        price = g.performance_price * part
        made = stocked if stocked > 0.0 else w.unit_cost * part
        return price - made - small_wear, sales.performed - price - big_wear
    small_use = 0.0 if g.small_exclusive > 0.0 else (1.0 - w.small_specificity) * w.small_redeployment * small
    big_use = 0.0 if g.big_exclusive > 0.0 else (1.0 - w.big_specificity) * w.big_redeployment * big
    small_keeps = w.small_alone + small_use + g.asset_share * w.asset
    big_keeps = w.big_alone + big_use + (1.0 - g.asset_share) * w.asset
    taken = 0.0
    if ruin_share > 0.0:
        saleable = sales.revenue - w.unit_cost * quantity + stocked
        taken = min(ruin_share * max(saleable, 0.0), max(saleable - small_keeps - big_keeps, 0.0))
    small_default = small_keeps - stocked - small_wear
    big_default = big_keeps - big_wear + taken
    if g.damages_to == 1.0:
        return g.damages, big_default + small_default - g.damages
    if g.damages_to == 2.0:
        return small_default + big_default - g.damages, g.damages
    return small_default, big_default


@compiled
def outside(w: World, g: Clauses, value: float) -> tuple[float, float]:
    """Return (O_S, O_B), equation (4): -inf where there is no option or an exclusive clause gave it up.

    A notice of n months delays what leaving brings, to e^{-r n} of it, and not what it costs; a kill fee is not yet
    deducted.
    """
    small = -math.inf if g.small_exclusive > 0.0 else w.small_option
    big = -math.inf if g.big_exclusive > 0.0 else w.big_option
    if w.small_option_share > 0.0:
        small += w.small_option_share * value
    if w.big_option_share > 0.0:
        big += w.big_option_share * value
    if g.notice > 0:
        small = min(small, small * math.exp(-w.small_rate * g.notice)) if small > -math.inf else small
        big = min(big, big * math.exp(-w.big_rate * g.notice)) if big > -math.inf else big
    return small, big
