"""What each clause of a contract is worth: the contract without it, the clause alone, and its Shapley value.

Every part of the contract (a coalition of its clauses) is run under the same luck, from nothing signed to the whole.
Some terms mean nothing without another, as a buy-back without a price, so that a part with one alone is no contract:
they are taken as one clause with what they need, and every part is one that could be signed.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import NOTHING_SIGNED, Contract, contract_of, term_name
from simulator.foundation.errors import ParameterError
from simulator.sweeps.bootstrap import CONFIDENCE, RESAMPLES, bootstrap_means, clustered_mean, interval
from simulator.sweeps.comparison.intervals import (
    BCA,
    PERCENTILE,
    T,
    acceleration,
    bca_interval,
    check_method,
    t_interval,
)
from simulator.sweeps.comparison.pairs import TIE
from simulator.sweeps.comparison.runs import Runs, jsonable
from simulator.sweeps.comparison.shapley import Scheme, exact, sampled
from simulator.sweeps.experiment import Experiment

MOST_CLAUSES = 10
SUGGESTED = 200
CHECKED_WHOLLY = 12

Clause = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseGame:
    """The parts of a contract that are run.

    Parameters
    ----------
    contract : Contract
        The whole.
    clauses : tuple of tuple of str
        The players: names of terms that stand and fall together.
    scheme : Scheme
        Which parts are run, and what their values say of the players.
    """

    contract: Contract
    clauses: tuple[Clause, ...]
    scheme: Scheme

    def part(self, coalition: int) -> Contract:
        """Return the contract with the clauses of a coalition only, named by its terms."""
        return part_of(self.contract, [c for place, c in enumerate(self.clauses) if coalition >> place & 1])


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean effect in the unit of the measure, and the ends of its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """What one clause is worth in one measure.

    Parameters
    ----------
    measure : str
        In what.
    clause : tuple of str
        Its terms.
    shapley : Effect
        The mean of what it adds over all orders in which the clauses may be written; they sum to the total.
    left_out : Effect
        What the whole contract is worth beyond the one without the clause.
    alone : Effect
        What the clause alone is worth beyond nothing signed.
    order_error : float
        Standard error of the Shapley value from sampling orders; 0 if it is exact.
    """

    measure: str
    clause: Clause
    shapley: Effect
    left_out: Effect
    alone: Effect
    order_error: float


@dataclass(frozen=True, slots=True)
class ClauseValues:
    """What the clauses of a contract are worth.

    Parameters
    ----------
    game : ClauseGame
        What was run.
    confidence, method : float, str
        Of the intervals.
    rows : tuple of ClauseRow
        By measure and clause.
    totals : dict of str to Effect
        By measure, what the whole contract is worth beyond nothing signed.
    used, dropped : dict of str to int
        By measure, the points and replicates in which all parts have whole runs, and the others.
    """

    game: ClauseGame
    confidence: float
    method: str
    rows: tuple[ClauseRow, ...]
    totals: dict[str, Effect]
    used: dict[str, int]
    dropped: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return everything ready for JSON."""
        return {
            "contract": self.game.contract.name,
            "confidence": self.confidence,
            "interval": self.method,
            "clauses": [list(clause) for clause in self.game.clauses],
            "parts": len(self.game.scheme.coalitions),
            "permutations": len(self.game.scheme.orders) or None,
            "measures": [
                {
                    "measure": measure,
                    "total": dataclasses.asdict(total),
                    "pairs": self.used[measure],
                    "dropped": self.dropped[measure],
                    "rows": [
                        {
                            "clause": list(row.clause),
                            "shapley": dataclasses.asdict(row.shapley),
                            "left_out": dataclasses.asdict(row.left_out),
                            "alone": dataclasses.asdict(row.alone),
                            "order_error": jsonable(row.order_error),
                        }
                        for row in self.rows
                        if row.measure == measure
                    ],
                }
                for measure, total in self.totals.items()
            ],
        }


def part_of(contract: Contract, clauses: Sequence[Clause]) -> Contract:
    """Return the contract with the terms of some clauses only, named by them.

    Raises
    ------
    ParameterError
        If these terms are no contract by themselves.
    """
    kept = {name for clause in clauses for name in clause}
    terms = [term for term in contract.terms if term_name(term) in kept]
    part = contract_of(contract.name, terms)
    return dataclasses.replace(part, name=" + ".join(map(term_name, part.terms)) or NOTHING_SIGNED)


def clauses_of(contract: Contract) -> tuple[Clause, ...]:
    """Return the terms of a contract, those that are none without another joined with it.

    Of every part that is no contract, the smallest first, the terms are joined with the fewest others that make it one,
    until every part is a contract.

    Examples
    --------
    >>> from simulator.economy.terms import BuyBack, UpfrontFee, WholesalePrice
    >>> clauses_of(Contract("supply", (WholesalePrice(price=3.0), BuyBack(price=1.0), UpfrontFee(fee=2.0))))
    (('buy_back', 'wholesale_price'), ('upfront_fee',))
    """
    clauses: list[Clause] = [(term_name(term),) for term in contract_of(contract.name, contract.terms).terms]
    sizes = range(1, len(clauses) + 1 if len(clauses) <= CHECKED_WHOLLY else 3)
    while True:
        unions = (union for size in sizes for union in itertools.combinations(clauses, size))
        bad = next((union for union in unions if not _valid(contract, union)), None)
        if bad is None:
            return tuple(sorted(clauses))
        others = [clause for clause in clauses if clause not in bad]
        more = (extra for size in range(1, len(others) + 1) for extra in itertools.combinations(others, size))
        needed = next((extra for extra in more if _valid(contract, (*bad, *extra))), tuple(others))
        joined = tuple(sorted(name for clause in (*bad, *needed) for name in clause))
        clauses = [clause for clause in clauses if not set(clause) <= set(joined)] + [joined]


