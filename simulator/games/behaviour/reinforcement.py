"""Learning from payoffs, one round at a time: reinforcement (Roth-Erev) and experience-weighted attraction (EWA).

A reinforcement learner repeats what paid, seeing only its own payoffs. An EWA learner also counts, by delta, what the
actions not chosen would have paid: delta = 0 is reinforcement, delta = 1 is belief learning.

References
----------
Roth and Erev (1995), Learning in extensive-form games, GEB 8.
Erev and Roth (1998), Predicting how people play games, AER 88: the three-parameter model s(1), phi, epsilon.
Camerer and Ho (1999), Experience-weighted attraction learning in normal form games, Econometrica 67: (2.1)-(2.4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import whole
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.behaviour.updates import (
    attraction_after,
    experience_after,
    initial_propensity,
    lesson,
    reinforced,
)
from simulator.games.concepts.quantal import softmax

MOST_ACTIONS = 1_000_000
"""Most actions that a learner has a propensity for."""


@dataclass(frozen=True, slots=True)
class RothErev:
    """Propensities q, one for each action; an action is chosen with probability q_j / sum q.

    All 0, which forgetting everything (phi = 1) leads to, means that nothing is remembered: each action is as likely.

    Raises
    ------
    ParameterError
        If there is no propensity, one is negative or not finite, or a rate is outside [0, 1].

    Examples
    --------
    Action 0 pays 2: its propensity grows by 2, so that it is chosen three times in four:

    >>> learner = RothErev((1.0, 1.0)).reinforced(0, 2.0)
    >>> learner.propensities, learner.probabilities
    ((3.0, 1.0), (0.75, 0.25))
    """

    propensities: tuple[float, ...]
    forgetting: float = parameter(0.0, low=0.0, high=1.0, doc="phi: share of every propensity lost in a round.")
    experimentation: float = parameter(0.0, low=0.0, high=1.0, doc="epsilon: share of a payoff that others learn from.")

    def __post_init__(self) -> None:
        """Check ranges."""
        check_limits(self)
        if not (self.propensities and all(0.0 <= each < math.inf for each in self.propensities)):
            raise ParameterError(
                f"RothErev.propensities must be finite and at least 0, at least one; got {self.propensities}. "
                "Write one positive number for each action."
            )

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Return the probability of each action; relative to the largest propensity, so that no sum overflows."""
        largest = max(self.propensities)
        weights = [each / largest if largest > 0.0 else 1.0 for each in self.propensities]
        return tuple(weight / sum(weights) for weight in weights)

    def reinforced(self, action: int, payoff: float) -> RothErev:
        """Return the learner after a round: q_j <- (1 - phi) q_j + payoff times what j learns from it.

        The action chosen learns 1 - epsilon, the others share epsilon.

        Parameters
        ----------
        action : int
            Index of the action chosen.
        payoff : float
            What it paid above the smallest payoff possible, at least 0.

        Raises
        ------
        ParameterError
            If there is no such action or the payoff is negative.

        References
        ----------
        Erev and Roth (1998), section II.B; with more than two actions that are not ordered, epsilon is shared equally.
        """
        _check_action("RothErev.reinforced", action, len(self.propensities))
        if not 0.0 <= payoff < math.inf:
            raise ParameterError(
                f"RothErev.reinforced.payoff must be finite and at least 0; got {payoff}. "
                "Subtract the smallest payoff of the game."
            )
        actions = len(self.propensities)
        learnt = tuple(
            float(reinforced(before, self.forgetting, lesson(payoff, each == action, self.experimentation, actions)))
            for each, before in enumerate(self.propensities)
        )
        return replace(self, propensities=learnt)


