"""Chapter G3: propensities of a Roth-Erev learner after a sequence of rounds."""

from __future__ import annotations

from simulator.games.behaviour.reinforcement import RothErev
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("G3", "Reinforcement learning")
def reinforcement(item: Item) -> dict[str, list[float]]:
    """Return propensities and choice probabilities after the rounds [action, payoff]."""
    given = item.inputs
    learner = RothErev(tuple(map(float, given["q0"])), given.get("phi", 0.0), given.get("eps", 0.0))
    for action, payoff in given["sequence"]:
        learner = learner.reinforced(action, payoff)
    return {"q": list(learner.propensities), "p": list(learner.probabilities)}
