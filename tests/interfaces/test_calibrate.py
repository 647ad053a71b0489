"""Calibrations as files and as a command: what is read, what is said of mistakes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from interfaces.commands import alliance

from simulator.foundation.errors import FileError
from simulator.interfaces.files import read_calibration, shipped

SCENARIO = """\
name = "world"
[small]
cash = 20
strategy = "all_in_pig"
[big]
strategy = "all_in_pig"
[venture]
technology = { name = "sum" }
revenue = { name = "linear", price = 4.0 }
milestones = 1
hazard = 0.3
[trust]
small_threshold = 0.0
big_threshold = 0.0
[commitment]
levels = 2
[horizon]
months = 24
[[contract]]
name = "share"
revenue_share = { share = 0.4 }
[[contract]]
name = "nothing"
"""
GOOD = """\
name = "trial"
scenario = "world.toml"
replicates = 300
starts = 2
evaluations = 40
[parameters]
"venture.hazard" = { low = 0.05, high = 1.0 }
[[moment]]
measure = "small_survived"
value = 0.8
count = 100
[[moment]]
measure = "months_to_revenue"
statistic = "share_above"
threshold = 4
value = 0.3
standard_error = 0.05
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "world.toml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "trial.toml").write_text(GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(here: Path, text: str) -> list[str]:
    (here / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_calibration("bad.toml")
    return [str(problem) for problem in caught.value.problems]


def test_values_arrive(here: Path) -> None:
    asked = read_calibration("trial.toml")
    (hazard,) = asked.parameters
    assert (hazard.path, hazard.low, hazard.high, hazard.start) == ("venture.hazard", 0.05, 1.0, 0.525)
    assert (asked.contract, asked.replicates, asked.weighting, asked.starts) == ("share", 300, "diagonal", 2)
    survived, late = asked.moments
    assert (survived.label, survived.value, survived.count) == ("mean of small_survived", 0.8, 100)
    assert (late.label, late.standard_error) == ("share of months_to_revenue above 4", 0.05)


def test_moments_from_a_table_stand_beside_those_in_the_file(here: Path) -> None:
    (here / "more.csv").write_text(
        "measure, statistic, q, value, standard_error\n# from the panel\n\nlength, quantile, 0.5, 24, 1.5\n"
        "surplus,,,3.5,\n",
        encoding="utf-8",
    )
    (here / "trial.toml").write_text(GOOD.replace("[param", 'moments = "more.csv"\n[param'), encoding="utf-8")
    labels = [each.label for each in read_calibration("trial.toml").moments]
    assert labels[2:] == ["quantile 0.5 of length", "mean of surplus"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"small_survived"', '"small_survivd"', "bad.toml:9: moment.measure: unknown measure 'small_survivd'. Did you"),
        ('"share_above"', '"share_abov"', "bad.toml:14: moment.statistic: unknown statistic 'share_abov'. Did"),
        ("threshold = 4\n", "", "bad.toml:12: moment.threshold: must be given for a share_above; got none."),
        ("threshold = 4", "q = 0.5", "bad.toml:15: moment.q: must be left out of a share_above; got 0.5."),
        ("= 0.05\n", "= -0.05\n", "bad.toml:17: moment.standard_error: must be above 0; got -0.05."),
        ("value = 0.3", "value = 3", "bad.toml:16: moment.value: must be in [0, 1], being a share_above of"),
        ("value = 0.8", "value = 1.5", "bad.toml:10: moment.value: must be in [0, 1], being a mean of small_survived;"),
        (
            "value = 0.8",
            'statistic = "deviation"\nvalue = 0.8',
            "bad.toml:11: moment.value: must be in [0, 0.707107], being a deviation of small_survived; got 0.8.",
        ),
        ("count = 100", "count = 1", "bad.toml:11: moment.count: must be a whole number, 2 or more; got 1."),
        ("count = 100", "cnt = 100", "bad.toml:11: moment.cnt: unknown key. Did you mean 'count'?"),
        ("high = 1.0", "high = 0.01", 'bad.toml:7: parameters."venture.hazard".high: must be above low = 0.05; got'),
        ("high = 1.0", "high = 1, start = 2", 'bad.toml:7: parameters."venture.hazard".start: must be in [0.05, 1.0];'),
        ("low = 0.05", "low = -1", 'bad.toml:7: parameters."venture.hazard".low: must be in'),
        ("high = 1.0", "hgh = 1.0", "unknown key. Did you mean 'high'?"),
        ('"venture.hazard"', '"venture.hzard"', "bad.toml:7: parameters.\"venture.hzard\": Unknown parameter"),
        ("venture.hazard", "contract.upfront_fee.fee", "must be a term of the contract 'share'; got 'upfront_fee'."),
        ('venture.hazard" = { low = 0.05, high = 1.0', 'small.count" = { low = 1, high = 5', "must be a number with f"),
        ("replicates = 300", "weighting = 'optimum'", "bad.toml:3: weighting: unknown weighting 'optimum'. Did"),
        ("replicates = 300", "contract = 'shre'", "bad.toml:3: contract: unknown contract 'shre'. Did you mean"),
        ("replicates = 300", "replicates = 1", "bad.toml:3: replicates: must be a whole number, 2 or more; got 1."),
        ("replicates = 300", "replicate = 300", "bad.toml:3: replicate: unknown key. Did you mean 'replicates'?"),
        ("world.toml", "wrld.toml", "bad.toml:2: scenario: wrld.toml: no such scenario file. Did you mean"),
        ("replicates = 300", 'moments = "none.csv"', "bad.toml:3: moments: none.csv cannot be read: No such file"),
        ("[[moment]]", "[[mment]]", "moment: is missing. Write what was observed, one [[moment]] each"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_in_its_place(here: Path, old: str, new: str, says: str) -> None:
    assert any(says in line for line in problems(here, GOOD.replace(old, new, 2 if old == "[[moment]]" else 1)))


def test_too_few_moments_are_told(here: Path) -> None:
    more = '"small.cash" = { low = 5, high = 30 }\n"small.cost" = { low = 0.5, high = 2 }\n[[moment]]'
    (line,) = problems(here, GOOD.replace("[[moment]]", more, 1))
    assert line.startswith("bad.toml:10: moment: must be at least as many as the parameters; got 2 for 3 parameters.")


def test_mistakes_in_a_table_name_its_line_and_column(here: Path) -> None:
    text = GOOD.replace("[param", 'moments = "m.csv"\n[param')
    (here / "m.csv").write_text("measure,value,count\nsurplus,three,100\nsurplis,3,100\nlength,1,2,3\nlength,9,9.5\n")
    found = problems(here, text)
    assert any(line.startswith("m.csv:2: value: must be a number; got 'three'.") for line in found)
    assert any(
        line.startswith("m.csv:3: measure: unknown measure 'surplis'. Did you mean 'surplus'?") for line in found
    )
    assert any(line.startswith("m.csv:4: must have 3 cells, as the first line; got 4.") for line in found)
    assert any(line.startswith("m.csv:5: count: must be a whole number; got '9.5'.") for line in found)
    (here / "m.csv").write_text("measure,valeu\nsurplus,3\n")
    assert problems(here, text) == ["m.csv:1: valeu: unknown column. Did you mean 'value'?"]


def test_the_command_prints_tables_json_and_a_figure(here: Path) -> None:
    said = alliance("calibrate", "trial.toml", "--jobs", "1", "--bootstrap", "3").stdout
    assert "venture.hazard" in said
    assert "J tests whether one vector of parameters can meet all moments at once: J = " in said
    assert "efuted at 5 %: if the model is right, " in said
    assert "1 degree of freedom" in said
    assert "3 refits of moments drawn at the estimate" in said
    done = alliance("calibrate", "trial.toml", "--jobs", "2", "--json", "--figure", "profiles.svg")
    found: Any = json.loads(done.stdout)
    assert found["parameters"][0]["path"] == "venture.hazard"
    assert 0.05 < found["parameters"][0]["estimate"] < 1.0
    assert found["moments"][0]["moment"] == "mean of small_survived"
    assert found["j_test"]["degrees"] == 1
    assert len(found["searches"]) == 2
    assert "venture.hazard" in (here / "profiles.svg").read_text(encoding="utf-8")
    alone = alliance("calibrate", "trial.toml", "--jobs", "1", "--json")
    assert alone.stdout == done.stdout


def test_a_moment_that_nothing_moves_is_one_line(here: Path) -> None:
    text = GOOD.replace(
        '"venture.hazard" = { low = 0.05, high = 1.0 }', '"small.discount_rate" = { low = 0.01, high = 0.05 }'
    )
    (here / "idle.toml").write_text(text, encoding="utf-8")
    result = alliance("calibrate", "idle.toml", code=1)
    assert "Calibration.moments must depend on the parameters; got the mean of small_survived" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_interruption_gives_the_best_so_far(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.sweeps import cells

    calls = []
    simulate = cells.simulate

    def interrupted(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) > 30:
            raise KeyboardInterrupt
        return simulate(*arguments)

    monkeypatch.setattr(cells, "simulate", interrupted)
    result = alliance("calibrate", "trial.toml", "--jobs", "1", code=130)
    assert "best so far" in result.stdout
    assert "venture.hazard" in result.stdout
    assert "Interrupted after 31 vectors of parameters; these are the best so far" in result.stderr
    calls.clear()
    stopped = alliance("calibrate", "trial.toml", "--jobs", "2", "--json", code=130)
    assert json.loads(stopped.stdout)["status"] == "interrupted"


@pytest.mark.parametrize("name", shipped("calibrations"))
def test_shipped_calibrations_are_called_like_their_file_and_check(name: str) -> None:
    asked = read_calibration(name)
    assert asked.name == name
    assert asked.title
    assert "OK, a calibration with 2 parameters and 7 moments" in alliance("check", name).stdout
    assert name in [row["name"] for row in json.loads(alliance("list", "calibrations", "--json").stdout)]
