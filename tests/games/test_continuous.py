"""Commitments on an interval against closed forms, fine grids and SciPy."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from simulator.economy.contract import Contract, Term
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.terms import OutputTarget, PlanOfRecord, RevenueShare, TakeOrPay, WholesalePrice
from simulator.economy.venture import (
    BestOfTwo,
    CobbDouglas,
    ConstantElasticity,
    LinearDemand,
    LinearRevenue,
    Lognormal,
    Newsvendor,
    Normal,
    Sum,
    Uniform,
    Venture,
    WeakestLink,
)
from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.commitment_game import stage_game
from simulator.games.continuous import (
    best_replies,
    best_reply,
    commitment_bounds,
    continuous_equilibria,
    continuous_leadership,
    first_best,
    unilateral_gain,
)
from simulator.games.maximum import maximise

CONTINUOUS = CommitmentSpace(levels="continuous")
EXACT = 1e-10


def world(technology: Any, small_cost: float = 1.0, big_cost: float = 1.0, curvature: float = 2.0) -> Scenario:
    return Scenario(
        "world",
        small=SmallFirm(cost=small_cost, curvature=curvature),
        big=BigFirm(cost=big_cost, curvature=curvature, specificity=1.0),
        venture=Venture(technology=technology),
        commitment=CONTINUOUS,
    )


def share(fraction: float, *terms: Term) -> Contract:
    return Contract("share", (RevenueShare(share=fraction), *terms))


@pytest.mark.parametrize(
    ("function", "high", "where"),
    [
        (lambda x: np.sqrt(x) - x, 4.0, 0.25),
        (lambda x: np.log1p(x) - x / 3.0, 50.0, 2.0),
        (lambda x: x * np.exp(-x / 0.003), 1.0, 0.003),
        (lambda x: -((x - 7e-5) ** 2), 1.0, 7e-5),
        (lambda x: 1e6 + np.sin(x), 3.0, math.pi / 2.0),
        (lambda x: -np.log1p((x - 998.0) ** 2 / 0.25), 2000.0, 998.0),
    ],
)
def test_smooth_maxima_are_found_to_almost_full_precision(function: Any, high: float, where: float) -> None:
    noise = 1e-6 if function(np.zeros(1))[0] > 1e3 else EXACT  # 1e6 + sin x is flat within rounding for 1e-5 around
    assert maximise(function, high)[0][0] == pytest.approx(where, rel=noise)


def test_kinks_jumps_and_plateaus() -> None:
    assert maximise(lambda x: -np.abs(x - 0.3), 1.0)[0][0] == pytest.approx(0.3, rel=EXACT)
    # a drop below 0.5 by rounding only is not a choice: the jump itself is taken
    jump = np.array([[0.5]])
    assert maximise(lambda x: -x - 1.0 * (x < 0.5 - 1e-9), 1.0, jumps=jump)[0][0] == 0.5
    plateau = lambda x: np.minimum(x * (1.4 - x), 0.7 * 0.4 + 0.0 * x)  # noqa: E731
    assert maximise(lambda x: np.minimum(x, 0.4), 1.0, np.array([[0.4]]))[0][0] == 0.4
    assert maximise(plateau, 1.0)[0][0] == pytest.approx(0.7 - math.sqrt(0.49 - 0.28), rel=1e-6)
    assert maximise(lambda x: np.minimum(x, 0.4), 1.0, largest=True)[0][0] == 1.0
    assert maximise(lambda x: 0.0 * x, 1.0)[0][0] == 0.0


def test_the_global_maximum_of_several_peaks() -> None:
    where, value = maximise(lambda x: np.sin(7.0 * x) + 0.1 * x, 6.0, scan=400)
    fine = np.linspace(0.0, 6.0, 2_000_001)
    curve = np.sin(7.0 * fine) + 0.1 * fine
    assert where[0] == pytest.approx(fine[np.argmax(curve)], abs=1e-5)
    assert value[0] >= curve.max() - 1e-15


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.9])
def test_additive_team(fraction: float) -> None:
    # u_S = phi (2 s + b) - s^2 / 2: the reply is 2 phi whatever BigCo does
    scenario = world(Sum(small_weight=2.0))
    (one,) = continuous_equilibria(scenario, share(fraction))
    assert one.small == pytest.approx(2.0 * fraction, rel=EXACT)
    assert one.big == pytest.approx(1.0 - fraction, rel=EXACT)
    assert one.gain <= 1e-14


@pytest.mark.parametrize(("p", "q", "m"), [(1.0, 1.0, 3.0), (0.6, 0.6, 2.0), (0.8, 0.4, 2.5)])
def test_cobb_douglas_team(p: float, q: float, m: float) -> None:
    # first-order conditions phi p s^(p-m) b^q = 1, (1 - phi) q s^p b^(q-m) = 1, solved in logarithms
    phi = 0.4
    scenario = world(CobbDouglas(small_weight=p, big_weight=q), curvature=m)
    zero, inner = continuous_equilibria(scenario, share(phi))
    logs = np.linalg.solve([[m - p, -q], [-p, m - q]], np.log([phi * p, (1.0 - phi) * q]))
    assert (zero.small, zero.big) == (0.0, 0.0)
    assert (inner.small, inner.big) == pytest.approx(tuple(np.exp(logs)), rel=EXACT)
    assert zero.component != inner.component
    best = first_best(stage_game(scenario, share(phi)), commitment_bounds(scenario, stage_game(scenario, share(phi))))
    ideal = np.linalg.solve([[m - p, -q], [-p, m - q]], np.log([p, q]))
    assert (best.small, best.big) == pytest.approx(tuple(np.exp(ideal)), rel=EXACT)


def test_the_ends_of_a_continuum() -> None:
    # weakest link: every common level up to min(phi, 1 - phi) is an equilibrium
    low, high = continuous_equilibria(world(WeakestLink()), share(0.4))
    assert (low.small, low.big, low.component) == (0.0, 0.0, high.component)
    assert (high.small, high.big) == pytest.approx((0.4, 0.4), rel=EXACT)
    stage = stage_game(world(WeakestLink()), share(0.4))
    for between in (0.1, 0.25, 0.399):
        assert max(unilateral_gain(stage, between, between, (1.0, 1.0))) <= 1e-12
    assert max(unilateral_gain(stage, 0.45, 0.45, (1.0, 1.0))) > 1e-4


def test_two_isolated_equilibria_of_the_best_of_two() -> None:
    # one firm does everything and the other nothing; which, is a matter of selection
    found = continuous_equilibria(world(BestOfTwo()), share(0.5))
    assert {(round(e.small, 9), round(e.big, 9)) for e in found} == {(0.0, 0.5), (0.5, 0.0)}


def test_bounds_decide_who_does_everything() -> None:
    # u_S = 0.6 max - s^2 / 2 peaks at 0.6, u_B = 0.4 max - 0.2 b at its bound: either alone, never both
    scenario = replace(world(BestOfTwo()), big=BigFirm(cost=0.2, curvature=1.0, specificity=1.0))
    scenario = replace(scenario, commitment=CommitmentSpace(levels="continuous", big_upper=0.5))
    big_alone, small_alone = continuous_equilibria(scenario, share(0.6))
    assert (big_alone.small, big_alone.big) == (0.0, 0.5)
    assert (small_alone.small, small_alone.big) == (pytest.approx(0.6, rel=EXACT), 0.0)


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.7])
def test_rivals_for_one_market(weight: float) -> None:
    # R = (10 - q) q with q = a s + b: both first-order conditions are linear
    phi, kappa = 0.4, 0.7
    scenario = replace(
        world(Sum(small_weight=weight), small_cost=kappa), venture=Venture(Sum(small_weight=weight), LinearDemand(10.0))
    )
    (one,) = continuous_equilibria(scenario, share(phi))
    system = [
        [2.0 * phi * weight**2 + kappa, 2.0 * phi * weight],
        [2.0 * (1.0 - phi) * weight, 2.0 * (1.0 - phi) + 1.0],
    ]
    truth = np.linalg.solve(system, [10.0 * phi * weight, 10.0 * (1.0 - phi)])
    assert (one.small, one.big) == pytest.approx(tuple(truth), rel=EXACT)


@pytest.mark.parametrize("bond", [0.01, 1.0])
def test_floors_bind_only_with_a_bond_worth_it(bond: float) -> None:
    # without a bond SmallCo plays 0.4; the floor 0.45 costs it (0.45^2 - 0.4^2)/2 - 0.4 * 0.05 = 0.00125
    scenario = world(Sum())
    (one,) = continuous_equilibria(scenario, share(0.4, PlanOfRecord(small_floor=0.45, bond=bond)))
    assert one.small == 0.45
    (other,) = continuous_equilibria(scenario, share(0.4, PlanOfRecord(small_floor=0.45, bond=0.001)))
    assert other.small == pytest.approx(0.4, rel=EXACT)


def test_a_target_is_met_exactly() -> None:
    # Holmstrom (1982), theorem 2: 1 + 1 = 2 is first best, and missing it costs everything
    scenario = world(Sum())
    found = continuous_equilibria(scenario, share(0.5, OutputTarget(quantity=2.0)), also=[(1.0, 1.0)])
    assert any((each.small, each.big) == (1.0, 1.0) and each.gain <= 1e-12 for each in found)


def test_take_or_pay_orders_the_minimum() -> None:
    scenario = Scenario(
        "supply",
        small=SmallFirm(cost=0.0),
        big=BigFirm(cost=0.0, specificity=1.0),
        venture=Venture(WeakestLink(), Newsvendor(price=10.0), Uniform(low=0.0, high=100.0), unit_cost=3.0),
        commitment=CONTINUOUS,
    )
    terms = (WholesalePrice(price=5.0), TakeOrPay(minimum=60.0))
    stage = stage_game(scenario, Contract("plan", terms))
    assert best_reply(stage, Role.BIG, 100.0, 100.0)[0] == 60.0
    bounds = commitment_bounds(scenario, stage)
    best = first_best(stage, bounds)
    assert (best.small, best.big) == pytest.approx((70.0, 70.0), rel=EXACT)
    assert best.surplus == pytest.approx(245.0, rel=EXACT)


def test_double_marginalisation_when_small_leads() -> None:
    # Cournot turned Stackelberg: R = (10 - q) q with q = s + b, shares by revenue, checked against SciPy
    scenario = Scenario(
        "lead",
        small=SmallFirm(cost=0.5),
        big=BigFirm(cost=0.5, specificity=1.0),
        venture=Venture(Sum(), LinearDemand(10.0, 1.0)),
        commitment=CommitmentSpace(levels="continuous", small_upper=10.0, big_upper=10.0),
    )
    stage = stage_game(scenario, share(0.5))

    def reply(small: float) -> float:
        # maximise (10 - s - b)(s + b) / 2 - b^2 / 4
        return max((10.0 - 2.0 * small) / 3.0, 0.0)

    truth = minimize_scalar(lambda s: -stage.payoffs(s, reply(s))[0], bounds=(0.0, 10.0), method="bounded")
    lead = continuous_leadership(stage, Role.SMALL, (10.0, 10.0))
    assert lead.big == pytest.approx(reply(lead.small), abs=1e-9)
    assert lead.payoffs[0] >= -truth.fun - 1e-9
    assert lead.small == pytest.approx(truth.x, abs=1e-4)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([-math.inf, -2.0, -0.5, 0.0, 0.5, 1.0]),
    st.floats(0.2, 2.0),
    st.floats(1.2, 3.0),
    st.floats(0.05, 0.95),
    st.floats(0.0, 1.5),
    st.sampled_from([LinearRevenue(2.0), LinearDemand(3.0, 1.0), Newsvendor(4.0, 0.2)]),
    st.sampled_from([Lognormal(0.4), Uniform(0.2, 1.8), Normal(1.0, 0.2)]),
)
def test_no_grid_point_beats_a_best_reply(
    rho: float, cost: float, curvature: float, fraction: float, other: float, revenue: Any, shock: Any
) -> None:
    scenario = Scenario(
        "any",
        small=SmallFirm(cost=cost, curvature=curvature, specificity=0.7),
        big=BigFirm(specificity=1.0),
        venture=Venture(ConstantElasticity(substitution=rho, small_weight=0.6, big_weight=0.4), revenue, shock),
        bargaining=Bargaining(power=fraction),
    )
    for contract in (Contract(), share(fraction)):
        stage = stage_game(scenario, contract)
        _, value = best_reply(stage, Role.SMALL, other, 2.0)
        grid = np.linspace(0.0, 2.0, 5001)
        best = max(stage.payoffs(own, other)[0] for own in grid)
        assert value >= best - 1e-12 * (1.0 + abs(best))


def test_replies_to_many_are_the_replies_to_each() -> None:
    stage = stage_game(world(CobbDouglas(0.7, 0.5)), share(0.3))
    others = np.array([0.0, 0.2, 0.7, 1.9])
    together = best_replies(stage, Role.SMALL, others, 2.0)[0]
    assert together.tolist() == pytest.approx([best_reply(stage, Role.SMALL, b, 2.0)[0] for b in others], rel=1e-11)


def test_bounds_reach_as_far_as_anybody_wants_to_go() -> None:
    for price in (1e-4, 1.0, 1e5):
        scenario = replace(world(Sum()), venture=Venture(Sum(), LinearRevenue(price)))
        bounds = commitment_bounds(scenario, stage_game(scenario, share(0.5)))
        assert all(price < bound < 20.0 * price for bound in bounds)
        (one,) = continuous_equilibria(scenario, share(0.5))
        assert (one.small, one.big) == pytest.approx((0.5 * price, 0.5 * price), rel=EXACT)


def test_bounds_that_are_given_hold() -> None:
    space = CommitmentSpace(levels="continuous", small_upper=0.3, big_levels=(0.0,))
    scenario = replace(world(Sum()), commitment=space)
    (one,) = continuous_equilibria(scenario, share(0.5))
    assert (one.small, one.big) == (0.3, 0.0)
    with pytest.raises(ParameterError, match=r"big_levels must be \[0\]"):
        continuous_equilibria(
            replace(scenario, commitment=CommitmentSpace(levels="continuous", big_levels=(0.0, 1.0))), share(0.5)
        )


def test_unbounded_commitments_are_refused() -> None:
    free = replace(world(Sum()), small=SmallFirm(cost=0.0))
    with pytest.raises(SolverError, match=r"commitment\.small_upper"):
        continuous_equilibria(free, share(0.5))
