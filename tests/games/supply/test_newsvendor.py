"""Every contract for every family of demand: settled state by state, searched by brute force, and by the literature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from simulator.economy.contract import Term, contract_of
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Scenario
from simulator.economy.terms import (
    BuyBack,
    EquityStake,
    QuantityFlexibility,
    RevenueShare,
    TakeOrPay,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.economy.venture import Exponential, Newsvendor, Normal, Shock, Uniform, Venture, WeakestLink
from simulator.foundation.errors import ParameterError
from simulator.games.commitment_game import stage_game
from simulator.games.supply.demand import Demand, EmpiricalDemand, GammaDemand, as_demand
from simulator.games.supply.newsvendor import NewsvendorChain
from simulator.games.supply.risk_transfer import SharedRevenue, receipts
from simulator.games.supply.sales_rebate import SalesRebate

P, C, V = 10.0, 3.0, 1.0
DEMANDS: dict[str, Demand | Shock] = {
    "uniform": Uniform(0.0, 100.0),
    "exponential": Exponential(50.0),
    "normal": Normal(60.0, 20.0),
    "gamma": GammaDemand(2.5, 24.0),
    "empirical": EmpiricalDemand([12.0, 30.0, 41.0, 55.0, 56.0, 70.0, 93.0], [1, 2, 1, 2, 1, 1, 1]),
}
CONTRACTS: dict[str, tuple[Term, ...]] = {
    "wholesale": (WholesalePrice(price=5.0),),
    "tariff": (TwoPartTariff(price=3.0, fee=40.0),),
    "buy-back": (WholesalePrice(price=6.0), BuyBack(price=4.0)),
    "revenue share": (WholesalePrice(price=1.5), RevenueShare(share=0.4)),
    "flexibility": (WholesalePrice(price=6.0), QuantityFlexibility(share=0.3)),
    "take-or-pay": (WholesalePrice(price=6.0), TakeOrPay(minimum=65.0)),
    "share and buy-back": (WholesalePrice(price=4.0), BuyBack(price=3.0), RevenueShare(share=0.1)),
    "flexible plan with a fee": (
        *(WholesalePrice(price=6.0), QuantityFlexibility(share=0.2), TakeOrPay(minimum=40.0), UpfrontFee(fee=-5.0)),
    ),
}
every_demand = pytest.mark.parametrize("demand", DEMANDS.values(), ids=DEMANDS)
every_contract = pytest.mark.parametrize("terms", CONTRACTS.values(), ids=CONTRACTS)
SAMPLE = 100_000


def sample(demand: Demand | Shock) -> tuple[np.ndarray, np.ndarray]:
    """Return demands with weights: the observations themselves, or a stratified sample."""
    if isinstance(demand, EmpiricalDemand):
        return demand.observations, demand.frequencies
    known = as_demand(demand)
    return np.array([known.quantile((k + 0.5) / SAMPLE) for k in range(SAMPLE)]), np.full(SAMPLE, 1.0 / SAMPLE)


def settle(terms: tuple[Term, ...], q: float, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both profits in every state of demand, clause by clause as the papers describe them."""
    given = {type(term): term for term in terms}
    tariff = given.get(WholesalePrice) or given[TwoPartTariff]
    minimum = given[TakeOrPay].minimum if TakeOrPay in given else 0.0
    sold, left = np.minimum(q, d), np.maximum(q - d, 0.0)
    returned = np.zeros_like(d)
    credit = 0.0
    if BuyBack in given:
        returned, credit = left, given[BuyBack].price
    if QuantityFlexibility in given:
        returned, credit = np.minimum(left, given[QuantityFlexibility].share * q), tariff.price
    fee = getattr(tariff, "fee", 0.0) + (given[UpfrontFee].fee if UpfrontFee in given else 0.0)
    shared = given[RevenueShare].share if RevenueShare in given else 0.0
    revenue = P * sold + V * left  # whoever salvages, all of it is revenue that is shared
    paid = tariff.price * max(q, minimum) + fee + shared * revenue - (credit - V) * returned
    return paid - C * q, revenue - paid


