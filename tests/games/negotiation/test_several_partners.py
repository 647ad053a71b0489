"""One BigCo with several SmallCos against random orders, value iteration, and equal gains."""

from __future__ import annotations

import math
from collections.abc import Hashable
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.split import SPLIT_THE_DIFFERENCE
from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.several_partners import coalition_bargaining, pairwise_bargaining, play_off, rematched

OUTPUT = st.lists(st.floats(-5.0, 20.0), min_size=1, max_size=8)


def shapley(value: dict[frozenset[Hashable], float], partners: list[Hashable]) -> dict[Hashable, float]:
    """Return mean marginal contributions over all orders of BigCo and its partners."""
    firms = ["BigCo", *partners]
    totals: dict[Hashable, float] = dict.fromkeys(firms, 0.0)
    for order in permutations(firms):
        worth = 0.0
        for place, firm in enumerate(order):
            team = frozenset(order[: place + 1])
            now = value[team - {"BigCo"}] if "BigCo" in team else 0.0
            totals[firm] += now - worth
            worth = now
    return {firm: total / math.factorial(len(firms)) for firm, total in totals.items()}


@settings(deadline=None)
@given(OUTPUT)
def test_equal_power_gives_big_the_mean(output: list[float]) -> None:
    assert pairwise_bargaining(output)[-1].big == pytest.approx(sum(output) / len(output), abs=1e-9)


@settings(deadline=None)
@given(OUTPUT, st.floats(0.0, 0.9), st.floats(0.0, 3.0))
def test_every_pair_shares_its_gain_over_a_departure(output: list[float], power: float, outside: float) -> None:
    bargains = pairwise_bargaining(output, power=power, outside=outside)
    for count in range(1, len(output)):
        now, after = bargains[count], bargains[count - 1]
        assert now.big + count * now.small == pytest.approx(output[count], abs=1e-9)
        gain = (1.0 - power) * (now.small - outside)
        assert gain == pytest.approx(power * (now.big - after.big), abs=1e-7)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.0, 9.0), min_size=8, max_size=8))
def test_unlike_partners_get_their_shapley_value(values: list[float]) -> None:
    partners: list[Hashable] = ["a", "b", "c"]
    teams = [frozenset(p for p, bit in zip(partners, f"{k:03b}", strict=True) if bit == "1") for k in range(8)]
    table: dict[frozenset[Hashable], float] = dict(zip(teams, [0.0, *values[1:]], strict=True))
    big, small = coalition_bargaining(table.__getitem__, partners)
    truth = shapley(table, partners)
    assert big == pytest.approx(truth.pop("BigCo"), abs=1e-9)
    assert small == pytest.approx(truth, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 9.0), min_size=5, max_size=5), st.floats(0.0, 0.9))
def test_alike_partners_are_a_special_case(output: list[float], power: float) -> None:
    one = pairwise_bargaining(output, power=power)[-1]
    big, small = coalition_bargaining(lambda team: output[len(team)], range(4), power=power)
    assert big == pytest.approx(one.big, abs=1e-9)
    assert small[0] == pytest.approx(one.small, abs=1e-7)


@settings(deadline=None)
@given(st.integers(1, 12), st.floats(0.0, 0.95), st.floats(0.0, 1.0), st.floats(0.5, 10.0))
def test_rematching_against_value_iteration(count: int, delta: float, power: float, pie: float) -> None:
    big = small = 0.0
    for _ in range(2000):
        big, met = (
            power * delta * big + (1.0 - power) * (pie - delta * small),
            (1.0 - power) * delta * small + power * (pie - delta * big),
        )
        small = met / count
    found = rematched(count, delta, power=power, pie=pie)
    assert (found.big, found.small) == pytest.approx((big, small), abs=1e-9 * pie)


@settings(deadline=None)
@given(st.integers(1, 50), st.floats(0.0, 0.999))
def test_rematching_with_equal_chances(count: int, delta: float) -> None:
    truth = (count - delta) / (2 * count - delta * (count + 1))
    assert rematched(count, delta).big == pytest.approx(truth)


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=6))
def test_the_winner_is_the_best_and_beats_the_next(values: list[float]) -> None:
    found = play_off(values)
    ranked = [*sorted(values, reverse=True), 0.0]
    assert values[found.winner] == ranked[0]
    assert found.big == pytest.approx(max(0.5 * ranked[0], ranked[1]))
    assert found.small == pytest.approx(ranked[0] - found.big)


def test_a_rival_as_threat_point() -> None:
    assert play_off([10.0, 4.0], rule=SPLIT_THE_DIFFERENCE).big == pytest.approx(7.0)
    assert play_off([10.0, 4.0], power=0.25).big == pytest.approx(7.5)


def test_what_is_no_market_is_refused() -> None:
    for output in ([], [0.0, math.nan]):
        with pytest.raises(ParameterError, match=r"pairwise_bargaining.output"):
            pairwise_bargaining(output)
    with pytest.raises(ParameterError, match=r"pairwise_bargaining.power must be in \[0, 1\)"):
        pairwise_bargaining([0.0, 1.0], power=1.0)
    with pytest.raises(ParameterError, match="distinct firms"):
        coalition_bargaining(lambda team: 0.0, ["a", "a"])
    with pytest.raises(ParameterError, match=r"rematched.count"):
        rematched(0, 0.5)
    with pytest.raises(ParameterError, match="must be in"):
        rematched(2, 1.5)
    with pytest.raises(ParameterError, match="nobody is pressed"):
        rematched(1, 1.0)
    with pytest.raises(ParameterError, match=r"play_off.values"):
        play_off([])
    with pytest.raises(ParameterError, match=r"play_off.power"):
        play_off([1.0], power=2.0)
