"""Relational contracts against grids of efforts and sums over future periods."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.scenario import Scenario
from simulator.economy.split import DEAL_ME_OUT, split
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.foundation.errors import ParameterError
from simulator.games.commitment_game import stage_game
from simulator.games.dynamics.relational import (
    OwnershipRelation,
    largest_promise,
    relational_commitment,
    relational_stage,
)


def by_grid(productivity: float, curvature: float, discount: float, outside: float) -> float:
    """Return the best effort on a fine grid whose bonus the future pays for, or 0."""
    efforts = np.linspace(0.0, 4.0, 400_001)
    cost = efforts**curvature / curvature
    surplus = productivity * efforts - cost
    kept = (1.0 - discount) * cost <= discount * (surplus - outside) + 1e-15
    return float(efforts[kept][np.argmax(surplus[kept])]) if kept.any() else 0.0


@settings(max_examples=40, deadline=None)
@given(st.floats(0.3, 1.5), st.sampled_from([1.5, 2.0, 3.0]), st.floats(0.05, 0.95), st.floats(-0.2, 0.4))
def test_effort_against_a_grid(productivity: float, curvature: float, discount: float, outside: float) -> None:
    found = relational_commitment(
        lambda e: productivity * e, lambda e: e**curvature / curvature, discount, outside, 4.0
    )
    grid = by_grid(productivity, curvature, discount, outside)
    if grid == 0.0 or not found.sustained:  # a sliver of efforts may lie between the points of the grid
        assert found.commitment == pytest.approx(grid, abs=1.0 if found.sustained else 1e-4)
        if found.sustained:
            gain = found.surplus - outside
            assert found.bonus <= largest_promise(discount, gain) + 1e-9
        return
    assert found.commitment == pytest.approx(grid, abs=2e-5 + 1e-2 * (found.surplus - outside < 1e-3))
    assert found.surplus >= outside - 1e-9


@pytest.mark.parametrize(
    ("discount", "outside"), [(0.3, 0.0), (0.4, 0.1), (0.2, 0.05), (0.2, 0.1), (0.5, 0.25), (0.6, 0.29), (0.9, 0.1)]
)
def test_the_closed_form_of_the_stage_game(discount: float, outside: float) -> None:
    stage = stage_game(Scenario("bonus", venture=Venture(technology=Sum(big_weight=0.0))), Contract())
    found = relational_stage(stage, discount, outside, 3.0)
    root = max(discount**2 - 2.0 * discount * outside, 0.0)
    assert found.commitment == pytest.approx(min(1.0, discount + math.sqrt(root)), abs=1e-9)


def test_what_cannot_be_sustained() -> None:
    stage = stage_game(Scenario("bonus", venture=Venture(technology=Sum(big_weight=0.0))), Contract())
    for discount, outside in ((0.2, 0.101), (0.0, 0.1), (0.9, 0.6)):
        found = relational_stage(stage, discount, outside, 3.0)
        assert (found.commitment, found.surplus, found.sustained) == (0.0, outside, False)


def test_the_partner_pays_for_its_own_commitment() -> None:
    scenario = Scenario(
        "both", small=SmallFirm(cost=0.5), big=BigFirm(cost=1.0), venture=Venture(revenue=LinearRevenue(price=2.0))
    )
    found = relational_stage(stage_game(scenario, Contract()), 0.9, 0.0, 20.0, big=1.0)
    assert found.commitment == pytest.approx(4.0)
    assert found.surplus == pytest.approx(2.0 * 5.0 - 0.25 * 16.0 - 0.5)


def test_a_promise_is_worth_what_it_saves() -> None:
    future = sum(0.8**k * 3.0 for k in range(1, 400))
    assert largest_promise(0.8, 3.0) == pytest.approx(future)
    assert largest_promise(0.8, -1.0) == 0.0
    with pytest.raises(ParameterError, match="discount must be in"):
        largest_promise(1.0, 1.0)
    with pytest.raises(ParameterError, match="discount must be in"):
        relational_commitment(lambda e: e, lambda e: e**2, 1.1, 0.0, 1.0)
    patient = relational_commitment(lambda e: e, lambda e: 0.5 * e**2, 1.0, 0.3, 3.0)
    assert patient.commitment == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.floats(0.0, 1.0))
def test_the_temptation_is_a_difference_of_bargains(
    value: float, alternative: float, bonus: float, power: float
) -> None:
    relation = OwnershipRelation(value, alternative, bonus, power)
    price = [
        split(40.0 + high * value, 5.0 + high * alternative, 0.0, -math.inf, -math.inf, power, DEAL_ME_OUT)[0]
        for high in (0, 1)
    ]
    assert relation.temptation(Role.SMALL) == pytest.approx(abs(bonus - (price[1] - price[0])), abs=1e-9)
    assert relation.temptation(Role.BIG) == bonus


def test_the_largest_interest_rate_makes_the_future_just_outweigh_the_temptation() -> None:
    relation = OwnershipRelation(value_spread=10.0, alternative_spread=6.0, bonus=6.0)
    for owner in Role:
        rate = relation.largest_interest_rate(owner, 5.0, 3.0)
        assert rate is not None
        lost = sum(2.0 * (1.0 + rate) ** -k for k in range(1, 1000))
        assert lost == pytest.approx(relation.temptation(owner))


def test_no_temptation_and_nothing_to_lose() -> None:
    relation = OwnershipRelation(value_spread=10.0, alternative_spread=6.0, bonus=8.0)
    assert relation.largest_interest_rate(Role.SMALL, 5.0, 3.0) == math.inf
    assert relation.largest_interest_rate(Role.SMALL, 3.0, 5.0) is None
    assert relation.largest_interest_rate(Role.BIG, 3.0, 5.0) is None
    with pytest.raises(ParameterError, match="must be finite"):
        relation.largest_interest_rate(Role.BIG, math.nan, 1.0)
    with pytest.raises(ParameterError, match="bonus must be in"):
        OwnershipRelation(1.0, 1.0, -1.0)
