"""Complete sets of extreme equilibria of sourced games, their maximal Nash subsets and components."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame

GAMES = json.loads((Path(__file__).parent / "games.json").read_text(encoding="utf-8"))
PROBABILITY_TOLERANCE = 1e-12


def _floats(rows: list[list[Any]]) -> list[list[float]]:
    return [[float(Fraction(value)) for value in row] for row in rows]


@pytest.mark.parametrize("entry", GAMES, ids=[entry["name"] for entry in GAMES])
@pytest.mark.parametrize("scale", [1.0, 1e-7, 3e8])
def test_complete_set_is_the_published_one(entry: dict[str, Any], scale: float) -> None:
    game = NormalFormGame(scale * np.array(_floats(entry["small"])), scale * np.array(_floats(entry["big"])))
    result = all_equilibria(game)
    assert result.complete

    published = [tuple(value for action in _floats(pair) for value in action) for pair in entry["extreme_equilibria"]]
    order = sorted(range(len(published)), key=lambda k: published[k])
    found = [e.small + e.big for e in result.equilibria]
    assert len(found) == len(published)
    np.testing.assert_allclose(found, [published[k] for k in order], atol=PROBABILITY_TOLERANCE)

    place = {k: position for position, k in enumerate(order)}
    subsets = sorted(tuple(sorted(place[k] for k in subset)) for subset in entry["maximal_nash_subsets"])
    assert list(result.maximal_nash_subsets()) == subsets
    assert len(result.components) == entry["components"]
    assert sorted(k for component in result.components for k in component) == list(range(len(found)))
    for subset in subsets:
        assert any(set(subset) <= set(component) for component in result.components)
