"""The package's formulas as ordinary Python: for a model of plain objects that is faster than calling machine code.

A compiled function takes some microseconds to unpack a record that Python hands it; the source it was made from takes
any object with the attributes it names. So each rule is taken with all the rules it calls, and where it draws luck it
asks the generator that stands where the engine passes its key.
"""

from __future__ import annotations

import random
import types
from collections.abc import Callable
from typing import Any

from simulator.economy import alliance
from simulator.simulation.rules import decisions, departure, experience, meeting, production, settlement, signing
from simulator.simulation.rules import valuation as values

Rule = Callable[..., Any]
HERE = (0, 0)
"""Month and entity, which tell a draw of the engine from another; a generator that moves on needs neither."""


def uniform(luck: random.Random, _month: int, _entity: int, _purpose: int) -> float:
    """Return a uniform draw from Mesa's generator."""
    return luck.random()


def bernoulli(luck: random.Random, _month: int, _entity: int, _purpose: int, probability: float) -> bool:
    """Return True with this probability."""
    return luck.random() < probability


def normal(luck: random.Random, _month: int, _entity: int, _purpose: int) -> float:
    """Return a standard normal draw."""
    return luck.gauss(0.0, 1.0)


_known: dict[int, Rule] = {}
DRAWS: dict[str, Rule] = {"uniform": uniform, "bernoulli": bernoulli, "normal": normal}


def interpreted(rule: Rule) -> Rule:
    """Return a compiled rule as the Python it was made from, with the rules it calls likewise and Mesa's draws.

    Examples
    --------
    >>> interpreted(experience.posterior)(0.5, 0.9, 0.1)
    0.9
    """
    if id(rule) not in _known:
        source: Any = getattr(rule, "py_func", None) or getattr(rule, "__wrapped__", rule)
        world = dict(source.__globals__)
        _known[id(rule)] = types.FunctionType(source.__code__, world, source.__name__, source.__defaults__)
        for name in source.__code__.co_names:
            called: Any = world.get(name)
            if name in DRAWS:
                world[name] = DRAWS[name]
            elif hasattr(called, "py_func") or isinstance(called, types.FunctionType):
                world[name] = interpreted(called)
    return _known[id(rule)]


with_equity = interpreted(alliance.with_equity)
goes_out = interpreted(meeting.meeting)
fit_of = interpreted(meeting.fit_of)
public_record = interpreted(meeting.public_record)
pair_scores = interpreted(meeting.pair_scores)
runway_row = interpreted(signing.runway_row)
small_vets = interpreted(signing.small_vets)
big_vets = interpreted(signing.big_vets)
suitor_signal = interpreted(signing.suitor_signal)
quality_signal = interpreted(signing.quality_signal)
offer = interpreted(signing.offer)
nash_product = interpreted(signing.nash_product)
bargained_fee = interpreted(signing.bargained_fee)
can_deposit = interpreted(signing.can_deposit)
output_factor = interpreted(production.output_factor)
sell = interpreted(production.sell)
milestone_chance = interpreted(production.milestone_chance)
milestone_passed = interpreted(production.milestone_passed)
belief_without_success = interpreted(experience.belief_without_success)
trust = interpreted(experience.trust)
belief_after_promise = interpreted(experience.belief_after_promise)
belief_after_budget = interpreted(experience.belief_after_budget)
knowledge_after = interpreted(experience.knowledge_after)
legitimacy_after = interpreted(experience.legitimacy_after)
exposure = interpreted(settlement.exposure)
bonds = interpreted(settlement.bonds)
audit = interpreted(settlement.audit)
late_penalty = interpreted(settlement.late_penalty)
disputes = interpreted(settlement.disputes)
verdict = interpreted(settlement.verdict)
flows = interpreted(settlement.flows)
may_acquire = interpreted(decisions.may_acquire)
acquires = interpreted(decisions.acquires)
whole_left = interpreted(decisions.whole_left)
completed = interpreted(decisions.completed)
passes_pilot = interpreted(decisions.passes_pilot)
has_enough = interpreted(decisions.has_enough)
distrusts = interpreted(decisions.distrusts)
doubts = interpreted(decisions.doubts)
alternative_flow = interpreted(values.alternative_flow)
taken_at_ruin = interpreted(departure.taken_at_ruin)
parting = interpreted(departure.parting)
small_upkeep = interpreted(departure.small_upkeep)
big_upkeep = interpreted(departure.big_upkeep)
