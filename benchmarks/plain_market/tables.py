"""What the plain model looks up and counts: solved stage games as plain objects, and the tally of a run."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass, fields
from types import SimpleNamespace
from typing import Any

from benchmarks.plain_market import rules
from simulator.simulation.endings import ENDINGS
from simulator.simulation.tables import Prepared


def plain(record: Any) -> SimpleNamespace:
    """Return a record of an array as an object with Python's own numbers."""
    return SimpleNamespace(**{name: record[name].tolist() for name in record.dtype.names})


class Deal:
    """A contract that can be signed: its clauses, and the stage game under it, solved.

    Attributes
    ----------
    clauses, terms : object
        The contract as numbers; its first best and the limits of a pilot.
    rows : list
        The solved stage game by SmallCo's whole months of cash.
    cells : list of lists
        What each pair of levels does.
    regrets : list
        By row, SmallCo's level and BigCo's: what each loses by not playing its best reply.
    mixtures : list
        Probabilities of SmallCo's levels and of BigCo's, by row.
    """

    def __init__(self, solved: Prepared, number: int) -> None:
        """Take contract `number` out of the tables."""
        self.clauses = plain(solved.clauses[number])
        self.terms = plain(solved.terms[number])
        self.rows = [plain(row) for row in solved.rows[number]]
        self.cells = [[plain(cell) for cell in line] for line in solved.cells[number]]
        self.regrets = solved.regrets[number].tolist()
        sizes = (len(solved.small_levels), len(solved.big_levels))
        self.mixtures = [solved.mixtures[side, number, :, :size].tolist() for side, size in enumerate(sizes)]
        self.burn = float(solved.settings.small_burn)

    def place(self, cash: float) -> int:
        """Return the row of the stage game for SmallCo's cash."""
        return int(rules.runway_row(len(self.rows), self.burn, cash)) if len(self.rows) > 1 else 0


class Tables:
    """Everything `prepare` has solved, as plain objects.

    Attributes
    ----------
    world, settings : object
        The scenario as numbers.
    deals : list of Deal
        The contracts that can be signed.
    small_levels, big_levels : list of float
        Commitments.
    discount : list
        Discount factors of SmallCo and BigCo, by month.
    links : list of lists of int, or None
        The BigCos each SmallCo knows; None where everybody knows everybody.
    contacts : list of float
        How many SmallCos know each BigCo.
    """

    def __init__(self, solved: Prepared) -> None:
        """Copy the tables into plain objects."""
        self.world, self.settings = plain(solved.world), plain(solved.settings)
        self.deals = [Deal(solved, number) for number in range(len(solved.clauses))]
        self.small_levels, self.big_levels = solved.small_levels.tolist(), solved.big_levels.tolist()
        self.discount = solved.discount.tolist()
        start, links = solved.link_start.tolist(), solved.links.tolist()
        known = [links[first:last] for first, last in itertools.pairwise(start)]
        self.links = known if self.settings.linked else None
        self.contacts = solved.contacts.tolist()


@dataclass(slots=True)
class Tally:
    """What is counted in a run, under the engine's names."""

    alliances: int = 0
    alliance_months: int = 0
    selling_months: int = 0
    launches: int = 0
    launch_months: int = 0
    small_commitment: float = 0.0
    big_commitment: float = 0.0
    small_exposure: float = 0.0
    big_exposure: float = 0.0
    promises_kept: int = 0
    sunk: float = 0.0
    burnt: float = 0.0
    revenue: float = 0.0
    walked_small: int = 0
    walked_big: int = 0
    ruined_small: int = 0
    ruined_big: int = 0
    expired: int = 0
    completed: int = 0
    acquired: int = 0
    dropped: int = 0
    failed_pilot: int = 0
    trust_end: float = 0.0
    small_ruins: int = 0
    big_ruins: int = 0
    bought: int = 0
    entrants: int = 0
    audit_spending: float = 0.0
    small_spent: float = 0.0
    big_spent: float = 0.0
    small_outside: float = 0.0
    big_outside: float = 0.0
    small_regret: float = 0.0
    big_regret: float = 0.0
    best_surplus: float = 0.0
    played_surplus: float = 0.0
    portfolio_months: int = 0
    big_months: int = 0
    small_knowledge: float = 0.0
    big_knowledge: float = 0.0
    earning_months: int = 0
    concentration: float = 0.0
    met: int = 0
    refused: int = 0
    small_value: float = 0.0
    big_value: float = 0.0

    def end(self, how: int) -> None:
        """Count an alliance that has ended in this way."""
        name = ENDINGS[how]
        setattr(self, name, getattr(self, name) + 1)

    def numbers(self) -> dict[str, float]:
        """Return the counts by name."""
        return {name: float(value) for name, value in asdict(self).items()}


COUNTED = (*(each.name for each in fields(Tally)), "small_firms", "small_survivors", "big_survivors", "gini")
"""The outcomes of a run, under the engine's names."""
