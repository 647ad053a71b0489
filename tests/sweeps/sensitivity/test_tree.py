"""The tree against brute force, and its laws."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweeps.sensitivity.functions import made_cases

from simulator.sweeps.sensitivity.tree import best_split, grown, penalties, predicted, pruned, rules, to_dict, tree


@st.composite
def some_cases(draw):
    n = draw(st.integers(2, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns = [rng.random(n), rng.integers(0, 4, n), rng.integers(0, 4, n)]
    runs = rng.integers(1, 5, n)
    return made_cases(columns, rng.binomial(runs, 0.5), runs, words=(None, None, ("a", "b", "c", "d")))


def squares(cases, side):
    mean = cases.hits[side].sum() / cases.runs[side].sum()
    return (cases.runs[side] * (cases.hits[side] / cases.runs[side] - mean) ** 2).sum()


def every_split(cases):
    for column, words in zip(cases.columns, cases.words, strict=True):
        values = np.unique(column)
        if words is None:
            yield from (column <= value for value in values[:-1])
        else:
            for size in range(1, len(values)):
                yield from (np.isin(column, chosen) for chosen in itertools.combinations(values, size))


@settings(deadline=None)
@given(some_cases())
def test_the_best_split_is_that_of_brute_force(cases):
    whole = squares(cases, np.ones(len(cases.hits), dtype=bool))
    gains = [whole - squares(cases, side) - squares(cases, ~side) for side in every_split(cases)]
    split = best_split(cases)
    if split is None:
        assert max(gains, default=0.0) == pytest.approx(0.0, abs=1e-9)
    else:
        assert split.gain == pytest.approx(max(gains))
        side = split.left(cases)
        assert whole - squares(cases, side) - squares(cases, ~side) == pytest.approx(split.gain)


def test_of_two_trees_of_one_size_the_pruned_one_is_the_best_of_all_subtrees():
    rng = np.random.default_rng(6)
    cases = made_cases(rng.random((3, 80)), rng.random(80) < 0.5)
    whole = grown(cases, depth=3)

    def subtrees(node):
        yield node.squares, 1
        if node.left is not None:
            for (one, few), (two, more) in itertools.product(subtrees(node.left), subtrees(node.right)):
                yield one + two, few + more

    for penalty in [*penalties(whole), 0.3, 0.7, 1.5]:
        found = pruned(whole, penalty)
        cost = min(left + penalty * leaves for left, leaves in subtrees(whole))
        assert found.left_over + penalty * found.leaves == pytest.approx(cost)
    assert pruned(whole, penalties(whole)[-1] * 1.001 + 1e-9).leaves == 1


def test_a_planted_rule_is_read_off():
    rng = np.random.default_rng(2)
    x, word = rng.random((2, 600)), rng.integers(0, 3, 600)
    share = np.where(word == 1, 0.9, np.where(x[0] <= 0.3, 0.6, 0.1))
    cases = made_cases([*x, word], rng.binomial(20, share), np.full(600, 20.0), words=(None, None, ("a", "b", "c")))
    read = [(depth, answer) for depth, answer, _ in rules(tree(cases), cases)]
    assert [depth for depth, _ in read] == [0, 1, 2, 2, 1]
    assert [read[1][1], read[4][1]] == ["x2 a or c", "x2 otherwise"]
    assert float(read[2][1].removeprefix("x0 at most ")) == pytest.approx(0.3, abs=0.01)
    leaves = [each for each in to_dict(tree(cases), cases) if each["leaf"]]
    assert [each["mean"] for each in leaves] == pytest.approx([0.6, 0.1, 0.9], abs=0.02)
    assert all(0.0 <= each["low"] < each["mean"] < each["high"] <= 1.0 for each in leaves)
    assert sum(each["points"] for each in leaves) == 600


@pytest.mark.statistical
def test_noise_grows_no_tree():
    """Of ten samples without any effect at most two keep a question."""
    rng = np.random.default_rng(12)
    kept = [tree(made_cases(rng.random((4, 200)), rng.random(200) < 0.4)).leaves > 1 for _ in range(10)]
    assert sum(kept) <= 2


@settings(deadline=None)
@given(some_cases(), st.randoms(use_true_random=False))
def test_the_order_of_points_changes_nothing_and_leaves_predict_their_means(cases, random):
    node = grown(cases, depth=2, bare=True)
    order = np.array(random.sample(range(len(cases.hits)), len(cases.hits)))
    again = grown(cases.drawn(order), depth=2, bare=True)
    assert again.left_over == pytest.approx(node.left_over)
    told = predicted(node, cases)
    assert (cases.runs * told).sum() == pytest.approx(cases.hits.sum())
    assert (cases.runs * (cases.hits / cases.runs - told) ** 2).sum() == pytest.approx(node.left_over)


def test_one_block_one_point_and_a_constant():
    assert tree(made_cases([[1.0]], [1.0])).leaves == 1
    assert tree(made_cases([[1.0, 2.0, 3.0]], [1.0, 1.0, 1.0], blocks=[0, 0, 0])).leaves == 1
    with_mean = tree(made_cases([np.arange(40.0)], 5.0 * (np.arange(40) > 19)), share=False)
    assert with_mean.leaves == 2
    assert with_mean.right.mean == 5.0
