"""Reduced strategic forms worked out by hand, and trees that are too large or not for two."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.foundation.errors import ParameterError
from simulator.games.gambit.game_files import efg_text, parse_efg
from simulator.games.information.extensive_form import Chance, Decision, End, ExtensiveGame
from simulator.games.information.reduced_form import bimatrix_tree, reduced_form
from simulator.games.normal_form import NormalFormGame

BOTH = ("S", "B")


def test_what_an_earlier_move_rules_out_is_left_open() -> None:
    # S: out ends; in leads to B, then S moves again: three plans, not four
    again = Decision(0, "later", ("left", "right"), (End((1.0, 2.0)), End((3.0, 4.0))))
    reply = Decision(1, "reply", ("stop", "go"), (End((5.0, 6.0)), again))
    form = reduced_form(ExtensiveGame(BOTH, Decision(0, "first", ("out", "in"), (End((7.0, 8.0)), reply))))
    assert form.small_strategies == ("out", "in, left", "in, right")
    assert form.big_strategies == ("stop", "go")
    assert form.game.small.tolist() == [[7.0, 7.0], [5.0, 1.0], [5.0, 3.0]]
    assert form.game.big.tolist() == [[8.0, 8.0], [6.0, 2.0], [6.0, 4.0]]


def test_chance_is_averaged_and_sets_are_named_where_moves_are_alike() -> None:
    def told(name: str, gain: float) -> Decision:
        return Decision(0, name, ("yes", "no"), (End((gain, 0.0)), End((0.0, 1.0))))

    tree = ExtensiveGame(BOTH, Chance(("good", "bad"), (0.25, 0.75), (told("good", 4.0), told("bad", -4.0))))
    form = reduced_form(tree)
    assert form.small_strategies == ("yes, yes", "yes, no", "no, yes", "no, no")
    assert form.big_strategies == ("no move",)
    assert form.game.small[:, 0].tolist() == [-2.0, 1.0, -3.0, 0.0]
    assert form.game.big[:, 0].tolist() == [0.0, 0.75, 0.25, 1.0]


def test_the_follower_of_a_leader_answers_every_move() -> None:
    battle = NormalFormGame([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    form = reduced_form(bimatrix_tree(battle, ("a", "b"), ("a", "b"), "small"))
    assert form.big_strategies == ("a, a", "a, b", "b, a", "b, b")
    assert form.game.small.tolist() == [[2.0, 2.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1.0]]


@pytest.mark.parametrize("lead", ["simultaneous", "big"])
def test_a_bimatrix_survives_the_tree_its_file_and_the_way_back(lead: str) -> None:
    rng = np.random.default_rng(9)
    game = NormalFormGame(*rng.normal(size=(2, 2, 3)))
    back = parse_efg(efg_text(bimatrix_tree(game, ("x", "y"), ("a", "b", "c"), lead)))
    form = reduced_form(ExtensiveGame(BOTH, back.root) if lead == "simultaneous" else back)
    if lead == "simultaneous":
        np.testing.assert_array_equal(form.game.small, game.small)
        np.testing.assert_array_equal(form.game.big, game.big)
    else:
        # SmallCo's constant answers are its actions
        np.testing.assert_array_equal(form.game.small[[0, -1]], game.small)


def test_what_is_no_bimatrix_is_refused() -> None:
    with pytest.raises(ParameterError, match="must have two players; got 3"):
        reduced_form(ExtensiveGame(("A", "B", "C"), End((0.0, 0.0, 0.0))))
    wide = NormalFormGame(np.zeros((11, 11)), np.zeros((11, 11)))
    names = tuple(map(str, range(11)))
    with pytest.raises(ParameterError, match="at most 1001 strategies for 'BigCo'"):
        reduced_form(bimatrix_tree(wide, names, names, "small"))
