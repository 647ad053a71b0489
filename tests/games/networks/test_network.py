"""Network positions against Burt's formula in matrices and against all shortest paths."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.games.networks.network import alliance_network, betweenness, constraint

Alliance = tuple[str, str, float]


@st.composite
def alliances(draw: st.DrawFn) -> list[Alliance]:
    firms = [f"f{number}" for number in range(draw(st.integers(2, 7)))]
    pairs = draw(st.lists(st.sampled_from(list(itertools.combinations(firms, 2))), min_size=1, unique=True))
    return [(one, two, draw(st.floats(0.1, 5.0))) for one, two in pairs]


def constraint_in_matrices(network: nx.Graph, firm: str) -> float:
    order = list(network)
    ties = np.zeros((len(order), len(order)))
    for one, two, data in network.edges(data=True):
        i, j = order.index(one), order.index(two)
        ties[i, j] = ties[j, i] = data["weight"]
    p = ties / ties.sum(axis=1, keepdims=True)
    place = order.index(firm)
    total = 0.0
    for j in np.flatnonzero(ties[place]).tolist():
        via = sum(p[place, q] * p[q, j] for q in range(len(order)) if q not in (place, j))
        total += (p[place, j] + via) ** 2
    return float(total)


def betweenness_by_paths(network: nx.Graph, firm: str) -> float:
    others = [each for each in network if each != firm]
    pairs = list(itertools.combinations(others, 2))
    total = 0.0
    for one, two in pairs:
        if nx.has_path(network, one, two):
            paths = list(nx.all_shortest_paths(network, one, two))
            total += sum(firm in path for path in paths) / len(paths)
    return total / len(pairs) if pairs else 0.0


@settings(deadline=None)
@given(alliances())
def test_constraint_and_betweenness(given_alliances: list[Alliance]) -> None:
    network = alliance_network(given_alliances)
    for firm in network:
        assert constraint(network, firm) == pytest.approx(constraint_in_matrices(network, firm))
        assert betweenness(network, firm) == pytest.approx(betweenness_by_paths(network, firm), abs=1e-12)


@given(alliances(), st.floats(0.1, 10.0))
def test_only_relative_strengths_matter(given_alliances: list[Alliance], scale: float) -> None:
    network = alliance_network(given_alliances)
    scaled = alliance_network([(one, two, scale * strength) for one, two, strength in given_alliances])
    for firm in network:
        assert constraint(scaled, firm) == pytest.approx(constraint(network, firm))


def test_a_broker_is_less_constrained_than_a_member_of_a_clique() -> None:
    star = alliance_network([("B", f"s{n}") for n in range(5)])
    clique = alliance_network(itertools.combinations("abcdef", 2))
    assert constraint(star, "B") == pytest.approx(1 / 5)
    assert constraint(star, "B") < constraint(clique, "a")
    assert (betweenness(star, "B"), betweenness(clique, "a")) == (1.0, 0.0)


def test_a_firm_without_partners() -> None:
    network = alliance_network([("B", "s1")], ["lonely"])
    assert math.isnan(constraint(network, "lonely"))
    assert betweenness(network, "lonely") == 0.0


@pytest.mark.parametrize(
    ("given_alliances", "match"),
    [
        ([("B",)], "join two"),
        ([("B", "B")], "join two"),
        ([("B", "s1", 0.0)], "above 0"),
        ([("B", "s1", math.nan)], "above 0"),
        ([("B", "s1"), ("s1", "B")], "once"),
    ],
)
def test_bad_alliances(given_alliances: list[tuple[object, ...]], match: str) -> None:
    with pytest.raises(ParameterError, match=match):
        alliance_network(given_alliances)


def test_unknown_firm() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'BigCo'"):
        constraint(alliance_network([("BigCo", "s1")]), "BigC")
