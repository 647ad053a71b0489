"""The problem of a design: what is to be largest, who must sign, and what one set of terms is worth.

An evaluation is better than another if it meets the requirements and the other does not, if both do and its value is
larger, or if neither does and it falls short by less (Deb 2000). Where the terms include money at signing, the amount
is moved to where the requirement binds, or for the Nash product to where both gains are the same, and kept if that is
better: the search is then over the other terms only. A surplus that money at signing does not change is shared equally.

References
----------
Deb (2000), An efficient constraint handling method for genetic algorithms, CMAME 186.
Nash (1950), The bargaining problem, Econometrica 18 (the product of gains).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.economy.contract import Contract
from simulator.foundation.errors import AllianceError, ParameterError, unknown
from simulator.games.design.replies import Profile, Replies
from simulator.games.design.variables import TRANSFERS, Value, Variable, contract_with, values_at

AIMS = ("small", "big", "surplus", "nash")
RULES = ("selected", "optimistic", "pessimistic")
SLACK = 1e-10
"""Share of the payoffs by which a firm may fall short of its outside option and still sign."""
TIE = 1e-12
"""Share of the surplus up to which two divisions of it leave it the same."""

Places = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Requirements:
    """What each firm must get: its outside option moved by `shift`, and at least `least` (money)."""

    shift: tuple[float, float] = (0.0, 0.0)
    least: tuple[float, float] = (-math.inf, -math.inf)

    def of(self, profile: Profile) -> tuple[float, float]:
        """Return what SmallCo and BigCo must get (money) where this is played."""
        small, big = (
            max(option + shift, least)
            for option, shift, least in zip(profile.options, self.shift, self.least, strict=True)
        )
        return small, big


NONE_MOVED = Requirements()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one set of terms is worth.

    Parameters
    ----------
    places : tuple of float
        Where the terms stand in their ranges, each in [0, 1].
    profile : Profile or None
        What is played; None where the contract or the game is refused.
    value : float
        The aim's value there; -inf if refused.
    short : float
        By how much (money) the requirements are missed; 0 if they are met, inf if refused.
    """

    places: Places
    profile: Profile | None
    value: float
    short: float

    @property
    def feasible(self) -> bool:
        """Return whether both firms sign."""
        return self.short == 0.0

    @property
    def rank(self) -> tuple[float, float]:
        """Return a key that is larger the better the evaluation."""
        return (-self.short, self.value) if self.short > 0.0 else (0.0, self.value)


