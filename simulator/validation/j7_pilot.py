"""Chapter J7: a pilot before the alliance."""

from __future__ import annotations

from simulator.games.information.pilots import Pilot
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("J7", "Pilot")
def pilot(item: Item) -> dict[str, float]:
    """Return the value with and without a pilot, and the belief after a clean one."""
    given = item.inputs
    trial = Pilot(given["theta"], given["G"], given["L"], given["q"], given["cost"])
    return {"with_pilot": trial.value, "without": trial.without, "posterior": trial.posterior}
