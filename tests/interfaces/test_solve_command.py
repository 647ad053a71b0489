"""What ``alliance solve`` shows beyond the basics: further analyses, figures, LaTeX, and files of Gambit."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from interfaces.commands import alliance

from simulator.games.analysis.analysis import NAMES, QUICK
from simulator.interfaces.cli.analyses import LINES, TABLES, TITLES
from simulator.interfaces.cli.main import main
from simulator.interfaces.latex import escaped

BATTLE = 'NFG 1 R "Battle & co_50%" { "He" "She" } { { "opera" "box" } { "opera" "box" } } 2 1 0 0 0 0 1 2\n'
ENTRY = """EFG 2 R "Entry" { "Entrant" "Incumbent" }
p "" 1 1 "door" { "out" "in" } 0
t "" 1 "" { 0 2 }
p "" 2 1 "met" { "fight" "yield" } 0
t "" 2 "" { -1 -1 }
t "" 3 "" { 1 1 }
"""
# SmallCo is indifferent: two components, one of them with two extreme equilibria
TWO_COMPONENTS = """\
name = "pair"
[payoffs]
small = [[1, 0, 0], [1, 0, 0], [0, 0, 2]]
big = [[1, 0, 0], [1, 0, 0], [0, 0, 2]]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "battle.nfg").write_text(BATTLE, encoding="utf-8")
    (tmp_path / "entry.efg").write_text(ENTRY, encoding="utf-8")
    (tmp_path / "pair.toml").write_text(TWO_COMPONENTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def as_json(*arguments: str) -> Any:
    return json.loads(alliance(*arguments, "--json").stdout)


def test_rational_arithmetic_gives_fractions_or_says_what_it_cannot_do() -> None:
    found = as_json("solve", "battle.nfg", "--exact")
    assert [each["small"] for each in found["exact"]] == [["0", "1"], ["2/3", "1/3"], ["1", "0"]]
    assert [each["payoffs"] for each in found["exact"]] == [["1", "2"], ["2/3", "2/3"], ["2", "1"]]
    assert as_json("solve", "battle.nfg")["exact"] is None
    text = alliance("solve", "battle.nfg", "--exact", "--show", "equilibria").stdout
    assert "In rational arithmetic: the same 3, none missed and none false" in text
    assert "opera (2/3) or box (1/3)" in text
    continuous = alliance("solve", "ham_and_egg", "--set", "commitment.levels=continuous", "--exact", code=1)
    assert continuous.stderr.startswith("solve.exact needs commitment levels; got continuous commitments.")
    large = alliance("solve", "ham_and_egg", "--set", "commitment.levels=101", "--exact", code=1)
    assert large.stderr.count("\n") == 1
    assert "leave --exact out" in large.stderr


def test_nashpy_lists_the_same_equilibria_where_it_can() -> None:
    own, theirs = (as_json("solve", "ham_and_egg", "--solver", name)["equilibria"] for name in ("own", "nashpy"))
    assert len(own) == len(theirs)
    for mine, yours in zip(own, theirs, strict=True):
        assert mine["small"] == pytest.approx(yours["small"], abs=1e-9)
        assert mine["big"] == pytest.approx(yours["big"], abs=1e-9)
    large = alliance("solve", "ham_and_egg", "--set", "commitment.levels=101", "--solver", "nashpy", code=1)
    assert "nashpy takes games of up to 16 actions of both firms together" in large.stderr


def test_nashpy_takes_what_dominance_reduces_to_one_action() -> None:
    for name in ("hold_up", "double_marginalisation"):
        own, theirs = (as_json("solve", name, "--solver", solver)["equilibria"] for solver in ("own", "nashpy"))
        assert own == theirs


def test_components_come_with_their_index() -> None:
    found = as_json("solve", "pair.toml")
    assert sum(found["component_indices"]) == 1
    assert len(found["component_indices"]) == len(found["components"])
    alliance("solve", "pair.toml", "--show", "subsets").stdout.index("index")


def test_every_analysis_has_a_line_a_table_and_a_name_in_the_help() -> None:
    assert set(LINES) == set(TABLES) == set(TITLES) == set(NAMES)
    text = re.sub(r"\s+", " ", alliance("solve", "--help").stdout)
    assert all(name in text for name in NAMES)


def test_by_default_the_quick_analyses_are_shown_and_the_others_named() -> None:
    text = alliance("solve", "ham_and_egg").stdout
    assert all(name in text for name in NAMES)
    assert len(text.splitlines()) < 50
    assert all(re.search(rf"^{name} ", text, re.MULTILINE) for name in QUICK)


def test_show_prints_only_what_is_asked_for_and_all_prints_everything() -> None:
    text = alliance("solve", "battle.nfg", "--show", "security,elimination").stdout
    assert "Security levels" in text
    assert "0.6667" in text
    assert "no action is strictly dominated" in text
    assert "Efficiency" not in text
    everything = alliance("solve", "ham_and_egg", "--all").stdout
    assert all(title in everything for title in (*TITLES.values(), "Participation", "Leadership"))


def test_json_holds_every_analysis_beside_the_old_keys() -> None:
    found = as_json("solve", "assurance")
    assert {"scenario", "contract", "components", "efficiency", "bargaining", "leadership", *NAMES} <= set(found)
    assert found["qre"]["scaled_precisions"][0] == 0.0
    assert found["replicator"]["square"][-1]["kind"] == "saddle"
    only = as_json("solve", "assurance", "--show", "security")
    assert "security" in only
    assert "qre" not in only


def test_components_are_numbered_where_one_has_several_members() -> None:
    text = alliance("solve", "pair.toml").stdout
    header = next(line for line in text.splitlines() if "SmallCo commits" in line)
    assert header.endswith("component")
    assert "component" not in alliance("solve", "battle.nfg", "--show", "equilibria").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--show", "securty"), 1, "Unknown table 'securty'. Did you mean 'security'?"),
        (("--latex", "--json"), 2, "--latex prints its own tables"),
        (("--all", "--show", "qre"), 2, "--all shows every table"),
        (("--plot", "pie"), 2, "'pie' is not one of"),
        (("--write", "game.txt"), 1, "--write must end in .nfg or .efg; got 'game.txt'."),
        (("--write", "no/where.nfg"), 1, "does not exist"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments: tuple[str, ...], code: int, says: str) -> None:
    assert says in alliance("solve", "battle.nfg", *arguments, code=code).stderr


def test_plots_are_written(here: Path) -> None:
    assert "wrote game.svg" in alliance("solve", "battle.nfg", "--figure", "game.svg", "--plot", "replicator").stderr
    assert b"<svg" in (here / "game.svg").read_bytes()


def well_formed(text: str) -> None:
    """Check environments, braces and mathematics of a LaTeX fragment."""
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert opened == []
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    bare = re.sub(r"\\[{}$&#%_]", "", body)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    for table in re.findall(r"\\begin\{tabular\}\{(\w+)\}(.*?)\\end\{tabular\}", body, re.DOTALL):
        for line in re.findall(r"^(.*\S)\s*\\\\$", table[1], re.MULTILINE):
            spanned = sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", line))
            assert len(re.findall(r"(?<!\\)&", line)) + spanned == len(table[0]) - 1, line


@pytest.mark.parametrize("name", ["battle.nfg", "ham_and_egg", "hold_up", "knowledge_alliance_babson97"])
def test_latex_is_well_formed(name: str) -> None:
    narrow = ("--set", "commitment.levels=[0, 0.5, 1]") if name == "hold_up" else ()
    text = alliance("solve", name, *narrow, "--latex").stdout
    well_formed(text)
    assert r"\usepackage{booktabs}" in text


def test_latex_marks_best_replies_and_equilibria() -> None:
    text = alliance("solve", "battle.nfg", "--latex").stdout
    assert r"Battle \& co\_50\%" in text
    assert r"\fbox{$\underline{2},\; \underline{1}$} & $0,\; 0$ \\" in text
    assert r"$\star$" in text
    assert text.count(r"\fbox{") == 2
    assert escaped("a{b}\\^~") == r"a\{b\}\textbackslash{}\textasciicircum{}\textasciitilde{}"


def test_latex_refuses_what_fits_on_no_page() -> None:
    message = alliance("solve", "runway", "--latex", code=1).stderr
    assert "got 21 x 21. Write --set commitment.levels=[0, 0.5, 1], say." in message
    assert len(message.strip().splitlines()) == 1


def test_latex_compiles(here: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    packages = "".join(rf"\usepackage{option}{{{name}}}" for option, name in (
        ("[T1]", "fontenc"), ("[utf8]", "inputenc"), ("", "booktabs"), ("", "graphicx")
    ))  # fmt: skip
    body = alliance("solve", "ham_and_egg", "--latex").stdout
    document = rf"\documentclass{{article}}{packages}\begin{{document}}{body}\end{{document}}"
    (here / "paper.tex").write_text(document, encoding="utf-8")
    subprocess.run(["pdflatex", "-halt-on-error", "-interaction=batchmode", "paper.tex"], cwd=here, check=True)


def test_a_matrix_of_gambit_is_solved_like_a_scenario() -> None:
    found = as_json("solve", "battle.nfg")
    assert found["scenario"] == "battle"
    assert found["actions"] == {"small": ["opera", "box"], "big": ["opera", "box"]}
    payoffs = sorted(tuple(round(u, 9) for u in each["payoffs"]) for each in found["equilibria"])
    assert payoffs == [(round(2 / 3, 9), round(2 / 3, 9)), (1.0, 2.0), (2.0, 1.0)]
    assert "battle.nfg: OK, a scenario" in alliance("check", "battle.nfg").stdout


def test_a_tree_of_gambit_is_solved_in_its_reduced_form() -> None:
    found = as_json("solve", "entry.efg")
    assert found["actions"] == {"small": ["out", "in"], "big": ["fight", "yield"]}
    assert found["payoffs"]["small"] == [[0.0, 0.0], [-1.0, 1.0]]
    assert found["outcome"]["payoffs"] == [1.0, 1.0] or found["outcome"]["payoffs"] == [0.0, 2.0]
    assert "entry.efg: OK" in alliance("check", "entry.efg").stdout


@pytest.mark.parametrize("suffix", ["nfg", "efg"])
def test_a_scenario_written_and_read_back_is_the_same_game(suffix: str) -> None:
    first = as_json("solve", "ham_and_egg", "--write", f"game.{suffix}")
    again = as_json("solve", f"game.{suffix}")
    assert again["payoffs"] == first["payoffs"]
    assert again["actions"] == first["actions"]
    assert [each["payoffs"] for each in again["equilibria"]] == [each["payoffs"] for each in first["equilibria"]]


def test_who_leads_is_in_the_tree_that_is_written(here: Path) -> None:
    alliance("solve", "battle.nfg", "--lead", "big", "--write", "led.efg")
    assert as_json("solve", "led.efg")["actions"] == {
        "small": ["opera, opera", "opera, box", "box, opera", "box, box"],
        "big": ["opera", "box"],
    }


BAD = {
    "empty.nfg": ("", ":1: must begin with NFG 1 R; got"),
    "other.nfg": ("hello\n", ":1: must begin with NFG 1 R; got hello"),
    "three.nfg": ('NFG 1 R "" { "A" "B" "C" } { 2 2 2 }\n', "must have two players; got 3"),
    "cut.nfg": (
        'NFG 1 R "" { "A" "B" } { 2 2 }\n1 2 3\n',
        ":3: must have 8 payoffs, two for each profile, here; got the",
    ),
    "words.nfg": ('NFG 1 R "" { "A" "B" } { 2 2 }\n1 2 3 x 5 6 7 8\n', ":2: must have 8 payoffs"),
    "infinite.nfg": ('NFG 1 R "" { "A" "B" } { 1 1 }\n1e999 0\n', ":2: must have"),
    "huge.nfg": ('NFG 1 R "" { "A" "B" } { 99999 99999 }\n', "must have at most 10000000 profiles"),
    "long.nfg": ('NFG 1 R "" { "A" "B" } { 2000 1 }\n' + "0 0 " * 2000, "must have at most 1001 actions"),
    "open.nfg": ('NFG 1 R "never closed { A }\n', "has a quotation mark that is never closed"),
    "cut.efg": ('EFG 2 R "" { "A" "B" }\np "" 1 1 "" { "l" "r" } 0\n', "must have a node (c, p or t) here"),
    "three.efg": ('EFG 2 R "" { "A" "B" "C" }\nt "" 1 "" { 1 2 3 }\n', "must have two players; got 3"),
    "nfg.efg": (BATTLE, ":1: must begin with EFG 2 R; got NFG"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["solve", "check"])
def test_an_unreadable_game_is_one_line_with_its_file(here: Path, name: str, command: str) -> None:
    text, says = BAD[name]
    (here / name).write_text(text, encoding="utf-8")
    result = alliance(command, name, code=1)
    assert result.stdout == ""
    assert result.stderr.startswith(name)
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_bytes_folders_and_files_that_do_not_exist(here: Path) -> None:
    (here / "bytes.nfg").write_bytes(b"\xff\xfe\x00")
    (here / "folder.efg").mkdir()
    assert "is not UTF-8 text" in alliance("solve", "bytes.nfg", code=1).stderr
    for name in ("folder.efg", "nowhere.nfg"):
        message = alliance("solve", name, code=1).stderr
        assert message.startswith(f"{name}: ")
        assert len(message.strip().splitlines()) == 1
    with (here / "big.nfg").open("wb") as file:
        file.truncate(65 * 2**20)
    assert "must have at most 64 MiB; got 65" in alliance("solve", "big.nfg", code=1).stderr


def test_every_truncation_of_a_game_is_refused_in_one_line(here: Path) -> None:
    for text, name in ((BATTLE, "part.nfg"), (ENTRY, "part.efg")):
        for length in range(0, len(text.rstrip()) - 1, 3):
            (here / name).write_text(text[:length], encoding="utf-8")
            result = CliRunner().invoke(main, ("check", name))
            assert isinstance(result.exception, SystemExit), (name, length)
            assert result.exit_code == 1
            assert len(result.stderr.strip().splitlines()) == 1
