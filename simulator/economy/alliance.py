"""One alliance, once: joint value Y, disagreement payoffs D, outside options O, sunk costs K, and the payoffs u.

Equations (1) to (7) of the formal model as scalar functions. `w` is the `World` of a scenario and `g` the `Clauses` of
a contract (Gamma in the model). Money is in the scenario's unit; commitments and output are in their own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.economy import luck
from simulator.economy.clauses import Clauses
from simulator.economy.split import split
from simulator.economy.venture import CERTAIN, LINEAR, LINEAR_DEMAND, NEWSVENDOR
from simulator.foundation.compiled import compiled

if TYPE_CHECKING:
    from simulator.economy.world import World

FLOOR_TOLERANCE = 1e-9


@compiled
def output(
    productivity: float, small_weight: float, big_weight: float, rho: float, returns: float, small: float, big: float
) -> float:
    """Return Q(c_S, c_B) = A [a_S c_S^rho + a_B c_B^rho]^(nu/rho), equation (1), with its limits in rho.

    Examples
    --------
    >>> output(1.0, 1.0, 1.0, -1.0, 1.0, 1.0, 1.0)
    0.5
    >>> output(2.0, 1.0, 1.0, -math.inf, 1.0, 0.25, 1.0)
    0.5
    """
    if rho == 1.0:
        inner = small_weight * small + big_weight * big
        return productivity * inner if returns == 1.0 else productivity * inner**returns
    if rho == 0.0:
        return productivity * (small**small_weight * big**big_weight) ** returns
    if math.isinf(rho):
        if big_weight == 0.0:
            inner = small
        elif small_weight == 0.0:
            inner = big
        else:
            inner = min(small, big) if rho < 0.0 else max(small, big)
        return productivity * inner if returns == 1.0 else productivity * inner**returns
    if rho < 0.0 and ((small_weight > 0.0 and small <= 0.0) or (big_weight > 0.0 and big <= 0.0)):
        return 0.0
    if rho == -1.0:
        inner = 0.0
        if small_weight > 0.0:
            inner += small_weight / small
        if big_weight > 0.0:
            inner += big_weight / big
        return productivity / inner if returns == 1.0 else productivity * inner**-returns
    inner = 0.0
    if small_weight > 0.0:
        inner += small_weight * small**rho
    if big_weight > 0.0:
        inner += big_weight * big**rho
    return productivity * inner ** (returns / rho) if inner > 0.0 else 0.0


@compiled
def produce(w: World, small: float, big: float) -> float:
    """Return the output of the scenario's technology at these commitments."""
    return output(w.productivity, w.small_weight, w.big_weight, w.rho, w.returns, small, big)


@compiled
def cost(level: float, curvature: float, commitment: float) -> float:
    """Return K = kappa c^m / m, equation (6), money.

    Examples
    --------
    >>> cost(1.0, 2.0, 0.5)
    0.125
    """
    if curvature == 2.0:
        return 0.5 * level * commitment * commitment
    if curvature == 1.0:
        return level * commitment
    return level * commitment**curvature / curvature


