"""Peers list the same equilibria as we do, and are called in a way that lets them."""

from __future__ import annotations

import shutil
import warnings

import numpy as np
import pytest

from benchmarks import equilibria, peers
from simulator.games.many import many_equilibria

LRS_EXAMPLE = """\
*lrsnash:lrslib v.7.1
2  1  0  3
2  2/3  1/3  3
1  1  0  0  3

2  1/3  2/3  4
1  0  1/3  2/3  8/3

*Number of equilibria found: 3
"""

needs_lrs = pytest.mark.skipif(
    shutil.which("lrsnash") is None,
    reason="lrsnash is not installed: it is in Debian's package lrslib (apt-get install lrslib)",
)


def _assert_same(theirs: list[peers.Profiles], A: np.ndarray, B: np.ndarray) -> None:
    found = many_equilibria(A, B)
    assert found.complete.all()
    assert len(theirs) == len(A)
    for g, profiles in enumerate(theirs):
        assert peers.same(peers.distinct(profiles), peers.distinct(equilibria.profiles_of(found, g))), (A[g], B[g])


def test_lrsnash_pairs_each_action_of_smallco_with_the_replies_before_it() -> None:
    (profiles,) = peers.read_lrsnash(LRS_EXAMPLE)
    assert profiles == [
        (1.0, 0.0, 0.0, 1.0, 0.0),
        (1.0, 0.0, 0.0, pytest.approx(2 / 3), pytest.approx(1 / 3)),
        (0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), pytest.approx(1 / 3), pytest.approx(2 / 3)),
    ]


@needs_lrs
@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (5, 5), (7, 7)])
def test_lrsnash_finds_what_we_find_with_and_without_ties(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    for A, B in (rng.integers(0, 4, size=(2, 40, *shape)), rng.integers(-99, 100, size=(2, 40, *shape))):
        _assert_same(peers.lrsnash(A.astype(float), B.astype(float)), A, B)


@needs_lrs
@pytest.mark.parametrize("levels", [5, 11])
def test_lrsnash_finds_what_we_find_in_commitment_games(levels: int) -> None:
    A, B = equilibria.commitment_games(levels, 10)
    _assert_same(peers.lrsnash(A, B), A, B)


@pytest.mark.parametrize("name", ["nashpy", "quantecon support", "quantecon vertex"])
def test_libraries_find_what_we_find_without_ties(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        A, B = equilibria.random_games(4, 15)
        _assert_same(peers.available()[name](A, B), A, B)


def test_nashpy_on_scaled_payoffs_keeps_what_ties() -> None:
    rng = np.random.default_rng(3)
    A, B = rng.integers(0, 3, size=(2, 40, 3, 3)).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _assert_same(peers.nashpy_vertices(A, B), A, B)


def test_a_list_that_lacks_a_profile_is_not_the_same() -> None:
    one, two = (1.0, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0)
    assert peers.same([one, two], [two, one])
    assert not peers.same([one], [one, two])
    assert peers.distinct([one, two, one]) == [two, one]
