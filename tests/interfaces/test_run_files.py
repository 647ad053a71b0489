"""What `alliance run` reads and writes beside its tables: strategy files, rows of alliances, panels."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from interfaces.commands import WORLD, alliance

HUGE = WORLD.replace("price = 4.0", "price = 1e300")
TABLE = """\
name = "table"
[payoffs]
small = [[1e308, -1e308], [0, 1]]
big = [[1e308, 0], [-1e308, 1]]
"""
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


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (MINE, "compiled"),
        (
            "import numpy as np\n\ndef small(seen):\n    return np.rint(seen.top)\n",
            "reference driver: small(seen) cannot be compiled: line 4: np is a module; "
            "only math, numbers and plain functions are compiled",
        ),
    ],
)
def test_a_strategy_file_decides_and_the_command_says_how(tmp_path: Path, text: str, how: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text)
    own = alliance("run", "ham_and_egg", "--strategy-file", str(file), "--json")
    built_in = alliance("run", "ham_and_egg", "--set", "small.strategy=all_in_pig", "--driver", "reference", "--json")
    assert own.stderr == f"{file} decides for small: {how}\n"
    told = json.loads(own.stdout)
    assert told["strategies"] == {"small": how}
    assert told["driver"] == ("engine" if how == "compiled" else "reference")
    assert told["measures"] == json.loads(built_in.stdout)["measures"]
    assert json.loads(built_in.stdout)["strategies"] == {}


@pytest.mark.parametrize("driver", ["mesa", "reference"])
def test_the_driver_that_is_asked_for_asks_a_strategy(tmp_path: Path, driver: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MINE)
    own = alliance("run", "ham_and_egg", "--strategy-file", str(file), "--driver", driver, "--json")
    assert json.loads(own.stdout)["driver"] == driver


def test_a_strategy_that_must_be_asked_again_is_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def small(seen): return min(int(seen.top * 1e100), 2)")
    own = alliance("run", "ham_and_egg", "--strategy-file", str(file), "--json")
    assert "asked again for small: reference driver: an answer that machine code cannot give" in own.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def tiny(seen): return 0", "must define small(seen) or big(seen)"),
        ("def small(seen) return 0", "mine.py:1: is not Python"),
        ("import nothing_of_the_kind", "mine.py:1: failed: ModuleNotFoundError"),
        ("def small(seen): return 99", "must return a level from 0 to 10; got 99"),
        ("def small(seen): return None", "mine.py:1: small(seen) must return a level from 0 to 10; got None"),
        (
            "def small(seen): return seen.cash - seen.cash + .5",
            "mine.py:1: small(seen) must return a level from 0 to 10",
        ),
        ("def small(seen): return float('nan')", "must return a level from 0 to 10; got nan"),
        ("def small(seen): return seen.nonsense", "failed in month 0: AttributeError"),
        (
            "def small(seen):\n  return 1 / (seen.top - 10)",
            "mine.py:2: small(seen) failed in month 0: ZeroDivisionError",
        ),
        ("def small(): return 1", "failed in month 0: TypeError: small() takes 0 positional arguments"),
        ("small = 3", "small must be a function; got 3"),
        ("raise SystemExit", "mine.py:1: failed: SystemExit"),
    ],
)
def test_a_bad_strategy_file_is_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text + "\n")
    failed = alliance("run", "ham_and_egg", "--strategy-file", str(file), code=1)
    assert words in failed.stderr
    assert "Traceback" not in failed.stderr
    assert len([line for line in failed.stderr.splitlines() if " decides for " not in line]) == 1


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


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        (HUGE, ("run",), "venture.revenue.price must lie between -1e+90 and 1e+90; got 1e+300."),
        (HUGE, ("compare", "--replicates", "4"), "All 8 runs failed: venture.revenue.price must lie between"),
        (HUGE, ("solve",), "must lie between -1e+150 and 1e+150"),
        (WORLD, ("run", "--set", "small.cash=1e300"), "small.cash must lie between -1e+90 and 1e+90; got 1e+300."),
        (WORLD, ("run", "--contract", "fee", "--set", "contract.upfront_fee.fee=1e91"), "upfront_fee.fee must"),
        (
            WORLD,
            ("run", "--set", "venture.technology.productivity=1e100"),
            "'share': the payoffs of the stage",
        ),
        (TABLE, ("run",), "payoffs.small must lie between -1e+90 and 1e+90; got 1e+308."),
        (TABLE, ("solve",), "must lie between -1e+150 and 1e+150"),
    ],
)
def test_an_amount_too_large_is_one_line_and_no_warning(
    tmp_path: Path, text: str, arguments: tuple[str, ...], says: str
) -> None:
    world = tmp_path / "large.toml"
    world.write_text(text, encoding="utf-8")
    command, *options = arguments
    result = alliance(command, str(world), *options, code=1)
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
