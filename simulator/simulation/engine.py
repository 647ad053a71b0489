"""The compiled driver: one loop over runs and months.

A block of runs is a pure function of (tables, seed, replicate numbers), so resuming, threads and processes cannot
change a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.economy.clauses import Clauses
from simulator.economy.world import World
from simulator.foundation.compiled import compiled, merged
from simulator.foundation.draws import run_key
from simulator.simulation import record as r
from simulator.simulation import rules
from simulator.simulation.month import Tally, end_alliance, step
from simulator.simulation.state import new_state, reset
from simulator.simulation.tables import Prepared


@merged
def close(settings: Any, smalls: Any, bigs: Any, tally: Tally, out: NDArray[np.float64]) -> None:
    """End what still runs at the horizon and write the run's outcomes into `out`, in the order of OUTCOMES."""
    small_value = big_value = small_alive = big_alive = cash = 0.0
    for i in range(settings.smalls):
        if smalls[i].partner >= 0:
            end_alliance(smalls[i], bigs[smalls[i].partner], tally, rules.EXPIRED)
        small_value += smalls[i].value
        small_alive += smalls[i].alive
        cash += smalls[i].cash
    for j in range(settings.bigs):
        big_value += bigs[j].value
        big_alive += bigs[j].alive
        cash += bigs[j].cash
    for column in range(tally.shape[0]):
        out[column] = tally[column]
    out[r.SMALL_VALUE] = small_value
    out[r.BIG_VALUE] = big_value
    out[r.SMALL_FIRMS] = float(settings.smalls) + tally[r.ENTRANTS]
    out[r.SMALL_SURVIVORS] = small_alive
    out[r.BIG_SURVIVORS] = big_alive
    start = settings.smalls * settings.small_cash + settings.bigs * settings.big_cash
    out[r.IMBALANCE] = cash - start - tally[r.EXTERNAL]


@compiled
def _simulate(
    world: World,
    clauses: Clauses,
    settings: Any,
    small_levels: NDArray[np.float64],
    big_levels: NDArray[np.float64],
    cells: Any,
    rows: Any,
    small_mixture: NDArray[np.float64],
    big_mixture: NDArray[np.float64],
    small_replies: NDArray[np.int64],
    big_replies: NDArray[np.int64],
    small_hedge: NDArray[np.int64],
    big_hedge: NDArray[np.int64],
    discount: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    doors: NDArray[np.int64],
    seed: int,
    replicates: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the outcomes of each replicate into the rows of `out`; the state's arrays are scratch."""
    tally = np.zeros(len(r.TALLIES))
    for run in range(replicates.shape[0]):
        reset(settings, smalls, bigs, doors)
        tally[:] = 0.0
        key = run_key(seed, replicates[run])
        for month in range(settings.months):
            step(
                world, clauses, settings, small_levels, big_levels, cells, rows, small_mixture, big_mixture,
                small_replies, big_replies, small_hedge, big_hedge, discount, quantiles, smalls, bigs, doors, tally,
                key, month,
            )  # fmt: skip
        close(settings, smalls, bigs, tally, out[run])


def simulate(prepared: Prepared, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the outcomes of many runs, shape (len(replicates), len(OUTCOMES)).

    Parameters
    ----------
    prepared : Prepared
        From `prepare`: a scenario under a contract.
    seed : int
        Non-negative; 0 is a seed.
    replicates : int array, shape (n,)
        Numbers of the runs, non-negative. The same number has the same luck under every contract, strategy and
        parameter.

    Returns
    -------
    float array
        One row per run, columns as in `record.OUTCOMES`.
    """
    out = np.empty((len(replicates), len(r.OUTCOMES)))
    _simulate(*prepared, *new_state(prepared), seed, np.ascontiguousarray(replicates, dtype=np.int64), out)
    return out
