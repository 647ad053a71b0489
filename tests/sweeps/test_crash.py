"""Real processes, really killed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from sweeps import sweep_forks
from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import StoreError
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

RUNS = 126
PATIENCE = 60.0

posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


def start(folder, jobs, executor, delay):
    """Start a sweep as a process group of its own, as a shell does."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    return subprocess.Popen(
        [sys.executable, "-m", "sweeps.sweep_program", str(folder), str(jobs), executor, str(delay)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def wait_for_progress(process, chunks):
    for _ in range(chunks + 1):
        assert process.stdout.readline(), process.stderr.read()


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "runs").iterdir()) if path.suffix == ".parquet"}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    run_sweep(small_experiment(), folder, jobs=1, chunk_runs=7, driver=FakeDriver())
    return contents(folder)


@posix
@pytest.mark.slow
@pytest.mark.parametrize(("executor", "jobs"), [("processes", 2), ("threads", 2)])
def test_kill_at_any_moment_loses_and_doubles_nothing(tmp_path, reference, executor, jobs):
    moment = random.Random(20260101)
    before = 0
    for chunks in (1, 2, 0):
        process = start(tmp_path, jobs, executor, 0.3)
        wait_for_progress(process, chunks)
        time.sleep(moment.uniform(0.0, 0.25))
        process.kill()
        process.communicate(timeout=PATIENCE)
        kept = contents(tmp_path)
        assert kept.items() <= reference.items()
        assert len(kept) >= before + chunks
        assert len(load(tmp_path)) >= 7 * len(kept)
        before = len(kept)
    assert before < len(reference)
    result = run_sweep(small_experiment(), tmp_path, jobs=1, chunk_runs=7, driver=FakeDriver())
    assert result.reused_runs >= 7 * before
    assert contents(tmp_path) == reference
    assert load(tmp_path)["run"].tolist() == list(range(RUNS))
    assert not list(tmp_path.rglob("*.tmp"))
    statuses = [session["status"] for session in json.loads((tmp_path / "manifest.json").read_text())["sessions"]]
    assert statuses == ["killed", "killed", "killed", "finished"]


@posix
@pytest.mark.slow
def test_twenty_kills_lose_and_double_nothing(tmp_path):
    """Ten at any moment from the beginning on, ten at any moment after the first new part."""
    whole, folder = tmp_path / "whole", tmp_path / "sweep"
    sweep_forks.sweep(whole)
    expected = contents(whole)
    moment = random.Random(20260102)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    command = [sys.executable, "-m", "sweeps.sweep_forks", str(folder)]
    kept = 0
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment
    ) as program:
        for kill in range(20):
            program.stdin.write(f"{kill % 2} {moment.uniform(0.0, 0.2)}\n")
            assert program.stdout.readline() == "killed\n"
            if (folder / "runs").exists():
                found = contents(folder)
                assert found.items() <= expected.items()
                assert len(found) >= kept
                kept = len(found)
        program.stdin.close()
    assert 10 <= kept < len(expected)
    result = sweep_forks.sweep(folder)
    assert result.chunks * sweep_forks.CHUNK - result.computed_runs >= kept
    assert result.damaged == ()
    assert contents(folder) == expected
    assert (folder / "summary.csv").read_bytes() == (whole / "summary.csv").read_bytes()
    assert load(folder)["run"].tolist() == list(range(result.runs))
    assert not list(folder.rglob("*.tmp"))


