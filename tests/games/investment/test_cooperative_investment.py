"""Cooperative investment against maximised payoffs and a search over contracts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from simulator.economy.split import DEAL_ME_OUT, split
from simulator.foundation.errors import ParameterError
from simulator.games.investment.cooperative_investment import CooperativeInvestment

UNIT = st.floats(0.0, 1.0)


@settings(deadline=None)
@given(st.floats(0.1, 5.0), UNIT, UNIT, st.floats(0.3, 3.0), UNIT)
def test_investment_maximises_what_renegotiation_leaves(
    a: float, gamma: float, theta: float, cost: float, q: float
) -> None:
    venture = CooperativeInvestment(marginal_return=a, partner_share=gamma, power=theta, cost=cost)

    def loss(i: float) -> float:
        defaults = q * (1.0 - gamma) * a * i, q * gamma * a * i
        return 0.5 * cost * i * i - split(a * i, *defaults, -math.inf, -math.inf, theta, DEAL_ME_OUT)[0]

    truth = minimize_scalar(loss, bounds=(0.0, 2.0 * a / cost), method="bounded", options={"xatol": 1e-10})
    assert venture.investment(q) == pytest.approx(truth.x, abs=1e-5 * (1.0 + a / cost))


@settings(deadline=None)
@given(st.floats(0.1, 5.0), UNIT, UNIT)
def test_the_best_quantity_is_the_best_of_many(a: float, gamma: float, theta: float) -> None:
    venture = CooperativeInvestment(marginal_return=a, partner_share=gamma, power=theta)
    best = max(venture.surplus(float(q)) for q in np.linspace(0.0, 1.0, 41))
    for quantity in venture.best_quantities:
        assert venture.surplus(quantity) == pytest.approx(best, abs=1e-9)
    assert venture.investment(venture.best_quantities[1]) <= venture.first_best + 1e-12


def test_contracts_stop_helping_at_full_cooperation() -> None:
    found = [CooperativeInvestment(1.0, gamma, 0.5).best_quantities for gamma in (0.4, 0.5, 0.6)]
    assert found == [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]


def test_ranges() -> None:
    with pytest.raises(ParameterError, match=r"CooperativeInvestment.partner_share must be in \[0, 1\]"):
        CooperativeInvestment(1.0, 1.5)
    with pytest.raises(ParameterError, match=r"investment\.quantity"):
        CooperativeInvestment(1.0, 0.5).investment(1.5)
