"""Chapter G6: how people play, with what the models predict beside it.

The ultimatum and trust games are held against the population of types of Fehr and Schmidt (1999), table III, the
bargaining rounds against subgame perfection, and the games of Goeree and Holt (2001) against logit equilibrium with
the one precision that fits their three games of matching pennies best. Payoffs of these games are in cents; they and
the table of types are quoted from memory.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from simulator.games.behaviour.fitting import ObservedPlay, likeliest_precision
from simulator.games.behaviour.preferences import InequityAversion, TrustGame, best_offer, implied_alpha, ultimatum
from simulator.games.concepts.quantal import logit_equilibrium, symmetric_logit
from simulator.games.negotiation.alternating_offers import Negotiator
from simulator.games.negotiation.finite_bargaining import alternation, finite_bargaining
from simulator.games.normal_form import NormalFormGame
from simulator.validation.chapters import UnsupportedItemError, chapter
from simulator.validation.items import Item

RESPONDERS = [(InequityAversion(alpha=alpha), share) for alpha, share in ((0, 0.3), (0.5, 0.3), (1, 0.3), (4, 0.1))]
PROPOSERS = [(InequityAversion(beta=beta), share) for beta, share in ((0, 0.3), (0.25, 0.3), (0.6, 0.4))]
TOP_LEFT_OF_PENNIES = {"sym": 80.0, "high320": 320.0, "low44": 44.0}
SHARES_IN_PENNIES = {"sym": (0.48, 0.48), "high320": (0.96, 0.16), "low44": (0.08, 0.8)}
PLAYERS_OF_PENNIES = 50
EFFORTS = range(110, 171)
OCHS_ROTH = {"cell5": (0.4, 0.4, 100), "cell7": (0.6, 0.6, 90)}


@chapter("G6", "Human data for calibration", data=lambda item: True)
def human_play(item: Item) -> dict[str, Any]:
    """Return what the model predicts of a data item, where one does."""
    predict = PREDICTIONS.get(item.id)
    if predict is None:
        raise UnsupportedItemError("No model predicts it: it describes an experiment's design or estimates.")
    return predict(item)


def _ultimatum(item: Item) -> dict[str, float]:
    """Return mean offer and rejections of the population of types."""
    found = ultimatum(PROPOSERS, RESPONDERS)
    return {"mean_offer_share": found.mean_offer, "rejection_rate": found.rejection_rate}


def _societies(item: Item) -> dict[str, float]:
    """Return the offers nearest to the range seen: selfish to responders of the alpha it implies, fair at most."""
    feared = InequityAversion(alpha=implied_alpha(item.expected["low"]))
    selfish, fair = InequityAversion(), PROPOSERS[-1][0]
    low, high = (best_offer(proposer, [(feared, 1.0)]).amount for proposer in (selfish, fair))
    return {"low": low, "high": high}


def _shape(item: Item) -> dict[str, float]:
    """Return the most frequent offer, and how many reject a fifth of the pie."""
    frequency: dict[float, float] = {}
    for (_, share), offer in zip(PROPOSERS, ultimatum(PROPOSERS, RESPONDERS).offers, strict=True):
        frequency[offer.amount] = frequency.get(offer.amount, 0.0) + share
    mode = max(frequency, key=frequency.__getitem__)
    rejected = sum(share for responder, share in RESPONDERS if not responder.accepts(0.2))
    return {"modal_low": mode, "modal_high": mode, "reject_below_20": rejected}


def _trust(item: Item) -> dict[str, float]:
    """Return the share sent by a selfish sender, and the share of the tripled amount that the types return."""
    game = TrustGame()
    sent = game.sender_endowment
    returned = sum(share * game.returned(trustee, sent) for trustee, share in PROPOSERS)
    return {
        "sent": game.sent(InequityAversion(), PROPOSERS) / sent,
        "returned": returned / (game.multiplier * sent),
    }


def _rounds(item: Item) -> dict[str, Any]:
    """Return in which round subgame-perfect bargainers agree."""
    agreed = {"round1": 0, "round2": 0, "round3": 0, "disagree": 0, "n": 0}
    for first, second, pairs in OCHS_ROTH.values():
        found = finite_bargaining(Negotiator(first), Negotiator(second), alternation("S", 3))
        agreed["round1" if found.agreement else "disagree"] += pairs
        agreed["n"] += pairs
    return {"pooled": agreed}


def _rejections(item: Item) -> dict[str, float]:
    """Return the share of first offers that subgame-perfect bargainers reject."""
    pooled = _rounds(item)["pooled"]
    return {"reject": 1.0 - pooled["round1"] / pooled["n"]}


def _pennies(top_left: float) -> NormalFormGame:
    """Return asymmetric matching pennies."""
    return NormalFormGame([[top_left, 40.0], [40.0, 80.0]], [[40.0, 80.0], [80.0, 40.0]])


@functools.cache
def _precision() -> float:
    """Return the precision (1/cent) that makes play of matching pennies likeliest."""
    plays = [
        ObservedPlay(_pennies(TOP_LEFT_OF_PENNIES[name]), (top, 1.0 - top), (left, 1.0 - left), PLAYERS_OF_PENNIES)
        for name, (top, left) in SHARES_IN_PENNIES.items()
    ]
    return likeliest_precision(plays).precision


def _matching_pennies(item: Item) -> dict[str, Any]:
    """Return the logit shares of top and left, and the precision."""
    predicted: dict[str, Any] = {"precision": _precision()}
    for name, top_left in TOP_LEFT_OF_PENNIES.items():
        found = logit_equilibrium(_pennies(top_left), _precision())
        predicted[name] = {"top": found.small[0], "left": found.big[0]}
    return predicted


def _coordination(item: Item) -> dict[str, float]:
    """Return the logit probability that both choose the better of two coordinated outcomes."""
    predicted = {}
    for name, outside in (("x0", 0.0), ("x400", 400.0)):
        game = NormalFormGame(
            [[90.0, 0.0, outside], [0.0, 180.0, 0.0]],
            [[90.0, 0.0, 40.0], [0.0, 180.0, 40.0]],
        )
        found = logit_equilibrium(game, _precision())
        predicted[name] = found.small[1] * found.big[1]
    return predicted


def _minimum_effort(item: Item) -> dict[str, int]:
    """Return the effort of two players that logit play chooses most."""
    predicted = {}
    for name, cost in (("c01", 0.1), ("c09", 0.9)):
        payoffs = [[min(own, other) - cost * own for other in EFFORTS] for own in EFFORTS]
        predicted[name] = EFFORTS[int(symmetric_logit(payoffs, _precision(), 1).argmax())]
    return predicted


PREDICTIONS: dict[str, Callable[[Item], dict[str, Any]]] = {
    "G6.ug.meta": _ultimatum,
    "G6.ug.societies": _societies,
    "G6.ug.shape": _shape,
    "G6.trust.meta": _trust,
    "G6.or89.rounds": _rounds,
    "G6.or89.counter": _rejections,
    "G6.gh01.mp": _matching_pennies,
    "G6.gh01.coord": _coordination,
    "G6.gh01.min": _minimum_effort,
}
