"""Chapter G1: the ultimatum game of Fehr and Schmidt: thresholds, offers, and populations of types."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.games.behaviour.preferences import InequityAversion, best_offer, ultimatum
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("G1", "Inequity aversion in the ultimatum game")
def fair_ultimatum(item: Item) -> float | dict[str, float | list[float]]:
    """Return a responder's threshold, a proposer's offer, or what two populations do."""
    given = item.inputs
    pie = given.get("pie", 1.0)
    fallback = given.get("d_S", 0.0), given.get("d_B", 0.0)
    if "alpha_responder" in given:
        responder = InequityAversion(given["alpha_responder"], given.get("beta_responder", 0.0))
        proposer = InequityAversion(given.get("alpha_proposer", 0.0), given["beta_proposer"])
        return best_offer(proposer, [(responder, 1.0)], fallback, pie).amount
    if isinstance(given["alpha"], Iterable):
        responders = [(InequityAversion(alpha=alpha), share) for alpha, share in given["alpha"]]
        proposers = [(InequityAversion(beta=beta), share) for beta, share in given["beta"]]
        found = ultimatum(proposers, responders, fallback, pie)
        offers = [offer.amount for offer in found.offers]
        return {"mean": found.mean_offer, "reject": found.rejection_rate, "offers": offers}
    return InequityAversion(given["alpha"], given.get("beta", 0.0)).acceptance_threshold(fallback, pie)