@every_contract
@every_demand
def test_expectations_and_risk_of_every_contract(demand: Demand | Shock, terms: tuple[Term, ...]) -> None:
    chain = NewsvendorChain(demand, P, C, V)
    states, weights = sample(demand)
    for q in (0.0, 17.0, 55.0, 120.0):
        found, risks = chain.profits(q, *terms), receipts(chain, q, *terms)
        for mean, risk, truth in zip((found.small, found.big), risks, settle(terms, q, states), strict=True):
            exact = float(weights @ truth)
            assert mean == pytest.approx(exact, abs=2e-2)
            assert risk.mean == pytest.approx(mean, abs=1e-9)
            assert risk.variance == pytest.approx(float(weights @ (truth - exact) ** 2), rel=2e-3, abs=1e-2)


@every_contract
@every_demand
def test_no_other_order_is_better(demand: Demand | Shock, terms: tuple[Term, ...]) -> None:
    chain = NewsvendorChain(demand, P, C, V)
    found = chain.order(*terms)
    grid = np.concatenate((np.linspace(0.0, 400.0, 401), found.quantity + np.array([-1e-3, 1e-3])))
    if isinstance(demand, EmpiricalDemand):
        grid = np.concatenate((grid, demand.observations, demand.observations / 0.7, demand.observations / 0.8))
    best = max(chain.profits(float(q), *terms).big for q in np.maximum(grid, 0.0))
    assert found.big >= best - 1e-9


@pytest.mark.kernels
@every_contract
@pytest.mark.parametrize("name", ["uniform", "exponential", "normal"])
def test_the_stage_game_of_a_scenario_settles_alike(name: str, terms: tuple[Term, ...]) -> None:
    demand = DEMANDS[name]
    world = Scenario(
        "supply",
        small=SmallFirm(cost=0.0, burn=0.0),
        big=BigFirm(cost=0.0, specificity=1.0),
        venture=Venture(WeakestLink(), Newsvendor(P, V), demand, unit_cost=C),
    )
    stage = stage_game(world, contract_of("supply", terms))
    chain = NewsvendorChain(demand, P, C, V)
    for q in (10.0, 64.0, 130.0):
        found = chain.profits(q, *terms)
        assert (found.small, found.big) == pytest.approx(stage.payoffs(1e3, q), abs=1e-9)


@every_demand
def test_the_integrated_firm_solves_the_newsvendor(demand: Demand | Shock) -> None:
    chain = NewsvendorChain(demand, P, C, V)
    best = chain.integrated
    assert best.small == pytest.approx(0.0, abs=1e-9)
    for q in np.append(np.linspace(0.0, 300.0, 601), best.quantity + np.array([-0.01, 0.01])):
        assert chain.profits(float(q), WholesalePrice(price=C)).total <= best.total + 1e-9
    if not isinstance(demand, EmpiricalDemand):
        assert as_demand(demand).distribution(best.quantity) == pytest.approx((P - C) / (P - V), abs=1e-12)


@every_demand
@settings(deadline=None, max_examples=15)
@given(st.floats(0.01, 0.95))
def test_coordinating_contracts_of_the_literature(demand: Demand | Shock, part: float) -> None:
    chain = NewsvendorChain(demand, P, C)
    q, surplus = chain.integrated.quantity, chain.integrated.total
    credit = (1.0 - part) * P
    w = chain.coordinating_price(BuyBack(price=credit))
    assert w == pytest.approx((1.0 - part) * P + part * C)  # Pasternack (1985)
    at = chain.order(WholesalePrice(price=w), BuyBack(price=credit))
    assert (at.total, at.big) == pytest.approx((surplus, part * surplus), rel=1e-9)
    w = chain.coordinating_price(RevenueShare(share=1.0 - part))
    assert w == pytest.approx(part * C)  # Cachon and Lariviere (2005)
    at = chain.order(WholesalePrice(price=w), RevenueShare(share=1.0 - part))
    assert (at.total, at.big) == pytest.approx((surplus, part * surplus), rel=1e-9)
    flexible = QuantityFlexibility(share=part)
    w = chain.coordinating_price(flexible)
    at = chain.order(WholesalePrice(price=w), flexible)
    assert at.total == pytest.approx(surplus, rel=1e-9)
    reached, firm = (as_demand(demand).distribution(x) for x in (q, (1.0 - part) * q))
    if not isinstance(demand, EmpiricalDemand):  # Cachon (2003), section 6.2.5
        assert w == pytest.approx(P * (1.0 - reached) / (1.0 - reached + (1.0 - part) * firm), rel=1e-9)


