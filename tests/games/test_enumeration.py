"""The compiled search piece by piece: pivots, faces and their vertices, two routes to one list; also interpreted."""

from __future__ import annotations

import numpy as np
import pytest
from games.exact import extreme_equilibria

from simulator.games.enumeration import dictionary, faces, games, generic, outcomes, polish, vertices

pytestmark = pytest.mark.kernels
Matrix = np.ndarray


def _polytope(payoffs: Matrix) -> dictionary.Stack:
    """Return the dictionary of {z >= 0, payoffs z <= 1} at its origin: labels of own actions first."""
    replies, size = payoffs.shape
    stack = dictionary.new_stack(4, replies, size)
    dictionary.start(stack, payoffs, False, size, 0)
    return stack


def _point(stack: dictionary.Stack, at: int, size: int) -> list[float]:
    return [float(dictionary.value(stack, at, label)) for label in range(size)]


def _scaled(payoffs: Matrix) -> Matrix:
    return (payoffs - payoffs.min()) / (np.ptp(payoffs) or 1.0) + 1.0


def test_a_pivot_and_its_reverse_change_nothing() -> None:
    rng = np.random.default_rng(1)
    payoffs = rng.uniform(1.0, 2.0, size=(4, 3))
    stack = _polytope(payoffs)
    before, book = stack.table[0].copy(), stack.book[0].copy()
    dictionary.pivot(stack, 0, 2, 1)
    assert not np.allclose(stack.table[0], before)
    z = np.array(_point(stack, 0, 3))
    assert 1.0 - payoffs[2] @ z == pytest.approx(0.0, abs=1e-15)
    assert np.count_nonzero(z) == 1
    dictionary.pivot(stack, 0, 2, 1)
    np.testing.assert_allclose(stack.table[0], before, atol=1e-14)
    np.testing.assert_array_equal(stack.book[0], book)


def test_restricting_leads_to_the_face_or_tells_that_there_is_none() -> None:
    # {z >= 0, z_1 + 2 z_2 <= 1, 2 z_1 + z_2 <= 1}: both slacks vanish at (1/3, 1/3) only
    stack = _polytope(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert dictionary.restrict(stack, 0, 2) >= 0
    assert dictionary.restrict(stack, 0, 3) >= 0
    assert _point(stack, 0, 2) == pytest.approx([1 / 3, 1 / 3], abs=1e-15)
    assert stack.book[0, 0] == 0
    # a reply that is worse everywhere is never best: its slack cannot vanish
    stack = _polytope(np.array([[2.0, 2.0], [1.0, 1.0]]))
    assert dictionary.restrict(stack, 0, 3) == dictionary.INFEASIBLE


def test_a_face_of_ties_has_each_vertex_once() -> None:
    # all replies pay 1: {z >= 0, sum z <= 1}, four times over; with one slack gone it is the simplex
    size = 4
    stack = _polytope(np.ones((4, size)))
    dictionary.restrict(stack, 0, size)
    found = vertices.new_vertices(16, size)
    walk = dictionary.new_stack(16, 4, size)
    members = np.empty(16, dtype=np.int64)
    keys = vertices.label_keys(2 * size)
    outcome, count, _ = vertices.face_vertices(found, stack, 0, 0, keys, walk, members, 1000)
    assert (outcome, count) == (outcomes.COMPLETE, size)
    assert sorted(found.points[members[k]].tolist() for k in range(count)) == np.eye(size)[::-1].tolist()
    assert vertices.face_vertices(found, stack, 0, 0, keys, walk, members[:2], 1000)[0] == outcomes.NO_ROOM
    assert vertices.face_vertices(found, stack, 0, 0, keys, walk, members, 1)[0] == outcomes.OVER_BUDGET


def _pairs(search, A: Matrix, B: Matrix) -> list[list[float]]:
    m, n = A.shape
    w = faces.workspace(m, n, 64, 64, 16)
    a, b = _scaled(A), _scaled(B)
    answer = search(a, b, m, n, w)
    profiles = []
    assert answer[0] == outcomes.COMPLETE
    for k in range(answer[1]):
        profile = np.zeros(m + n)
        polish.mixed_action(b, True, w.xs.points[w.pairs[k, 0]], np.arange(m), n, profile, 0, 1e-9)
        polish.mixed_action(a, False, w.ys.points[w.pairs[k, 1]], np.arange(n), m, profile, m, 1e-9)
        profiles.append(profile.round(9).tolist())
    return sorted(profiles)


def _by_faces(A: Matrix, B: Matrix, m: int, n: int, w: faces.Workspace) -> tuple[int, int, int]:
    return faces.extreme_pairs(A, B, m, n, w, dictionary.ZERO, 10_000)


def _by_vertices(A: Matrix, B: Matrix, m: int, n: int, w: faces.Workspace) -> tuple[int, int, int]:
    return generic.vertex_pairs(A, B, m, n, w, dictionary.ZERO, 10_000)


def test_faces_and_vertices_find_the_same_where_nothing_ties() -> None:
    rng = np.random.default_rng(2)
    for m, n in [(2, 3), (3, 3), (4, 3), (4, 4)]:
        for _ in range(6):
            A, B = rng.normal(size=(2, m, n))
            found = _pairs(_by_faces, A, B)
            assert len(found) % 2 == 1
            assert _pairs(_by_vertices, A, B) == found


def test_ties_are_left_to_the_search_over_faces_which_loses_none() -> None:
    rng = np.random.default_rng(3)
    for _ in range(25):
        m, n = rng.integers(2, 4, size=2)
        A, B = rng.integers(0, 3, size=(2, m, n)).astype(float)
        exact = extreme_equilibria(A.astype(int).tolist(), B.astype(int).tolist())
        assert _pairs(_by_faces, A, B) == sorted([round(float(p), 9) for p in x + y] for x, y in exact)
    constant = np.ones((3, 3))
    w = faces.workspace(3, 3, 32, 32, 8)
    assert _by_vertices(constant, constant, 3, 3, w)[0] == outcomes.TIED


def test_profiles_come_in_lexicographic_order_with_their_certificates() -> None:
    A = np.array([[[3.0, 0.0], [0.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]]])
    B = np.array([[[2.0, 0.0], [0.0, 3.0]], [[0.0, 0.0], [0.0, 0.0]]])
    profiles, table = np.empty((16, 8)), np.zeros((2, 5), dtype=np.int64)
    w = faces.workspace(2, 2, 8, 8, 6)
    assert games.enumerate_games(A, B, 0, w, profiles, table, 1e-9, 1e-9, 1000, 100) == 2
    assert table[:, 0].tolist() == [3, 7]
    expected = [[0, 1, 0, 1, 2, 3, 0, 0], [0.6, 0.4, 0.4, 0.6, 1.2, 1.2, 0, 0], [1, 0, 1, 0, 3, 2, 0, 0]]
    np.testing.assert_allclose(profiles[:3], expected, atol=1e-15)
    assert profiles[3:7, :4].tolist() == [[0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0]]
    # without room the kernel stops at the game that needs it
    assert games.enumerate_games(A, B, 0, w, profiles[:5], table, 1e-9, 1e-9, 1000, 100) == 1
    assert table[1, 1] == outcomes.NO_PROFILES
