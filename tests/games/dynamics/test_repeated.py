"""Critical discount factors against dynamic programming, and the easiest share against a search over shares."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import CommitmentSpace, Scenario
from simulator.economy.terms import RevenueShare
from simulator.economy.venture import CobbDouglas, LinearRevenue, Sum, Venture, WeakestLink
from simulator.foundation.errors import ParameterError
from simulator.games.commitment_game import commitment_game
from simulator.games.dynamics.repeated import (
    CriticalDiscountFactors,
    critical_discount_factors,
    easiest_share,
    grim_trigger_threshold,
)
from simulator.games.equilibrium import Equilibrium, all_equilibria
from simulator.games.normal_form import NormalFormGame

DILEMMA = NormalFormGame([[4.0, 0.0], [12.0, 2.0]], [[20.0, 30.0], [0.0, 5.0]])
DEFECT = all_equilibria(DILEMMA).equilibria[0]
SHARED = Scenario(
    "shared",
    small=SmallFirm(cost=2.0, curvature=1.0),
    big=BigFirm(cost=5.0, curvature=1.0),
    venture=Venture(technology=Sum(small_weight=0.5, big_weight=0.5), revenue=LinearRevenue(price=10.0)),
    commitment=CommitmentSpace(levels=(0.0, 1.0)),
)


def cooperates(rewards: np.ndarray, cooperative: int, punished: float, discount: float) -> bool:
    """Return whether cooperating solves the firm's decision problem against a grim partner, by value iteration."""
    value = 0.0
    for _ in range(int(60.0 / (1.0 - discount))):
        stay = rewards[cooperative] + discount * value
        leave = np.delete(rewards, cooperative).max() + discount * punished / (1.0 - discount)
        value = max(stay, leave)
    return bool(stay >= leave - 1e-9)


matrices = st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None)
@given(matrices, matrices, st.integers(0, 2), st.integers(0, 2))
def test_thresholds_are_those_of_the_decision_problem(
    small: list[list[int]], big: list[list[int]], row: int, column: int
) -> None:
    game = NormalFormGame(small, big)
    assume(min(game.payoff_range) > 0.0)
    for punishment in all_equilibria(game).equilibria[:2]:
        found = critical_discount_factors(game, (row, column), punishment)
        rewards = game.small[:, column], game.big[row]
        for needed, own, action, after in zip(
            (found.small, found.big), rewards, (row, column), punishment.payoffs, strict=True
        ):
            assert (needed == 0.0) == (own[action] == own.max())
            if needed == 0.0:  # deviations that do not pay at once are ignored
                continue
            if needed is None:
                assert not cooperates(own, action, after, 0.97)
                continue
            if needed < 0.95:
                assert cooperates(own, action, after, needed + 0.02)
            if needed > 0.02:
                assert not cooperates(own, action, after, needed - 0.02)


def test_unequal_patience() -> None:
    found = critical_discount_factors(DILEMMA, (0, 0), DEFECT)
    assert (found.small, found.big, found.common) == pytest.approx((0.8, 0.4, 0.8))
    assert found.sustained_by(0.8, 0.4)
    assert not found.sustained_by(0.79, 0.99)
    assert not CriticalDiscountFactors(0.1, None).sustained_by(0.99, 0.99)
    assert CriticalDiscountFactors(0.1, None).common is None


def test_an_equilibrium_needs_no_patience_and_a_cell_below_it_cannot_be_sustained() -> None:
    found = critical_discount_factors(DILEMMA, (1, 1), DEFECT)
    assert (found.small, found.big) == (0.0, 0.0)
    below = critical_discount_factors(DILEMMA, (0, 1), DEFECT)
    assert (below.small, below.big) == (None, 0.0)
    assert grim_trigger_threshold(3.0, 1.0, 1.0) is None