@compiled
def market(w: World, g: Clauses, quantity: float, omega: float) -> tuple[float, float, float]:
    """Return revenue R(Q, omega), unsold units, and those of them beyond the flexible part of the order.

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
    return revenue, unsold, beyond


@compiled
def mean_market(w: World, g: Clauses, quantity: float) -> tuple[float, float, float]:
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
    return revenue, unsold, beyond


@compiled
def stocked_cost(w: World, quantity: float) -> float:
    """Return the production cost that parting does not save: a newsvendor stocks before demand is known."""
    return w.unit_cost * quantity if w.revenue_kind == NEWSVENDOR else 0.0


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
def disagreement(
    w: World,
    g: Clauses,
    small: float,
    big: float,
    quantity: float,
    revenue: float,
    unsold: float,
    beyond: float,
    small_wear: float,
    big_wear: float,
    ruin_share: float,
) -> tuple[float, float]:
    """Return (D_S, D_B), equation (3), before any fee: what each gets if only what is signed is executed.

    A contract that prices the output divides the whole joint value. Without one, each firm redeploys what is not
    specific to the venture, and Proposition 1 adds what waiting until SmallCo's ruin does to each; BigCo takes no
    more than redeployment leaves of the joint value, so that waiting creates none.
    """
    if g.priced > 0.0:
        paid = g.revenue_share * revenue + g.wholesale * max(quantity, g.minimum)
        if g.accepts_returns > 0.0:
            paid -= (g.buy_back - w.salvage) * unsold
        elif g.flexibility > 0.0:
            paid -= (g.wholesale - w.salvage) * (unsold - beyond)
        return paid - w.unit_cost * quantity, revenue - paid
    small_use = 0.0 if g.small_exclusive > 0.0 else (1.0 - w.small_specificity) * w.small_redeployment * small
    big_use = 0.0 if g.big_exclusive > 0.0 else (1.0 - w.big_specificity) * w.big_redeployment * big
    stocked = stocked_cost(w, quantity)
    small_keeps = w.small_alone + small_use
    big_keeps = w.big_alone + big_use
    taken = 0.0
    if ruin_share > 0.0:
        saleable = revenue - w.unit_cost * quantity + stocked
        taken = min(ruin_share * max(saleable, 0.0), max(saleable - small_keeps - big_keeps, 0.0))
    return small_keeps - stocked - small_wear, big_keeps - big_wear + taken


@compiled
def outside(w: World, g: Clauses, value: float) -> tuple[float, float]:
    """Return (O_S, O_B), equation (4): -inf where there is no option or an exclusive clause gave it up."""
    small = -math.inf if g.small_exclusive > 0.0 else w.small_option
    big = -math.inf if g.big_exclusive > 0.0 else w.big_option
    if w.small_option_share > 0.0:
        small += w.small_option_share * value
    if w.big_option_share > 0.0:
        big += w.big_option_share * value
    return small, big


@compiled
def divide(
    w: World,
    g: Clauses,
    small: float,
    big: float,
    quantity: float,
    revenue: float,
    unsold: float,
    beyond: float,
    small_wear: float,
    big_wear: float,
    ruin_share: float,
) -> tuple[float, float]:
    """Return (x_S, x_B), equation (5), before any fee, for one state of the market."""
    value = revenue - w.unit_cost * quantity
    small_default, big_default = disagreement(
        w, g, small, big, quantity, revenue, unsold, beyond, small_wear, big_wear, ruin_share
    )
    small_option, big_option = outside(w, g, value)
    small_option -= stocked_cost(w, quantity)
    return split(value, small_default, big_default, small_option, big_option, w.power, w.rule)


@compiled
def _linear(
    w: World,
    g: Clauses,
    small: float,
    big: float,
    quantity: float,
    omega: float,
    small_wear: float,
    big_wear: float,
    ruin_share: float,
) -> bool:
    """Return whether no constraint binds in state omega, so that the split is linear in the state there."""
    revenue, unsold, beyond = market(w, g, quantity, omega)
    if revenue < 0.0 and quantity < g.target - FLOOR_TOLERANCE:
        return False
    if g.priced > 0.0 and w.small_option == -math.inf and w.big_option == -math.inf:
        return True
    value = revenue - w.unit_cost * quantity
    stocked = stocked_cost(w, quantity)
    small_default, big_default = disagreement(
        w, g, small, big, quantity, revenue, unsold, beyond, small_wear, big_wear, ruin_share
    )
    if g.priced == 0.0:
        _, untaken = disagreement(w, g, small, big, quantity, revenue, unsold, beyond, small_wear, big_wear, 0.0)
        if small_default + big_default > value or big_default != untaken + ruin_share * (value + stocked):
            return False
    small_option, big_option = outside(w, g, value)
    small_option -= stocked
    return small_option <= small_default and big_option <= big_default


@compiled
def expected_split(
    w: World, g: Clauses, small: float, big: float, small_wear: float, big_wear: float, ruin_share: float
) -> tuple[float, float]:
    """Return (E x_S, E x_B) over the state, before any fee.

    Where no constraint binds in the worst or the best state the split is linear in the state and the expectation is
    exact; otherwise it is Gaussian quadrature (`luck.quadrature`).
    """
    quantity = produce(w, small, big)
    if w.shock_kind == CERTAIN or (
        _linear(w, g, small, big, quantity, w.worst, small_wear, big_wear, ruin_share)
        and _linear(w, g, small, big, quantity, w.best, small_wear, big_wear, ruin_share)
    ):
        revenue, unsold, beyond = mean_market(w, g, quantity)
        return divide(w, g, small, big, quantity, revenue, unsold, beyond, small_wear, big_wear, ruin_share)
    small_sum = 0.0
    big_sum = 0.0
    for node in range(w.states.shape[0]):
        revenue, unsold, beyond = market(w, g, quantity, w.states[node])
        x_small, x_big = divide(w, g, small, big, quantity, revenue, unsold, beyond, small_wear, big_wear, ruin_share)
        small_sum += w.weights[node] * x_small
        big_sum += w.weights[node] * x_big
    return small_sum, big_sum


@compiled
def commitment_costs(w: World, g: Clauses, small: float, big: float) -> tuple[float, float]:
    """Return what each firm pays for the commitments, K_S and K_B after reimbursements."""
    small_cost = cost(w.small_cost, w.small_curvature, small)
    big_cost = cost(w.big_cost, w.big_curvature, big)
    return (
        (1.0 - g.small_reimbursed) * small_cost + g.big_reimbursed * big_cost,
        (1.0 - g.big_reimbursed) * big_cost + g.small_reimbursed * small_cost,
    )


@compiled
def short_of(floor: float, commitment: float) -> bool:
    """Return whether a commitment falls short of its floor, beyond rounding."""
    return commitment < floor - FLOOR_TOLERANCE


@compiled
def with_equity(small: float, big: float, stake: float) -> tuple[float, float]:
    """Return both payoffs after BigCo's equity stake, the last line of equation (7)."""
    return (1.0 - stake) * small, big + stake * small


