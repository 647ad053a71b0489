"""Compiled kernels against brute force; also run with NUMBA_DISABLE_JIT=1."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.games.batch import pure_equilibria, stackelberg, strictly_dominated
from simulator.games.lemke_howson import lemke_howson

pytestmark = pytest.mark.kernels
TIE = 1e-9


def _weakest_link(levels: int, shares: tuple[float, float], costs: tuple[float, float]):
    effort = np.arange(levels) / (levels - 1)
    output = 3.0 * np.minimum.outer(effort, effort)
    return shares[0] * output - costs[0] * effort[:, None], shares[1] * output - costs[1] * effort[None, :]


def test_pure_equilibria_are_those_of_a_cell_by_cell_search() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        m, n = rng.integers(1, 6, size=2)
        A, B = rng.integers(0, 4, size=(2, m, n)).astype(float)
        cells = [[i, j] for i in range(m) for j in range(n) if A[i, j] >= max(A[:, j]) and B[i, j] >= max(B[i])]
        assert pure_equilibria(A, B, TIE).tolist() == cells


def test_rounding_noise_loses_no_tied_equilibrium() -> None:
    # a level up to the other's costs exactly what it brings, so every common level is an equilibrium
    A, B = _weakest_link(11, (0.7, 0.3), (2.1, 0.9))
    assert pure_equilibria(A, B, TIE).tolist() == [[i, i] for i in range(11)]
    assert len(pure_equilibria(A, B, 0.0)) < 11
    rows, columns = strictly_dominated(A, B, TIE)
    assert rows.all()
    assert columns.all()


def test_elimination_is_that_of_a_fixed_point_search() -> None:
    rng = np.random.default_rng(8)
    for _ in range(200):
        m, n = rng.integers(1, 6, size=2)
        A, B = rng.integers(0, 5, size=(2, m, n)).astype(float)
        rows, columns = set(range(m)), set(range(n))
        while True:
            bad_rows = {i for i in rows if any(all(A[k, j] > A[i, j] for j in columns) for k in rows)}
            bad_columns = {j for j in columns if any(all(B[i, k] > B[i, j] for i in rows) for k in columns)}
            if not bad_rows and not bad_columns:
                break
            rows, columns = rows - bad_rows, columns - bad_columns
        found = strictly_dominated(A, B, TIE)
        assert set(np.flatnonzero(found[0])) == rows
        assert set(np.flatnonzero(found[1])) == columns


@pytest.mark.parametrize("tied", [False, True])
def test_lemke_howson_ends_at_an_equilibrium_from_every_label(tied: bool) -> None:
    rng = np.random.default_rng(9)
    for _ in range(60):
        m, n = rng.integers(1, 9, size=2)
        A, B = rng.integers(0, 3, size=(2, m, n)).astype(float) if tied else rng.normal(size=(2, m, n))
        for label in range(m + n):
            x, y, converged = lemke_howson(A, B, label, 10_000)
            assert converged
            assert abs(x.sum() - 1.0) < TIE
            assert abs(y.sum() - 1.0) < TIE
            assert min(x.min(), y.min()) >= 0.0
            assert (A @ y).max() - x @ A @ y < TIE
            assert (x @ B).max() - x @ B @ y < TIE


def test_lemke_howson_gives_up_at_the_cap() -> None:
    A, B = np.random.default_rng(10).normal(size=(2, 8, 8))
    x, y, converged = lemke_howson(A, B, 0, 1)
    assert not converged
    assert not x.any()
    assert not y.any()


def test_stackelberg_is_the_best_reachable_cell() -> None:
    rng = np.random.default_rng(11)
    for _ in range(300):
        m, n = rng.integers(1, 6, size=2)
        A, B = rng.integers(0, 4, size=(2, m, n)).astype(float)
        cells = [(i, j) for i in range(m) for j in range(n) if B[i, j] == max(B[i])]
        assert stackelberg(A, B, True, TIE) == max(cells, key=lambda c: (A[c], B[c], c))
        cells = [(i, j) for i in range(m) for j in range(n) if A[i, j] == max(A[:, j])]
        assert stackelberg(A, B, False, TIE) == max(cells, key=lambda c: (B[c], A[c], c[1], c[0]))
