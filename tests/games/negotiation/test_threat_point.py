"""Threat points against simulation, quadrature, and bargaining in many short rounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.alternating_offers import Negotiator, alternating_offers
from simulator.games.negotiation.finite_bargaining import finite_bargaining
from simulator.games.negotiation.threat_point import Waiting, patience_weight, value_of_rounds, waiting_split

RATE = st.floats(0.0, 1.0)


@settings(deadline=None)
@given(RATE, RATE, st.floats(0.1, 20.0), st.floats(0.0, 0.2), st.floats(-1.0, 1.0))
def test_waiting_is_the_expected_discounted_stream(r: float, h: float, runway: float, burn: float, end: float) -> None:
    stream = quad(lambda t: math.exp(-(r + h) * t) * (h * end - burn), 0.0, runway)[0]
    truth = stream + math.exp(-(r + h) * runway) * end
    assert Waiting(r, burn, end).value(hazard=h, runway=runway) == pytest.approx(truth, abs=1e-9)


def test_waiting_against_simulated_ends() -> None:
    ends = np.minimum(np.random.default_rng(0).exponential(1.0 / 0.3, 200_000), 4.0)
    values = -0.05 * (1.0 - np.exp(-0.1 * ends)) / 0.1 + 0.6 * np.exp(-0.1 * ends)
    error = 4.0 * values.std() / math.sqrt(len(values))
    assert Waiting(0.1, 0.05, 0.6).value(hazard=0.3, runway=4.0) == pytest.approx(values.mean(), abs=error)


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-2.0, 2.0), st.integers(0, 40))
def test_rounds_of_waiting_add_up(delta: float, burn: float, end: float, rounds: int) -> None:
    value = end
    for _ in range(rounds):
        value = delta * value - burn
    assert value_of_rounds(delta, burn, end, rounds) == pytest.approx(value, abs=1e-9)


@settings(deadline=None)
@given(
    *(st.floats(0.02, 0.5), st.floats(0.02, 0.5), st.floats(0.0, 1.0)),
    *(st.floats(0.0, 0.02), st.floats(0.0, 0.02), st.floats(0.0, 0.5), st.floats(0.0, 0.5)),
)
def test_frequent_offers_lead_to_the_limit(
    r_small: float, r_big: float, h: float, k_small: float, k_big: float, b_small: float, b_big: float
) -> None:
    limit = waiting_split(Waiting(r_small, k_small, b_small), Waiting(r_big, k_big, b_big), hazard=h)
    step = 1e-6
    offers = alternating_offers(
        Negotiator(math.exp(-r_small * step), burn=k_small * step, end_value=b_small),
        Negotiator(math.exp(-r_big * step), burn=k_big * step, end_value=b_big),
        breakdown=-math.expm1(-h * step),
    )
    assert limit.small == pytest.approx(offers.small_proposes[0], abs=1e-4)
    assert limit.small + limit.big == pytest.approx(1.0)


@pytest.mark.parametrize(("r_small", "r_big", "proposer"), [(0.1, 0.3, 0.5), (0.4, 0.1, 0.2), (0.2, 0.2, 0.9)])
def test_random_proposers_lead_to_the_weight(r_small: float, r_big: float, proposer: float) -> None:
    step, rounds = 1e-3, 100_000
    many = finite_bargaining(
        Negotiator(math.exp(-r_small * step)), Negotiator(math.exp(-r_big * step)), (proposer,) * rounds
    )
    assert patience_weight(r_small, r_big, proposer=proposer) == pytest.approx(many.small, abs=1e-3)


@settings(deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.0, 0.5), st.floats(0.0, 5.0), st.floats(0.0, 0.1), st.floats(0.0, 1.0))
def test_a_finite_runway_against_short_rounds(beta: float, r: float, runway: float, burn: float, end: float) -> None:
    rounds = 400
    step = runway / rounds
    many = finite_bargaining(
        Negotiator(math.exp(-r * step), burn=burn * step),
        Negotiator(math.exp(-r * step), end_value=end),
        (beta,) * rounds,
    )
    limit = waiting_split(Waiting(r, burn), Waiting(r, end_value=end), runway=runway, proposer=beta)
    assert limit.small == pytest.approx(many.small, abs=5e-3)
    assert limit.power == beta


@settings(deadline=None, max_examples=40)
@given(
    *(st.floats(0.05, 0.95), st.floats(0.0, 0.6), st.floats(0.0, 0.6), st.floats(0.0, 0.4), st.floats(0.0, 6.0)),
    *(st.floats(0.0, 0.1), st.floats(0.0, 0.1), st.floats(0.0, 0.5), st.floats(0.0, 0.5)),
)
def test_unequal_patience_with_a_finite_runway_against_backward_induction(
    p: float,
    r_small: float,
    r_big: float,
    h: float,
    runway: float,
    k_small: float,
    k_big: float,
    b_small: float,
    b_big: float,
) -> None:
    limit = waiting_split(
        *(Waiting(r_small, k_small, b_small), Waiting(r_big, k_big, b_big)), hazard=h, runway=runway, proposer=p
    )
    rounds = 20_000
    step = runway / rounds
    alive = math.exp(-h * step)
    discounts = math.exp(-r_small * step), math.exp(-r_big * step)
    after = b_small, b_big
    for _ in range(rounds):  # a rejection burns, then the talks end or go on
        waits = [
            delta * (alive * value + (1.0 - alive) * end) - burn * step
            for delta, value, end, burn in zip(discounts, after, (b_small, b_big), (k_small, k_big), strict=True)
        ]
        gain = 1.0 - sum(waits)
        after = waits[0] + p * gain, waits[1] + (1.0 - p) * gain
    assert (limit.small, limit.big) == pytest.approx(after, abs=2.0 * step + 1e-9)
    threats = limit.small_threat, limit.big_threat
    assert limit.small == pytest.approx(threats[0] + limit.power * (1.0 - sum(threats)), abs=1e-9)


def test_the_split_is_continuous_where_rates_become_equal_and_the_runway_long() -> None:
    one, two = Waiting(0.2, 0.05, 0.1), Waiting(0.2 + 1e-9, 0.02, 0.3)
    near, same = (waiting_split(one, each, runway=3.0) for each in (two, Waiting(0.2, 0.02, 0.3)))
    assert (near.small, near.power) == pytest.approx((same.small, same.power), abs=1e-8)
    far, never = (waiting_split(one, Waiting(0.4, 0.02, 0.3), hazard=0.1, runway=t) for t in (1e4, math.inf))
    assert (far.small, far.power) == pytest.approx((never.small, never.power))


def test_no_time_left_is_ruin_now() -> None:
    assert waiting_split(Waiting(0.1, 0.2), Waiting(0.1, end_value=0.8), runway=0.0).small == pytest.approx(0.1)


def test_what_presses_nobody_is_refused() -> None:
    with pytest.raises(ParameterError, match="positive discount rate or hazard"):
        waiting_split(Waiting(), Waiting())
    with pytest.raises(ParameterError, match="burns for ever"):
        waiting_split(Waiting(0.0, burn=0.1), Waiting(0.1))
    with pytest.raises(ParameterError, match="better off with an agreement at every time"):
        waiting_split(Waiting(0.1, end_value=0.8), Waiting(0.2, end_value=0.8), runway=3.0)
    with pytest.raises(ParameterError, match=r"waiting_split\.pie must be finite"):
        waiting_split(Waiting(0.1), Waiting(0.2), pie=math.nan)
    with pytest.raises(ParameterError, match=r"Waiting.value.hazard"):
        Waiting(0.1).value(hazard=-1.0)
    with pytest.raises(ParameterError, match=r"patience_weight.proposer"):
        patience_weight(0.1, 0.1, proposer=1.5)
    with pytest.raises(ParameterError, match="rounds must be a whole number"):
        value_of_rounds(0.9, 0.0, 1.0, -1)
    with pytest.raises(ParameterError, match="discount_factor must be in"):
        value_of_rounds(1.1, 0.0, 1.0, 2)
    assert Waiting().value() == 0.0
