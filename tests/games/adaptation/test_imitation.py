"""Fixation against absorbing Markov chains and simulation; rare mutations against the chain with mutations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.adaptation.imitation import fixation_probability, rare_mutation_shares
from simulator.games.normal_form import NormalFormGame

payoffs = st.tuples(*[st.floats(-3, 3)] * 4).map(lambda v: [[v[0], v[1]], [v[2], v[3]]])


def moran_steps(matrix: list[list[float]], population: int, intensity: float) -> np.ndarray:
    """Return the transition matrix over the number of firms with the first action."""
    (a, b), (c, d) = matrix
    steps = np.eye(population + 1)
    for k in range(1, population):
        first = ((k - 1) * a + (population - k) * b) / (population - 1)
        second = (k * c + (population - k - 1) * d) / (population - 1)
        weights = k * math.exp(intensity * first), (population - k) * math.exp(intensity * second)
        up = weights[0] / sum(weights) * (population - k) / population
        down = weights[1] / sum(weights) * k / population
        steps[k, k + 1], steps[k, k - 1], steps[k, k] = up, down, 1 - up - down
    return steps


@settings(max_examples=60, deadline=None)
@given(payoffs, st.integers(2, 12), st.floats(0.0, 1.0))
def test_fixation_against_the_absorbing_chain(matrix: list[list[float]], population: int, intensity: float) -> None:
    steps = moran_steps(matrix, population, intensity)
    inner = steps[1:-1, 1:-1]
    absorbed = np.linalg.solve(np.eye(population - 1) - inner, steps[1:-1, -1])
    assert fixation_probability(matrix, population, intensity) == pytest.approx(absorbed[0], rel=1e-6, abs=1e-12)


@pytest.mark.statistical
def test_fixation_against_simulation() -> None:
    matrix, population = [[3.0, 0.5], [2.0, 1.0]], 6
    steps = moran_steps(matrix, population, 0.3)
    rng = np.random.default_rng(3)
    state = np.ones(20_000, dtype=int)
    bounds = steps.cumsum(axis=1)
    while np.any((state > 0) & (state < population)):
        state = (rng.random(len(state))[:, None] > bounds[state]).sum(axis=1)
    won = np.mean(state == population)
    expected = fixation_probability(matrix, population, 0.3)
    assert won == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / len(state)))


def test_constant_fitness_has_the_textbook_form() -> None:
    r = math.exp(0.2)
    assert fixation_probability([[1, 1], [0, 0]], 30, 0.2) == pytest.approx((1 - 1 / r) / (1 - r**-30))
    assert fixation_probability([[0, 0], [1000, 1000]], 30, 1.0) == pytest.approx(0.0, abs=1e-300)


def test_rare_mutations_against_the_chain_that_has_them() -> None:
    game, size, intensity, mutation = NormalFormGame([[2, 0], [0, 1]], [[1, 0], [0, 3]]), 3, 0.4, 1e-7
    states = [(k, j) for k in range(size + 1) for j in range(size + 1)]
    steps = np.zeros((len(states), len(states)))

    def moves(k: int, first: float, second: float) -> tuple[float, float]:
        """Return the probabilities of one more and one fewer on the first action; who imitates errs at times."""
        weights = k * math.exp(intensity * first), (size - k) * math.exp(intensity * second)
        shown = weights[0] / sum(weights)
        shown = shown * (1 - mutation) + (1 - shown) * mutation
        return shown * (size - k) / size, (1 - shown) * k / size

    for index, (k, j) in enumerate(states):
        x, y = np.array([k, size - k]) / size, np.array([j, size - j]) / size
        for which, pair in enumerate((moves(k, *(game.small @ y)), moves(j, *(x @ game.big)))):
            for chance, change in zip(pair, (1, -1), strict=True):
                there = (k + change, j) if which == 0 else (k, j + change)
                if chance > 0.0:
                    steps[index, states.index(there)] = 0.5 * chance
        steps[index, index] = 1 - steps[index].sum()
    system = np.vstack((steps.T - np.eye(len(states)), np.ones(len(states))))
    shares = np.linalg.lstsq(system, np.append(np.zeros(len(states)), 1.0))[0]
    corners = [shares[states.index((size * (1 - i), size * (1 - j)))] for i in range(2) for j in range(2)]
    found = rare_mutation_shares(game, size, size, intensity)
    np.testing.assert_allclose(found.ravel(), corners, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_no_selection_is_even_and_relabelling_relabels(seed: int, m: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    game = NormalFormGame(*rng.normal(size=(2, m, n)))
    np.testing.assert_allclose(rare_mutation_shares(game, 10, 20, 0.0), 1 / (m * n), atol=1e-12)
    plain = rare_mutation_shares(game, 10, 20, 0.5)
    rows, columns = rng.permutation(m), rng.permutation(n)
    other = NormalFormGame(game.small[np.ix_(rows, columns)], game.big[np.ix_(rows, columns)])
    np.testing.assert_allclose(rare_mutation_shares(other, 10, 20, 0.5), plain[np.ix_(rows, columns)], atol=1e-9)
    np.testing.assert_allclose(rare_mutation_shares(game.swapped(), 20, 10, 0.5), plain.T, atol=1e-9)


def test_bad_arguments_are_refused() -> None:
    game = NormalFormGame([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    with pytest.raises(ParameterError, match=r"payoffs must be 2 x 2; got shape \(1, 1\)"):
        fixation_probability([[1]], 5, 1.0)
    with pytest.raises(ParameterError, match=r"population must be a whole number from 2 to 1e\+07; got 1"):
        fixation_probability([[1, 0], [0, 1]], 1, 1.0)
    with pytest.raises(ParameterError, match=r"rare_mutation_shares\.intensity"):
        rare_mutation_shares(game, 5, 5, -1.0)
    with pytest.raises(SolverError, match="left too rarely"):
        rare_mutation_shares(game, 1000, 1000, 10.0)
