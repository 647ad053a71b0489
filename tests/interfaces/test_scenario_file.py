"""Scenarios as files: what is read, and how every kind of mistake is told."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from simulator.economy.contract import TERMS
from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.economy.scenario import Scenario
from simulator.economy.terms import PlanOfRecord, RevenueShare
from simulator.foundation.errors import FileError
from simulator.foundation.parameters import limits_of
from simulator.interfaces.files import read_scenario, shipped

GOOD = """\
name = "test"
[small]
cash = 6
[big]
[venture]
technology = { name = "ces", substitution = -inf }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(FileError) as caught:
        read_scenario(written(folder, text))
    return [(problem.line, problem.key, problem.message) for problem in caught.value.problems]


def test_defaults_are_those_of_the_dataclasses(tmp_path: Path) -> None:
    scenario = read_scenario(written(tmp_path, 'name = "bare"\n[small]\n[big]\n[venture]\n'))
    assert scenario == Scenario("bare", small=SmallFirm(), big=BigFirm())


def test_values_arrive(tmp_path: Path) -> None:
    text = (
        GOOD
        + """
shock = { name = "lognormal", sigma = 0.3 }
revenue = "newsvendor"
[bargaining]
rule = "split_the_difference"
[commitment]
levels = [0, 0.5, 1]
[market]
entry = true
[[contract]]
name = "plan"
plan_of_record = { small_floor = 0.6, bond = 20 }
revenue_share = { share = 1 }
"""
    )
    text = text.replace("cash = 6", 'cash = 6\nstrategy = { name = "reciprocator", patience = 3 }')
    scenario = read_scenario(written(tmp_path, text))
    assert scenario.small.strategy == StrategyChoice("reciprocator", (("patience", 3.0),))
    assert scenario.small.cash == 6.0
    assert scenario.venture.technology.exponent == -math.inf
    assert scenario.commitment.levels == (0.0, 0.5, 1.0)
    assert scenario.market.entry is True
    assert scenario.contract("plan").terms == (PlanOfRecord(small_floor=0.6, bond=20.0), RevenueShare(1.0))


@pytest.mark.parametrize(
    ("was", "becomes", "line", "key", "says"),
    [
        ("cash = 6", "csh = 6", 3, "small.csh", "unknown key. Did you mean 'cash'?"),
        ("[small]", "[smal]", 2, "smal", "unknown key. Did you mean 'small'?"),
        ("cash = 6", 'cash = "6"', 3, "small.cash", "must be a number; got '6'. Write a number in [0, inf) (money)."),
        ("cash = 6", "cash = true", 3, "small.cash", "must be a number; got true."),
        ("cash = 6", "cash = -1", 3, "small.cash", "must be in [0, inf) (money); got -1."),
        ("cash = 6", "cash = nan", 3, "small.cash", "must be in [0, inf) (money); got nan."),
        ("cash = 6", "cash = inf", 3, "small.cash", "must be in [0, inf); got inf."),
        ("cash = 6", "count = 1.5", 3, "small.count", "must be a whole number; got 1.5."),
        ("cash = 6", 'strategy = "nsh"', 3, "small.strategy.name", "unknown strategy 'nsh'. Did you mean 'nash'?"),
        (
            "cash = 6",
            'strategy = { name = "reciprocator", patienc = 1 }',
            3,
            "small.strategy.patienc",
            "Did you mean 'patience'?",
        ),
        (
            "cash = 6",
            'strategy = { name = "reciprocator", patience = 0 }',
            3,
            "small.strategy.patience",
            "must be in [1, 1000]",
        ),
        ("cash = 6", "strategy = { patience = 3 }", 3, "small.strategy", "must be a table with a name"),
        ("[small]\ncash = 6", "small = 3", 2, "small", "must be a table; got 3. Write [small], then its keys."),
        ('"ces"', '"cse"', 6, "venture.technology.name", "unknown technology 'cse'. Did you mean 'ces'?"),
        ("-inf", "0.5, retuns = 1", 6, "venture.technology.retuns", "Did you mean 'returns'?"),
        ("-inf", "2", 6, "venture.technology.substitution", "must be at most 1, or inf; got 2.0."),
        ("-inf", "-inf, returns = 0", 6, "venture.technology.returns", "must be in (0, inf); got 0."),
        (
            "[big]",
            '[bargaining]\nrule = "deal"\n[big]',
            5,
            "bargaining.rule",
            "must be one of deal_me_out, split_the_difference",
        ),
        ("[big]", "[commitment]\nlevels = [0, 0]\n[big]", 5, "commitment.levels", "must be non-negative and ascending"),
        (
            "[big]",
            "[commitment]\nlevels = true\n[big]",
            5,
            "commitment.levels",
            'a number of levels, a list of levels or "continuous"',
        ),
        ("[big]", '[market]\nentry = "yes"\n[big]', 5, "market.entry", "must be true or false; got 'yes'."),
        ("[small]", 'lead = "smal"\n[small]', 2, "lead", "Did you mean 'small'?"),
        ("[small]", 'selection = "risk"\n[small]', 2, "selection", "must be one of payoff_dominance, risk_dominance"),
        ("[small]", "title = 3\n[small]", 2, "title", "must be text; got 3. Write it in quotes"),
        ("[big]", '[contract]\nname = "x"\n[big]', 4, "contract", "Write [[contract]], in double brackets."),
        (
            "[big]",
            '[[contract]]\nname = "x"\nrevenue_shre = { share = 1 }\n[big]',
            6,
            "contract.revenue_shre",
            "Did you mean 'revenue_share'?",
        ),
        (
            "[big]",
            '[[contract]]\nname = "x"\nrevenue_share = {}\n[big]',
            6,
            "contract.revenue_share.share",
            "is missing. Write share = ...",
        ),
        ("[big]", '[[contract]]\nname = "x"\nbuy_back = { price = 1 }\n[big]', 4, "contract", "but no price per unit"),
        ("[big]", '[[contract]]\nname = "x"\n[[contract]]\nname = "x"\n[big]', 4, "contract", "has two named 'x'"),
        ('name = "test"', "", None, "name", "is missing. Write name = ..."),
        ("[big]", "", None, "big", "is missing. Add a [big] table"),
        ("[big]", "[big", 4, "", "not TOML"),
        ("cash = 6", "cash = six", 3, "", "not TOML"),
        ("cash = 6", "cash = 6\ncash = 7", 4, "small.cash", "must be given once; got it on line 3 as well. Remove one"),
        ("[big]", "[big]\n[small]", 5, "small", "must be given once; got it on line 2 as well."),
        (
            "cash = 6\n[big]",
            "outside_share = 0.7\n[big]\n\noutside_share = 0.4",
            6,
            "big.outside_share",
            "must be at most 1 - small.outside_share = 0.3, or parting always yields more",
        ),
        ('name = "', 'name = "a/', 1, "name", "must be a plain name"),
        (
            "[big]",
            "[payoffs]\nsmall = [[1, 2], [3]]\nbig = [[1, 2], [3, 4]]",
            4,
            "payoffs",
            "must be matrices of one shape",
        ),
        ("[big]", '[payoffs]\nsmall = [["a"]]\nbig = [[1]]', 5, "payoffs.small", "a matrix: a list of rows of numbers"),
    ],
)
def test_every_mistake_has_its_line_key_and_remedy(
    tmp_path: Path, was: str, becomes: str, line: int | None, key: str, says: str
) -> None:
    assert was in GOOD
    found = problems(tmp_path, GOOD.replace(was, becomes, 1))
    assert any((each[0], each[1]) == (line, key) and says in each[2] for each in found), found


