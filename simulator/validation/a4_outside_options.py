"""A4: outside options as constraints (deal-me-out), and the same numbers under split-the-difference."""

from __future__ import annotations

import math

from simulator.economy.split import RULES, split
from simulator.validation.a3_alternating_offers import stationary
from simulator.validation.chapters import chapter
from simulator.validation.configure import one_of
from simulator.validation.items import Item


@chapter("A4", "Outside options: deal-me-out")
def outside_options(item: Item) -> float | dict[str, float]:
    """Return SmallCo's share, or its shares under both rules where no discount factor is given."""
    inputs = item.inputs
    if any(key in inputs for key in ("delta", "delta_S", "delta_B")):
        offers = stationary(item)
        return offers.small_proposes[0] if one_of(inputs, "proposer", "BS") == "S" else offers.big_proposes[0]
    small, big = (float(inputs.get(f"outside_{firm}", -math.inf)) for firm in "SB")
    pie, power = float(inputs.get("pie", 1.0)), float(inputs.get("beta_S", 0.5))
    return {name: float(split(pie, 0.0, 0.0, small, big, power, rule)[0]) for name, rule in RULES.items()}
