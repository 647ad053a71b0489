"""The compiled driver: one loop over runs and months.

A block of runs is a pure function of (tables, seed, replicate numbers), so resuming, threads and processes cannot
change a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import allocating
from simulator.foundation.draws import run_key
from simulator.simulation import record as r
from simulator.simulation.endings import EXPIRED
from simulator.simulation.month import months
from simulator.simulation.month.end import end_alliance
from simulator.simulation.month.sign import Tally
from simulator.simulation.state import State, new_state, reset
from simulator.simulation.tables import Prepared

FEW_SPELLS = 64


@allocating
def gini(values: NDArray[np.float64]) -> float:
    """Return the Gini coefficient of non-negative values, shape (n,): 0 if all are equal, towards 1 if one has all.

    Examples
    --------
    >>> gini(np.array([0.0, 0.0, 0.0, 1.0]))
    0.75
    """
    ordered = np.sort(values)
    total = weighted = 0.0
    for place in range(ordered.shape[0]):
        total += ordered[place]
        weighted += (place + 1) * ordered[place]
    n = ordered.shape[0]
    return 2.0 * weighted / (n * total) - (n + 1.0) / n if total > 0.0 else 0.0


@allocating
def close(
    clauses: Any,
    settings: Any,
    discount: NDArray[np.float64],
    smalls: Any,
    bigs: Any,
    alliances: Any,
    spells: Any,
    tally: Tally,
    out: NDArray[np.float64],
) -> None:
    """End what still runs at the horizon and write the run's outcomes into `out`, in the order of OUTCOMES."""
    small_value = big_value = small_alive = big_alive = cash = 0.0
    slots, last = settings.small_slots, settings.months - 1
    for k in range(alliances.shape[0]):
        alliance = alliances[k]
        if alliance.partner >= 0:
            i = k // slots
            end_alliance(
                settings, clauses[alliance.contract], alliance, smalls[i], bigs[alliance.partner], spells, tally,
                discount, i, last, settings.months, EXPIRED,
            )  # fmt: skip
    purses = np.empty(settings.smalls)
    for i in range(settings.smalls):
        small_value += smalls[i].value
        small_alive += smalls[i].alive
        cash += smalls[i].cash
        purses[i] = max(smalls[i].cash, 0.0) if smalls[i].alive == 1 or smalls[i].bought == 1 else 0.0
    for j in range(settings.bigs):
        big_value += bigs[j].value
        big_alive += bigs[j].alive
        cash += bigs[j].cash
    for column in range(tally.shape[0]):
        out[column] = tally[column]
    out[r.SMALL_VALUE] = small_value
    out[r.BIG_VALUE] = big_value
    out[r.SMALL_FIRMS] = float(settings.smalls) + tally[r.ENTRANTS]
    out[r.SMALL_SURVIVORS] = small_alive + tally[r.BOUGHT]
    out[r.BIG_SURVIVORS] = big_alive
    out[r.GINI] = gini(purses) if settings.smalls > 1 else 0.0
    start = settings.smalls * settings.small_cash + settings.bigs * settings.big_cash
    out[r.IMBALANCE] = cash - start - tally[r.EXTERNAL]


@allocating
def _simulate(t: Prepared, s: State, seed: int, replicates: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write the outcomes of each replicate into the rows of `out`; the state's arrays are scratch."""
    tally = np.zeros(len(r.TALLIES))
    for run in range(replicates.shape[0]):
        key = run_key(seed, replicates[run])
        reset(t.settings, s.smalls, s.bigs, s.alliances, s.doors, key)
        tally[:] = 0.0
        months(t, s, tally, key, 0, t.settings.months)
        close(t.clauses, t.settings, t.discount, s.smalls, s.bigs, s.alliances, s.spells, tally, out[run])


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
    _simulate(prepared, new_state(prepared), seed, np.ascontiguousarray(replicates, dtype=np.int64), out)
    return out


def alliances(prepared: Prepared, seed: int, replicate: int) -> int:
    """Return how many alliances a run has."""
    return int(simulate(prepared, seed, np.array([replicate]))[0, r.ALLIANCES])


def simulate_with_spells(
    prepared: Prepared, seed: int, replicates: NDArray[np.int64]
) -> tuple[NDArray[np.float64], list[Any]]:
    """Return the outcomes of many runs, as `simulate` does, and the alliances of each of them.

    A run that has more alliances than there was room for is lived again.

    Returns
    -------
    outcomes : float array
        One row per run, columns as in `record.OUTCOMES`.
    spells : list of record array
        For each run one row per alliance, of the fields of SPELL, in the order in which they ended.
    """
    out = np.empty((len(replicates), len(r.OUTCOMES)))
    spells = []
    state = new_state(prepared, FEW_SPELLS)
    for run in range(len(replicates)):
        each = slice(run, run + 1)
        number = np.ascontiguousarray(replicates[each], dtype=np.int64)
        _simulate(prepared, state, seed, number, out[each])
        count = int(out[run, r.ALLIANCES])
        if count > state.spells.size:
            state = new_state(prepared, 2 * count)
            _simulate(prepared, state, seed, number, out[each])
        spells.append(state.spells[:count].copy())
    return out, spells
