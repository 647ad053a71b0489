"""Learning strategies by hand, and month by month against the learners of the games layer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation.choices import DRAWS, GAME, KEY, ROUNDING, assert_frequencies, chosen, drawn, inside, numbers

from simulator.economy.firm import BigFirm, StrategyChoice
from simulator.foundation.draws import SMALL_CHOICE, uniform
from simulator.games.adaptation.fictitious_play import fictitious_play
from simulator.games.behaviour.reinforcement import ExperienceWeightedAttraction, RothErev, initial_propensities
from simulator.games.concepts.quantal import softmax
from simulator.games.normal_form import NormalFormGame
from simulator.simulation.strategies import STRATEGIES, begin, learns, remember, strategy_numbers

pytestmark = pytest.mark.kernels


def test_fictitious_play_by_hand():
    """It counts a promise of level 1 once, sees level 2 twice: beliefs (0, 1/3, 2/3), of which level 2 makes most."""
    strategy, memory = numbers("fictitious_play"), np.full(6, 9.0)
    experience = begin(*strategy, memory, inside(GAME), 1)
    assert (experience, memory.tolist()) == (1.0, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    assert chosen(strategy, memory, experience) == 0  # the best reply to level 1
    for own, month in ((3, 2.0), (0, 3.0)):
        experience = remember(*strategy, memory, experience, own, 2, inside(GAME))
        assert experience == month
    assert memory.tolist() == [0.0, 1.0, 2.0, 0.0, 0.0, 0.0]
    assert chosen(strategy, memory, experience) == 2  # 5/3, 5/3, 16/3, 4/3


def test_fictitious_play_breaks_ties_by_the_highest_level():
    """Levels 0 and 2 are equally good up to rounding; level 3 is worse."""
    game = np.array([[0.1 + 0.2, 0.1 + 0.2], [0.0, 0.0], [0.3, 0.3], [0.3 - 1e-6, 0.3]])
    assert chosen(numbers("fictitious_play"), [1.0, 1.0], 2.0, game) == 2
    assert chosen(numbers("fictitious_play"), [1.0, 1.0], 2.0, np.zeros((4, 2))) == 3


@pytest.mark.parametrize("seed", range(4))
def test_fictitious_play_moves_beliefs_as_in_the_games_layer(seed):
    random = np.random.default_rng(seed)
    small, big = random.normal(size=(2, 4, 3))
    rounds, promises = 40, (3, 1)
    expected = fictitious_play(NormalFormGame(small, big), rounds, np.eye(4)[promises[0]], np.eye(3)[promises[1]])
    strategy, memories, payoffs = numbers("fictitious_play"), np.zeros((2, 4)), (small, np.ascontiguousarray(big.T))
    experience = [begin(*strategy, memories[side], payoffs[side], promises[1 - side]) for side in range(2)]
    for month in range(rounds):
        assert memories[0, :3] / experience[0] == pytest.approx(expected.big[month], abs=ROUNDING)
        assert memories[1] / experience[1] == pytest.approx(expected.small[month], abs=ROUNDING)
        plays = [chosen(strategy, memories[side], experience[side], payoffs[side]) for side in range(2)]
        for side in range(2):
            own, other = plays[side], plays[1 - side]
            experience[side] = remember(*strategy, memories[side], experience[side], own, other, payoffs[side])
    assert memories[1] / experience[1] == pytest.approx(expected.small[rounds], abs=ROUNDING)


@pytest.mark.statistical
def test_a_precision_softens_fictitious_play():
    memory, strategy = np.array([1.0, 3.0, 4.0]), numbers("fictitious_play", precision=0.7)
    levels = [chosen(strategy, memory, 8.0, month=month) for month in range(DRAWS)]
    assert_frequencies(levels, softmax(0.7 * GAME @ memory / 8.0))
    sharp = numbers("fictitious_play", precision=1e6)
    assert {chosen(sharp, memory, 8.0, GAME * 1e3, month=m) for m in range(30)} == {int(np.argmax(GAME @ memory))}


MONTHS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12)
RATES = st.floats(0.0, 1.0)


@settings(deadline=None)
@given(MONTHS, st.floats(0.1, 20.0), RATES, RATES)
def test_roth_erev_is_the_learner_of_the_games_layer(months, strength, forgetting, experimentation):
    """Payoffs count above the smallest of the game, which is -3 here."""
    game = GAME - 3.0
    learner = RothErev(initial_propensities(strength, 4, float(GAME.mean())), forgetting, experimentation)
    strategy = numbers("roth_erev", strength=strength, forgetting=forgetting, experimentation=experimentation)
    memory = np.full(6, 9.0)
    experience = begin(*strategy, memory, inside(game), 1)
    for month, (own, partner) in enumerate([*months, (0, 0)]):
        assert memory == pytest.approx([*learner.propensities, 0.0, 0.0], rel=ROUNDING, abs=ROUNDING)
        expected = drawn(learner.probabilities, uniform(KEY, month, 2, SMALL_CHOICE))
        assert expected in {None, chosen(strategy, memory, experience, game, month=month)}
        learner = learner.reinforced(own, GAME[own, partner])
        experience = remember(*strategy, memory, experience, own, partner, inside(game))


@pytest.mark.statistical
def test_roth_erev_by_hand():
    """Mean payoff 3 above the smallest: 3 each. Level 1 pays 4: a fifth is lost, it learns 3 and the other level 1."""
    strategy, memory = numbers("roth_erev", strength=2, forgetting=0.2, experimentation=0.25), np.zeros(2)
    game = np.array([[-1.0, 5.0], [1.0, 3.0]])
    experience = begin(*strategy, memory, game, 0)
    assert memory.tolist() == [3.0, 3.0]
    remember(*strategy, memory, experience, 1, 1, game)
    assert memory == pytest.approx([3.4, 5.4])
    levels = [chosen(strategy, memory, payoffs=game, month=month) for month in range(DRAWS)]
    assert_frequencies(levels, np.array([3.4, 5.4]) / 8.8)


@pytest.mark.statistical
@pytest.mark.parametrize("memory", [[0.0, 0.0, 0.0, 0.0], [5e-324] * 4, [1e308] * 4])
def test_roth_erev_that_remembers_nothing_or_everything_alike_picks_evenly(memory):
    levels = [chosen(numbers("roth_erev"), memory, month=month) for month in range(DRAWS)]
    assert_frequencies(levels, np.full(4, 0.25))


def test_a_game_in_which_nothing_can_be_earned_leaves_nothing_to_remember():
    memory = np.ones(4)
    begin(*numbers("roth_erev"), memory, np.full((4, 3), -7.1), 2)
    assert memory.tolist() == [0.0] * 4


@settings(deadline=None)
@given(MONTHS, RATES, RATES, RATES, st.floats(0.0, 5.0), st.floats(0.0, 3.0))
def test_ewa_is_the_learner_of_the_games_layer(months, delta, phi, rho, precision, prior):
    learner = ExperienceWeightedAttraction((0.0,) * 4, prior, delta, phi, rho, precision)
    strategy = numbers(
        "ewa", imagination=delta, retention=phi, experience_retention=rho, precision=precision, experience=prior
    )
    memory = np.full(6, 9.0)
    experience = begin(*strategy, memory, inside(GAME), 1)
    for month, (own, partner) in enumerate([*months, (0, 0)]):
        assert memory == pytest.approx([*learner.attractions, 0.0, 0.0], rel=ROUNDING, abs=ROUNDING)
        assert experience == pytest.approx(learner.experience, rel=ROUNDING)
        expected = drawn(learner.probabilities, uniform(KEY, month, 2, SMALL_CHOICE))
        assert expected in {None, chosen(strategy, memory, experience, month=month)}
        learner = learner.updated(own, GAME[:, partner].tolist())
        experience = remember(*strategy, memory, experience, own, partner, inside(GAME))


@pytest.mark.statistical
def test_ewa_by_hand():
    """N goes from 2 to 1.5 to 1.375; level 0 pays 1, then level 3 pays 0; levels not played count by half."""
    strategy = numbers("ewa", imagination=0.5, retention=0.5, experience_retention=0.25, precision=2, experience=2)
    memory = np.zeros(4)
    experience = remember(*strategy, memory, begin(*strategy, memory, GAME, 0), 0, 0, GAME)
    assert experience == 1.5
    assert memory == pytest.approx([1 / 1.5, 1 / 1.5, 0.0, 1.5 / 1.5])
    experience = remember(*strategy, memory, experience, 3, 1, GAME)
    assert experience == 1.375
    assert memory == pytest.approx([3.0 / 1.375, 2.0 / 1.375, 2.0 / 1.375, 0.75 / 1.375])
    levels = [chosen(strategy, memory, experience, month=month) for month in range(DRAWS)]
    odds = np.exp(np.array([6.0, 4.0, 4.0, 1.5]) / 1.375)
    assert_frequencies(levels, odds / odds.sum())


def test_ewa_that_imagines_everything_is_fictitious_play_without_a_prior():
    """delta = phi = rho = 1 and N(0) = 0: attractions are mean payoffs against the partner's levels so far."""
    strategy = numbers("ewa", imagination=1, retention=1, experience_retention=1, experience=0)
    memory, partner = np.zeros(4), [0, 2, 2, 1, 0, 2, 1]
    experience = begin(*strategy, memory, GAME, 1)
    for month, level in enumerate(partner, start=1):
        experience = remember(*strategy, memory, experience, month % 4, level, GAME)
        assert memory == pytest.approx(GAME[:, partner[:month]].mean(axis=1), abs=ROUNDING)


def test_a_firm_of_one_level_learns_and_plays_it():
    for name in ("fictitious_play", "roth_erev", "ewa"):
        strategy, memory, game = numbers(name), np.zeros(3), np.array([[4.0, 1.0, 0.0]])
        experience = begin(*strategy, memory, game, 2)
        experience = remember(*strategy, memory, experience, 0, 1, game)
        assert chosen(strategy, memory, experience, game) == 0


@pytest.mark.parametrize("name", STRATEGIES)
def test_only_who_learns_remembers(name):
    choice = StrategyChoice(name)
    code, parameters = strategy_numbers(choice, BigFirm())
    assert learns(choice) == (name in {"fictitious_play", "roth_erev", "ewa"})
    if not learns(choice):
        memory = np.full(4, 3.0)
        assert remember(code, parameters, memory, 2.5, 1, 1, GAME) == 2.5
        assert memory.tolist() == [3.0] * 4
        assert begin(code, parameters, memory, GAME, 0) == 0.0
