"""Chapter I: field facts about alliances, and the constant hazards of ending that they imply."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from simulator.games.dynamics.hazard import (
    common_hazard,
    hazard_of_median,
    hazard_of_survival,
    mean_remaining_life,
    survival,
)
from simulator.validation.chapters import UnsupportedItemError, chapter
from simulator.validation.items import Item, read_items

COMPUTED = "I.haz"


@chapter("I", "Empirical alliance facts", data=lambda item: item.id != COMPUTED)
def field_facts(item: Item) -> dict[str, float]:
    """Return the hazards implied by the facts, or a constant hazard's fit to a fact with two numbers about length."""
    if item.id == COMPUTED:
        return _hazards({**_facts(), **item.inputs})
    if item.id == "I3":
        hazard = hazard_of_survival(1.0 - item.expected["fail_5y"], 5.0)
        return {"fail_5y": 1.0 - survival(hazard, 5.0), "rest_years": mean_remaining_life(hazard)}
    if item.id == "I4":
        hazard = common_hazard((4.0, 10.0), (item.expected["alive_4y_max"], item.expected["alive_10y"]))
        return {"alive_4y_max": survival(hazard, 4.0), "alive_10y": survival(hazard, 10.0)}
    raise UnsupportedItemError("No model predicts it: a field fact, to set priors by.")


def _hazards(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return the yearly hazards of the facts."""
    return {
        "bleeke_ernst": hazard_of_median(facts["median_life_years"]),
        "harrigan_5y": hazard_of_survival(1.0 - facts["fail_5y"], 5.0),
        "alive4": hazard_of_survival(facts["alive_4y_max"], 4.0),
        "alive10": hazard_of_survival(facts["alive_10y"], 10.0),
    }


@functools.cache
def _facts() -> dict[str, Any]:
    """Return the numbers of the shipped facts on length."""
    facts: dict[str, Any] = {}
    for item in read_items():
        if item.id in {"I1", "I3", "I4"}:
            facts.update(item.expected)
    return facts
