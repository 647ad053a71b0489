"""The option to deliver against best replies found by search, with payoffs integrated over the cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.investment.option_contracts import DeliveryOption

COSTS = (np.arange(50_000) + 0.5) / 50_000


def payoffs(option: DeliveryOption, strike: float | None, small: float, big: float) -> tuple[float, float]:
    """Return both payoffs by a sum over costs: what the option does, then renegotiation."""
    cost = COSTS - option.small_return * small
    value = option.base_value + option.big_return * big
    delivered = np.zeros(len(cost), dtype=bool) if strike is None else cost <= strike
    price = 0.0 if strike is None else strike
    own_small, own_big = np.where(delivered, price - cost, 0.0), np.where(delivered, value - price, 0.0)
    more = np.maximum(value - cost, 0.0) - np.where(delivered, value - cost, 0.0)
    u_small = np.mean(own_small + option.power * more) - 0.5 * small**2
    u_big = np.mean(own_big + (1.0 - option.power) * more) - 0.5 * big**2
    return float(u_small), float(u_big)


def check_equilibrium(option: DeliveryOption, strike: float | None, small: float, big: float) -> None:
    """Assert that neither firm's best investment is elsewhere."""
    for firm in (0, 1):

        def loss(own: float, firm: int = firm) -> float:
            return -payoffs(option, strike, *((own, big) if firm == 0 else (small, own)))[firm]

        best = minimize_scalar(loss, bounds=(0.0, 1.5), method="bounded", options={"xatol": 1e-6})
        assert -loss((small, big)[firm]) >= -best.fun - 3e-5


TECHNOLOGY = st.tuples(st.floats(0.0, 1.2), st.floats(0.0, 0.8), st.floats(0.0, 0.8), st.floats(0.0, 1.0))


@settings(deadline=None, max_examples=20)
@given(TECHNOLOGY, st.floats(-0.2, 1.3))
def test_equilibria_have_no_better_reply(technology: tuple[float, float, float, float], strike: float) -> None:
    assume(technology[1] ** 2 + technology[2] ** 2 < 0.95)
    option = DeliveryOption(*technology)
    null = option.null_contract
    check_equilibrium(option, None, null.small, null.big)
    try:
        signed = option.equilibrium(strike)
    except SolverError:
        assert least_regret(option, strike) > 1e-5
    else:
        check_equilibrium(option, strike, signed.small, signed.big)


def least_regret(option: DeliveryOption, strike: float) -> float:
    """Return the smallest regret, of the firm that has more, over a fine grid of pairs of investments."""
    grid, costs = np.linspace(0.0, 1.0, 121), (np.arange(1500) + 0.5) / 1500
    cost = costs - option.small_return * grid[:, None]
    delivered = cost <= strike
    small, big = np.empty((121, 121)), np.empty((121, 121))
    for column, own in enumerate(grid):
        value = option.base_value + option.big_return * own
        more = np.maximum(value - cost, 0.0) - np.where(delivered, value - cost, 0.0)
        small[:, column] = np.mean(np.where(delivered, strike - cost, 0.0) + option.power * more, axis=1)
        big[:, column] = np.mean(np.where(delivered, value - strike, 0.0) + (1.0 - option.power) * more, axis=1)
    small -= 0.5 * grid[:, None] ** 2
    big -= 0.5 * grid**2
    regrets = np.maximum(small.max(axis=0) - small, big.max(axis=1)[:, None] - big)
    return float(regrets.min())


def test_where_the_best_reply_jumps_no_pure_equilibrium_exists() -> None:
    option = DeliveryOption(1.0, 0.6875, 0.6875, 0.875)
    with pytest.raises(SolverError, match="no pure equilibrium exists"):
        option.equilibrium(0.6875)
    # a grid this fine comes as close to an equilibrium as the square of its step, 7e-5, where there is one
    assert least_regret(option, 0.6875) > 3e-4
    assert least_regret(option, 0.7) < 7e-5


@settings(deadline=None)
@given(TECHNOLOGY)
def test_the_first_best_is_the_best(technology: tuple[float, float, float, float]) -> None:
    assume(technology[1] ** 2 + technology[2] ** 2 < 0.95)
    option = DeliveryOption(*technology)
    best = option.first_best
    searched = minimize(lambda c: -option.surplus(*c), (0.5, 0.5), method="Nelder-Mead", tol=1e-10)
    assert best.surplus >= -searched.fun - 1e-9
    assert option.surplus(best.small, best.big) == best.surplus
    assert option.null_contract.surplus <= best.surplus + 1e-12


@settings(deadline=None)
@given(TECHNOLOGY)
def test_one_strike_restores_the_first_best(technology: tuple[float, float, float, float]) -> None:
    assume(technology[1] ** 2 + technology[2] ** 2 < 0.95)
    option = DeliveryOption(*technology)
    signed, best = option.equilibrium(option.first_best_strike), option.first_best
    assert (signed.small, signed.big) == pytest.approx((best.small, best.big), abs=1e-9)


@settings(deadline=None)
@given(st.floats(0.05, 0.5), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_closed_forms_inside(v: float, s: float, b: float) -> None:
    option = DeliveryOption(v, s, b)
    z, half = v / (1.0 - b * b - s * s), v / (1.0 - 0.5 * (b * b + s * s))
    assume(z <= 1.0)
    assert (option.first_best.small, option.first_best.big) == pytest.approx((s * z, b * z))
    assert (option.null_contract.small, option.null_contract.big) == pytest.approx((s * half / 2.0, b * half / 2.0))


def test_returns_must_stay_below_one() -> None:
    with pytest.raises(ParameterError, match="sum to less than 1"):
        DeliveryOption(0.3, 0.8, 0.7)
    with pytest.raises(ParameterError, match=r"DeliveryOption.base_value"):
        DeliveryOption(-0.1, 0.1, 0.1)