@dataclass(slots=True)
class Problem:
    """What is designed, for whom, and everything evaluated so far.

    Parameters
    ----------
    replies : Replies
        The inner level.
    contract : Contract
        What the terms are written into.
    variables : tuple of Variable
        What is chosen.
    aim : {"small", "big", "surplus", "nash"}
        What is to be largest: a firm's payoff, their sum, or the product of the gains over the outside options.
    rule : {"selected", "optimistic", "pessimistic"}
        Which of several equilibria counts: the one the scenario's rule selects, the best for the aim, or the worst.
    requirements : Requirements
        What the firms must get.

    Raises
    ------
    UnknownNameError
        If there is no such aim or rule.
    """

    replies: Replies
    contract: Contract
    variables: tuple[Variable, ...]
    aim: str = "surplus"
    rule: str = "selected"
    requirements: Requirements = NONE_MOVED
    played: dict[tuple[Value, ...], tuple[Profile, ...] | AllianceError] = field(default_factory=dict)
    places: dict[tuple[Value, ...], Places] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse unknown aims and rules."""
        if self.aim not in AIMS:
            raise unknown("aim", self.aim, AIMS)
        if self.rule not in RULES:
            raise unknown("reply", self.rule, RULES)

    def changed(self, *, aim: str | None = None, requirements: Requirements | None = None) -> Problem:
        """Return the same problem with another aim or other requirements; what has been played is shared."""
        return Problem(
            self.replies,
            self.contract,
            self.variables,
            aim or self.aim,
            self.rule,
            requirements or self.requirements,
            self.played,
            self.places,
        )

    def contract_at(self, places: Sequence[float]) -> Contract:
        """Return the contract with the terms at these places."""
        return contract_with(self.contract, values_at(self.variables, places))

    def profiles(self, places: Sequence[float]) -> tuple[Profile, ...] | AllianceError:
        """Return what may be played, the one the rule of selection picks first, or why there is nothing."""
        values = values_at(self.variables, places)
        key = tuple(values.values())
        if key not in self.played:
            found: tuple[Profile, ...] | AllianceError
            try:
                reply = self.replies.to(contract_with(self.contract, values))
                first = reply.profiles[reply.selected]
                found = (first, *(each for each in reply.profiles if each is not first))
            except AllianceError as error:
                found = error
            self.played[key], self.places[key] = found, tuple(float(place) for place in places)
        return self.played[key]

    def judged(self, places: Places, profile: Profile) -> Evaluation:
        """Return what playing this profile is worth."""
        required = self.requirements.of(profile)
        gains = [payoff - least for payoff, least in zip(profile.payoffs, required, strict=True)]
        slack = SLACK * max(*map(abs, profile.payoffs), *map(abs, required))
        short = sum(-gain for gain in gains if gain < -slack)
        if self.aim == "nash":
            value = max(gains[0], 0.0) * max(gains[1], 0.0)
        else:
            value = sum(profile.payoffs) if self.aim == "surplus" else profile.payoffs[self.aim == "big"]
        return Evaluation(places, profile, value, short)

    def at(self, places: Sequence[float]) -> Evaluation:
        """Return what the terms at these places are worth, money at signing as they say."""
        here = tuple(min(max(float(place), 0.0), 1.0) for place in places)
        profiles = self.profiles(here)
        if isinstance(profiles, AllianceError):
            return Evaluation(here, None, -math.inf, math.inf)
        judged = [self.judged(here, each) for each in (profiles[:1] if self.rule == "selected" else profiles)]
        choose = min if self.rule == "pessimistic" else max
        return choose(judged, key=lambda each: each.rank)

    def evaluate(self, places: Sequence[float]) -> Evaluation:
        """Return the better of the terms at these places and of the same with another amount at signing."""
        first = self.at(places)
        moved = self._with_transfer(first)
        if moved is None:
            return first
        second = self.at(moved)
        if self.aim == "surplus" and first.feasible and second.feasible:
            return second if second.value >= first.value - TIE * abs(first.value) else first
        return max(first, second, key=lambda each: each.rank)

    @property
    def transfer(self) -> int | None:
        """Return the index of the variable that moves money at signing, if one does."""
        return next((k for k, v in enumerate(self.variables) if v.key in TRANSFERS and v.continuous), None)

    def _with_transfer(self, found: Evaluation) -> Places | None:
        """Return the places with the amount at signing where it would serve the aim, or None to leave it."""
        index, profile = self.transfer, found.profile
        if index is None or profile is None:
            return None
        passed_on = 1.0 - self.contract_at(found.places).clauses.equity
        if passed_on <= 0.0:
            return None
        small, big = (u - r for u, r in zip(profile.payoffs, self.requirements.of(profile), strict=True))
        if self.aim == "small":
            more = big
        elif self.aim == "big":
            more = -small
        else:
            more = 0.5 * (big - small)
        variable = self.variables[index]
        amount = variable.low + found.places[index] * (variable.high - variable.low) + more / passed_on
        place = min(max((amount - variable.low) / (variable.high - variable.low), 0.0), 1.0)
        if more == 0.0 or place == found.places[index]:
            return None
        return (*found.places[:index], place, *found.places[index + 1 :])

    def archive(self) -> list[Evaluation]:
        """Return everything evaluated so far, judged by this aim and these requirements, the best first."""
        judged = [self.at(places) for places in list(self.places.values())]
        return sorted(judged, key=lambda each: each.rank, reverse=True)

    def refusals(self) -> list[AllianceError]:
        """Return why contracts were refused, of all that were tried."""
        return [found for found in self.played.values() if isinstance(found, AllianceError)]

    def check_effect(self) -> None:
        """Raise ParameterError if nothing tried makes a difference to anybody, or every contract is refused."""
        refused = self.refusals()
        if len(refused) == len(self.played):
            raise ParameterError(f"No contract in these ranges can be signed: {refused[0]}")
        played = [found[0].payoffs for found in self.played.values() if not isinstance(found, AllianceError)]
        if len(refused) == 0 and all(payoffs == played[0] for payoffs in played):
            names = ", ".join(variable.key for variable in self.variables)
            raise ParameterError(
                f"Nothing to design: {names} changes no payoff of the game of {self.contract.name!r}. "
                "It may matter in a history; compare contracts with `alliance compare`."
            )
