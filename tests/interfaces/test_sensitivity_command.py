"""``alliance sensitivity`` and ``alliance discover``: what they print and write, and how they refuse."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from interfaces.commands import alliance

from simulator.interfaces.locate import shipped

SCENARIO = (
    shipped("scenarios")["ham_and_egg"]
    .read_text(encoding="utf-8")
    .replace('"revenue share"', '"share"')
    .replace('"upfront cash"', '"fee"')
)
EXPERIMENT = """\
name = "NAME"
scenario = "world.toml"
contracts = ["share", "fee"]
replicates = 6
measures = ["small_value", "big_value", "surplus", "small_survived", "alliances"]
design = DESIGN
[factors]
"small.cash" = { low = 1, high = 30 }
"venture.revenue.price" = { low = 2.0, high = 6.0 }
"lead" = ["simultaneous", "small"]
"""
DESIGNS = {
    "saltelli": '{ name = "saltelli", samples = 16, second_order = true }',
    "morris": '{ name = "morris", trajectories = 6 }',
    "sample": '{ name = "latin_hypercube", points = 60 }',
}
GRID = EXPERIMENT.replace("low = 1, high = 30", "low = 1, high = 30, steps = 4").replace(
    "low = 2.0, high = 6.0", "low = 2.0, high = 6.0, steps = 3"
)
FAILS = "small_survived < 0.5"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a scenario and the finished sweeps of several designs."""
    folder = tmp_path_factory.mktemp("sensitivity")
    (folder / "world.toml").write_text(SCENARIO, encoding="utf-8")
    texts = {name: EXPERIMENT.replace("DESIGN", design) for name, design in DESIGNS.items()}
    texts["grid"] = GRID.replace("DESIGN", '"grid"')
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, text in texts.items():
            (folder / f"{name}.toml").write_text(text.replace("NAME", name), encoding="utf-8")
            alliance("sweep", f"{name}.toml", "--executor", "threads", "--jobs", "1")
    return folder


