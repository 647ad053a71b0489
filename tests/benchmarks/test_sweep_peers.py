"""Every tool runs the same model, ours keeps what it ran, and what is not installed is said to be so."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks import sweep_cores, sweep_peers, sweep_tools
from benchmarks.sweep_peers import Cost
from benchmarks.sweep_tools import EMA, EMA_FILES, LOOP, OURS, OURS_POINTS, TOOLS
from simulator.sweeps.store import load

RUNS = 64
PEERS = [name for name in TOOLS if name not in (LOOP, OURS, OURS_POINTS)]
ON_OTHER_POINTS = "SALib sample, loop, analyze"
IN_PROCESS = [name for name in PEERS if not name.startswith("Dask cluster")]


def _peer(name: str) -> sweep_tools.Measured:
    if not TOOLS[name].installed:
        pytest.skip(f"{TOOLS[name].needs} is not installed: it is in the extra 'peers'")
    return TOOLS[name]


def test_a_history_is_what_it_is_by_hand() -> None:
    """Replicate 1 has luck (7919 mod 1009 + 0.5) / 1009 = 856.5 / 1009."""
    luck = 856.5 / 1009
    assert sweep_tools.history(2.0, 1) == pytest.approx((2.0 * luck + 0.3, luck * luck + 2.0))
    assert len(set(sweep_tools.inputs(RUNS))) == RUNS


@pytest.mark.parametrize("name", IN_PROCESS)
def test_every_peer_finds_the_outcomes_of_the_loop(name: str, tmp_path) -> None:
    tool = _peer(name).tool
    with sweep_tools.quietly():
        found = tool(RUNS, 1, tmp_path)
    assert len(found) == RUNS
    if name == ON_OTHER_POINTS:
        luck = [math.sqrt(big - 2.0) for _, big in found]
        lowest, highest = sweep_tools.LEAST, sweep_tools.MOST
        assert all(lowest * x <= small - 0.3 <= highest * x for x, (small, _) in zip(luck, found, strict=True))
    else:
        np.testing.assert_allclose(found, sweep_tools.plain_loop(RUNS, 1, tmp_path), rtol=1e-12)


@pytest.mark.parametrize("name", [OURS, OURS_POINTS])
def test_ours_keeps_the_outcomes_of_the_model_on_disk(name: str, tmp_path) -> None:
    assert len(TOOLS[name].tool(RUNS, 1, tmp_path)) == RUNS
    frame = load(tmp_path / "sweep")
    assert frame["small.cash"].nunique() == (sweep_tools.POINTS if name == OURS else RUNS)
    for row in frame.itertuples():
        start = (frame.at[row.Index, "small.cash"], row.replicate)
        assert (row.small_value, row.big_value) == pytest.approx(sweep_tools.history(*start))


def test_what_keeps_its_runs_leaves_files(tmp_path) -> None:
    for name in PEERS:
        if TOOLS[name].installed and name in IN_PROCESS:
            folder = tmp_path / name
            folder.mkdir()
            with sweep_tools.quietly():
                TOOLS[name].tool(32, 1, folder)
            assert any(path.is_file() for path in folder.rglob("*")) is TOOLS[name].keeps, name


@pytest.mark.slow
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_on_two_cores_is_timed_in_a_process_of_its_own(name: str) -> None:
    _peer(name)
    found = sweep_peers.cost(name, 2, quick=True)
    assert 0.0 <= found.run < 1.0
    assert found.start >= 0.0


def test_ours_is_timed_in_a_process_of_its_own() -> None:
    assert 0.0 < sweep_peers.cost(OURS, 1, quick=True).run < 0.01


def test_further_runs_are_told_from_the_start() -> None:
    cost = sweep_peers.of({"few": 3.0, "few_runs": 100, "many": 12.0, "many_runs": 1_000})
    assert (cost.run, cost.start) == pytest.approx((0.01, 2.0))
    assert sweep_peers.beyond(cost, Cost(0.004, 0.0), 1) == pytest.approx(6.0)
    assert sweep_peers.beyond(cost, Cost(0.004, 0.0), 2) == pytest.approx(8.0)


def test_lines_compare_with_the_cheapest_that_keeps_and_name_what_is_missing() -> None:
    found = {OURS: Cost(11e-6, 1.0), EMA: Cost(51e-6, 0.0), EMA_FILES: Cost(61e-6, 0.0)}
    lines = {line.what: line for line in sweep_peers.lines_of(found, Cost(1e-6, 0.0), 1)}
    ours = lines["one job: alliance, kept on disk"]
    assert (ours.value, ours.met) == (pytest.approx(0.01), True)
    assert lines["one job: cheapest peer that keeps its runs / ours"].value == pytest.approx(6.0)
    ratio = lines["one job: EMA workbench / ours"]
    assert (ratio.value, ratio.met) == (pytest.approx(5.0), False)
    assert lines["one job: joblib Parallel"].amount == "not installed"
    alone = {line.what: line for line in sweep_peers.lines_of({OURS: Cost(11e-6, 1.0)}, Cost(1e-6, 0.0), 2)}
    assert alone["2 jobs: EMA workbench / ours"].amount == "not installed"


@pytest.mark.slow
def test_a_killed_sweep_goes_on_where_it_was(tmp_path) -> None:
    lived = sweep_cores.killed(2_048, tmp_path / "sweep", 4)
    rest = sweep_cores.finished(2_048, tmp_path / "sweep")
    assert lived > 0.0
    assert 0 < rest.reused < 2_048
    assert rest.reused + rest.computed == 2_048 == len(load(tmp_path / "sweep"))
