"""Experiments as files: what is read, and how every kind of mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from interfaces.experiments import SCENARIO, problems, written

from simulator.foundation.errors import FileError
from simulator.interfaces.files import read_experiment, read_scenario, shipped
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import plan

GOOD = """\
name = "test"
scenario = "world.toml"
contracts = "all"
design = { name = "grid" }
replicates = 20
seed = 0
measures = ["small_value",
    "surplus"]
[factors]
"small.cash" = [3, 6.5]
"bargaining.power" = { low = 0.1, high = 0.5, steps = 5 }
"""


def test_values_arrive(folder: Path) -> None:
    experiment = read_experiment(written(folder, GOOD))
    assert experiment.scenario == read_scenario(folder / "world.toml")
    assert experiment.scenario_text == SCENARIO
    assert experiment.contracts == ("share", "nothing")
    assert (experiment.design, experiment.replicates, experiment.seed) == ("grid", 20, 0)
    assert experiment.measures == ("small_value", "surplus")
    assert experiment.factors == (
        Factor("small.cash", (3, 6.5)),
        Factor("bargaining.power", (0.1, 0.2, 0.3, 0.4, 0.5)),
    )


def test_a_shipped_scenario_is_found_by_name(folder: Path) -> None:
    assert read_experiment(written(folder, GOOD.replace("world.toml", "hold_up"))).scenario.name == "hold_up"


def test_a_design_may_be_its_name_alone(folder: Path) -> None:
    assert read_experiment(written(folder, GOOD.replace('{ name = "grid" }', '"grid"'))).design == "grid"


def test_values_valid_only_together_are_accepted(folder: Path) -> None:
    text = GOOD + '"venture.shock.low" = [2.0, 2.5]\n"venture.shock.high" = [3.0, 4.0]\n'
    assert len(read_experiment(written(folder, text)).factors) == 4


@pytest.mark.parametrize(
    ("was", "becomes", "line", "key", "says"),
    [
        ("replicates", "replicate", 5, "replicate", "unknown key. Did you mean 'replicates'?"),
        ("= 20", "= 0", 5, "replicates", "must be in [1,"),
        ("= 20", "= 2.5", 5, "replicates", "must be a whole number; got 2.5."),
        ("seed = 0", "seed = -1", 6, "seed", "must be in [0,"),
        ('"surplus"', '"surpls"', 8, "measures", "unknown measure 'surpls'. Did you mean 'surplus'?"),
        ('"all"', '["share", "nothin"]', 3, "contracts", "unknown contract 'nothin'. Did you mean 'nothing'?"),
        (
            '"all"',
            "[]",
            3,
            "contracts",
            'must name at least one; got []. Write contracts = "all"',
        ),
        (
            '"all"',
            '"all"\nbaseline = "shar"',
            4,
            "baseline",
            "got 'shar'. Did you mean 'share'",
        ),
        (
            '"all"',
            '["share"]\nbaseline = "nothing"',
            4,
            "baseline",
            "must be one of the contracts; got 'noth",
        ),
        ('"test"', '"../sob"', 1, "name", "must be a plain name, neither empty nor with / "),
        ('"test"', '".hidden"', 1, "name", "got '.hidden'. Write, say, 'hidden', and the rest in title."),
        ('"test"', '""', 1, "name", "got ''. Write, say, 'my_alliance'"),
        ("seed = 0", "seed = 0\nreplicates = 3", 7, "replicates", "must be given once; got it on line 5 as well."),
        ('"all"', "3", 3, "contracts", 'must be a list of names or "all"; got 3.'),
        ('"grid"', '"gird"', 4, "design.name", "unknown design 'gird'. Did you mean 'grid'?"),
        ("world.toml", "wrld.toml", 2, "scenario", "Did you mean"),
        ('scenario = "world.toml"', "", None, "scenario", "is missing. Write scenario = ..."),
        (
            "small.cash",
            "small.csh",
            10,
            'factors."small.csh"',
            "Unknown factor 'small.csh'. Did you mean 'small.cash'?",
        ),
        ("[3, 6.5]", "[3, 3.0]", 10, 'factors."small.cash"', "must vary; got 3"),
        ("[3, 6.5]", "[3]", 10, 'factors."small.cash"', "must vary; got 3"),
        ("[3, 6.5]", "[3, -1]", 10, 'factors."small.cash"', "must be in [0, inf); got -1.0."),
        ("[3, 6.5]", '[3, "x"]', 10, 'factors."small.cash"', "must be a number; got 'x'."),
        ("[3, 6.5]", "3", 10, 'factors."small.cash"', "must be a list of values or a range; got 3."),
        ("steps = 5", "stps = 5", 11, 'factors."bargaining.power".steps', "is missing."),
        ("steps = 5", "steps = 1", 11, 'factors."bargaining.power".steps', "must be a whole number in [2, 10000]"),
        ("low = 0.1", "low = 0.9", 11, 'factors."bargaining.power".high', "must be above low = 0.9; got 0.5."),
        ("small.cash", "contract.buy_back.price", 10, 'factors."contract.buy_back.price"', "got no term 'buy_back'"),
        ("small.cash", "small.strategy", 10, 'factors."small.strategy"', "must be the name of a strategy; got 3"),
        ("[factors]", "[factors", 9, "", "not TOML"),
        ("seed = 0", "seed = 0..\nseed = 0", 6, "", "not TOML"),
    ],
)
def test_every_mistake_has_its_line_key_and_remedy(
    folder: Path, was: str, becomes: str, line: int | None, key: str, says: str
) -> None:
    assert was in GOOD
    found = problems(folder, GOOD.replace(was, becomes, 1))
    assert any((each[0], each[1]) == (line, key) and says in each[2] for each in found), found


def test_no_contracts_are_told_once_whatever_the_baseline(folder: Path) -> None:
    found = problems(folder, GOOD.replace('"all"', '[]\nbaseline = "share"'))
    assert [each[1] for each in found] == ["contracts"]


RING = SCENARIO.replace("[small]", "[small]\ncount = 8").replace(
    "[venture]", '[market]\nmatching = "network"\nnetwork = { name = "small_world", neighbours = 4 }\n[venture]'
)


@pytest.mark.parametrize(
    ("factor", "key", "says"),
    [
        (
            '"small.count" = [2, 8]',
            "small.count",
            "market.network.neighbours must be below the",
        ),
        ('"market.network.neighbours" = [4, 10]', "market.network.neighbours", "must be below the number of firms"),
        ('"market.network" = ["small_world", "scale_free"]\n"small.count" = [1, 8]', "small.count", "must be below"),
    ],
)
def test_a_network_that_does_not_fit_the_firms_is_known_beforehand(
    folder: Path, factor: str, key: str, says: str
) -> None:
    (folder / "world.toml").write_text(RING, encoding="utf-8")
    text = GOOD.partition("[factors]")[0] + f"[factors]\n{factor}\n"
    ((_, found, message),) = problems(folder, text)
    assert found == f'factors."{key}"'
    assert says in message


def test_a_network_that_fits_some_cells_is_left_to_the_runs(folder: Path) -> None:
    (folder / "world.toml").write_text(RING, encoding="utf-8")
    factors = '[factors]\n"small.count" = [2, 8]\n"market.network.neighbours" = [2, 4]\n'
    assert len(read_experiment(written(folder, GOOD.partition("[factors]")[0] + factors)).factors) == 2


def test_all_problems_are_reported_together(folder: Path) -> None:
    text = GOOD.replace("seed = 0", "seed = -1").replace("small.cash", "small.csh").replace("surplus", "surpls")
    assert [(line, key) for line, key, _ in problems(folder, text)] == [
        (6, "seed"),
        (8, "measures"),
        (10, 'factors."small.csh"'),
    ]


def test_problems_of_the_scenario_stand_in_its_own_file(folder: Path) -> None:
    (folder / "world.toml").write_text(SCENARIO.replace("[big]", "[big]\nslts = 2"), encoding="utf-8")
    with pytest.raises(FileError, match=r"world\.toml:4: big\.slts: unknown key\. Did you mean 'slots'\?"):
        read_experiment(written(folder, GOOD))


@pytest.mark.parametrize("name", shipped("experiments"))
def test_shipped_experiments_can_be_planned_and_say_what_they_test(name: str) -> None:
    experiment = read_experiment(name)
    assert experiment.name == name
    assert name in {experiment.scenario.name, f"{experiment.scenario.name}_sensitivity"}
    assert experiment.title
    assert experiment.claim
    assert plan(experiment).runs <= 20_000


def test_every_shipped_scenario_has_an_experiment() -> None:
    assert set(shipped("scenarios")) <= set(shipped("experiments"))


def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path):
    from click.testing import CliRunner

    from simulator.interfaces.cli.main import main

    (tmp_path / "world.toml").write_text('name = "w"\n[small]\n[big]\n[venture]\n')
    (tmp_path / "trial.toml").write_text('name = "t"\nscenario = "world.toml"\nreplicates = 5\n')
    for arguments, says in (
        (["sweep", "world.toml"], "world.toml must be an experiment; got a scenario. Name an experiment that uses it"),
        (["solve", "trial.toml"], "trial.toml must be a scenario; got an experiment. Name its scenario"),
        (["calibrate", "trial.toml"], "trial.toml must be a calibration; got an experiment."),
    ):
        result = CliRunner().invoke(main, [arguments[0], str(tmp_path / arguments[1])])
        assert result.exit_code == 1
        assert says in result.stderr
        assert result.stderr.count("\n") == 1
