from __future__ import annotations

import numpy as np
import pytest

from simulator.foundation.errors import ParameterError
from simulator.games.normal_form import NormalFormGame


def test_payoffs_and_regrets_of_a_hand_computed_profile() -> None:
    game = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    # x = (1/2, 1/2), y = (1, 0): SmallCo gets 1.5 and could get 3; BigCo gets 1 and could get 1.5
    assert game.payoffs([0.5, 0.5], [1, 0]) == (1.5, 1.0)
    assert game.regrets([0.5, 0.5], [1, 0]) == (1.5, 0.5)
    assert game.payoff_range == (3.0, 3.0)


def test_matrices_are_copied_and_read_only() -> None:
    source = np.eye(2)
    game = NormalFormGame(source, source)
    source[0, 0] = 9.0
    assert game.small[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        game.small[0, 0] = 2.0


def test_swapping_exchanges_the_roles() -> None:
    game = NormalFormGame([[1, 2, 3]], [[4, 5, 6]])
    other = game.swapped()
    assert other.shape == (3, 1)
    assert other.payoffs([0, 1, 0], [1]) == (5.0, 2.0)


@pytest.mark.parametrize(
    ("small", "big", "message"),
    [
        ([[1, 2]], [[1], [2]], r"NormalFormGame.big must be of the shape .*\(1, 2\); got \(2, 1\)\. Write"),
        ([], [], r"NormalFormGame.small must be a non-empty matrix; got shape \(0,\)\. Write"),
        ([1, 2], [1, 2], r"NormalFormGame.small must be a non-empty matrix; got shape \(2,\)"),
        ([[1, np.nan]], [[1, 2]], r"NormalFormGame.small must be finite; got nan at row 0, column 1\. Write"),
        ([[1, 2]], [[1, -np.inf]], r"NormalFormGame.big must be finite; got -inf at row 0, column 1\. Write"),
        ([[1, 2], [3]], [[1, 2]], r"NormalFormGame.small must be a matrix of numbers; got rows of unequal length"),
        ("abc", [[1]], r"NormalFormGame.small must be a matrix of numbers"),
    ],
)
def test_bad_matrices_are_refused(small: object, big: object, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        NormalFormGame(small, big)  # type: ignore[arg-type]


def test_profile_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"payoffs\.y must be a vector of 2 probabilities; got shape \(3,\)"):
        NormalFormGame(np.eye(2), np.eye(2)).payoffs([1, 0], [1, 0, 0])
