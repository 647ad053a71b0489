"""A regression tree that people can read: at most four questions deep, pruned by cross-validation.

Every split is the exact best one: of all thresholds of all factors that with the least sum of squares left, runs
counted; words are split after ordering them by their means, which loses nothing. For the share of runs that meet a
condition the sum of squares is Gini's index times the runs over two, so the same tree classifies.

References
----------
Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees, chapters 3, 8 and 9.4.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.sweeps.bootstrap import CONFIDENCE, clustered_mean
from simulator.sweeps.comparison.intervals import t_interval, wilson_interval
from simulator.sweeps.sensitivity.cases import Cases

DEPTH = 4
FOLDS = 10
LEAST_LEAF = 5
LEAST_SHARE = 0.01
ROUNDING = 1e-12
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Split:
    """A question, whether the factor is at most a threshold or one of some words.

    Parameters
    ----------
    place : int
        Of the factor.
    threshold : float
        Half-way between two values that occur; NaN for words.
    words : frozenset of int or None
        Places of the words on the left.
    gain : float
        By how much the sum of squares falls.
    """

    place: int
    threshold: float
    words: frozenset[int] | None
    gain: float

    def left(self, cases: Cases) -> NDArray[np.bool_]:
        """Return the points whose answer is yes."""
        column = cases.columns[self.place]
        return column <= self.threshold if self.words is None else np.isin(column, list(self.words))


@dataclass(frozen=True, slots=True)
class Node:
    """Points that have given the same answers.

    Parameters
    ----------
    points, runs : int
        How many.
    mean, low, high : float
        Of the runs, with its interval over points (blocks); the split was chosen to part them, so it is too narrow.
    squares : float
        Sum of squares of the points' means around it, weighted by runs.
    split, left, right : Split, Node, Node, or None
        What parts it further.
    """

    points: int
    runs: int
    mean: float
    low: float
    high: float
    squares: float
    split: Split | None = None
    left: Node | None = None
    right: Node | None = None

    @property
    def leaves(self) -> int:
        """Return how many leaves hang on it."""
        return 1 if self.left is None or self.right is None else self.left.leaves + self.right.leaves

    @property
    def left_over(self) -> float:
        """Return the sum of squares within its leaves."""
        if self.left is None or self.right is None:
            return self.squares
        return self.left.left_over + self.right.left_over


def best_split(cases: Cases, least: int = 1) -> Split | None:
    """Return the split that leaves the least sum of squares, or None if nothing is gained.

    Parameters
    ----------
    cases : Cases
        Those to be parted.
    least : int
        Points that either side must have.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> cases = Cases(("x",), (x,), (None,), np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4), np.arange(4))
    >>> best_split(cases).threshold, best_split(cases, 2).threshold
    (3.5, 2.5)
    """
    total = float(cases.hits.sum()) / float(cases.runs.sum())
    centred = cases.hits - total * cases.runs
    spread = float((cases.hits * cases.hits / cases.runs).sum())
    best: Split | None = None
    for place, column in enumerate(cases.columns):
        words = cases.words[place]
        order = np.argsort(column if words is None else _by_mean(cases, place), kind="stable")
        values = column[order]
        before, size = np.cumsum(centred[order])[:-1], np.cumsum(cases.runs[order])
        size, whole = size[:-1], size[-1]
        number = np.arange(1, len(column))
        allowed = (values[1:] != values[:-1]) & (number >= least) & (len(column) - number >= least)
        if not allowed.any():
            continue
        gains = np.where(allowed, before * before * (1.0 / size + 1.0 / (whole - size)), -np.inf)
        # of splits that are equal but for rounding the first, so that the order of the points changes nothing
        at = int(np.flatnonzero(gains >= gains.max() * (1.0 - TIE))[0])
        gain = float(gains[at])
        if gain <= ROUNDING * max(spread, total * total * whole) or (
            best is not None and gain <= best.gain * (1.0 + TIE)
        ):
            continue
        if words is None:
            middle = 0.5 * float(values[at] + values[at + 1])
            best = Split(place, middle if middle < values[at + 1] else float(values[at]), None, gain)
        else:
            best = Split(place, math.nan, frozenset(values[: at + 1].astype(np.int64).tolist()), gain)
    return best


def _by_mean(cases: Cases, place: int) -> NDArray[np.float64]:
    """Return, for every point, the rank of its word among the words ordered by their means."""
    codes = cases.columns[place].astype(np.int64)
    runs = np.bincount(codes, cases.runs)
    mean = np.divide(np.bincount(codes, cases.hits), runs, out=np.zeros_like(runs), where=runs > 0.0)
    rank = np.empty(len(mean))
    rank[np.argsort(mean, kind="stable")] = np.arange(len(mean))
    return rank[codes]


def grown(cases: Cases, *, depth: int = DEPTH, least: int = 1, share: bool = True, bare: bool = False) -> Node:
    """Return the whole tree.

    Parameters
    ----------
    cases : Cases
        What is to be explained.
    depth, least : int
        Questions in a row, and points in a leaf.
    share : bool
        Whether means are shares, whose intervals stay in [0, 1].
    bare : bool
        Whether to leave out the intervals.
    """
    runs = float(cases.runs.sum())
    mean = float(cases.hits.sum()) / runs
    means = cases.hits / cases.runs
    low, high = (math.nan, math.nan) if bare else _interval(cases, share)
    node = Node(len(means), int(runs), mean, low, high, float((cases.runs * (means - mean) ** 2).sum()))
    split = best_split(cases, least) if depth > 0 else None
    if split is None:
        return node
    yes = split.left(cases)
    left, right = (
        grown(cases.drawn(np.flatnonzero(side)), depth=depth - 1, least=least, share=share, bare=bare)
        for side in (yes, ~yes)
    )
    return dataclasses.replace(node, split=split, left=left, right=right)


def _interval(cases: Cases, share: bool) -> tuple[float, float]:
    """Return the interval of the mean over blocks of points."""
    _, blocks = np.unique(cases.blocks, return_inverse=True)
    sums, counts = (np.bincount(blocks, each).astype(np.float64) for each in (cases.hits, cases.runs))
    mean, error = clustered_mean(sums, counts)
    if len(sums) < 2:
        return math.nan, math.nan
    if share:
        return wilson_interval(mean, error, len(sums), CONFIDENCE)
    return t_interval(mean, error, len(sums), CONFIDENCE)


def pruned(node: Node, penalty: float) -> Node:
    """Return the subtree with the least sum of squares plus `penalty` per leaf; of several the smallest."""
    if node.left is None or node.right is None:
        return node
    left, right = pruned(node.left, penalty), pruned(node.right, penalty)
    kept = dataclasses.replace(node, left=left, right=right)
    if node.squares <= kept.left_over + penalty * (kept.leaves - 1) * (1.0 + ROUNDING):
        return dataclasses.replace(node, split=None, left=None, right=None)
    return kept


def penalties(node: Node) -> list[float]:
    """Return the penalties from which on ever smaller subtrees are the best, starting from 0 (weakest links)."""
    found = [0.0]
    node = pruned(node, 0.0)
    while node.leaves > 1:
        found.append(max(min(_links(node)), found[-1]))
        smaller = pruned(node, found[-1])
        if smaller.leaves == node.leaves:
            smaller = pruned(node, found[-1] * (1.0 + 1e-9) + ROUNDING)
        node = smaller
    return found


def _links(node: Node) -> Iterator[float]:
    """Yield the penalty at which each inner node is no longer worth its leaves."""
    if node.left is not None and node.right is not None:
        yield (node.squares - node.left_over) / (node.leaves - 1)
        yield from _links(node.left)
        yield from _links(node.right)


def tree(cases: Cases, *, depth: int = DEPTH, folds: int = FOLDS, share: bool = True, seed: int = 0) -> Node:
    """Return the smallest tree whose cross-validated error is within one standard error of the best (Breiman's rule).

    Parameters
    ----------
    cases : Cases
        What is to be explained.
    depth, folds, seed : int
        Questions in a row; parts of the cross-validation, which whole blocks of points are dealt to.
    share : bool
        As in `grown`.
    """
    least = max(LEAST_LEAF, math.ceil(LEAST_SHARE * len(cases.hits)))
    whole = grown(cases, depth=depth, least=least, share=share)
    blocks = cases.of_blocks()
    folds = min(folds, len(blocks))
    if whole.leaves == 1 or folds < 2:
        return whole
    steps = penalties(whole)
    middles = [math.sqrt(one * two) for one, two in zip(steps, [*steps[1:], math.inf], strict=True)]
    dealt = np.random.default_rng(seed).permutation(len(blocks)) % folds
    errors = np.zeros((len(steps), len(cases.hits)))
    for fold in range(folds):
        out = np.concatenate([blocks[each] for each in np.flatnonzero(dealt == fold)])
        rest = np.concatenate([blocks[each] for each in np.flatnonzero(dealt != fold)])
        grown_here = grown(cases.drawn(rest), depth=depth, least=least, bare=True)
        tested = cases.drawn(out)
        for step, penalty in enumerate(middles):
            # a penalty is a sum of squares, so it shrinks with the runs that are left to grow a tree from
            scaled = penalty * float(cases.runs[rest].sum()) / float(cases.runs.sum())
            told = predicted(pruned(grown_here, scaled), tested)
            errors[step, out] = tested.runs * (tested.hits / tested.runs - told) ** 2
    of_blocks = np.stack([errors[:, block].sum(axis=1) for block in blocks], axis=1)
    total = of_blocks.sum(axis=1)
    best = int(np.argmin(total))
    reach = total[best] + float(of_blocks[best].std(ddof=1)) * math.sqrt(len(blocks))
    last = max(step for step in range(len(steps)) if total[step] <= reach)
    return pruned(whole, middles[last])


def predicted(node: Node, cases: Cases) -> NDArray[np.float64]:
    """Return the mean of the leaf of every point."""
    if node.split is None or node.left is None or node.right is None:
        return np.full(len(cases.hits), node.mean)
    yes = node.split.left(cases)
    found = np.empty(len(yes))
    for side, child in ((yes, node.left), (~yes, node.right)):
        places = np.flatnonzero(side)
        if places.size:
            found[places] = predicted(child, cases.drawn(places))
    return found


def rules(node: Node, cases: Cases, answer: str = "all", depth: int = 0) -> Iterator[tuple[int, str, Node]]:
    """Yield every node with its depth and the answer that leads to it, in the order in which it is read.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> cases = Cases(("x",), (x,), (None,), np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4), np.arange(4))
    >>> [(depth, answer, node.mean) for depth, answer, node in rules(grown(cases), cases)]
    [(0, 'all', 0.25), (1, 'x at most 3.5', 0.0), (1, 'x above 3.5', 1.0)]
    """
    yield depth, answer, node
    if node.split is None or node.left is None or node.right is None:
        return
    name, words = cases.names[node.split.place], cases.words[node.split.place]
    if words is None or node.split.words is None:
        answers = (f"{name} at most {node.split.threshold:.4g}", f"{name} above {node.split.threshold:.4g}")
    else:
        left = " or ".join(words[each] for each in sorted(node.split.words))
        answers = f"{name} {left}", f"{name} otherwise"
    yield from rules(node.left, cases, answers[0], depth + 1)
    yield from rules(node.right, cases, answers[1], depth + 1)


def to_dict(node: Node, cases: Cases) -> list[dict[str, Any]]:
    """Return the nodes in the order in which they are read, for JSON."""
    return [
        {
            "depth": depth,
            "rule": answer,
            "leaf": each.split is None,
            **{name: getattr(each, name) for name in ("points", "runs", "mean", "low", "high")},
        }
        for depth, answer, each in rules(node, cases)
    ]
