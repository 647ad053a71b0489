"""The chain store against exact fractions and against its own tree, where the assessment must be sequential."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.information.extensive_form import Decision, ExtensiveGame, assess
from simulator.games.information.reputation import ChainStore

NEVER = (20, 1.0)
TREMBLES_OF_THE_TOUGH = (NEVER, NEVER)


def assessment(store: ChainStore, prior: float, stages: int, tree: ExtensiveGame):
    """Return the Kreps-Wilson behaviour at every information set, judged by the tree."""
    behaviour, trembles = {}, {}
    for node, _, _ in tree.nodes():
        if not isinstance(node, Decision):
            continue
        name, _, before = node.information_set.partition(" after ")
        belief, left = prior, stages
        for what in before.split(", ") if before else ():
            belief = {"fight": store.stage(belief, left).belief_after_fight, "acquiesced": 0.0, "out": belief}[what]
            left -= 1
        stage = store.stage(belief, left)
        if name.startswith("tough"):
            chance = 1.0
            trembles[node.information_set] = TREMBLES_OF_THE_TOUGH
        else:
            chance = stage.weak_fights if name.startswith("weak") else stage.enters
        behaviour[node.information_set] = (chance, 1.0 - chance)
    return assess(tree, behaviour, trembles)


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("b", "a", "prior"), [(0.5, 2.0, 0.1), (0.5, 2.0, 0.25), (0.3, 5.0, 0.2), (0.8, 1.2, 0.05), (0.5, 3.0, 0.9)]
)
def test_play_is_a_sequential_equilibrium_of_the_tree(stages: int, b: float, a: float, prior: float) -> None:
    store = ChainStore(b, a)
    tree = store.tree(prior, stages)
    assert assessment(store, prior, stages, tree).regret < 1e-12
    weak = ExtensiveGame(tree.players, tree.root.children[1])
    expected = store.stage(prior, stages).weak_payoff
    assert assessment(store, prior, stages, weak).payoffs[0] == pytest.approx(expected, abs=1e-12)


def test_a_bolder_weak_type_would_not_be_sequential() -> None:
    store = ChainStore(0.5, 2.0)
    tree = store.tree(0.1, 1)
    behaviour = {"entrant 1": (1.0, 0.0), "tough against 1": (1.0, 0.0), "weak against 1": (0.5, 0.5)}
    assert assess(tree, behaviour).gains["weak against 1"] == pytest.approx(0.5)


@settings(max_examples=200, deadline=None)
@given(st.fractions(Fraction(1, 1000), Fraction(999, 1000)), st.integers(1, 99))
def test_first_entry_against_exact_powers(prior: Fraction, percent: int) -> None:
    b = Fraction(percent, 100)
    n = 0
    while prior < b ** (n + 1):
        n += 1
    assert ChainStore(float(b)).first_entry(float(prior)) == n


@pytest.mark.parametrize(("b", "n"), [(Fraction(1, 10), 3), (Fraction(3, 10), 5), (Fraction(1, 2), 10)])
def test_a_prior_of_exactly_a_power_deters_in_spite_of_rounding(b: Fraction, n: int) -> None:
    assert ChainStore(float(b)).first_entry(float(b**n)) == n - 1


def test_entry_begins_where_the_formula_says_and_deterrence_pays() -> None:
    store = ChainStore(0.5, 2.0)
    path = store.path(0.1, 10)
    assert next(stage.left for stage in path if stage.enters > 0.0) == store.first_entry(0.1) == 3
    assert path[0].weak_payoff == pytest.approx(2.0 * 7)
    assert [s.weak_payoff for s in store.path(1.0, 3)] == [6.0, 4.0, 2.0]
    assert store.stage(0.0, 5).weak_payoff == 0.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ChainStore(1.0), r"ChainStore\.entry_gain must lie between 0 and 1; got 1"),
        (lambda: ChainStore(0.5, 1.0), r"ChainStore\.deterrence_value must be finite and above 1"),
        (lambda: ChainStore(0.5).first_entry(0.0), r"ChainStore\.first_entry\.prior"),
        (lambda: ChainStore(0.5).stage(-0.1, 1), r"ChainStore\.stage\.belief"),
        (lambda: ChainStore(0.5).stage(0.1, 0), r"ChainStore\.stage\.left"),
        (lambda: ChainStore(0.5).tree(0.1, 9), r"ChainStore\.tree\.stages must be a whole number from 1 to 8; got 9"),
    ],
)
def test_bad_numbers_are_refused(call, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        call()
