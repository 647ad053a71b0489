"""Whatever number a caller passes to the library: a result that is a number, or one line that says what must hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.economy.firm import Role
from simulator.economy.meeting import Edges, ScaleFree, SmallWorld
from simulator.economy.terms import BuyBack, QuantityFlexibility, RevenueShare, TakeOrPay, WholesalePrice
from simulator.economy.venture import Uniform
from simulator.foundation.errors import AllianceError
from simulator.games.adaptation import evolution, fictitious_play, imitation
from simulator.games.behaviour import preferences, reinforcement
from simulator.games.dynamics import (
    hazard,
    learning_race,
    milestones,
    options,
    portfolio,
    relational,
    repeated,
    ruin,
    stopping,
)
from simulator.games.information import audit, courtship, global_games, pilots, reputation
from simulator.games.investment import (
    acquisition_option,
    cooperative_investment,
    default_quantity,
    option_contracts,
    quasi_rents,
    remedies,
    sunk_cost,
    uniform_cost,
)
from simulator.games.negotiation import (
    alternating_offers,
    attrition,
    bargaining_solutions,
    budgets,
    finite_bargaining,
    money_frontier,
    several_partners,
    threat_point,
)
from simulator.games.networks import coalitions, connections, matching, meeting, network
from simulator.games.normal_form import NormalFormGame
from simulator.games.supply import demand, newsvendor, risk_transfer, sales_rebate

POISON = (math.nan, math.inf, -math.inf, -1.0, 0.0, 5e-324, 1e-150, 0.5, 1.0, 2, 1e12)
PENNIES = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
LINE = bargaining_solutions.function_frontier(lambda u: 10.0 - u, 0.0, 10.0)
SELFISH, FAIR = preferences.InequityAversion(), preferences.InequityAversion(0.5, 0.6)
Negotiator, Waiting = alternating_offers.Negotiator, threat_point.Waiting


def seen(make: Callable[..., Any], *methods: tuple[Any, ...]) -> Callable[..., Any]:
    """Return a function that makes a value and reads all it can be asked: its properties, and the methods given."""

    def read(*numbers: float) -> list[Any]:
        value = make(*numbers)
        kind = type(value)
        names = [name for name in dir(kind) if not name.startswith("_") and isinstance(getattr(kind, name), property)]
        return [value, *(getattr(value, name) for name in names), *(getattr(value, m)(*a) for m, *a in methods)]

    return read


def chain(p: float, c: float, v: float, w: float, b: float, share: float, q: float) -> Any:
    known = newsvendor.NewsvendorChain(demand.GammaDemand(2.0, 30.0), p, c, v)
    terms = WholesalePrice(price=w), BuyBack(price=b), RevenueShare(share=share)
    return known.profits(q, *terms), risk_transfer.receipts(known, q, *terms), known.order(*terms)


def flexible(p: float, c: float, v: float, w: float, delta: float, minimum: float) -> Any:
    known = newsvendor.NewsvendorChain(Uniform(0.0, 100.0), p, c, v)
    terms = WholesalePrice(price=w), QuantityFlexibility(share=delta), TakeOrPay(minimum=minimum)
    return known.order(*terms), known.coordinating_price(terms[1]), known.price_only()


CALLS: dict[str, tuple[Callable[..., Any], tuple[float, ...]]] = {
    "alternating_offers": (
        lambda d, e, k, m, b, c, o, u, p, pie: alternating_offers.alternating_offers(
            Negotiator(d, k, b, o), Negotiator(e, m, c, u), breakdown=p, pie=pie
        ),
        (0.9, 0.8, 0.01, 0.02, 0.1, 0.1, 0.1, 0.1, 0.05, 1.0),
    ),
    "finite_bargaining": (
        lambda d, e, k, m, b, c, o, u, p, pie: finite_bargaining.finite_bargaining(
            Negotiator(d, k, b, o), Negotiator(e, m, c, u), (p, p), pie=pie
        ),
        (0.9, 0.8, 0.01, 0.02, 0.1, 0.1, 0.1, 0.1, 0.5, 1.0),
    ),
    "waiting_split": (
        lambda r, s, k, m, b, c, h, t, p, pie: threat_point.waiting_split(
            Waiting(r, k, b), Waiting(s, m, c), hazard=h, runway=t, proposer=p, pie=pie
        ),
        (0.1, 0.2, 0.01, 0.02, 0.1, 0.1, 0.1, 3.0, 0.5, 1.0),
    ),
    "value_of_rounds": (threat_point.value_of_rounds, (0.9, 0.1, 1.0, 5)),
    "WarOfAttrition": (
        seen(attrition.WarOfAttrition, ("concedes", Role.SMALL), ("payoff", Role.BIG, 1.0)),
        (1.0, 2.0, 1.0, 3.0, 0.1, 0.0),
    ),
    "ObstinateBargaining": (
        seen(attrition.ObstinateBargaining, ("at_once", Role.SMALL), ("payoff", Role.BIG)),
        (0.7, 0.6, 0.1, 0.2, 0.1, 0.1),
    ),
    "BudgetWar": (seen(budgets.BudgetWar, ("outcomes",)), (2, 3, 9.0, 4.0, 1.0, 1.0)),
    "nash": (lambda d, e, p: bargaining_solutions.nash(LINE, (d, e), p), (1.0, 2.0, 0.5)),
    "kalai_smorodinsky": (lambda d, e: bargaining_solutions.kalai_smorodinsky(LINE, (d, e)), (1.0, 2.0)),
    "egalitarian": (lambda d, e, w, x: bargaining_solutions.egalitarian(LINE, (d, e), (w, x)), (1.0, 2.0, 1.0, 1.0)),
    "utilitarian": (lambda d, e, w, x: bargaining_solutions.utilitarian(LINE, (d, e), (w, x)), (1.0, 2.0, 1.0, 1.0)),
    "crra": (money_frontier.crra, (2.0, 0.5)),
    "pairwise_bargaining": (
        lambda f, g, p, u: several_partners.pairwise_bargaining([f, g], power=p, outside=u),
        (0.0, 1.0, 0.5, 0.0),
    ),
    "rematched": (lambda n, d, p, y: several_partners.rematched(n, d, power=p, pie=y), (2, 0.9, 0.5, 1.0)),
    "play_off": (lambda v, w, p: several_partners.play_off([v, w], power=p), (1.0, 2.0, 0.5)),
    "AcquisitionOption": (
        lambda a, b, f, p, d, k: seen(
            acquisition_option.AcquisitionOption, ("without_renegotiation", k), ("with_renegotiation", k)
        )(a, b, f, p, d),
        (4.0, 2.0, 0.5, 0.5, 0.5, 5.0),
    ),
    "CooperativeInvestment": (
        lambda a, g, p, c, q: seen(cooperative_investment.CooperativeInvestment, ("surplus", q))(a, g, p, c),
        (2.0, 0.1, 0.5, 1.0, 0.5),
    ),
    "DefaultQuantity": (
        lambda m, k, p, q: seen(default_quantity.DefaultQuantity, ("investment", q))(m, k, p),
        (0.5, 0.5, 0.5, 1.0),
    ),
    "DeliveryOption": (
        lambda v, s, b, p, k: seen(option_contracts.DeliveryOption, ("equilibrium", k))(v, s, b, p),
        (0.25, 0.5, 0.5, 0.5, 0.4),
    ),
    "SpecialisedAsset": (seen(quasi_rents.SpecialisedAsset), (5500.0, 1500.0, 1000.0, 3500.0)),
    "Reliance": (
        lambda v, b, p, r, d: seen(remedies.Reliance, ("surplus", r), ("liquidated_damages", d))(v, b, p),
        (0.3, 0.5, 0.5, 0.1, 0.5),
    ),
    "SunkInvestment": (seen(sunk_cost.SunkInvestment), (100.0, 60.0, 0.5)),
    "trade_threshold": (uniform_cost.trade_threshold, (0.5, 0.5)),
    "newsvendor": (chain, (10.0, 3.0, 1.0, 5.0, 2.0, 0.1, 20.0)),
    "flexible newsvendor": (flexible, (10.0, 3.0, 1.0, 5.0, 0.3, 10.0)),
    "GammaDemand": (
        lambda k, t, q: seen(demand.GammaDemand, ("expected_excess", abs(q)), ("distribution", q))(k, t),
        (2.0, 3.0, 4.0),
    ),
    "SalesRebate": (
        lambda p, c, r, t, v, w: seen(sales_rebate.SalesRebate, ("order", w))(Uniform(0.0, 100.0), p, c, r, t, v),
        (10.0, 3.0, 1.0, 5.0, 1.0, 5.0),
    ),
    "SharedRevenue": (
        lambda p, c, s, q, r: [
            each.certainty_equivalent(r)
            for each in (
                risk_transfer.SharedRevenue(Uniform(0.0, 100.0), p, c, s).small(q),
                risk_transfer.receipts_linear_in_sales(Uniform(0.0, 100.0), q, p, c),
            )
        ],
        (10.0, 3.0, 0.5, 20.0, 0.1),
    ),
    "Audit": (seen(audit.Audit, ("equilibrium",)), (20.0, 80.0, 5.0, 20.0, 0.9)),
    "Courtship": (
        lambda *n: (
            seen(courtship.Courtship, ("posterior", n[7]))(*n[:7]),
            courtship.courtship_equilibria(courtship.Courtship(*n[:7]), n[8]),
        ),
        (0.3, 10.0, 10.0, 20.0, 12.0, 0.5, 1.0, 0.5, 12.0),
    ),
    "investment_cutoffs": (global_games.investment_cutoffs, (1.0, 2.0, 0.5)),
    "regime_equilibria": (
        lambda c, n, b, m, d: global_games.regime_equilibria(c, n, benefit=b, prior_mean=m, prior_deviation=d),
        (0.3, 0.5, 1.0, 0.5, 0.3),
    ),
    "Pilot": (seen(pilots.Pilot), (0.5, 10.0, 20.0, 0.5, 1.0)),
    "BetaTrust": (lambda a, b, k, n: seen(pilots.BetaTrust, ("after", k, n))(a, b), (1.0, 1.0, 2.0, 1.0)),
    "ChainStore": (
        lambda b, a, p, n: seen(reputation.ChainStore, ("stage", p, n), ("first_entry", p))(b, a),
        (0.5, 2.0, 0.1, 4),
    ),
    "ChainStore.tree": (lambda p, n: reputation.ChainStore(0.5).tree(p, n), (0.1, 2)),
    "hazard": (lambda s, t, h: (hazard.hazard_of_survival(s, t), hazard.survival(h, t)), (0.4, 4.0, 0.1)),
    "learning_rate": (learning_race.learning_rate, (0.2, 0.5, 0.75)),
    "PoissonRace": (seen(learning_race.PoissonRace, ("lag", Role.SMALL)), (1.0, 3.0)),
    "DeterministicRace": (seen(learning_race.DeterministicRace, ("outcome",)), (2.0, 1.0, 0.1, 0.2, 1.0, 0.0)),
    "MilestoneRace": (
        lambda k, h, t, d, a, s, m, r: seen(
            milestones.MilestoneRace,
            ("survival_after_random_start", s),
            ("payment_value", m, r),
            ("value_of_cash", m, s),
        )(k, h, t, d, a),
        (2, 0.1, 12.0, 1.0, 0.5, 1.0, 100.0, 0.1),
    ),
    "completion": (lambda t, a, b: milestones.completion(t, [a, b]), (1.0, 1.0, 2.0)),
    "options.AcquisitionOption": (
        lambda v, k, r, s, t, q, n: seen(options.AcquisitionOption, ("black_scholes",), ("binomial", n))(
            v, k, r, s, t, q
        ),
        (100.0, 90.0, 0.05, 0.2, 1.0, 0.02, 20),
    ),
    "one_period_option": (options.one_period_option, (100.0, 2.0, 0.5, 100.0, 1.25)),
    "PerpetualOption": (
        lambda r, q, s, i, v: seen(options.PerpetualOption, ("worth", v))(r, q, s, i),
        (0.04, 0.04, 0.2, 1.0, 1.0),
    ),
    "Portfolio": (seen(portfolio.Portfolio), (4, 0.5)),
    "largest_promise": (relational.largest_promise, (0.75, 2.0)),
    "relational_commitment": (
        lambda d, s, u: relational.relational_commitment(lambda c: c, lambda c: 0.5 * c**2, d, s, u),
        (0.4, 0.0, 2.0),
    ),
    "OwnershipRelation": (
        lambda q, p, b, w, s, o: seen(relational.OwnershipRelation, ("largest_interest_rate", Role.SMALL, s, o))(
            q, p, b, w
        ),
        (10.0, 6.0, 6.0, 0.5, 5.0, 3.0),
    ),
    "grim_trigger_threshold": (repeated.grim_trigger_threshold, (5.0, 3.0, 1.0)),
    "GamblersRuin": (seen(ruin.GamblersRuin), (0.4, 2.0, 10.0)),
    "BrownianCash": (
        lambda x, m, s, t, h: seen(ruin.BrownianCash, ("ruin_by", t), ("ruin_before_event", h))(x, m, s),
        (6.0, -2.0, 1.0, 3.0, 0.1),
    ),
    "ExponentialProject": (
        lambda p, h, v, c, r, t, x: seen(stopping.ExponentialProject, ("belief", x), ("worth_until", x))(
            p, h, v, c, r, t
        ),
        (0.5, 1.0, 4.0, 1.0, 0.1, 5.0, 2.0),
    ),
    "Abandonment": (
        lambda r, a, s, c, k, x: seen(stopping.Abandonment, ("worth", x))(r, a, s, c, k),
        (0.04, 0.0, 0.2, 1.0, 0.5, 1.0),
    ),
    "InequityAversion": (
        lambda a, b, x, y, d, p: seen(
            preferences.InequityAversion,
            ("utility", x, y),
            ("acceptance_threshold", (d, d), p),
            ("accepts", x, (d, d), p),
        )(a, b),
        (0.5, 0.2, 0.3, 0.7, 0.1, 1.0),
    ),
    "best_offer": (lambda s, p: preferences.best_offer(SELFISH, [(FAIR, s)], pie=p), (1.0, 1.0)),
    "TrustGame": (
        lambda a, b, m, s: seen(preferences.TrustGame, ("returned", FAIR, s), ("sent", SELFISH, [(FAIR, 1.0)]))(
            a, b, m
        ),
        (10.0, 10.0, 3.0, 5.0),
    ),
    "SocialWelfare": (
        lambda r, s, t, x, y: preferences.SocialWelfare(r, s, t).utility(x, y),
        (0.4, 0.1, 0.1, 4.0, 6.0),
    ),
    "RothErev": (
        lambda a, b, f, e, p: seen(lambda: reinforcement.RothErev((a, b), f, e).reinforced(0, p))(),
        (1.0, 1.0, 0.1, 0.1, 2.0),
    ),
    "ExperienceWeightedAttraction": (
        lambda a, n, d, f, r, m, p: seen(
            lambda: reinforcement.ExperienceWeightedAttraction((a, 0.0), n, d, f, r, m).updated(0, (p, 1.0))
        )(),
        (0.0, 1.0, 0.5, 1.0, 1.0, 1.0, 3.0),
    ),
    "initial_propensities": (lambda s, m: reinforcement.initial_propensities(s, 2, m), (9.0, 0.5)),
    "connection_utilities": (
        lambda d, c: connections.connection_utilities([[0, 1], [1, 0]], d, c),
        (0.5, 0.1),
    ),
    "efficient_architecture": (connections.efficient_architecture, (4, 0.5, 0.1)),
    "constraint": (
        lambda s: network.constraint(network.alliance_network([("a", "b", s), ("b", "c")]), "a"),
        (1.0,),
    ),
    "SmallWorld": (lambda k, p, s: meeting.meeting_links(SmallWorld(k, p), 6, 4, s), (4, 0.1, 0)),
    "ScaleFree": (lambda m, s: meeting.meeting_links(ScaleFree(m), 6, 4, s), (2, 0)),
    "Edges": (lambda i, j: meeting.meeting_links(Edges(((i, j),)), 3, 3, 0), (1, 2)),
    "essential_partner_game": (coalitions.essential_partner_game, (3, 1.0)),
    "apex_game": (coalitions.apex_game, (3, 1.0)),
    "quota": (
        lambda q: matching.small_optimal_matching(matching.MatchingMarket({"s": ["A"]}, {"A": ["s"]}, {"A": q})),
        (1,),
    ),
    "replicator": (
        lambda x, y, n: evolution.replicator(PENNIES, [x, 1.0 - x], [y, 1.0 - y], 1.0, n),
        (0.3, 0.5, 5),
    ),
    "constant_of_motion": (lambda x, y: evolution.constant_of_motion(PENNIES, x, y), (0.3, 0.4)),
    "smooth_fictitious_play": (
        lambda p, x: fictitious_play.smooth_fictitious_play(PENNIES, p, 5, [x, 1.0 - x], [0.5, 0.5]),
        (1.0, 0.5),
    ),
    "fixation_probability": (lambda w: imitation.fixation_probability([[3, 0], [5, 1]], 10, w), (0.1,)),
    "rare_mutation_shares": (lambda n, w: imitation.rare_mutation_shares(PENNIES, n, 10, w), (10, 0.1)),
}


def holds_nan(value: Any) -> bool:
    """Return whether there is a NaN in a result, however deep."""
    if isinstance(value, float | np.ndarray):
        return bool(np.any(np.isnan(np.asarray(value, dtype=float))))
    if isinstance(value, tuple | list):
        return any(map(holds_nan, value))
    names = getattr(value, "__dataclass_fields__", ())
    return any(holds_nan(getattr(value, name)) for name in names)


@pytest.mark.parametrize("name", CALLS)
def test_a_number_or_one_line(name: str) -> None:
    call, numbers = CALLS[name]
    assert not holds_nan(call(*numbers))
    for place in range(len(numbers)):
        for poison in POISON:
            poisoned = *numbers[:place], poison, *numbers[place + 1 :]
            try:
                assert not holds_nan(call(*poisoned)), (place, poison)
            except AllianceError as error:
                line = str(error)
                said = "\n" not in line and ("must" in line or "needs" in line) and line.endswith(".")
                assert said, (place, poison, line)
            else:
                assert not math.isnan(poison), (place, "NaN taken")
