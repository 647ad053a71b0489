"""``alliance sweep``: where it is computed and where it is kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from interfaces.commands import PROJECT, alliance

TRIAL = """\
name = "trial"
scenario = "world.toml"
replicates = 10
measures = ["small_value", "big_value", "surplus"]
[factors]
"small.cash" = [4, 8]
"""
SWEEP = ("sweep", "trial.toml", "--executor", "threads", "--jobs", "1")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "world.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "trial.toml").write_text(TRIAL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_sweep_kept_under_a_url_is_compared_from_there(here: Path) -> None:
    url = f"memory://{uuid4().hex}/trial"
    swept = json.loads(alliance(*SWEEP, "--out", url, "--json").stdout)
    assert (swept["folder"], swept["computed"]) == (url, 40)
    assert json.loads(alliance(*SWEEP, "--out", url, "--json").stdout)["reused"] == 40
    assert url in alliance(*SWEEP, "--out", url, "--dry-run").stdout
    alliance(*SWEEP, "--out", here.joinpath("kept").as_uri())
    assert alliance("compare", url, "--json").stdout == alliance("compare", "kept", "--json").stdout
    assert alliance("report", url).stdout == f"{url}/report.html\n"
    assert "got no manifest.json" in alliance("compare", "memory://nowhere", code=1).stderr
    assert "is a file" in alliance(*SWEEP, "--out", "world.toml", code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--scheduler", "tcp://x:1"), 2, "--scheduler goes with --executor dask"),
        (("--cluster", "world.toml"), 2, "--cluster goes with --executor dask"),
        (("--executor", "dask", "--scheduler", "tcp://x:1", "--cluster", "world.toml"), 2, "give one of them"),
        (("--executor", "dask", "--scheduler", "tcp://x:1", "--dry-run"), 2, "leave out --scheduler"),
        (("--executor", "dask", "--cluster", "world.toml"), 1, "world.toml:1: name: unknown key"),
        (("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9"), 1, "Start one with 'dask scheduler'"),
        (("--out", "nowhere://x"), 1, "nowhere://x must be a path or URL that fsspec can open"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], code: int, says: str) -> None:
    assert says in alliance("sweep", "trial.toml", *arguments, code=code).stderr


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    shown = alliance("sweep", "trial.toml", "--executor", "dask", code=1).stderr
    assert "pip install 'alliance-simulator[cluster]'" in shown
    assert len([line for line in shown.splitlines() if "dask" in line]) == 1
