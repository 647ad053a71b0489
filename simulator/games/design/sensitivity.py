"""What binds at an optimum, and what participation costs there."""

from __future__ import annotations

import math

import numpy as np

from simulator.games.design.polish import polished
from simulator.games.design.problem import Evaluation, Problem, Requirements
from simulator.games.design.results import ShadowPrice
from simulator.games.design.variables import CHOICE

SIDES = ("small", "big")
NAMES = ("SmallCo", "BigCo")
OTHERS = {"small": (1,), "big": (0,), "surplus": (0, 1), "nash": (0, 1)}
"""Whose requirement is moved for a shadow price, by aim."""

_NEAR = 1e-6
_STEP = 1e-3


def scale_of(found: Evaluation) -> float:
    """Return the size (money) of what is at stake."""
    payoffs = (0.0, 0.0) if found.profile is None else found.profile.payoffs
    return max(*map(abs, payoffs), abs(sum(payoffs)), 1e-9)


def binding(problem: Problem, found: Evaluation) -> tuple[str, ...]:
    """Return what binds: participation, an incentive to play as planned, the end of a term's range."""
    profile = found.profile
    if profile is None:
        return ()
    words = []
    near = _NEAR * scale_of(found)
    for name, payoff, least in zip(NAMES, profile.payoffs, problem.requirements.of(profile), strict=True):
        if payoff - least <= near:
            words.append(f"participation of {name}")
    words += _incentives(problem, found)
    for variable, place in zip(problem.variables, found.places, strict=True):
        if variable.kind == CHOICE:
            continue
        value = variable.value(place)
        for end, bound in (("lower", variable.low), ("upper", variable.high)):
            if abs(float(value) - bound) <= _NEAR * (variable.high - variable.low):
                words.append(f"{end} bound of {variable.key}")
    return tuple(words)


def _incentives(problem: Problem, found: Evaluation) -> list[str]:
    """Return which firm is indifferent between the level it plays and others that it would play past the optimum."""
    profile, replies = found.profile, problem.replies
    if profile is None or replies.continuous or profile.actions is None or replies.scenario.lead != "simultaneous":
        return []
    contract = problem.contract_at(found.places)
    words = []
    for side, payoffs in enumerate(replies.around(contract, profile.actions)):
        own, levels = profile.actions[side], replies.levels[side]
        near = _NEAR * float(np.ptp(payoffs))
        tied = [k for k in range(len(payoffs)) if k != own and payoffs[own] - payoffs[k] <= near]
        if tied and near > 0.0:
            tempting = ", ".join(f"{levels[k]:g}" for k in tied[:3])
            words.append(f"incentive of {NAMES[side]} (as well off with {tempting} as with {levels[own]:g})")
    return words


def shadow_prices(problem: Problem, found: Evaluation, starts: tuple[Evaluation, ...]) -> tuple[ShadowPrice, ...]:
    """Return what a unit more of each other side's outside option does to the value, by solving again.

    Parameters
    ----------
    problem : Problem
        With the requirements the optimum was found under.
    found : Evaluation
        The optimum.
    starts : tuple of Evaluation
        Where the searches with moved requirements start besides.
    """
    prices = []
    for side in OTHERS[problem.aim]:
        step = _STEP * scale_of(found)
        envelope = _envelope(problem, found, side, step)
        if envelope == 0.0:
            prices.append(ShadowPrice(SIDES[side], 0.0, 0.0, 0.0, step, envelope))
            continue
        ends = {}
        for sign in (1.0, -1.0):
            shift = list(problem.requirements.shift)
            shift[side] += sign * step
            moved = problem.changed(requirements=Requirements((shift[0], shift[1]), problem.requirements.least))
            ends[sign] = max(
                (polished(moved, moved.evaluate(each.places)) for each in (found, *starts)), key=lambda each: each.rank
            )
        up = (ends[1.0].value - found.value) / step if ends[1.0].feasible else math.nan
        down = (found.value - ends[-1.0].value) / step if ends[-1.0].feasible else math.nan
        known = [each for each in (up, down) if not math.isnan(each)]
        prices.append(ShadowPrice(SIDES[side], float(np.mean(known)) if known else math.nan, up, down, step, envelope))
    return tuple(prices)


def _envelope(problem: Problem, found: Evaluation, side: int, step: float) -> float | None:
    """Return the derivative that the envelope theorem gives, or None where it needs more than is known."""
    profile = found.profile
    if profile is None:
        return None
    gains = [u - least for u, least in zip(profile.payoffs, problem.requirements.of(profile), strict=True)]
    if problem.aim == "nash":
        return -gains[1 - side] if min(gains) > 2.0 * step else None
    if gains[side] > 2.0 * step:
        return 0.0
    index = problem.transfer
    if index is None or not 0.01 < found.places[index] < 0.99:
        return None
    stage = problem.replies.stage_of(problem.contract_at(found.places))
    if math.isfinite(stage.runway) and stage.clauses.priced == 0.0:  # money at signing is then more than money
        return None
    return 0.0 if problem.aim == "surplus" else -1.0
