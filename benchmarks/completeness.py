"""Nothing missed, nothing false: 20,000 games, half of them rich in ties, against rational arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Line, Section
from simulator.games.exact import exact_equilibria
from simulator.games.many import many_equilibria

Integers = NDArray[np.int64]
Family = Callable[[np.random.Generator, int, int], tuple[Integers, Integers]]

LARGEST = 5
SEED = 2026
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Compared:
    """How many games were compared, and how many equilibria were missed, false, or not certain to be all."""

    games: int
    missed: int
    false: int
    unfinished: int


def _levels(m: int, n: int) -> tuple[Integers, Integers]:
    return np.arange(m)[:, None], np.arange(n)[None, :]


def random_games(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    """Return payoffs that seldom tie."""
    A, B = rng.integers(-1000, 1001, size=(2, m, n))
    return A, B


def small_integers(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    """Return payoffs of two to four values."""
    A, B = rng.integers(0, rng.integers(2, 5), size=(2, m, n))
    return A, B


def weakest_link(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    """Return shares of the smaller commitment less a linear or quadratic cost."""
    c_small, c_big = _levels(m, n)
    share, k_small, k_big, power = rng.integers(1, 8), *rng.integers(0, 8, size=2), rng.integers(1, 3)
    output = np.minimum(c_small, c_big)
    return share * output - k_small * c_small**power, (8 - share) * output - k_big * c_big**power


def product(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    """Return shares of the product of the commitments less a linear or quadratic cost."""
    c_small, c_big = _levels(m, n)
    share, k_small, k_big, power = rng.integers(1, 8), *rng.integers(0, 8, size=2), rng.integers(1, 3)
    return share * c_small * c_big - k_small * c_small**power, (8 - share) * c_small * c_big - k_big * c_big**power


def threshold(rng: np.random.Generator, m: int, n: int) -> tuple[Integers, Integers]:
    """Return shares of a prize for reaching a total commitment less a linear cost."""
    c_small, c_big = _levels(m, n)
    share, k_small, k_big = rng.integers(1, 8), *rng.integers(0, 6, size=2)
    reached = (c_small + c_big >= rng.integers(1, m + n - 1)).astype(np.int64)
    return 3 * share * reached - k_small * c_small, 3 * (8 - share) * reached - k_big * c_big


FAMILIES: dict[str, tuple[Family, int]] = {
    "random": (random_games, 10_000),
    "small integers": (small_integers, 2_500),
    "weakest link": (weakest_link, 2_500),
    "product": (product, 2_500),
    "threshold": (threshold, 2_500),
}


def compared(name: str, *, share: int = 1) -> Compared:
    """Return our lists beside the exact ones, for one in `share` of a family's games from 2 x 2 to 5 x 5."""
    draw, count = FAMILIES[name]
    rng = np.random.default_rng(SEED)
    shapes = [(int(m), int(n)) for m, n in rng.integers(2, LARGEST + 1, size=(count // share, 2))]
    missed = false = unfinished = 0
    for m, n in sorted(set(shapes)):
        games = [draw(rng, m, n) for _ in range(shapes.count((m, n)))]
        A, B = (np.array([game[k] for game in games]) for k in (0, 1))
        unit = rng.uniform(0.01, 100.0, size=(len(games), 1, 1))  # what ties must tie on any scale
        found = many_equilibria(unit * A, (B - 0.3) / unit)
        unfinished += int(np.sum(~found.complete))
        for g, (small, big) in enumerate(games):
            mine = slice(found.first[g], found.first[g + 1])
            ours = np.hstack((found.small[mine], found.big[mine]))
            exact = exact_equilibria(small.tolist(), big.tolist())
            theirs = np.array([[float(p) for p in each.small + each.big] for each in exact])
            near = np.max(np.abs(ours[:, None] - theirs[None]), axis=2) <= SAME
            false += int(np.sum(near.sum(axis=1) != 1))
            missed += int(np.sum(near.sum(axis=0) != 1))
    return Compared(len(shapes), missed, false, unfinished)


def measure(*, quick: bool = False) -> Section:
    """Return what was missed and what was false in each family."""
    lines = []
    for name in FAMILIES:
        found = compared(name, share=20 if quick else 1)
        wrong = found.missed + found.false + found.unfinished
        lines.append(
            Line(f"{found.games:,} games, {name}: equilibria missed or false", float(wrong), "", "< 1", shown=True)
        )
    return Section(
        "completeness",
        "All equilibria against rational arithmetic",
        "games from 2 x 2 to 5 x 5, payoffs on scales from 0.01 to 100; every list is compared with the one found in "
        f"fractions by a method that shares no code with it, probabilities to {SAME:g}",
        tuple(lines),
    )
