"""Payoffs of the stage game against closed forms worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from economy.worlds import PLAIN, STOCKED, stage
from scipy import stats
from scipy.integrate import quad

from simulator.economy.alliance import joint_value, produce
from simulator.economy.clauses import Clauses
from simulator.economy.disagreement import waiting
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.terms import BuyBack, QuantityFlexibility, TakeOrPay, WholesalePrice
from simulator.economy.venture import (
    LinearRevenue,
    Lognormal,
    Newsvendor,
    Normal,
    Sum,
    Uniform,
    Venture,
    WeakestLink,
)

pytestmark = pytest.mark.kernels

PIG = Scenario(
    "pig",
    small=SmallFirm(cost=2.0, cash=6.0, burn=0.5, specificity=0.8),
    big=BigFirm(discount_rate=0.02),
    venture=Venture(Sum(big_weight=0.0), LinearRevenue(price=3.0)),
    bargaining=Bargaining(power=0.4, ruin_share=0.6),
)


@pytest.mark.parametrize("commitment", [0.0, 0.5, 1.3])
def test_pig_formula(commitment: float) -> None:
    # x_S = (1 - sigma) a c + beta (sigma - b e^{-rT}) a c with T = 12 months, K = kappa c^2 / 2
    effective = 0.2 + 0.4 * (0.8 - 0.6 * math.exp(-0.02 * 12.0))
    u_small, u_big = stage(PIG).payoffs(commitment, 0.0)
    assert u_small == pytest.approx(effective * 3.0 * commitment - commitment**2)
    assert u_big == pytest.approx((1.0 - effective) * 3.0 * commitment)


def test_proposition_1_is_the_integral_of_the_wear() -> None:
    world = replace(
        PIG,
        small=replace(PIG.small, disagreement_burn=0.3, discount_rate=0.01),
        big=replace(PIG.big, disagreement_burn=0.1),
    )
    wear_small, wear_big, taken = waiting(stage(world).world, 12.0)
    assert wear_small == pytest.approx(quad(lambda t: 0.3 * math.exp(-0.01 * t), 0.0, 12.0)[0])
    assert wear_big == pytest.approx(quad(lambda t: 0.1 * math.exp(-0.02 * t), 0.0, 12.0)[0])
    assert taken == pytest.approx(0.6 * math.exp(-0.24))


def test_waiting_creates_nothing() -> None:
    # SmallCo can redeploy 0.9 of its share and BigCo would take 0.6: BigCo gets what is left, 0.1
    flexible = replace(PIG, small=replace(PIG.small, specificity=0.1, cash=0.0))
    assert stage(flexible).payoffs(1.0, 0.0) == pytest.approx((0.9 * 3.0 - 1.0, 0.1 * 3.0))
    assert sum(stage(flexible).payoffs(1.0, 0.0)) == pytest.approx(joint_value(stage(PIG).world, Clauses(), 1.0, 0.0))


def test_nothing_signed_splits_over_redeployment() -> None:
    small, big = 0.6, 0.8
    quantity = (math.sqrt(small) + math.sqrt(big)) ** 2
    value = (4.0 - 0.25) * quantity
    default = 0.5 * 1.0 * big
    x_small = 0.4 * (value - default)
    assert stage(PLAIN).payoffs(small, big) == pytest.approx((x_small - 0.18, value - x_small - 0.64))


def newsvendor(quantity: float, truth: stats.distributions.rv_frozen) -> tuple[float, float]:
    """Return expected sales and expected unsold units, demand cut at zero, by numerical integration."""
    sales = quantity - quad(truth.cdf, 0.0, quantity, epsabs=1e-12, limit=200)[0]
    return sales, quantity - sales


@pytest.mark.parametrize("quantity", [10.0, 45.0, 90.0])
@pytest.mark.parametrize(
    ("shock", "truth"),
    [(Uniform(0.0, 100.0), stats.uniform(0.0, 100.0)), (Normal(50.0, 30.0), stats.norm(50.0, 30.0))],
)
def test_supply_contracts(quantity: float, shock, truth) -> None:
    world = replace(
        STOCKED,
        venture=replace(STOCKED.venture, technology=WeakestLink(), shock=shock),
        small=SmallFirm(cost=0.0),
        big=BigFirm(cost=0.0, specificity=1.0),
    )
    sales, unsold = newsvendor(quantity, truth)
    firm_part = 0.7 * quantity
    returned = unsold - newsvendor(firm_part, truth)[1]
    price = WholesalePrice(price=5.0)
    for terms, paid in (
        ((price,), 5.0 * quantity),
        ((price, BuyBack(price=4.0)), 5.0 * quantity - (4.0 - 1.0) * unsold),
        ((price, QuantityFlexibility(share=0.3)), 5.0 * quantity - (5.0 - 1.0) * returned),
        ((price, TakeOrPay(minimum=60.0)), 5.0 * max(quantity, 60.0)),
    ):
        u_small, u_big = stage(world, *terms).payoffs(200.0, quantity)
        assert u_small == pytest.approx(paid - 3.0 * quantity, abs=1e-8)
        assert u_big == pytest.approx(10.0 * sales + 1.0 * unsold - paid, abs=1e-8)


def test_stock_is_paid_for_whether_the_firms_agree_or_not() -> None:
    # integrated newsvendor: 10 E min(70, omega) - 3 * 70 = 245, although parting would look better in bad states
    world = replace(
        STOCKED,
        venture=Venture(WeakestLink(), Newsvendor(price=10.0), Uniform(0.0, 100.0), unit_cost=3.0),
        small=SmallFirm(cost=0.0),
        big=BigFirm(cost=0.0, specificity=1.0),
    )
    game = stage(world)
    assert joint_value(game.world, Clauses(), 70.0, 70.0) == pytest.approx(245.0)
    u_small, u_big = game.payoffs(70.0, 70.0)
    assert u_small == pytest.approx(0.5 * 455.0 - 210.0)
    assert u_big == pytest.approx(0.5 * 455.0)


def test_an_option_that_binds_in_some_states_is_worth_its_expectation() -> None:
    # SmallCo gets max(o, beta omega p Q): a call option, by Black and Scholes' formula in the lognormal state
    option, sigma = 1.2, 0.4
    world = replace(
        PLAIN,
        small=SmallFirm(cost=0.0, outside_option=option),
        big=BigFirm(cost=0.0, specificity=1.0),
        venture=Venture(Sum(), LinearRevenue(price=2.0), Lognormal(sigma=sigma)),
        bargaining=Bargaining(power=0.3),
    )
    mean = 0.3 * 2.0 * 1.8
    d = (math.log(mean / option) + 0.5 * sigma**2) / sigma
    call = mean * stats.norm.cdf(d) - option * stats.norm.cdf(d - sigma)
    u_small, u_big = stage(world).payoffs(1.0, 0.8)
    assert u_small == pytest.approx(option + call, rel=2e-3)
    assert u_small + u_big == pytest.approx(3.6, rel=2e-3)


def test_output_of_a_scenario_is_that_of_its_technology() -> None:
    for small, big in np.random.default_rng(1).random((20, 2)):
        assert produce(stage(PLAIN).world, small, big) == pytest.approx((math.sqrt(small) + math.sqrt(big)) ** 2)
