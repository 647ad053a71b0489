"""Alternating offers against backward induction from far away, closed forms, and one-shot deviations."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.alternating_offers import Negotiator, alternating_offers

FACTOR = st.floats(0.05, 0.97)
CHANCE = st.floats(0.0, 0.9)


def from_far_away(small: Negotiator, big: Negotiator, breakdown: float, pie: float) -> tuple[float, float]:
    """Return SmallCo's share when it and when BigCo proposes, iterating the responder's choice many rounds back."""
    x_small = x_big = 0.5 * pie
    for _ in range(3000):
        waits = (
            small.discount_factor * (breakdown * small.end_value + (1.0 - breakdown) * x_small) - small.burn,
            big.discount_factor * (breakdown * big.end_value + (1.0 - breakdown) * (pie - x_big)) - big.burn,
        )
        x_small, x_big = pie - max(big.outside_option, waits[1]), max(small.outside_option, waits[0])
    return x_small, x_big


@settings(deadline=None)
@given(FACTOR, FACTOR)
def test_rubinstein(small: float, big: float) -> None:
    offers = alternating_offers(Negotiator(small), Negotiator(big))
    assert offers.small_proposes[0] == pytest.approx((1.0 - big) / (1.0 - small * big))
    assert offers.big_proposes[0] == pytest.approx(small * (1.0 - big) / (1.0 - small * big))


@settings(deadline=None)
@given(
    *(FACTOR, FACTOR, CHANCE),
    *(st.floats(0.0, 0.2), st.floats(0.0, 0.2)),
    *(st.floats(0.0, 0.5), st.floats(0.0, 0.5)),
    *(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    st.floats(1.0, 20.0),
)
def test_every_ingredient_against_many_rounds(
    delta_s: float, delta_b: float, p: float, k_s: float, k_b: float, b_s: float, b_b: float, o_s: float, o_b: float,
    pie: float,
) -> None:  # fmt: skip
    small = Negotiator(delta_s, burn=k_s, end_value=b_s * pie, outside_option=o_s * pie)
    big = Negotiator(delta_b, burn=k_b, end_value=b_b * pie, outside_option=o_b * pie)
    offers = alternating_offers(small, big, breakdown=p, pie=pie)
    truth = from_far_away(small, big, p, pie)
    assert offers.agreement
    assert (offers.small_proposes[0], offers.big_proposes[0]) == pytest.approx(truth, abs=1e-9 * pie)
    assert sum(offers.small_proposes) == pytest.approx(pie)
    assert sum(offers.big_proposes) == pytest.approx(pie)


@settings(deadline=None)
@given(st.floats(0.01, 1.0), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_breakdown_without_discounting(p: float, b_small: float, b_big: float) -> None:
    offers = alternating_offers(Negotiator(end_value=b_small), Negotiator(end_value=b_big), breakdown=p)
    assert offers.small_proposes[0] == pytest.approx(((1.0 - b_big) + (1.0 - p) * b_small) / (2.0 - p))


@settings(deadline=None)
@given(FACTOR, FACTOR, st.floats(0.0, 1.0))
def test_an_outside_option_is_a_constraint(small: float, big: float, option: float) -> None:
    free = alternating_offers(Negotiator(small), Negotiator(big)).big_proposes[0]
    offers = alternating_offers(Negotiator(small, outside_option=option), Negotiator(big, outside_option=0.0))
    assert offers.big_proposes[0] == pytest.approx(max(free, option))


@settings(deadline=None)
@given(FACTOR, FACTOR, CHANCE, st.floats(0.0, 0.1), st.floats(-0.5, 0.4))
def test_swapping_the_firms_swaps_the_offers(d_one: float, d_two: float, p: float, burn: float, option: float) -> None:
    one, two = Negotiator(d_one, burn=burn), Negotiator(d_two, outside_option=option)
    plain, swapped = alternating_offers(one, two, breakdown=p), alternating_offers(two, one, breakdown=p)
    assert plain.small_proposes == pytest.approx(swapped.big_proposes[::-1])
    assert plain.big_proposes == pytest.approx(swapped.small_proposes[::-1])


@settings(deadline=None)
@given(FACTOR, FACTOR, st.floats(0.001, 0.2))
def test_burning_weakens(small: float, big: float, burn: float) -> None:
    with_burn = alternating_offers(Negotiator(small, burn=burn), Negotiator(big))
    without = alternating_offers(Negotiator(small), Negotiator(big))
    assert with_burn.small_proposes[0] < without.small_proposes[0]


def test_firms_part_where_parting_is_worth_more() -> None:
    leave = alternating_offers(Negotiator(0.9, outside_option=0.7), Negotiator(0.9, outside_option=0.5))
    assert (leave.agreement, leave.small_proposes) == (False, (0.7, 0.5))
    wait = alternating_offers(Negotiator(1.0, end_value=0.8), Negotiator(1.0, end_value=0.6), breakdown=0.2)
    assert not wait.agreement
    assert wait.big_proposes == pytest.approx((0.8, 0.6))


@settings(deadline=None)
@given(st.floats(0.5, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_waiting_is_never_better_than_what_is_agreed(delta: float, b_small: float, b_big: float) -> None:
    assume(b_small + b_big < 0.99)
    small, big = Negotiator(delta, end_value=b_small), Negotiator(delta, end_value=b_big)
    offers = alternating_offers(small, big, breakdown=0.3)
    for firm, value in ((small, 0), (big, 1)):
        after = firm.discount_factor * (
            0.3 * firm.end_value + 0.7 * (offers.big_proposes if value == 0 else offers.small_proposes)[value]
        )
        own = (offers.small_proposes if value == 0 else offers.big_proposes)[value]
        assert own >= after - 1e-12


def test_what_has_no_equilibrium_is_refused() -> None:
    with pytest.raises(ParameterError, match="must be below 1 for one firm"):
        alternating_offers(Negotiator(), Negotiator())
    with pytest.raises(ParameterError, match=r"Negotiator.discount_factor must be in \[0, 1\]"):
        Negotiator(1.5)
    with pytest.raises(ParameterError, match=r"Negotiator.burn must be in"):
        Negotiator(burn=math.nan)
    with pytest.raises(ParameterError, match="breakdown must be in"):
        alternating_offers(Negotiator(0.5), Negotiator(0.5), breakdown=-0.1)
    with pytest.raises(ParameterError, match="pie must be finite"):
        alternating_offers(Negotiator(0.5), Negotiator(0.5), pie=math.inf)
    small, big = Negotiator(0.9, outside_option=0.3), Negotiator(0.9, end_value=3.0, outside_option=0.0)
    with pytest.raises(ParameterError, match="an agreement now"):
        alternating_offers(small, big, breakdown=0.5)
