import errno
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweeps.fakes import FakeDriver, small_experiment

import simulator.sweeps.provenance as files
from simulator.foundation.errors import ParameterError, StoreError, UnknownNameError
from simulator.sweeps.factors import Factor
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import claimed, load

CHUNK = 20
RUNS = 126


def sweep(folder, experiment=None, **options):
    settings = {"driver": FakeDriver(), "jobs": 1, "chunk_runs": CHUNK} | options
    return run_sweep(experiment or small_experiment(), folder, **settings)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "runs").iterdir())}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference") / "sweep"
    sweep(folder)
    return folder


def test_the_table_by_another_route(reference):
    """Every row from the definition of the fake model, one at a time."""
    from simulator.foundation.draws import SHOCK, run_key, uniform

    frame = load(reference)
    assert list(frame.columns) == [
        "run", "contract", "lead", "small.cash", "replicate", "seed",
        "small_value", "big_value", "surplus", "months", "error",
    ]  # fmt: skip
    assert frame["run"].tolist() == list(range(RUNS))
    terms = {"share": (0.3, 0.0), "share and fee": (0.4, 2.0), "nothing signed": (0.0, 0.0)}
    rows = iter(frame.itertuples(index=False))
    for lead in ("small", "big"):
        for cash in (3, 6, 12):
            for contract, (share, fee) in terms.items():
                for replicate in range(7):
                    luck = uniform(np.uint64(run_key(0, replicate)), 0, 0, SHOCK)
                    row = next(rows)
                    assert row[1:6] == (contract, lead, cash, replicate, 0)
                    assert row[6:9] == pytest.approx((cash * luck + share, luck**2 + fee, sum(row[6:8])), rel=1e-15)
                    assert (np.isnan(row[9]) and luck < 0.5) or row[9] == 12.0 * luck
                    assert pd.isna(row[10])


def test_result_and_manifest(reference, tmp_path):
    done = []
    result = sweep(tmp_path / "new" / "sweep", progress=lambda *counts: done.append(counts))
    assert (result.runs, result.failed, result.reused_runs, result.computed_runs) == (RUNS, 0, 0, RUNS)
    assert done == [(min(14 * chunk, RUNS), RUNS) for chunk in range(10)]
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert manifest["status"] == "finished"
    assert manifest["experiment"]["factors"] == {"small.cash": [3, 6, 12], "lead": ["small", "big"]}
    assert "Scenario(name='pair'" in manifest["scenario"]["text"]
    assert [entry["part"] for entry in manifest["plan"]] == sorted(contents(result.folder))
    assert sum(entry["runs"] for entry in manifest["plan"]) == manifest["runs"] == RUNS
    assert len(manifest["sessions"]) == 1
    assert manifest["provenance"]["libraries"]["numpy"] == np.__version__
    assert not list(result.folder.rglob("*.tmp"))


@pytest.mark.parametrize(("executor", "jobs"), [("threads", 1), ("threads", 3), ("processes", 1), ("processes", 2)])
def test_the_same_bytes_whoever_computes_them(reference, tmp_path, executor, jobs):
    result = sweep(tmp_path, executor=executor, jobs=jobs)
    assert contents(tmp_path) == contents(reference)
    assert (tmp_path / "summary.csv").read_bytes() == (reference / "summary.csv").read_bytes()
    assert result.computed_runs == RUNS


@settings(max_examples=15, deadline=None)
@given(chunk=st.integers(1, 200), backwards=st.booleans())
def test_neither_chunks_nor_the_order_of_factors_change_the_table(reference, tmp_path_factory, chunk, backwards):
    experiment = small_experiment()
    factors = experiment.factors[::-1] if backwards else experiment.factors
    folder = tmp_path_factory.mktemp("law")
    sweep(folder, small_experiment(factors=factors), chunk_runs=chunk)
    pd.testing.assert_frame_equal(load(folder), load(reference), check_exact=True)
    assert (folder / "summary.csv").read_bytes() == (reference / "summary.csv").read_bytes()


def test_what_is_there_is_not_computed_again(reference, tmp_path):
    sweep(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir()}
    manifest = (tmp_path / "manifest.json").read_text()
    again = sweep(tmp_path, driver=FakeDriver(fails_at=3))
    assert (again.reused_runs, again.computed_runs, again.failed) == (RUNS, 0, 0)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir()}
    assert (tmp_path / "manifest.json").read_text() == manifest
    fresh = sweep(tmp_path, fresh=True)
    assert (fresh.reused_runs, fresh.computed_runs) == (0, RUNS)
    assert contents(tmp_path) == contents(reference)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def shorten(path):
    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)


