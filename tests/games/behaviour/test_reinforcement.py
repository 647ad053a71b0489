"""Learning rules against their closed forms, other learners and laws."""

from __future__ import annotations

import math
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.behaviour.reinforcement import ExperienceWeightedAttraction, RothErev, initial_propensities

rates = st.floats(0.0, 1.0)
rounds = st.lists(st.tuples(st.integers(0, 2), st.floats(0.0, 10.0)), max_size=8)
plays = st.lists(
    st.tuples(st.integers(0, 1), st.tuples(st.floats(-10.0, 10.0), st.floats(-10.0, 10.0))), min_size=1, max_size=8
)


def after(learner: ExperienceWeightedAttraction, every: list[tuple[int, tuple[float, float]]]) -> tuple[float, ...]:
    return reduce(lambda each, play: each.updated(*play), every, learner).attractions


@given(rounds, rates, rates)
def test_propensities_by_their_sum_over_time(played: list[tuple[int, float]], phi: float, eps: float) -> None:
    learner = RothErev((1.0, 2.0, 3.0), phi, eps)
    for action, payoff in played:
        learner = learner.reinforced(action, payoff)
    spread = np.full((3, 3), eps / 2) + (1 - eps - eps / 2) * np.eye(3)
    kept = (1 - phi) ** np.arange(len(played), -1, -1)
    expected = kept[0] * np.array([1.0, 2.0, 3.0])
    for weight, (action, payoff) in zip(kept[1:], played, strict=True):
        expected += weight * payoff * spread[action]
    assert learner.propensities == pytest.approx(expected.tolist(), rel=1e-9, abs=1e-12)


@given(rounds, rates)
def test_without_forgetting_all_payoffs_are_kept(played: list[tuple[int, float]], eps: float) -> None:
    learner = reduce(lambda each, play: each.reinforced(*play), played, RothErev((1.0, 1.0, 1.0), 0.0, eps))
    assert sum(learner.propensities) == pytest.approx(3.0 + sum(payoff for _, payoff in played))
    assert sum(learner.probabilities) == pytest.approx(1.0)


def test_power_law_of_practice() -> None:
    # the same payoff moves an experienced learner less
    fresh, seasoned = (RothErev(initial_propensities(s, 2, 1.0)).reinforced(0, 1.0) for s in (2.0, 20.0))
    assert fresh.probabilities[0] == pytest.approx(2 / 3)
    assert seasoned.probabilities[0] == pytest.approx(11 / 21)


def test_who_has_forgotten_everything_chooses_evenly() -> None:
    blank = RothErev((1.0, 2.0), forgetting=1.0).reinforced(0, 0.0)
    assert (blank.propensities, blank.probabilities) == ((0.0, 0.0), (0.5, 0.5))
    assert blank.reinforced(1, 3.0).probabilities == (0.0, 1.0)
    # the limit of forgetting what was equal, and the largest numbers there are
    assert RothErev((5e-324, 5e-324)).probabilities == (0.5, 0.5)
    assert RothErev((1e308, 1e308, 0.0)).probabilities == (0.5, 0.5, 0.0)


def test_a_single_action_keeps_its_payoff() -> None:
    assert RothErev((1.0,), experimentation=0.2).reinforced(0, 1.0).propensities == (2.0,)


@given(plays, rates, rates, rates, st.floats(0.0, 5.0))
def test_attractions_by_their_sum_over_time(
    played: list[tuple[int, tuple[float, float]]], delta: float, phi: float, rho: float, experience: float
) -> None:
    first = (1.0, -1.0)
    found = after(ExperienceWeightedAttraction(first, experience, delta, phi, rho), played)
    length = len(played)
    weight = experience * rho**length + sum(rho**age for age in range(length))
    for action in range(2):
        total = phi**length * experience * first[action]
        for age, (chosen, payoffs) in enumerate(reversed(played)):
            total += phi**age * (1.0 if chosen == action else delta) * payoffs[action]
        assert found[action] == pytest.approx(total / weight, rel=1e-9, abs=1e-9)


@given(
    st.lists(st.sampled_from([0, 1]), max_size=8),
    st.lists(st.integers(0, 1), min_size=8, max_size=8),
    st.floats(0.0, 1.0),
    st.floats(0.1, 5.0),
    st.floats(0.0, 1.0),
)
def test_belief_learning_is_weighted_fictitious_play(
    seen: list[int], chosen: list[int], phi: float, strength: float, prior: float
) -> None:
    table = np.array([[3.0, 0.0], [1.0, 2.0]])
    counts = strength * np.array([prior, 1.0 - prior])
    learner = ExperienceWeightedAttraction(tuple(table @ (counts / strength)), strength, 1.0, phi, phi)
    for other, own in zip(seen, chosen, strict=False):
        counts = phi * counts + np.eye(2)[other]
        learner = learner.updated(own, tuple(table[:, other]))
    assert learner.attractions == pytest.approx((table @ (counts / counts.sum())).tolist(), abs=1e-9)


@given(plays)
def test_averaged_reinforcement(played: list[tuple[int, tuple[float, float]]]) -> None:
    # delta = 0, phi = rho = 1, N = 0: each attraction is the sum of what its action paid, over all rounds
    found = after(ExperienceWeightedAttraction((0.0, 0.0), 0.0, 0.0, 1.0, 1.0), played)
    paid = [sum(payoffs[a] for own, payoffs in played if own == a) / len(played) for a in range(2)]
    assert found == pytest.approx(paid, abs=1e-9)


def test_choice_is_logit_and_does_not_overflow() -> None:
    learner = ExperienceWeightedAttraction((1.0, 0.0), precision=2.0)
    assert learner.probabilities == pytest.approx((1 / (1 + math.exp(-2.0)), 1 / (1 + math.exp(2.0))))
    assert ExperienceWeightedAttraction((1e6, 0.0), precision=1e3).probabilities == (1.0, 0.0)
    assert ExperienceWeightedAttraction((5.0, 0.0), precision=0.0).probabilities == (0.5, 0.5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RothErev(()),
        lambda: RothErev((0.0, math.inf)),
        lambda: RothErev((1.0, -1.0)),
        lambda: RothErev((1.0, math.nan)),
        lambda: RothErev((1.0,), forgetting=1.5),
        lambda: RothErev((1.0,)).reinforced(1, 1.0),
        lambda: RothErev((1.0,)).reinforced(0, -1.0),
        lambda: RothErev((1.0,)).reinforced(0, math.inf),
        lambda: initial_propensities(0.0, 2, 1.0),
        lambda: ExperienceWeightedAttraction(()),
        lambda: ExperienceWeightedAttraction((math.nan,)),
        lambda: ExperienceWeightedAttraction((0.0,), retention=-0.1),
        lambda: ExperienceWeightedAttraction((0.0,)).updated(0, (1.0, 2.0)),
        lambda: ExperienceWeightedAttraction((0.0, 0.0)).updated(2, (1.0, 2.0)),
        lambda: ExperienceWeightedAttraction((0.0, 0.0)).updated(-1, (1.0, 2.0)),
    ],
)
def test_bad_input(make: object) -> None:
    with pytest.raises(ParameterError, match=r"must"):
        make()  # type: ignore[operator]
