"""Stable matchings against enumeration of all matchings, and the theorems on their lattice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError, SolverError, UnknownNameError
from simulator.games.networks.matching import (
    Matching,
    MatchingMarket,
    big_optimal_matching,
    blocking_pairs,
    is_stable,
    small_optimal_matching,
    stable_matchings,
)


@st.composite
def markets(draw: st.DrawFn, smalls: int = 5, bigs: int = 3) -> MatchingMarket:
    small = [f"s{number}" for number in range(draw(st.integers(1, smalls)))]
    big = [f"B{number}" for number in range(draw(st.integers(1, bigs)))]

    def lists(firms: list[str], others: list[str]) -> dict[str, list[str]]:
        whole = draw(st.booleans())
        found = {}
        for firm in firms:
            order = draw(st.permutations(others))
            found[firm] = order if whole else order[: draw(st.integers(0, len(others)))]
        return found

    quotas = {firm: draw(st.integers(0, 3)) for firm in big}
    return MatchingMarket(lists(small, big), lists(big, small), quotas)


def all_matchings(market: MatchingMarket) -> Iterator[Matching]:
    for seats in itertools.product((None, *market.big), repeat=len(market.small)):
        members = {
            big: tuple(sorted(small for small, seat in zip(market.small, seats, strict=True) if seat == big))
            for big in market.big
        }
        if all(len(held) <= market.quota(big) for big, held in members.items()):
            yield members


def stable_by_definition(market: MatchingMarket, matching: Matching) -> bool:
    partner = {small: big for big, members in matching.items() for small in members}
    for small, big in partner.items():
        if big not in market.small[small] or small not in market.big[big]:
            return False
    for small, big in itertools.product(market.small, market.big):
        if big not in market.small[small] or small not in market.big[big] or partner.get(small) == big:
            continue
        wishes, ranks = list(market.small[small]), list(market.big[big])
        if small in partner and wishes.index(partner[small]) < wishes.index(big):
            continue
        held = matching[big]
        if len(held) < market.quota(big) or any(ranks.index(small) < ranks.index(other) for other in held):
            return False
    return True


def canonical(matchings: object) -> set[tuple[tuple[str, tuple[str, ...]], ...]]:
    return {tuple(each.items()) for each in matchings}  # type: ignore[attr-defined]


@settings(max_examples=150, deadline=None)
@given(markets())
def test_all_stable_matchings_and_no_other(market: MatchingMarket) -> None:
    every = list(all_matchings(market))
    stable = [each for each in every if stable_by_definition(market, each)]
    assert canonical(each for each in every if is_stable(market, each)) == canonical(stable)
    found = stable_matchings(market)
    assert canonical(found) == canonical(stable)
    assert len(found) == len(stable)
    assert found[0] == small_optimal_matching(market)
    assert big_optimal_matching(market) in found


@settings(max_examples=150, deadline=None)
@given(markets(6, 4))
def test_every_small_firm_likes_one_end_best_and_the_other_least(market: MatchingMarket) -> None:
    def rank(matching: Matching, small: str) -> int:
        listed = list(market.small[small])
        return next((listed.index(big) for big, held in matching.items() if small in held), len(listed))

    best, worst = small_optimal_matching(market), big_optimal_matching(market)
    filled = {big: len(held) for big, held in best.items()}
    for matching in stable_matchings(market):
        for small in market.small:
            assert rank(best, small) <= rank(matching, small) <= rank(worst, small)
        assert {big: len(held) for big, held in matching.items()} == filled
        for big, held in matching.items():
            assert filled[big] == market.quota(big) or held == best[big]


def test_proposing_order_does_not_matter() -> None:
    small = {"s1": ["B", "A"], "s2": ["A", "B"], "s3": ["A", "B", "C"], "s4": ["A", "C"]}
    big = {"A": ["s1", "s2", "s3", "s4"], "B": ["s2", "s3", "s1"], "C": ["s4", "s3"]}
    quotas = {"A": 2, "B": 1, "C": 1}
    expected = {"A": ("s2", "s3"), "B": ("s1",), "C": ("s4",)}
    for order in itertools.permutations(small):
        market = MatchingMarket({firm: small[firm] for firm in order}, big, quotas)
        assert small_optimal_matching(market) == expected


def test_many_stable_matchings_of_separate_couples() -> None:
    # each of ten couples of couples has two stable matchings
    small: dict[str, list[str]] = {}
    big: dict[str, list[str]] = {}
    for n in range(10):
        small |= {f"a{n}": [f"X{n}", f"Y{n}"], f"b{n}": [f"Y{n}", f"X{n}"]}
        big |= {f"X{n}": [f"b{n}", f"a{n}"], f"Y{n}": [f"a{n}", f"b{n}"]}
    market = MatchingMarket(small, big)
    assert len(stable_matchings(market, 1024)) == 1024
    with pytest.raises(SolverError, match="more than 1023"):
        stable_matchings(market, 1023)


def test_a_market_of_a_thousand_small_firms() -> None:
    big = {f"B{n}": [f"s{m}" for m in range(1000)] for n in range(20)}
    market = MatchingMarket({f"s{m}": list(big) for m in range(1000)}, big, dict.fromkeys(big, 30))
    found = stable_matchings(market)
    assert len(found) == 1
    assert found[0] == big_optimal_matching(market)


def test_blocking_pairs_of_an_unacceptable_match() -> None:
    market = MatchingMarket({"s1": ["A"], "s2": []}, {"A": ["s1"], "B": ["s1"]})
    assert blocking_pairs(market, {"A": ["s2"]}) == (("s1", "A"),)
    assert not is_stable(market, {"A": ["s1"], "B": ["s2"]})


def test_bad_input() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'Alpha'"):
        MatchingMarket({"s1": ["Alpa"]}, {"Alpha": ["s1"]})
    with pytest.raises(UnknownNameError):
        MatchingMarket({"s1": ["A"]}, {"A": ["s2"]})
    with pytest.raises(ParameterError, match="once"):
        MatchingMarket({"s1": ["A", "A"]}, {"A": ["s1"]})
    for quota in (-1, 1.5, True):
        with pytest.raises(ParameterError, match="whole number"):
            MatchingMarket({"s1": ["A"]}, {"A": ["s1"]}, {"A": quota})  # type: ignore[dict-item]
    with pytest.raises(UnknownNameError):
        MatchingMarket({"s1": ["A"]}, {"A": ["s1"]}, {"B": 1})
    market = MatchingMarket({"s1": ["A"], "s2": ["A"]}, {"A": ["s1"], "B": []})
    with pytest.raises(ParameterError, match="at most 1"):
        is_stable(market, {"A": ["s1", "s2"]})
    with pytest.raises(ParameterError, match="once"):
        is_stable(market, {"A": ["s1"], "B": ["s1"]})
    with pytest.raises(UnknownNameError):
        is_stable(market, {"A": ["s3"]})
    with pytest.raises(UnknownNameError):
        is_stable(market, {"C": ["s1"]})
