"""Every extreme equilibrium in exact rational arithmetic, by trying all bases of the best-response polytopes.

A second route to the answers of `simulator.games.equilibrium`: no scaling, no tolerance, no hull, no elimination.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Action = tuple[Fraction, ...]
Matrix = Sequence[Sequence[Fraction]]


def extreme_equilibria(A: Matrix, B: Matrix) -> set[tuple[Action, Action]]:
    """Return all pairs of vertices (x, y) that carry every label."""
    m, n = len(A), len(A[0])
    every = frozenset(range(m + n))
    columns = [[B[i][j] for i in range(m)] for j in range(n)]
    for_small = _vertices(columns, m, unplayed=range(m), best=range(m, m + n))
    for_big = _vertices(A, n, unplayed=range(m, m + n), best=range(m))
    return {(x, y) for x, some in for_small.items() for y, rest in for_big.items() if some | rest == every}


def _vertices(payoffs: Matrix, dimension: int, unplayed: range, best: range) -> dict[Action, frozenset[int]]:
    """Return the vertices of {(z, w): z >= 0, sum z = 1, payoffs z <= w} with their labels."""
    rows = [[Fraction(i == k) for k in range(dimension)] + [Fraction(0)] for i in range(dimension)]
    rows += [[Fraction(p) for p in reply] + [Fraction(-1)] for reply in payoffs]
    names = [*unplayed, *best]
    found: dict[Action, frozenset[int]] = {}
    for tight in combinations(range(len(rows)), dimension):
        if tight[-1] < dimension:
            continue
        solution = _solve([rows[t] for t in tight] + [[Fraction(1)] * dimension + [Fraction(0)]])
        if solution is None:
            continue
        z, w = solution[:-1], solution[-1]
        values = [sum(p * q for p, q in zip(reply, z, strict=True)) for reply in payoffs]
        if min(z) < 0 or max(values) != w:
            continue
        labels = [names[i] for i in range(dimension) if z[i] == 0]
        labels += [names[dimension + k] for k, value in enumerate(values) if value == w]
        found[tuple(z)] = frozenset(labels)
    return found


def _solve(system: list[list[Fraction]]) -> list[Fraction] | None:
    """Return the solution of a square system whose right-hand side is (0, ..., 0, 1), or None if it is singular."""
    size = len(system)
    table = [[*row, Fraction(k == size - 1)] for k, row in enumerate(system)]
    for column in range(size):
        pivot = next((r for r in range(column, size) if table[r][column] != 0), None)
        if pivot is None:
            return None
        table[column], table[pivot] = table[pivot], table[column]
        table[column] = [value / table[column][column] for value in table[column]]
        for r in range(size):
            factor = table[r][column]
            if r != column and factor != 0:
                table[r] = [a - factor * b for a, b in zip(table[r], table[column], strict=True)]
    return [row[-1] for row in table]
