"""Inequity aversion, social welfare and trust against search over grids and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.behaviour.preferences import (
    InequityAversion,
    Population,
    SocialWelfare,
    TrustGame,
    best_offer,
    implied_alpha,
    ultimatum,
)

GRID = np.linspace(0.0, 1.0, 2001)
SELFISH = InequityAversion()
alphas = st.floats(0.0, 5.0)
betas = st.floats(0.0, 1.0)
types = st.builds(InequityAversion, alphas, betas)
payoffs = st.floats(-50.0, 50.0)


def populations(most: int = 4) -> st.SearchStrategy[Population]:
    pairs = st.lists(st.tuples(types, st.integers(1, 9)), min_size=1, max_size=most)
    return pairs.map(lambda drawn: [(each, weight / sum(w for _, w in drawn)) for each, weight in drawn])


def test_three_player_utility_by_hand() -> None:
    # behind 4 and ahead 2: 5 - (1 * 4 + 0.5 * 2) / 2
    assert InequityAversion(1.0, 0.5).utility(5.0, 9.0, 3.0) == 2.5
    assert InequityAversion(1.0, 0.5).utility(5.0) == 5.0


@given(types, st.floats(0.0, 0.6), st.floats(0.0, 0.4))
def test_threshold_is_where_acceptance_begins(responder: InequityAversion, small: float, big: float) -> None:
    threshold = responder.acceptance_threshold((small, big))
    accepted = [offer for offer in GRID if responder.accepts(float(offer), (small, big))]
    if threshold > 1.0:
        assert not accepted
        return
    assert responder.accepts(threshold, (small, big))
    assert not accepted or accepted[0] >= threshold - 1e-9
    if threshold < 1.0 and responder.beta < 0.45:
        assert accepted[0] <= threshold + GRID[1] + 1e-9


def test_threshold_beyond_half_the_pie() -> None:
    # ahead at s: s - 0.25 (2 s - 1) = 0.5 s + 0.25; alone the responder has 0.65 - 0.25 * 0.6 = 0.5, the same as half
    assert InequityAversion(beta=0.25).acceptance_threshold((0.65, 0.05)) == 0.5
    assert SELFISH.acceptance_threshold((0.7, 0.0)) == 0.7
    assert InequityAversion(beta=0.25).acceptance_threshold((0.8, 0.8)) == math.inf
    assert InequityAversion(beta=0.7).acceptance_threshold((0.6, 0.6)) == math.inf
    assert InequityAversion(alpha=4.0).acceptance_threshold((0.0, 1.0)) == 0.0


@given(st.floats(0.1, 100.0), types, types)
def test_offers_scale_with_the_pie(pie: float, proposer: InequityAversion, responder: InequityAversion) -> None:
    one = best_offer(proposer, [(responder, 1.0)])
    many = best_offer(proposer, [(responder, 1.0)], pie=pie)
    assert many.amount == pytest.approx(pie * one.amount, rel=1e-9, abs=1e-12)


@given(types, populations(), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_no_offer_on_a_grid_is_better(
    proposer: InequityAversion, responders: Population, small: float, big: float
) -> None:
    fallback = (small, big)
    found = best_offer(proposer, responders, fallback)
    rejected = proposer.utility(big, small)
    for offer in GRID[::20]:
        chance = sum(share for each, share in responders if each.accepts(float(offer), fallback))
        utility = chance * proposer.utility(1.0 - offer, float(offer)) + (1.0 - chance) * rejected
        assert utility <= found.utility + 1e-9


def test_a_rich_outside_option_makes_no_offer_acceptable() -> None:
    refused = best_offer(SELFISH, [(SELFISH, 1.0)], (0.9, 0.9))
    assert (refused.amount, refused.acceptance, refused.utility) == (0.0, 0.0, 0.9)
    hopeless = best_offer(SELFISH, [(SELFISH, 1.0)], (2.0, 0.0))
    assert (hopeless.amount, hopeless.acceptance) == (0.0, 0.0)


def test_population_of_fehr_and_schmidt() -> None:
    responders = [(InequityAversion(alpha=a), p) for a, p in ((0.0, 0.3), (0.5, 0.3), (1.0, 0.3), (4.0, 0.1))]
    found = ultimatum([(InequityAversion(beta=b), p) for b, p in ((0.0, 0.3), (0.25, 0.3), (0.6, 0.4))], responders)
    assert [offer.amount for offer in found.offers] == pytest.approx([1 / 3, 4 / 9, 1 / 2])
    assert found.mean_offer == pytest.approx(0.1 + 0.4 / 3 + 0.2)
    assert found.rejection_rate == pytest.approx(0.03)


@given(alphas)
def test_implied_alpha_inverts_the_threshold(alpha: float) -> None:
    threshold = InequityAversion(alpha=alpha).acceptance_threshold()
    assert implied_alpha(threshold) == pytest.approx(alpha, rel=1e-6, abs=1e-9)
    assert implied_alpha(0.5) == math.inf


@given(payoffs, payoffs, alphas, betas)
def test_social_welfare_nests_inequity_aversion(own: float, other: float, alpha: float, beta: float) -> None:
    weights = SocialWelfare(rho=beta, sigma=-alpha)
    assert weights.utility(own, other) == pytest.approx(InequityAversion(alpha, beta).utility(own, other), abs=1e-9)


def test_misbehaviour_takes_theta_from_the_weight_of_the_other() -> None:
    weights = SocialWelfare(rho=0.4, sigma=0.1, theta=0.3)
    assert weights.utility(6.0, 4.0, misbehaved=True) == pytest.approx(0.1 * 4 + 0.9 * 6)
    assert weights.utility(4.0, 6.0, misbehaved=True) == pytest.approx(-0.2 * 6 + 1.2 * 4)
    assert weights.utility(4.0, 4.0) == 4.0


@given(st.floats(0.0, 20.0), st.floats(0.0, 20.0), st.floats(0.0, 4.0), types, st.floats(0.0, 1.0))
def test_trustee_returns_what_is_best_on_a_grid(
    first: float, second: float, multiplier: float, trustee: InequityAversion, part: float
) -> None:
    game = TrustGame(first, second, multiplier)
    sent = part * first
    received = multiplier * sent

    def utility(returned: float) -> float:
        return trustee.utility(second + received - returned, first - sent + returned)

    best = max(utility(received * each) for each in GRID[::10])
    assert utility(game.returned(trustee, sent)) >= best - 1e-9


@given(
    st.floats(0.0, 20.0),
    st.floats(0.0, 20.0),
    st.floats(0.0, 4.0),
    types,
    populations(3),
)
def test_sender_sends_what_is_best_on_a_grid(
    first: float, second: float, multiplier: float, sender: InequityAversion, trustees: Population
) -> None:
    game = TrustGame(first, second, multiplier)

    def utility(sent: float) -> float:
        total = 0.0
        for trustee, share in trustees:
            back = game.returned(trustee, sent)
            total += share * sender.utility(first - sent + back, second + multiplier * sent - back)
        return total

    best = max(utility(first * float(each)) for each in GRID[::10])
    assert utility(game.sent(sender, trustees)) >= best - 1e-8


def test_value_is_crra_utility_less_inequity() -> None:
    assert InequityAversion(0.5, 0.25).value(9.0, 5.0, 0.5) == pytest.approx(2 * 3 - 0.25 * 4)
    assert SELFISH.value(math.e, 100.0, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: InequityAversion(alpha=-0.1),
        lambda: InequityAversion(beta=1.1),
        lambda: InequityAversion(alpha=math.nan),
        lambda: SELFISH.acceptance_threshold(pie=0.0),
        lambda: SELFISH.acceptance_threshold((math.nan, 0.0)),
        lambda: implied_alpha(0.6),
        lambda: best_offer(SELFISH, []),
        lambda: best_offer(SELFISH, [(SELFISH, 0.4)]),
        lambda: ultimatum([(SELFISH, -1.0), (SELFISH, 2.0)], [(SELFISH, 1.0)]),
        lambda: TrustGame(multiplier=-1.0),
        lambda: TrustGame().returned(SELFISH, 11.0),
        lambda: SocialWelfare(rho=math.inf),
    ],
)
def test_bad_input(make: object) -> None:
    with pytest.raises(ParameterError, match=r"must"):
        make()  # type: ignore[operator]
