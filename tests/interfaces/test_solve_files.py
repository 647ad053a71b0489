"""What ``alliance solve`` writes and refuses: trees, letters LaTeX does not know, scenarios at odds with themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from interfaces.commands import alliance

from simulator.economy.scenario import PayoffTable
from simulator.foundation.errors import ParameterError

BATTLE = 'NFG 1 R "Battle" { "He" "She" } { { "opera" "box" } { "opera" "box" } } 2 1 0 0 0 0 1 2\n'
ENTRY = """EFG 2 R "Entry" { "Entrant" "Incumbent" }
p "" 1 1 "door" { "out" "in" } 0
t "" 1 "" { 0 2 }
p "" 2 1 "met" { "fight" "yield" } 0
t "" 2 "" { -1 -1 }
t "" 3 "" { 1 1 }
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "battle.nfg").write_text(BATTLE, encoding="utf-8")
    (tmp_path / "entry.efg").write_text(ENTRY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def one_line(result: Result) -> str:
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr.strip()


def test_the_strategic_form_of_a_tree_is_not_written_as_the_tree(here: Path) -> None:
    message = one_line(alliance("solve", "entry.efg", "--write", "back.efg", code=1))
    assert message.startswith("--write must end in .nfg for the strategic form of entry.efg; got 'back.efg'. Write")
    assert not (here / "back.efg").exists()
    alliance("solve", "entry.efg", "--write", "back.nfg")
    assert "2 x 2 actions, strategies of a tree" in alliance("solve", "entry.efg").stdout
    assert "2 x 2 actions, both commit at once" in alliance("solve", "battle.nfg").stdout


def test_titles_do_not_grow_when_a_game_is_written_and_read_again(here: Path) -> None:
    alliance("solve", "assurance", "--write", "one.nfg")
    alliance("solve", "one.nfg", "--write", "two.efg")
    alliance("solve", "battle.nfg", "--write", "three.nfg")
    titles = [re.findall('"([^"]*)"', (here / name).read_text("utf-8"))[0] for name in ("one.nfg", "two.efg")]
    assert titles[0] == titles[1]
    assert (here / "three.nfg").read_text("utf-8").startswith('NFG 1 R "Battle" {')


def test_a_tree_too_large_to_be_read_back_is_said_when_it_is_written() -> None:
    said = alliance("solve", "ham_and_egg", "--lead", "small", "--write", "big.efg").stderr
    assert "note: big.efg cannot be read back: it gives who follows 11^11 strategies." in said
    assert "must have at most 1001 strategies" in alliance("check", "big.efg", code=1).stderr
    assert "note" not in alliance("solve", "battle.nfg", "--lead", "big", "--write", "led.efg").stderr
    alliance("check", "led.efg")


def test_letters_beyond_t1_ask_for_an_engine_that_knows_them(here: Path) -> None:
    (here / "greek.nfg").write_text(BATTLE.replace('"opera"', '"β"').replace("Battle", "Café"), encoding="utf-8")
    result = alliance("solve", "greek.nfg", "--latex")
    assert result.stderr == "note: compile with lualatex or xelatex; pdflatex does not know β\n"
    assert r"\usepackage{fontspec}" in result.stdout
    assert "inputenc" not in result.stdout
    plain = alliance("solve", "battle.nfg", "--latex")
    assert plain.stderr == ""
    assert r"\usepackage[T1]{fontenc}" in plain.stdout


@pytest.mark.parametrize("table", ["venture", "commitment"])
def test_a_table_that_plays_no_part_beside_payoffs_is_refused(here: Path, table: str) -> None:
    text = f'name = "both"\n[{table}]\n[payoffs]\nsmall = [[1, 2]]\nbig = [[1, 2]]\n'
    (here / "both.toml").write_text(text, encoding="utf-8")
    for command in ("check", "solve"):
        message = one_line(alliance(command, "both.toml", code=1))
        assert message.startswith(f"both.toml:2: {table}: must not stand beside [payoffs], where it plays no part; got")


def test_two_actions_of_one_name_are_refused(here: Path) -> None:
    with pytest.raises(ParameterError, match=r"big_actions must tell the actions apart; got 'b' twice"):
        PayoffTable(((1.0, 2.0),), ((1.0, 2.0),), ("a",), ("b", "b"))
    (here / "twice.nfg").write_text(BATTLE.replace('"box"', '"opera"'), encoding="utf-8")
    message = one_line(alliance("solve", "twice.nfg", code=1))
    assert message.startswith("twice.nfg: PayoffTable.small_actions must tell the actions apart; got 'opera' twice.")
    (here / "nameless.nfg").write_text(BATTLE.replace('"opera"', '""').replace('"box"', '""'), encoding="utf-8")
    found = json.loads(alliance("solve", "nameless.nfg", "--json", "--show", "security").stdout)
    assert found["actions"]["small"] == ["1", "2"]


def test_a_surplus_that_is_the_first_best_is_all_of_it_even_if_it_is_not_positive(here: Path) -> None:
    text = 'name = "lost"\n[payoffs]\nsmall = [[-1, -2]]\nbig = [[-1, -2]]\n'
    (here / "lost.toml").write_text(text, encoding="utf-8")
    assert re.search(r"^played .* -2 +100\.0%$", alliance("solve", "lost.toml").stdout, re.MULTILINE)
    assert json.loads(alliance("solve", "lost.toml", "--json").stdout)["efficiency"] is None


def test_actions_have_the_same_names_everywhere_in_json() -> None:
    found = json.loads(alliance("solve", "ham_and_egg", "--json", "--show", "repeated").stdout)
    for each in (*found["leadership"], found["repeated"]):
        assert (each["small_action"], each["big_action"]) == (each["row"], each["column"])


def test_an_unknown_factor_names_few_others() -> None:
    message = one_line(alliance("solve", "ham_and_egg", "--set", "name=x", code=1))
    assert message.startswith("Unknown key 'name'. The nearest are ")
    assert len(message) < 200
