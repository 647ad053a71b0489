"""Who can meet whom: the links of every network against its definition."""

from __future__ import annotations

import math
import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.economy.meeting import NETWORKS, Complete, Edges, ScaleFree, SmallWorld
from simulator.foundation.errors import ParameterError
from simulator.games.networks.meeting import meeting_links

STANDARD_ERRORS = 4.0
SLOPE_TOLERANCE = 0.05


def pairs(network, smalls, bigs, seed=0):
    """Return the ties as a set of pairs."""
    start, links = meeting_links(network, smalls, bigs, seed)
    return {(i, int(j)) for i in range(smalls) for j in links[start[i] : start[i + 1]]}


def ring_places(smalls, bigs):
    """Return the places of SmallCos and of BigCos on the ring, by the rule as documented."""
    big = [math.floor(j * (smalls + bigs) / bigs) for j in range(bigs)]
    return [place for place in range(smalls + bigs) if place not in big], big


def test_every_network_is_covered_here():
    """A new network needs a test of its own."""
    assert set(NETWORKS.values()) == {Complete, SmallWorld, ScaleFree, Edges}
    assert list(NETWORKS) == ["complete", "small_world", "scale_free", "edges"]


def test_complete_says_nothing():
    """Everybody can meet everybody, which needs no list."""
    start, links = meeting_links(Complete(), 5, 3, 0)
    assert start.shape == links.shape == (0,)
    assert start.dtype == links.dtype == np.int64


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 8), st.integers(0, 3), st.randoms(use_true_random=False))
def test_links_are_ascending_lists_of_bigcos(smalls, bigs, seed, rng):
    """Whatever the network, in the form that is promised."""
    networks = [Edges(tuple((rng.randrange(smalls), rng.randrange(bigs)) for _ in range(rng.randint(1, 20))))]
    if smalls + bigs > 2:
        networks += [SmallWorld(2, 0.5), ScaleFree(rng.randint(1, smalls + bigs - 1))]
    for network in networks:
        start, links = meeting_links(network, smalls, bigs, seed)
        assert start.dtype == links.dtype == np.int64
        assert start.shape == (smalls + 1,)
        assert (start[0], start[-1]) == (0, links.size)
        for i in range(smalls):
            own = links[start[i] : start[i + 1]].tolist()
            assert own == sorted(set(own))
            assert all(0 <= j < bigs for j in own)


def test_a_ring_without_rewiring_by_hand():
    """Eight places, BigCos on 0 and 4, two neighbours on either side: each BigCo knows the four SmallCos around it."""
    assert pairs(SmallWorld(neighbours=4, rewiring=0.0), 6, 2) == {
        (0, 0), (1, 0), (4, 0), (5, 0), (1, 1), (2, 1), (3, 1), (4, 1),
    }  # fmt: skip


@settings(deadline=None)
@given(st.integers(1, 15), st.integers(1, 15), st.integers(1, 5))
def test_without_rewiring_one_knows_who_stands_near(smalls, bigs, reach):
    """The regular ring, by the distance around it."""
    firms = smalls + bigs
    assume(2 * reach < firms)
    small, big = ring_places(smalls, bigs)
    near = {
        (i, j)
        for i, at in enumerate(small)
        for j, there in enumerate(big)
        if min((at - there) % firms, (there - at) % firms) <= reach
    }
    assert pairs(SmallWorld(2 * reach, 0.0), smalls, bigs) == near


@pytest.mark.statistical
def test_rewiring_keeps_a_tie_with_the_rest_of_the_chance():
    """Of the ties of the ring 1 - p survive; one that is rewired comes back by chance k/F times at most."""
    smalls, bigs, neighbours, rewiring = 2000, 1000, 10, 0.3
    ring = pairs(SmallWorld(neighbours, 0.0), smalls, bigs)
    rewired = pairs(SmallWorld(neighbours, rewiring), smalls, bigs, seed=5)
    kept = len(ring & rewired) / len(ring)
    error = math.sqrt(rewiring * (1 - rewiring) / len(ring))
    assert abs(kept - (1 - rewiring)) < STANDARD_ERRORS * error + neighbours / (smalls + bigs)


