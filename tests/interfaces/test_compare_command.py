"""``alliance compare`` and ``alliance clauses``: what they print and write, and how they refuse."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from interfaces.commands import WORLD, alliance

SCENARIO = (
    WORLD
    + """\
[[contract]]
name = "worse & wilder_50%"
revenue_share = { share = 0.05 }
"""
)
EXPERIMENT = """\
name = "trial"
scenario = "world.toml"
contracts = ["share", "fee", "worse & wilder_50%"]
replicates = 12
measures = ["small_value", "big_value", "surplus", "small_survived"]
[factors]
"small.cash" = [3, 6]
"bargaining.power" = [0.3, 0.5, 0.7]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a scenario, an experiment, and the experiment's finished sweep."""
    folder = tmp_path_factory.mktemp("compare")
    (folder / "world.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "trial.toml").write_text(EXPERIMENT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        alliance("sweep", "trial.toml", "--executor", "threads", "--jobs", "1")
    return folder


@pytest.fixture
def here(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


def as_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(alliance(*arguments, "--json", code=code).stdout)


def test_rows_keep_their_keys_and_say_more(here: Path) -> None:
    found = as_json("compare", "results/trial")
    assert {"baseline", "by", "confidence", "resamples", "rows", "who_gains", "means", "experiment"} <= set(found)
    (first, *_) = found["rows"]
    assert set(first) >= {
        "contract", "measure", "level", "difference", "low", "high", "standard_error", "share_better", "share_tied",
        "pairs", "dropped", "correlation", "variance_ratio", "against", "superiority", "superiority_low",
        "superiority_high", "p_value", "p_adjusted",
    }  # fmt: skip
    assert (found["interval"], found["tests"], found["all_pairs"]) == ("percentile", 6, False)
    text = alliance("compare", "results/trial").stdout
    assert "p (Holm)" in text
    assert "luck saves" in text


def test_all_pairs_and_other_intervals(here: Path) -> None:
    found = as_json("compare", "results/trial", "--all-pairs", "--measure", "surplus", "--interval", "t")
    pairs = [(row["contract"], row["against"]) for row in found["rows"]]
    assert pairs == [("fee", "share"), ("worse & wilder_50%", "share"), ("worse & wilder_50%", "fee")]
    assert found["interval"] == "t"
    assert all(row["p_adjusted"] >= row["p_value"] for row in found["rows"])
    narrow = as_json("compare", "results/trial", "--measure", "surplus", "--interval", "bca", "--confidence", "0.5")
    for tight, wide in zip(
        narrow["rows"], as_json("compare", "results/trial", "--measure", "surplus")["rows"], strict=True
    ):
        assert wide["low"] < tight["low"] < tight["high"] < wide["high"]
    text = alliance("compare", "results/trial", "--all-pairs", "--measure", "surplus").stdout
    assert "against each other under the same luck" in text


def test_dominance_is_told_and_what_it_claims(here: Path) -> None:
    found = as_json("compare", "results/trial", "--dominance", "--measure", "small_value")
    first = found["dominance"][0]
    assert (first["contract"], first["order"], first["sample"], first["verdict"]) == (
        "fee",
        1,
        "dominates",
        "dominates",
    )
    text = alliance("compare", "results/trial", "--dominance", "--measure", "small_value").stdout
    assert "no proof" in text
    assert "dominance" not in as_json("compare", "results/trial", "--measure", "small_value")


def test_the_map_says_who_wins_where(here: Path) -> None:
    found = as_json("compare", "results/trial", "--map", "small.cash", "bargaining.power", "--figure", "map.svg")["map"]
    assert (found["x"], found["y"]) == ("small.cash", "bargaining.power")
    assert [(cell["x"], cell["y"]) for cell in found["cells"]] == [(x, y) for x in (3, 6) for y in (0.3, 0.5, 0.7)]
    rows = as_json("compare", "results/trial", "--by", "small.cash", "--measure", "surplus")["rows"]
    lead = next(row for row in rows if row["level"] == 3 and row["contract"] == "fee")
    assert [cell["best"] for cell in found["cells"][:3]] == ["fee"] * 3
    assert found["cells"][0]["lead"] == pytest.approx(lead["difference"])  # bargaining plays no part under a share
    assert found["cells"][0]["clear"] is True
    assert found["cells"][3]["clear"] is False
    assert (
        "best contract by small.cash and bargaining.power"
        in alliance("compare", "results/trial", "--map", "small.cash", "bargaining.power").stdout
    )
    assert b"(A)" in (here / "map.svg").read_bytes() or (here / "map.svg").stat().st_size > 5_000


def test_a_contract_that_never_has_the_measure_is_a_dash_and_a_note(here: Path, tmp_path: Path) -> None:
    dear = SCENARIO + '[[contract]]\nname = "dear"\nupfront_fee = { fee = 1e6 }\n'  # BigCo never signs
    (here / "dear.toml").write_text(dear, encoding="utf-8")
    asked = ("compare", "dear.toml", "--replicates", "8", "--measure", "length", "--measure", "surplus")
    found = as_json(*asked, "--latex", str(tmp_path / "t.tex"))
    rows = {(row["contract"], row["measure"]): row for row in found["rows"]}
    assert rows["dear", "length"]["untold"] == "'dear' never has length"
    assert rows["dear", "length"]["difference"] is rows["dear", "length"]["p_adjusted"] is None
    assert rows["fee", "length"]["difference"] is not None
    assert found["tests"] == sum(not row["untold"] for row in found["rows"]) < 6
    assert "& -- & -- & -- & --" in (tmp_path / "t.tex").read_text(encoding="utf-8")
    text = alliance(*asked).stdout
    assert "-: 'dear' never has length.\n" in text
    assert "nan" not in text


def test_figures_by_level_differ_from_the_one_without(here: Path) -> None:
    for name, more in (
        ("plain.svg", ()),
        ("by.svg", ("--by", "small.cash")),
        ("power.svg", ("--by", "bargaining.power")),
    ):
        alliance("compare", "results/trial", "--figure", name, *more)
    sizes = {
        name: (here / name).read_text(encoding="utf-8").count('id="axes_')
        for name in ("plain.svg", "by.svg", "power.svg")
    }
    assert sizes == {"plain.svg": 1, "by.svg": 2, "power.svg": 3}


def test_means_by_level_and_the_dominated(here: Path) -> None:
    found = as_json("compare", "results/trial", "--by", "small.cash")
    assert [(each["level"], each["contract"]) for each in found["means_by"]][:2] == [(3, "share"), (3, "fee")]
    by_level = [each["small_value"][0] for each in found["means_by"] if each["contract"] == "fee"]
    overall = next(each for each in found["means"] if each["contract"] == "fee")
    assert sum(by_level) / 2 == pytest.approx(overall["small_value"][0])
    worst = found["means"][2]
    assert worst["dominated_by"]
    assert worst["clearly_dominated"] is True
    assert "clearly worse on average for both firms than" in alliance("compare", "results/trial").stdout


def test_tables_are_written_for_papers(here: Path, tmp_path: Path) -> None:
    alliance("compare", "results/trial", "--latex", str(tmp_path / "t.tex"), "--csv", str(tmp_path / "t.csv"))
    table = pd.read_csv(tmp_path / "t.csv")
    rows = as_json("compare", "results/trial")["rows"]
    assert list(table.columns) == list(rows[0])
    assert table["difference"].tolist() == pytest.approx([row["difference"] for row in rows])
    text = (tmp_path / "t.tex").read_text(encoding="utf-8")
    assert text.count(r"\\") == 1 + len(rows)
    assert r"worse \& wilder\_50\%" in text
    assert all(rule in text for rule in (r"\toprule", r"\midrule", r"\bottomrule", "usepackage{booktabs}"))
    widths = {line.count("&") - line.count(r"\&") for line in text.splitlines() if line.endswith(r"\\")}
    assert widths == {7}


def test_the_map_is_written_beside_the_differences(here: Path, tmp_path: Path) -> None:
    files = ("--latex", str(tmp_path / "t.tex"), "--csv", str(tmp_path / "t.csv"))
    found = as_json("compare", "results/trial", "--map", "small.cash", "bargaining.power", *files)
    table = pd.read_csv(tmp_path / "t_map.csv")
    assert list(table.columns[:4]) == ["measure", "small.cash", "bargaining.power", "best"]
    assert table["lead"].tolist() == pytest.approx([cell["lead"] for cell in found["map"]["cells"]])
    assert len(pd.read_csv(tmp_path / "t.csv")) == len(found["rows"])
    first, second = (tmp_path / "t.tex").read_text(encoding="utf-8").split(r"\end{table}")[:2]
    assert (first.count(r"\\"), second.count(r"\\")) == (1 + len(found["rows"]), 1 + len(found["map"]["cells"]))


DRAWN = """\
name = "drawn"
scenario = "world.toml"
contracts = ["share", "fee"]
replicates = 6
design = { name = "latin_hypercube", points = 24 }
[factors]
"small.cash" = { low = 3, high = 9 }
"bargaining.power" = [0.3, 0.7]
"small.slots" = { low = 1, high = 3 }
"lead" = ["simultaneous", "small"]
"""


def test_what_was_drawn_from_a_range_is_told_apart_in_bins(here: Path, tmp_path: Path) -> None:
    (here / "drawn.toml").write_text(DRAWN, encoding="utf-8")
    asked = ("compare", "drawn.toml", "--measure", "surplus")
    rows = as_json(*asked, "--by", "small.cash", "--csv", str(tmp_path / "t.csv"))["rows"]
    # a Latin hypercube of 24 points has 6 in every quarter of the range
    assert [row["pairs"] for row in rows] == [6 * 6] * 4
    lows, highs = zip(*(row["level"] for row in rows), strict=True)
    assert list(highs[:-1]) == list(lows[1:]) == pytest.approx([4.5, 6.0, 7.5], abs=0.25)
    assert pd.read_csv(tmp_path / "t.csv")["level"][0] == f"{lows[0]:.4g} to {highs[0]:.4g}"
    two = as_json(*asked, "--by", "small.cash", "--bins", "2")
    assert [row["level"] for row in two["rows"]] == [each["level"] for each in two["means_by"]][::2]
    assert "small.cash: in 4 bins of about equally many points" in alliance(*asked, "--by", "small.cash").stdout
    for factor, levels in (("bargaining.power", [0.3, 0.7]), ("lead", ["simultaneous", "small"])):
        assert [row["level"] for row in as_json(*asked, "--by", factor)["rows"]] == levels
    assert [row["level"] for row in as_json(*asked, "--by", "small.slots")["rows"]] == [1, 2, 3]
    cells = as_json(*asked, "--map", "lead", "small.cash", "--bins", "3", "--figure", str(tmp_path / "m.svg"))["map"]
    assert {cell["x"] for cell in cells["cells"]} == {"simultaneous", "small"}
    assert len({tuple(cell["y"]) for cell in cells["cells"]}) == 3
    assert (
        "must take numbers to be put into bins; got" in alliance(*asked, "--by", "lead", "--bins", "3", code=1).stderr
    )


def test_a_grid_stays_as_it_is_unless_asked(here: Path) -> None:
    asked = ("compare", "results/trial", "--by", "bargaining.power", "--measure", "surplus")
    assert {row["level"] for row in as_json(*asked)["rows"]} == {0.3, 0.5, 0.7}
    assert [row["level"] for row in as_json(*asked, "--bins", "2")["rows"]][::2] == [[0.3, 0.5], [0.5, 0.7]]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX")
def test_the_tables_compile(here: Path, tmp_path: Path) -> None:
    alliance("compare", "results/trial", "--all-pairs", "--by", "small.cash", "--latex", str(tmp_path / "a.tex"))
    alliance("clauses", "trial.toml", "--contract", "fee", "--latex", str(tmp_path / "b.tex"))
    (tmp_path / "all.tex").write_text(
        "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\\input{a}\\input{b}\\end{document}\n"
    )
    subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all"], cwd=tmp_path, check=True)


def test_clauses_sum_to_the_whole(here: Path, tmp_path: Path) -> None:
    files = {
        option: tmp_path / name for option, name in (("--csv", "c.csv"), ("--latex", "c.tex"), ("--figure", "c.png"))
    }
    options = [text for option, file in files.items() for text in (option, str(file))]
    found = as_json("clauses", "trial.toml", "--contract", "fee", *options)
    assert (found["contract"], found["parts"], found["permutations"]) == ("fee", 4, None)
    assert found["clauses"] == [["revenue_share"], ["upfront_fee"]]
    for measure in found["measures"]:
        assert sum(row["shapley"]["mean"] for row in measure["rows"]) == pytest.approx(measure["total"]["mean"])
    rows = as_json("compare", "results/trial", "--measure", "small_value")["rows"]
    fee = next(row for row in rows if row["contract"] == "fee")
    assert found["measures"][0]["rows"][1]["left_out"]["mean"] == pytest.approx(fee["difference"])
    assert all(file.stat().st_size > 100 for file in files.values())
    assert pd.read_csv(files["--csv"]).shape == (6, 12)
    text = alliance("clauses", "trial.toml", "--contract", "fee", "--permutations", "4", "--measure", "surplus").stdout
    assert "order error" in text
    assert "these sum to the total" in text


def test_clauses_of_a_scenario_join_what_belongs_together(here: Path) -> None:
    supply = SCENARIO + '[[contract]]\nname = "supply"\nwholesale_price = { price = 1.0 }\nbuy_back = { price = 0.5 }\n'
    (here / "supply.toml").write_text(supply, encoding="utf-8")
    result = alliance("clauses", "supply.toml", "--contract", "supply", "--replicates", "4", "--measure", "surplus")
    assert "buy_back + wholesale_price: taken as one clause" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("compare", "results/trial", "--map", "small.cash", "small.csh"), "Unknown factor 'small.csh'. Did you mean"),
        (("compare", "results/trial", "--map", "small.cash", "small.cash"), "two factors; got 'small.cash' twice"),
        (("compare", "world.toml", "--map", "small.cash", "big.cash"), "Unknown factor 'small.cash'."),
        (("compare", "results/trial", "--csv", "no/where/t.csv"), "--csv: the folder 'no/where' does not exist"),
        (("compare", "results/trial", "--latex", "no/where/t.tex"), "--latex: the folder 'no/where' does not exist"),
        (("clauses", "trial.toml", "--contract", "fe"), "Unknown contract 'fe'. Did you mean 'fee'?"),
        (("clauses", "trial.toml", "--contract", "nothing signed"), "a contract that has terms; got 'nothing signed'"),
        (("clauses", "trial.toml", "--measure", "surplis"), "Unknown measure 'surplis'. Did you mean 'surplus'?"),
        (("clauses", "trail.toml"), "no such scenario file"),
    ],
)
def test_what_the_user_can_put_right_is_one_line_and_1(here: Path, arguments: tuple[str, ...], says: str) -> None:
    result = alliance(*arguments, code=1)
    assert result.stdout == ""
    assert says in result.stderr
    assert len([line for line in result.stderr.splitlines() if line and "histories" not in line]) == 1


def test_wrong_usage_is_2(here: Path) -> None:
    alliance("compare", "results/trial", "--by", "small.cash", "--map", "small.cash", "bargaining.power", code=2)
    alliance("compare", "results/trial", "--interval", "normal", code=2)
    alliance("compare", "results/trial", "--bins", "3", code=2)
    alliance("compare", "results/trial", "--confidence", "95", code=2)
    alliance("clauses", "trial.toml", "--replicates", "5", code=2)
    alliance("clauses", "trial.toml", "--permutations", "1", code=2)
