"""Assessments of trees against Bayes' rule with small trembles and against textbook games."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.information.extensive_form import Chance, Decision, End, ExtensiveGame, Node, assess

EPSILON = 1e-5


def horse() -> ExtensiveGame:
    """Return Selten's horse (1975), figure 1."""
    third = [
        Decision(2, "three", ("L", "R"), (End((3, 3, 2)), End((0, 0, 0)))),
        Decision(2, "three", ("L", "R"), (End((4, 4, 0)), End((0, 0, 1)))),
    ]
    second = Decision(1, "two", ("C", "D"), (End((1, 1, 1)), third[1]))
    return ExtensiveGame(("1", "2", "3"), Decision(0, "one", ("C", "D"), (second, third[0])), "Selten's horse")


def test_only_one_kind_of_nash_equilibrium_of_selten_s_horse_is_sequential() -> None:
    tree = horse()
    # (D, C, L) pays (3, 3, 2) and is Nash, because player 2 is not reached: if it were, D would pay it 4 instead of 1
    nash = assess(tree, {"one": (0, 1), "two": (1, 0), "three": (1, 0)})
    assert nash.payoffs == (3.0, 3.0, 2.0)
    assert nash.gains == {"one": 0.0, "two": 3.0, "three": 0.0}
    # (C, C, R or L up to 1/4 of the time), player 3 believing that player 2 trembles twice as often as player 1
    trembles = {"one": ((1, 1.0), (1, 1.0)), "two": ((1, 1.0), (1, 2.0))}
    for left in (0.0, 0.1, 0.25):
        found = assess(tree, {"one": (1, 0), "two": (1, 0), "three": (left, 1 - left)}, trembles)
        assert found.beliefs["three"] == pytest.approx((2 / 3, 1 / 3))
        assert found.regret == pytest.approx(0.0, abs=1e-12)
    assert assess(tree, {"one": (1, 0), "two": (1, 0), "three": (0.5, 0.5)}, trembles).gains["two"] == 1.0
    # evenly trembling players make player 3 sure enough of player 1 to play L
    assert assess(tree, {"one": (1, 0), "two": (1, 0), "three": (0, 1)}).gains["three"] == 0.5


@st.composite
def trees(
    draw: st.DrawFn,
) -> tuple[ExtensiveGame, dict[str, tuple[float, ...]], dict[str, tuple[tuple[int, float], ...]]]:
    """Draw a two-stage tree with shared information sets, behaviour with zeros, and trembles."""
    value = st.integers(-5, 5)
    second = [("two", 1), ("three", 0)]

    def below(which: int) -> Node:
        name, player = second[which]
        return Decision(player, name, ("l", "r"), tuple(End((draw(value), draw(value))) for _ in range(2)))

    def first(name: str) -> Node:
        return Decision(0, name, ("a", "b", "c"), (below(0), below(draw(st.integers(0, 1))), below(1)))

    tree = ExtensiveGame(("S", "B"), Chance(("x", "y"), (0.3, 0.7), (first("at x"), first("at y"))))
    three = st.sampled_from([(1.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.2, 0.3, 0.5), (0.0, 0.0, 1.0)])
    two = st.sampled_from([(1.0, 0.0), (0.0, 1.0), (0.25, 0.75)])
    order = st.tuples(st.integers(1, 2), st.sampled_from([0.5, 1.0, 2.0]))
    behaviour = {"at x": draw(three), "at y": draw(three), "two": draw(two), "three": draw(two)}
    trembles = {name: tuple(draw(order) for _ in chances) for name, chances in behaviour.items()}
    return tree, behaviour, trembles


@settings(max_examples=100, deadline=None)
@given(trees())
def test_beliefs_are_limits_of_bayes_rule(drawn: tuple) -> None:
    tree, behaviour, trembles = drawn
    found = assess(tree, behaviour, trembles)
    shaken = {}
    for name, chances in behaviour.items():
        raw = [p if p > 0 else w * EPSILON**k for p, (k, w) in zip(chances, trembles[name], strict=True)]
        shaken[name] = tuple(np.array(raw) / sum(raw))
    numeric = assess(tree, shaken)  # everything is reached, so this is Bayes' rule alone
    nodes = tree.nodes()
    reach: list[float] = []
    members: dict[str, list[int]] = {}
    for index, (node, parent, action) in enumerate(nodes):
        step = 1.0
        if parent >= 0:
            above = nodes[parent][0]
            chances = above.probabilities if isinstance(above, Chance) else shaken[above.information_set]
            step = reach[parent] * chances[action]
        reach.append(step)
        if isinstance(node, Decision):
            members.setdefault(node.information_set, []).append(index)
    for name, indices in members.items():
        weights = np.array([reach[k] for k in indices])
        assert numeric.beliefs[name] == pytest.approx(tuple(weights / weights.sum()), abs=1e-12)
        assert found.beliefs[name] == pytest.approx(tuple(weights / weights.sum()), abs=1e-3)
    ends = [(reach[k], node.payoffs) for k, (node, _, _) in enumerate(nodes) if isinstance(node, End)]
    mean = sum(chance * np.array(payoffs) for chance, payoffs in ends)
    assert numeric.payoffs == pytest.approx(tuple(mean), abs=1e-12)


def test_bad_trees_and_behaviour_are_refused() -> None:
    end = End((1.0,))
    for root, words in (
        (End((1.0, 2.0)), "end with 1 finite payoffs"),
        (Decision(1, "x", ("a",), (end,)), "name players from 0 to 0; got 1"),
        (Decision(0, "x", ("a", "b"), (end,)), "have one child for each action"),
        (Chance(("a", "b"), (0.5, 0.6), (end, end)), "give each action of chance a probability"),
        (
            Decision(0, "x", ("a", "b"), (end, Decision(0, "x", ("c",), (end,)))),
            "have one player and the same actions in information set 'x'",
        ),
    ):
        with pytest.raises(ParameterError, match=words):
            ExtensiveGame(("S",), root)
    tree = ExtensiveGame(("S",), Decision(0, "x", ("a", "b"), (end, end)))
    with pytest.raises(ParameterError, match=r"assess\.behaviour\['x'\] must be 2 probabilities"):
        assess(tree, {})
    with pytest.raises(ParameterError, match=r"assess\.trembles\['x'\]"):
        assess(tree, {"x": (1.0, 0.0)}, {"x": ((0, 1.0), (0, 1.0))})