def test_all_problems_are_reported_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        'nme = "x"\n[small]\ncash = -1\nbrn = 2\n[venture]\nshock = "unifrm"\n'
        '[[contract]]\nname = "c"\nequity_stake = { share = 1 }\n'
    )
    found = problems(tmp_path, text)
    assert [(line, key) for line, key, _ in found if line] == [
        (1, "nme"),
        (3, "small.cash"),
        (4, "small.brn"),
        (6, "venture.shock.name"),
        (9, "contract.equity_stake.share"),
    ]
    assert {key for line, key, _ in found if line is None} == {"name", "big"}


def test_the_message_begins_with_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("cash = 6", "cash = -1"))
    with pytest.raises(FileError, match=rf"^{path}:3: small\.cash: must be in"):
        read_scenario(path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(FileError, match="must be text in UTF-8"):
        read_scenario(path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ham_and_eg", "Did you mean 'ham_and_egg'?"),
        ("my.tml", "Did you mean '.*my.toml'?"),
        ("my", "Did you mean '.*my.toml'?"),
    ],
)
def test_a_missing_file_names_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, hint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(FileError, match=hint):
        read_scenario(name)


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        read_scenario(tmp_path)


@pytest.mark.parametrize("name", shipped("scenarios"))
def test_shipped_scenarios_are_called_like_their_file_and_say_what_they_are(name: str) -> None:
    scenario = read_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.summary
    assert scenario.source


@pytest.mark.parametrize("term", TERMS)
def test_every_term_refuses_what_its_own_metadata_excludes(tmp_path: Path, term: str) -> None:
    fields = [(field, limits) for field, limits in limits_of(TERMS[term]) if not isinstance(field.default, bool)]
    for field, limits in fields:
        if limits.low == -math.inf:
            continue
        required = ", ".join(
            f"{other.name} = {limit.low:g}"
            for other, limit in fields
            if other.default is dataclasses.MISSING and other.name != field.name
        )
        given = f"{field.name} = {limits.low - 1:g}" + (f", {required}" if required else "")
        text = GOOD + f'[[contract]]\nname = "c"\n{term} = {{ {given} }}\n'
        assert [(line, key) for line, key, _ in problems(tmp_path, text)] == [(9, f"contract.{term}.{field.name}")]


def test_the_babson_game_is_the_one_printed() -> None:
    table = read_scenario("knowledge_alliance_babson97").payoffs
    assert table is not None
    cells = [[(s, b) for s, b in zip(*rows, strict=True)] for rows in zip(table.small, table.big, strict=True)]
    assert cells == [
        [(20, 20), (0, 10), (-5, 5)],
        [(10, 0), (0, 0), (-10, -10)],
        [(5, -5), (-10, -10), (-20, -20)],
    ]
