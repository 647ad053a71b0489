"""Values of coalitional games against all orders of arrival, closed forms and the axioms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.games.networks.coalitions import (
    GameByKind,
    apex_game,
    essential_partner_game,
    myerson_value,
    pairs_worth,
    shapley_value,
    shapley_value_by_kind,
)

Worth = Callable[[frozenset[int]], float]
Link = tuple[int, int]


@st.composite
def games(draw: st.DrawFn, most: int = 5) -> tuple[list[int], Worth]:
    players = list(range(draw(st.integers(1, most))))
    coalitions = [frozenset(c) for size in range(1, len(players) + 1) for c in itertools.combinations(players, size)]
    worths = {each: float(draw(st.integers(-9, 9))) for each in coalitions}
    return players, lambda coalition: worths.get(coalition, 0.0)


def by_orders(players: list[int], worth: Worth) -> dict[int, float]:
    total = dict.fromkeys(players, 0.0)
    for order in itertools.permutations(players):
        for place, player in enumerate(order):
            total[player] += worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
    return {player: each / math.factorial(len(players)) for player, each in total.items()}


def restricted(worth: Worth, links: list[Link]) -> Worth:
    def value(coalition: frozenset[int]) -> float:
        graph = nx.Graph(links)
        graph.add_nodes_from(coalition)
        return sum(worth(frozenset(part)) for part in nx.connected_components(graph.subgraph(coalition)))

    return value


@settings(deadline=None)
@given(games())
def test_shapley_value_is_the_mean_over_orders(game: tuple[list[int], Worth]) -> None:
    players, worth = game
    assert shapley_value(players, worth) == pytest.approx(by_orders(players, worth), abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(games(), st.data())
def test_myerson_value_is_the_shapley_value_of_the_restricted_game(
    game: tuple[list[int], Worth], data: st.DataObject
) -> None:
    players, worth = game
    pairs = list(itertools.combinations(players, 2))
    links = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    found = myerson_value(players, links, worth)
    assert found == pytest.approx(by_orders(players, restricted(worth, links)), abs=1e-9)
    graph = nx.Graph(links)
    graph.add_nodes_from(players)
    for part in nx.connected_components(graph):
        assert sum(found[player] for player in part) == pytest.approx(worth(frozenset(part)), abs=1e-9)
    for link in links:
        without = myerson_value(players, [each for each in links if each != link], worth)
        gains = [found[end] - without[end] for end in link]
        assert gains[0] == pytest.approx(gains[1], abs=1e-9)


@given(games())
def test_complete_network_restricts_nothing(game: tuple[list[int], Worth]) -> None:
    players, worth = game
    links = list(itertools.combinations(players, 2))
    assert myerson_value(players, links, worth) == pytest.approx(shapley_value(players, worth), abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 60, 400])
def test_essential_partner_and_apex_by_closed_form(n: int) -> None:
    gate, apex = (shapley_value_by_kind(game(n)) for game in (essential_partner_game, apex_game))
    assert gate == pytest.approx({"BigCo": n / (n + 1), "SmallCo": 1 / (n * (n + 1))}, rel=1e-9)
    assert apex == pytest.approx({"BigCo": (n - 1) / (n + 1), "SmallCo": 2 / (n * (n + 1))}, rel=1e-9)


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.lists(st.integers(-9, 9), min_size=16, max_size=16))
def test_kinds_agree_with_single_players(a: int, b: int, worths: list[int]) -> None:
    def worth(coalition: Mapping[str, int]) -> float:
        return float(worths[coalition["a"] * 4 + coalition["b"]])

    players = [f"a{n}" for n in range(a)] + [f"b{n}" for n in range(b)]
    single = shapley_value(
        players, lambda team: worth({kind: sum(each[0] == kind for each in team) for kind in ("a", "b")})
    )
    found = shapley_value_by_kind(GameByKind({"a": a, "b": b}, worth))
    assert found["a"] == pytest.approx(single["a0"], abs=1e-9)
    assert found["b"] == pytest.approx(single["b0"], abs=1e-9)


def test_pairs_are_shared_equally() -> None:
    surplus = {("B", "s1"): 3.0, ("B", "s2"): 2.0, ("s1", "s2"): 1.0}
    assert shapley_value(["B", "s1", "s2"], pairs_worth(surplus)) == pytest.approx({"B": 2.5, "s1": 2.0, "s2": 1.5})


def test_twenty_players() -> None:
    players = list(range(20))
    found = shapley_value(players, lambda team: 1.0 if 0 in team and len(team) > 1 else 0.0)
    assert found[0] == pytest.approx(19 / 20)
    assert found[1] == pytest.approx(1 / (19 * 20))


def test_bad_input() -> None:
    with pytest.raises(ParameterError, match="at most 20"):
        shapley_value(range(21), len)
    with pytest.raises(ParameterError, match="once"):
        shapley_value([1, 1], len)
    with pytest.raises(UnknownNameError):
        myerson_value(["a", "b"], [("a", "c")], len)
    with pytest.raises(ParameterError, match="join two"):
        myerson_value(["a", "b"], [("a", "a")], len)
    for count in (0, 1.5):
        with pytest.raises(ParameterError, match="whole number"):
            apex_game(count)  # type: ignore[arg-type]
