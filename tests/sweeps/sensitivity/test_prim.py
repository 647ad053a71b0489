"""PRIM finds a planted box, obeys its laws, and its numbers are those that counting gives."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sweeps.sensitivity.functions import made_cases

from simulator.foundation.errors import ParameterError
from simulator.sweeps.sensitivity.discovery import chosen_box, discover, quasi_p
from simulator.sweeps.sensitivity.prim import Limit, box_of, everything, inside, pasted, peeled


def planted(n=1500, seed=3, noise=0.0):
    rng = np.random.default_rng(seed)
    x = rng.random((n, 4))
    hit = (x[:, 0] <= 0.4) & (x[:, 2] >= 0.5)
    if noise:
        hit = np.where(rng.random(n) < noise, rng.random(n) < 0.2, hit)
    return x, hit.astype(float)


def test_a_planted_box_is_found():
    x, hit = planted()
    found = discover(made_cases(x.T, hit), threshold=0.95)
    assert {each.factor for each in found.restrictions} == {"x0", "x2"}
    limits = {each.factor: each for each in found.restrictions}
    assert limits["x0"].high == pytest.approx(0.4, abs=0.02)
    assert limits["x0"].low is None
    assert limits["x2"].low == pytest.approx(0.5, abs=0.03)
    assert found.reached
    assert found.box.density >= 0.95
    assert found.box.coverage > 0.95
    assert found.unseen_density > 0.9
    assert found.reproduced["x0"] == found.reproduced["x2"] == 1.0
    assert max(each.quasi_p for each in found.restrictions) < 1e-6
    assert found.words == f"x0 at most {limits['x0'].high:.4g} and x2 at least {limits['x2'].low:.4g}"


def test_a_planted_box_among_noise_is_found_again_in_resamples():
    x, hit = planted(noise=0.3)
    found = discover(made_cases(x.T, hit), threshold=0.7)
    assert {"x0", "x2"} <= {each.factor for each in found.restrictions}
    assert found.reproduced["x1"] < 0.7 <= found.reproduced["x0"]


def test_words_and_whole_numbers():
    rng = np.random.default_rng(1)
    word, count, other = rng.integers(0, 4, 800), rng.integers(1, 6, 800), rng.random(800)
    hit = np.isin(word, [1, 3]) & (count >= 4)
    cases = made_cases([word, count, other], hit, words=(("a", "b", "c", "d"), None, None))
    found = discover(cases, threshold=1.0, resamples=0)
    limits = {each.factor: each for each in found.restrictions}
    assert set(limits) == {"x0", "x1"}
    assert limits["x0"].values == ("b", "d")
    assert limits["x0"].words == "x0 b or d"
    assert limits["x1"].low == 4.0
    assert (found.box.density, found.box.coverage) == (1.0, 1.0)
    assert np.isnan(found.unseen_density)


@st.composite
def some_cases(draw):
    n = draw(st.integers(5, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns = [rng.random(n), rng.integers(0, 5, n).astype(float), rng.integers(0, 3, n).astype(float)]
    runs = rng.integers(1, 5, n)
    hits = rng.binomial(runs, rng.random(n))
    hits[0], runs[0] = 1, 2
    return made_cases(columns, hits, runs, words=(None, None, ("a", "b", "c")))


@settings(deadline=None)
@given(some_cases(), st.floats(0.01, 0.5))
def test_boxes_are_never_empty_shrink_and_count_rightly(cases, peel):
    boxes = peeled(cases, peel=peel)
    for box in boxes:
        held = inside(cases, box.limits)
        assert box.points == held.sum() > 0
        assert box.mass >= min(0.05, 1.0)
        assert box.coverage == pytest.approx(cases.hits[held].sum() / cases.hits.sum())
        assert box.density == pytest.approx(cases.hits[held].sum() / cases.runs[held].sum())
        assert box.coverage * cases.hits.sum() == pytest.approx(box.density * box.mass * cases.runs.sum())
    for before, after in itertools.pairwise(boxes):
        assert not (inside(cases, after.limits) & ~inside(cases, before.limits)).any()
        assert after.points < before.points
    for box in boxes:
        larger = pasted(cases, box, peel=peel)
        assert larger.density >= box.density - 1e-9
        assert not (inside(cases, box.limits) & ~inside(cases, larger.limits)).any()


@settings(deadline=None)
@given(some_cases(), st.randoms(use_true_random=False))
def test_units_and_the_order_of_points_change_nothing(cases, random):
    base = [inside(cases, box.limits) for box in peeled(cases)]
    bent = made_cases(
        [np.exp(3.0 * cases.columns[0]), cases.columns[1] ** 3, cases.columns[2]], cases.hits, cases.runs, cases.words
    )
    assert [held.tolist() for held in base] == [inside(bent, box.limits).tolist() for box in peeled(bent)]
    order = np.array(random.sample(range(len(cases.hits)), len(cases.hits)))
    assert [box.limits for box in peeled(cases.drawn(order))] == [box.limits for box in peeled(cases)]


def test_the_chosen_box_is_the_largest_that_is_dense_enough_or_the_densest():
    x, hit = planted(noise=0.3)
    cases = made_cases(x.T, hit)
    boxes = peeled(cases)
    place = chosen_box(boxes, 0.5)
    assert boxes[place].density >= 0.5 > max(box.density for box in boxes[:place])
    found = discover(cases, threshold=1.0, resamples=0)
    assert not found.reached
    assert boxes[found.chosen].density == max(box.density for box in boxes)
    with pytest.raises(ParameterError, match=r"less than --threshold 0\.1 of all runs"):
        discover(cases, threshold=0.1)


def test_the_quasi_p_value_is_the_binomials_tail():
    x, hit = planted(300, noise=0.3)
    cases = made_cases(x.T, hit)
    limits = (Limit(high=0.4), *everything(cases)[1:2], Limit(low=0.5), everything(cases)[3])
    box = box_of(cases, limits)
    wider = box_of(cases, (Limit(), *limits[1:]))
    found = round(box.density * box.points)
    assert quasi_p(cases, box, 0) == pytest.approx(stats.binom.sf(found - 1, box.points, wider.density))


def test_what_has_no_effect_is_not_found():
    rng = np.random.default_rng(9)
    found = discover(made_cases(rng.random((2, 400)), rng.random(400) < 0.3), threshold=0.9)
    assert not found.reached
    assert found.unseen_density < 0.45
