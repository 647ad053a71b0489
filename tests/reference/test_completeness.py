"""Nothing missed, nothing false: 20,000 games, half of them rich in ties, against rational arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.games.exact import exact_equilibria
from simulator.games.many import many_equilibria

Integers = NDArray[np.int64]
Family = Callable[[np.random.Generator, int, int], tuple[Integers, Integers]]

GAMES = 2_500
LARGEST = 5
PROBABILITY_TOLERANCE = 1e-9


def _levels(m: int, n: int) -> tuple[Integers, Integers]:
    return np.arange(m)[:, None], np.arange(n)[None, :]


def random_games(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    A, B = rng.integers(-1000, 1001, size=(2, m, n))
    return A, B


def small_integers(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    A, B = rng.integers(0, rng.integers(2, 5), size=(2, m, n))
    return A, B


def weakest_link(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    c_small, c_big = _levels(m, n)
    share, k_small, k_big, power = rng.integers(1, 8), *rng.integers(0, 8, size=2), rng.integers(1, 3)
    output = np.minimum(c_small, c_big)
    return share * output - k_small * c_small**power, (8 - share) * output - k_big * c_big**power


def product(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    c_small, c_big = _levels(m, n)
    share, k_small, k_big, power = rng.integers(1, 8), *rng.integers(0, 8, size=2), rng.integers(1, 3)
    return share * c_small * c_big - k_small * c_small**power, (8 - share) * c_small * c_big - k_big * c_big**power


def threshold(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    c_small, c_big = _levels(m, n)
    share, k_small, k_big = rng.integers(1, 8), *rng.integers(0, 6, size=2)
    reached = (c_small + c_big >= rng.integers(1, m + n - 1)).astype(np.int64)
    return 3 * share * reached - k_small * c_small, 3 * (8 - share) * reached - k_big * c_big


FAMILIES: dict[str, tuple[Family, int]] = {
    "random": (random_games, 4 * GAMES),
    "small integers": (small_integers, GAMES),
    "weakest link": (weakest_link, GAMES),
    "product": (product, GAMES),
    "threshold": (threshold, GAMES),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_every_extreme_equilibrium_is_found_and_no_other(name: str) -> None:
    draw, count = FAMILIES[name]
    rng = np.random.default_rng(2026)
    shapes = [(int(m), int(n)) for m, n in rng.integers(2, LARGEST + 1, size=(count, 2))]
    checked = 0
    for m, n in sorted(set(shapes)):
        games = [draw(rng, m, n) for _ in range(shapes.count((m, n)))]
        A, B = (np.array([game[k] for game in games]) for k in (0, 1))
        unit = rng.uniform(0.01, 100.0, size=(len(games), 1, 1))  # what ties must tie on any scale
        found = many_equilibria(unit * A, (B - 0.3) / unit)
        assert found.complete.all()
        for g, (small, big) in enumerate(games):
            mine = slice(found.first[g], found.first[g + 1])
            exact = exact_equilibria(small.tolist(), big.tolist())
            ours = np.hstack((found.small[mine], found.big[mine]))
            assert len(ours) == len(exact), (small.tolist(), big.tolist())
            theirs = np.array([[float(p) for p in e.small + e.big] for e in exact])
            np.testing.assert_allclose(ours, theirs, atol=PROBABILITY_TOLERANCE, err_msg=f"{small}, {big}")
            checked += 1
    assert checked == count
