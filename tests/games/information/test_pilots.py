"""Pilots against every decision rule, trust against Bayes' rule on a grid."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.information.pilots import BetaTrust, Pilot

shares = st.floats(0.0, 1.0)


@given(shares, st.floats(0.0, 20.0), st.floats(0.0, 20.0), shares, st.floats(0.0, 3.0))
def test_the_pilot_against_every_rule(theta: float, gain: float, loss: float, q: float, cost: float) -> None:
    pilot = Pilot(theta, gain, loss, q, cost)
    cases = [  # probability, signal, payoff of entering
        (theta, "clean", gain),
        ((1.0 - theta) * (1.0 - q), "clean", -loss),
        ((1.0 - theta) * q, "exposed", -loss),
    ]
    values = []
    for enters in product((False, True), repeat=2):
        rule = dict(zip(("clean", "exposed"), enters, strict=True))
        values.append(sum(chance * payoff for chance, signal, payoff in cases if rule[signal]))
    assert pilot.value == pytest.approx(max(values) - cost, abs=1e-9)
    assert pilot.without == pytest.approx(max(0.0, sum(chance * payoff for chance, _, payoff in cases)), abs=1e-9)
    assert pilot.value + cost >= pilot.without - 1e-9
    clean = cases[0][0] + cases[1][0]
    assert pilot.posterior == pytest.approx(theta / clean if clean > 0.0 else 0.0)
    assert pilot.worth_running == (pilot.value > pilot.without)


def test_the_threshold_is_where_entering_pays() -> None:
    pilot = Pilot(0.3, 6.0, 2.0, 0.5)
    assert Pilot(pilot.threshold, 6.0, 2.0, 0.0).without == pytest.approx(0.0)
    assert Pilot(pilot.threshold + 0.1, 6.0, 2.0, 0.0).without > 0.0
    assert Pilot(0.3, 0.0, 0.0, 0.5).threshold == 0.0


@given(st.floats(1.0, 9.0), st.floats(1.0, 9.0), st.integers(0, 12), st.integers(0, 12))
def test_trust_by_bayes_on_a_grid(a: float, b: float, kept: int, broken: int) -> None:
    chance = (np.arange(20_000) + 0.5) / 20_000
    weight = chance ** (a - 1.0 + kept) * (1.0 - chance) ** (b - 1.0 + broken)
    weight /= weight.sum()
    belief = BetaTrust(a, b).after(kept, broken)
    assert belief.mean == pytest.approx(float(weight @ chance), abs=1e-5)
    assert belief.variance == pytest.approx(float(weight @ (chance - belief.mean) ** 2), abs=1e-5)


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="detection must be in"):
        Pilot(0.5, 1.0, 1.0, 1.5)
    with pytest.raises(ParameterError, match="broken must be at least 0"):
        BetaTrust(1.0, 1.0).after(1, -1)
    with pytest.raises(ParameterError, match="kept must be in"):
        BetaTrust(0.0, 1.0)
