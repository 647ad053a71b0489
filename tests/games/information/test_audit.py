"""Audits against the solver of bimatrices, the solver of leadership, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.equilibrium import all_equilibria
from simulator.games.information.audit import Audit
from simulator.games.leadership import leadership
from simulator.games.normal_form import NormalFormGame

money = st.floats(0.5, 20.0)


@settings(max_examples=60, deadline=None)
@given(money, st.floats(0.0, 20.0), st.floats(0.05, 30.0), st.floats(0.05, 20.0), st.floats(0.05, 1.0))
def test_audits_against_the_solver(gain: float, fine: float, cost: float, loss: float, detection: float) -> None:
    audit = Audit(gain, fine, cost, loss, detection)
    assume(abs(cost / (detection * (loss + fine)) - 1.0) > 1e-6)
    assume(abs(audit.deterring_rate - 1.0) > 1e-6)
    found, (nash,) = audit.equilibrium(), all_equilibria(audit.game()).equilibria
    assert (found.audit, found.cheat) == pytest.approx((nash.small[0], nash.big[0]), abs=1e-8)
    assert found.payoffs == pytest.approx(nash.payoffs, abs=1e-7)


def test_the_deterring_rate_against_a_fine_grid_of_commitments() -> None:
    audit = Audit(gain=20, fine=80, cost=5, loss=20)
    rates = np.linspace(0.0, 1.0, 1001)
    plain = audit.game()
    mixed = np.array([rates, 1.0 - rates])
    game = NormalFormGame(mixed.T @ plain.small, mixed.T @ plain.big)
    best = leadership(game, "small")  # ties of BigCo go to SmallCo: it is honest at the deterring rate
    assert rates[best.small_action] == pytest.approx(audit.deterring_rate)
    assert best.payoffs[0] == pytest.approx(-audit.deterring_cost)


def test_imperfect_audits_against_simulation() -> None:
    audit = Audit(gain=20, fine=30, cost=5, loss=12, detection=0.7)
    rng = np.random.default_rng(5)
    found = rng.random(400_000) < 0.7
    small = np.where(found, 30.0, -12.0) - 5.0
    big = np.where(found, -30.0, 20.0)
    assert audit.game().small[0, 0] == pytest.approx(small.mean(), abs=4 * small.std() / np.sqrt(len(small)))
    assert audit.game().big[0, 0] == pytest.approx(big.mean(), abs=4 * big.std() / np.sqrt(len(big)))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Audit(0, 1, 1, 1), r"Audit\.gain must be finite and above 0"),
        (lambda: Audit(1, -1, 1, 1), r"Audit\.fine must be finite and at least 0"),
        (lambda: Audit(1, 1, 1, 1, 0.0), r"Audit\.detection must be above 0 and at most 1"),
    ],
)
def test_bad_numbers_are_refused(make, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        make()
