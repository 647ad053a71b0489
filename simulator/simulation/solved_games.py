"""The stage games of all contracts of a scenario, solved; scenarios with the same games have them solved once.

A design that varies cash, horizon or strategies changes the histories and not the stage game, so most of what it takes
to prepare a cell is already there.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.world import World
from simulator.simulation.stage_tables import Levels, Rules, cells_of, solved
from simulator.simulation.tables import TERMS

LONGEST_RUNWAY = 240
KEPT = 16
LARGEST_KEPT = 2**22


class Games(NamedTuple):
    """The fields of `tables.Prepared` that follow from the stage games."""

    cells: Any
    rows: Any
    terms: Any
    regrets: NDArray[np.float64]
    mixtures: NDArray[np.float64]
    quantals: NDArray[np.float64]
    replies: NDArray[np.int64]
    stages: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides the stage games; two are equal if all of it is, the numbers to the bit.

    Parameters
    ----------
    rules : Rules
        What the scenario says in words.
    contracts : tuple of Contract
        Those that can be signed.
    world : World
        What the scenario says in numbers.
    small_levels, big_levels : float arrays, shape (m,) and (n,)
        Commitment levels.
    waits : bool
        Whether SmallCo's runway matters, so that there is a game for each month of it.
    precisions : tuple
        Of SmallCo's and BigCo's logit equilibrium; None where the firm does not play it.
    keeps_payoffs : bool
        Whether a strategy asks for the payoffs.
    """

    rules: Rules
    contracts: tuple[Contract, ...]
    world: World = field(compare=False)
    small_levels: Levels = field(compare=False)
    big_levels: Levels = field(compare=False)
    waits: bool
    precisions: tuple[float | None, float | None]
    keeps_payoffs: bool
    numbers: tuple[bytes, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take the bits of the numbers, by which they are compared."""
        arrays = (self.world, self.small_levels, self.big_levels)
        object.__setattr__(self, "numbers", tuple(each.tobytes() for each in arrays))

    @property
    def runways(self) -> NDArray[np.float64]:
        """Return the months of SmallCo's cash, shape (R,), at which there is a game of its own."""
        return np.arange(LONGEST_RUNWAY + 1, dtype=np.float64) if self.waits else np.array([math.inf])

    @property
    def size(self) -> int:
        """Return the bytes that the largest table takes."""
        return 32 * len(self.contracts) * self.runways.size * self.small_levels.size * self.big_levels.size


def games_of(question: Question) -> Games:
    """Return the solved stage games, in arrays of the caller's own.

    Raises
    ------
    AllianceError
        If payoffs are not finite, or the stage game has no equilibrium that could be found.
    """
    if question.size > LARGEST_KEPT:
        return _games(question)
    return Games._make(table.copy() for table in _kept(question))


@functools.lru_cache(KEPT)
def _kept(question: Question) -> Games:
    """Return the solved stage games, of which the latest are kept."""
    return _games(question)


def _games(question: Question) -> Games:
    """Return the stage games, solved now."""
    rules, contracts, world = question.rules, question.contracts, question.world
    small, big, runways = question.small_levels, question.big_levels, question.runways
    cells = np.stack([cells_of(rules, each.clauses, world, small, big) for each in contracts]).view(np.recarray)
    games = [
        solved(
            rules, each, world, small, big, cells[c].view(np.recarray), runways, question.precisions,
            question.keeps_payoffs,
        )
        for c, each in enumerate(contracts)
    ]  # fmt: skip
    return Games(
        cells=cells,
        rows=np.stack([game.rows for game in games]).view(np.recarray),
        terms=_terms(contracts, cells, small, big),
        regrets=np.stack([game.regrets for game in games]),
        mixtures=np.stack([game.mixtures for game in games], axis=1),
        quantals=np.stack([game.quantals for game in games], axis=1),
        replies=np.stack([game.replies for game in games], axis=1),
        stages=np.stack([game.stages for game in games], axis=1),
    )


def highest(levels: Levels, limit: float) -> int:
    """Return the index of the highest level up to a limit, at least 0."""
    return max(int(np.searchsorted(levels, limit + 1e-9, side="right")) - 1, 0)


def _terms(contracts: tuple[Contract, ...], cells: Any, small_levels: Levels, big_levels: Levels) -> Any:
    """Return what else is known of each contract: the first best and the limits of a pilot."""
    terms = np.zeros(len(contracts), dtype=TERMS).view(np.recarray)
    for c, contract in enumerate(contracts):
        surplus = cells[c].joint - cells[c].small_cost - cells[c].big_cost
        best = np.unravel_index(np.argmax(surplus), surplus.shape)
        scale = contract.clauses.pilot_scale
        terms[c] = (*best, highest(small_levels, scale), highest(big_levels, scale), surplus[best])
    return terms
