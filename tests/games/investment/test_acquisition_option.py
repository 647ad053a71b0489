"""The option to acquire against a grid of investments with BigCo's choice made at each."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.investment.acquisition_option import AcquisitionOption

DEALS = st.builds(
    AcquisitionOption,
    small_scale=st.floats(1.0, 5.0),
    big_scale=st.floats(1.0, 5.0),
    stand_alone=st.floats(0.0, 1.0),
    power=st.floats(0.1, 1.0),
    big_alone=st.floats(0.0, 0.25),
)


def small_payoffs(deal: AcquisitionOption, strike: float, again: bool, investments: np.ndarray) -> np.ndarray:
    """Return SmallCo's payoff at each investment, BigCo exercising where it gains and obliging in ties."""
    together = deal.small_scale * np.sqrt(investments) + deal.big_scale**2 / 4.0
    alone = deal.stand_alone * deal.small_scale * np.sqrt(investments)
    if again:
        lapse_small = alone + deal.power * (together - alone - deal.big_alone)
        lapse_big = together - lapse_small
    else:
        lapse_small, lapse_big = alone, np.full(len(alone), deal.big_alone)
    gain = together - strike - lapse_big
    payoff = np.where(gain > 0.0, strike, lapse_small)
    result: np.ndarray = np.where(np.abs(gain) <= 1e-9, np.maximum(strike, lapse_small), payoff) - investments
    return result


@settings(deadline=None, max_examples=60)
@given(DEALS, st.floats(-1.0, 15.0), st.booleans())
def test_small_invests_what_is_best_for_it(deal: AcquisitionOption, strike: float, again: bool) -> None:
    found = (deal.with_renegotiation if again else deal.without_renegotiation)(strike)
    grid = np.linspace(0.0, (deal.small_scale * 2.0 + abs(strike)) ** 2, 100_001)
    payoff = small_payoffs(deal, strike, again, np.append(grid, found.investment))
    assert found.small == pytest.approx(payoff[-1], abs=1e-7)
    assert np.max(payoff) <= found.small + 1e-7


@settings(deadline=None)
@given(DEALS)
def test_without_renegotiation_one_strike_is_first_best(deal: AcquisitionOption) -> None:
    found = deal.without_renegotiation(deal.first_best_strike)
    assert found.exercised
    assert found.investment == pytest.approx(deal.first_best)
    assert found.big == pytest.approx(deal.big_alone, abs=1e-9)
    assert found.surplus == pytest.approx((deal.small_scale**2 + deal.big_scale**2) / 4.0)


@settings(deadline=None)
@given(DEALS, st.floats(-1.0, 20.0))
def test_no_strike_beats_bargaining_once_the_option_can_lapse(deal: AcquisitionOption, strike: float) -> None:
    best = deal.with_renegotiation(deal.renegotiated_strike)
    margin = deal.stand_alone + deal.power * (1.0 - deal.stand_alone)
    assert best.exercised
    assert best.investment == pytest.approx((margin * deal.small_scale / 2.0) ** 2)
    assert deal.with_renegotiation(strike).surplus <= best.surplus + 1e-9
    assert deal.with_renegotiation(math.inf).surplus == pytest.approx(best.surplus)


def test_an_option_out_of_the_money_lapses() -> None:
    deal = AcquisitionOption(4.0, 2.0, stand_alone=0.5)
    found = deal.without_renegotiation(20.0)
    assert (found.exercised, found.investment, found.small) == (False, 1.0, 3.0 - 2.0)


def test_big_must_bring_something() -> None:
    with pytest.raises(ParameterError, match="big_alone must be at most"):
        AcquisitionOption(4.0, 2.0, big_alone=1.5)
    with pytest.raises(ParameterError, match=r"AcquisitionOption.stand_alone"):
        AcquisitionOption(4.0, 2.0, stand_alone=1.5)
