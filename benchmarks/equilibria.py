"""All equilibria of random games and of commitment games: ours beside every peer that is installed, in one run."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import Peer, Profiles, available, distinct, same
from benchmarks.report import Line, Section
from benchmarks.timing import PROCESSOR, WALL, in_turn
from simulator.games.many import ManyEquilibria, many_equilibria

Matrix = NDArray[np.float64]

RANDOM = (2, 3, 5, 8, 11)
LEVELS = (5, 11, 21, 51)
OWN_GAMES = {2: 100_000, 3: 40_000, 5: 8_000, 8: 1_000, 11: 150}
OWN_COMMITMENT = {5: 20_000, 11: 5_000, 21: 1_000, 51: 150}
PEER_GAMES = 400
PATIENCE = 6.0
"""Seconds given to a peer for a family; at least one game is always finished."""
HOPELESS = {"nashpy": 8, "quantecon support": 11, "quantecon vertex": 11, "lrsnash": 11, "Gambit": 5}
"""Largest games a peer is tried on: beyond, one game takes minutes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a peer did on a family: games a second, and the share of games in which it found every equilibrium."""

    rate: float
    complete: float


def random_games(size: int, count: int) -> tuple[Matrix, Matrix]:
    """Return payoffs drawn from the standard normal distribution, to four digits so that they are rational."""
    rng = np.random.default_rng(size)
    A, B = rng.standard_normal((2, count, size, size)).round(4)
    return A, B


def commitment_games(levels: int, count: int) -> tuple[Matrix, Matrix]:
    """Return games over commitment levels: a share of A c_S^a c_B^b less k c^2 each, to nine digits."""
    rng = np.random.default_rng(levels)
    effort = np.linspace(0.0, 1.0, levels)
    small, big = np.empty((2, count, levels, levels))
    for g in range(count):
        a, b = rng.uniform(0.3, 0.9, 2)
        share, scale = rng.uniform(0.2, 0.8), rng.uniform(2.0, 6.0)
        cost_small, cost_big = rng.uniform(0.3, 3.0, 2)
        output = scale * np.multiply.outer(effort**a, effort**b)
        small[g] = share * output - cost_small * effort[:, None] ** 2
        big[g] = (1.0 - share) * output - cost_big * effort[None, :] ** 2
    return small.round(9), big.round(9)


def profiles_of(found: ManyEquilibria, game: int) -> Profiles:
    """Return our equilibria of one game as the peers give theirs."""
    mine = slice(found.first[game], found.first[game + 1])
    return [tuple(profile) for profile in np.hstack((found.small[mine], found.big[mine])).tolist()]


def tried(peer: Peer, A: Matrix, B: Matrix, found: ManyEquilibria) -> Tried:
    """Return how fast a peer is (wall clock, as it may start processes) and how complete, over what it has time for."""
    answers: list[Profiles] = []
    peer(A[:1], B[:1])  # what it compiles or imports is not counted
    began, step = time.perf_counter(), 1
    while len(answers) < len(A) and time.perf_counter() - began < PATIENCE:
        some = slice(len(answers), len(answers) + step)
        answers += peer(A[some], B[some])
        step = min(4 * step, 100)
    spent = time.perf_counter() - began
    right = [same(distinct(answer), distinct(profiles_of(found, g))) for g, answer in enumerate(answers)]
    return Tried(len(answers) / spent, float(np.mean(right)))


def family(what: str, A: Matrix, B: Matrix, size: int, *, quick: bool) -> list[Line]:
    """Return the lines of one family of games."""
    many_equilibria(A[:2], B[:2])
    found = many_equilibria(A, B)
    works = {
        "one": (lambda: many_equilibria(A, B), PROCESSOR),
        "two": (lambda: many_equilibria(A, B, threads=2), WALL),
    }
    times = in_turn(works, 2 if quick else 5)
    rate = len(A) / times["one"]
    lines = [
        Line(f"all equilibria, {what}", rate, "games/s", shown=True),
        Line(f"all equilibria, {what}, two threads (wall clock)", len(A) / times["two"], "games/s"),
        Line(f"all equilibria, {what}: games not finished", float(np.sum(~found.complete)), "", "< 1"),
    ]
    best = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, peer in available().items():
            if size > HOPELESS[name]:
                continue
            count = 20 if quick else PEER_GAMES
            done = tried(peer, A[:count], B[:count], found)
            target = ">= 1000" if name == "nashpy" else ""
            lines += [
                Line(f"all equilibria, {what}: {name}", done.rate, "games/s"),
                Line(f"all equilibria, {what}: {name}, complete in", 100.0 * done.complete, "% of games"),
                Line(f"all equilibria, {what}: own / {name}", rate / done.rate, "times", target),
            ]
            if done.complete == 1.0:
                best = max(best, done.rate)
    if best > 0.0:
        ratio = f"all equilibria, {what}: own / fastest complete peer"
        lines.append(Line(ratio, rate / best, "times", ">= 10", shown=True))
    return lines


def measure(*, quick: bool = False) -> Section:
    """Return games per second of every size, beside the peers; completeness is judged by our own lists."""
    lines: list[Line] = []
    for size in RANDOM:
        A, B = random_games(size, max(OWN_GAMES[size] // (20 if quick else 1), 20))
        lines += family(f"random {size} x {size}", A, B, size, quick=quick)
    for levels in LEVELS:
        A, B = commitment_games(levels, max(OWN_COMMITMENT[levels] // (20 if quick else 1), 20))
        lines += family(f"commitment, {levels} levels", A, B, levels, quick=quick)
    return Section(
        "equilibria",
        "All Nash equilibria of a bimatrix",
        "every extreme equilibrium with its regret, in batches of one shape; own on one core by processor time, the "
        f"peers by wall clock over up to {PEER_GAMES} of the same games or {PATIENCE:g} s, whichever comes first, "
        "lrsnash reading all games in one process; random payoffs are normal, commitment games are a share of "
        "A c_S^a c_B^b less k c^2; complete means that the peer lists exactly the equilibria that we list; a peer is "
        "left out where one game takes it minutes",
        tuple(lines),
    )
