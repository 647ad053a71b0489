"""The connections model against all networks of four and five firms, and against its propositions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError
from simulator.games.networks.connections import (
    Links,
    complete_network,
    connection_utilities,
    efficient_architecture,
    empty_network,
    is_pairwise_stable,
    star_network,
)

SHAPES = {"complete": complete_network, "star": star_network, "empty": empty_network}
decays = st.floats(0.05, 0.95)
costs = st.floats(0.0, 2.0)


def networks(firms: int) -> Iterator[Links]:
    pairs = list(itertools.combinations(range(firms), 2))
    for chosen in itertools.product((False, True), repeat=len(pairs)):
        links = np.zeros((firms, firms), dtype=np.bool_)
        for (i, j), linked in zip(pairs, chosen, strict=True):
            links[i, j] = links[j, i] = linked
        yield links


def utilities(links: Links, decay: float, cost: float) -> list[float]:
    graph = nx.from_numpy_array(links)
    steps = dict(nx.all_pairs_shortest_path_length(graph))
    return [
        sum(decay**away for other, away in steps[firm].items() if other != firm) - cost * graph.degree(firm)
        for firm in graph
    ]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 7), st.data(), decays, costs)
def test_utilities_by_networkx(firms: int, data: st.DataObject, decay: float, cost: float) -> None:
    drawn = data.draw(st.lists(st.booleans(), min_size=firms**2, max_size=firms**2))
    links = np.triu(np.array(drawn).reshape(firms, firms), 1)
    links = links | links.T
    assert connection_utilities(links, decay, cost).tolist() == pytest.approx(utilities(links, decay, cost))


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 4), decays, costs)
def test_no_network_is_better_than_the_efficient_one(firms: int, decay: float, cost: float) -> None:
    best = max(float(connection_utilities(links, decay, cost).sum()) for links in networks(firms))
    chosen = SHAPES[efficient_architecture(firms, decay, cost)](firms)
    assert float(connection_utilities(chosen, decay, cost).sum()) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize(("decay", "cost"), [(0.6, 0.1), (0.6, 0.5), (0.6, 1.0), (0.3, 0.25), (0.8, 2.1)])
def test_efficiency_among_all_networks_of_five(decay: float, cost: float) -> None:
    best = max(float(connection_utilities(links, decay, cost).sum()) for links in networks(5))
    chosen = SHAPES[efficient_architecture(5, decay, cost)](5)
    assert float(connection_utilities(chosen, decay, cost).sum()) == pytest.approx(best)


@settings(deadline=None)
@given(st.integers(3, 8), decays, costs)
def test_stability_of_the_three_shapes(firms: int, decay: float, cost: float) -> None:
    assume(min(abs(cost - decay), abs(cost - decay + decay**2)) > 1e-9)
    assert is_pairwise_stable(complete_network(firms), decay, cost) == (cost < decay - decay**2)
    assert is_pairwise_stable(star_network(firms), decay, cost) == (decay - decay**2 < cost < decay)
    assert is_pairwise_stable(empty_network(firms), decay, cost) == (cost > decay)


@settings(deadline=None, max_examples=20)
@given(decays, costs)
def test_stability_by_definition_in_all_networks_of_four(decay: float, cost: float) -> None:
    assume(cost > 1e-6)
    for links in networks(4):
        now, stable = utilities(links, decay, cost), True
        for i, j in itertools.combinations(range(4), 2):
            changed = links.copy()
            changed[i, j] = changed[j, i] = not links[i, j]
            then = utilities(changed, decay, cost)
            gains = then[i] - now[i], then[j] - now[j]
            if links[i, j]:
                stable &= max(gains) <= 1e-12
            else:
                stable &= not (max(gains) > 1e-12 and min(gains) >= -1e-12)
        assert is_pairwise_stable(links, decay, cost) == stable


def test_ties_go_to_fewer_links() -> None:
    assert efficient_architecture(4, 0.6, 0.6 - 0.36) == "star"
    assert efficient_architecture(4, 0.5, 0.5 + 0.25) == "empty"
    assert efficient_architecture(1, 0.5, 0.0) == "empty"
    # at c = delta a link to a stranger is worth its cost exactly
    assert is_pairwise_stable(empty_network(5), 0.3, 0.3)
    assert is_pairwise_stable(star_network(5), 0.3, 0.3)


def test_bad_input() -> None:
    for links in ([[0, 1]], [[0, 2], [2, 0]], [[0, 1], [0, 0]], [[1]], []):
        with pytest.raises(ParameterError, match="must be"):
            connection_utilities(links, 0.5, 0.1)
    for decay, cost in ((0.0, 0.1), (1.0, 0.1), (0.5, -0.1), (0.5, np.nan), (np.nan, 0.1)):
        with pytest.raises(ParameterError, match="must be"):
            efficient_architecture(3, decay, cost)
    for firms in (0, 1.5, True):
        with pytest.raises(ParameterError, match="whole number"):
            star_network(firms)  # type: ignore[arg-type]
