"""Estimates of time and disk against sweeps that are really run, with a driver whose time is known."""

import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import ParameterError
from simulator.sweeps.estimate import Timed, _total, estimate
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import plan
from simulator.sweeps.runner import run_sweep

DELAY = 0.02


@pytest.mark.parametrize(("executor", "jobs"), [("threads", 1), ("threads", 2), ("processes", 2)])
def test_the_time_is_that_of_a_sweep(tmp_path, executor, jobs):
    """The fake driver sleeps for each block of a cell, so it does not matter how busy the machine is."""
    experiment = small_experiment(factors=(Factor("small.cash", tuple(range(40))),))
    driver = FakeDriver(DELAY)
    found = estimate(plan(experiment, 7), jobs=jobs, executor=executor, driver=driver)
    began = time.perf_counter()
    run_sweep(experiment, tmp_path, jobs=jobs, executor=executor, driver=driver, chunk_runs=7)
    seconds = time.perf_counter() - began
    assert found.seconds.low < found.seconds.expected < found.seconds.high
    assert found.seconds.expected - found.starting >= 120 * DELAY / jobs
    assert found.seconds.low / 2 < seconds < 2 * found.seconds.high
    assert (found.executor, found.jobs, found.cells, found.failed) == (executor, jobs, 24, 0)


@pytest.mark.parametrize("replicates", [20, 3000])
def test_the_disk_is_that_of_a_sweep(tmp_path, replicates):
    experiment = small_experiment(replicates=replicates)
    found = estimate(plan(experiment), jobs=1, executor="threads", driver=FakeDriver())
    run_sweep(experiment, tmp_path, jobs=1, driver=FakeDriver())
    size = sum(path.stat().st_size for path in (tmp_path / "runs").iterdir())
    assert found.size.expected == pytest.approx(size, rel=0.3)
    assert found.size.low <= found.size.expected <= found.size.high


def test_it_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    estimate(plan(small_experiment()), jobs=1, executor="threads", driver=FakeDriver())
    assert list(Path(tmp_path).iterdir()) == []


def test_cells_that_fail_are_said():
    found = estimate(plan(small_experiment()), jobs=1, executor="threads", driver=FakeDriver(refuses_cash=6))
    assert (found.failed, found.cells) == (6, 18)
    assert found.error == "this cash cannot be prepared"
    everything = small_experiment(replicates=1, factors=(), contracts=("share",))
    assert estimate(plan(everything), jobs=1, executor="threads", driver=FakeDriver()).cells == 1


@given(st.lists(st.floats(0, 100), min_size=2, max_size=20), st.integers(0, 1000))
def test_a_total_is_the_mean_times_all_and_exact_where_all_are_known(values, more):
    expected, low, high = _total(values, len(values) + more)
    assert expected == pytest.approx(np.mean(values) * (len(values) + more))
    assert 0.0 <= low <= expected * (1 + 1e-12)
    assert expected <= high * (1 + 1e-12)
    if more == 0:
        assert expected == pytest.approx(sum(values))
        assert low == high == expected


def test_a_sampled_cell_hands_back_what_a_part_needs():
    assert {"seconds", "fixed", "history", "outcomes", "error"} <= set(Timed.__slots__)


def test_a_history_without_end_is_not_tried():
    months = Factor("horizon.months", (10, 100_000))
    endless = small_experiment(factors=(Factor("small.count", (1, 1_000_000)), months))
    with pytest.raises(ParameterError, match=r"at most 2e\+08 firm-months; got small.count = 1000000"):
        estimate(plan(endless), jobs=1, driver=FakeDriver())
