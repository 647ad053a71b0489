"""All extreme equilibria in rational arithmetic: no tolerance, no rounding, the second route to `all_equilibria`.

The vertices of both best-response polytopes are listed by pivoting from basis to basis, through every tie, in integers
(Edmonds' pivoting: one common denominator, exact divisions); those pairs that carry every label are the extreme
equilibria. It lists all vertices where the compiled search walks only on faces that can be in equilibrium, so it is
slower, and it shares no code with it.

References
----------
Edmonds (1967), Systems of distinct representatives and linear algebra, J. Res. National Bureau of Standards 71B.
Avis, Rosenberg, Savani and von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory 42.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.normal_form import NormalFormGame

LARGEST = 5_000
"""Largest number of bases of a polytope that are visited: some seconds."""
DIGITS = 12
"""Digits of the payoff range to which computed payoffs are taken to be rational."""

Rationals = tuple[Fraction, ...]
Rows = Sequence[Sequence[Fraction]]
Integers = list[list[int]]


@dataclass(frozen=True, slots=True)
class ExactEquilibrium:
    """One extreme equilibrium: probabilities of SmallCo's and BigCo's actions, and the payoffs (u_S, u_B)."""

    small: Rationals
    big: Rationals
    payoffs: tuple[Fraction, Fraction]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as text, such as 2/3, ready for JSON."""
        return {
            "small": [str(each) for each in self.small],
            "big": [str(each) for each in self.big],
            "payoffs": [str(each) for each in self.payoffs],
        }


def rational_payoffs(game: NormalFormGame, *, computed: bool = False) -> tuple[Rows, Rows]:
    """Return the payoffs of SmallCo and of BigCo as fractions.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    computed : bool
        Whether its payoffs carry rounding: they are then rounded to `DIGITS` digits of the player's payoff range, so
        that what should tie does. Else each is the shortest decimal that is read as the same number.

    Examples
    --------
    >>> rational_payoffs(NormalFormGame([[0.1, 2.5]], [[1, 3]]))[0]
    ((Fraction(1, 10), Fraction(5, 2)),)
    """

    def rows(payoffs: NDArray[np.float64], spread: float) -> Rows:
        places = DIGITS - floor(log10(spread)) if spread > 0.0 else DIGITS
        values = ([round(value, places) for value in row] if computed else row for row in payoffs.tolist())
        return tuple(tuple(Fraction(repr(value)) for value in row) for row in values)

    spread_small, spread_big = game.payoff_range
    return rows(game.small, spread_small), rows(game.big, spread_big)


def exact_equilibria(small: Rows, big: Rows, *, largest: int = LARGEST) -> tuple[ExactEquilibrium, ...]:
    """Return all extreme equilibria of a bimatrix game with rational payoffs, in lexicographic order.

    Parameters
    ----------
    small, big : sequence of sequence of Fraction, shape (m, n)
        Payoffs of SmallCo and BigCo.
    largest : int
        Largest number of bases of a polytope that are visited.

    Raises
    ------
    ParameterError
        If the payoffs are not two such matrices.
    SolverError
        If a polytope has more bases than that.

    Examples
    --------
    >>> battle = exact_equilibria([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    >>> [str(probability) for probability in battle[1].small + battle[1].big]
    ['3/5', '2/5', '2/5', '3/5']
    """
    whole = _fractions(small, "small"), _fractions(big, "big")
    if [len(row) for row in whole[0]] != [len(row) for row in whole[1]]:
        raise ParameterError(
            "exact_equilibria.big must be of the shape of exact_equilibria.small. "
            "Write one payoff of BigCo for each payoff of SmallCo."
        )
    kept_rows, kept_columns = _survivors(*whole)
    A, B = ([[payoffs[i][j] for j in kept_columns] for i in kept_rows] for payoffs in whole)
    m, n = len(A), len(A[0])
    xs = _vertices(_positive([list(column) for column in zip(*B, strict=True)]), range(m), range(m, m + n), largest)
    ys = _vertices(_positive(A), range(m, m + n), range(m), largest)
    every = (1 << (m + n)) - 1
    found = []
    for x, some in xs.items():
        for y, rest in ys.items():
            if some | rest == every:
                u, v = (_expected(payoffs, x, y) for payoffs in (A, B))
                found.append(
                    ExactEquilibrium(_spread(x, kept_rows, len(small)), _spread(y, kept_columns, len(small[0])), (u, v))
                )
    return tuple(sorted(found, key=lambda each: each.small + each.big))


