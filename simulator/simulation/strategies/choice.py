"""The level a firm commits: a branch for each strategy, the quick ones where `choose` is used, the others called."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import categorical, uniform
from simulator.simulation.strategies.character import SHARK, SUITOR, defects
from simulator.simulation.strategies.equilibrium import BEST_REPLY, LEADER, NASH, QUANTAL_RESPONSE
from simulator.simulation.strategies.fixed import ALL_IN_PIG, HEDGING_CHICKEN, RANDOM
from simulator.simulation.strategies.learning import learnt_level
from simulator.simulation.strategies.quitting import RATIONAL_QUITTER, SUNK_COST_STAYER
from simulator.simulation.strategies.reciprocity import GRIM, RECIPROCATOR, TRUST_BUT_VERIFY, caught


@compiled
def choose(
    code: int,
    parameters: NDArray[np.float64],
    top: int,
    equilibrium: int,
    reply: int,
    hedge: int,
    first_best: int,
    promise: int,
    leading: int,
    partner_level: int,
    partner_breaks: int,
    partner_broke: int,
    together: int,
    knowledge: float,
    partner_kept: float,
    memory: NDArray[np.float64],
    experience: float,
    payoffs: NDArray[np.float64],
    quantal: NDArray[np.float64],
    key: np.uint64,
    month: int,
    alliance: int,
    purpose: int,
    check_purpose: int,
) -> int:
    """Return the index of the level a firm commits this month.

    Parameters
    ----------
    code, parameters : int, float array of shape (5,)
        From `strategy_numbers`.
    top, equilibrium, reply, hedge, first_best, promise, leading : int
        Level indices: the highest; the one played in the current equilibrium; the best reply to the partner's last
        commitment (at first to its promise); an even split of the budget; the joint optimum; the own promise; the own
        level as a Stackelberg leader.
    partner_level, partner_breaks, partner_broke : int
        The partner's last level or -1; promises it has broken in a row, and in all.
    together, knowledge, partner_kept : int, float, float
        Whole months since signing; what the firm has learnt of its partner's skill, in [0, 1]; its mean trust that the
        partner's next promise is kept, in [0, 1].
    memory, experience, payoffs
        See `begin`.
    quantal : float array, shape (m,), or (1,) where no firm plays a logit equilibrium
        The firm's part of it.
    key, month, alliance, purpose, check_purpose
        Where random choices and checks come from (see `foundation.draws`).
    """
    if code == NASH:
        return equilibrium
    if code == BEST_REPLY:
        return reply
    if code == ALL_IN_PIG:
        return top
    if code == HEDGING_CHICKEN:
        return hedge
    if code == LEADER:
        return leading
    if code == SUITOR:
        return max(equilibrium, promise)
    if code == RECIPROCATOR:
        return 0 if partner_breaks >= parameters[0] else max(first_best, promise)
    if code == GRIM:
        return 0 if partner_broke > 0 else max(first_best, promise)
    if code == SHARK:
        return 0 if defects(code, parameters, together, knowledge) else equilibrium
    if code in (RATIONAL_QUITTER, SUNK_COST_STAYER):
        return equilibrium
    return _considered(
        code, parameters, top, first_best, promise, partner_breaks, memory, experience, payoffs, quantal, key, month,
        alliance, purpose, check_purpose,
    )  # fmt: skip


@routine
def _considered(
    code: int,
    parameters: NDArray[np.float64],
    top: int,
    first_best: int,
    promise: int,
    partner_breaks: int,
    memory: NDArray[np.float64],
    experience: float,
    payoffs: NDArray[np.float64],
    quantal: NDArray[np.float64],
    key: np.uint64,
    month: int,
    alliance: int,
    purpose: int,
    check_purpose: int,
) -> int:
    """Return the level of a strategy that draws or learns; the arguments are those of `choose`."""
    if code == RANDOM:
        return min(int(uniform(key, month, alliance, purpose) * (top + 1)), top)
    if code == QUANTAL_RESPONSE:
        return categorical(key, month, alliance, purpose, quantal)
    if code == TRUST_BUT_VERIFY:
        found = caught(code, parameters, partner_breaks, key, month, alliance, check_purpose)
        return 0 if found else max(first_best, promise)
    return learnt_level(code, parameters, memory, experience, payoffs, key, month, alliance, purpose)
