"""Sweeps kept where fsspec reaches: in memory, under a URL of this machine, and in a file system of folders."""

import json
import threading
from uuid import uuid4

import fsspec
import pandas as pd
import pytest
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import ParameterError, StoreError
from simulator.sweeps.compare import compare
from simulator.sweeps.factors import Factor
from simulator.sweeps.folder import Remote, folder_at
from simulator.sweeps.provenance import read_manifest
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

RUNS = 126


def sweep(folder, experiment=None, **options):
    settings = {"driver": FakeDriver(), "jobs": 1, "chunk_runs": 7} | options
    return run_sweep(experiment or small_experiment(), folder, **settings)


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "runs").iterdir()}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference") / "sweep"
    sweep(folder)
    return folder


@pytest.fixture(params=["memory", "file", "dir"])
def place(request, tmp_path):
    """A folder that is not there yet."""
    if request.param == "memory":
        return folder_at(f"memory://{uuid4().hex}/sweep")
    if request.param == "file":
        return folder_at((tmp_path / "sweep").as_uri())
    return Remote(DirFileSystem(str(tmp_path), LocalFileSystem()), "sweep", "dir://sweep")


def test_the_same_bytes_wherever_they_are_kept(place, reference):
    result = sweep(place)
    assert (result.runs, result.computed_runs, result.folder) == (RUNS, RUNS, place)
    assert contents(place) == contents(reference)
    assert (place / "summary.csv").read_bytes() == (reference / "summary.csv").read_bytes()
    assert {each.name for each in place.iterdir()} - {".lock"} == {"manifest.json", "runs", "summary.csv"}
    assert read_manifest(place)["status"] == "finished"
    pd.testing.assert_frame_equal(load(place), load(reference))
    mine, theirs = (compare(each, resamples=100).rows for each in (place, reference))
    assert mine == theirs


def test_a_url_is_a_folder_for_whoever_reads(reference):
    url = f"memory://{uuid4().hex}/sweep"
    sweep(url)
    pd.testing.assert_frame_equal(load(url), load(reference))
    assert compare(url, resamples=100).rows == compare(str(reference), resamples=100).rows
    assert read_manifest(url)["runs"] == RUNS


def test_what_is_there_is_not_computed_again_and_what_is_damaged_is(place, reference):
    sweep(place)
    parts = sorted((place / "runs").iterdir(), key=str)
    whole = parts[4].read_bytes()
    parts[2].unlink()
    with (
        fsspec.open(f"file://{parts[4]}", "wb")
        if not isinstance(place, Remote)
        else place.system.open(parts[4].path, "wb") as handle
    ):
        handle.write(whole[:-100])
    result = sweep(place)
    assert result.damaged == (parts[4].name,)
    assert result.computed_runs == 14
    assert contents(place) == contents(reference)
    assert (place / "damaged" / parts[4].name).read_bytes() == whole[:-100]
    assert sweep(place).computed_runs == 0


def test_a_changed_experiment_keeps_what_still_holds(place, reference):
    sweep(place)
    fewer = small_experiment(factors=(Factor("small.cash", (3, 6)), Factor("lead", ("small", "big"))))
    result = sweep(place, fewer)
    assert result.superseded > 0
    assert len(contents(place)) == result.chunks
    assert len(list((place / "superseded").iterdir())) == result.superseded
    assert sweep(place).computed_runs == 0
    assert contents(place) == contents(reference)
    with pytest.raises(StoreError, match="must belong to the experiment 'other'"):
        sweep(place, small_experiment("other"))
    assert sweep(place, small_experiment("other"), fresh=True).computed_runs == RUNS


def test_a_folder_that_is_no_sweep_is_refused(place):
    place.mkdir(parents=True, exist_ok=True)
    target = place / "letters.txt"
    target.write_bytes(b"dear") if not isinstance(place, Remote) else target.write_whole(b"dear")
    with pytest.raises(StoreError, match=r"got 'letters\.txt' and no manifest\.json"):
        sweep(place)
    with pytest.raises(StoreError, match=r"got no manifest\.json"):
        load(place)


def test_two_sweeps_in_a_folder_without_a_lock_do_not_spoil_it(reference, tmp_path):
    place = Remote(DirFileSystem(str(tmp_path), LocalFileSystem()), "sweep", "dir://sweep")
    failures = []

    def run():
        try:
            sweep(place, driver=FakeDriver(delay=0.01))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert contents(place) == contents(reference)


def test_worker_processes_do_not_see_the_memory_of_this_one():
    with pytest.raises(StoreError, match=r"must be written by one process.*--executor threads"):
        sweep(f"memory://{uuid4().hex}/sweep", jobs=2, executor="processes")


def test_a_url_that_cannot_be_opened_is_said(monkeypatch):
    with pytest.raises(ParameterError, match=r"nowhere://bucket must be a path or URL that fsspec can open; got"):
        folder_at("nowhere://bucket")
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    with pytest.raises(ParameterError, match=r"pip install 'alliance-simulator\[remote\]'"):
        folder_at("s3://bucket/sweep")


def test_an_error_of_the_file_system_is_one_line(monkeypatch):
    place = folder_at(f"memory://{uuid4().hex}/sweep")

    class NoCredentialsError(Exception):
        """As a library raises it that knows nothing of OSError."""

    def refuse(*_, **__):
        raise NoCredentialsError("Unable to locate\ncredentials")

    monkeypatch.setattr(place.system, "pipe_file", refuse)
    with pytest.raises(StoreError, match="got NoCredentialsError: Unable to locate credentials") as caught:
        sweep(place)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("format_", "version"), [(2, "0.9.0"), (0, None)])
def test_a_manifest_of_another_version_is_refused_and_kept(tmp_path, format_, version):
    sweep(tmp_path)
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest |= {"format": format_, "provenance": {"version": version} if version else None}
    path.write_text(json.dumps(manifest))
    writer = f"alliance-simulator {version}" if version else "another version"
    for use in (sweep, load, compare):
        with pytest.raises(StoreError, match=f"must be of format 1; got {format_}, which {writer} wrote") as caught:
            use(tmp_path)
        assert "\n" not in str(caught.value)
    assert json.loads(path.read_text()) == manifest
