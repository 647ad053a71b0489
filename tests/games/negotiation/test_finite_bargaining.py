"""Finite bargaining against closed forms, the runway proposition, and a game tree of whole-number offers."""

from __future__ import annotations

import math
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.alternating_offers import Negotiator, alternating_offers
from simulator.games.negotiation.finite_bargaining import alternation, finite_bargaining, random_proposer
from simulator.games.negotiation.threat_point import value_of_rounds

FACTOR = st.floats(0.0, 1.0)


@settings(deadline=None)
@given(FACTOR, FACTOR, st.integers(1, 30))
def test_stahl(small: float, big: float, rounds: int) -> None:
    half, both = rounds // 2, small * big
    series = sum(both**k for k in range(half))
    truth = (1.0 - big) * series + (both**half if rounds % 2 else 0.0)
    found = finite_bargaining(Negotiator(small), Negotiator(big), alternation("S", rounds))
    assert found.small == pytest.approx(truth, abs=1e-12)
    assert found.small_proposes == (found.small, found.big)


@pytest.mark.parametrize(
    ("one", "two", "rounds", "offer"),
    [(0.4, 0.4, 2, 12.0), (0.6, 0.4, 2, 12.0), (0.6, 0.6, 2, 18.0), (0.4, 0.4, 3, 7.2), (0.6, 0.4, 3, 4.8),
     (0.4, 0.6, 3, 10.8)],
)  # fmt: skip
def test_cells_of_ochs_and_roth(one: float, two: float, rounds: int, offer: float) -> None:
    found = finite_bargaining(Negotiator(one), Negotiator(two), alternation("S", rounds), pie=30.0)
    assert found.big == pytest.approx(offer)


@settings(deadline=None)
@given(
    *(FACTOR, st.floats(0.0, 1.0), st.integers(1, 40)),
    *(st.floats(0.0, 0.2), st.floats(0.0, 0.2), st.floats(0.0, 0.9), st.floats(0.0, 0.9)),
)
def test_the_runway_proposition_is_exact(
    delta: float, beta: float, rounds: int, k_small: float, k_big: float, b_small: float, b_big: float
) -> None:
    small, big = Negotiator(delta, burn=k_small, end_value=b_small), Negotiator(delta, burn=k_big, end_value=b_big)
    found = finite_bargaining(small, big, random_proposer(beta, rounds))
    d_small = value_of_rounds(delta, k_small, b_small, rounds)
    d_big = value_of_rounds(delta, k_big, b_big, rounds)
    assert found.small == pytest.approx(d_small + beta * max(1.0 - d_small - d_big, 0.0), abs=1e-12)
    assert found.agreement == (d_small + d_big <= 1.0) or math.isclose(d_small + d_big, 1.0)


@settings(deadline=None)
@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(-0.5, 0.5), st.floats(-0.5, 0.4), st.floats(0.0, 0.1))
def test_a_far_horizon_is_none(d_small: float, d_big: float, o_small: float, o_big: float, burn: float) -> None:
    small = Negotiator(d_small, burn=burn, outside_option=o_small)
    big = Negotiator(d_big, outside_option=o_big)
    offers = alternating_offers(small, big)
    for first, shares in (("S", offers.small_proposes), ("B", offers.big_proposes)):
        found = finite_bargaining(small, big, alternation(first, 401))  # type: ignore[arg-type]
        assert (found.small, found.big) == pytest.approx(shares, abs=1e-9)


@pytest.mark.parametrize("option", [None, 0.45])
def test_a_tree_of_whole_units(option: float | None) -> None:
    """Every division of 1,000 units may be offered; the responder takes what it likes at least as well."""
    units, rounds, deltas, ends = 1000, 4, (0.9, 0.8), (0.0, 0.3)
    leave = -math.inf if option is None else option

    @cache
    def play(number: int) -> tuple[float, float]:
        if number == rounds:
            return ends
        later = tuple(delta * value for delta, value in zip(deltas, play(number + 1), strict=True))
        proposer = number % 2
        best = later
        if proposer == 1 and leave > later[0]:
            best = (leave, 0.0)
        threshold = max(later[1 - proposer], leave if proposer == 1 else -math.inf)
        for offered in range(units + 1):
            if offered / units >= threshold and 1.0 - offered / units > best[proposer]:
                best = (1.0 - offered / units, offered / units)[:: 1 if proposer == 0 else -1]
        return best  # type: ignore[return-value]

    found = finite_bargaining(
        Negotiator(0.9, outside_option=leave),
        Negotiator(0.8, end_value=0.3, outside_option=0.0),
        alternation("S", rounds),
    )
    assert (found.small, found.big) == pytest.approx(play(0), abs=2.0 * rounds / units)


def test_strict_alternation_favours_who_proposes_last() -> None:
    shares = [
        finite_bargaining(Negotiator(0.95), Negotiator(0.95), alternation("B", rounds)).small for rounds in (1, 2)
    ]
    assert shares == pytest.approx([0.0, 0.95])


def test_firms_that_gain_by_the_end_wait_for_it() -> None:
    found = finite_bargaining(Negotiator(1.0, end_value=0.7), Negotiator(1.0, end_value=0.6), (0.5, 0.5))
    assert not found.agreement
    assert (found.small, found.big) == (0.7, 0.6)


def test_what_is_no_game_is_refused() -> None:
    firm = Negotiator(0.5)
    with pytest.raises(ParameterError, match="probabilities, one per round"):
        finite_bargaining(firm, firm, ())
    with pytest.raises(ParameterError, match="probabilities, one per round"):
        finite_bargaining(firm, firm, (0.5, 1.5))
    with pytest.raises(ParameterError, match="pie must be finite"):
        finite_bargaining(firm, firm, (0.5,), pie=math.nan)
    with pytest.raises(ParameterError, match="whole number from 1"):
        alternation("S", 0)
    with pytest.raises(ParameterError, match=r'must be "S" or "B"'):
        alternation("C", 2)  # type: ignore[arg-type]