@pytest.mark.statistical
def test_a_ring_rewired_throughout_is_a_random_network():
    """Of F k/2 ties at random, the share between a SmallCo and a BigCo is 2 N M / (F (F - 1)); places mean nothing."""
    smalls, bigs, neighbours = 2000, 1000, 10
    firms = smalls + bigs
    ties = firms * neighbours // 2
    expected = ties * 2 * smalls * bigs / (firms * (firms - 1))
    found = len(pairs(SmallWorld(neighbours, 1.0), smalls, bigs, seed=2))
    share = expected / ties
    assert abs(found - expected) < STANDARD_ERRORS * math.sqrt(ties * share * (1 - share))


@pytest.mark.parametrize("network", [SmallWorld(6, 0.3), ScaleFree(3)])
def test_grown_networks_keep_the_ties_of_their_graph(network):
    """The same graph by networkx, its ties between the two kinds counted one by one."""
    smalls, bigs, seed = 40, 10, 7
    firms = smalls + bigs
    if isinstance(network, SmallWorld):
        graph = nx.watts_strogatz_graph(firms, 6, 0.3, seed=seed)
        others, places = ring_places(smalls, bigs)
        assert graph.number_of_edges() == firms * 3
    else:
        graph = nx.barabasi_albert_graph(firms, 3, seed=seed)
        others, places = list(range(bigs, firms)), list(range(bigs))
        assert graph.number_of_edges() == 3 * (firms - 3)
    expected = set()
    for one, other in graph.edges:
        for small, big in ((one, other), (other, one)):
            if small in others and big in places:
                expected.add((others.index(small), places.index(big)))
    assert pairs(network, smalls, bigs, seed) == expected


@pytest.mark.parametrize("links", [1, 2, 5])
def test_a_smallco_makes_its_ties_when_it_joins(links):
    """It knows as many BigCos as it makes ties, at most; the first one after the BigCos can make no other ties."""
    start, _ = meeting_links(ScaleFree(links), 500, 20, 3)
    contacts = np.diff(start)
    assert contacts.max() == contacts[0] == links
    assert contacts.min() < links


@pytest.mark.statistical
def test_bigcos_gain_ties_in_proportion_to_those_they_have():
    """Preferential attachment with one tie each: t firms have 2 (t - 1) ends, D of them with BigCos.

    So the next firm to join knows a BigCo with probability D / (2 (t - 1)), and E D grows by the factor
    1 + 1 / (2 (t - 1)), from 2 (M - 1) for M BigCos alone. What D exceeds that by are the meetings.
    """
    smalls, bigs, seeds = 300, 20, 200
    growth = math.prod(1 + 1 / (2 * (firms - 1)) for firms in range(bigs, smalls + bigs))
    found = [meeting_links(ScaleFree(1), smalls, bigs, seed)[1].size for seed in range(seeds)]
    error = np.std(found, ddof=1) / math.sqrt(seeds)
    assert abs(np.mean(found) - 2 * (bigs - 1) * (growth - 1)) < STANDARD_ERRORS * error


