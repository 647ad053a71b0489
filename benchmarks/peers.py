"""Peers that list the Nash equilibria of a bimatrix, behind one signature: games in, profiles out.

nashpy, quantecon and pygambit are libraries; lrsnash is the program of Avis's lrslib. Gambit and lrs are GPL: they are
called for comparison and never imported by the package.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.games.gambit.game_files import nfg_text
from simulator.games.normal_form import NormalFormGame

Matrix = NDArray[np.float64]
Profiles = list[tuple[float, ...]]
Peer = Callable[[Matrix, Matrix], list[Profiles]]

SAME = 1e-6


def distinct(profiles: Iterable[Sequence[float]]) -> Profiles:
    """Return the profiles sorted, those equal up to `SAME` once."""
    ordered = sorted((tuple(float(p) for p in profile) for profile in profiles), key=lambda p: [round(v, 6) for v in p])
    kept: Profiles = []
    for profile in ordered:
        if all(max(abs(a - b) for a, b in zip(profile, other, strict=True)) > SAME for other in kept):
            kept.append(profile)
    return kept


def same(one: Profiles, other: Profiles) -> bool:
    """Return whether two lists hold the same profiles up to `SAME`."""
    return len(one) == len(other) and all(
        any(max(abs(a - b) for a, b in zip(p, q, strict=True)) <= SAME for q in other) for p in one
    )


def nashpy_vertices(A: Matrix, B: Matrix) -> list[Profiles]:
    """Return what nashpy's vertex enumeration finds in payoffs scaled to [1, 2], the safe way to call it."""
    import nashpy

    found = []
    for pair in zip(A, B, strict=True):
        scaled = [(M - M.min()) / (float(np.ptp(M)) or 1.0) + 1.0 for M in pair]
        found.append([tuple(np.concatenate(profile)) for profile in nashpy.Game(*scaled).vertex_enumeration()])
    return found


def _quantecon(name: str) -> Peer:
    """Return quantecon's enumeration of that name."""

    def enumerate_games(A: Matrix, B: Matrix) -> list[Profiles]:
        from quantecon import game_theory

        enumeration = getattr(game_theory, name)
        found = []
        for a, b in zip(A, B, strict=True):
            players = [game_theory.Player(a), game_theory.Player(np.ascontiguousarray(b.T))]
            profiles = enumeration(game_theory.NormalFormGame(players))
            found.append([tuple(np.concatenate(profile)) for profile in profiles])
        return found

    return enumerate_games


def pygambit_rational(A: Matrix, B: Matrix) -> list[Profiles]:
    """Return what Gambit's enumeration of mixed equilibria finds in rational arithmetic."""
    import pygambit

    found = []
    for a, b in zip(A, B, strict=True):
        text = nfg_text(NormalFormGame(a, b))
        game = pygambit.read_nfg(io.BytesIO(text.encode()))  # versions 16 and 17 both read it
        result = pygambit.nash.enummixed_solve(game, rational=True)
        found.append([tuple(float(p) for player in game.players for _, p in e[player]) for e in result.equilibria])
    return found


def lrsnash(A: Matrix, B: Matrix) -> list[Profiles]:
    """Return what lrsnash finds, in rational arithmetic; one process for all games, which it reads from files."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for k, pair in enumerate(zip(A, B, strict=True)):
            files.append(Path(folder) / f"{k:06}.nash")
            blocks = ["\n".join(" ".join(str(Fraction(repr(v))) for v in row) for row in M.tolist()) for M in pair]
            m, n = pair[0].shape
            files[-1].write_text("\n\n".join([f"{m} {n}", *blocks]) + "\n", encoding="ascii")
        answer = subprocess.run(["lrsnash", *map(str, files)], capture_output=True, text=True, check=True)
    return read_lrsnash(answer.stdout)


def read_lrsnash(text: str) -> list[Profiles]:
    """Return the profiles of each game in lrsnash's answer: lines of BigCo's, each group closed by SmallCo's."""
    found: list[Profiles] = []
    profiles: Profiles = []
    replies: list[tuple[float, ...]] = []
    fresh = False
    for line in text.splitlines():
        words = line.split()
        if line.startswith("*Number of equilibria found"):
            found.append(profiles)
            profiles, replies = [], []
        elif words and words[0] == "2":
            replies = [] if fresh else replies
            fresh = False
            replies.append(tuple(float(Fraction(word)) for word in words[1:-1]))
        elif words and words[0] == "1":
            x = tuple(float(Fraction(word)) for word in words[1:-1])
            profiles += [x + y for y in replies]
            fresh = True
    return found


def available() -> dict[str, Peer]:
    """Return the peers that are installed here, by name."""
    warnings.filterwarnings("ignore", module="nashpy|quantecon")
    peers: dict[str, Peer] = {"nashpy": nashpy_vertices}
    if importlib.util.find_spec("quantecon"):
        peers["quantecon support"] = _quantecon("support_enumeration")
        peers["quantecon vertex"] = _quantecon("vertex_enumeration")
    if shutil.which("lrsnash"):
        peers["lrsnash"] = lrsnash
    if importlib.util.find_spec("pygambit"):
        peers["Gambit"] = pygambit_rational
    return peers