def test_of_orders_that_tie_over_observed_demand_the_integrated_one_is_taken() -> None:
    # BigCo does not mind any order up to 12/(1 - delta) = 56.05, the first that may leave it a loss; 56 is best
    chain = NewsvendorChain(DEMANDS["empirical"], P, C)
    flexible = QuantityFlexibility(share=0.785923326947821)
    found = chain.order(WholesalePrice(price=chain.coordinating_price(flexible)), flexible)
    assert (found.quantity, found.total) == pytest.approx((56.0, chain.integrated.total), rel=1e-12)


def test_buy_backs_with_salvage() -> None:
    chain = NewsvendorChain(DEMANDS["gamma"], P, C, V)
    for credit in (1.0, 4.0, 9.0):
        w = P - (P - C) * (P - credit) / (P - V)  # Pasternack (1985), equation (11)
        assert chain.coordinating_price(BuyBack(price=credit)) == pytest.approx(w)


@every_demand
def test_a_fee_divides_what_marginal_cost_pricing_makes(demand: Demand | Shock) -> None:
    chain = NewsvendorChain(demand, P, C, V)
    found = chain.order(TwoPartTariff(price=C, fee=50.0))
    assert (found.small, found.total) == pytest.approx((50.0, chain.integrated.total))
    assert chain.efficiency(found) == pytest.approx(1.0)


@every_demand
def test_a_plan_of_record_coordinates(demand: Demand | Shock) -> None:
    chain = NewsvendorChain(demand, P, C)
    q = chain.integrated.quantity
    for w in (3.5, 6.0, 9.5):
        found = chain.order(WholesalePrice(price=w), TakeOrPay(minimum=q))
        free = chain.order(WholesalePrice(price=w)).quantity
        assert found.quantity == pytest.approx(max(q, free))
        assert chain.efficiency(found) == pytest.approx(1.0)
        assert found.big == pytest.approx(P * (q - as_demand(demand).expected_excess(q)) - w * q)


def test_price_only_in_closed_form() -> None:
    uniform = NewsvendorChain(Uniform(0.0, 100.0), P, C)
    found = uniform.price_only()
    assert (found.price, found.order.quantity) == pytest.approx((6.5, 35.0))
    assert uniform.efficiency(found.order) == pytest.approx(0.75)
    assert found.order.small == pytest.approx(2.0 * found.order.big)
    found = NewsvendorChain(Exponential(50.0), P, C).price_only()
    truth = brentq(lambda q: math.exp(-q / 50.0) * (1.0 - q / 50.0) - C / P, 0.0, 50.0)
    assert found.order.quantity == pytest.approx(truth, rel=1e-8)


@pytest.mark.parametrize("name", ["normal", "gamma"])
def test_price_only_against_a_search_over_prices(name: str) -> None:
    chain = NewsvendorChain(DEMANDS[name], P, C, V)
    found = chain.price_only()
    best = minimize_scalar(
        lambda w: -chain.order(WholesalePrice(price=w)).small, bounds=(C, P), method="bounded", options={"xatol": 1e-9}
    )
    assert found.order.small == pytest.approx(-best.fun, rel=1e-9)
    assert found.price == pytest.approx(best.x, abs=1e-4)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=7))
def test_price_only_for_observed_demand_is_the_best_of_all_prices(seen: list[int]) -> None:
    chain = NewsvendorChain(EmpiricalDemand(seen), P, C)
    found = chain.price_only()
    best = max(chain.order(WholesalePrice(price=float(w))).small for w in np.linspace(C, P - 1e-6, 300))
    assert found.order.small >= best - 1e-9
    assert chain.order(WholesalePrice(price=found.price)).quantity == found.order.quantity