@pytest.fixture
def here(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


def as_json(*arguments: str) -> Any:
    return json.loads(alliance(*arguments, "--json").stdout)


@pytest.mark.parametrize(
    ("name", "method", "indices"),
    [
        ("saltelli", "sobol", {"first", "total", "second"}),
        ("morris", "morris", {"mu", "mu_star", "sigma"}),
        ("sample", "given data", {"first", "rank_coefficient"}),
        ("grid", "factorial", {"first", "total", "rank_coefficient"}),
    ],
)
def test_every_design_has_its_indices(here: Path, tmp_path: Path, name: str, method: str, indices: set[str]) -> None:
    table, figure = tmp_path / "s.csv", tmp_path / "s.svg"
    found = as_json("sensitivity", f"results/{name}", "--csv", str(table), "--figure", str(figure))
    assert (found["experiment"], found["method"]) == (name, method)
    assert {index["index"] for each in found["explained"] for index in each["indices"]} == indices
    targets = [(each["measure"], each["contract"], each["against"]) for each in found["explained"]]
    assert targets[:3] == [
        ("small_value", "share", None),
        ("small_value", "fee", None),
        ("small_value", "fee", "share"),
    ]
    assert len(pd.read_csv(table)) == sum(len(each["indices"]) for each in found["explained"])
    assert figure.stat().st_size > 10_000
    text = alliance("sensitivity", f"results/{name}", "--measure", "surplus", "--contract", "share").stdout
    assert "surplus, share\n" in text
    assert "luck" in text
    assert "less share" not in text
    order = [line.split()[0] for line in text.splitlines() if line.startswith(("small.", "venture.", "lead "))]
    assert "venture.revenue.price" in order[:2]


def test_an_experiment_is_swept_first(here: Path) -> None:
    found = as_json("sensitivity", "morris.toml", "--measure", "surplus", "--contract", "share")
    assert found == as_json("sensitivity", "results/morris", "--measure", "surplus", "--contract", "share")


def test_regions_are_told_for_every_contract(here: Path) -> None:
    found = as_json("sensitivity", "results/sample", "--measure", "surplus", "--where", FAILS)["regional"]
    assert found["where"] == FAILS
    assert list(found["contracts"]) == ["share", "fee"]
    (first, *rest) = found["contracts"]["share"]
    assert first["factor"] == "small.cash"
    assert first["p_adjusted"] < 0.05
    assert first["met"] < first["other"]
    assert {row["factor"] for row in rest} == {"lead", "venture.revenue.price"}
    text = alliance("sensitivity", "results/sample", "--where", FAILS, "--contract", "fee").stdout
    assert f"{FAILS}, fee: runs that meet it against the others" in text


@pytest.mark.parametrize("name", ["sample", "grid", "saltelli"])
def test_the_box_is_told_in_words(here: Path, tmp_path: Path, name: str) -> None:
    figure = tmp_path / "d.svg"
    arguments = ("discover", f"results/{name}", "--where", FAILS, "--threshold", "0.9")
    found = as_json(*arguments, "--figure", str(figure), "--tree")
    box = found["box"]
    assert found["contract"] == "share"
    assert 0.0 < box["coverage"] <= 1.0
    assert "small.cash at most" in found["words"]
    assert found["trajectory"][0]["coverage"] == 1.0
    assert found["trajectory"][0]["density"] == pytest.approx(found["base"])
    assert found["tree"][1]["rule"].startswith("small.cash at most")
    assert sum(each["points"] for each in found["tree"] if each["leaf"]) == found["points"]
    assert figure.stat().st_size > 10_000
    text = alliance(*arguments, "--tree").stdout
    for part in ("(density)", "(coverage)", "quasi-p", "found again", "chosen, then pasted", f"tree of {FAILS}, share"):
        assert part in text


def test_a_tree_of_a_mean_and_a_box_that_is_not_dense_enough(here: Path) -> None:
    text = alliance("discover", "results/sample", "--tree", "--measure", "surplus", "--contract", "fee").stdout
    assert text.startswith("tree of mean of surplus, fee: n points, mean [95% interval]\nall: n 60, ")
    lead = alliance("discover", "results/sample", "--where", "surplus > 14", "--threshold", "1", "--peel", "0.5").stdout
    assert "No box has the density of 100 %" in lead or "(density)" in lead


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sensitivity", "results/morris", "--measure", "surplis"), "Did you mean 'surplus'"),
        (("sensitivity", "results/morris", "--contract", "shar"), "Unknown contract 'shar'. Did you mean 'share'?"),
        (("sensitivity", "world.toml"), "world.toml must be an experiment"),
        (("sensitivity", "hold_up_nowhere"), "hold_up_nowhere"),
        (("sensitivity", "results/nowhere"), "results/nowhere"),
        (("sensitivity", "results/morris", "--figure", "x.pdf"), "--figure must end in .png or .svg"),
        (("sensitivity", "results/morris", "--csv", "no/t.csv"), "--csv: the folder 'no' does not exist"),
        (("sensitivity", "results/morris", "--where", "surplus <"), "Condition 'surplus <' must be a comparison"),
        (("discover", "results/morris", "--where", "surplis < 1"), "Unknown measure 'surplis'."),
        (("discover", "results/morris", "--where", "surplus < -1e9"), "got none of 144 under 'share'"),
        (("discover", "results/morris", "--where", "surplus > -1e9"), "got all of 144 under 'share'"),
        (("discover", "results/morris", "--where", FAILS, "--contract", "fe"), "Did you mean 'fee'?"),
        (("discover", "results/sample", "--where", FAILS, "--threshold", "0.01"), "less than --threshold 0.01"),
    ],
)  # fmt: skip
def test_what_the_user_can_put_right_is_one_line_and_1(here: Path, arguments: tuple[str, ...], says: str) -> None:
    result = alliance(*arguments, code=1)
    assert result.stdout == ""
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_salib_one_line_says_what_to_install(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sobol", "morris"):
        monkeypatch.setitem(sys.modules, f"SALib.analyze.{name}", None)  # as if it were not installed
    for name in ("saltelli", "morris"):
        says = alliance("sensitivity", f"results/{name}", code=1).stderr
        assert says.endswith("Run: pip install 'alliance-simulator[sensitivity]'.\n")
        assert len(says.splitlines()) == 1
    assert as_json("sensitivity", "results/sample")["method"] == "given data"


def test_wrong_usage_is_2(here: Path) -> None:
    alliance("discover", "results/sample", code=2)
    alliance("discover", "results/sample", "--tree", code=2)
    alliance("discover", "results/sample", "--where", FAILS, "--measure", "surplus", "--tree", code=2)
    alliance("discover", "results/sample", "--tree", "--measure", "surplus", "--figure", "x.png", code=2)
    alliance("discover", "results/sample", "--where", FAILS, "--threshold", "0", code=2)
    alliance("discover", "results/sample", "--where", FAILS, "--peel", "0.9", code=2)
    alliance("sensitivity", "results/sample", "--confidence", "95", code=2)
