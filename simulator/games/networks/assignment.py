"""The assignment game: SmallCos (rows) and BigCos (columns) pair off and share each pair's surplus with money.

a_ij is the surplus (money) of SmallCo i with BigCo j, u_i and v_j what they keep. The core is the set of solutions of
the dual of the linear programme that finds the best pairing: u_i + v_j >= a_ij for every pair, with equality for the
pairs formed, and nothing for who stays alone. It is a lattice: one end is best for all rows, the other for all columns.

References
----------
Shapley and Shubik (1971), The assignment game I: the core, International Journal of Game Theory 1.
Demange (1982); Leonard (1983), Elicitation of honest preferences, JPE 91 (best core payoff = marginal contribution).
Thompson (1981), Auctions and markets (the fair division point, midway between the ends).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment, linprog

from simulator.foundation.errors import ParameterError, SolverError
from simulator.foundation.numbers import finite_array

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who pairs with whom.

    Parameters
    ----------
    pairs : tuple of (int, int)
        Row and column of every pair with a positive surplus.
    value : float
        Their total surplus (money).
    """

    pairs: tuple[tuple[int, int], ...]
    value: float


@dataclass(frozen=True, slots=True)
class CorePayoffs:
    """A point of the core: what each row (u) and each column (v) keeps (money)."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]


def best_pairing(surplus: ArrayLike) -> Pairing:
    """Return the pairing with the largest total surplus; a pair whose surplus is not positive is not formed.

    Parameters
    ----------
    surplus : array_like, shape (m, n)
        a_ij (money); nobody has to pair.

    Raises
    ------
    ParameterError
        If it is not a matrix of finite numbers.

    Examples
    --------
    >>> best_pairing([[5, 8, 2], [7, 9, 6], [2, 3, 0]])
    Pairing(pairs=((0, 1), (1, 2), (2, 0)), value=16.0)
    """
    matrix = np.maximum(_checked(surplus), 0.0)
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    pairs = tuple((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if matrix[i, j] > 0.0)
    return Pairing(pairs, float(sum(matrix[i, j] for i, j in pairs)))


def marginal_contributions(surplus: ArrayLike) -> CorePayoffs:
    """Return what the best total surplus would lose without each row, and without each column (money).

    Each is the most that the firm gets in the core; not all of them at once.

    Examples
    --------
    One SmallCo, two BigCos: without the better BigCo only 3 is lost:

    >>> marginal_contributions([[10, 7]])
    CorePayoffs(rows=(10.0,), columns=(3.0, 0.0))
    """
    matrix = _checked(surplus)
    total = best_pairing(matrix).value
    lost = [
        tuple(total - best_pairing(np.delete(matrix, each, axis)).value for each in range(matrix.shape[axis]))
        for axis in (0, 1)
    ]
    return CorePayoffs(lost[0], lost[1])


def row_optimal(surplus: ArrayLike) -> CorePayoffs:
    """Return the core point that is best for every row and worst for every column.

    Rows get their marginal contributions, columns what that leaves of the pairs they form.

    Examples
    --------
    >>> row_optimal([[5, 8, 2], [7, 9, 6], [2, 3, 0]])
    CorePayoffs(rows=(5.0, 6.0, 1.0), columns=(1.0, 3.0, 0.0))
    """
    matrix = _checked(surplus)
    rows = marginal_contributions(matrix).rows
    columns = [0.0] * matrix.shape[1]
    for i, j in best_pairing(matrix).pairs:
        columns[j] = float(matrix[i, j]) - rows[i]
    return CorePayoffs(rows, tuple(columns))


def column_optimal(surplus: ArrayLike) -> CorePayoffs:
    """Return the core point that is best for every column and worst for every row.

    Examples
    --------
    >>> column_optimal([[10, 7]])
    CorePayoffs(rows=(7.0,), columns=(3.0, 0.0))
    """
    other = row_optimal(_checked(surplus).T)
    return CorePayoffs(other.columns, other.rows)


def fair_division(surplus: ArrayLike) -> CorePayoffs:
    """Return the point midway between the row-optimal and the column-optimal ends of the core.

    References
    ----------
    Thompson (1981).

    Examples
    --------
    >>> fair_division([[10, 7]])
    CorePayoffs(rows=(8.5,), columns=(1.5, 0.0))
    """
    ends = row_optimal(surplus), column_optimal(surplus)
    rows, columns = (
        tuple(0.5 * (one + two) for one, two in zip(getattr(ends[0], side), getattr(ends[1], side), strict=True))
        for side in ("rows", "columns")
    )
    return CorePayoffs(rows, columns)


def core_point(surplus: ArrayLike, row_weights: ArrayLike, column_weights: ArrayLike) -> CorePayoffs:
    """Return the core point with the largest weighted sum of payoffs, from the dual linear programme.

    Parameters
    ----------
    surplus : array_like, shape (m, n)
        a_ij (money).
    row_weights, column_weights : array_like, shapes (m,) and (n,)
        Weights of u and v in the objective; any sign.

    Raises
    ------
    ParameterError
        If an argument has the wrong shape or is not finite.
    SolverError
        If the linear programme fails.

    References
    ----------
    Shapley and Shubik (1971), theorem 2.

    Examples
    --------
    >>> core_point([[10, 7]], [-1], [0, 0])
    CorePayoffs(rows=(7.0,), columns=(3.0, 0.0))
    """
    matrix = _checked(surplus)
    m, n = matrix.shape
    weights = [
        finite_array(f"core_point.{name}", each, "Write one weight for each firm of that side.")
        for name, each in (("row_weights", row_weights), ("column_weights", column_weights))
    ]
    for name, each, length in zip(("row_weights", "column_weights"), weights, (m, n), strict=True):
        if each.shape != (length,):
            raise ParameterError(
                f"core_point.{name} must be {length} finite numbers; got shape {each.shape}. "
                "Write one weight for each firm of that side."
            )
    scale = float(np.max(np.abs(matrix), initial=0.0)) or 1.0
    # Each row of `covered` adds up u_i + v_j of one pair.
    covered = np.hstack((np.repeat(np.eye(m), n, axis=0), np.tile(np.eye(n), (m, 1))))
    pairs = best_pairing(matrix).pairs
    formed = np.array([i * n + j for i, j in pairs], dtype=np.int64)
    alone = {*range(m + n)} - {i for i, _ in pairs} - {m + j for _, j in pairs}
    wanted = matrix.ravel() / scale
    found = linprog(
        -np.concatenate(weights) / (float(np.max(np.abs(np.concatenate(weights)), initial=0.0)) or 1.0),
        A_ub=-covered,
        b_ub=-wanted,
        A_eq=covered[formed] if pairs else None,
        b_eq=wanted[formed] if pairs else None,
        bounds=[(0.0, 0.0) if each in alone else (0.0, None) for each in range(m + n)],
    )
    if not found.success:
        raise SolverError(f"The linear programme of the core failed: {found.message}")
    payoffs = [float(each) for each in np.maximum(found.x, 0.0) * scale]
    return CorePayoffs(tuple(payoffs[:m]), tuple(payoffs[m:]))


def row_range(surplus: ArrayLike) -> tuple[float, float]:
    """Return the least and the most that all rows together get in the core (money), from the dual linear programme.

    Examples
    --------
    >>> row_range([[5, 8, 2], [7, 9, 6], [2, 3, 0]])
    (8.0, 12.0)
    """
    matrix = _checked(surplus)
    ones, zeros = np.ones(matrix.shape[0]), np.zeros(matrix.shape[1])
    least, most = (sum(core_point(matrix, sign * ones, zeros).rows) for sign in (-1.0, 1.0))
    return least, most


def in_core(surplus: ArrayLike, payoffs: CorePayoffs, tolerance: float = 1e-9) -> bool:
    """Return whether no pair and no firm alone can do better, and exactly the best total surplus is shared.

    Parameters
    ----------
    tolerance : float
        Relative to the largest surplus.

    Raises
    ------
    ParameterError
        If the surplus is not a matrix of finite numbers, or the payoffs do not fit it.

    Examples
    --------
    >>> in_core([[10, 7]], CorePayoffs((8,), (2, 0))), in_core([[10, 7]], CorePayoffs((6,), (4, 0)))
    (True, False)
    """
    matrix = _checked(surplus)
    u, v = np.array(payoffs.rows, dtype=np.float64), np.array(payoffs.columns, dtype=np.float64)
    if (len(u), len(v)) != matrix.shape:
        raise ParameterError(
            f"in_core.payoffs must have {matrix.shape[0]} rows and {matrix.shape[1]} columns; "
            f"got {len(u)} and {len(v)}. Write one payoff for each firm."
        )
    slack = tolerance * (float(np.max(np.abs(matrix), initial=0.0)) or 1.0)
    alone = bool(np.all(u >= -slack) and np.all(v >= -slack))
    pairs = bool(np.all(u[:, None] + v[None, :] >= matrix - slack))
    return alone and pairs and abs(float(u.sum() + v.sum()) - best_pairing(matrix).value) <= slack * sum(matrix.shape)


def _checked(surplus: ArrayLike) -> Array:
    """Return the surplus as a matrix, or raise ParameterError."""
    try:
        matrix = np.array(surplus, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(
            "surplus must be a matrix of numbers; got rows of unequal length or not numbers. "
            "Write one row for each SmallCo and one column for each BigCo."
        ) from None
    if matrix.ndim != 2 or not np.all(np.isfinite(matrix)):
        raise ParameterError(
            f"surplus must be a matrix of finite numbers; got shape {matrix.shape}"
            f"{'' if matrix.ndim != 2 else ' with an entry that is not finite'}. Write 0 for a pair that makes nothing."
        )
    return matrix
