"""What the adapters share: reading numbers, and placing roots, slopes and maxima."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.venture import Exponential, Normal, Shock, Uniform
from simulator.games.supply.demand import Demand, EmpiricalDemand, GammaDemand
from simulator.validation.chapters import InputError
from simulator.validation.configure import best_parameter, number, root, slope, whole
from simulator.validation.items import Item
from simulator.validation.supply_chain import SupplyChain, demand_of
from simulator.validation.verify import check


def test_numbers() -> None:
    assert isinstance(number({"n": 3}, "n"), float)
    assert number({}, "n", 2.0) == 2.0
    assert whole({"n": 3.0}, "n", 1) == 3
    with pytest.raises(KeyError):
        number({}, "n")


@pytest.mark.parametrize("value", [True, "3", None, [3], math.nan, math.inf])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match=r"inputs\.n must be a finite number"):
        number({"n": value}, "n")


@pytest.mark.parametrize("value", [2.5, 0, -1])
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match=r"inputs\.n must be a whole number of at least 1"):
        whole({"n": value}, "n", 1)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.1, 5.0), st.floats(-50.0, 50.0), st.floats(1e-3, 1e3))
def test_best_parameter_places_a_smooth_maximum(where: float, curvature: float, low: float, span: float) -> None:
    peak = low + where * span

    def payoffs(x: Any) -> Any:
        return 7.0 - curvature * np.cosh((x - peak) / span)

    assert best_parameter(payoffs, low, low + span) == pytest.approx(peak, abs=1e-9 * span + 1e-13 * abs(peak))


def test_best_parameter_at_kinks_and_ends() -> None:
    assert best_parameter(lambda x: -np.abs(x - 0.3), 0.0, 1.0) == pytest.approx(0.3, abs=1e-7)
    assert best_parameter(lambda x: x, 0.0, 1.0) == 1.0
    assert best_parameter(lambda x: -x, 0.0, 1.0) == 0.0


def test_slope_and_root() -> None:
    assert slope(np.sin, 1.0, 0.01) == pytest.approx(math.cos(1.0), abs=1e-13)
    assert root(lambda x: x - 0.25, 0.0, 1.0, 0.0) == 0.25
    with pytest.raises(InputError, match="no value between 0 and 1 does what the item asks for"):
        root(lambda x: x + 1.0, 0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U[0,100]", Uniform(0.0, 100.0)),
        (" uniform(2.5, 1e2)", Uniform(2.5, 100.0)),
        ("Exp(mean 100)", Exponential(100.0)),
        ("exp(.5)", Exponential(0.5)),
        ("Normal(100,20)", Normal(100.0, 20.0)),
        ("N(100, 20.5)", Normal(100.0, 20.5)),
        ("Gamma(2,50)", GammaDemand(2.0, 50.0)),
    ],
)
def test_demand_in_words(text: str, expected: Shock | Demand) -> None:
    assert demand_of(text) == expected


@pytest.mark.parametrize("text", ["", "Gamma(2)", "Observed()", "U[1]", "Exp()", "Normal(1)", "100"])
def test_other_demand_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="demand must be such as"):
        demand_of(text)


def test_observed_demand_in_words() -> None:
    found = demand_of("Observed(30, 10, 20)")
    assert isinstance(found, EmpiricalDemand)
    assert found.observations.tolist() == [10.0, 20.0, 30.0]


@pytest.mark.parametrize("text", ["Gamma(2,50)", "Observed(80, 120, 95, 60, 140, 77)"])
def test_every_chapter_of_the_newsvendor_takes_every_demand(text: str) -> None:
    base = {"p": 10.0, "c": 3.0, "demand": text}
    best = check(Item("D0.9", base, {})).computed
    surplus = best["profit"]
    draws = np.random.default_rng(5)
    sample = draws.gamma(2.0, 50.0, 400_000) if text.startswith("G") else np.array([80, 120, 95, 60, 140, 77.0])
    profits = [10.0 * np.minimum(q, sample).mean() - 3.0 * q for q in range(0, 400, 5)]
    assert surplus >= max(profits) - 1.0
    for name, more in (
        ("D3.9", {"lambda_B": 0.4}),
        ("D4.9", {"phi_B": 0.4}),
        ("D5.9", {"delta": 0.2}),
        ("D7.9", {"w": 5.0, "q_min": best["q"]}),
    ):
        found = check(Item(name, {**base, **more}, {})).computed
        assert found["profit_S"] + found["profit_B"] == pytest.approx(surplus, rel=1e-6)
    alone = check(Item("D2.9", base, {})).computed
    assert 0.5 < alone["efficiency"] < 1.0
    assert check(Item("D6.9", {**base, "r": 2.0, "t": 20.0}, {})).computed["w"] == pytest.approx(3.6)
    assert check(Item("D8.9", {**base, "phi_B": 0.4, "r_CARA": 0.0}, {})).computed["mean"] == pytest.approx(
        0.6 * surplus, rel=1e-6
    )


def test_demand_below_nothing_sells_nothing() -> None:
    rng = np.random.default_rng(4)
    chain = SupplyChain({"p": 10.0, "c": 3.0, "demand": "Normal(50,60)"})
    sold = np.minimum(chain.quantity, np.maximum(rng.normal(50.0, 60.0, 1_000_000), 0.0))
    profits = 10.0 * sold - 3.0 * chain.quantity
    assert abs(chain.surplus - profits.mean()) < 4.0 * profits.std() / 1000.0


@pytest.mark.parametrize(
    ("name", "inputs", "message"),
    [
        ("B2.9", {"a_S": 1, "a_B": 1, "lambda_by_ownership": {}}, "must give two numbers for each ownership"),
        ("B2.9", {"a_S": 1, "a_B": 1, "lambda_by_ownership": {"x": [1]}}, "must give two numbers for each ownership"),
        ("B2.9", {"a_S": 1, "a_B": 1, "lambda_by_ownership": {"x": [1, "y"]}}, "must hold what is a number"),
        ("C2.n.9", {"n": 0}, "inputs.n must be a whole number of at least 1; got 0."),
        ("C3.9", {"k_S": 1, "k_B": 1, "share_S": 2, "y_star": 2}, "RevenueShare.share must be in [0, 1]; got 2.0."),
        ("D1.9", {"a": 10, "b": 0, "c": 1}, "inputs.b must be above 0"),
        ("D1.9", {"a": 10, "c": 1}, "inputs must have the key 'b'"),
        ("D2.9", {"p": 10, "c": 1, "demand": "Weibull(2,50)"}, "demand must be such as"),
        ("D3.9", {"p": 10, "c": 1}, "inputs must have the key 'lambda_B'"),
        ("E1.9", {"a_S": -2, "a_B": 1, "l_S": 1, "l_B": 1}, "must be in [0, 1]"),
        ("E3.9", {"n": 1, "c": 0.5, "mu": 1, "lo": 0, "hi": 1}, "inputs.n must be a whole number of at least 2"),
        ("E3.9", {"n": 2, "c": 0.5, "mu": 0, "lo": 0, "hi": 1}, "inputs must have mu > 0 and lo < hi"),
        ("E3.limit.9", {"n": 2, "c": 0.5, "efforts": "ab"}, "inputs.efforts must be a list; got text: 'ab'."),
    ],
)
def test_inputs_out_of_range_are_said(name: str, inputs: dict[str, Any], message: str) -> None:
    result = check(Item(name, inputs, 0.0))
    assert result.status == "unsupported"
    assert message in result.message


def test_a_chain_in_which_nothing_is_worth_making() -> None:
    computed = check(Item("D2.9", {"p": 10, "c": 11, "demand": "U[0,100]"}, {"q": 0.0}, 1e-9)).computed
    assert computed["efficiency"] is None
    assert computed["profit_integrated"] == 0.0
