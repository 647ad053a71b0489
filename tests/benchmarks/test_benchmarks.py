"""The benchmarks measure what they say: equal matrices, real sweeps, honest tables."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks import compare, games, market
from benchmarks.report import Line, Section, as_json, as_markdown, as_text, machine, rounded, write_between_markers
from benchmarks.sweep import sweep
from benchmarks.timing import in_turn, resident
from simulator.economy.world import world_of
from simulator.interfaces.files import read_scenario
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.simulation.record import ALLIANCES, SMALL_SURVIVORS, WALKED_BIG_ENDS, WALKED_SMALL_ENDS
from simulator.sweeps.compare import compare as differences
from simulator.sweeps.store import load

LINES = (
    Line("engine", 31_279_843.0, "firm-months/s", shown=True),
    Line("engine / plain", 66.4, "times", ">= 100", shown=True),
    Line("help", 0.0974, "s", "< 0.3"),
)
SECTION = Section("market", "A market", "one core", LINES)


@pytest.mark.parametrize("contract", [games.SHARED, games.BARGAINED])
@pytest.mark.parametrize("size", [5, 11])
def test_matrices_written_by_hand_are_those_of_the_package(contract, size):
    scenario = read_scenario("ham_and_egg")
    own, loop, arrays = games.builders(scenario, world_of(scenario), contract, size)
    for other in (loop(), arrays()):
        for theirs, ours in zip(other, own(), strict=True):
            np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-12)


def test_every_small_co_of_the_market_is_allied_as_long_as_it_lives():
    """So alliance-months are the months of solvent SmallCos."""
    prepared = prepare(*market.world())
    outcomes = simulate(prepared, market.SEED, np.arange(50))
    assert np.all(outcomes[:, ALLIANCES] == market.SMALLCOS)
    assert np.all(outcomes[:, [WALKED_SMALL_ENDS, WALKED_BIG_ENDS]] == 0.0)
    assert outcomes[:, SMALL_SURVIVORS].mean() < market.SMALLCOS
    assert market.firm_months(prepared, 50) < (market.SMALLCOS + market.BIGCOS) * prepared.settings.months


def test_the_sweep_is_the_real_one(tmp_path):
    told = sweep(48, tmp_path / "sweep")
    frame = load(tmp_path / "sweep")
    assert told["runs"] == len(frame) == 48
    assert frame["error"].isna().all()


def test_the_comparison_is_of_a_real_folder_whose_differences_are_known(tmp_path):
    """SmallCo gets s (1 + s) x luck - 0.3, so the difference from the baseline is in proportion to the mean luck."""
    compare.write_runs(tmp_path / "sweep", 3, 64)
    frame = load(tmp_path / "sweep")
    luck = frame.loc[frame["contract"] == "share 0.200", "big_value"].mean() / 0.8
    told = {what: compare.compared(tmp_path / "sweep", what) for what in (compare.BASELINE, compare.ALL_PAIRS)}
    assert [each["rows"] for each in told.values()] == [6, 9]
    rows = {(row.contract, row.measure): row for row in differences(tmp_path / "sweep").rows}
    assert rows["share 0.700", "small_value"].difference == pytest.approx((0.7 * 1.7 - 0.2 * 1.2) * luck)
    assert compare.watched(tmp_path / "sweep", compare.DOMINANCE).rows == 6


def test_work_takes_turns_and_the_shortest_time_counts():
    calls = []
    ticks = itertools.count()
    works = {name: (lambda name=name: calls.append(name), lambda: float(next(ticks))) for name in "abc"}
    assert in_turn(works, 3) == {"a": 1.0, "b": 1.0, "c": 1.0}
    assert "".join(calls) == "abcbcacab"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory as Linux tells it")
def test_memory_counts_children():
    hold = "import sys; block = bytearray(50_000_000); print('ready', flush=True); sys.stdin.read()"
    before = resident(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "ready\n"
        grown = resident(os.getpid()) - before
        child.communicate("")
    assert grown > 50_000_000
    deadline = time.monotonic() + 10.0
    while resident(os.getpid()) - before > 40_000_000 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert resident(os.getpid()) - before < 40_000_000


@pytest.mark.parametrize(
    ("value", "text"),
    [(31_279_843.0, "31.3 million"), (1234.5, "1,230"), (99.96, "100"), (66.4, "66.4"), (0.0974, "0.0974"), (0, "0")],
)
def test_numbers_have_three_digits(value, text):
    assert rounded(value) == text


def test_a_missed_target_is_said_to_be_missed():
    text = as_text([SECTION], {"cores": "2"})
    assert "target >= 100: MISSED" in text
    assert "target < 0.3: met" in text
    assert [line.met for line in LINES] == [None, False, True]
    assert [line["met"] for line in as_json([SECTION], {})["benchmarks"][0]["lines"]] == [None, False, True]


@pytest.mark.parametrize(
    ("target", "met"), [("< 2", False), ("<= 2", True), (">= 2", True), ("> 2", False), ("> 1.9", True), ("", None)]
)
def test_a_bound_itself_counts_where_the_sign_says_so(target, met):
    assert Line("two", 2.0, "s", target).met is met


def test_what_is_not_installed_has_no_number():
    absent = Line("a peer", math.nan, "not installed")
    section = Section("peers", "Peers", "by hand", (absent,))
    assert "| a peer | not installed |  |" in as_markdown([section], machine(), full=True)
    assert as_json([section], {})["benchmarks"][0]["lines"][0]["value"] is None


def test_the_readme_gets_the_small_table_and_nothing_else_changes(tmp_path):
    about = machine()
    small, full = as_markdown([SECTION], about), as_markdown([SECTION], about, full=True)
    assert "| engine / plain | 66.4 times | >= 100 (missed) |" in small
    assert "help" not in small
    assert "| help | 0.0974 s | < 0.3 |" in full
    readme = tmp_path / "README.md"
    for end in ("<!-- /benchmarks -->", "<!-- benchmarks -->"):
        readme.write_text(f"before\n<!-- benchmarks -->\nold\n{end}\nafter\n", encoding="utf-8")
        for _ in range(2):
            assert write_between_markers(readme, small)
        assert readme.read_text(encoding="utf-8") == f"before\n<!-- benchmarks -->\n\n{small}\n{end}\nafter\n"
    readme.write_text("no markers\n", encoding="utf-8")
    assert not write_between_markers(readme, small)
    assert not write_between_markers(tmp_path / "missing.md", small)


def test_an_unknown_benchmark_is_a_usage_error():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "speed"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert (
        "no benchmark is called 'speed': one of market, alliance_market, sweep, sweep_peers, sweep_cores, compare"
        in done.stderr
    )