def test_each_firm_can_be_punished_by_its_own_worst_equilibrium() -> None:
    game = NormalFormGame([[3, 0, 0], [4, 2, 0], [0, 0, 1]], [[3, 4, 0], [0, 1, 0], [0, 0, 2]])
    pure = {(e.small.index(1.0), e.big.index(1.0)): e for e in all_equilibria(game).equilibria if e.pure}
    common = critical_discount_factors(game, (0, 0), pure[1, 1])
    own = critical_discount_factors(game, (0, 0), pure[2, 2], big_punishment=pure[1, 1])
    assert (common.small, own.small) == pytest.approx((0.5, 1.0 / 3.0))
    assert common.big == own.big


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 20.0), st.floats(-50.0, 50.0), st.floats(0.5, 20.0), st.floats(-50.0, 50.0))
def test_thresholds_do_not_depend_on_the_unit_or_origin_of_payoffs(a: float, b: float, c: float, d: float) -> None:
    moved = NormalFormGame(a * DILEMMA.small + b, c * DILEMMA.big + d)
    found = critical_discount_factors(moved, (0, 0), DEFECT)
    assert (found.small, found.big) == pytest.approx((0.8, 0.4), abs=1e-9)
    swapped = critical_discount_factors(
        moved.swapped(), (0, 0), Equilibrium(DEFECT.big, DEFECT.small, DEFECT.payoffs, 0.0, True)
    )
    assert (swapped.small, swapped.big) == (found.big, found.small)


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="row must be in"):
        critical_discount_factors(DILEMMA, (2, 0), DEFECT)
    with pytest.raises(ParameterError, match="must be an equilibrium"):
        critical_discount_factors(DILEMMA, (0, 0), Equilibrium((1.0, 0.0), (1.0, 0.0), (4.0, 20.0), 0.0, True))
    with pytest.raises(ParameterError, match=r"temptation must be finite"):
        grim_trigger_threshold(math.nan, 1.0, 0.0)


def least_patience(scenario: Scenario, share: float) -> float:
    """Return the discount factor needed at a share by bisection on the definition; 2 if none does."""
    game = commitment_game(scenario, Contract("share", (RevenueShare(share=share),))).game

    def holds(discount: float) -> bool:
        firms = (game.small[:, -1], game.small[0, 0]), (game.big[-1], game.big[0, 0])
        return all(own[-1] >= (1.0 - discount) * own.max() + discount * after - 1e-13 for own, after in firms)

    low, high = 0.0, 1.0 - 1e-9
    if not holds(high):
        return 2.0
    if holds(low):
        return 0.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 4.5), st.floats(0.5, 4.5))
def test_the_easiest_share_is_proportional_to_costs(small: float, big: float) -> None:
    total = small + big
    assume(total > 5.01)
    scenario = replace(SHARED, small=SmallFirm(cost=small, curvature=1.0), big=BigFirm(cost=big, curvature=1.0))
    found = easiest_share(scenario)
    assert found.share == pytest.approx(small / total, abs=1e-12)
    assert found.discount == pytest.approx(2.0 * total / 10.0 - 1.0, abs=1e-12)


@pytest.mark.parametrize(
    "technology", [Sum(small_weight=0.6, big_weight=0.4), CobbDouglas(0.5, 0.5), Sum(0.7, 0.7, returns=1.2)]
)
def test_no_other_share_is_easier(technology: Sum) -> None:
    levels = CommitmentSpace(levels=(0.0, 0.5, 1.0))
    scenario = replace(SHARED, venture=replace(SHARED.venture, technology=technology), commitment=levels)
    found = easiest_share(scenario)
    assert found.discount is not None
    assert found.discount == pytest.approx(least_patience(scenario, found.share), abs=1e-9)
    for share in np.linspace(0.0, 1.0, 101):
        assert least_patience(scenario, float(share)) >= found.discount - 1e-9


def test_a_punishment_must_be_an_equilibrium() -> None:
    technology = Sum(0.7, 0.7, returns=0.8)
    levels = CommitmentSpace(levels=(0.1, 0.5, 1.0))
    scenario = replace(SHARED, venture=replace(SHARED.venture, technology=technology), commitment=levels)
    with pytest.raises(ParameterError, match="must be an equilibrium"):
        easiest_share(scenario)


def test_without_temptation_both_gain_alike_and_a_hopeless_venture_is_not_sustained() -> None:
    linked = replace(SHARED, venture=replace(SHARED.venture, technology=WeakestLink()))
    found = easiest_share(linked)
    assert found.share * 10.0 - 2.0 == pytest.approx((1.0 - found.share) * 10.0 - 5.0)
    assert found.discount == 0.0
    hopeless = replace(SHARED, small=SmallFirm(cost=6.0, curvature=1.0))
    assert easiest_share(hopeless).discount is None
