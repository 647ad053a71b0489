"""Chapter F7: when to walk away from a project, with and without a runway, and from a business."""

from __future__ import annotations

from simulator.games.dynamics.stopping import Abandonment, ExponentialProject
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("F7", "Walking away")
def walking_away(item: Item) -> float | dict[str, float]:
    """Return when to stop, or what a project is worth with a runway."""
    given = item.inputs
    if "drift" in given:
        return Abandonment(given["r"], given["drift"], given["sigma"], given["c"]).trigger
    prospects = given["p0"], given["h"], given["V"], given["c"], given["r"]
    if "runway" in given:
        project = ExponentialProject(*prospects, runway=given["runway"])
        return {"p_success": project.success, "value": project.worth}
    project = ExponentialProject(*prospects)
    return {"p_star": project.threshold, "t_star": project.quitting_time}
