"""Deferred acceptance over candidate lists against the readable version, stability, and every matching there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.games.networks.acceptance import NOBODY, deferred_acceptance
from simulator.games.networks.matching import MatchingMarket, small_optimal_matching

pytestmark = pytest.mark.kernels


@st.composite
def markets(draw, most_smalls=12, most_bigs=5):
    """Return candidate lists with scores, some of them tied or negative, and quotas, some of them 0."""
    smalls, bigs = draw(st.integers(1, most_smalls)), draw(st.integers(1, most_bigs))
    candidates = st.lists(st.integers(0, bigs - 1), unique=True, max_size=bigs)
    lists = draw(st.lists(candidates, min_size=smalls, max_size=smalls))
    count = sum(map(len, lists))
    scores = st.lists(st.integers(-1, 3), min_size=count, max_size=count)
    quotas = draw(st.lists(st.integers(0, 5), min_size=bigs, max_size=bigs))
    return lists, draw(scores), draw(scores), quotas


def matched(lists, small_scores, big_scores, quotas):
    """Return what the compiled function makes of a market."""
    start = np.concatenate([[0], np.cumsum([len(each) for each in lists])]).astype(np.int64)
    candidates = np.array([j for each in lists for j in each], dtype=np.int64)
    arrays = (np.array(each, dtype=np.float64) for each in (small_scores, big_scores))
    return deferred_acceptance(start, candidates, *arrays, np.array(quotas, dtype=np.int64)).tolist()


def preferences(lists, small_scores, big_scores):
    """Return what each SmallCo and each BigCo thinks of the acceptable others, the higher the better, without ties."""
    small_likes, big_likes, place = [{} for _ in lists], {}, 0
    for i, candidates in enumerate(lists):
        for position, j in enumerate(candidates):
            if small_scores[place] >= 0 and big_scores[place] >= 0:
                small_likes[i][j] = (small_scores[place], -position)
                big_likes.setdefault(j, {})[i] = (big_scores[place], -i)
            place += 1
    return small_likes, big_likes


def best_first(likes):
    """Return whom a firm finds acceptable in the order of its preference."""
    return sorted(likes, key=likes.__getitem__, reverse=True)


def is_stable(matching, small_likes, big_likes, quotas):
    """Return whether a matching is possible, and no two firms that would rather be allied are not."""
    held = {j: [i for i, own in enumerate(matching) if own == j] for j in range(len(quotas))}
    if any(own != NOBODY and own not in small_likes[i] for i, own in enumerate(matching)):
        return False
    if any(len(smalls) > quotas[j] for j, smalls in held.items()):
        return False
    for i, own in enumerate(matching):
        for j, liked in small_likes[i].items():
            better = own == NOBODY or liked > small_likes[i][own]
            worst = min((big_likes[j][other] for other in held[j]), default=None)
            wanted = quotas[j] > 0 and (len(held[j]) < quotas[j] or big_likes[j][i] > worst)
            if better and wanted:
                return False
    return True


@settings(deadline=None, max_examples=300)
@given(markets())
def test_it_is_the_matching_of_the_readable_version(market):
    lists, small_scores, big_scores, quotas = market
    small_likes, big_likes = preferences(lists, small_scores, big_scores)
    known = small_optimal_matching(
        MatchingMarket(
            {f"S{i}": [f"B{j}" for j in best_first(likes)] for i, likes in enumerate(small_likes)},
            {f"B{j}": [f"S{i}" for i in best_first(big_likes.get(j, {}))] for j in range(len(quotas))},
            {f"B{j}": quota for j, quota in enumerate(quotas)},
        )
    )
    expected = [NOBODY] * len(lists)
    for big, smalls in known.items():
        for small in smalls:
            expected[int(small[1:])] = int(big[1:])
    assert matched(*market) == expected


@settings(deadline=None, max_examples=200)
@given(markets(most_smalls=5, most_bigs=3))
def test_no_stable_matching_is_better_for_any_smallco(market):
    """Every matching there is, tried one by one."""
    lists, small_scores, big_scores, quotas = market
    small_likes, big_likes = preferences(lists, small_scores, big_scores)
    found = matched(*market)
    assert is_stable(found, small_likes, big_likes, quotas)
    for other in itertools.product(range(NOBODY, len(quotas)), repeat=len(lists)):
        if is_stable(other, small_likes, big_likes, quotas):
            for likes, own, alternative in zip(small_likes, found, other, strict=True):
                assert own == alternative or (
                    own != NOBODY and (alternative == NOBODY or likes[own] > likes[alternative])
                )


def test_a_large_market_is_stable():
    """Heaps of hundreds of edges: 300 SmallCos who all know 40 BigCos, and agree on them more or less."""
    draws = np.random.default_rng(0)
    smalls, bigs = 300, 40
    lists = [draws.permutation(bigs).tolist() for _ in range(smalls)]
    small_scores = [float(j // 4) + draws.random() - 0.2 for each in lists for j in each]
    big_scores = draws.integers(-20, 100, smalls * bigs).tolist()
    quotas = draws.integers(0, 12, bigs).tolist()
    found = matched(lists, small_scores, big_scores, quotas)
    assert is_stable(found, *preferences(lists, small_scores, big_scores), quotas)
    assert sum(own != NOBODY for own in found) > 150


def test_a_chain_of_rejections_by_hand():
    """Both want BigCo 0, which prefers SmallCo 1; SmallCo 0 then displaces SmallCo 2 from BigCo 1."""
    lists = [[1, 0], [0], [1]]
    assert matched(lists, [1, 2, 1, 1], [3, 1, 5, 2], [1, 1]) == [1, 0, NOBODY]


def test_ties_go_to_the_first_candidate_and_the_first_smallco():
    assert matched([[2, 0, 1]], [1, 1, 1], [1, 1, 1], [1, 1, 1]) == [2]
    assert matched([[0], [0], [0]], [1, 1, 1], [1, 1, 1], [2]) == [0, 0, NOBODY]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(("score", "partner"), [(0.0, 0), (-1e-9, NOBODY), (np.nan, NOBODY)])
def test_a_score_of_zero_will_do_and_a_negative_one_or_none_will_not(place, score, partner):
    scores = [[1.0], [1.0]]
    scores[place] = [score]
    assert matched([[0]], *scores, [1]) == [partner]


def test_a_bigco_without_a_seat_keeps_nobody():
    assert matched([[0, 1], [0]], [2, 1, 2], [1, 1, 1], [0, 5]) == [1, NOBODY]
    assert matched([[0]], [1], [1], [-3]) == [NOBODY]


def test_quotas_beyond_any_number_of_suitors_need_no_memory():
    assert matched([[0], [0]], [1, 1], [1, 1], [2**62, 2**62]) == [0, 0]


def test_nobody_is_matched_without_candidates():
    assert matched([[], []], [], [], [1]) == [NOBODY, NOBODY]
    assert matched([], [], [], [1]) == []