@every_demand
def test_rebates_and_shared_revenue_take_every_demand(demand: Demand | Shock) -> None:
    chain = SalesRebate(demand, P, C, rebate=2.0, threshold=20.0)
    price = chain.coordinating_price
    assert price == pytest.approx(C * (P + 2.0) / P)
    found = chain.order(price)
    states, weights = sample(demand)
    sold = np.minimum(found.quantity, states)
    bonus = 2.0 * np.maximum(sold - 20.0, 0.0)
    assert found.big == pytest.approx(float(weights @ (P * sold + bonus)) - price * found.quantity, abs=2e-2)
    for q in np.linspace(0.0, 250.0, 126):
        assert chain.profits(float(q), price).big <= found.big + 1e-9
    shared = SharedRevenue(demand, P, C, 0.6)
    at = shared.integrated_order
    both = receipts(NewsvendorChain(demand, P, C), at, WholesalePrice(price=0.6 * C), RevenueShare(share=0.4))
    for one, two in zip((shared.small(at), shared.big(at)), both, strict=True):
        assert (one.mean, one.variance) == pytest.approx((two.mean, two.variance), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    *(st.sampled_from(list(DEMANDS)), st.floats(1.5, 20.0), st.floats(0.0, 0.99), st.floats(0.0, 1.0)),
    *(st.floats(0.0, 0.99), st.floats(0.0, 150.0), st.booleans(), st.floats(0.0, 200.0)),
)
def test_money_is_only_moved_and_orders_are_best(
    name: str, w: float, credit: float, share: float, flexible: float, minimum: float, returns: bool, q: float
) -> None:
    chain = NewsvendorChain(DEMANDS[name], P, C, V)
    rule: Term = BuyBack(price=credit * w) if returns else QuantityFlexibility(share=flexible)
    terms = WholesalePrice(price=w), rule, RevenueShare(share=share), TakeOrPay(minimum=minimum)
    at = chain.profits(q, *terms)
    assert at.total == pytest.approx(chain.profits(q, WholesalePrice(price=1.0)).total, abs=1e-7)
    ahead = np.array([chain.profits(x, *terms).big for x in (1e4, 2e4, 4e4, 8e4)])
    if ahead[-1] > ahead[0] + 1e-6:
        with pytest.raises(ParameterError, match="order without bound"):
            chain.order(*terms)
    else:
        assert chain.order(*terms).big >= max(at.big, *ahead) - 1e-6


def test_extremes() -> None:
    for scale in (1e-150, 1e150):
        chain = NewsvendorChain(Uniform(0.0, 100.0 * scale), P * scale, C * scale)
        assert chain.integrated.quantity == pytest.approx(70.0 * scale)
        assert chain.order(WholesalePrice(price=6.5 * scale)).quantity == pytest.approx(35.0 * scale)
        assert chain.order(WholesalePrice(price=6.5 * scale), QuantityFlexibility(share=0.0)).quantity == pytest.approx(
            35.0 * scale
        )
    chain = NewsvendorChain(EmpiricalDemand([7.0]), P, C)
    assert chain.integrated == chain.order(WholesalePrice(price=C))
    assert chain.price_only().order.big == pytest.approx(0.0)
    nothing = chain.order(WholesalePrice(price=0.0), RevenueShare(share=1.0))
    assert (nothing.quantity, nothing.big) == (7.0, 0.0)  # BigCo cannot win or lose: the integrated order


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda chain: chain.profits(-1.0, WholesalePrice(price=4.0)), r"profits\.quantity must be at least 0"),
        (lambda chain: chain.profits(math.nan, WholesalePrice(price=4.0)), r"profits\.quantity must be at least 0"),
        (lambda chain: chain.profits(1.0), "must set a price or a share of revenue"),
        (lambda chain: chain.profits(1.0, EquityStake(share=0.1)), "must be terms of supply; got EquityStake"),
        (lambda chain: chain.order(WholesalePrice(price=0.5)), "order without bound"),
        (lambda chain: chain.order(WholesalePrice(price=4.0), BuyBack(price=4.0)), "order without bound"),
        (lambda chain: chain.order(WholesalePrice(price=4.0), QuantityFlexibility(share=1.0)), "order without bound"),
        (lambda chain: chain.coordinating_price(WholesalePrice(price=4.0)), "must leave the price open"),
        (lambda _: NewsvendorChain(Uniform(0.0, 1.0), 3.0, 3.0), "must lie between salvage and price"),
        (lambda _: NewsvendorChain(7.0, 3.0, 1.0), "demand must be a shock"),
    ],
)
def test_bad_input_is_one_line(make, words: str) -> None:
    with pytest.raises(ParameterError, match=words) as caught:
        make(NewsvendorChain(Uniform(0.0, 100.0), P, C, V))
    assert "\n" not in str(caught.value)
