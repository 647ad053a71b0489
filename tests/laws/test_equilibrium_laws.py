"""What must hold for the equilibria of every bimatrix game."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.games.equilibrium import EquilibriumSet, all_equilibria
from simulator.games.normal_form import TIE, NormalFormGame

PROBABILITY_TOLERANCE = 1e-8
Matrices = tuple[NDArray[np.float64], NDArray[np.float64]]
many = settings(max_examples=60, deadline=None)


@st.composite
def matrices(draw: st.DrawFn) -> Matrices:
    """Draw tie-rich integer games and generic ones, up to 5 x 5."""
    m, n = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        A, B = rng.normal(size=(2, m, n))
    else:
        A, B = rng.integers(0, draw(st.integers(2, 6)), size=(2, m, n)).astype(float)
    return A, B


def _rows(result: EquilibriumSet, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> list[tuple[float, ...]]:
    """Return the profiles with actions reordered, sorted."""
    profiles = [tuple(np.array(e.small)[rows]) + tuple(np.array(e.big)[columns]) for e in result.equilibria]
    return sorted(profiles, key=lambda p: tuple(round(v, 7) for v in p))


def _same(one: list[tuple[float, ...]], other: list[tuple[float, ...]]) -> None:
    assert len(one) == len(other)
    np.testing.assert_allclose(one, other, atol=PROBABILITY_TOLERANCE)


@many
@given(matrices())
def test_every_profile_carries_its_certificate(pair: Matrices) -> None:
    game = NormalFormGame(*pair)
    result = all_equilibria(game)
    assert result.complete
    assert result.equilibria
    for e in result.equilibria:
        x, y = np.array(e.small), np.array(e.big)
        assert min(x.min(), y.min()) >= 0.0
        assert abs(x.sum() - 1.0) < 1e-12
        assert abs(y.sum() - 1.0) < 1e-12
        assert np.max(pair[0] @ y) - x @ pair[0] @ y <= TIE * game.payoff_range[0] + 1e-14
        assert np.max(x @ pair[1]) - x @ pair[1] @ y <= TIE * game.payoff_range[1] + 1e-14
        assert e.payoffs == pytest.approx((x @ pair[0] @ y, x @ pair[1] @ y), abs=1e-12)
        assert e.pure == (x.max() == 1.0 and y.max() == 1.0)


@many
@given(matrices(), st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(-100, 100), st.floats(-100, 100))
def test_positive_affine_payoffs_change_nothing(
    pair: Matrices, unit_small: float, unit_big: float, shift_small: float, shift_big: float
) -> None:
    A, B = pair
    plain = all_equilibria(NormalFormGame(A, B))
    other = all_equilibria(NormalFormGame(unit_small * (A + shift_small), unit_big * (B + shift_big)))
    rows, columns = np.arange(A.shape[0]), np.arange(A.shape[1])
    _same(_rows(plain, rows, columns), _rows(other, rows, columns))
    assert plain.components == other.components


@many
@given(matrices())
def test_a_payoff_that_one_cannot_influence_changes_nothing(pair: Matrices) -> None:
    A, B = pair
    m, n = A.shape
    plain = all_equilibria(NormalFormGame(A, B))
    other = all_equilibria(NormalFormGame(A + np.arange(n) * 0.5, B - np.arange(m)[:, None] * 0.25))
    _same(_rows(plain, np.arange(m), np.arange(n)), _rows(other, np.arange(m), np.arange(n)))


@many
@given(matrices())
def test_swapped_roles_swap_the_equilibria(pair: Matrices) -> None:
    game = NormalFormGame(*pair)
    here, there = all_equilibria(game), all_equilibria(game.swapped())
    m, n = game.shape
    mirrored = [p[n:] + p[:n] for p in _rows(there, np.arange(n), np.arange(m))]
    _same(_rows(here, np.arange(m), np.arange(n)), sorted(mirrored, key=lambda p: tuple(round(v, 7) for v in p)))
    assert sorted(map(len, here.components)) == sorted(map(len, there.components))
    assert sorted(map(len, here.maximal_nash_subsets())) == sorted(map(len, there.maximal_nash_subsets()))


@many
@given(matrices(), st.randoms(use_true_random=False))
def test_relabelled_actions_relabel_the_equilibria(pair: Matrices, shuffle) -> None:
    A, B = pair
    m, n = A.shape
    rows, columns = np.array(shuffle.sample(range(m), m)), np.array(shuffle.sample(range(n), n))
    plain = all_equilibria(NormalFormGame(A, B))
    other = all_equilibria(NormalFormGame(A[np.ix_(rows, columns)], B[np.ix_(rows, columns)]))
    _same(_rows(plain, rows, columns), _rows(other, np.arange(m), np.arange(n)))


@many
@given(matrices(), st.integers(0, 5))
def test_a_strictly_dominated_action_changes_nothing(pair: Matrices, place: int) -> None:
    A, B = pair
    m, n = A.shape
    place = min(place, m)
    worse = np.insert(A, place, A[0] - 0.125, axis=0)
    wider = np.insert(B, place, np.linspace(-3.0, 5.0, n), axis=0)
    other = all_equilibria(NormalFormGame(worse, wider))
    assert all(e.small[place] == 0.0 for e in other.equilibria)
    kept = np.delete(np.arange(m + 1), place)
    plain = all_equilibria(NormalFormGame(A, B))
    _same(_rows(plain, np.arange(m), np.arange(n)), _rows(other, kept, np.arange(n)))


@many
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6))
def test_generic_games_have_an_odd_number_of_isolated_equilibria(seed: int, m: int, n: int) -> None:
    result = all_equilibria(NormalFormGame(*np.random.default_rng(seed).normal(size=(2, m, n))))
    assert len(result.equilibria) % 2 == 1
    assert result.components == tuple((k,) for k in range(len(result.equilibria)))


@many
@given(matrices())
def test_interchangeable_equilibria_and_their_mixtures_are_equilibria(pair: Matrices) -> None:
    game = NormalFormGame(*pair)
    result = all_equilibria(game)
    for subset in result.maximal_nash_subsets():
        members = [result.equilibria[k] for k in subset]
        x = np.mean([e.small for e in members], axis=0)
        y = np.mean([e.big for e in members], axis=0)
        small, big = game.regrets(x, y)
        assert small <= TIE * game.payoff_range[0] + 1e-14
        assert big <= TIE * game.payoff_range[1] + 1e-14