@pytest.mark.parametrize("damage", [truncate, flip, shorten, lambda path: path.write_bytes(b"")])
def test_a_damaged_part_is_set_aside_and_computed_again(reference, tmp_path, damage):
    sweep(tmp_path)
    victim = sorted((tmp_path / "runs").iterdir())[4]
    damage(victim)
    if damage is not shorten:
        with pytest.raises(StoreError, match="part-00004"):
            load(tmp_path)
    result = sweep(tmp_path)
    assert result.damaged == (victim.name,)
    assert (tmp_path / "damaged" / victim.name).exists()
    assert result.computed_runs == 14
    assert contents(tmp_path) == contents(reference)


def test_strays_of_a_crash_are_removed(reference, tmp_path):
    sweep(tmp_path)
    (tmp_path / "runs" / ".part-00000-x.parquet.99.tmp").write_bytes(b"half")
    (tmp_path / ".manifest.json.99.tmp").write_bytes(b"{")
    sweep(tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))
    assert contents(tmp_path) == contents(reference)


def test_a_changed_experiment_keeps_what_still_holds(tmp_path):
    lead, cash = Factor("lead", ("small", "big")), Factor("small.cash", (3, 6, 12, 24))
    sweep(tmp_path)
    result = sweep(tmp_path, small_experiment(factors=(lead, cash)))
    assert result.reused_runs == 14 * 4
    assert result.superseded == 5
    assert len(list((tmp_path / "superseded").iterdir())) == 5
    sweep(tmp_path / "other", small_experiment(factors=(lead, cash)))
    assert contents(tmp_path) == contents(tmp_path / "other")
    back = sweep(tmp_path)
    assert (back.reused_runs, back.computed_runs) == (RUNS, 0)


def test_a_folder_of_another_experiment_is_refused(reference, tmp_path):
    sweep(tmp_path)
    with pytest.raises(StoreError, match=r"must belong to the experiment 'other'; got the sweep of 'small'.*--fresh"):
        sweep(tmp_path, small_experiment("other"))
    assert contents(tmp_path) == contents(reference)
    assert sweep(tmp_path, small_experiment("other"), fresh=True).computed_runs == RUNS


