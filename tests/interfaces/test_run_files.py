"""What `alliance run` reads and writes beside its tables: strategy files, rows of alliances, panels."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from interfaces.commands import alliance

MINE = """\
def small(seen):
    return seen.top
"""


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_alliances_and_panel_are_tables_that_others_read(tmp_path: Path, ending: str) -> None:
    rows, months = tmp_path / f"rows{ending}", tmp_path / f"months{ending}"
    told = alliance("run", "ham_and_egg", "--alliances", str(rows), "--panel", str(months), "--json")
    measures = json.loads(told.stdout)["measures"]
    read = pd.read_csv if ending == ".csv" else pd.read_parquet
    assert len(read(rows)) == measures["alliances"]
    assert read(rows).small_value.sum() == pytest.approx(measures["small_value"])
    assert len(read(months)) == read(rows).months.sum()


def test_a_strategy_file_decides_and_the_command_says_so(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MINE)
    own = alliance("run", "ham_and_egg", "--strategy-file", str(file), "--json")
    built_in = alliance("run", "ham_and_egg", "--set", "small.strategy=all_in_pig", "--driver", "reference", "--json")
    assert "reference driver" in own.stderr
    assert json.loads(own.stdout)["measures"] == json.loads(built_in.stdout)["measures"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def tiny(seen): return 0", "must define small(seen) or big(seen)"),
        ("def small(seen) return 0", "mine.py:1: is not Python"),
        ("import nothing_of_the_kind", "mine.py:1: failed: ModuleNotFoundError"),
        ("def small(seen): return 99", "must return a level from 0 to 10; got 99"),
        ("def small(seen): return None", "failed in month 0: TypeError"),
        ("def small(seen): return seen.nonsense", "failed in month 0: AttributeError"),
    ],
)
def test_a_bad_strategy_file_is_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text + "\n")
    failed = alliance("run", "ham_and_egg", "--strategy-file", str(file), code=1)
    assert words in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_table_needs_a_known_ending(tmp_path: Path) -> None:
    failed = alliance("run", "ham_and_egg", "--panel", str(tmp_path / "panel.xls"), code=1)
    assert "must end in .csv or .parquet; got '.xls'" in failed.stderr


def test_the_shipped_market_uses_every_term_and_its_experiment_every_strategy() -> None:
    from simulator.economy.contract import TERMS, term_name
    from simulator.interfaces.files import read_experiment, read_scenario
    from simulator.simulation.strategies import STRATEGIES

    world = read_scenario("alliance_market")
    assert {term_name(term) for contract in world.contracts for term in contract.terms} == set(TERMS)
    experiment = read_experiment("alliance_market")
    factors = {factor.path: factor.values for factor in experiment.factors}
    assert set(factors["small.strategy"]) == set(STRATEGIES)