@compiled
def settle_payoffs(w: World, g: Clauses, small: float, big: float, x_small: float, x_big: float) -> tuple[float, float]:
    """Return (u_S, u_B), equation (7): receipts less sunk costs and expected forfeited bonds, then equity."""
    small_cost, big_cost = commitment_costs(w, g, small, big)
    u_small = x_small - small_cost
    u_big = x_big - big_cost
    if short_of(g.small_floor, small):
        lost = g.detection * g.small_bond
        u_small -= lost
        u_big += g.bond_to_partner * lost
    if short_of(g.big_floor, big):
        lost = g.detection * g.big_bond
        u_big -= lost
        u_small += g.bond_to_partner * lost
    return with_equity(u_small, u_big, g.equity)


@compiled
def payoffs(w: World, g: Clauses, small: float, big: float, runway: float) -> tuple[float, float]:
    """Return (u_S, u_B) of the stage game at commitments (c_S, c_B), the fee included.

    Parameters
    ----------
    w, g : World, Clauses
        The scenario and the contract as numbers.
    small, big : float
        Commitments c_S and c_B, at least 0.
    runway : float
        SmallCo's months of cash left, T, which only matters where the firms bargain (Proposition 1).
    """
    small_wear, big_wear, ruin_share = waiting(w, runway)
    x_small, x_big = expected_split(w, g, small, big, small_wear, big_wear, ruin_share)
    return settle_payoffs(w, g, small, big, x_small + g.fee, x_big - g.fee)


@compiled
def payoff_matrices(
    w: World, g: Clauses, small_levels: NDArray[np.float64], big_levels: NDArray[np.float64], runway: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both payoff matrices over the commitment levels, shape (m, n), rows SmallCo's."""
    rows = small_levels.shape[0]
    columns = big_levels.shape[0]
    u_small = np.empty((rows, columns))
    u_big = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            u_small[i, j], u_big[i, j] = payoffs(w, g, small_levels[i], big_levels[j], runway)
    return u_small, u_big


@compiled
def joint_value(w: World, nothing: Clauses, small: float, big: float) -> float:
    """Return the largest expected sum of payoffs at these commitments: the pie less both sunk costs.

    The pie is that of no contract (`nothing` is the neutral `Clauses`), so it includes parting where that is better; no
    contract can divide more.
    """
    x_small, x_big = expected_split(w, nothing, small, big, 0.0, 0.0, 0.0)
    return x_small + x_big - cost(w.small_cost, w.small_curvature, small) - cost(w.big_cost, w.big_curvature, big)