def initial_propensities(strength: float, actions: int, mean_payoff: float) -> tuple[float, ...]:
    """Return equal propensities that sum to s(1) times the game's mean payoff: how slowly experience will move them.

    Parameters
    ----------
    strength : float
        s(1), above 0.
    actions : int
        How many actions there are.
    mean_payoff : float
        Mean payoff of the game when all play uniformly, less the smallest one; above 0.

    Raises
    ------
    ParameterError
        If a value is not finite and above 0, or the actions are not counted.

    References
    ----------
    Erev and Roth (1998), section II.A.

    Examples
    --------
    >>> initial_propensities(9.0, 2, 0.5)
    (2.25, 2.25)
    """
    actions = whole("initial_propensities.actions", actions, 1, "Write 2.", MOST_ACTIONS)
    for name, value in (("strength", strength), ("mean_payoff", mean_payoff)):
        if not 0.0 < value < math.inf:
            raise ParameterError(f"initial_propensities.{name} must be finite and above 0; got {value}. Write 1.")
    return (float(initial_propensity(strength, mean_payoff, actions)),) * actions


@dataclass(frozen=True, slots=True)
class ExperienceWeightedAttraction:
    """Attractions A, one for each action, and experience N; actions are chosen by logit with a precision.

    After a round N' = rho N + 1 and A_j' = (phi N A_j + (delta + (1 - delta) [j chosen]) payoff_j) / N'.

    Notes
    -----
    delta = 0 and rho = 0 is cumulative reinforcement, delta = 0 and rho = phi averaged reinforcement; delta = 1 and
    rho = phi is the best reply of weighted fictitious play, softened: attractions are expected payoffs under beliefs.

    Raises
    ------
    ParameterError
        If there is no finite attraction for each action, or a parameter is out of range.

    Examples
    --------
    The first action is chosen and pays 3; the second would have paid 1, of which half counts:

    >>> learner = ExperienceWeightedAttraction((0.0, 0.0), imagination=0.5).updated(0, (3.0, 1.0))
    >>> learner.attractions, learner.experience
    ((1.5, 0.25), 2.0)
    """

    attractions: tuple[float, ...]
    experience: float = parameter(1.0, unit="rounds", low=0.0, doc="N: weight of what was learnt before.")
    imagination: float = parameter(0.5, low=0.0, high=1.0, doc="delta: weight of payoffs of actions not chosen.")
    retention: float = parameter(1.0, low=0.0, high=1.0, doc="phi: share of past attractions kept.")
    experience_retention: float = parameter(1.0, low=0.0, high=1.0, doc="rho: share of past experience kept.")
    precision: float = parameter(1.0, unit="1/money", low=0.0, doc="lambda: precision of the choice.")

    def __post_init__(self) -> None:
        """Check ranges."""
        check_limits(self)
        if not self.attractions or not all(math.isfinite(each) for each in self.attractions):
            raise ParameterError(
                f"ExperienceWeightedAttraction.attractions must be finite numbers; got {self.attractions}. "
                "Write one for each action, 0 if nothing is known."
            )

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Return the logit probability of each action."""
        return tuple(softmax(self.precision * np.array(self.attractions)).tolist())

    def updated(self, action: int, payoffs: Sequence[float]) -> ExperienceWeightedAttraction:
        """Return the learner after a round.

        Parameters
        ----------
        action : int
            Index of the action chosen.
        payoffs : sequence of float
            What each action paid or would have paid (money), given what the other did.

        Raises
        ------
        ParameterError
            If there is no such action, or not one finite payoff for each.
        """
        _check_action("ExperienceWeightedAttraction.updated", action, len(self.attractions))
        if len(payoffs) != len(self.attractions) or not all(math.isfinite(each) for each in payoffs):
            raise ParameterError(
                f"ExperienceWeightedAttraction.updated.payoffs must be {len(self.attractions)} finite numbers; "
                f"got {tuple(payoffs)}. Write what each action would have paid."
            )
        experience = float(experience_after(self.experience, self.experience_retention))
        attractions = tuple(
            float(attraction_after(before, payoff, weight, self.retention, self.experience, experience))
            for before, payoff, weight in zip(
                self.attractions,
                payoffs,
                (1.0 if each == action else self.imagination for each in range(len(payoffs))),
                strict=True,
            )
        )
        return replace(self, attractions=attractions, experience=experience)


def _check_action(owner: str, action: int, count: int) -> None:
    """Raise ParameterError unless the action exists."""
    if isinstance(action, bool) or action != int(action) or not 0 <= action < count:
        raise ParameterError(f"{owner}.action must be an index from 0 to {count - 1}; got {action!r}. Write 0.")
