"""Stochastic dominance against its definition on every value, and by known distributions."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sweeps.comparison.samples import table

from simulator.sweeps.compare import compare
from simulator.sweeps.comparison.dominance import relation

pairs = arrays(float, st.tuples(st.just(2), st.integers(1, 8)), elements=st.integers(-4, 4))


def by_definition(mine, theirs, order):
    """Compare distribution functions, or expected shortfalls, at every value (both are linear in between)."""
    at = np.union1d(mine, theirs)[:, None]
    if order == 1:
        f, g = (np.mean(sample <= at, axis=1) for sample in (mine, theirs))
    else:
        f, g = (np.mean(np.maximum(at - sample, 0.0), axis=1) for sample in (mine, theirs))
    over, under = bool(np.all(f <= g + 1e-12)), bool(np.all(g <= f + 1e-12))
    return {(True, True): "equal", (True, False): "dominates", (False, True): "dominated"}.get((over, under), "neither")


@given(pairs, st.sampled_from([1, 2]))
@settings(max_examples=300)
def test_the_relation_is_the_definition(values, order):
    mine, theirs = np.sort(values, axis=1)
    # equal shortfalls everywhere below the top value and a higher mean: the definition needs a value beyond the top
    top = max(mine.max(), theirs.max()) + 1.0
    said = relation(mine, theirs, order)
    assert said == by_definition(np.append(mine, top), np.append(theirs, top), order)


@given(pairs)
def test_the_first_order_implies_the_second_and_the_mean(values):
    mine, theirs = np.sort(values, axis=1)
    if relation(mine, theirs, 1) in {"dominates", "equal"}:
        assert relation(mine, theirs, 2) == relation(mine, theirs, 1)
    if relation(mine, theirs, 2) == "dominates":
        assert mine.mean() >= theirs.mean() - 1e-12
        for utility in (np.tanh, lambda x: -np.exp(-x), lambda x: np.minimum(x, 1.0)):
            if utility is not np.tanh:  # tanh is convex below 0
                assert utility(mine).mean() >= utility(theirs).mean() - 1e-9


def test_a_mean_preserving_spread_is_dominated_in_the_second_order_only():
    mine, theirs = np.array([2.0, 2.0]), np.array([1.0, 3.0])
    assert [relation(mine, theirs, order) for order in (1, 2)] == ["neither", "dominates"]


def rows(a, b, **options):
    found = compare(table(np.stack([a, b])[:, None]), dominance=True, **options).dominance
    assert [row.order for row in found] == [1, 2]
    return found


LUCK = np.random.default_rng(5).normal(size=4000)


def test_a_shift_dominates_in_both_orders():
    for row in rows(LUCK, LUCK + 0.2):
        assert (row.contract, row.against, row.sample, row.verdict) == ("b", "a", "dominates", "dominates")
        assert row.p_dominates == 1.0
        assert row.p_dominated < 0.01


def test_less_risk_at_the_same_mean_is_preferred_by_the_risk_averse_only():
    first, second = rows(LUCK, 0.5 * (LUCK - LUCK.mean()) + LUCK.mean() + 1e-9)
    assert (first.sample, first.verdict) == ("neither", "neither")
    assert (second.sample, second.verdict) == ("dominates", "dominates")


def test_no_effect_leaves_it_open_and_the_same_runs_are_equal():
    other = np.random.default_rng(6).normal(size=4000)
    assert {row.verdict for row in rows(LUCK, other)} == {"open"}
    assert {(row.sample, row.p_dominates, row.p_dominated) for row in rows(LUCK, LUCK)} == {("equal", 1.0, 1.0)}


def test_the_other_way_round_is_the_mirror_image():
    turned = {"dominates": "dominated", "dominated": "dominates", "neither": "neither", "open": "open"}
    for one, other in zip(rows(LUCK, 1.5 * LUCK + 0.1), rows(1.5 * LUCK + 0.1, LUCK), strict=True):
        assert (other.sample, other.verdict) == (turned[one.sample], turned[one.verdict])
        assert (other.p_dominates, other.p_dominated) == (one.p_dominated, one.p_dominates)


@pytest.mark.statistical
@pytest.mark.slow
def test_true_nulls_are_refuted_about_as_seldom_as_they_say():
    """At the edge of the null, equal distributions, each side is refuted in about 5 % of samples."""
    random = np.random.default_rng(9)
    refuted = np.zeros(2)
    for _ in range(400):
        luck = random.normal(size=200)
        own = random.normal(size=(2, 200))
        found = rows(luck + own[0], luck + own[1])
        refuted += [row.p_dominates < 0.05 for row in found]
    assert np.all(refuted / 400 < 0.09)
    assert np.all(refuted / 400 > 0.015)


def test_missing_runs_are_left_out_on_both_sides():
    a, b = np.array([1.0, 2.0, np.nan, 4.0]), np.array([2.0, np.nan, 9.0, 5.0])
    for row in rows(a, b):
        assert (row.pairs, row.sample) == (2, "dominates")


def test_every_level_and_pair_has_both_orders():
    values = np.random.default_rng(4).normal(size=(3, 2, 20))
    found = compare(table(values, cash=[3, 6]), by="cash", all_pairs=True, dominance=True).dominance
    expected = list(itertools.product([3, 6], [("b", "a"), ("c", "a"), ("c", "b")], [1, 2]))
    assert [(row.level, (row.contract, row.against), row.order) for row in found] == expected
