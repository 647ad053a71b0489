"""Rational arithmetic against the trial of all bases, and what it refuses."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from games.exact import extreme_equilibria
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.equilibrium import Equilibrium, EquilibriumSet, all_equilibria, check_exact
from simulator.games.exact import exact_equilibria, rational_payoffs
from simulator.games.normal_form import NormalFormGame

Integers = list[list[int]]


@st.composite
def integer_games(draw: st.DrawFn) -> tuple[Integers, Integers]:
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    entry = st.integers(0, draw(st.sampled_from([1, 3, 50])))
    matrix = st.lists(st.lists(entry, min_size=n, max_size=n), min_size=m, max_size=m)
    return draw(matrix), draw(matrix)


@settings(max_examples=150, deadline=None)
@given(integer_games())
def test_pivoting_finds_what_trying_all_bases_finds(game: tuple[Integers, Integers]) -> None:
    found = exact_equilibria(*game)
    assert {(e.small, e.big) for e in found} == extreme_equilibria(*game)
    for e in found:
        values = [
            sum(p * q * payoffs[i][j] for i, p in enumerate(e.small) for j, q in enumerate(e.big)) for payoffs in game
        ]
        assert list(e.payoffs) == values


def test_typed_decimals_are_taken_as_written_and_computed_payoffs_as_rounded() -> None:
    game = NormalFormGame([[0.1 + 0.2, 0.3]], [[1.0, 2.0]])
    assert rational_payoffs(game)[0][0] == (Fraction("0.30000000000000004"), Fraction("0.3"))
    wider = NormalFormGame([[0.1 + 0.2, 0.3, 1.3]], [[1.0, 2.0, 0.0]])
    assert rational_payoffs(wider, computed=True)[0][0] == (Fraction("0.3"), Fraction("0.3"), Fraction("1.3"))


def test_probabilities_come_out_as_fractions() -> None:
    # von Stengel (2007), figure 3.1
    found = exact_equilibria([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])
    assert [e.to_dict()["small"] for e in found] == [["0", "1/3", "2/3"], ["4/5", "1/5", "0"], ["1", "0", "0"]]


def test_a_list_that_lacks_an_equilibrium_or_holds_a_false_one_is_told() -> None:
    game = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    exact = exact_equilibria(*rational_payoffs(game))
    found = all_equilibria(game)
    check_exact(found, exact)
    with pytest.raises(SolverError, match="finds 3 equilibria, not 2"):
        check_exact(EquilibriumSet(found.equilibria[:2], True, "", ((0,), (1,))), exact)
    false = Equilibrium((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), 0.0, True)
    with pytest.raises(SolverError, match="does not find equilibrium 4 of the list"):
        check_exact(EquilibriumSet((*found.equilibria, false), True, "", ()), exact)


def test_what_only_the_tolerance_makes_pure_is_no_exact_equilibrium() -> None:
    # each firm risks 1e12 for 1: the mixed probabilities of 1e-12 are zero at the tolerance of the list
    game = NormalFormGame([[1e12, 0], [0, 1]], [[1, 0], [0, 1e12]])
    with pytest.raises(SolverError, match="or leave --exact out"):
        check_exact(all_equilibria(game), exact_equilibria(*rational_payoffs(game)))


@pytest.mark.parametrize(
    ("small", "big"),
    [
        ([[1, math.nan]], [[1, 2]]),
        ([[1, math.inf]], [[1, 2]]),
        ([["a"]], [[1]]),
        ([1, 2], [[1, 2]]),
        ([[]], [[]]),
        ([], []),
        (3, 4),
        ([["1/0"]], [[1]]),
        ([[1j]], [[1]]),
    ],
)
def test_what_is_no_matrix_of_rationals_is_refused(small: Any, big: Any) -> None:
    with pytest.raises(ParameterError, match=r"exact_equilibria\.(small|big) must be a non-empty matrix"):
        exact_equilibria(small, big)


def test_arrays_and_texts_are_taken() -> None:
    expected = exact_equilibria([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    assert exact_equilibria(np.eye(2), np.eye(2)) == expected
    assert [str(p) for p in exact_equilibria([["1/3", 0], [0, "0.5"]], np.eye(2))[1].big] == ["3/5", "2/5"]


def test_ragged_payoffs_and_games_that_are_too_large_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"exact_equilibria\.small must be a non-empty matrix"):
        exact_equilibria([[1, 2], [3]], [[1, 2], [3, 4]])
    with pytest.raises(SolverError, match="more than 3 bases"):
        exact_equilibria([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]], largest=3)
