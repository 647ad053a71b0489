from __future__ import annotations

import numpy as np
import pytest

from simulator.foundation.errors import ParameterError
from simulator.games.batch import stackelberg
from simulator.games.equilibrium import all_equilibria
from simulator.games.leadership import leadership, value_of_leading
from simulator.games.normal_form import TIE, NormalFormGame

pytestmark = pytest.mark.kernels


def test_cournot_leader_gains_and_follower_loses() -> None:
    # price 12 - q_S - q_B, no cost: Cournot (4, 4) pays 16 each; the leader makes 6, the follower 3: 18 and 9
    # (the leader chooses even quantities, to which the follower's best reply is one whole number)
    leading, following = np.arange(0.0, 13.0, 2.0), np.arange(0.0, 13.0)
    price = np.maximum(12.0 - np.add.outer(leading, following), 0.0)
    game = NormalFormGame(leading[:, None] * price, following * price)
    assert leadership(game, "small").payoffs == (18.0, 9.0)
    assert leadership(game.swapped(), "big").payoffs == (9.0, 18.0)
    for outcome in (leadership(game, "small"), leadership(game.swapped(), "big")):
        assert outcome.leader_payoff == outcome.pessimistic_payoff == 18.0
        assert {outcome.small_action, outcome.big_action} == {3}  # the quantities 6 and 3
    cournot = next(e for e in all_equilibria(game).equilibria if e.payoffs == (16.0, 16.0))
    assert value_of_leading(leadership(game, "small"), cournot) == 2.0


def test_pessimistic_value_is_what_a_hostile_follower_leaves() -> None:
    # row 0: BigCo is indifferent, SmallCo gets 5 or 0; row 1: 2 for sure
    game = NormalFormGame([[5, 0], [2, 2]], [[1, 1], [1, 0]])
    outcome = leadership(game, "small")
    assert (outcome.small_action, outcome.big_action) == (0, 0)
    assert outcome.leader_payoff == 5.0
    assert outcome.pessimistic_payoff == 2.0


def test_followers_ties_survive_rounding() -> None:
    game = NormalFormGame([[0.0, 1.0, 2.0]], [[0.1 + 0.2, 0.3, 0.1]])
    assert leadership(game, "small").big_action == 1


def test_readable_kernel_and_brute_force_agree() -> None:
    rng = np.random.default_rng(13)
    for _ in range(400):
        m, n = rng.integers(1, 6, size=2)
        A, B = rng.integers(0, 4, size=(2, m, n))
        game = NormalFormGame(0.1 * A, B / 3.0)
        for leader in ("small", "big"):
            outcome = leadership(game, leader)
            cell = outcome.small_action, outcome.big_action
            assert cell == stackelberg(np.array(game.small), np.array(game.big), leader == "small", TIE)
            lead, follow = (A, B) if leader == "small" else (B.T, A.T)
            replies = [np.flatnonzero(row == row.max()) for row in follow]
            values = [lead[i, r] for i, r in enumerate(replies)]
            unit = 0.1 if leader == "small" else 1.0 / 3.0
            assert outcome.leader_payoff == pytest.approx(unit * max(v.max() for v in values))
            assert outcome.pessimistic_payoff == pytest.approx(unit * max(v.min() for v in values))


def test_leading_never_pays_less_than_a_pure_equilibrium() -> None:
    rng = np.random.default_rng(14)
    for _ in range(100):
        game = NormalFormGame(*rng.normal(size=(2, 3, 4)))
        for e in all_equilibria(game).equilibria:
            if e.pure:
                assert value_of_leading(leadership(game, "small"), e) >= 0.0
                assert value_of_leading(leadership(game, "big"), e) >= 0.0


def test_unknown_leader_is_refused() -> None:
    with pytest.raises(ParameterError, match=r'leadership\.leader must be "small" or "big"; got \'both\''):
        leadership(NormalFormGame([[1]], [[1]]), "both")
