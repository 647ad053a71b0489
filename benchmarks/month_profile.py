"""Where the engine's time goes: its months compiled once more with marks between their steps, and what memory costs.

The marks call back into Python a dozen times a month, which a market of thousands of firms does not feel.
"""

from __future__ import annotations

import ctypes
import inspect
import types
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from benchmarks.timing import PROCESSOR, seconds
from simulator.foundation.draws import key_of
from simulator.simulation import record as r
from simulator.simulation.endings import DROPPED, RUINED_BIG, RUINED_SMALL
from simulator.simulation.engine import close, simulate
from simulator.simulation.month import months
from simulator.simulation.state import ALLIANCE, BIG, SMALL, State, new_state, reset
from simulator.simulation.tables import Prepared

SEED = 1
REPETITIONS = 5
COPIED = 2**28
WORD = 8
LEAVING = (DROPPED, RUINED_SMALL, RUINED_BIG)
STEPS = {
    "meet_and_sign": "meet and sign",
    "propose": "meet",
    "accept": "meet",
    "live": "live",
    "note_small_upkeep": "upkeep",
    "note_big_upkeep": "upkeep",
    "enter": "leave",
    "cut_budgets": "leave",
    "hold_tournaments": "leave",
    "fail": "leave",
    "strand": "leave",
}
WITHIN = ("meet_and_sign", "meet_by_acceptance")
"""Functions in which one of the steps is called."""

_spent: defaultdict[str, float] = defaultdict(float)
_began: dict[str, float] = {}


@ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
def _mark(code: int) -> int:
    """Start the clock of a step (its place, from 1), or stop it (the same, negative)."""
    name = list(STEPS)[abs(code) - 1]
    if code > 0:
        _began[name] = PROCESSOR()
    else:
        _spent[STEPS[name]] += PROCESSOR() - _began[name]
    return code


@dataclass(frozen=True, slots=True)
class Profile:
    """What a run costs.

    Parameters
    ----------
    shares : dict of str to float
        Share of a run's time by step: meet (who is matched), sign (vetting included), live (commit, produce, settle,
        learn and decide), upkeep (with its noise), leave (entry, budgets, tournaments, exit), end (parting, wherever it
        is decided), the rest.
    live : float
        Nanoseconds of a month of an alliance.
    touched : int
        Bytes of state that it reads and writes: the alliance's own, and its firms'.
    bandwidth : float
        Bytes a second that this machine reads and writes while it copies a large array.
    """

    shares: dict[str, float]
    live: float
    touched: int
    bandwidth: float

    @property
    def memory(self) -> float:
        """Return the nanoseconds in which memory could move what a month of an alliance touches, there and back."""
        return 2e9 * self.touched / self.bandwidth


def _timed(step: Callable[..., Any], code: int) -> Callable[..., Any]:
    """Return a compiled step between two marks, with the parameters of the step: numba merges no others."""
    given = ", ".join(inspect.signature(step).parameters)
    source = f"def run({given}):\n    mark({code})\n    answer = step({given})\n    mark({-code})\n    return answer\n"
    world: dict[str, Any] = {"mark": _mark, "step": step}
    exec(source, world)
    return numba.njit(error_model="numpy", nogil=True, inline="always")(world["run"])  # type: ignore[no-any-return]


def _marked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a compiled function compiled once more, with marks around every one of STEPS that it calls."""
    source: Any = getattr(function, "py_func")  # noqa: B009 - what numba compiled
    world = dict(source.__globals__)
    for name in source.__code__.co_names:
        if name in WITHIN:
            world[name] = _marked(world[name])
        if name in STEPS:
            world[name] = _timed(world[name], list(STEPS).index(name) + 1)
    copy = types.FunctionType(source.__code__, world, source.__name__, source.__defaults__)
    return numba.njit(error_model="numpy", nogil=True)(copy)  # type: ignore[no-any-return]


def _lived(t: Prepared, live_months: Callable[..., Any]) -> tuple[float, dict[str, float], State, Any]:
    """Return the time of a run, that of its steps, and the state and the tally in which it ends."""
    state, key, tally = new_state(t), key_of(SEED, 0), np.zeros(len(r.TALLIES))
    reset(t.settings, state.smalls, state.bigs, state.alliances, state.doors, key)
    _spent.clear()
    total = seconds(lambda: live_months(t, state, tally, key, 0, int(t.settings.months)))
    return total, dict(_spent), state, tally


def _closed(t: Prepared, state: State, tally: Any) -> tuple[float, Any]:
    """Return the time that ending an alliance takes, and the outcomes of a run that closes in this state."""
    left = (state.smalls.copy(), state.bigs.copy(), state.alliances.copy(), state.spells, tally.copy())
    outcomes, ended = np.empty(len(r.OUTCOMES)), int((state.alliances.partner >= 0).sum())
    ending = seconds(lambda: close(t.clauses, t.settings, t.discount, *left, outcomes))
    nothing = seconds(lambda: close(t.clauses, t.settings, t.discount, *left, np.empty_like(outcomes)))
    return max(ending - nothing, 0.0) / max(ended, 1), outcomes


def bandwidth() -> float:
    """Return the bytes a second that this machine reads and writes while it copies a large array."""
    source = np.ones(COPIED // WORD)
    target = np.empty_like(source)
    return 2.0 * COPIED / min(seconds(lambda: np.copyto(target, source)) for _ in range(REPETITIONS))


def profile(t: Prepared) -> Profile:
    """Return the profile of a market, the quickest of several runs of the same luck.

    Raises
    ------
    RuntimeError
        If the months with marks do not end as the engine's do.
    """
    live_months = _marked(months)
    _lived(t, live_months)
    total, spent, state, tally = min((_lived(t, live_months) for _ in range(REPETITIONS)), key=lambda run: run[0])
    _closed(t, state, tally)
    ending, outcomes = min((_closed(t, state, tally) for _ in range(REPETITIONS)), key=lambda closed: closed[0])
    if not np.array_equal(outcomes, simulate(t, SEED, np.array([0]))[0], equal_nan=True):
        raise RuntimeError("the months that are profiled must end as the engine's do")
    left = sum(tally[r.FIRST_END + how] for how in LEAVING)
    steps = {
        "meet": spent["meet"],
        "sign": spent["meet and sign"] - spent["meet"],
        "live": spent["live"] - ending * (tally[r.ENDED] - left),
        "upkeep": spent["upkeep"],
        "leave": spent["leave"] - ending * left,
        "end": ending * tally[r.ENDED],
    }
    steps["the rest"] = total - sum(steps.values())
    return Profile(
        shares={step: float(time / total) for step, time in steps.items()},
        live=1e9 * float(steps["live"] / tally[r.ALLIANCE_MONTHS]),
        touched=ALLIANCE.itemsize + SMALL.itemsize + BIG.itemsize,
        bandwidth=bandwidth(),
    )
