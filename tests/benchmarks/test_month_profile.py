"""The profile is that of the engine's own months."""

from __future__ import annotations

import math

import pytest

from benchmarks.alliance_market import world
from benchmarks.month_profile import profile
from simulator.simulation.prepare import prepare
from simulator.simulation.state import ALLIANCE, BIG, SMALL


@pytest.mark.slow
def test_the_steps_of_a_month_make_up_its_time():
    """`profile` itself refuses months that do not end as the engine's do."""
    scenario = world(1_000)
    found = profile(prepare(scenario, scenario.contract()))
    assert list(found.shares) == ["meet", "sign", "live", "upkeep", "leave", "end", "the rest"]
    assert math.isclose(sum(found.shares.values()), 1.0)
    assert min(found.shares.values()) > -0.05
    assert found.shares["live"] > 0.2
    assert found.touched == ALLIANCE.itemsize + SMALL.itemsize + BIG.itemsize
    assert math.isclose(found.memory, 2e9 * found.touched / found.bandwidth)
