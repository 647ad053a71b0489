"""Chapter E5: trust but verify, with and without a contractual audit rate."""

from __future__ import annotations

from simulator.games.information.audit import Audit
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("E5", "Audit: trust but verify")
def audit(item: Item) -> dict[str, float]:
    """Return the mixed equilibrium, or the smallest audit rate that deters when the contract binds SmallCo to it."""
    given = item.inputs
    leads = "lead" in item.id.split(".") or "loss" not in given
    stakes = Audit(
        gain=given["gain"],
        fine=given["fine"],
        cost=given["audit_cost"],
        loss=given.get("loss", 0.0) if leads else given["loss"],
        detection=given.get("detection", 1.0),
    )
    if leads:
        return {"p_audit": stakes.deterring_rate, "cost": stakes.deterring_cost, "p_cheat": 0.0}
    found = stakes.equilibrium()
    return {"p_audit": found.audit, "p_cheat": found.cheat}