def _valid(contract: Contract, clauses: Sequence[Clause]) -> bool:
    """Return whether some clauses are a contract by themselves."""
    try:
        part_of(contract, clauses)
    except ParameterError:
        return False
    return True


def clause_game(contract: Contract, permutations: int | None = None, seed: int = 0) -> ClauseGame:
    """Return which parts of a contract to run: all, or those met in some random orders of its clauses.

    Raises
    ------
    ParameterError
        If the contract has no terms, or too many clauses for all parts and no number of permutations is given.
    """
    clauses = clauses_of(contract)
    if not clauses:
        raise ParameterError(
            f"clauses needs a contract that has terms; got {contract.name!r} without any. Name another with --contract."
        )
    if permutations is None and len(clauses) > MOST_CLAUSES:
        raise ParameterError(
            f"clauses runs every part of a contract of at most {MOST_CLAUSES} clauses; got {len(clauses)} in "
            f"{contract.name!r}, which has 2^{len(clauses)} parts. Sample orders with --permutations {SUGGESTED}."
        )
    scheme = exact(len(clauses)) if permutations is None else sampled(len(clauses), permutations, seed)
    return ClauseGame(contract, clauses, scheme)


def clause_experiment(experiment: Experiment, game: ClauseGame) -> Experiment:
    """Return the experiment that runs the parts of a contract instead of its contracts; nothing signed is the baseline.

    Raises
    ------
    ParameterError
        If the firms would choose from the menu, so that no part is sure to be signed.
    """
    scenario = experiment.scenario
    if scenario.market.signing == "menu":
        raise ParameterError(
            'clauses needs one contract in force; got market.signing = "menu", in which the firms choose. '
            "Write another signing rule."
        )
    parts = tuple(game.part(coalition) for coalition in game.scheme.coalitions)
    return dataclasses.replace(
        experiment,
        name=f"{experiment.name} clauses of {game.contract.name}",
        title=f"The clauses of {game.contract.name!r}: {experiment.title or experiment.name}",
        scenario=dataclasses.replace(scenario, contracts=parts),
        contracts=tuple(part.name for part in parts),
        baseline=NOTHING_SIGNED,
    )


def clause_values(
    runs: Runs,
    game: ClauseGame,
    *,
    confidence: float = CONFIDENCE,
    method: str = PERCENTILE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> ClauseValues:
    """Return what the clauses are worth in every measure that was read.

    Parameters
    ----------
    runs : Runs
        Of the parts, named as `ClauseGame.part` does.
    game : ClauseGame
        What was run.
    confidence, method, resamples, seed : float, str, int, int
        Of the intervals, see `compare`. They are about luck: each value is a weighted sum of runs of one replicate.

    Raises
    ------
    ParameterError
        If fewer than two replicates have whole runs of all parts.
    """
    check_method(method, confidence)
    scheme, players = game.scheme, len(game.clauses)
    names = [game.part(coalition).name for coalition in scheme.coalitions]
    places = [runs.contracts.index(name) for name in names]
    weights = np.vstack([scheme.shapley, scheme.left_out, scheme.alone, scheme.total])
    rows: list[ClauseRow] = []
    totals: dict[str, Effect] = {}
    used: dict[str, int] = {}
    dropped: dict[str, int] = {}
    for number, measure in enumerate(runs.measures):
        values = runs.values[number]
        whole = np.logical_and.reduce([np.isfinite(values[place]) for place in places])
        counts = whole.sum(axis=0).astype(np.float64)
        if np.count_nonzero(counts) < 2:
            raise ParameterError(
                f"clauses needs at least two replicates in which the runs of all parts are whole; got "
                f"{np.count_nonzero(counts)} in {measure}. Run more replicates."
            )
        sums = np.stack([np.where(whole, values[place], 0.0).sum(axis=0) for place in places])
        made = weights @ sums
        made[np.abs(made) <= TIE * np.abs(sums).max(axis=0)] = 0.0  # a clause that changes nothing is worth nothing
        effects = _effects(made, counts, method, confidence, resamples, seed)
        errors = scheme.order_errors((sums.sum(axis=1) / counts.sum()).tolist())
        for player, clause in enumerate(game.clauses):
            each = effects[player], effects[players + player], effects[2 * players + player]
            rows.append(ClauseRow(measure, clause, *each, errors[player]))
        totals[measure] = effects[-1]
        used[measure], dropped[measure] = int(whole.sum()), int(whole.size - whole.sum())
    return ClauseValues(game, confidence, method, tuple(rows), totals, used, dropped)


def _effects(
    sums: NDArray[np.float64], counts: NDArray[np.float64], method: str, confidence: float, resamples: int, seed: int
) -> list[Effect]:
    """Return the mean of every row of sums by replicate, with its interval."""
    clusters = int(np.count_nonzero(counts))
    if method != T:
        means = bootstrap_means(sums.T, np.broadcast_to(counts[:, None], sums.T.shape), resamples=resamples, seed=seed)
    effects = []
    for place, row in enumerate(sums):
        mean, error = clustered_mean(row, counts)
        if error == 0.0:
            ends = mean, mean
        elif method == T:
            ends = t_interval(mean, error, clusters, confidence)
        elif method == BCA:
            ends = bca_interval(means[:, place], mean, acceleration(row, counts), confidence)
        else:
            ends = interval(means[:, place], confidence)
        effects.append(Effect(mean, *ends))
    return effects
