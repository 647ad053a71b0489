"""Items of the shipped chapters with other numbers: their closed forms against what `alliance verify` computes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation import closed_forms, closed_forms_over_time

from simulator.validation.items import Item, read_items
from simulator.validation.verify import check

CASES = [
    pytest.param(Item(f"{name}.{number}", inputs, expected, tolerance), id=f"{name}-{number}")
    for family, tolerance in (*closed_forms.FAMILIES, *closed_forms_over_time.FAMILIES)
    for number, (name, inputs, expected) in enumerate(family(), start=901)
]
CLOSE = 1e-6
CHANCE = st.floats(0.01, 0.99)
MONEY = st.floats(0.1, 50.0)


@pytest.mark.parametrize("item", CASES)
def test_items_with_other_numbers_pass(item: Item) -> None:
    result = check(item)
    assert result.status == "pass", f"{result.line} expected {item.expected}, computed {result.computed}"


def passes(name: str, inputs: dict[str, Any], expected: Any) -> None:
    result = check(Item(name, inputs, expected, CLOSE))
    assert result.status == "pass", f"{result.line} expected {expected}, computed {result.computed}"


@settings(max_examples=30, deadline=None)
@given(MONEY, st.floats(-5.0, 5.0), st.floats(-5.0, 5.0), CHANCE)
def test_nash_split(gain: float, small: float, big: float, power: float) -> None:
    pie = max(gain + small + big, 0.0)
    if pie > small + big:
        passes("A1.99", {"pie": pie, "d_S": small, "d_B": big, "beta_S": power}, small + power * (pie - small - big))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), CHANCE, CHANCE, st.floats(0.0, 0.05), st.floats(0.0, 0.05), CHANCE)
def test_runway_theorem(n: int, d: float, power: float, k: float, m: float, fire_sale: float) -> None:
    periods = (1 - d**n) / (1 - d)
    small, big = -k * periods, d**n * fire_sale - m * periods
    inputs = {"n": n, "delta": d, "beta_S": power, "burn_S": k, "burn_B": m, "end_S": 0, "end_B": fire_sale}
    passes("A5.prop1.99", inputs, {"x_S": small + power * (1 - small - big), "D_S": small, "D_B": big})


@settings(max_examples=30, deadline=None)
@given(MONEY, MONEY, MONEY, MONEY)
def test_war_of_attrition(v: float, w: float, c: float, d: float) -> None:
    concedes = d / w / (d / w + c / v)
    passes(
        "F8.99", {"v_S": v, "v_B": w, "c_S": c, "c_B": d}, {"rate_S": d / w, "rate_B": c / v, "p_S_concedes": concedes}
    )


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(0.0, 0.3), st.floats(0.0, 24.0), st.floats(0.0, 1.0))
def test_pig_formula(power: float, sigma: float, r: float, years: float, part: float) -> None:
    ruin = part * sigma  # what BigCo could take of a ruined SmallCo is specific to the alliance
    m = 1 - sigma + power * (sigma - ruin * math.exp(-r * years))
    inputs = {"a": 2, "kappa": 1, "beta_S": power, "sigma_S": sigma, "b_B": ruin, "r": r, "runway_T": years}
    passes("J1b.99", inputs, {"ratio": m, "c_S": 2 * m, "welfare_ratio": 1 - (1 - m) ** 2})


KINDS = list({(item.chapter, *sorted(item.inputs)): item for item in read_items() if item.inputs}.values())
QUICK = [item for item in KINDS if item.chapter not in {"B2", "C1", "C2", "C3", "D1", "D2", "E3", "E8"}]


@pytest.mark.parametrize("item", QUICK, ids=lambda item: item.id)
@pytest.mark.parametrize("odd", [None, True, [], math.nan, "x"], ids=str)
def test_no_odd_value_is_a_crash_or_a_disagreement(item: Item, odd: Any) -> None:
    for key, value in item.inputs.items():
        either = key == "alpha" and odd == []  # one responder's alpha, or a list of types
        if isinstance(value, int | float) and not isinstance(value, bool) and not either:
            result = check(replace(item, inputs={**item.inputs, key: odd}))
            assert result.status == "unsupported", f"{key}: {result}"
            assert f"inputs.{key} must be" in result.line, result.line
            assert result.line.startswith(f"{item.id}: ")


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("I3", {}, 0.55),
        ("I3", {}, {"fail_5y": "many"}),
        ("I99.new", {"n": "x"}, None),
        ("G6.new", {"n": math.nan}, {}),
        ("G6.ug.societies", {}, {"low": 0.9}),
        ("E8.sc.99", {"row": [[1, 0], [0, 1]]}, {"obs_U": 0.5}),
        ("E8.sc.99", {"row": [[2, 1], [0, 0]], "col": [[0, 1], [0, 1]]}, {"obs_U": 0.5, "nash_U": 1.0}),
    ],
)
def test_odd_data_are_data_still(name: str, inputs: dict[str, Any], expected: Any) -> None:
    assert check(Item(name, inputs, expected)).status == "data"


@pytest.mark.parametrize("item", QUICK, ids=lambda item: item.id)
def test_a_missing_key_is_named_unless_it_may_be_left_out(item: Item) -> None:
    for key in item.inputs:
        rest = {name: value for name, value in item.inputs.items() if name != key}
        result = check(replace(item, inputs=rest))
        assert result.status == "pass" or f"inputs must have the key '{key}'; got" in result.line, f"{key}: {result}"
