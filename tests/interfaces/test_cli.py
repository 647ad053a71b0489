"""The commands: what they print, what they write, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from interfaces.commands import WORLD, alliance

from simulator.economy.contract import TERMS
from simulator.economy.meeting import NETWORKS
from simulator.economy.venture import REVENUES, SHOCKS, TECHNOLOGIES
from simulator.interfaces.cli.main import COMMANDS, main
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.designs import DESIGNS
from simulator.sweeps.measures import MEASURES

EXPERIMENT = """\
name = "trial"
scenario = "world.toml"
replicates = 12
measures = ["small_value", "big_value", "surplus", "small_survived"]
[factors]
"small.cash" = [3, 6]
"""
SWEEP = ("sweep", "trial.toml", "--executor", "threads", "--jobs", "1")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "world.toml").write_text(WORLD, encoding="utf-8")
    (tmp_path / "trial.toml").write_text(EXPERIMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def as_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(alliance(*arguments, "--json", code=code).stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_an_example(name: str) -> None:
    assert "Example: " in alliance(name, "--help").stdout.strip().splitlines()[-1]


def test_wrong_usage_is_2() -> None:
    alliance("slove", code=2)
    alliance("solve", code=2)
    alliance("list", "trms", code=2)
    alliance("run", "ham_and_egg", "--seed", "-1", code=2)
    alliance("solve", "ham_and_egg", "--set", "small.cash", code=2)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("terms", TERMS),
        ("technologies", TECHNOLOGIES),
        ("revenues", REVENUES),
        ("shocks", SHOCKS),
        ("networks", NETWORKS),
        ("strategies", STRATEGIES),
        ("measures", MEASURES),
        ("designs", DESIGNS),
    ],
)
def test_list_shows_the_whole_registry(kind: str, names: Any) -> None:
    assert [row["name"] for row in as_json("list", kind)] == list(names)
    text = alliance("list", kind).stdout
    assert all(name in text for name in names)


def test_list_shows_units_and_ranges() -> None:
    terms = {row["name"]: row for row in as_json("list", "terms")}
    (fee,) = terms["upfront_fee"]["parameters"]
    assert (fee["name"], fee["unit"], fee["range"], fee["default"]) == ("fee", "money", "(-inf, inf)", "required")
    assert "share  [0, 1], required: SmallCo's share phi" in alliance("list", "terms").stdout
    assert "true or false, default true" in alliance("list", "terms").stdout


@pytest.mark.parametrize("kind", ["scenarios", "experiments"])
def test_list_shows_what_is_shipped(kind: str) -> None:
    assert "ham_and_egg" in [row["name"] for row in as_json("list", kind)]


def test_a_new_scenario_checks_solves_runs_and_sweeps(here: Path) -> None:
    alliance("new", "mine")
    assert alliance("check", "mine.toml", "mine_experiment.toml").stdout.count("OK") == 2
    assert as_json("solve", "mine.toml")["scenario"] == "mine"
    assert as_json("run", "mine.toml")["measures"]["imbalance"] == pytest.approx(0.0, abs=1e-9)
    assert as_json("sweep", "mine_experiment.toml", "--dry-run")["runs"] == 3 * 4 * 4 * 100
    assert not (here / "results").exists()


def test_a_new_scenario_holds_what_it_was_made_from(here: Path) -> None:
    from dataclasses import replace

    from simulator.interfaces.files import read_scenario

    alliance("new", "mine")
    made, origin = read_scenario("mine.toml"), read_scenario("ham_and_egg")
    assert replace(made, name="", title="", summary="", source="") == replace(
        origin, name="", title="", summary="", source=""
    )
    assert max(map(len, Path("mine.toml").read_text(encoding="utf-8").splitlines())) <= 130


def test_new_never_overwrites(here: Path) -> None:
    (here / "mine_experiment.toml").write_text("precious", encoding="utf-8")
    assert "exists already" in alliance("new", "mine", code=1).stderr
    assert (here / "mine_experiment.toml").read_text(encoding="utf-8") == "precious"
    assert not (here / "mine.toml").exists()
    alliance("new", "a b", code=1)


def test_check_reports_every_file_and_every_problem(here: Path) -> None:
    (here / "bad.toml").write_text(WORLD.replace("cash = 5", "csh = 5\nburn = -1"), encoding="utf-8")
    result = alliance("check", "bad.toml", "world.toml", "nowhere.toml", "trial.toml", code=1)
    assert result.stdout.splitlines() == [
        "world.toml: OK, a scenario with 2 contracts",
        "trial.toml: OK, an experiment with 1 factor and 2 contracts",
    ]
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == ["bad.toml:3", "bad.toml:4", "nowhere.toml"]


def test_check_takes_names(here: Path) -> None:
    lines = alliance("check", "ham_and_egg").stdout.splitlines()
    assert [line.startswith("ham_and_egg: OK, a") for line in lines] == [True, True]


def test_solve_json_has_the_promised_keys_and_certified_equilibria(here: Path) -> None:
    found = as_json("solve", "world.toml", "--contract", "fee")
    assert {"scenario", "contract", "levels", "payoffs", "equilibria", "first_best", "efficiency"} <= found.keys()
    assert (found["scenario"], found["contract"]) == ("world", "fee")
    a, b = np.array(found["payoffs"]["small"]), np.array(found["payoffs"]["big"])
    assert a.shape == b.shape == (5, 5)
    assert found["levels"]["small"] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert sum(each["selected"] for each in found["equilibria"]) == 1
    for each in found["equilibria"]:
        x, y = np.array(each["small"]), np.array(each["big"])
        assert np.allclose(each["payoffs"], [x @ a @ y, x @ b @ y])
        assert max(np.max(a @ y) - x @ a @ y, np.max(x @ b) - x @ b @ y) <= 1e-9
        assert each["regret"] <= 1e-9
        assert each["pure"] == (np.count_nonzero(x) == np.count_nonzero(y) == 1)


def test_solve_hold_up_is_three_quarters_of_the_first_best() -> None:
    found = as_json("solve", "hold_up")
    assert found["efficiency"] == pytest.approx(0.75)
    assert found["outcome"]["small"] == pytest.approx(0.5)
    assert "75.0%" in alliance("solve", "hold_up").stdout


def test_solve_names_the_actions_of_a_game_given_outright() -> None:
    text = alliance("solve", "knowledge_alliance_babson97").stdout
    assert "first best  cooperate" in text
    assert as_json("solve", "knowledge_alliance_babson97")["actions"]["small"] == [
        "cooperate",
        "not cooperate",
        "opportunism",
    ]


def test_set_changes_the_scenario_and_the_contract(here: Path) -> None:
    alone = as_json(
        "solve", "world.toml", "--set", "contract.revenue_share.share=0", "--set", "commitment.levels=[0, 1]"
    )
    assert alone["levels"]["small"] == [0.0, 1.0]
    assert alone["payoffs"]["small"][1] == [-0.5, -0.5]
    assert as_json("run", "world.toml", "--set", "small.strategy=all_in_pig")["months"]["small_commitment"][0] == 1.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("solve", "world.toml", "--contract", "fe"), "Unknown contract 'fe'. Did you mean 'fee'?"),
        (("solve", "world.toml", "--set", "small.csh=3"), "Unknown key 'small.csh'. Did you mean 'small.cash'?"),
        (("solve", "world.toml", "--set", "small.cash=-3"), "small.cash must be in [0, inf); got -3"),
        (("solve", "world.toml", "--set", "small.cash=x"), "small.cash must be a number; got 'x'"),
        (("solve", "world.toml", "--set", "lead=smal"), "Unknown order of moves 'smal'. Did you mean 'small'?"),
        (
            ("solve", "world.toml", "--set", "venture.shock.low=9"),
            "venture.shock.high must be above low; got low 9.0, high 1.5",
        ),
        (
            ("solve", "world.toml", "--set", "venture.revenue=linear", "--set", "venture.revenue.price=-1"),
            "venture.revenue.price must be in",
        ),
        (
            ("solve", "world.toml", "--set", "contract.revenue_share.share=2"),
            "contract.revenue_share.share must be in [0, 1]; got 2.0",
        ),
        (("run", "world.toml", "--set", "small.strategy=nsh"), "Unknown strategy 'nsh'. Did you mean 'nash'?"),
        (("solve", "hamandegg"), "no such scenario file. Did you mean 'ham_and_egg'?"),
        (("sweep", "trail.toml"), "no such experiment file. Did you mean 'trial.toml'?"),
        (("compare", "trial.toml", "--measure", "surplsu"), "Unknown measure 'surplsu'. Did you mean 'surplus'?"),
        (("compare", "trial.toml", "--by", "small.csh"), "Unknown factor 'small.csh'"),
        (("compare", "trial.toml", "--baseline", "shre"), "Unknown contract 'shre'. Did you mean 'share'?"),
        (("solve", "world.toml", "--figure", "game.jpg"), "--figure must end in .png or .svg; got 'game.jpg'."),
        (("solve", "world.toml", "--figure", "no/where/game.png"), "does not exist"),
    ],
)
def test_what_the_user_can_put_right_is_one_line_and_1(here: Path, arguments: tuple[str, ...], says: str) -> None:
    result = alliance(*arguments, code=1)
    assert result.stdout == ""
    assert says in result.stderr
    assert len([line for line in result.stderr.splitlines() if line]) == 1


@pytest.mark.parametrize("contract", ["share", "fee"])
def test_every_driver_tells_the_same_history(here: Path, contract: str) -> None:
    told = [
        as_json("run", "world.toml", "--contract", contract, "--seed", "5", "--driver", driver)
        for driver in ("engine", "mesa", "reference")
    ]
    for each in told:
        each.pop("driver")
    assert told[0] == told[1] == told[2]
    assert len(told[0]["months"]["month"]) == 6
    assert told[0]["events"][0]["kind"] == "signed"


def test_zero_is_a_seed_and_the_seed_is_the_luck(here: Path) -> None:
    zero, default, one = (as_json("run", "world.toml", *seed) for seed in (("--seed", "0"), (), ("--seed", "1")))
    assert zero == default
    assert zero["months"]["revenue"] != one["months"]["revenue"]


def test_run_prints_months_or_events(here: Path) -> None:
    assert "SmallCo commits" in alliance("run", "world.toml").stdout
    assert "signed" in alliance("run", "world.toml", "--events").stdout


def test_sweep_writes_its_folder_and_goes_on_from_it(here: Path) -> None:
    first = as_json(*SWEEP)
    assert (first["runs"], first["computed"], first["reused"], first["failed"]) == (48, 48, 0, 0)
    folder = here / "results" / "trial"
    assert (folder / "manifest.json").exists()
    assert (folder / "summary.csv").exists()
    assert list((folder / "runs").glob("part-*.parquet"))
    again = as_json(*SWEEP)
    assert (again["computed"], again["reused"]) == (0, 48)
    assert again["summary"] == first["summary"]
    assert as_json(*SWEEP, "--fresh")["computed"] == 48
    table = alliance(*SWEEP).stdout
    assert "small_value" in table
    assert "small.cash" in table


def test_a_dry_run_writes_nothing(here: Path) -> None:
    plan = as_json(*SWEEP, "--dry-run")
    assert (plan["points"], plan["contracts"], plan["replicates"], plan["runs"]) == (2, 2, 12, 48)
    assert "runs" in alliance(*SWEEP, "--dry-run").stdout
    assert not (here / "results").exists()


def test_failed_runs_are_recorded_and_the_exit_code_is_3(here: Path) -> None:
    bounds = '"venture.shock.low" = [0.5, 2.0]\n"venture.shock.high" = [1.5, 3.0]\n'
    (here / "trial.toml").write_text(EXPERIMENT + bounds, encoding="utf-8")
    result = alliance(*SWEEP, code=3)
    assert "48 of 192 runs failed: " in result.stderr
    assert "Write low < high" in result.stderr


def test_a_folder_of_another_experiment_is_refused(here: Path) -> None:
    alliance(*SWEEP, "--out", "shared")
    (here / "trial.toml").write_text(EXPERIMENT.replace('"trial"', '"other"'), encoding="utf-8")
    result = alliance(*SWEEP, "--out", "shared", code=1)
    assert "must belong to the experiment 'other'; got the sweep of 'trial'" in result.stderr


def test_compare_of_an_experiment_its_folder_and_a_scenario_agree(here: Path) -> None:
    (here / "trial.toml").write_text(EXPERIMENT.replace("[3, 6]", "[5, 6]"), encoding="utf-8")
    by = as_json("compare", "trial.toml", "--by", "small.cash")
    assert as_json("compare", "results/trial", "--by", "small.cash") == by
    alone = as_json("compare", "world.toml", "--replicates", "12", "--seed", "0")
    level = [row for row in by["rows"] if row["level"] == 5]
    assert [(row["measure"], row["difference"]) for row in level] == [
        (row["measure"], pytest.approx(row["difference"])) for row in alone["rows"]
    ]


def test_compare_says_who_gains(here: Path) -> None:
    found = as_json("compare", "trial.toml")
    assert found["baseline"] == "share"
    assert found["who_gains"] == {"fee": "SmallCo gains, BigCo loses"}
    fee = {row["measure"]: row["difference"] for row in found["rows"]}
    assert fee["small_value"] + fee["big_value"] == pytest.approx(fee["surplus"])
    assert "SmallCo gains, BigCo loses" in alliance("compare", "trial.toml").stdout
    alliance("compare", "trial.toml", "--replicates", "5", code=2)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    assert "_ALLIANCE_COMPLETE" in alliance("completion", shell).stdout


def test_the_shell_is_offered_shipped_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "alliance solve ham")
    monkeypatch.setenv("COMP_CWORD", "2")
    result = CliRunner().invoke(main, [], prog_name="alliance", env={"_ALLIANCE_COMPLETE": "bash_complete"})
    assert "plain,ham_and_egg" in result.output


def test_values_of_set_are_put_in_place_all_at_once(tmp_path: Path) -> None:
    """Two shares that sum to at most 1 may be given in either order, whatever one and the other's default sum to."""
    path = tmp_path / "shares.toml"
    path.write_text(WORLD.replace("[big]", "outside_share = 0.5\n[big]\noutside_share = 0.5", 1), encoding="utf-8")
    shares = ("--set", "small.outside_share=0.7"), ("--set", "big.outside_share=0.2")
    one, other = (alliance("solve", str(path), *first, *second, "--json") for first, second in (shares, shares[::-1]))
    assert one.stdout == other.stdout


def test_a_network_that_does_not_fit_is_told_by_its_key() -> None:
    asked = ("run", "alliance_market", "--set", "market.network.neighbours=40")
    assert "market.network.neighbours must be below the number of firms" in alliance(*asked, code=1).stderr