@pytest.mark.statistical
def test_ties_fall_with_the_square_root_of_the_time_of_joining():
    """Barabasi and Albert (1999): firm k of F has some links sqrt(F/k) ties, so four times k has half as many."""
    bigs = 400
    contacts = np.mean(
        [np.bincount(meeting_links(ScaleFree(2), 4000, bigs, seed)[1], minlength=bigs) for seed in range(20)], axis=0
    )
    slope = np.polyfit(np.log(np.arange(10, bigs) + 1.0), np.log(contacts[10:]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=SLOPE_TOLERANCE)


def test_links_depend_on_the_seed_alone():
    """Whatever the global generators have done; and they are left alone. 0 is a seed."""
    for network in (SmallWorld(4, 0.5), ScaleFree(2)):
        one = pairs(network, 30, 10, 0)
        random.seed(1)
        np.random.seed(1)
        before = random.getstate(), np.random.get_state()[2]
        assert pairs(network, 30, 10, 0) == one
        assert pairs(network, 30, 10, np.int64(0)) == one
        assert (random.getstate(), np.random.get_state()[2]) == before
        assert pairs(network, 30, 10, 1) != one


def test_ties_that_are_given_are_those():
    """In any order and given twice; a SmallCo without any has no links."""
    start, links = meeting_links(Edges(((2, 1), (0, 3), (2, 0), (2, 1))), 4, 4, 0)
    assert start.tolist() == [0, 1, 1, 3, 3]
    assert links.tolist() == [3, 0, 1]


def test_pairs_of_any_kind_become_plain_ones():
    """Scenarios are compared, hashed and printed by their content."""
    plain = Edges(((0, 1), (2, 0)))
    assert Edges([[0, 1.0], (np.int64(2), 0)]) == plain
    assert repr(Edges([[0, 1.0], (np.int64(2), 0)])) == "Edges(pairs=((0, 1), (2, 0)))"
    assert hash(plain) == hash(Edges([[0, 1], [2, 0]]))
    assert repr(SmallWorld(4.0, 0.1)) == repr(SmallWorld(4, 0.1))


@pytest.mark.parametrize("network", [SmallWorld(6, 0.1), ScaleFree(3)])
def test_a_market_of_twelve_thousand_firms(network):
    """Linear in the number of ties, so this is quick."""
    start, links = meeting_links(network, 10_000, 2_000, 0)
    assert start.shape == (10_001,)
    assert 10_000 < links.size < 20_000


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SmallWorld(3), r"SmallWorld.neighbours must be even; got 3\. Write 4"),
        (lambda: SmallWorld(2.5), r"SmallWorld.neighbours must be a whole number; got 2.5"),
        (lambda: SmallWorld(0), r"SmallWorld.neighbours must be in \[2, inf\); got 0"),
        (lambda: SmallWorld(4, 1.5), r"SmallWorld.rewiring must be in \[0, 1\]; got 1.5"),
        (lambda: ScaleFree(0), r"ScaleFree.links must be in \[1, inf\); got 0"),
        (lambda: ScaleFree(1.5), "ScaleFree.links must be a whole number; got 1.5"),
        (lambda: Edges(()), "Edges.pairs must name at least one tie"),
        (lambda: Edges(((0, -1),)), r"Edges.pairs must be pairs .* counted from 0; got \(0, -1\)"),
        (lambda: Edges((0, 1)), "Edges.pairs must be pairs .* got 0"),
        (lambda: Edges(((0, 1, 2),)), "Edges.pairs must be pairs"),
        (lambda: Edges(((0, 0.5),)), "Edges.pairs must be pairs"),
        (lambda: Edges(((0, True),)), "Edges.pairs must be pairs"),
        (lambda: Edges(((0, math.nan),)), "Edges.pairs must be pairs"),
        (lambda: Edges("ab"), "Edges.pairs must be pairs .* got 'ab'"),
        (lambda: Edges(3), "Edges.pairs must be pairs .* got 3"),
        (lambda: meeting_links(SmallWorld(8), 4, 4, 0), "neighbours must be below the number of firms; got 8 and 8"),
        (lambda: meeting_links(ScaleFree(8), 4, 4, 0), "links must be below the number of firms; got 8 and 8"),
        (lambda: meeting_links(Edges(((0, 4),)), 4, 4, 0), "got BigCo 4, and there are 4"),
        (lambda: meeting_links(Edges(((4, 0),)), 4, 4, 0), "got SmallCo 4, and there are 4"),
        (lambda: meeting_links(Edges(((0, 2**70),)), 4, 4, 0), "got BigCo 1180591620717411303424, and there are 4"),
        (lambda: meeting_links(Complete(), 0, 4, 0), "meeting_links.smalls must be a whole number of at least 1"),
        (lambda: meeting_links(ScaleFree(1), 4, 4, -1), "meeting_links.seed must be a whole number of at least 0"),
        (lambda: meeting_links(ScaleFree(1), 4, 4, 0.5), "meeting_links.seed must be a whole number of at least 0"),
    ],
)
def test_impossible_networks_are_refused(make, words):
    """One clear line each."""
    with pytest.raises(ParameterError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_all_the_ties_there_can_be():
    """One firm more than each knows: in a ring everybody knows everybody, in the other all know the star's centre."""
    assert pairs(SmallWorld(6), 4, 3) == {(i, j) for i in range(4) for j in range(3)}
    assert pairs(ScaleFree(6), 4, 3) == {(i, 0) for i in range(4)}
