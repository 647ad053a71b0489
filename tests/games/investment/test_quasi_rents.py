"""Quasi-rents against the owner's choice among uses, found by bisection on the rent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.investment.quasi_rents import SpecialisedAsset

MONEY = st.integers(0, 9000)


def lowest_rent(asset: SpecialisedAsset, *, rival: bool) -> float:
    """Return the lowest rent at which the owner still serves the present user."""
    low, high = -1.0, 50_000.0
    others = [asset.salvage] + ([asset.next_bid - asset.operating_cost] if rival else [])
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if middle - asset.operating_cost >= max(others) else (middle, high)
    return high


@settings(deadline=None)
@given(MONEY, MONEY, MONEY, MONEY)
def test_what_can_be_taken_before_the_owner_turns_away(rent: int, operating: int, salvage: int, bid: int) -> None:
    asset = SpecialisedAsset(rent, operating, salvage, bid)
    assert asset.quasi_rent == pytest.approx(rent - lowest_rent(asset, rival=False), abs=1e-6)
    assert asset.appropriable == pytest.approx(max(rent - lowest_rent(asset, rival=True), 0.0), abs=1e-6)
    assert asset.appropriable <= max(asset.quasi_rent, 0.0)


def test_without_a_rival_all_of_it_can_be_taken() -> None:
    assert SpecialisedAsset(5500.0, 1500.0, 1000.0).appropriable == 3000.0


def test_ranges() -> None:
    with pytest.raises(ParameterError, match=r"SpecialisedAsset.operating_cost"):
        SpecialisedAsset(1.0, -1.0, 0.0)
