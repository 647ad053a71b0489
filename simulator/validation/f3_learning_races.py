"""Chapter F3: learning races, at random times and steadily."""

from __future__ import annotations

from simulator.economy.firm import Role
from simulator.games.dynamics.learning_race import DeterministicRace, PoissonRace
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("F3", "Learning races")
def learning_races(item: Item) -> dict[str, float | None]:
    """Return who learns first and when, or how the alliance ends."""
    given = item.inputs
    if "common_S" not in given:
        race = PoissonRace(given["l_S"], given["l_B"])
        return {"p_S_first": race.first(Role.SMALL), "duration": race.duration, "lag": race.expected_lag}
    outcome = DeterministicRace(
        given["l_S"], given["l_B"], given["common_S"], given["cost_S"], given["common_B"], given["cost_B"]
    ).outcome()
    return {
        "alliance_end": outcome.end,
        "S_learned": outcome.small_knowledge,
        "B_learned": outcome.big_knowledge,
    }
