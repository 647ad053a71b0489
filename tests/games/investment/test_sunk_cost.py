"""Investment before the split against the stage game with a commitment of 0 or 1."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.foundation.errors import ParameterError
from simulator.games.commitment_game import stage_game
from simulator.games.investment.sunk_cost import SunkInvestment


@settings(deadline=None)
@given(st.floats(0.0, 200.0), st.floats(0.0, 200.0), st.floats(0.01, 0.99))
def test_the_stage_game_agrees(pie: float, cost: float, power: float) -> None:
    stage = stage_game(
        Scenario(
            "sunk",
            small=SmallFirm(cost=cost, curvature=1.0),
            big=BigFirm(cost=0.0, specificity=1.0),
            venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=pie)),
            bargaining=Bargaining(power=power),
        ),
        Contract(),
    )
    small, big = stage.payoffs(1.0, 0.0)
    project = SunkInvestment(pie, cost, power)
    assert project.payoff == pytest.approx(max(small, 0.0), abs=1e-9)
    assert project.efficient == (small + big >= -1e-12) or abs(small + big) < 1e-9


@settings(deadline=None)
@given(st.floats(0.0, 200.0), st.floats(0.0, 200.0))
def test_the_norm_equalises_what_both_net(pie: float, cost: float) -> None:
    project = SunkInvestment(pie, cost)
    share = project.equal_net_split
    assert share - cost == pytest.approx(pie - share, abs=1e-9)
    assert (share <= pie) == project.efficient or share == pytest.approx(pie)


@pytest.mark.parametrize(("power", "pie", "cost"), [(0.55, 100.0, 55.0), (0.1, 3.0, 0.3), (0.7, 0.1, 0.07)])
def test_a_share_that_just_covers_the_cost_is_enough(power: float, pie: float, cost: float) -> None:
    assert SunkInvestment(pie, cost, power).invests


def test_ranges() -> None:
    with pytest.raises(ParameterError, match=r"SunkInvestment.power must be in \[0, 1\]"):
        SunkInvestment(100.0, 60.0, 1.5)
