"""``alliance sweep`` with sampled designs, constraints, adaptive replication, and its dry run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from interfaces.commands import PROJECT, alliance

SAMPLED = """\
name = "trial"
scenario = "world.toml"
design = { name = "sobol", points = 8 }
constraints = ["small.cash > 2 * small.burn"]
replicates = 20
measures = ["small_value", "big_value", "surplus"]
[factors]
"small.cash" = { distribution = "normal", mean = 6, deviation = 3 }
"""
ADAPTIVE = """
[replication]
measure = "surplus"
half_width = 0.05
most = 300
"""
SWEEP = ("sweep", "trial.toml", "--executor", "threads", "--jobs", "1")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "world.toml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def as_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(alliance(*arguments, "--json", code=code).stdout)


def test_a_sample_is_swept_compared_and_continued(here: Path) -> None:
    (here / "trial.toml").write_text(SAMPLED, encoding="utf-8")
    assert "OK, an experiment with 1 factor and 2 contracts" in alliance("check", "trial.toml").stdout
    first = as_json(*SWEEP)
    assert (first["runs"], first["failed"], first["rounds"], first["unreached"]) == (8 * 2 * 20, 0, 1, [])
    assert as_json(*SWEEP)["reused"] == first["runs"]
    frame = pd.read_parquet(here / "results" / "trial" / "runs")
    assert frame["point"].nunique() == 8
    assert (frame["small.cash"] > 2).all()
    by = as_json("compare", "results/trial", "--by", "point")
    assert {row["level"] for row in by["rows"]} == set(range(8))


def test_adaptive_replication_says_what_it_did_not_reach(here: Path) -> None:
    (here / "trial.toml").write_text(SAMPLED + ADAPTIVE, encoding="utf-8")
    found = as_json(*SWEEP)
    frame = pd.read_parquet(here / "results" / "trial" / "runs")
    assert found["rounds"] > 1
    assert found["runs"] == len(frame) > 8 * 2 * 20
    widest = found["unreached"][0]
    assert widest["replicates"] == 300
    assert widest["half_width"] > 0.05
    assert set(widest["factors"]) == {"small.cash"}
    said = alliance(*SWEEP).stderr
    assert f"{len(found['unreached'])} intervals of surplus wider than asked" in said
    assert "instead of +-0.05 after 300 replicates" in said


def test_a_dry_run_measures_and_warns(here: Path) -> None:
    (here / "trial.toml").write_text(SAMPLED + ADAPTIVE, encoding="utf-8")
    found = as_json(*SWEEP, "--dry-run")
    assert (found["points"], found["contracts"], found["runs"]) == (8, 2, 320)
    assert found["design"] == {"name": "sobol", "points": 8}
    assert found["factors"]["small.cash"] == {"distribution": "normal", "mean": 6.0, "deviation": 3.0}
    estimate = found["estimate"]
    assert 0 < estimate["seconds_low"] < estimate["seconds"] < estimate["seconds_high"]
    assert 0 < estimate["bytes_low"] <= estimate["bytes"] <= estimate["bytes_high"]
    assert (estimate["executor"], estimate["jobs"], estimate["failed_cells"]) == ("threads", 1, 0)
    assert "adaptive: the estimate is for the first round of 320 runs" in found["warnings"][0]
    assert "at most 4800 runs in all" in found["warnings"][0]
    shown = alliance(*SWEEP, "--dry-run")
    assert "normal: mean = 6.0, deviation = 3.0" in shown.stdout
    assert "time" in shown.stdout
    assert "disk" in shown.stdout
    assert "adaptive" in shown.stderr
    assert not (here / "results").exists()


def test_a_dry_run_warns_of_points_that_fail(here: Path) -> None:
    bounds = '"venture.shock.low" = { low = 0.1, high = 3 }\n'  # the shock ends at 1.5
    (here / "trial.toml").write_text(SAMPLED + bounds, encoding="utf-8")
    (warning, _) = as_json(*SWEEP, "--dry-run")["warnings"]
    assert "of 16 sampled cells failed, so the time of such points cannot be told: " in warning


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("points = 8", "points = 9", "trial.toml:3: design.points: must be a power of two"),
        ("small.burn", "small.brn", "trial.toml:4: constraints: Constraint"),
        ('"normal"', '"norml"', 'trial.toml:8: factors."small.cash".distribution: unknown distribution'),
        (
            "replicates = 20",
            "replicates = 1000000000000",
            "trial.toml:5: replicates: must make at most 1,000,000,000",
        ),
    ],
)
def test_mistakes_are_one_line_and_1(here: Path, was: str, becomes: str, says: str) -> None:
    (here / "trial.toml").write_text(SAMPLED.replace(was, becomes), encoding="utf-8")
    for arguments in (SWEEP, (*SWEEP, "--dry-run"), ("check", "trial.toml")):
        result = alliance(*arguments, code=1)
        assert result.stdout == ""
        assert says in result.stderr
        assert len([line for line in result.stderr.splitlines() if line]) == 1


def test_distributions_are_listed() -> None:
    assert "deviation  (0, inf), required" in alliance("list", "distributions").stdout
    assert "points  [1, 1e+06], default 256" in alliance("list", "designs").stdout
