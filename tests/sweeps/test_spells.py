"""The alliances of a sweep: what the engine tells of each run, reused, replaced and set aside with the runs."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from click.testing import CliRunner
from simulation.worlds import PLAN, RICH, SHARE

from simulator.economy.meeting import SmallWorld
from simulator.economy.scenario import Horizon, Market
from simulator.interfaces.cli.main import main
from simulator.simulation.history import history
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

EXPERIMENT = Experiment(
    "rich",
    dataclasses.replace(RICH, contracts=(SHARE, PLAN), horizon=Horizon(24)),
    replicates=6,
    seed=7,
    measures=("alliances", "small_value"),
    factors=(Factor("small.cash", (6, 15)),),
)


def alliances_of(folder):
    """Return the rows of every part, as pandas reads the folder."""
    return pd.read_parquet(folder / "alliances")


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "alliances").glob("*.parquet"))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spells")
    run_sweep(EXPERIMENT, folder, jobs=1, chunk_runs=5, alliances=True)
    return folder


def test_the_rows_of_a_run_are_those_of_its_history(folder):
    rows = alliances_of(folder)
    scenario = dataclasses.replace(EXPERIMENT.scenario, small=dataclasses.replace(RICH.small, cash=15.0))
    mine = rows[(rows["small.cash"] == 15) & (rows["contract"] == "plan") & (rows["replicate"] == 3)]
    told = history(scenario, PLAN, seed=7, replicate=3).alliances
    assert len(mine) == len(told["small"]) > 0
    assert mine["alliance"].tolist() == list(range(len(mine)))
    assert mine["signed"].tolist() == told["contract"].tolist()
    for name in ("small", "big", "start", "end", "cause", "small_value", "big_value", "small_kept", "revenue"):
        assert mine[name].tolist() == pytest.approx(told[name].tolist(), nan_ok=True)


def test_there_are_as_many_rows_as_alliances(folder):
    runs = load(folder)
    counted = alliances_of(folder).groupby("run").size().reindex(runs["run"], fill_value=0)
    assert counted.tolist() == runs["alliances"].tolist()


def test_workers_and_interruptions_change_no_byte(folder, tmp_path):
    run_sweep(EXPERIMENT, tmp_path, jobs=2, executor="threads", chunk_runs=5)
    assert not (tmp_path / "alliances").exists()
    again = run_sweep(EXPERIMENT, tmp_path, jobs=2, executor="threads", chunk_runs=5, alliances=True)
    assert again.computed_runs == 0
    lost = sorted((tmp_path / "alliances").glob("*.parquet"))
    lost[0].unlink()
    lost[1].write_bytes(lost[1].read_bytes()[:100])
    run_sweep(EXPERIMENT, tmp_path, jobs=1, chunk_runs=5, alliances=True)
    assert bytes_of(tmp_path) == bytes_of(folder)
    assert [path.name for path in (tmp_path / "damaged" / "alliances").iterdir()] == [lost[1].name]


def test_alliances_of_an_earlier_experiment_are_set_aside(folder, tmp_path):
    run_sweep(EXPERIMENT, tmp_path, jobs=1, chunk_runs=5, alliances=True)
    before = set(bytes_of(tmp_path))
    changed = dataclasses.replace(EXPERIMENT, seed=8)
    run_sweep(changed, tmp_path, jobs=1, chunk_runs=5)
    assert not bytes_of(tmp_path)
    assert {path.name for path in (tmp_path / "superseded" / "alliances").iterdir()} == before


def test_a_sweep_killed_before_its_manifest_does_not_block_its_folder(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "alliances").mkdir()
    assert run_sweep(EXPERIMENT, tmp_path, jobs=1, alliances=True).failed == 0
    assert not alliances_of(tmp_path).empty


def test_the_command_keeps_them_when_asked(tmp_path):
    asked = CliRunner().invoke(main, ["sweep", "assurance", "--out", str(tmp_path), "--jobs", "1", "--alliances"])
    assert asked.exit_code == 0, asked.output
    assert 0 < alliances_of(tmp_path)["run"].nunique() <= len(load(tmp_path))


def test_failed_runs_have_no_alliances(tmp_path):
    # two SmallCos and three BigCos are too few for six neighbours each; other numbers of either fit
    ring = dataclasses.replace(EXPERIMENT.scenario, market=Market(network=SmallWorld(6)))
    factors = (Factor("small.count", (2, 7)), Factor("big.count", (3, 6)))
    broken = dataclasses.replace(EXPERIMENT, scenario=ring, factors=factors)
    result = run_sweep(broken, tmp_path, jobs=1, alliances=True)
    assert result.failed == 12
    kept = alliances_of(tmp_path)[["small.count", "big.count"]]
    assert set(kept.itertuples(index=False, name=None)) == {(2, 6), (7, 3), (7, 6)}
