"""Shares, teams and bonds against the solver of scenarios and searches over efforts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.scenario import Scenario
from simulator.economy.terms import RevenueShare
from simulator.economy.venture import ConstantElasticity, Venture
from simulator.foundation.errors import ParameterError
from simulator.games.investment.partnership import Team, equal_partners_efficiency, optimal_share
from simulator.games.solution import solve

PRODUCTS = st.floats(0.1, 5.0)
SHARES = st.floats(0.0, 1.0)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.05, 0.6), st.floats(0.05, 0.6), st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_the_optimal_share_against_a_search_over_equilibria(a: float, b: float, c: float, d: float) -> None:
    assume(a + b < 0.9)
    # in terms of the costs x_i = c e^m/m of efforts, output is x_S^a x_B^b up to scale

    def lost(s: float) -> float:
        # a firm's first-order condition: cost x_i = elasticity * own share * y; so y^(1-a-b) ~ (a s)^a (b (1 - s))^b
        scale = ((a * s / c) ** a * (b * (1.0 - s) / d) ** b) ** (1.0 / (1.0 - a - b))
        return -scale * (1.0 - a * s - b * (1.0 - s))

    found = minimize_scalar(lost, bounds=(1e-9, 1.0 - 1e-9), method="bounded", options={"xatol": 1e-11})
    assert optimal_share(a, b) == pytest.approx(found.x, abs=1e-5)
    assert optimal_share(a, b) + optimal_share(b, a) == pytest.approx(1.0)


@pytest.mark.kernels
@pytest.mark.parametrize(("small", "big", "share"), [(1.0, 0.5, 0.8), (1.0, 1.0, 0.5), (0.5, 1.0, 0.4)])
def test_a_team_against_the_solver_of_scenarios(small: float, big: float, share: float) -> None:
    world = Scenario(
        "team",
        small=SmallFirm(cost=1.0),
        big=BigFirm(cost=1.0),
        venture=Venture(ConstantElasticity(small_weight=small, big_weight=big)),
    )
    found, team = solve(world, Contract("share", (RevenueShare(share=share),))), Team(small, big)
    efforts = team.effort(Role.SMALL, share), team.effort(Role.BIG, share)
    assert (found.outcome.small, found.outcome.big) == pytest.approx(efforts, abs=1e-6)
    assert found.efficiency == pytest.approx(team.efficiency(share), abs=1e-6)


@given(PRODUCTS, PRODUCTS)
def test_no_other_share_is_better(small: float, big: float) -> None:
    team = Team(small, big)
    best = team.efficiency(team.best_share)
    assert best >= max(team.efficiency(float(s)) for s in np.linspace(0.0, 1.0, 101)) - 1e-12
    a, b = small**2, big**2
    assert best == pytest.approx(1.0 - a * b / (a + b) ** 2)


@given(PRODUCTS, PRODUCTS, SHARES)
def test_bonds_and_penalties_against_all_deviations(small: float, big: float, share: float) -> None:
    team = Team(small, big)
    works = []
    for role, product, own in ((Role.SMALL, small, share), (Role.BIG, big, 1.0 - share)):
        efforts = np.linspace(0.0, product, 2001)[:-1]
        payoffs = own * (team.first_best_output - product * (product - efforts)) - 0.5 * efforts**2
        at_best = own * team.first_best_output - 0.5 * product**2
        assert team.smallest_bond(role, share) == pytest.approx(
            max(payoffs.max() - at_best, 0.0), abs=1e-5 * product**2
        )
        works.append(at_best - (-0.5 * efforts**2).max())  # all is forfeited: the best deviation is no effort
    assume(min(map(abs, works)) > 1e-6)
    assert team.penalty_works(share) == (min(works) > 0.0)


def test_equal_partners_against_the_sum_over_partners() -> None:
    for n in (1, 2, 3, 10, 1000):
        effort = 1.0 / n
        assert equal_partners_efficiency(n) == pytest.approx((n * effort - n * 0.5 * effort**2) / (n * 0.5))


def test_what_is_refused() -> None:
    for a, b in ((0.0, 0.0), (0.6, 0.4), (-0.1, 0.3), (math.nan, 0.1)):
        with pytest.raises(ParameterError, match=r"optimal_share\.small_elasticity and big_elasticity must be"):
            optimal_share(a, b)
    with pytest.raises(ParameterError, match=r"Team\.small_product must be above 0"):
        Team(0.0, 0.0)
    with pytest.raises(ParameterError, match=r"Team\.share must be in \[0, 1\]; got 1\.5"):
        Team(1.0, 1.0).efficiency(1.5)
    for n in (0, 1.5, math.inf):
        with pytest.raises(ParameterError, match=r"equal_partners_efficiency\.partners must be a whole number"):
            equal_partners_efficiency(n)