def _fractions(payoffs: Rows, field: str) -> Rows:
    """Return a matrix of fractions, or raise ParameterError."""
    try:
        rows = tuple(tuple(Fraction(value) for value in row) for row in payoffs)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        rows = ()
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise ParameterError(
            f"exact_equilibria.{field} must be a non-empty matrix of finite numbers or texts such as '1/3'. "
            "Write one row for each action of SmallCo."
        )
    return rows


def _survivors(small: Rows, big: Rows) -> tuple[list[int], list[int]]:
    """Return the actions that survive iterated elimination of actions strictly dominated by another action."""
    rows, columns = list(range(len(small))), list(range(len(small[0])))
    while True:
        left = [i for i in rows if not any(all(small[k][j] > small[i][j] for j in columns) for k in rows)]
        right = [j for j in columns if not any(all(big[i][k] > big[i][j] for i in left) for k in columns)]
        if (left, right) == (rows, columns):
            return rows, columns
        rows, columns = left, right


def _positive(replies: list[list[Fraction]]) -> Integers:
    """Return payoffs, in any order, as positive integers: a common denominator and a shift change no best reply."""
    unit = lcm(*(value.denominator for row in replies for value in row))
    lowest = min(min(row) for row in replies)
    return [[int((value - lowest) * unit) + 1 for value in row] for row in replies]


def _vertices(payoffs: Integers, unplayed: range, best: range, largest: int) -> dict[Rationals, int]:
    """Return the vertices of {z >= 0, payoffs z <= 1} but the origin, as mixed actions, with their labels as bits."""
    replies, size = len(payoffs), len(payoffs[0])
    labels = [*unplayed, *best]
    table = [[*row, *(int(k == i) for k in range(replies)), 1] for i, row in enumerate(payoffs)]
    basis = tuple(range(size, size + replies))
    visited, waiting = {frozenset(basis)}, [(table, basis, 1)]
    found: dict[Rationals, int] = {}
    while waiting:
        table, basis, denominator = waiting.pop()
        values = dict(zip(basis, (row[-1] for row in table), strict=True))
        z = [values.get(i, 0) for i in range(size)]
        if any(z):
            bits = sum(1 << labels[k] for k in range(size + replies) if values.get(k, 0) == 0)
            found[tuple(Fraction(value, sum(z)) for value in z)] = bits
        for column in range(size + replies):
            if column not in values:
                for row in _tightest(table, column):
                    neighbour = frozenset((*basis[:row], column, *basis[row + 1 :]))
                    if neighbour not in visited:
                        visited.add(neighbour)
                        waiting.append((
                            _pivoted(table, row, column, denominator),
                            (*basis[:row], column, *basis[row + 1 :]),
                            table[row][column],
                        ))  # fmt: skip
        if len(visited) > largest:
            raise SolverError(
                f"rational arithmetic needs more than {largest} bases for this game. "
                "Use fewer commitment levels, or leave --exact out."
            )
    return found


def _tightest(table: Integers, column: int) -> list[int]:
    """Return all rows that bound an entering column the most."""
    rows = [row for row, line in enumerate(table) if line[column] > 0]
    tightest: list[int] = []
    for row in rows:
        if tightest:
            other = table[tightest[0]]
            difference = table[row][-1] * other[column] - other[-1] * table[row][column]
            if difference > 0:
                continue
            if difference < 0:
                tightest = []
        tightest.append(row)
    return tightest


def _pivoted(table: Integers, row: int, column: int, denominator: int) -> Integers:
    """Return the table after a pivot; every division is exact."""
    line = table[row]
    pivot = line[column]
    return [
        line
        if k == row
        else [(pivot * value - other[column] * new) // denominator for value, new in zip(other, line, strict=True)]
        for k, other in enumerate(table)
    ]


def _expected(payoffs: Rows, x: Rationals, y: Rationals) -> Fraction:
    """Return the expected payoff of two mixed actions."""
    return sum((p * q * payoffs[i][j] for i, p in enumerate(x) for j, q in enumerate(y)), Fraction(0))


def _spread(action: Rationals, kept: list[int], size: int) -> Rationals:
    """Return a mixed action of the surviving actions as one of all."""
    places = dict(zip(kept, action, strict=True))
    return tuple(places.get(k, Fraction(0)) for k in range(size))