def test_a_folder_that_is_no_sweep_is_refused(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    for fresh in (False, True):
        with pytest.raises(StoreError, match=r"got 'letters.txt' and no manifest.json"):
            sweep(tmp_path, fresh=fresh)
    with pytest.raises(StoreError, match="must be a folder; got a file"):
        sweep(tmp_path / "letters.txt")
    with pytest.raises(StoreError, match="got no manifest"):
        load(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_damaged_manifest_is_named(tmp_path):
    sweep(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match=r"manifest.json must be a sweep's manifest"):
        sweep(tmp_path)
    assert sweep(tmp_path, fresh=True).computed_runs == RUNS


def test_a_sweep_killed_before_its_manifest_is_begun_again(tmp_path):
    with claimed(tmp_path, "small"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "runs"}
    assert sweep(tmp_path).computed_runs == RUNS


def test_one_writer_at_a_time(tmp_path):
    with claimed(tmp_path, "small"), pytest.raises(StoreError, match=f"still writing it \\(process {os.getpid()}\\)"):
        sweep(tmp_path)
    assert sweep(tmp_path).computed_runs == RUNS


@pytest.mark.parametrize("executor", ["processes", "threads"])
def test_disk_full_keeps_what_is_computed(reference, tmp_path, monkeypatch, executor):
    written = []

    def full(handle, content, write=files._write_bytes):
        if len(written) == 5:
            handle.write(content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        write(handle, content)
        written.append(content)

    monkeypatch.setattr(files, "_write_bytes", full)
    with pytest.raises(StoreError, match=r"No space left on device\. Free some space") as caught:
        sweep(tmp_path, executor=executor)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.rglob("*.tmp"))
    kept = contents(tmp_path)
    assert kept.items() <= contents(reference).items()
    assert len(kept) == 4
    monkeypatch.undo()
    assert len(load(tmp_path)) == 56
    result = sweep(tmp_path)
    assert result.reused_runs == 56
    assert contents(tmp_path) == contents(reference)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        sweep(tmp_path / "sweep")
    tmp_path.chmod(0o700)


def test_a_folder_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="must be possible to write; got"):
        sweep(tmp_path / "file" / "sweep")


def test_a_failing_run_is_recorded_and_the_rest_goes_on(reference, tmp_path):
    result = sweep(tmp_path, driver=FakeDriver(fails_at=3))
    assert result.failed == 18
    assert result.failures == (("ZeroDivisionError: by hand", 18),)
    frame, whole = load(tmp_path), load(reference)
    bad = frame["replicate"] == 3
    assert (frame.loc[bad, "error"] == "ZeroDivisionError: by hand").all()
    assert frame.loc[bad, ["small_value", "big_value", "surplus", "months"]].isna().all().all()
    pd.testing.assert_frame_equal(frame[~bad], whole[~bad], check_exact=True)
    assert (result.summary["failed"] == 1).all()


def test_a_cell_that_cannot_be_prepared_is_recorded(tmp_path):
    result = sweep(tmp_path, driver=FakeDriver(refuses_cash=6.0))
    assert result.failures == (("this cash cannot be prepared", 42),)
    frame = load(tmp_path)
    assert (frame["error"].notna() == (frame["small.cash"] == 6)).all()
    assert sweep(tmp_path).reused_runs == RUNS


def test_a_combination_that_cannot_be_built_is_recorded(tmp_path):
    factors = (Factor("venture.shock.low", (0.0, 2.0)), Factor("venture.shock.high", (1.0, 3.0)))
    shock = (Factor("venture.shock", ("uniform", "none")),)
    result = sweep(tmp_path, small_experiment(factors=factors + shock))
    frame = load(tmp_path)
    wrong = (frame["venture.shock.low"] == 2.0) & (frame["venture.shock.high"] == 1.0)
    assert (frame["error"].notna() == (wrong & (frame["venture.shock"] == "uniform"))).all()
    assert result.failed == 21


def test_a_measure_that_is_not_finite_fails_its_run_only(tmp_path):
    result = sweep(tmp_path, driver=FakeDriver(infinite_at=2))
    frame = load(tmp_path)
    assert (frame["error"].notna() == (frame["replicate"] == 2)).all()
    assert result.failures == (("small_value must be a finite number; got inf.", 18),)
    assert frame.loc[frame["replicate"] == 2, "months"].isna().all()
    assert frame.loc[frame["replicate"] != 2, "months"].isna().any()


def test_factor_columns_have_the_type_of_their_values(tmp_path):
    factors = (
        Factor("small.cash", (1, 2.5)),
        Factor("big.slots", (1, 2)),
        Factor("market.entry", (True, False)),
        Factor("commitment.levels", (3, [0, 0.5, 1], "continuous")),
    )
    sweep(tmp_path, small_experiment(factors=factors, replicates=1))
    frame = load(tmp_path)
    kinds = {path: frame[path].dtype.kind for path in ("small.cash", "big.slots", "market.entry")}
    assert kinds == {"small.cash": "f", "big.slots": "i", "market.entry": "b"}
    assert list(frame["commitment.levels"].unique()) == ["3", "[0.0, 0.5, 1.0]", "continuous"]
    assert list(load(tmp_path, ["small.cash", "surplus"]).columns) == ["small.cash", "surplus"]
    with pytest.raises(UnknownNameError, match="Did you mean 'surplus'"):
        load(tmp_path, ["surplis"])


def test_the_summary_by_another_route(reference, tmp_path):
    frame = load(reference)
    table = pd.read_csv(reference / "summary.csv")
    grouped = frame.groupby(["contract", "lead", "small.cash"], sort=False)["months"].agg(["count", "mean", "sem"])
    mine = table[table["measure"] == "months"].set_index(["contract", "lead", "small.cash"]).loc[grouped.index]
    assert (mine["count"] == grouped["count"]).all()
    np.testing.assert_allclose(mine["mean"], grouped["mean"], rtol=1e-9)
    np.testing.assert_allclose(mine["standard_error"], grouped["sem"], rtol=1e-9)

    many = small_experiment(factors=(Factor("small.cash", tuple(range(60))),))
    result = sweep(tmp_path, many)
    assert list(result.summary.columns) == ["contract", "measure", "count", "mean", "standard_error", "failed"]
    runs = load(tmp_path)
    clusters = runs[runs["contract"] == "share"].groupby("replicate")["surplus"].mean()
    row = result.summary[(result.summary["contract"] == "share") & (result.summary["measure"] == "surplus")].iloc[0]
    assert row["count"] == 420
    assert row["mean"] == pytest.approx(clusters.mean(), rel=1e-12)
    assert row["standard_error"] == pytest.approx(clusters.sem(), rel=1e-12)


def test_a_wrong_option_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match=r"Unknown executor 'thread'\. Did you mean 'threads'"):
        sweep(tmp_path / "a", executor="thread")
    with pytest.raises(ParameterError, match="jobs must be at least 1; got 0"):
        sweep(tmp_path / "a", jobs=0)
    with pytest.raises(UnknownNameError, match="Unknown measure 'surplis'"):
        sweep(tmp_path / "a", small_experiment(measures=("surplis",)))
    assert not (tmp_path / "a").exists()


def test_results_do_not_depend_on_the_working_folder(tmp_path, monkeypatch, reference):
    monkeypatch.chdir(tmp_path)
    sweep(Path("here"), executor="processes", jobs=2)
    assert contents(tmp_path / "here") == contents(reference)
