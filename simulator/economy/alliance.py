"""One alliance, once: joint value Y, disagreement payoffs D, outside options O, sunk costs K, and the payoffs u.

Equations (1) to (7) of the formal model as scalar functions. `w` is the `World` of a scenario and `g` the `Clauses` of
a contract (Gamma in the model). Money is in the scenario's unit; commitments and output are in their own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.economy.clauses import Clauses
from simulator.economy.disagreement import disagreement, outside, waiting
from simulator.economy.market import FLOOR_TOLERANCE, Sales, market, mean_market, stocked_cost
from simulator.economy.split import split
from simulator.economy.venture import CERTAIN, NEWSVENDOR
from simulator.foundation.compiled import allocating, compiled

if TYPE_CHECKING:
    from simulator.economy.world import World

ROUNDING = 1e-12
BENT, AGREED, BOUGHT = 0, 1, 2


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
    """Return the output of the scenario's technology at these commitments; what is show produces nothing."""
    return output(
        w.productivity, w.small_weight, w.big_weight, w.rho, w.returns, w.small_effort * small, w.big_effort * big
    )


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
def divide(
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
    """Return (x_S, x_B), equation (5), before any fee, for one state of the market.

    Who leaves alone pays the kill fee, so that it lowers what a firm can threaten with. Firms that are worth more apart
    agree to part without it, and that is then what they divide.
    """
    value = sales.revenue - w.unit_cost * quantity
    small_default, big_default = disagreement(w, g, small, big, quantity, sales, small_wear, big_wear, ruin_share)
    small_option, big_option = outside(w, g, value)
    small_option -= stocked_cost(w, quantity)
    fee = g.kill_fee
    if fee > 0.0:
        value = max(value, small_option + big_option)
    return split(value, small_default, big_default, small_option - fee, big_option - fee, w.power, w.rule)


@compiled
def divide_or_buy(
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
    """Return `divide`, or x_S = P and x_B = Y - P where BigCo has an option at the strike P and gains by exercising it.

    Who owns both firms still parts them, or leaves, where that yields more than Y, so that what they divide stays the
    same and BigCo gains by exercising if and only if x_S > P.

    References
    ----------
    Noldeke and Schmidt (1998), RAND Journal of Economics 29 (options on ownership).
    """
    x_small, x_big = divide(w, g, small, big, quantity, sales, small_wear, big_wear, ruin_share)
    if x_small > g.strike:
        return g.strike, x_small + x_big - g.strike
    return x_small, x_big


@compiled
def _regime(
    w: World,
    g: Clauses,
    small: float,
    big: float,
    quantity: float,
    omega: float,
    small_wear: float,
    big_wear: float,
    ruin_share: float,
) -> int:
    """Return as what the split is linear in the state at omega: AGREED, BOUGHT, their sum on a tie, or BENT as neither.

    A constraint binds if it does so beyond rounding.
    """
    sales = market(w, g, quantity, omega)
    if (sales.revenue < 0.0 or sales.performed < 0.0) and quantity < g.target - FLOOR_TOLERANCE:
        return BENT
    free = w.small_option > -math.inf or w.big_option > -math.inf
    if g.priced > 0.0 and not free and g.strike == math.inf:
        return AGREED
    value = sales.revenue - w.unit_cost * quantity
    d_small, d_big = disagreement(w, g, small, big, quantity, sales, small_wear, big_wear, ruin_share)
    slack = ROUNDING * (abs(sales.revenue) + w.unit_cost * quantity + abs(d_small) + abs(d_big))
    if g.priced == 0.0:
        if d_small + d_big > value + slack:
            return BENT
        if g.performance == 0.0 and ruin_share > 0.0:
            _, untaken = disagreement(w, g, small, big, quantity, sales, small_wear, big_wear, 0.0)
            all_taken = d_small + untaken + ruin_share * (value + stocked_cost(w, quantity))
            if g.damages_to == 0.0 and abs(d_small + d_big - all_taken) > slack:
                return BENT
    if free:
        small_option, big_option = outside(w, g, value)
        if small_option - stocked_cost(w, quantity) > d_small + slack or big_option > d_big + slack:
            return BENT
    if g.strike == math.inf:
        return AGREED
    x_small, _ = divide(w, g, small, big, quantity, sales, small_wear, big_wear, ruin_share)
    gain = x_small - g.strike
    if abs(gain) <= slack:
        return AGREED + BOUGHT
    return BOUGHT if gain > 0.0 else AGREED


@compiled
def _linear(
    w: World,
    g: Clauses,
    small: float,
    big: float,
    quantity: float,
    small_wear: float,
    big_wear: float,
    ruin_share: float,
) -> bool:
    """Return whether the split is one linear function of what the market brings, in whatever state.

    Between its bends, which a newsvendor's demand has at these quantities, a constraint is linear in the state, so it
    binds nowhere if it binds neither at the bends nor in the worst and the best state.
    """
    regime = _regime(w, g, small, big, quantity, w.worst, small_wear, big_wear, ruin_share)
    regime &= _regime(w, g, small, big, quantity, w.best, small_wear, big_wear, ruin_share)
    if w.revenue_kind == NEWSVENDOR:
        for bend in (quantity, (1.0 - g.flexibility) * quantity, g.rebate_threshold, g.performance_quantity, 0.0):
            if regime != BENT and w.worst < bend < w.best:
                regime &= _regime(w, g, small, big, quantity, bend, small_wear, big_wear, ruin_share)
    return regime != BENT


@compiled
def expected_split(
    w: World, g: Clauses, small: float, big: float, small_wear: float, big_wear: float, ruin_share: float
) -> tuple[float, float]:
    """Return (E x_S, E x_B) over the state, before any fee.

    Where no constraint binds in any state the split is linear in what the market brings and the expectation is exact;
    otherwise it is Gaussian quadrature (`luck.quadrature`).
    """
    quantity = produce(w, small, big)
    if w.shock_kind == CERTAIN or _linear(w, g, small, big, quantity, small_wear, big_wear, ruin_share):
        sales = mean_market(w, g, quantity)
        return divide_or_buy(w, g, small, big, quantity, sales, small_wear, big_wear, ruin_share)
    small_sum = 0.0
    big_sum = 0.0
    for node in range(w.states.shape[0]):
        sales = market(w, g, quantity, w.states[node])
        x_small, x_big = divide_or_buy(w, g, small, big, quantity, sales, small_wear, big_wear, ruin_share)
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
def false_report_gain(temptation: float, rate: float, fine: float) -> float:
    """Return max{(1 - a) g - a f, 0}, what a false report is expected to bring; above 0 SmallCo reports falsely.

    An audit, at the rate a, undoes the report, whose gain g BigCo pays, and fines it f; so a deters iff a >= g / (g +
    f).

    Examples
    --------
    >>> false_report_gain(1.0, 0.25, 2.0), false_report_gain(1.0, 0.5, 1.0)
    (0.25, 0.0)
    """
    return max((1.0 - rate) * temptation - rate * fine, 0.0)


@compiled
def settle_payoffs(w: World, g: Clauses, small: float, big: float, x_small: float, x_big: float) -> tuple[float, float]:
    """Return (u_S, u_B), equation (7): receipts less sunk costs and expected forfeited bonds and audits, then equity.

    Expectations are those before anybody knows whether SmallCo is one of those that report falsely where it pays.
    """
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
    if w.temptation > 0.0:
        reported = (1.0 - w.honest) * false_report_gain(w.temptation, g.audit_rate, g.fine)
        u_small += reported
        u_big -= reported
    u_big -= g.audit_rate * g.audit_cost
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


@allocating
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
