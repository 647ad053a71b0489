"""Security levels by hand, against equilibria of zero-sum games, and below every equilibrium payoff."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.games.concepts.security import maximin, security_levels
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame


def test_battle_of_the_sexes_by_hand() -> None:
    # SmallCo mixes (1/3, 2/3) to be indifferent to BigCo's choice: 2/3 in either case; BigCo alike
    small, big = security_levels(NormalFormGame([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert small.value == pytest.approx(2.0 / 3.0)
    assert small.action == pytest.approx((1.0 / 3.0, 2.0 / 3.0))
    assert big.value == pytest.approx(2.0 / 3.0)
    assert big.action == pytest.approx((2.0 / 3.0, 1.0 / 3.0))
    assert (small.pure_value, big.pure_value) == (0.0, 0.0)


def test_a_dominant_action_secures_what_it_secures() -> None:
    small, big = security_levels(NormalFormGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    assert (small.value, small.action, small.pure_action) == (1.0, (0.0, 1.0), 1)
    assert (big.value, big.pure_value) == (1.0, 1.0)


def test_the_value_of_a_zero_sum_game_is_that_of_its_equilibria() -> None:
    rng = np.random.default_rng(31)
    for _ in range(10):
        payoffs = rng.normal(size=(4, 3))
        game = NormalFormGame(payoffs, -payoffs)
        small, big = security_levels(game)
        (value, _) = all_equilibria(game).equilibria[0].payoffs
        assert (small.value, big.value) == pytest.approx((value, -value), abs=1e-9)


def test_no_equilibrium_pays_less_and_money_only_rescales() -> None:
    rng = np.random.default_rng(32)
    for _ in range(10):
        game = NormalFormGame(*rng.normal(size=(2, 4, 4)))
        levels = security_levels(game)
        for each in all_equilibria(game).equilibria:
            assert all(u >= level.value - 1e-9 for u, level in zip(each.payoffs, levels, strict=True))
        cents = security_levels(NormalFormGame(100.0 * game.small - 7.0, game.big))[0]
        assert cents.value == pytest.approx(100.0 * levels[0].value - 7.0, abs=1e-7)


def test_nothing_at_stake() -> None:
    assert maximin(np.zeros((2, 3)))[1] == 0.0
