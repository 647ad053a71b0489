"""Components and their indices: known games, the sum rule, and what perturbation leaves standing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.games.components import component_indices, connected_components, distinct, regular_index
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame


def _indices(A: list[list[float]], B: list[list[float]]) -> tuple[int | None, ...]:
    return all_equilibria(NormalFormGame(A, B)).indices


def test_strict_equilibria_have_index_one_and_what_separates_them_minus_one() -> None:
    assert _indices([[3, 0], [0, 2]], [[2, 0], [0, 3]]) == (1, -1, 1)
    assert _indices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]) == (1,)
    # three pure coordination points: pairs mix with index -1, all three with +1
    found = all_equilibria(NormalFormGame(np.diag([3.0, 2.0, 1.0]), np.diag([1.0, 2.0, 3.0])))
    for (k,), index in zip(found.components, found.indices, strict=True):
        assert index == (-1) ** (np.count_nonzero(found.equilibria[k].small) - 1)


def test_a_component_that_perturbations_can_remove_has_index_zero() -> None:
    # von Stengel (2007) with a tie: the mixed point stays, the edge at SmallCo's first action may vanish
    found = all_equilibria(NormalFormGame([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]))
    assert found.components == ((0,), (1, 2))
    assert found.indices == (1, 0)
    gone = all_equilibria(NormalFormGame([[3, 3], [2, 5], [0, 6]], [[3, 3.001], [2, 6], [3, 1]]))
    assert len(gone.equilibria) == 1


def test_chain_store_has_a_strict_component_and_one_of_index_zero() -> None:
    # entrant: out or in; incumbent: fight or share. Out against any chance of a fight of at least 1/2 is a component.
    found = all_equilibria(NormalFormGame([[0, 0], [-1, 1]], [[2, 2], [0, 1]]))
    assert [len(component) for component in found.components] == [1, 2]
    assert found.indices == (1, 0)


def test_one_component_of_everything_has_index_one() -> None:
    assert _indices([[0, 0], [0, 0]], [[0, 0], [0, 0]]) == (1,)


def test_two_unknown_components_are_settled_by_perturbation() -> None:
    # SmallCo is indifferent everywhere; BigCo's reply splits the square into two vertical edges joined by none
    game = NormalFormGame([[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 1]], np.kron(np.eye(2), np.ones((2, 2))))
    found = all_equilibria(game)
    assert None not in found.indices
    assert sum(index for index in found.indices if index is not None) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6))
def test_the_indices_of_a_generic_game_sum_to_one(seed: int, m: int, n: int) -> None:
    game = NormalFormGame(*np.random.default_rng(seed).normal(size=(2, m, n)))
    found = all_equilibria(game)
    indices = [regular_index(game, np.array(e.small), np.array(e.big)) for e in found.equilibria]
    assert None not in indices
    assert sum(indices) == 1
    assert found.indices == tuple(indices)
    assert all(index == 1 for e, index in zip(found.equilibria, indices, strict=True) if e.pure)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_the_indices_of_tie_rich_games_sum_to_one_where_all_are_known(seed: int, m: int, n: int) -> None:
    game = NormalFormGame(*np.random.default_rng(seed).integers(0, 3, size=(2, m, n)))
    found = all_equilibria(game)
    assert len(found.indices) == len(found.components)
    assert None not in found.indices
    assert sum(index for index in found.indices if index is not None) == 1


def test_a_game_too_large_to_perturb_leaves_the_index_open() -> None:
    size = 16
    game = NormalFormGame(np.kron(np.eye(size), np.ones((1, 2))), np.kron(np.eye(size), np.ones((1, 2))))
    small = np.eye(size)
    big = np.eye(2 * size)[::2]
    components = connected_components(small, big)
    assert component_indices(game, small, big, components) == (None,) * size


@pytest.mark.parametrize("noise", [0.0, 1e-10])
def test_mixed_actions_equal_up_to_rounding_are_one(noise: float) -> None:
    actions = np.array([[0.5, 0.5], [1.0, 0.0], [0.5 + noise, 0.5 - noise], [0.4, 0.6]])
    assert distinct(actions).tolist() == [0, 1, 0, 3]
