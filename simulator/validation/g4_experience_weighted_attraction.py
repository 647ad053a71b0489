"""Chapter G4: attractions of an EWA learner, and fictitious play as its special case."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.games.behaviour.reinforcement import ExperienceWeightedAttraction
from simulator.validation.chapters import chapter
from simulator.validation.items import Item

PAYOFFS = {"L": (3.0, 1.0), "R": (0.0, 2.0)}
"""What each of one's own actions pays against each of the other's, in the items that do not state it."""
RETENTION = 0.9
"""phi and rho of the items on fictitious play that do not state them."""


@chapter("G4", "Experience-weighted attraction")
def experience_weighted_attraction(item: Item) -> dict[str, Any]:
    """Return attractions, experience and choice probabilities after the plays."""
    given = item.inputs
    learner = _fictitious(item) if "prior" in given else _attracted(item)
    for action, payoffs in _plays(item):
        learner = learner.updated(action, payoffs)
    return {"A": list(learner.attractions), "N": learner.experience, "p": list(learner.probabilities)}


def _plays(item: Item) -> list[tuple[int, tuple[float, ...]]]:
    """Return the rounds: own action and what each action would have paid."""
    given = item.inputs
    if "plays" in given:
        return [(action, tuple(payoffs)) for action, payoffs in given["plays"]]
    table = given.get("payoffs", PAYOFFS)
    return [(0, tuple(table[other])) for other in given["opp"]]


def _attracted(item: Item) -> ExperienceWeightedAttraction:
    """Return the learner before the first round."""
    given = item.inputs
    actions = len(given["plays"][0][1])
    return ExperienceWeightedAttraction(
        tuple(given.get("A0", (0.0,) * actions)),
        experience=given.get("N0", 1.0),
        imagination=given["delta"],
        retention=given["phi"],
        experience_retention=given["rho"],
        precision=given.get("lam", 1.0),
    )


def _fictitious(item: Item) -> ExperienceWeightedAttraction:
    """Return the belief learner whose first attractions are expected payoffs under the prior."""
    given = item.inputs
    table = given.get("payoffs", PAYOFFS)
    expected = np.array(given["prior"], dtype=np.float64) @ np.array(list(table.values()), dtype=np.float64)
    return ExperienceWeightedAttraction(
        tuple(expected.tolist()),
        experience=given.get("N0", 1.0),
        imagination=given.get("delta", 1.0),
        retention=given.get("phi", RETENTION),
        experience_retention=given.get("rho", given.get("phi", RETENTION)),
        precision=given.get("lam", 1.0),
    )
