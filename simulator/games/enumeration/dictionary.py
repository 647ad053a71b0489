"""A best-response polytope as a stack of dictionaries, and the pivots that walk on its faces.

SmallCo's polytope is {x >= 0, B' x <= 1}, BigCo's {y >= 0, A y <= 1}, payoffs positive. Each of its variables carries a
label: i for action i of SmallCo (x_i, or the slack of A's row i), m + j for action j of BigCo (y_j, or the slack of B's
column j). A dictionary writes the basic variables by the others: basic = table[:, 0] - table[:, 1:] nonbasic. A face is
the set where chosen variables vanish; their columns have been dropped, so what is left is the face itself.

References
----------
Chvatal (1983), Linear Programming, chapters 2 and 3 (dictionaries).
von Stengel (2002), Computing equilibria for two-person games, Handbook of Game Theory 3 (labels and polytopes).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating, compiled, routine

ZERO = 1e-9
"""Slacks, probabilities and coefficients below this are zero; payoffs are scaled so that their range is 1."""
GREY = (1e-2, 1e3)
"""Between these multiples of what is taken for zero a number may be rounding or not: that calls for a second look."""

INFEASIBLE = -1
OPEN = 0
VANISHING = 1

_PATIENCE = 40
_SAME_RATIO = 1e-12


class Stack(NamedTuple):
    """Dictionaries of one polytope, one for each open branch of a search; the first index is the branch.

    Parameters
    ----------
    table : array of float64, shape (branches, rows, columns + 1)
        Column 0 holds the values of the basic variables.
    book : array of int64, shape (branches, 1 + rows + columns + labels)
        The number of columns left, those behind them having been dropped; the labels of the rows, from 1; the labels of
        the columns, column c at `nonbasic` + c; and for each label, from `place`, its row or minus its column.
    rows, columns : int
        The size in use: the arrays may have room for more.
    nonbasic, place : int
        Where the labels of the columns and the places of the labels begin in the book.
    zero : float
        What is smaller is zero.
    """

    table: NDArray[np.float64]
    book: NDArray[np.int64]
    rows: int
    columns: int
    nonbasic: int
    place: int
    zero: float


def new_stack(branches: int, rows: int, columns: int) -> Stack:
    """Return room for so many dictionaries of this size or less."""
    labels = rows + columns
    table = np.empty((branches, rows, columns + 1))
    book = np.empty((branches, 1 + labels + labels), dtype=np.int64)
    return Stack(table, book, rows, columns, rows, 1 + labels, ZERO)


@allocating
def resized(stack: Stack, rows: int, columns: int, zero: float) -> Stack:
    """Return the same room for dictionaries of a size that fits into it."""
    return Stack(stack.table, stack.book, rows, columns, rows, 1 + rows + columns, zero)


@routine
def start(stack: Stack, payoffs: NDArray[np.float64], transposed: bool, first_basic: int, first_nonbasic: int) -> None:
    """Write the dictionary of the polytope's origin at branch 0, in place.

    `payoffs` are the opponent's, its replies in rows; in columns if `transposed`. Labels of slacks count from
    `first_basic`, those of the player's own actions from `first_nonbasic`.
    """
    table, book = stack.table, stack.book
    book[0, 0] = stack.columns
    for i in range(stack.rows):
        table[0, i, 0] = 1.0
        book[0, 1 + i] = first_basic + i
        book[0, stack.place + first_basic + i] = i
        for c in range(stack.columns):
            table[0, i, 1 + c] = payoffs[c, i] if transposed else payoffs[i, c]
    for c in range(stack.columns):
        book[0, stack.nonbasic + 1 + c] = first_nonbasic + c
        book[0, stack.place + first_nonbasic + c] = -1 - c


@routine
def duplicate(source: Stack, at: int, target: Stack, to: int) -> None:
    """Copy the dictionary of one branch to another, of this stack or of one for the same size."""
    width = source.book[at, 0] + 1
    for i in range(source.rows):
        for c in range(width):
            target.table[to, i, c] = source.table[at, i, c]
    for k in range(source.place + source.rows + source.columns):
        target.book[to, k] = source.book[at, k]


@compiled
def pivot(stack: Stack, at: int, row: int, column: int) -> None:
    """Exchange the basic variable of a row for the nonbasic one of a column, in place."""
    table, book = stack.table, stack.book
    width = book[at, 0] + 1
    inverse = 1.0 / table[at, row, column]
    for c in range(width):
        table[at, row, c] *= inverse
    table[at, row, column] = inverse
    for i in range(stack.rows):
        factor = table[at, i, column]
        if i != row and factor != 0.0:
            table[at, i, column] = 0.0
            for c in range(width):
                table[at, i, c] -= factor * table[at, row, c]
    leaving, entering = book[at, 1 + row], book[at, stack.nonbasic + column]
    book[at, 1 + row] = entering
    book[at, stack.nonbasic + column] = leaving
    book[at, stack.place + entering] = row
    book[at, stack.place + leaving] = -column


@routine
def pivot_to(stack: Stack, at: int, to: int, row: int, column: int) -> None:
    """Write what a pivot makes of one branch to another: `duplicate` and `pivot` in one pass."""
    table, book = stack.table, stack.book
    width = book[at, 0] + 1
    inverse = 1.0 / table[at, row, column]
    for c in range(width):
        table[to, row, c] = table[at, row, c] * inverse
    table[to, row, column] = inverse
    for i in range(stack.rows):
        if i != row:
            factor = table[at, i, column]
            for c in range(width):
                table[to, i, c] = table[at, i, c] - factor * table[to, row, c]
            table[to, i, column] = -factor * inverse
    for k in range(stack.place + stack.rows + stack.columns):
        book[to, k] = book[at, k]
    leaving, entering = book[at, 1 + row], book[at, stack.nonbasic + column]
    book[to, 1 + row] = entering
    book[to, stack.nonbasic + column] = leaving
    book[to, stack.place + entering] = row
    book[to, stack.place + leaving] = -column


@compiled
def drop(stack: Stack, at: int, column: int) -> None:
    """Keep a nonbasic variable at zero for good: its column goes, the last one takes its place."""
    table, book = stack.table, stack.book
    last = book[at, 0]
    if column != last:
        for i in range(stack.rows):
            table[at, i, column] = table[at, i, last]
        label = book[at, stack.nonbasic + last]
        book[at, stack.nonbasic + column] = label
        book[at, stack.place + label] = -column
    book[at, 0] = last - 1


@compiled
def _leaving(stack: Stack, at: int, column: int, wanted: int, bland: bool) -> int:
    """Return the row of the smallest ratio; the wanted row wins ties, then the first row (or Bland's, if asked)."""
    table, book = stack.table, stack.book
    best = wanted
    smallest = table[at, wanted, 0] / table[at, wanted, column]
    for i in range(stack.rows):
        if i != wanted and table[at, i, column] > stack.zero:
            ratio = table[at, i, 0] / table[at, i, column]
            if ratio < smallest - _SAME_RATIO:
                smallest, best = ratio, i
            elif bland and best != wanted and ratio <= smallest and book[at, 1 + i] < book[at, 1 + best]:
                best = i
    return best


@compiled
def _entering(stack: Stack, at: int, row: int, bland: bool) -> int:
    """Return the column that lowers a row's variable the fastest (or Bland's, if asked); 0 if none lowers it."""
    table, book = stack.table, stack.book
    column, largest = 0, stack.zero
    for c in range(1, book[at, 0] + 1):
        coefficient = table[at, row, c]
        if bland:
            if coefficient > stack.zero and (
                column == 0 or book[at, stack.nonbasic + c] < book[at, stack.nonbasic + column]
            ):
                column = c
        elif coefficient > largest:
            column, largest = c, coefficient
    return column


@compiled
def restrict(stack: Stack, at: int, label: int) -> int:
    """Walk to the face where a variable vanishes and drop it, in place; return the pivots taken, -1 if it is empty.

    The variable is minimised by the simplex method (largest coefficient, Bland's rule once that takes long).
    """
    row = stack.book[at, stack.place + label]
    if row < 0:
        drop(stack, at, -row)
        return 0
    table = stack.table
    pivots = 0
    while True:
        bland = pivots >= _PATIENCE
        leaving, column = row, 0
        if table[at, row, 0] <= stack.zero:  # at zero already: any pivot keeps the values
            largest = stack.zero
            for c in range(1, stack.book[at, 0] + 1):
                if abs(table[at, row, c]) > largest:
                    column, largest = c, abs(table[at, row, c])
            if column == 0:
                return pivots
        else:
            column = _entering(stack, at, row, bland)
            if column == 0:
                return INFEASIBLE
            leaving = _leaving(stack, at, column, row, bland)
        pivot(stack, at, leaving, column)
        pivots += 1
        if leaving == row:
            drop(stack, at, column)
            return pivots


@compiled
def survey(stack: Stack, at: int, status: NDArray[np.int64]) -> tuple[bool, bool]:
    """Write what each row's sign tells of its variable on the face: INFEASIBLE to vanish, OPEN, or VANISHING.

    Returns whether a variable vanishes, and whether a number is too small to be sure that it is not zero.
    """
    table, book = stack.table, stack.book
    columns = book[at, 0]
    lower, upper = GREY[0] * stack.zero, GREY[1] * stack.zero
    grey = vanishing = 0
    for i in range(stack.rows):
        positive = negative = 0
        for c in range(1, columns + 1):
            entry = table[at, i, c]
            positive += entry > stack.zero
            negative += entry < -stack.zero
            grey += (abs(entry) > lower) & (abs(entry) < upper)
        level = table[at, i, 0]
        grey += (abs(level) > lower) & (abs(level) < upper)
        if level > stack.zero:
            status[book[at, 1 + i]] = OPEN if positive > 0 else INFEASIBLE
        else:
            status[book[at, 1 + i]] = OPEN if negative > 0 else VANISHING
            vanishing += negative == 0
    for c in range(1, columns + 1):
        status[book[at, stack.nonbasic + c]] = OPEN
    return vanishing > 0, grey > 0


@compiled
def value(stack: Stack, at: int, label: int) -> float:
    """Return the value of a variable at the current vertex."""
    place = stack.book[at, stack.place + label]
    return stack.table[at, place, 0] if place >= 0 else 0.0