@posix
def test_a_file_that_may_not_grow_is_said_and_survived(tmp_path, reference):
    """The system itself refuses to write, as on a full disk or over a quota."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def shrink(done, total):
        if done >= 35:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))

    try:
        with pytest.raises(StoreError, match=r"File too large\. Free some space") as caught:
            run_sweep(small_experiment(), tmp_path, jobs=1, chunk_runs=7, driver=FakeDriver(), progress=shrink)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "\n" not in str(caught.value)
    assert len(contents(tmp_path)) == 5
    assert not list(tmp_path.rglob("*.tmp"))
    result = run_sweep(small_experiment(), tmp_path, jobs=1, chunk_runs=7, driver=FakeDriver())
    assert result.reused_runs == 35
    assert contents(tmp_path) == reference


@posix
@pytest.mark.parametrize("executor", ["processes", "threads"])
def test_a_disk_that_is_really_full(tmp_path, reference, executor):
    """A file system of 64 kB in memory, made larger afterwards; needs the right to mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(options):
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(disk)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    if shutil.which("mount") is None or not mount("size=64k"):
        pytest.skip("no file system can be mounted here")
    try:
        with pytest.raises(StoreError, match=r"No space left on device\. Free some space"):
            run_sweep(small_experiment(), disk / "sweep", jobs=2, executor=executor, chunk_runs=7, driver=FakeDriver())
        kept = contents(disk / "sweep")
        assert 0 < len(kept) < len(reference)
        assert kept.items() <= reference.items()
        assert mount("remount,size=10m")
        result = run_sweep(small_experiment(), disk / "sweep", jobs=1, chunk_runs=7, driver=FakeDriver())
        assert result.reused_runs == 7 * len(kept)
        assert contents(disk / "sweep") == reference
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@posix
@pytest.mark.parametrize("executor", ["processes", "threads", pytest.param("dask", marks=pytest.mark.slow)])
def test_ctrl_c_keeps_what_is_done(tmp_path, reference, executor):
    process = start(tmp_path, 2, executor, 0.1)
    wait_for_progress(process, 1)
    os.killpg(process.pid, signal.SIGINT)
    _, complaints = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert complaints == ""
    kept = contents(tmp_path)
    assert 1 <= len(kept) < len(reference)
    assert kept.items() <= reference.items()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    result = run_sweep(small_experiment(), tmp_path, jobs=1, chunk_runs=7, driver=FakeDriver())
    assert result.reused_runs == 7 * len(kept)
    assert contents(tmp_path) == reference


@posix
@pytest.mark.parametrize("executor", ["processes", pytest.param("dask", marks=pytest.mark.slow)])
def test_workers_end_with_their_parent(tmp_path, executor):
    """Workers hold the program's output open, so its end is theirs."""
    process = start(tmp_path, 2, executor, 0.1)
    wait_for_progress(process, 1)
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL
    assert len(contents(tmp_path)) < 18


@posix
def test_two_processes_do_not_share_a_folder(tmp_path, reference):
    process = start(tmp_path, 1, "threads", 0.1)
    try:
        wait_for_progress(process, 1)
        with pytest.raises(StoreError, match=f"still writing it \\(process {process.pid}\\)"):
            run_sweep(small_experiment(), tmp_path, jobs=1, chunk_runs=7, driver=FakeDriver())
        with pytest.raises(StoreError, match="still writing"):
            run_sweep(small_experiment(), tmp_path, jobs=1, chunk_runs=7, driver=FakeDriver(), fresh=True)
        _, complaints = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert (process.returncode, complaints) == (0, "")
    assert contents(tmp_path) == reference


def test_workers_that_run_other_rules_are_refused(tmp_path, monkeypatch):
    """As when the package is edited between the start of the sweep and that of its workers."""
    monkeypatch.setattr("simulator.sweeps.executors.local.source_hash", lambda: "0123456789abcdef")
    with pytest.raises(StoreError, match="must stay as it is while a sweep runs"):
        run_sweep(small_experiment(), tmp_path, jobs=2, chunk_runs=7, driver=FakeDriver())
    assert not list((tmp_path / "runs").iterdir())


class Deadly(FakeDriver):
    """A driver that no worker survives being sent."""

    def __reduce__(self):
        return os._exit, (7,)


def test_workers_that_cannot_even_start_are_given_up(tmp_path):
    with pytest.raises(StoreError, match=r"died twice on runs .*--jobs 1"):
        run_sweep(small_experiment(), tmp_path, jobs=2, chunk_runs=7, driver=Deadly())
    assert not list((tmp_path / "runs").iterdir())


def test_a_worker_that_dies_loses_only_its_own_chunk(tmp_path):
    chunks = small_experiment(replicates=14)
    with pytest.raises(StoreError, match=r"died twice on runs .*--jobs 1"):
        run_sweep(chunks, tmp_path, jobs=2, chunk_runs=7, driver=FakeDriver(dies_at=13))
    assert load(tmp_path)["replicate"].max() < 13
