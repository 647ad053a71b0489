"""Complete sets against exact rational enumeration, nashpy and quantecon."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from games.exact import extreme_equilibria
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.equilibrium import EquilibriumSet, _certified, all_equilibria, equilibrium_from_label
from simulator.games.normal_form import TIE, NormalFormGame

PROBABILITY_TOLERANCE = 1e-9


def _profiles(result: EquilibriumSet) -> NDArray[np.float64]:
    return np.array([e.small + e.big for e in result.equilibria])


def _sorted(profiles: list[tuple[float, ...]]) -> NDArray[np.float64]:
    return np.array(sorted(profiles, key=lambda p: tuple(round(v, 9) for v in p)))


def _assert_same(result: EquilibriumSet, profiles: list[tuple[float, ...]]) -> None:
    assert result.complete, result.method
    assert len(result.equilibria) == len(profiles)
    np.testing.assert_allclose(_profiles(result), _sorted(profiles), atol=PROBABILITY_TOLERANCE)


@st.composite
def integer_games(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]]]:
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    largest = draw(st.sampled_from([1, 2, 3, 7]))
    matrix = st.lists(st.lists(st.integers(0, largest), min_size=n, max_size=n), min_size=m, max_size=m)
    return draw(matrix), draw(matrix)


@settings(max_examples=300, deadline=None)
@given(integer_games(), st.sampled_from([(1.0, 0.0), (0.1, 0.7), (1e6 / 3, -13.1)]))
def test_degenerate_games_against_exact_enumeration(
    game: tuple[list[list[int]], list[list[int]]], units: tuple[float, float]
) -> None:
    unit, shift = units
    A, B = game
    exact = [tuple(float(p) for p in x + y) for x, y in extreme_equilibria(A, B)]
    result = all_equilibria(NormalFormGame(unit * (np.array(A) + shift), (np.array(B) - shift) / unit))
    _assert_same(result, exact)


@pytest.mark.parametrize(("levels", "costs"), [(4, (7, 3)), (5, (5, 2)), (4, (0, 9))])
def test_commitment_games_with_ties_against_exact_enumeration(levels: int, costs: tuple[int, int]) -> None:
    effort = np.arange(levels)
    A = 7 * np.minimum.outer(effort, effort) - costs[0] * effort[:, None]
    B = 3 * np.minimum.outer(effort, effort) - costs[1] * effort[None, :]
    exact = [tuple(float(p) for p in x + y) for x, y in extreme_equilibria(A.tolist(), B.tolist())]
    _assert_same(all_equilibria(NormalFormGame(A * 0.1, B * 0.1)), exact)


def test_generic_games_against_quantecon_and_nashpy() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nashpy
        from quantecon.game_theory import NormalFormGame as Peer
        from quantecon.game_theory import Player, support_enumeration, vertex_enumeration
    rng = np.random.default_rng(3)
    for m, n in [(2, 2), (2, 5), (3, 3), (4, 3), (5, 5), (6, 6)]:
        A, B = rng.normal(size=(2, m, n))
        result = all_equilibria(NormalFormGame(A, B))
        peer = Peer([Player(A), Player(np.ascontiguousarray(B.T))])
        for enumeration in (support_enumeration, vertex_enumeration):
            _assert_same(result, [tuple(np.concatenate(profile).tolist()) for profile in enumeration(peer)])
        if m * n <= 12:
            scaled = [(M - M.min()) / (M.max() - M.min()) + 1.0 for M in (A, B)]
            theirs = nashpy.Game(*scaled).vertex_enumeration()
            _assert_same(result, [tuple(np.concatenate(profile).tolist()) for profile in theirs])


def test_large_generic_game_against_quantecon() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from quantecon.game_theory import NormalFormGame as Peer
        from quantecon.game_theory import Player, vertex_enumeration
    A, B = np.random.default_rng(4).normal(size=(2, 9, 9))
    peer = Peer([Player(A), Player(np.ascontiguousarray(B.T))])
    theirs = [tuple(np.concatenate(profile).tolist()) for profile in vertex_enumeration(peer)]
    _assert_same(all_equilibria(NormalFormGame(A, B)), theirs)


@pytest.mark.parametrize("levels", [11, 21])
def test_weakest_link_has_every_common_level_and_a_mixture_of_every_two(levels: int) -> None:
    effort = np.arange(levels) / (levels - 1)
    output = 4.0 * np.minimum.outer(effort, effort)
    game = NormalFormGame(0.7 * output - 2.1 * effort[:, None], 0.3 * output - 0.9 * effort[None, :])
    result = all_equilibria(game)
    assert result.complete
    assert sum(e.pure for e in result.equilibria) == levels
    assert len(result.equilibria) == len(result.components) == levels * (levels + 1) // 2
    # both are indifferent between two levels iff the other plays the higher with probability cost / share = 3/4
    for e in result.equilibria:
        assert sorted(p for p in e.small if p > 0.0) == pytest.approx([1.0] if e.pure else [0.25, 0.75], abs=1e-9)


def test_pure_equilibria_and_paths_beyond_the_budget_are_not_called_complete() -> None:
    game = NormalFormGame(*np.random.default_rng(5).normal(size=(2, 8, 8)))
    full, some = all_equilibria(game), all_equilibria(game, budget=0)
    assert full.complete
    assert not some.complete
    assert "there may be more" in some.method
    assert set(some.components) == {(k,) for k in range(len(some.equilibria))}
    for profile in _profiles(some):
        assert np.min(np.max(np.abs(_profiles(full) - profile), axis=1)) < PROBABILITY_TOLERANCE


def test_large_random_game_is_left_to_lemke_howson() -> None:
    game = NormalFormGame(*np.random.default_rng(6).normal(size=(2, 40, 40)))
    result = all_equilibria(game)
    assert not result.complete
    assert len(result.equilibria) > 1
    for e in result.equilibria:
        small, big = game.regrets(e.small, e.big)
        assert small <= TIE * game.payoff_range[0]
        assert big <= TIE * game.payoff_range[1]


def test_a_dominance_solvable_game_has_one_equilibrium_and_says_so() -> None:
    result = all_equilibria(NormalFormGame([[1, -2], [3, 0]], [[1, 3], [-2, 0]]))
    assert result.method == "the only equilibrium after elimination of strictly dominated levels"
    assert result.complete
    assert result.equilibria[0].payoffs == (0.0, 0.0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (2, 3), (3, 3)])
def test_constant_payoffs_leave_every_pair_of_pure_actions(shape: tuple[int, int]) -> None:
    result = all_equilibria(NormalFormGame(np.full(shape, 5.0), np.zeros(shape)))
    assert result.complete
    assert all(e.pure for e in result.equilibria)
    assert result.components == (tuple(range(shape[0] * shape[1])),)
    assert result.maximal_nash_subsets() == result.components


def test_negative_budget_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"all_equilibria\.budget must be a whole number of at least 0; got -1"):
        all_equilibria(NormalFormGame([[1]], [[1]]), budget=-1)


def test_rounding_noise_in_tied_payoffs_changes_nothing() -> None:
    rng = np.random.default_rng(20)
    for _ in range(60):
        m, n = rng.integers(2, 5, size=2)
        A, B = rng.integers(0, 3, size=(2, m, n))
        A[0, 0], A[-1, -1], B[0, 0], B[-1, -1] = 0, 2, 2, 0  # ties are relative to a range that is not noise itself
        noise = 1e-11 * rng.uniform(-1.0, 1.0, size=(2, m, n))
        exact = [tuple(float(p) for p in x + y) for x, y in extreme_equilibria(A.tolist(), B.tolist())]
        result = all_equilibria(NormalFormGame(A + noise[0], B + noise[1]))
        _assert_same(result, exact)


def test_a_profile_with_regret_is_rejected_and_counted() -> None:
    battle = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    first, second = np.eye(2)
    found, rejected = _certified(battle, [(first, first), (first, second), (second, first), (first, first)])
    assert [e.payoffs for e in found] == [(3.0, 2.0)]
    assert rejected == 2
    one_sided = NormalFormGame([[3, 0], [4, 2]], [[2, 0], [0, 3]])
    with pytest.raises(SolverError, match="no profile that passes the regret check"):
        _certified(one_sided, [(first, first)])


def test_every_label_leads_to_a_listed_equilibrium() -> None:
    rng = np.random.default_rng(21)
    for m, n in [(2, 3), (4, 4), (3, 5)]:
        game = NormalFormGame(*rng.normal(size=(2, m, n)))
        listed = _profiles(all_equilibria(game))
        for label in range(m + n):
            end = equilibrium_from_label(game, label)
            away = np.max(np.abs(listed - np.array(end.small + end.big)), axis=1)
            assert away.min() < PROBABILITY_TOLERANCE
    with pytest.raises(ParameterError, match=r"label must be below 8, the number of actions; got 8"):
        equilibrium_from_label(game, 8)
